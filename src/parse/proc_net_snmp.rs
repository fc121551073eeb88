//! `/proc/net/snmp` and `/proc/net/netstat`: the kernel's SNMP tables, a line of names above a line of numbers.
//!
//! Written by the kernel. Bundles keep them as `proc/net/snmp`, `proc/net/netstat` (also below `proc/<pid>/net/`,
//! which may be another network namespace), in `proc.txt` of a supportconfig, or in a file that a loop appended to.
//!
//! ```text
//! Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens
//! Tcp: 1 200 120000 -1 444 12
//! ```
//!
//! *Yields* a sample for each column: `Tcp.PassiveOpens`. All zeros are printed, so what is absent is unknown to
//! that kernel. *Hides* nothing. *Keeps unnamed* sections and columns of later kernels, as printed.
//! *Rejects* names without numbers below them or with another count of them, words that are no numbers, counters
//! below zero, and a last number that the end of the file may have cut.

use hashbrown::HashMap;

use super::lines::Lines;
use super::words::{CUT, level, number, words};
use super::{Dump, Reader};
use crate::catalogue::{counters, joined};
use crate::model::fact::{Facts, Kind, SeriesId};

/// See the module.
pub const DUMP: Dump = Dump { name: "/proc/net/snmp", begins, open: || Box::new(Tables::default()) };

/// `Tcp: RtoAlgorithm …` of a section that is known.
fn begins(line: &[u8]) -> bool {
    names(line).is_some_and(|(section, _)| joined::is_section(section))
}

