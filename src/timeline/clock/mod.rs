//! Stamps to instants, once everything of a host has been read.
//!
//! A stamp lacks what its writer left out: a zone, a year, the time of boot. Each is a fact that some other line
//! of the same host may tell, so nothing is resolved before all artifacts are in, and their order does not
//! matter. Every instant says in [`Basis`] which clock it was read from. What cannot be known stays `None`.
//!
//! * [`zone`]: a zone in the stamp wins; then `--tz`; then what the host's other stamps name; then UTC.
//! * [`year`]: `--year`, or the file's age, or the host's latest dated capture, walked backwards line by line.
//! * [`chain`]: rotated logs, each of which ends before the next newer one begins.
//! * [`boot`]: the kernel's clock, and ring buffers that a log daemon replayed.

mod basis;
mod boot;
mod chain;
mod home;
mod learn;
mod year;
mod zone;

use crate::model::fact::{Clue, Facts};
use crate::model::stamp::{Stamp, Wall};
use crate::model::time::Time;
use chrono::NaiveDateTime;
use chrono_tz::Tz;
use std::collections::BTreeMap;

pub use basis::{Basis, By};
pub use boot::Boot;
pub use chain::log_name;
pub use year::YearBasis;

use boot::Boots;
use zone::Zones;

/// An artifact of the host, with what is known of it beside its text.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    pub facts: &'a Facts,
    /// Its path: rotated logs are known by their names.
    pub path: &'a str,
    /// `stamp::file_name` of its path.
    pub name: Option<Stamp>,
    pub mtime: Option<Time>,
    /// When its bundle says that it was taken.
    pub taken: Option<(Stamp, By)>,
}

/// All there is to learn a host's clock from.
#[derive(Clone, Debug)]
pub struct LearnFrom<'a> {
    /// `--tz`: the zone of wall clocks that name none.
    pub tz: Option<Tz>,
    /// `--year`: the year of the last line of each log.
    pub year: Option<i32>,
    pub inputs: &'a [Input<'a>],
    /// Offsets that its bundles' dates tell: instant, and seconds east.
    pub offsets: &'a [(i64, i32)],
}

/// An instant and where it was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resolved {
    pub time: Time,
    pub basis: Basis,
}

/// One artifact's times; the lists are as long as those of its facts, in their order.
#[derive(Clone, Debug, Default)]
pub struct Dated {
    pub captures: Vec<Option<Resolved>>,
    pub events: Vec<Option<Resolved>>,
    pub actions: Vec<Option<Resolved>>,
    /// First and last time of each `Clue::LogSpan`, in the order of the clues.
    pub spans: Vec<Option<(Resolved, Resolved)>>,
    /// Where the years of stamps without one come from, when there are such stamps and it is known.
    pub year: Option<YearBasis>,
}

/// How one host's stamps are read.
#[derive(Clone, Debug, Default)]
pub struct HostClock {
    zones: Zones,
    year: Option<i32>,
    /// The latest dated instant of the host.
    anchor: Option<Time>,
    /// By path of a rotated log, the reading that its last line cannot lie behind.
    limits: BTreeMap<String, NaiveDateTime>,
    /// By the host field of log lines where a log has several, else all under `None`.
    boots: BTreeMap<Option<String>, Boots>,
}

/// The years of one artifact's stamps without a year, by line; [`Years::FIRST`] and [`Years::LAST`] are the ends
/// of the log's span.
#[derive(Clone, Debug, Default)]
struct Years {
    by_line: BTreeMap<u32, i32>,
    basis: Option<YearBasis>,
}

impl Years {
    const FIRST: u32 = 0;
    const LAST: u32 = u32::MAX;
}

impl HostClock {
    /// Dates everything in an artifact.
    #[must_use]
    pub fn date(&self, input: &Input<'_>) -> Dated {
        let years = self.years(input);
        let facts = input.facts;
        let mut dated = Dated { captures: self.captures(input), year: years.basis, ..Dated::default() };
        let mut previous = None;
        for event in &facts.events {
            let resolved = self.line(
                &event.stamp,
                event.line,
                event.host.as_ref(),
                event.uptime,
                &years,
                input,
                previous,
            );
            previous = resolved.filter(|r| r.basis != Basis::Replay).map(|r| r.time).or(previous);
            dated.events.push(resolved);
        }
        previous = None;
        for action in &facts.actions {
            let resolved =
                self.line(&action.stamp, action.line, action.host.as_ref(), None, &years, input, previous);
            previous = resolved.map(|r| r.time).or(previous);
            dated.actions.push(resolved);
        }
        for clue in &facts.clues {
            let Clue::LogSpan { host, first, last, .. } = clue else { continue };
            let from = self.line(first, Years::FIRST, host.as_ref(), None, &years, input, None);
            let to = self.line(last, Years::LAST, host.as_ref(), None, &years, input, from.map(|r| r.time));
            dated.spans.push(from.zip(to));
        }
        dated
    }

    /// The zone of the host's wall clocks, where something of the host says it.
    #[must_use]
    pub fn zone(&self) -> Option<String> {
        self.zones.home()
    }

    /// The host's boots, in order. `host` is the host field of log lines, for logs of several hosts.
    #[must_use]
    pub fn boots(&self, host: Option<&str>) -> Vec<Boot> {
        self.group(host).map(Boots::distinct).unwrap_or_default()
    }

    fn group(&self, host: Option<&str>) -> Option<&Boots> {
        self.boots.get(&host.map(String::from)).or_else(|| self.boots.get(&None))
    }

