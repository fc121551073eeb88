//! `uname -a`, `/proc/version` and the `hostname` file: whose dumps these are, and of which kernel.
//!
//! `Linux web1 6.1.0-18-amd64 #1 SMP … GNU/Linux`, kept by bundles as `uname`, `sos_commands/kernel/uname_-a`
//! and in `proc/version` without the name: `Linux version 6.1.0-18-amd64 (builder@host) (gcc …) #1 SMP …`.
//!
//! *Yields* [`Clue::Host`], [`Clue::Kernel`]. *Hides* the domain, and when and by whom the kernel was built. *Rejects*
//! nothing.

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

/// `/proc/version`. A kernel log has the same line, among others.
pub const VERSION: Whole = Whole {
    name: "/proc/version",
    is: |_, bytes| version(bytes).is_some(),
    read: |_, bytes, facts| {
        facts.met(VERSION.name);
        facts
            .clues
            .extend(version(bytes).map(|release| Clue::Kernel { release: release.to_owned(), line: 1 }));
    },
    cut: None,
};

fn version(bytes: &[u8]) -> Option<&str> {
    let (line, rest) = bytes.split_at(memchr::memchr(b'\n', &bytes[..bytes.len().min(1_000)])?);
    let text = std::str::from_utf8(line.strip_prefix(b"Linux version ")?).ok()?;
    let (release, built) = text.split_once(' ')?;
    (rest.len() == 1 && is_release(release) && built.contains('#')).then_some(release)
}

fn is_release(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('.') && text.len() < 100
}

fn begins(line: &[u8]) -> bool {
    names(line).is_some()
}

fn read(lines: &mut Lines<'_>, facts: &mut Facts) {
    let (line, text) = (lines.number(), lines.next());
    if let Some((name, release)) = text.and_then(names) {
        facts.clues.push(Clue::Host { name, line });
        facts.clues.push(Clue::Kernel { release, line });
    }
}

/// Host and release.
fn names(line: &[u8]) -> Option<(String, String)> {
    let text = std::str::from_utf8(line.strip_prefix(b"Linux ")?).ok()?;
    let mut words = text.split(' ');
    let (host, release, build) = (words.next()?, words.next()?, words.next()?);
    let kernel = is_release(release) && build.starts_with('#');
    (kernel && is_host_name(host)).then(|| (host.to_owned(), release.to_owned()))
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
    use super::{names, version};

    #[test]
    fn the_second_word_is_the_host() {
        let line =
            b"Linux web1 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01) x86_64 GNU/Linux";
        assert_eq!(names(line), Some(("web1".into(), "6.1.0-18-amd64".into())));
        assert_eq!(names(b"Linux is a kernel"), None);
    }

    #[test]
    fn a_version_stands_alone() {
        let line =
            b"Linux version 3.10.0-1160.el7.x86_64 (builder@host) (gcc 4.8.5) #1 SMP Mon Oct 19 2020\n";
        assert_eq!(version(line), Some("3.10.0-1160.el7.x86_64"));
        assert_eq!(version(b"Linux version 3.10.0 (b) #1\nCommand line: ro\n"), None);
    }
}