/// Section and names of a line of names. net-tools prints headings alone: `Tcp:`.
fn names(line: &[u8]) -> Option<(&str, &[u8])> {
    let at = memchr::memchr(b':', line.get(..line.len().min(24))?)?;
    let (section, rest) = (std::str::from_utf8(line.get(..at)?).ok()?, line.get(at + 1..)?);
    let first = words(rest).next()?;
    (rest.starts_with(b" ")
        && first.first()?.is_ascii_alphabetic()
        && section.starts_with(|c: char| c.is_ascii_uppercase())
        && section.bytes().all(|b| b.is_ascii_alphanumeric())
        && words(rest).all(|word| word.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')))
    .then_some((section, rest))
}

/// State of the reader: the series below each line of names, which in a loop is always the same.
#[derive(Default)]
struct Tables {
    columns: HashMap<Vec<u8>, Vec<u32>>,
}

impl Reader for Tables {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let cut = !lines.rest().ends_with(b"\n");
        while let Some(head) = lines.peek() {
            let above = lines.number();
            // a section of a later kernel is known by the numbers below it
            let Some((section, _)) = names(head) else { break };
            let mut below = lines.clone();
            below.advance();
            let numbers =
                below.peek().and_then(|line| line.strip_prefix(section.as_bytes())?.strip_prefix(b":"));
            let Some(numbers) =
                numbers.filter(|line| !words(line).next().is_some_and(|w| w[0].is_ascii_alphabetic()))
            else {
                if !joined::is_section(section) {
                    break;
                }
                lines.advance();
                facts.rejects.push(above, "a line of names without its line of numbers");
                continue;
            };
            lines.advance();
            lines.advance();
            self.row(head, numbers, (above + 1, cut && lines.rest().is_empty()), facts);
        }
    }
}

impl Tables {
    /// One line of numbers and whether it may be cut.
    fn row(&mut self, head: &[u8], numbers: &[u8], (line, cut): (u32, bool), facts: &mut Facts) {
        let capture = facts.capture();
        if !self.columns.contains_key(head) {
            let keys = keys(head, facts);
            self.columns.insert(head.to_vec(), keys);
        }
        let Some(keys) = self.columns.get(head) else { return };
        let printed = words(numbers).count();
        if printed > keys.len() || (printed < keys.len() && !cut) {
            facts.rejects.push(line, format!("{printed} numbers below {} names", keys.len()));
            return;
        }
        for (at, (word, key)) in words(numbers).zip(keys).enumerate() {
            let Some(id) = facts.keys.get(*key as usize) else { continue };
            let value = if id.kind == Kind::Gauge { level(word).map(f64::to_bits) } else { number(word) };
            match value {
                _ if cut && at + 1 == printed => facts.rejects.push(line, CUT),
                Some(value) => facts.samples.push(*key, capture, line, value),
                None => {
                    let why = format!("{}: no number, or one that no counter can have", id.metric);
                    facts.rejects.push(line, why);
                }
            }
        }
    }
}

/// A series for each name of a line.
fn keys(head: &[u8], facts: &mut Facts) -> Vec<u32> {
    let Some((section, names)) = names(head) else { return Vec::new() };
    let metric = |name: &[u8]| format!("{section}.{}", String::from_utf8_lossy(name));
    let ids = words(names).map(metric).map(|metric| {
        let kind = counters::counter(&metric).map_or(Kind::Counter, |row| row.kind);
        SeriesId { metric, of: String::new(), kind }
    });
    let ids: Vec<SeriesId> = ids.collect();
    ids.into_iter().map(|id| facts.key(id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(String, u64)>, Facts) {
        let mut facts = Facts::default();
        let mut lines = Lines::new(text.as_bytes(), 1);
        let mut reader = (DUMP.open)();
        while let Some(line) = lines.peek() {
            if begins(line) {
                reader.read(&mut lines, &mut facts);
            } else {
                lines.advance();
            }
        }
        let metric = |k: &u32| facts.keys[*k as usize].metric.clone();
        let pairs = facts.samples.key.iter().map(metric).zip(facts.samples.value.iter().copied()).collect();
        (pairs, facts)
    }

    #[test]
    fn columns_are_read_by_their_names() {
        let (pairs, facts) = read(
            "TcpExt: ListenDrops NewThing ListenOverflows\nTcpExt: 7 8 18446744073709551615\nIcmpMsg: InType3\nIcmpMsg: 9\n",
        );
        let expected = [
            ("TcpExt.ListenDrops", 7),
            ("TcpExt.NewThing", 8),
            ("TcpExt.ListenOverflows", u64::MAX),
            ("IcmpMsg.InType3", 9),
        ];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value)));
        assert_eq!(facts.samples.line, [2, 2, 2, 4]);
    }

    #[test]
    fn what_may_be_below_zero_is_a_level() {
        let (pairs, facts) = read("Tcp: MaxConn CurrEstab InSegs\nTcp: -1 5 -3\n");
        assert_eq!(
            pairs,
            [
                ("Tcp.MaxConn".to_owned(), (-1.0_f64).to_bits()),
                ("Tcp.CurrEstab".to_owned(), 5.0_f64.to_bits())
            ]
        );
        assert_eq!(facts.rejects.kept[0].why, "Tcp.InSegs: no number, or one that no counter can have");
    }

    #[test]
    fn sections_of_later_kernels_are_known_by_the_numbers_below() {
        assert_eq!(
            read("Ip: InReceives\nIp: 1\nQuicExt: InHellos\nQuicExt: 4\n").0[1],
            ("QuicExt.InHellos".to_owned(), 4)
        );
        assert_eq!(read("Ip: InReceives\nIp: 1\nNote: this is text\n").0.len(), 1);
    }

    #[test]
    fn a_table_that_was_cut_gives_what_is_whole() {
        let (pairs, facts) = read("Udp: InDatagrams NoPorts InErrors\nUdp: 18905 34");
        assert_eq!((pairs, facts.rejects.count), (vec![("Udp.InDatagrams".to_owned(), 18905)], 1));
        assert_eq!(
            read("Udp: InDatagrams NoPorts\nUdp: 1\nTcp: InSegs\nTcp: 1\n").1.rejects.kept[0].why,
            "1 numbers below 2 names"
        );
        assert_eq!(read("Udp: InDatagrams NoPorts\n").1.rejects.count, 1);
        assert_eq!(read("Udp: InDatagrams\nUdp: 1 2\n").1.rejects.count, 1);
    }

    #[test]
    fn a_loop_repeats_the_same_series() {
        let one = "Tcp: InSegs\nTcp: 5\n";
        let (pairs, facts) = read(&[one, one, "\n", one].concat());
        assert_eq!((pairs.len(), facts.keys.len(), facts.rejects.count), (3, 1, 0));
    }

    #[test]
    fn headings_of_netstat_are_not_taken() {
        for line in
            ["Tcp:", "Tcp: ", "TcpExt: 1 2", "TCP: inuse 3", "Ip6InReceives \t1", "Ip : x", "Udp: a-b"]
        {
            assert!(!begins(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn no_beginning_of_a_file_panics() {
        let text = "Tcp: MaxConn InSegs\nTcp: -1 x\nUdp: A\nUdp:\nUdp: \nIp: A B\nIp: 1 2";
        for end in 0..=text.len() {
            read(&text[..end]);
        }
    }
}
