//! `uname -a` and the `hostname` file: whose dumps these are.
//!
//! `Linux web1 6.1.0-18-amd64 #1 SMP … GNU/Linux`, kept by bundles as `uname`, `sos_commands/kernel/uname_-a`
//! and in `proc/version` without the name.
//!
//! *Yields* [`Clue::Host`]. *Hides* the domain. *Rejects* nothing.

use super::lines::Lines;
use super::{Dump, Whole};
use crate::model::fact::{Clue, Facts};

/// See the module.
pub const DUMP: Dump = Dump { name: "uname -a", begins, open: || Box::new(read) };

/// `etc/hostname`.
pub const HOSTNAME: Whole = Whole {
    name: "hostname",
    is: |path, bytes| alone(path, bytes).is_some(),
    read: |path, bytes, facts| {
        facts.met(HOSTNAME.name);
        facts.clues.extend(alone(path, bytes).map(|name| Clue::Host { name: name.to_owned(), line: 1 }));
    },
    cut: None,
};

fn begins(line: &[u8]) -> bool {
    name(line).is_some()
}

fn read(lines: &mut Lines<'_>, facts: &mut Facts) {
    let (line, text) = (lines.number(), lines.next());
    if let Some(name) = text.and_then(name) {
        facts.clues.push(Clue::Host { name, line });
    }
}

fn name(line: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(line.strip_prefix(b"Linux ")?).ok()?;
    let mut words = text.split(' ');
    let (host, release, build) = (words.next()?, words.next()?, words.next()?);
    let kernel = release.starts_with(|c: char| c.is_ascii_digit()) && build.starts_with('#');
    (kernel && is_host_name(host)).then(|| host.to_owned())
}

/// A name that may stand as a host: what RFC 1123 allows, and the underscore that people use.
pub(super) fn is_host_name(text: &str) -> bool {
    (1..=253).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}

/// The name in a file that holds nothing else (`etc/hostname`, `hostname`).
fn alone<'a>(path: &str, bytes: &'a [u8]) -> Option<&'a str> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let text = std::str::from_utf8(&bytes[..bytes.len().min(300)]).ok()?.trim();
    (matches!(file, "hostname" | "hostname.txt") && is_host_name(text)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn the_second_word_is_the_host() {
        let line =
            b"Linux web1 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01) x86_64 GNU/Linux";
        assert_eq!(name(line).as_deref(), Some("web1"));
        assert_eq!(name(b"Linux is a kernel"), None);
    }
}
