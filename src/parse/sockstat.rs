//! `/proc/net/sockstat` and `sockstat6`: how many sockets there are, and the memory that TCP, UDP and fragments hold.
//!
//! Written by the kernel. Bundles keep them as `proc/net/sockstat`, `proc/net/sockstat6`, or in a file that a loop
//! appended to.
//!
//! ```text
//! sockets: used 290
//! TCP: inuse 4 orphan 0 tw 4 alloc 22 mem 5
//! FRAG: inuse 0 memory 0
//! ```
//!
//! *Yields* a gauge for each pair of word and number: `sockstat.TCP.mem`, in pages; `sockstat.FRAG.memory`, in bytes.
//! `inuse` and `tw` are of the network namespace, `alloc`, `orphan` and `mem` of the whole machine. *Hides* nothing.
//! *Keeps unnamed* families and words of later kernels. *Rejects* words without a number, and a last number that
//! the end of the file may have cut.

use super::intern::Intern;
use super::lines::Lines;
use super::words::{CUT, level, words};
use super::{Dump, Reader};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const DUMP: Dump =
    Dump { name: "/proc/net/sockstat", begins, open: || Box::new(Sockets(Intern::new(Kind::Gauge))) };

fn begins(line: &[u8]) -> bool {
    family(line).is_some()
}

/// `sockets: used …`, or a family in capitals and its sockets in use.
fn family(line: &[u8]) -> Option<&str> {
    let mut words = words(line);
    let family = std::str::from_utf8(words.next()?.strip_suffix(b":")?).ok()?;
    let capitals = || family.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let first = words.next()?;
    ((family == "sockets" && first == b"used") || (!family.is_empty() && capitals() && first == b"inuse"))
        .then_some(family)
}

/// State of the reader: the series met.
struct Sockets(Intern);

impl Reader for Sockets {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let cut = !lines.rest().ends_with(b"\n");
        while let Some(text) = lines.peek() {
            let Some(family) = family(text) else { break };
            let line = lines.number();
            lines.advance();
            let mut words = words(text).skip(1).peekable();
            while let Some(name) = words.next() {
                let value = words.next().and_then(level);
                let last = cut && words.peek().is_none() && lines.rest().is_empty();
                match (value, std::str::from_utf8(name)) {
                    _ if last => facts.rejects.push(line, CUT),
                    (Some(value), Ok(name)) => {
                        self.0.measure(&format!("sockstat.{family}.{name}"), "", value, line, facts);
                    }
                    _ => facts.rejects.push(line, "a word without a number"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(String, f64)>, Facts) {
        let mut facts = Facts::default();
        let mut lines = Lines::new(text.as_bytes(), 1);
        if lines.peek().is_some_and(begins) {
            (DUMP.open)().read(&mut lines, &mut facts);
        }
        let metric = |k: &u32| facts.keys[*k as usize].metric.clone();
        let values = facts.samples.value.iter().map(|bits| f64::from_bits(*bits));
        (facts.samples.key.iter().map(metric).zip(values).collect(), facts)
    }

    #[test]
    fn each_word_is_a_level_of_its_family() {
        let (pairs, _) = read("sockets: used 290\nTCP: inuse 4 orphan 0\nFRAG6: inuse 0 memory 7\nother\n");
        let expected = [
            ("sockstat.sockets.used", 290.0),
            ("sockstat.TCP.inuse", 4.0),
            ("sockstat.TCP.orphan", 0.0),
            ("sockstat.FRAG6.inuse", 0.0),
            ("sockstat.FRAG6.memory", 7.0),
        ];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value)));
    }

    #[test]
    fn a_cut_or_garbled_number_costs_itself() {
        let (pairs, facts) = read("TCP: inuse x orphan 3\nUDP: inuse 4 mem 1");
        assert_eq!((pairs.len(), facts.rejects.count), (2, 2));
        assert_eq!(read("TCP: inuse 4 orp").1.rejects.count, 1);
    }

    #[test]
    fn other_lines_do_not_begin_it() {
        for line in
            ["Tcp: InSegs", "sockets: 5", "TCP:   45 (estab 1)", "Total: 290", ": inuse 4", "TCP inuse 4"]
        {
            assert!(!begins(line.as_bytes()), "{line}");
        }
    }
}
