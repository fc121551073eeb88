//! `/proc/net/dev`: packets, bytes and errors of each interface.
//!
//! Written by the kernel; bundles keep it as `proc/net/dev` and `proc/<pid>/net/dev`, supportconfig as a section of
//! `proc.txt`, and loops append it with `cat`.
//!
//! ```text
//! Inter-|   Receive                                                |  Transmit
//!  face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
//!   eth0:244399203    6630    0    0    0     0          0         0   343799    3722    0    0    0     0       0          0
//! ```
//!
//! *Yields* the counters `dev.*` of each interface, by the names in the second line, for kernels before 2.2 had
//! fewer. Three columns are sums of the kernel's fields and get names of their own: `dev.rx_drop` (dropped and
//! missed), `dev.rx_frame` (length, overrun, crc, frame), `dev.tx_carrier` (carrier, aborted, window, heartbeat).
//! A wide number is glued to the colon, and an alias has one in its name (`eth0:1:`): the last colon counts.
//! *Hides* nothing.
//! *Keeps unnamed* columns nobody knows, as `dev.rx_` or `dev.tx_` and the name in the header.
//! *Rejects* rows with more or fewer numbers than the header has names, numbers above 2^64, and a last row that the
//! end of the file may have cut.

use std::borrow::Cow;

use super::intern::Intern;
use super::lines::Lines;
use super::words::{CUT, is_cut, name, number, words};
use super::{Dump, Reader, stamp};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const DUMP: Dump = Dump {
    name: "/proc/net/dev",
    // /proc/net/wireless begins with the same word
    begins: |line| line.starts_with(b"Inter-|") && memchr::memmem::find(line, b"Receive").is_some(),
    open: || Box::new(Interfaces { counters: Intern::new(Kind::Counter), columns: Vec::new() }),
};

struct Interfaces {
    counters: Intern,
    /// The metric of each column.
    columns: Vec<Cow<'static, str>>,
}

impl Reader for Interfaces {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        lines.advance();
        let Some(columns) = lines.peek().and_then(header) else {
            facts.rejects.push(lines.number().saturating_sub(1), "/proc/net/dev without its second line");
            return;
        };
        self.columns = columns;
        lines.advance();
        while let Some(line) = lines.peek() {
            let Some((of, values)) = row(line) else { break };
            let count = words(values).count();
            if count != self.columns.len() && stamp::separator(line).is_some() {
                break;
            }
            self.row(of, values, count, lines, facts);
            lines.advance();
        }
    }
}

impl Interfaces {
    fn row(&mut self, of: &[u8], values: &[u8], count: usize, lines: &Lines<'_>, facts: &mut Facts) {
        let line = lines.number();
        let (true, Some(of)) = (count == self.columns.len(), name(of)) else {
            let columns = self.columns.len();
            return facts.rejects.push(line, format!("{count} numbers below {columns} columns"));
        };
        if is_cut(lines) {
            return facts.rejects.push(line, CUT);
        }
        for (metric, word) in self.columns.iter().zip(words(values)) {
            match number(word) {
                Some(value) => self.counters.count(metric, of, value, line, facts),
                None => facts.rejects.push(line, format!("{metric} is above 2^64")),
            }
        }
    }
}

/// The metrics of ` face |bytes …|bytes …`.
fn header(line: &[u8]) -> Option<Vec<Cow<'static, str>>> {
    let mut parts = line.split(|b| *b == b'|');
    (parts.next()?.trim_ascii() == b"face").then_some(())?;
    let (receive, transmit) = (parts.next()?, parts.next()?);
    let received = words(receive).map(|column| metric(column, "rx"));
    received.chain(words(transmit).map(|column| metric(column, "tx"))).collect()
}

/// The kernel's own sums are no fields of `rtnl_link_stats64` and share no name with one.
fn metric(column: &[u8], way: &str) -> Option<Cow<'static, str>> {
    let column = name(column)?;
    Some(match (way, column) {
        (_, "errs") => format!("dev.{way}_errors").into(),
        (_, "fifo") => format!("dev.{way}_fifo_errors").into(),
        ("rx", "multicast") => "dev.multicast".into(),
        ("tx", "drop") => "dev.tx_dropped".into(),
        ("tx", "colls") => "dev.collisions".into(),
        _ => format!("dev.{way}_{column}").into(),
    })
}

/// An interface and its numbers.
fn row(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memrchr(b':', line)?;
    let (of, values) = (line[..colon].trim_ascii(), &line[colon + 1..]);
    let numbers = values.iter().all(|b| b.is_ascii_digit() || b.is_ascii_whitespace());
    (!of.is_empty() && numbers && !of.iter().any(u8::is_ascii_whitespace)).then_some((of, values))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Inter-|   Receive                  |  Transmit\n face |packets errs drop fifo frame|packets errs drop fifo colls carrier\n";

    fn read(text: &str) -> (Facts, String) {
        let mut facts = Facts::default();
        let mut lines = Lines::new(text.as_bytes(), 1);
        (DUMP.open)().read(&mut lines, &mut facts);
        (facts, String::from_utf8_lossy(lines.rest()).into_owned())
    }

    #[test]
    fn columns_are_read_by_their_names() {
        let (facts, left) = read(&format!("{HEAD}eth0:5 1 2 3 4 6 7 8 9 10 11\n2026-11-21T12:30:01\n"));
        let names: Vec<&str> = facts.keys.iter().map(|k| k.metric.trim_start_matches("dev.")).collect();
        let all = "rx_packets rx_errors rx_drop rx_fifo_errors rx_frame tx_packets tx_errors tx_dropped tx_fifo_errors collisions tx_carrier";
        assert_eq!(names.join(" "), all);
        assert_eq!(facts.samples.value, [5, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]);
        assert_eq!(left, "2026-11-21T12:30:01\n");
    }

    #[test]
    fn an_alias_keeps_its_colon() {
        let (facts, _) = read(&format!("{HEAD}eth0:1:5 1 2 3 4 6 7 8 9 10 11\n"));
        assert_eq!(facts.keys[0].of, "eth0:1");
    }

    #[test]
    fn a_row_that_does_not_fit_costs_nothing_else() {
        let (facts, _) =
            read(&format!("{HEAD}eth0: 5 1\neth1: 1 1 1 1 1 1 1 1 1 1 1\neth2: 1 1 1 1 1 1 1 1 1 1 1"));
        assert_eq!((facts.rejects.count, facts.samples.value.len()), (2, 11));
    }
}
