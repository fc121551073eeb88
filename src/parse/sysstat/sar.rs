//! `sar` and `mpstat`: tables of averages, one row for each interval.
//!
//! Written by sysstat 9 to 12.7: `sar -A`, `sar -n DEV,EDEV 1 5`, `sar -f sa20`, `mpstat -P ALL 1`. Bundles keep the
//! day's text as `var/log/sa/sarDD`, `var/log/sysstat/sarDD`, `sos_commands/sar/sarDD`.
//!
//! ```text
//! Linux 6.18.5 (web1)     11/20/26        _x86_64_        (4 CPU)
//!
//! 09:12:10     atmptf/s  estres/s retrseg/s isegerr/s   orsts/s
//! 09:12:20         0.00      0.00      3.10      0.00      0.00
//! Average:         0.00      0.00      3.10      0.00      0.00
//! ```
//!
//! *Yields* a capture for each time, whatever reports show it, with rates and gauges as `catalogue/sar.tsv` names the
//! columns; [`Clue::Host`]. A header's time is when the first average begins: there, behind a restart, and
//! where a device was away, stands a NaN. Times are wall clocks, the date is the head's, and a midnight between two rows
//! is a day more. Of a date such as 11/12/26 see [`Date::day`](super::head::Date::day).
//! *Hides* averages of the whole day, `LINUX RESTART` (sysstat writes one also when it is installed), comments,
//! interrupts by number (`INTR`), USB devices, processes of pidstat, and what stands for all CPUs where each is
//! printed and the numbers are sums.
//! *Keeps unnamed* columns nobody wrote down, as gauges `sar.<column>`.
//! *Rejects* rows with other cells than their header, halves of the day in an unknown language, a last line without an
//! end. *Notes* a date that is supposed to have its month first.

use super::head::{self, Day, Form};
use super::number::{Cell, cell};
use super::report::Interns;
use super::table::{Place, Table, is_column, is_header, uncoloured};
use super::{clock, words};
use crate::model::fact::{Clue, Facts};
use crate::parse::lines::Lines;
use crate::parse::moment::{Moments, Zone, resume};
use crate::parse::{Dump, Reader, Whole};
use hashbrown::HashMap;
use std::borrow::Cow;

/// See the module.
pub const DUMP: Dump =
    Dump { name: "sar", begins: |line| head::head(line).is_some(), open: || Box::new(Sar::default()) };

/// A day's file, where only its name tells which of two numbers is the day.
pub const DAILY: Whole = Whole {
    name: "sar",
    is: |path, bytes| {
        let date = Lines::new(bytes, 1).next().and_then(head::head).map(|head| head.date);
        head::named_day(path).is_some_and(|_| {
            matches!(date.and_then(|d| d.day(Form::default(), None)), Some(Day::Supposed(_)))
        })
    },
    read: |path, bytes, facts| {
        let mut sar = Sar { named: head::named_day(path), ..Sar::default() };
        let mut lines = Lines::new(bytes, 1);
        facts.met(DUMP.name);
        while lines.peek().is_some() {
            sar.read(&mut lines, facts);
            if let Some(line) = lines.next().filter(|line| !line.trim_ascii().is_empty()) {
                let text: String = String::from_utf8_lossy(line).chars().take(60).collect();
                facts.rejects.push(lines.number() - 1, format!("no line of sar: {text}"));
            }
        }
    },
    cut: None,
};

/// State of the reader.
#[derive(Debug)]
struct Sar {
    named: Option<u32>,
    midnight: i64,
    /// Words between the time and the first column: AM or PM.
    half: usize,
    moments: Moments,
    interns: Interns,
    tables: Vec<Table>,
    index: HashMap<String, usize>,
    at: Option<usize>,
    /// Time of the row before, as written, and its capture.
    last: (Vec<u8>, u32),
    cells: Vec<Option<Cell>>,
    /// `Average` in the language of this file, and what else stands before a colon.
    averages: Vec<String>,
}

impl Default for Sar {
    fn default() -> Self {
        Self {
            named: None,
            midnight: 0,
            half: 0,
            moments: Moments::new(Zone::Wall(None)),
            interns: Interns::default(),
            tables: Vec::new(),
            index: HashMap::new(),
            at: None,
            last: (Vec::new(), 0),
            cells: Vec::new(),
            averages: ["Average", "Summary", "Minimum", "Maximum", "Last"].map(str::to_owned).to_vec(),
        }
    }
}

