//! [`Rows`]: what the three forms of `sadf` have in common. Each row has its own time and the length of its interval.

use super::number::Cell;
use super::report::{Interns, Report};
use crate::model::fact::{Clue, Facts};
use crate::model::stamp::Stamp;
use crate::parse::moment::{Moments, Zone, placed};
use hashbrown::HashMap;

/// Series out of rows that come with their time.
#[derive(Debug)]
pub struct Rows {
    moments: Moments,
    interns: Interns,
    reports: HashMap<String, Report>,
    host: String,
}

impl Default for Rows {
    fn default() -> Self {
        let moments = Moments::new(Zone::Utc);
        Self { moments, interns: Interns::default(), reports: HashMap::new(), host: String::new() }
    }
}

/// A row's time: its clock, microseconds since 1970 of that, and seconds since the interval began (-1: not known).
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    pub zone: Zone,
    pub micros: i64,
    pub interval: i64,
}

impl When {
    /// From a time as written.
    #[must_use]
    pub fn new(stamp: Stamp, interval: i64) -> Option<Self> {
        placed(stamp).map(|(zone, micros)| Self { zone, micros, interval })
    }
}

impl Rows {
    /// Whose rows follow.
    pub fn host(&mut self, name: &str, line: u32, facts: &mut Facts) {
        if self.host != name && !name.is_empty() {
            self.host = name.to_owned();
            facts.clues.push(Clue::Host { name: name.to_owned(), line });
        }
    }

    /// One row of a report; `make` makes the report when it is met first.
    pub fn row(
        &mut self,
        report: &str,
        make: impl FnOnce() -> Report,
        (of, cells): (&[u8], &[Option<Cell>]),
        when: &When,
        line: u32,
        facts: &mut Facts,
    ) {
        self.moments.zone(when.zone.clone());
        let report = self.reports.entry_ref(report).or_insert_with(make);
        let present = report.present().and_then(|capture| self.moments.time(capture));
        let begun = when.micros - when.interval.saturating_mul(1_000_000);
        // intervals are rounded to seconds; a row may be missing before this one, as behind a restart
        let joined = present.is_some_and(|present| present >= begun - 2_000_000 && present <= when.micros);
        if when.interval > 0 && !joined {
            let capture = self.moments.capture(begun, line, facts);
            report.enter(capture, &mut self.interns, facts);
        }
        let capture = self.moments.capture(when.micros, line, facts);
        report.enter(capture, &mut self.interns, facts);
        report.row(of, cells, line, &mut self.interns, facts);
    }

    /// To be called behind the last row.
    pub fn finish(&mut self, facts: &mut Facts) {
        let mut held: Vec<(&String, &mut Report)> = self.reports.iter_mut().collect();
        held.sort_by(|a, b| a.0.cmp(b.0));
        for (_, report) in held {
            report.finish(&mut self.interns, facts);
        }
    }
}

/// What a row is of, without the tool's own spelling: `-1` and `all` are all CPUs, `cpu0` and `0` the first.
#[must_use]
pub fn entity(text: &str) -> &str {
    match text {
        "-1" => "all",
        "-" => "",
        _ => match text.strip_prefix("cpu") {
            Some(number) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => number,
            _ => text,
        },
    }
}
