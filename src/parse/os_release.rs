//! `etc/os-release`, `etc/redhat-release` and their like: which distribution runs on the host.
//!
//! ```text
//! PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
//! NAME="Debian GNU/Linux"
//! VERSION_ID="12"
//! ```
//!
//! Bundles keep the file where the distribution has it (`usr/lib/os-release`, to which `etc/os-release` is a link); older
//! ones have one line in `etc/redhat-release`, `etc/system-release` or `etc/SuSE-release`.
//!
//! *Yields* [`Clue::Os`]: `PRETTY_NAME`, else `NAME` and `VERSION`; of the others the first line. *Hides* the rest.
//! *Rejects* nothing: a file without a name in it is not taken. Only the host's own place in a tree counts: a bundle may
//! also hold those of containers.

use super::Whole;
use crate::model::fact::{Clue, Facts};

/// See the module.
pub const FILE: Whole =
    Whole { name: "os-release", is: |path, bytes| named(path, bytes).is_some(), read, cut: None };

fn read(path: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(FILE.name);
    if let Some((name, line)) = named(path, bytes) {
        facts.clues.push(Clue::Os { name, line });
    }
}

/// Longer than that is no name.
const LONGEST: usize = 200;

/// The name and its line.
fn named(path: &str, bytes: &[u8]) -> Option<(String, u32)> {
    let mut parts = path.rsplit('/');
    let (file, folder) = (parts.next()?, parts.next().unwrap_or_default());
    let own = folder == "etc" || (folder == "lib" && parts.next() == Some("usr")) || !path.contains('/');
    if !own || bytes.len() > 16 << 10 {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let name = match file {
        "os-release" => assigned(text),
        "redhat-release" | "centos-release" | "system-release" | "oracle-release" | "SuSE-release" => {
            text.lines().next().map(|line| (line.trim().to_owned(), 1))
        }
        _ => None,
    };
    let plain = |name: &str| (1..=LONGEST).contains(&name.len()) && !name.contains(char::is_control);
    name.filter(|(name, _)| plain(name) && name.contains(char::is_alphabetic))
}

/// What the lines of `os-release` assign.
fn assigned(text: &str) -> Option<(String, u32)> {
    let value = |key: &str| {
        let line =
            text.lines().position(|line| line.split_once('=').is_some_and(|(k, _)| k.trim() == key))?;
        let (_, value) = text.lines().nth(line)?.split_once('=')?;
        Some((unquoted(value.trim()), u32::try_from(line + 1).ok()?))
    };
    let parts = || {
        let (name, line) = value("NAME")?;
        let version = value("VERSION").or_else(|| value("VERSION_ID"));
        Some((version.map_or(name.clone(), |(version, _)| format!("{name} {version}")), line))
    };
    value("PRETTY_NAME").or_else(parts)
}

fn unquoted(value: &str) -> String {
    let inner = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    inner.unwrap_or(value).to_owned()
}

#[cfg(test)]
mod tests {
    use super::named;

    fn name(path: &str, text: &str) -> Option<(String, u32)> {
        named(path, text.as_bytes())
    }

    #[test]
    fn the_pretty_name_is_the_name() {
        let text = "NAME=\"Fedora Linux\"\nVERSION=\"41 (Server)\"\nPRETTY_NAME='Fedora Linux 41'\n";
        assert_eq!(name("s/etc/os-release", text), Some(("Fedora Linux 41".into(), 3)));
        assert_eq!(name("os-release", "NAME=Arch\nVERSION_ID=\"7\"\n"), Some(("Arch 7".into(), 1)));
        assert_eq!(
            name("s/etc/redhat-release", "CentOS release 6.10 (Final)\n"),
            Some(("CentOS release 6.10 (Final)".into(), 1))
        );
    }

    #[test]
    fn only_the_host_s_own_counts() {
        assert_eq!(name("s/var/lib/machines/web/usr/share/os-release", "NAME=x\n"), None);
        assert_eq!(name("s/usr/lib/os-release", "ID=x\n"), None);
        assert_eq!(name("s/usr/lib/os-release", "NAME=x\n"), Some(("x".into(), 1)));
        assert_eq!(name("s/etc/lsb-release", "NAME=x\n"), None);
    }
}