impl Reader for Sar {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        let outside = facts.captures.last().cloned();
        let coloured = memchr::memchr(0x1b, &lines.rest()[..lines.rest().len().min(4096)]).is_some();
        let cut = !lines.rest().ends_with(b"\n");
        while let Some(line) = lines.peek() {
            let number = lines.number();
            let line = if coloured { uncoloured(line) } else { Cow::Borrowed(line) };
            let line = line.as_ref();
            let own = line.trim_ascii().is_empty()
                || self.row(line, number, facts)
                || self.timed(line, number, facts)
                || self.begin(line, lines, facts)
                || self.is_average(line);
            if !own {
                break;
            }
            lines.advance();
            if cut && lines.rest().is_empty() && clock::time(line).is_some() {
                self.finish(facts);
                retract(number, facts);
            }
        }
        self.finish(facts);
        self.at = None;
        if lines.peek().is_some() {
            resume(outside, facts);
        }
    }
}

/// Takes back what the last line said: `12.5` may have been `12.50` or `12.57`.
fn retract(line: u32, facts: &mut Facts) {
    facts.samples.retract(line);
    if facts.rejects.kept.last().is_some_and(|reject| reject.line == line) {
        return;
    }
    facts.rejects.push(line, "truncated: the file ends here, perhaps in the middle of a number");
}

impl Sar {
    /// The head of a report: another host, another day.
    fn begin(&mut self, line: &[u8], lines: &Lines<'_>, facts: &mut Facts) -> bool {
        let Some(head) = head::head(line) else { return false };
        self.finish(facts);
        (self.tables, self.index, self.at) = (Vec::new(), HashMap::new(), None);
        self.last = (Vec::new(), 0);
        let comma;
        (self.half, comma) = form(lines.clone());
        let line = lines.number();
        facts.clues.push(Clue::Host { name: head.host.to_owned(), line });
        self.midnight = match head.date.day(Form { half_days: self.half > 0, comma }, self.named) {
            Some(Day::Known(at)) => at,
            Some(Day::Supposed(at)) => {
                facts.notes.push(
                    line,
                    "month first or day first? Read with the month first, as the C locale writes it",
                );
                at
            }
            None => 0,
        };
        true
    }

    fn finish(&mut self, facts: &mut Facts) {
        for table in &mut self.tables {
            table.report.finish(&mut self.interns, facts);
        }
    }

    /// A row of the present table; `false` when it is none, or none that can be read.
    fn row(&mut self, line: &[u8], number: u32, facts: &mut Facts) -> bool {
        let Some(at) = self.at else { return false };
        let Some((micros, stamp, rest)) = self.split(line) else { return false };
        let Some(table) = self.tables.get_mut(at) else { return false };
        let width = table.report.width() + table.text.len();
        if table.hidden {
            return words(rest).take(2).any(|word| cell(word).is_some());
        }
        let mut words = words(rest);
        let mut of: &[u8] = b"";
        if table.place == Place::First {
            of = words.next().unwrap_or(b"");
        }
        self.cells.clear();
        for column in 0..width {
            let Some(word) = words.next() else { return false };
            if table.text.contains(&column) {
                continue;
            }
            let Some(value) = cell(word) else { return false };
            self.cells.push(Some(value));
        }
        match (table.place, words.next()) {
            (Place::Last, Some(name)) => of = name,
            (Place::Last, None) => return false,
            (_, Some(_)) if table.text.is_empty() => return false,
            _ => {}
        }
        let capture = if self.last.0 == stamp {
            self.last.1
        } else {
            let Some(micros) = micros else { return false };
            let at = self.midnight + table.days.since(micros);
            let capture = self.moments.capture(at, number, facts);
            self.last = (stamp.to_vec(), capture);
            capture
        };
        table.report.enter(capture, &mut self.interns, facts);
        table.report.row(of, &self.cells, number, &mut self.interns, facts);
        true
    }

