//! `netstat -i`: packets and errors of each interface.
//!
//! Written by net-tools `netstat -i`, `netstat -ain`; older supportconfig has it in `network.txt`, `OSWatcher` in
//! `oswnetstat`. Older releases print the metric (`Met`) too. `netstat -ie` prints what ifconfig prints below the
//! same title, and is read as that.
//!
//! ```text
//! Kernel Interface table
//! Iface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg
//! eth0             1400     6630      0      0 0          3722      0      0      0 BMRU
//! ```
//!
//! *Yields* the counters `dev.rx_packets` (`RX-OK`), `dev.rx_errors`, `dev.rx_drop` (a sum, as in `/proc/net/dev`),
//! `dev.rx_fifo_errors` (`RX-OVR`), and the same of tx, by the names in the header.
//! *Hides* MTU, metric, flags, and interfaces without statistics (aliases). Old releases cut names to five
//! characters, which are kept as printed.
//! *Keeps unnamed* nothing.
//! *Rejects* rows with fewer numbers than columns, and a last row that the end of the file may have cut.

use super::intern::Intern;
use super::lines::Lines;
use super::words::{CUT, is_cut, name, number, words};
use super::{Dump, Reader, stamp};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const DUMP: Dump = Dump {
    name: "netstat -i",
    begins: |line| line == TITLE || header(line).is_some(),
    open: || Box::new(Interfaces { counters: Intern::new(Kind::Counter) }),
};

const TITLE: &[u8] = b"Kernel Interface table";

struct Interfaces {
    counters: Intern,
}

impl Reader for Interfaces {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        if lines.peek() == Some(TITLE) {
            lines.advance();
        }
        let Some(columns) = lines.peek().and_then(header) else { return };
        lines.advance();
        while let Some(line) = lines.peek() {
            if !is_row(line) || stamp::separator(line).is_some() {
                break;
            }
            if is_cut(lines) && !line.ends_with(b"U") {
                facts.rejects.push(lines.number(), CUT);
            } else if memchr::memmem::find(line, b"no statistics available").is_none() {
                self.row(line, &columns, lines.number(), facts);
            }
            lines.advance();
        }
    }
}

impl Interfaces {
    fn row(&mut self, row: &[u8], columns: &[Option<&'static str>], line: u32, facts: &mut Facts) {
        // `Flg` stands last and may be two words (`[NO FLAGS]`)
        let (count, needed) = (words(row).count(), columns.len());
        let Some(of) = words(row).next().and_then(name).filter(|_| count >= needed) else {
            return facts.rejects.push(line, format!("{count} words below {needed} columns"));
        };
        for (metric, word) in columns.iter().zip(words(row)) {
            let Some(metric) = metric else { continue };
            match number(word) {
                Some(value) => self.counters.count(metric, of, value, line, facts),
                None => facts.rejects.push(line, format!("{metric} is no whole number")),
            }
        }
    }
}

/// A name and an MTU.
fn is_row(line: &[u8]) -> bool {
    let mut words = words(line);
    !line.starts_with(b" ") && words.next().is_some() && words.next().and_then(number).is_some()
}

/// The metric of each column, where it is a counter.
fn header(line: &[u8]) -> Option<Vec<Option<&'static str>>> {
    let mut columns = words(line).peekable();
    (columns.next_if_eq(&&b"Iface"[..]).is_some() && *columns.peek()? == b"MTU").then_some(())?;
    let metrics = columns.map(|column| {
        Some(match column {
            b"RX-OK" => "dev.rx_packets",
            b"RX-ERR" => "dev.rx_errors",
            b"RX-DRP" => "dev.rx_drop",
            b"RX-OVR" => "dev.rx_fifo_errors",
            b"TX-OK" => "dev.tx_packets",
            b"TX-ERR" => "dev.tx_errors",
            b"TX-DRP" => "dev.tx_dropped",
            b"TX-OVR" => "dev.tx_fifo_errors",
            _ => return None,
        })
    });
    Some(std::iter::once(None).chain(metrics).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Facts, String) {
        let mut facts = Facts::default();
        let mut lines = Lines::new(text.as_bytes(), 1);
        (DUMP.open)().read(&mut lines, &mut facts);
        (facts, String::from_utf8_lossy(lines.rest()).into_owned())
    }

    #[test]
    fn the_metric_column_of_older_releases_moves_nothing() {
        let (facts, left) = read(
            "Kernel Interface table\nIface MTU Met RX-OK RX-ERR RX-DRP RX-OVR TX-OK TX-ERR TX-DRP TX-OVR Flg\neth0 1500 0 1 2 3 4 5 6 7 8 BMRU\neth0:1 1500 0 - no statistics available - BMRU\nIp:\n",
        );
        assert_eq!(facts.samples.value, [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!((facts.rejects.count, left.as_str()), (0, "Ip:\n"));
    }

    #[test]
    fn below_the_title_of_ie_stands_ifconfig() {
        let (facts, left) = read("Kernel Interface table\neth0: flags=4163<UP>  mtu 1400\n");
        assert_eq!((facts.samples.value.len(), left.as_str()), (0, "eth0: flags=4163<UP>  mtu 1400\n"));
    }
}
