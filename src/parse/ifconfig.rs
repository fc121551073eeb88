//! `ifconfig -a`: packets, bytes and errors of each interface.
//!
//! Written by net-tools before 2.0 and busybox (first sample), and by net-tools since (second); `netstat -ie` writes
//! the same. Bundles keep it as `ifconfig`, older supportconfig in `network.txt`, `OSWatcher` in `oswifconfig`.
//!
//! ```text
//! eth0      Link encap:Ethernet  HWaddr 00:0c:29:c2:c8:63
//!           RX packets:36 errors:0 dropped:0 overruns:0 frame:0
//!           TX packets:152 errors:0 dropped:0 overruns:0 carrier:0
//!           collisions:0 txqueuelen:1000
//!           RX bytes:5602 (5.6 KB)  TX bytes:13935 (13.9 KB)
//!
//! eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
//!         RX packets 8061  bytes 1514413 (1.4 MiB)
//!         RX errors 0  dropped 0  overruns 0  frame 0
//! ```
//!
//! *Yields* the counters `dev.*` of each interface. ifconfig prints the columns of `/proc/net/dev`: `dropped` is
//! `dev.rx_drop` and `frame` is `dev.rx_frame`, which are sums, and `overruns` is the fifo column.
//! *Hides* addresses, flags and the figures in parentheses. Old ifconfig cuts names to nine characters, which are
//! kept as printed.
//! *Keeps unnamed* nothing.
//! *Rejects* counters that are no whole number, and a last line that the end of the file may have cut. What BSD and
//! macOS print (`flags=8843<…> metric 0 mtu 1500`) is not taken: one blank less before `mtu`.

use super::intern::Intern;
use super::lines::Lines;
use super::words::{CUT, is_cut, name, number};
use super::{Dump, Reader};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const DUMP: Dump = Dump {
    name: "ifconfig",
    begins: |line| interface(line).is_some(),
    open: || Box::new(Interfaces { counters: Intern::new(Kind::Counter) }),
};

/// The name at the head of an interface's lines.
fn interface(line: &[u8]) -> Option<&str> {
    let end = memchr::memchr2(b' ', b'\t', line).filter(|end| *end > 0)?;
    let (first, rest) = line.split_at_checked(end)?;
    if let Some(flags) = rest.strip_prefix(b" flags=") {
        let behind = memchr::memmem::find(flags, b">")?;
        flags.get(behind + 1..)?.starts_with(b"  mtu ").then_some(())?;
        return name(first.strip_suffix(b":")?);
    }
    rest.trim_ascii_start().starts_with(b"Link encap:").then(|| name(first))?
}

struct Interfaces {
    counters: Intern,
}

impl Reader for Interfaces {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let Some(of) = lines.next().and_then(interface) else { return };
        while let Some(line) =
            lines.peek().filter(|line| line.starts_with(b"     ") || line.starts_with(b"\t"))
        {
            let text = line.trim_ascii();
            if text.is_empty() || text.starts_with(b"CPU") {
                break;
            }
            if [&b"RX "[..], b"TX ", b"collisions"].iter().any(|head| text.starts_with(head)) {
                if is_cut(lines) && !text.ends_with(b")") {
                    facts.rejects.push(lines.number(), CUT);
                } else {
                    self.line(text, of, lines.number(), facts);
                }
            }
            lines.advance();
        }
    }
}

impl Interfaces {
    /// `RX packets:36 errors:0` or `RX packets 36  bytes 5 (5.0 B)`: names, each with a number behind it.
    fn line(&mut self, text: &[u8], of: &str, line: u32, facts: &mut Facts) {
        let mut way = "tx";
        let mut column = None;
        let mut aside = false;
        for word in text.split(|b| b.is_ascii_whitespace() || *b == b':').filter(|word| !word.is_empty()) {
            aside |= word.starts_with(b"(");
            match (word, column.take()) {
                _ if aside => aside = !word.ends_with(b")"),
                (b"RX", _) => way = "rx",
                (b"TX", _) => way = "tx",
                (word, None) => column = Some(word),
                (word, Some(column)) => match (metric(column, way), number(word)) {
                    (Some(metric), Some(value)) => self.counters.count(metric, of, value, line, facts),
                    (Some(metric), None) => facts.rejects.push(line, format!("{metric} is no whole number")),
                    (None, _) => {}
                },
            }
        }
    }
}

fn metric(column: &[u8], way: &str) -> Option<&'static str> {
    Some(match (way, column) {
        ("rx", b"packets") => "dev.rx_packets",
        ("rx", b"bytes") => "dev.rx_bytes",
        ("rx", b"errors") => "dev.rx_errors",
        ("rx", b"dropped") => "dev.rx_drop",
        ("rx", b"overruns") => "dev.rx_fifo_errors",
        ("rx", b"frame") => "dev.rx_frame",
        ("rx", b"compressed") => "dev.rx_compressed",
        ("tx", b"packets") => "dev.tx_packets",
        ("tx", b"bytes") => "dev.tx_bytes",
        ("tx", b"errors") => "dev.tx_errors",
        ("tx", b"dropped") => "dev.tx_dropped",
        ("tx", b"overruns") => "dev.tx_fifo_errors",
        ("tx", b"carrier") => "dev.tx_carrier",
        ("tx", b"collisions") => "dev.collisions",
        ("tx", b"compressed") => "dev.tx_compressed",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Facts {
        let mut facts = Facts::default();
        (DUMP.open)().read(&mut Lines::new(text.as_bytes(), 1), &mut facts);
        facts
    }

    #[test]
    fn old_and_new_say_the_same() {
        let old = read(
            "eth0      Link encap:Ethernet\n          RX packets:36 errors:1 dropped:2 overruns:3 frame:4\n          RX bytes:5602 (5.6 KB)  TX bytes:13935 (13.9 KB)\n",
        );
        let new = read(
            "eth0: flags=4163<UP>  mtu 1500\n        RX packets 36  errors 1  dropped 2  overruns 3  frame 4\n        RX bytes 5602 (5.6 KB)\n        TX bytes 13935 (13.9 KB)\n",
        );
        assert_eq!(old.samples.value, [36, 1, 2, 3, 4, 5602, 13935]);
        assert_eq!((&old.keys, &old.samples.value), (&new.keys, &new.samples.value));
        assert_eq!(old.keys[6].metric, "dev.tx_bytes");
    }

    #[test]
    fn other_systems_are_not_taken() {
        for line in [
            "em0: flags=8843<UP,BROADCAST> metric 0 mtu 1500",
            "lo0: flags=8049<UP,LOOPBACK> mtu 16384",
            "eth0: flags=",
            "Link encap:Ethernet",
        ] {
            assert!(!(DUMP.begins)(line.as_bytes()), "{line}");
        }
        assert!((DUMP.begins)(b"eth0:1: flags=4163<UP>  mtu 1500"));
    }

    #[test]
    fn a_figure_in_parentheses_shows_that_nothing_was_cut() {
        let head = "eth0: flags=4163<UP>  mtu 1500\n        RX packets 36  bytes 56";
        assert_eq!((read(head).samples.value.len(), read(head).rejects.count), (0, 1));
        assert_eq!(read(&[head, " (56.0 B)"].concat()).samples.value, [36, 56]);
    }
}