    /// Time since midnight (`None` in an unknown language), all of the time as written, what is behind it.
    fn split<'a>(&self, line: &'a [u8]) -> Option<(Option<i64>, &'a [u8], &'a [u8])> {
        let (micros, end) = clock::time(line)?;
        if self.half == 0 {
            return Some((Some(micros), &line[..end], &line[end..]));
        }
        let mut rest = line[end..].trim_ascii_start();
        for _ in 0..self.half {
            let end = rest.iter().position(u8::is_ascii_whitespace)?;
            rest = rest[end..].trim_ascii_start();
        }
        let stamp = line[..line.len() - rest.len()].trim_ascii_end();
        let half = String::from_utf8_lossy(stamp.get(end..)?);
        Some((clock::halved(micros, half.trim()), stamp, rest))
    }

    /// Any other line with a time: a header, a restart, a comment, or a row that cannot be read.
    fn timed(&mut self, line: &[u8], number: u32, facts: &mut Facts) -> bool {
        let Some((micros, _, rest)) = self.split(line) else { return false };
        let text = String::from_utf8_lossy(rest);
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.first() == Some(&"COM") || words.starts_with(&["LINUX", "RESTART"]) {
            return true;
        }
        let Some(micros) = micros else {
            facts.rejects.push(number, "AM or PM in a language that is not known");
            return true;
        };
        if is_header(&words) {
            self.header(&words, micros, number, facts);
        } else if let Some(table) = self.at.and_then(|at| self.tables.get_mut(at)).filter(|t| !t.hidden) {
            facts.rejects.push(number, "row does not fit its header");
            // the next row is averaged from here all the same
            let moment = self.midnight + table.days.since(micros);
            let capture = self.moments.capture(moment, number, facts);
            table.report.enter(capture, &mut self.interns, facts);
            self.last.0.clear();
        }
        true
    }

    /// Index of the table with this header. Columns may come and go (CPUs of INTR); the first two stay.
    fn table(&mut self, words: &[&str]) -> usize {
        let name = words.iter().take(2).copied().collect::<Vec<_>>().join(" ");
        let at = *self.index.entry(name).or_insert(self.tables.len());
        if at == self.tables.len() {
            self.tables.push(Table::new(words));
        }
        at
    }

    fn header(&mut self, words: &[&str], micros: i64, line: u32, facts: &mut Facts) {
        let at = self.table(words);
        let Some(table) = self.tables.get_mut(at) else { return };
        if !table.is(words) {
            table.report.finish(&mut self.interns, facts);
            let (present, days) = (table.report.present(), table.days);
            *table = Table { days, ..Table::new(words) };
            if let Some(present) = present {
                table.report.enter(present, &mut self.interns, facts);
            }
        }
        if !table.hidden {
            let moment = self.midnight + table.days.since(micros);
            let capture = self.moments.capture(moment, line, facts);
            table.report.enter(capture, &mut self.interns, facts);
        }
        self.at = Some(at);
        self.last.0.clear();
    }

    /// `Average:`, `Moyenne :`, `平均時間：`: a word and a colon, and behind it as many numbers as in a row, or a header.
    fn is_average(&mut self, line: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(line) else { return false };
        let Some((word, rest)) = text.split_once([':', '：']) else { return false };
        let strange = |c: char| c.is_ascii_digit() || c.is_control();
        if word.is_empty() || word.len() > 40 || word.starts_with(' ') || word.contains(strange) {
            return false;
        }
        if self.averages.iter().any(|known| known == word) {
            return true;
        }
        let words: Vec<&str> = rest.split_whitespace().collect();
        let fits = self.at.and_then(|at| self.tables.get(at)).is_some_and(|table| {
            let width = table.report.width() + table.text.len() + usize::from(table.place != Place::Nowhere);
            let wordy = table.hidden || !table.text.is_empty();
            (words.len() == width || wordy) && words.iter().any(|word| cell(word.as_bytes()).is_some())
        });
        let header = !words.is_empty() && is_header(&words);
        if header {
            self.at = Some(self.table(&words));
        }
        let average = fits || header;
        if average {
            self.averages.push(word.to_owned());
        }
        average
    }
}

/// How many words stand between a time and what follows it (one or two on a 12-hour clock), and whether numbers have
/// a comma.
fn form(lines: Lines<'_>) -> (usize, bool) {
    let (mut half, mut comma) = (None, false);
    for line in lines.take(40) {
        let Some(rest) = clock::time(line).and_then(|(_, end)| line.get(end..)) else { continue };
        let text = String::from_utf8_lossy(rest);
        half = half.or_else(|| text.split_whitespace().take(3).position(is_column));
        comma |= text.split_whitespace().any(|w| w.contains(',') && cell(w.as_bytes()).is_some());
    }
    (half.unwrap_or(0), comma)
}
