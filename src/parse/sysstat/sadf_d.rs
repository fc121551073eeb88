//! `sadf -d`: a list with semicolons, for spreadsheets.
//!
//! ```text
//! # hostname;interval;timestamp;IFACE;rxpck/s;txpck/s
//! web1;10;2026-11-20 09:12:20 UTC;eth0;12.00;11.50
//! ```
//!
//! *Yields* what [`sar`](super::sar) yields; times are UTC, the host's own with `-t`, epoch with `-U`. Where a row does
//! not follow on the one before, the interval that it names begins with a NaN.
//! *Hides* restarts, comments, interrupts by number.
//! *Keeps unnamed* columns nobody wrote down, as `sar.<column>`.
//! *Rejects* rows with other cells than their header, the horizontal form (`-dh`), a last line without an end.

use super::number::cell;
use super::report::Report;
use super::sadf::{Rows, When, entity};
use super::table::{ENTITIES, HIDDEN, TEXT};
use crate::model::fact::Facts;
use crate::parse::lines::Lines;
use crate::parse::moment::resume;
use crate::parse::{Dump, Reader, stamp};

/// See the module.
pub const DUMP: Dump = Dump { name: "sadf -d", begins, open: || Box::new(Sadf::default()) };

#[derive(Default)]
struct Sadf {
    rows: Rows,
    /// The header: what its columns are, and whether the first names what a row is of.
    columns: Vec<String>,
    named: bool,
    hidden: bool,
}

/// A file may begin with the restart that its day began with.
fn begins(line: &[u8]) -> bool {
    let restart =
        || row(std::str::from_utf8(line).ok()?).filter(|(.., rest)| rest.starts_with("LINUX-RESTART"));
    header(line).is_some() || (memchr::memchr(b';', line).is_some() && restart().is_some())
}

fn header(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_prefix(b"# ").unwrap_or(line);
    line.strip_prefix(b"hostname;interval;timestamp;")
}

impl Reader for Sadf {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        let outside = facts.captures.last().cloned();
        let cut = !lines.rest().ends_with(b"\n");
        while let Some(line) = lines.peek() {
            let number = lines.number();
            if let Some(columns) = header(line) {
                self.begin(columns, number, facts);
            } else {
                let Ok(text) = std::str::from_utf8(line) else { break };
                let Some((host, when, rest)) = row(text) else { break };
                self.rows.host(host, number, facts);
                let last = cut && lines.rest().len() == line.len();
                let wrong = if last {
                    Some("truncated: the file ends here")
                } else {
                    self.row(&when, rest, number, facts)
                };
                if let Some(why) = wrong {
                    facts.rejects.push(number, why);
                }
            }
            lines.advance();
        }
        self.rows.finish(facts);
        if lines.peek().is_some() {
            resume(outside, facts);
        }
    }
}

/// Host, time and the cells behind them.
fn row(text: &str) -> Option<(&str, When, &str)> {
    let mut cells = text.splitn(4, ';');
    let (host, interval, time, rest) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    Some((host, when(interval, time)?, rest))
}

/// The time of a row; without a zone it is the host's own.
pub(super) fn when(interval: &str, time: &str) -> Option<When> {
    let interval = interval.parse().ok()?;
    When::new(stamp::separator(time.as_bytes())?, interval)
}

impl Sadf {
    fn begin(&mut self, columns: &[u8], line: u32, facts: &mut Facts) {
        let columns = String::from_utf8_lossy(columns);
        self.columns = columns.split(';').map(str::to_owned).collect();
        self.named = self.columns.first().is_some_and(|first| ENTITIES.contains(&first.as_str()));
        self.hidden = self.columns.iter().any(|column| HIDDEN.contains(&column.as_str()));
        if columns.contains("[...]") {
            self.hidden = true;
            facts.rejects.push(line, "sadf -dh: all devices on one line is not read");
        }
    }

    fn row(&mut self, when: &When, rest: &str, line: u32, facts: &mut Facts) -> Option<&'static str> {
        if self.hidden || rest.starts_with("LINUX-RESTART") || rest.starts_with("COM ") {
            return None;
        }
        let (of, rest) = if self.named { rest.split_once(';').unwrap_or((rest, "")) } else { ("", rest) };
        let columns = self.columns.get(usize::from(self.named)..).unwrap_or_default();
        let mut cells = Vec::with_capacity(columns.len());
        let mut words = rest.split(';');
        for column in columns {
            let Some(word) = words.next() else { return Some("row does not fit its header") };
            if TEXT.contains(&column.as_str()) {
                continue;
            }
            let Some(value) = cell(word.as_bytes()) else { return Some("a cell is no number") };
            cells.push(Some(value));
        }
        if words.next().is_some() {
            return Some("row does not fit its header");
        }
        let make = || {
            let names: Vec<&str> = columns.iter().map(String::as_str).filter(|c| !TEXT.contains(c)).collect();
            Report::new(&names)
        };
        let of = if self.columns.first().is_some_and(|c| c == "CPU") { entity(of) } else { of };
        self.rows.row(&columns.join(";"), make, (of.as_bytes(), &cells), when, line, facts);
        None
    }
}
