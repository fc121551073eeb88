//! Files of `/proc/sys`: one value of the running kernel each, as bundles copy the tree.
//!
//! Written by the kernel; sosreports keep `proc/sys/**` even when `sysctl -a` failed. The path is the key:
//! `…/proc/sys/net/core/somaxconn` is `net.core.somaxconn`, and `…/conf/eth0.100/rp_filter` is
//! `net.ipv4.conf.eth0/100.rp_filter`, as `sysctl -a` prints it.
//!
//! ```text
//! 4096    131072  6291456
//! ```
//!
//! *Yields* one setting, [`Layer::Runtime`], with runs of blanks and line ends in the value as one space; an empty
//! line is an empty value; [`Clue::Host`] from `kernel/hostname`. *Hides* nothing. *Keeps unnamed* keys nobody knows.
//! *Rejects* bytes that are not text, a value without its line end (the copy was cut), and more than a page of text,
//! which no sysctl prints: another file under that name.

use super::Whole;
use super::sysctl::{host_named, spaced};
use crate::model::fact::{Facts, Layer, Setting};

/// See the module.
pub const FILE: Whole = Whole { name: "/proc/sys", is: |path, _| key(path).is_some(), read, cut: None };

/// What one sysctl prints at most: `dev.cdrom.info` and `kernel.core_modes` have lines, and still fit into a page.
const PAGE: usize = 4096;

/// The part of a path below `proc/sys`; `None` when it is not below one.
fn below(path: &str) -> Option<&str> {
    let (before, below) = path.rsplit_once("proc/sys/")?;
    (before.is_empty() || before.ends_with('/')).then_some(below)
}

/// The dotted key of a file; a dot inside a name, as of a VLAN's interface, is printed as `/`.
fn key(path: &str) -> Option<String> {
    let below = below(path)?;
    let known = below.contains('/') && !below.split('/').any(str::is_empty);
    known.then(|| super::sysctl::swapped(below))
}

fn read(path: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(FILE.name);
    let capture = facts.capture();
    let Some(key) = key(path) else { return };
    let why = match bytes {
        _ if bytes.len() > PAGE => "longer than any sysctl",
        [.., b'\n'] => "",
        _ => "truncated: a value of /proc/sys ends with its line",
    };
    let text = bytes.split(|b| *b == b'\n').map(spaced).collect::<Option<Vec<_>>>();
    match text {
        Some(lines) if why.is_empty() => {
            let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
            let value = lines.join(" ");
            facts.clues.extend(host_named(&key, &value, 1));
            facts.settings.push(Setting { key, value, layer: Layer::Runtime, capture, line: 1 });
        }
        Some(_) => facts.rejects.push(1, why),
        None => facts.rejects.push(1, "not text"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fact::Clue;

    fn value(path: &str, bytes: &[u8]) -> Option<(String, String)> {
        let mut facts = Facts::default();
        (FILE.is)(path, bytes).then(|| read(path, bytes, &mut facts))?;
        facts.settings.pop().map(|s| (s.key, s.value))
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn the_path_is_the_key() {
        let sos = "sosreport-web7/proc/sys/";
        assert_eq!(
            value(&format!("{sos}net/core/somaxconn"), b"4096\n"),
            Some(pair("net.core.somaxconn", "4096"))
        );
        assert_eq!(value("proc/sys/vm/swappiness", b"10\n"), Some(pair("vm.swappiness", "10")));
        let vlan = value(&format!("{sos}net/ipv4/conf/eth0.100/rp_filter"), b"2\n");
        assert_eq!(vlan, Some(pair("net.ipv4.conf.eth0/100.rp_filter", "2")));
        assert_eq!(value("x/myproc/sys/net/core/somaxconn", b"4096\n"), None);
        assert_eq!(value("x/proc/net/sockstat", b"4096\n"), None);
        assert_eq!(value("x/proc/sys/README", b"4096\n"), None);
    }

    #[test]
    fn tabs_and_lines_are_blanks() {
        assert_eq!(
            value("proc/sys/net/ipv4/tcp_rmem", b"4096\t131072\t6291456\n"),
            Some(pair("net.ipv4.tcp_rmem", "4096 131072 6291456"))
        );
        let modes = value("proc/sys/kernel/core_modes", b"file\npipe\nsocket\n");
        assert_eq!(modes, Some(pair("kernel.core_modes", "file pipe socket")));
        assert_eq!(value("proc/sys/kernel/modprobe", b"\n"), Some(pair("kernel.modprobe", "")));
    }

    #[test]
    fn a_value_that_may_be_cut_is_not_believed() {
        for bytes in [&b"40"[..], b"40\xff\n", b"4\x000\n", &[b'\n'; 5000]] {
            let mut facts = Facts::default();
            read("proc/sys/net/core/somaxconn", bytes, &mut facts);
            assert_eq!((facts.settings.len(), facts.rejects.count), (0, 1));
        }
    }

    #[test]
    fn the_running_kernel_tells_its_host() {
        let mut facts = Facts::default();
        read("proc/sys/kernel/hostname", b"web7\n", &mut facts);
        assert_eq!(facts.clues, [Clue::Host { name: "web7".into(), line: 1 }]);
    }
}
