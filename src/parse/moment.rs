//! [`Moments`]: one capture for each instant of an artifact, however many reports show it.

use crate::model::fact::{Capture, Facts};
use crate::model::stamp::{Stamp, Wall};
use chrono::{DateTime, Datelike, NaiveDate};
use hashbrown::HashMap;

/// Microseconds of a day.
pub const DAY: i64 = 86_400_000_000;

/// What is known of the zone of a printed time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Zone {
    /// It is UTC.
    Utc,
    /// The host's own, by name where one is printed.
    Wall(Option<String>),
}

/// Captures by time.
#[derive(Debug)]
pub struct Moments {
    zone: Zone,
    index: HashMap<i64, u32>,
    /// Times of the captures, by their index.
    times: HashMap<u32, i64>,
}

impl Moments {
    /// Of one zone.
    #[must_use]
    pub fn new(zone: Zone) -> Self {
        Self { zone, index: HashMap::new(), times: HashMap::new() }
    }

    /// Changes the zone; times met before stay what they were.
    pub fn zone(&mut self, zone: Zone) {
        if self.zone != zone {
            *self = Self::new(zone);
        }
    }

    /// The capture at a time, given as microseconds since 1970 of the clock that was printed.
    pub fn capture(&mut self, micros: i64, line: u32, facts: &mut Facts) -> u32 {
        if let Some(known) = self.index.get(&micros) {
            return *known;
        }
        facts.captures.push(Capture { stamp: self.stamp(micros), line });
        let at = u32::try_from(facts.captures.len() - 1).unwrap_or(u32::MAX);
        self.index.insert(micros, at);
        self.times.insert(at, micros);
        at
    }

    /// The time of a capture made here.
    #[must_use]
    pub fn time(&self, capture: u32) -> Option<i64> {
        self.times.get(&capture).copied()
    }

    fn stamp(&self, micros: i64) -> Option<Stamp> {
        let Zone::Wall(zone) = &self.zone else { return Some(Stamp::Instant(micros)) };
        let date = DateTime::from_timestamp_micros(micros)?;
        Some(Stamp::Wall(Wall {
            year: Some(date.year()),
            month: date.month(),
            day: date.day(),
            micros: micros.rem_euclid(DAY),
            zone: zone.clone(),
        }))
    }
}

/// The clock of a stamp, and microseconds since 1970 of it; `None` without a year, and in a leap second.
#[must_use]
pub fn placed(stamp: Stamp) -> Option<(Zone, i64)> {
    match stamp {
        Stamp::Instant(micros) => Some((Zone::Utc, micros)),
        Stamp::Wall(Wall { year, month, day, micros, zone }) => {
            let utc = zone.as_deref().is_some_and(|zone| zone == "UTC" || zone == "GMT");
            let zone = if utc { Zone::Utc } else { Zone::Wall(zone) };
            (micros < DAY).then_some((zone, midnight(year?, month, day)? + micros))
        }
        Stamp::SinceBoot(_) | Stamp::Absent => None,
    }
}

/// Dumps behind one that dated itself belong to the capture that stood before it.
pub fn resume(outside: Option<Capture>, facts: &mut Facts) {
    facts.captures.push(outside.unwrap_or(Capture { stamp: None, line: 1 }));
}

/// Midnight that a date begins with, in microseconds since 1970 of its own clock.
#[must_use]
pub fn midnight(year: i32, month: u32, day: u32) -> Option<i64> {
    let known = (1990..2100).contains(&year);
    let date = NaiveDate::from_ymd_opt(year, month, day).filter(|_| known)?;
    Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros())
}
