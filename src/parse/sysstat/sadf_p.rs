//! `sadf -p`: one number a line, for `awk`.
//!
//! ```text
//! web1    10    2026-11-20 09:12:20 UTC    eth0    rxpck/s    12.00
//! web1    10    2026-11-20 09:12:20 UTC    -    active/s    0.10
//! ```
//!
//! *Yields* what [`sadf -d`](super::sadf_d) yields.
//! *Hides* restarts, comments, interrupts by number, words (`status` of a battery).
//! *Keeps unnamed* columns nobody wrote down, as `sar.<column>`.
//! *Rejects* a last line without an end.

use super::number::cell;
use super::report::Report;
use super::sadf::{Rows, When, entity};
use super::sadf_d::when;
use super::table::is_column;
use crate::model::fact::Facts;
use crate::parse::lines::Lines;
use crate::parse::moment::resume;
use crate::parse::{Dump, Reader};

/// See the module.
pub const DUMP: Dump = Dump {
    name: "sadf -p",
    begins: |line| pair(line).is_some_and(|pair| pair.of == "LINUX-RESTART" || is_column(pair.column)),
    open: || Box::new(Sadf::default()),
};

#[derive(Default)]
struct Sadf {
    rows: Rows,
    /// The column of the line before: what tells `retrans/s` of TCP from that of NFS.
    beside: String,
}

struct Pair<'a> {
    host: &'a str,
    when: When,
    of: &'a str,
    column: &'a str,
    value: &'a str,
}

fn pair(line: &[u8]) -> Option<Pair<'_>> {
    if memchr::memchr_iter(b'\t', line).take(6).count() < 3 {
        return None;
    }
    let mut cells = std::str::from_utf8(line).ok()?.split('\t');
    let (host, interval, time, of) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    let (column, value) = (cells.next().unwrap_or(""), cells.next().unwrap_or(""));
    let when = when(interval, time)?;
    cells.next().is_none().then_some(Pair { host, when, of, column, value })
}

impl Reader for Sadf {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        let outside = facts.captures.last().cloned();
        let cut = !lines.rest().ends_with(b"\n");
        while let Some(line) = lines.peek() {
            let number = lines.number();
            let Some(pair) = pair(line) else { break };
            self.rows.host(pair.host, number, facts);
            if cut && lines.rest().len() == line.len() {
                facts
                    .rejects
                    .push(number, "truncated: the file ends here, perhaps in the middle of a number");
            } else {
                self.pair(&pair, number, facts);
            }
            lines.advance();
        }
        self.rows.finish(facts);
        if lines.peek().is_some() {
            resume(outside, facts);
        }
    }
}

impl Sadf {
    fn pair(&mut self, pair: &Pair<'_>, line: u32, facts: &mut Facts) {
        let by_number =
            ["all", "idprod", "maxpower"].contains(&pair.column) || entity(pair.column) != pair.column;
        if let Some(value) = cell(pair.value.as_bytes()).filter(|_| !by_number) {
            let report = if pair.column == "retrans/s" {
                format!("{} {}", self.beside, pair.column)
            } else {
                pair.column.to_owned()
            };
            let make = || Report::of_one(pair.column, &self.beside);
            let row = (entity(pair.of).as_bytes(), &[Some(value)][..]);
            self.rows.row(&report, make, row, &pair.when, line, facts);
        }
        self.beside.clear();
        self.beside.push_str(pair.column);
    }
}