    /// Times of captures. The one before any stamp takes its bundle's record, the file's name or its age; not where
    /// stamps follow, for then it is the oldest of all, and the age would make it the youngest.
    fn captures(&self, input: &Input<'_>) -> Vec<Option<Resolved>> {
        let mut previous = None;
        let stamps_follow = input.facts.captures.iter().any(|capture| capture.stamp.is_some());
        let captures = input.facts.captures.iter().map(|capture| {
            let resolved = if let Some(stamp) = &capture.stamp {
                self.stamp(stamp, None, previous).or_else(|| self.since_boot(stamp, None, input))
            } else {
                let of_copy = |r: &Resolved| matches!(r.basis, Basis::Mtime | Basis::Bundle(..));
                self.undated(input).filter(|r| !(stamps_follow && of_copy(r)))
            };
            previous = resolved.map(|r| r.time).or(previous);
            resolved
        });
        captures.collect()
    }

    fn undated(&self, input: &Input<'_>) -> Option<Resolved> {
        let taken = input.taken.as_ref().and_then(|(stamp, by)| Some((self.stamp(stamp, None, None)?, *by)));
        if let Some((read, by)) = taken {
            let basis = Basis::Bundle(by, read.basis.is_guess());
            return Some(Resolved { time: read.time, basis });
        }
        let named = input.name.as_ref().and_then(|stamp| self.stamp(stamp, None, None));
        match named {
            Some(named) => Some(Resolved { time: named.time, basis: Basis::FileName }),
            None => input.mtime.map(|time| Resolved { time, basis: Basis::Mtime }),
        }
    }

    /// A log line's time: its stamp, unless that is when a ring buffer was replayed.
    #[allow(clippy::too_many_arguments)] // what a line has, and what its file and host add
    fn line(
        &self,
        stamp: &Stamp,
        line: u32,
        host: Option<&String>,
        uptime: Option<f64>,
        years: &Years,
        input: &Input<'_>,
        previous: Option<Time>,
    ) -> Option<Resolved> {
        let host = host.map(String::as_str);
        let Some(read) = self.stamp(stamp, years.by_line.get(&line).copied(), previous) else {
            return self.since_boot(stamp, host, input);
        };
        let replayed = uptime.and_then(|u| self.group(host)?.replayed(read.time, u));
        Some(replayed.map_or(read, |time| Resolved { time, basis: Basis::Replay }))
    }

    /// A stamp that holds a date; `year` for one that lacks it.
    fn stamp(&self, stamp: &Stamp, year: Option<i32>, previous: Option<Time>) -> Option<Resolved> {
        match stamp {
            Stamp::Instant(micros) => Some(Resolved { time: Time(*micros), basis: Basis::Offset }),
            Stamp::Wall(wall) => {
                let local = year::local(wall, wall.year.or(year)?)?;
                let (time, basis) = self.zones.instant(local, wall.zone.as_deref(), previous)?;
                Some(Resolved { time, basis })
            }
            Stamp::SinceBoot(_) | Stamp::Absent => None,
        }
    }

    /// A time of the kernel's own clock: of the latest boot that had lasted so long when the file was written.
    fn since_boot(&self, stamp: &Stamp, host: Option<&str>, input: &Input<'_>) -> Option<Resolved> {
        let Stamp::SinceBoot(uptime) = *stamp else { return None };
        let ends = input.facts.clues.iter().filter_map(|clue| match clue {
            Clue::LogSpan { last: Stamp::SinceBoot(last), .. } => Some(*last),
            _ => None,
        });
        let limit = input.mtime.filter(|t| *t > Time::from_secs(946_684_800)).or(self.anchor);
        let boot = self.group(host)?.since(ends.fold(uptime, f64::max), limit)?;
        Some(Resolved { time: boot.at.plus_seconds(uptime), basis: Basis::Uptime })
    }

    /// Gives the stamps of a log their years.
    fn years(&self, input: &Input<'_>) -> Years {
        let facts = input.facts;
        let mut stamps: Vec<(u32, &Stamp)> = facts.events.iter().map(|e| (e.line, &e.stamp)).collect();
        stamps.extend(facts.actions.iter().map(|a| (a.line, &a.stamp)));
        for clue in &facts.clues {
            match clue {
                Clue::KernelStamp { stamp, line, .. } | Clue::Replay { stamp, line, .. } => {
                    stamps.push((*line, stamp));
                }
                Clue::LogSpan { first, last, .. } => {
                    stamps.extend([(Years::FIRST, first), (Years::LAST, last)]);
                }
                _ => {}
            }
        }
        stamps.sort_by_key(|s| s.0);
        let yearless = |(line, stamp): (u32, &'_ Stamp)| match stamp {
            Stamp::Wall(wall) if wall.year.is_none() => Some((line, wall.clone())),
            _ => None,
        };
        let walls: Vec<(u32, Wall)> = stamps.into_iter().filter_map(yearless).collect();
        let Some((_, last)) = walls.last() else { return Years::default() };
        let limit = self.limits.get(input.path).copied();
        let Some((year, basis)) = year::of_last(last, self.year, self.anchor, input.mtime, limit) else {
            return Years::default();
        };
        let refs: Vec<&Wall> = walls.iter().map(|w| &w.1).collect();
        let years = year::walk(&refs, year);
        let by_line = walls.iter().zip(years).filter_map(|((line, _), year)| Some((*line, year?))).collect();
        Years { by_line, basis: Some(basis) }
    }
}

#[cfg(test)]
mod tests;
