//! `/proc/net/snmp6` and `/proc/net/dev_snmp6/<interface>`: the IPv6 counters, a name and a number a line.
//!
//! Written by the kernel; `/proc/net/sctp/snmp` has the same form. Bundles keep them as `proc/net/snmp6`,
//! `proc/net/dev_snmp6/eth0` (also below `proc/<pid>/net/`), or in a file that a loop appended to.
//!
//! ```text
//! Ip6InReceives                     757
//! ```
//!
//! *Yields* a sample for each line: `Ip6.InReceives`; those of one interface are of that interface. All zeros are
//! printed, except for ICMP types that never occurred. *Hides* `ifIndex`, the first line of an interface.
//! *Keeps unnamed* counters that the catalogue does not have: section and name as printed.
//! *Rejects* lines without a number, a last number that the end of the file may have cut, and the counters of an
//! interface where the path does not name it: they are a part of the host's and must not be taken for them.

use hashbrown::HashMap;

use super::intern::Intern;
use super::lines::Lines;
use super::words::{CUT, number, words};
use super::{Dump, Reader};
use crate::catalogue::{counters, joined};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const DUMP: Dump = Dump { name: "/proc/net/snmp6", begins, open: || Box::new(Table::default()) };

fn begins(line: &[u8]) -> bool {
    is_index(line)
        || metric(line).is_some_and(|_| words(line).nth(1).is_some_and(|word| number(word).is_some()))
}

fn is_index(line: &[u8]) -> bool {
    line.starts_with(b"ifIndex ")
        && words(line).nth(1).is_some_and(|word| number(word).is_some())
        && words(line).count() == 2
}

/// Section and name of a line of two words.
fn metric(line: &[u8]) -> Option<(&'static str, &str)> {
    let mut words = words(line);
    let name = words.next().filter(|_| line.first().is_some_and(u8::is_ascii_uppercase))?;
    (words.next().is_some() && words.next().is_none())
        .then(|| joined::split(std::str::from_utf8(name).ok()?))?
}

/// The interface that a path names: `dev_snmp6/eth0`.
fn interface(path: &str) -> Option<&str> {
    let name = path.rsplit_once("dev_snmp6/")?.1;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

/// State of the reader: the series met.
struct Table {
    counters: Intern,
    gauges: Intern,
    metrics: HashMap<Vec<u8>, (String, Kind)>,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            counters: Intern::new(Kind::Counter),
            gauges: Intern::new(Kind::Gauge),
            metrics: HashMap::new(),
        }
    }
}

impl Reader for Table {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let cut = !lines.rest().ends_with(b"\n");
        let of = interface(&facts.path).unwrap_or_default().to_owned();
        let mut index = false;
        let mut refused = false;
        while let Some(text) = lines.peek() {
            let line = lines.number();
            let Some(found) = metric(text) else {
                let torn = cut
                    && text.len() == lines.rest().len()
                    && text.first().is_some_and(u8::is_ascii_uppercase)
                    && words(text).count() == 1;
                if torn {
                    facts.rejects.push(line, CUT);
                } else if !is_index(text) {
                    break;
                }
                index = true;
                lines.advance();
                continue;
            };
            lines.advance();
            if index && of.is_empty() {
                if !refused && !text.is_empty() {
                    facts.rejects.push(line, "counters of one interface, which the path does not name");
                }
                refused = true;
                continue;
            }
            match words(text).nth(1).and_then(number) {
                _ if cut && lines.rest().is_empty() => facts.rejects.push(line, CUT),
                Some(value) => self.sample(text, found, (&of, value, line), facts),
                None => facts.rejects.push(line, "no number behind the counter's name"),
            }
        }
    }
}

impl Table {
    fn sample(
        &mut self,
        text: &[u8],
        found: (&str, &str),
        (of, value, line): (&str, u64, u32),
        facts: &mut Facts,
    ) {
        let word = words(text).next().unwrap_or_default();
        let (metric, kind) = self.metrics.entry_ref(word).or_insert_with(|| {
            let metric = format!("{}.{}", found.0, found.1);
            let kind = counters::counter(&metric).map_or(Kind::Counter, |row| row.kind);
            (metric, kind)
        });
        if *kind == Kind::Gauge {
            #[allow(clippy::cast_precision_loss)] // associations
            self.gauges.measure(metric, of, value as f64, line, facts);
        } else {
            self.counters.count(metric, of, value, line, facts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> Facts {
        let mut facts = Facts { path: path.to_owned(), ..Facts::default() };
        let mut lines = Lines::new(text.as_bytes(), 1);
        let mut reader = (DUMP.open)();
        while let Some(line) = lines.peek() {
            if begins(line) {
                reader.read(&mut lines, &mut facts);
            } else {
                lines.advance();
            }
        }
        facts
    }

    fn names(facts: &Facts) -> Vec<String> {
        facts.keys.iter().map(|k| format!("{}{{{}}}", k.metric, k.of)).collect()
    }

    #[test]
    fn sections_are_cut_from_names() {
        let facts = read(
            "proc/net/snmp6",
            "Ip6InReceives                   \t757\nUdpLite6InErrors \t3\nIcmp6OutType143\t2\nSctpCurrEstab \t4\n",
        );
        assert_eq!(
            names(&facts),
            ["Ip6.InReceives{}", "UdpLite6.InErrors{}", "Icmp6.OutType143{}", "Sctp.CurrEstab{}"]
        );
        assert_eq!(facts.samples.value, [757, 3, 2, 4.0_f64.to_bits()]);
    }

    #[test]
    fn the_counters_of_an_interface_are_not_those_of_the_host() {
        let text = "ifIndex                         \t2\nIp6InReceives                   \t757\n";
        assert_eq!(names(&read("proc/net/dev_snmp6/eth0", text)), ["Ip6.InReceives{eth0}"]);
        let facts = read("a/lie", text);
        assert_eq!((facts.keys.len(), facts.rejects.count), (0, 1));
    }

    #[test]
    fn a_cut_number_is_not_believed() {
        let facts = read("x", "Ip6InReceives \t75\nIp6InDelivers \tx\nIp6InDiscards \t1\nIp6InFrobs \t7");
        assert_eq!((facts.keys.len(), facts.rejects.count), (2, 2));
        assert_eq!(read("x", "Ip6InReceives \t75\nIp6InDisc").rejects.count, 1);
    }

    #[test]
    fn other_lines_do_not_begin_a_table() {
        for line in [
            "Ip6InReceives                   757                0.0",
            "MemFree: 1",
            "Ip6InReceives",
            "Ip6InReceives x",
            "ifIndex",
            "XfrmInError \t1",
        ] {
            assert!(!begins(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn no_beginning_of_a_file_panics() {
        let text = "ifIndex \t2\nIp6InReceives \t757\n\u{e9} 7\nIp6\u{e9} 7\nUdp6A 1";
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            read("x", &text[..end]);
            read("dev_snmp6/eth0", &text[..end]);
        }
    }
}
