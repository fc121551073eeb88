//! What a wall clock's reading means in UTC.

use super::Basis;
use super::home;
use crate::model::fact::ZoneSource;
use crate::model::time::Time;
use chrono::{MappedLocalTime, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::{OffsetName, Tz, TzOffset};
use std::collections::BTreeSet;

/// An abbreviation that means one offset wherever it is used, the zone that stands for its family, and seconds
/// east of UTC. The zone matters where the same host writes lines without a zone: in summer CET is CEST.
const KNOWN: [(&str, Tz, i32); 42] = [
    ("UTC", Tz::UTC, 0),
    ("UCT", Tz::UTC, 0),
    ("GMT", Tz::UTC, 0),
    ("Z", Tz::UTC, 0),
    ("WET", Tz::Europe__Lisbon, 0),
    ("WEST", Tz::Europe__Lisbon, 3600),
    ("CET", Tz::Europe__Berlin, 3600),
    ("CEST", Tz::Europe__Berlin, 7200),
    ("MEZ", Tz::Europe__Berlin, 3600),
    ("MESZ", Tz::Europe__Berlin, 7200),
    ("EET", Tz::Europe__Athens, 7200),
    ("EEST", Tz::Europe__Athens, 10_800),
    ("MSK", Tz::Europe__Moscow, 10_800),
    ("SAST", Tz::Africa__Johannesburg, 7200),
    ("EAT", Tz::Africa__Nairobi, 10_800),
    ("WAT", Tz::Africa__Lagos, 3600),
    ("CAT", Tz::Africa__Maputo, 7200),
    ("EST", Tz::America__New_York, -18_000),
    ("EDT", Tz::America__New_York, -14_400),
    ("CDT", Tz::America__Chicago, -18_000),
    ("MST", Tz::America__Denver, -25_200),
    ("MDT", Tz::America__Denver, -21_600),
    ("PST", Tz::America__Los_Angeles, -28_800),
    ("PDT", Tz::America__Los_Angeles, -25_200),
    ("AKST", Tz::America__Anchorage, -32_400),
    ("AKDT", Tz::America__Anchorage, -28_800),
    ("HST", Tz::Pacific__Honolulu, -36_000),
    ("NST", Tz::America__St_Johns, -12_600),
    ("NDT", Tz::America__St_Johns, -9000),
    ("BRT", Tz::America__Sao_Paulo, -10_800),
    ("PKT", Tz::Asia__Karachi, 18_000),
    ("WIB", Tz::Asia__Jakarta, 25_200),
    ("HKT", Tz::Asia__Hong_Kong, 28_800),
    ("SGT", Tz::Asia__Singapore, 28_800),
    ("AWST", Tz::Australia__Perth, 28_800),
    ("JST", Tz::Asia__Tokyo, 32_400),
    ("KST", Tz::Asia__Seoul, 32_400),
    ("ACST", Tz::Australia__Adelaide, 34_200),
    ("AEST", Tz::Australia__Sydney, 36_000),
    ("AEDT", Tz::Australia__Sydney, 39_600),
    ("NZST", Tz::Pacific__Auckland, 43_200),
    ("NZDT", Tz::Pacific__Auckland, 46_800),
];

/// Abbreviations of several zones, and the company that settles which: CST beside CDT is Chicago, not Shanghai.
const AMBIGUOUS: [(&str, &str, Option<Tz>); 6] = [
    ("CST", "CDT", Some(Tz::America__Chicago)),
    ("BST", "GMT", Some(Tz::Europe__London)),
    ("IST", "IDT", Some(Tz::Asia__Jerusalem)),
    ("AST", "ADT", Some(Tz::America__Halifax)),
    ("SST", "", None),
    ("GST", "", None),
];

/// How this host's wall clock is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Zones {
    given: Option<Tz>,
    /// The zone that the host itself names.
    home: Option<(Tz, ZoneSource)>,
    /// Abbreviations that the host's stamps name.
    named: BTreeSet<String>,
    /// The one family those agree on, and the name it was taken from.
    family: Option<(Tz, &'static str)>,
    /// Offsets that stamps of the host wrote, by instant.
    offsets: Vec<(i64, i32)>,
}

impl Zones {
    pub(super) fn learn(
        given: Option<Tz>,
        named: BTreeSet<String>,
        mut offsets: Vec<(i64, i32)>,
        homes: &[(ZoneSource, &str)],
    ) -> Self {
        offsets.sort_unstable();
        offsets.dedup();
        // so does `date -u +…Z`, and here too any other offset outweighs it; a zone's own winter does not alternate
        if alternate(&offsets) {
            offsets.retain(|o| o.1 != 0);
        }
        let clear = KNOWN.iter().filter(|k| named.contains(k.0)).map(|k| (k.1, k.0));
        let settled = AMBIGUOUS
            .iter()
            .filter(|a| named.contains(a.0) && named.contains(a.1))
            .filter_map(|a| Some((a.2?, a.0)));
        let all: Vec<_> = clear.chain(settled).collect();
        // `date -u` in a loop says UTC whatever the host's zone is, so any other zone outweighs it
        let local = all.iter().copied().filter(|f| f.0 != Tz::UTC);
        let tzs: BTreeSet<_> = local.clone().map(|f| f.0.name()).collect();
        let family = match tzs.len() {
            0 if offsets.iter().all(|o| o.1 == 0) => all.first().copied(),
            1 => local.clone().next(),
            _ => None,
        };
        Self { given, home: home::learn(homes), named, family, offsets }
    }

    /// The instant of a local reading. `previous` is the instant of the reading before it in the same file,
    /// which decides the hour that autumn shows twice.
    pub(super) fn instant(
        &self,
        local: NaiveDateTime,
        zone: Option<&str>,
        previous: Option<Time>,
    ) -> Option<(Time, Basis)> {
        let Some(name) = zone else { return self.unnamed(local, previous) };
        if let Some(known) = KNOWN.iter().find(|k| k.0 == name) {
            return Some((fixed(local, known.2)?, Basis::Named(known.0)));
        }
        let ambiguous = AMBIGUOUS.iter().find(|a| a.0 == name);
        if let Some((tz, time)) = self.given.and_then(|tz| Some((tz, carrying(tz, local, name)?))) {
            return Some((time, Basis::Given(tz)));
        }
        let settled = ambiguous.filter(|a| self.named.contains(a.1)).and_then(|a| a.2);
        if let (Some(tz), Some(a)) = (settled, ambiguous)
            && let Some(time) = carrying(tz, local, name)
        {
            return Some((time, Basis::Named(a.0)));
        }
        if let Some((tz, time)) = self.home.and_then(|(tz, _)| Some((tz, carrying(tz, local, name)?))) {
            return Some((time, Basis::Home(tz, self.home?.1)));
        }
        if let Some(east) = self.offset_at(local).filter(|_| ambiguous.is_some()) {
            return Some((fixed(local, east)?, Basis::SiblingOffset(east)));
        }
        Some((fixed(local, 0)?, ambiguous.map_or(Basis::UnknownZone, |a| Basis::Ambiguous(a.0))))
    }

    fn unnamed(&self, local: NaiveDateTime, previous: Option<Time>) -> Option<(Time, Basis)> {
        if let Some(tz) = self.given {
            return Some((in_zone(tz, local, previous)?, Basis::Given(tz)));
        }
        if let Some((tz, from)) = self.home {
            return Some((in_zone(tz, local, previous)?, Basis::Home(tz, from)));
        }
        if let Some((tz, name)) = self.family {
            return Some((in_zone(tz, local, previous)?, Basis::Sibling(name)));
        }
        match self.offset_at(local) {
            Some(east) => Some((fixed(local, east)?, Basis::SiblingOffset(east))),
            None => Some((fixed(local, 0)?, Basis::AssumedUtc)),
        }
    }

    /// The offset in force: the last one written up to then, or the first one after.
    fn offset_at(&self, local: NaiveDateTime) -> Option<i32> {
        let naive = fixed(local, 0)?;
        let up_to = self
            .offsets
            .partition_point(|(at, east)| *at <= naive.0.saturating_sub(i64::from(*east) * 1_000_000));
        self.offsets.get(up_to.saturating_sub(1)).map(|(_, east)| *east)
    }

    /// The zone in words: as given, as the host names it, or what its clocks are known to be from UTC.
    pub(super) fn home(&self) -> Option<String> {
        let known = self.given.or(self.home.map(|(tz, _)| tz)).map(|tz| tz.name().to_owned());
        let east = self.offsets.last().map(|(_, east)| *east).filter(|_| self.family.is_none());
        known.or_else(|| east.map(offset))
    }
}

/// `+05:30`.
pub(super) fn offset(east: i32) -> String {
    let (sign, minutes) = (if east < 0 { '-' } else { '+' }, east.unsigned_abs() / 60);
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Whether offsets of zero lie between others within a month.
fn alternate(offsets: &[(i64, i32)]) -> bool {
    const MONTH: i64 = 30 * 86_400_000_000;
    let others = offsets.iter().enumerate().filter(|(_, o)| o.1 != 0);
    let pairs: Vec<_> = others.collect();
    pairs.windows(2).any(|w| w[1].0 > w[0].0 + 1 && w[1].1.0.saturating_sub(w[0].1.0) < MONTH)
}

/// With a fixed offset.
fn fixed(local: NaiveDateTime, east: i32) -> Option<Time> {
    let micros = local.and_utc().timestamp_micros();
    micros.checked_sub(i64::from(east) * 1_000_000).map(Time)
}

fn with(local: NaiveDateTime, offset: &TzOffset) -> Option<Time> {
    use chrono::Offset;
    fixed(local, offset.fix().local_minus_utc())
}

/// In a zone with daylight saving.
fn in_zone(tz: Tz, local: NaiveDateTime, previous: Option<Time>) -> Option<Time> {
    match tz.offset_from_local_datetime(&local) {
        MappedLocalTime::Single(offset) => with(local, &offset),
        MappedLocalTime::Ambiguous(one, other) => {
            let (one, other) = (with(local, &one)?, with(local, &other)?);
            let (early, late) = (one.min(other), one.max(other));
            // a minute back is disorder between writers, more is the hour that comes a second time
            let second_time = previous.is_some_and(|p| p.0 > early.0.saturating_add(60_000_000));
            Some(if second_time { late } else { early })
        }
        // the hour that spring leaves out: a clock that was not put forward yet
        MappedLocalTime::None => {
            let before = local.checked_sub_signed(TimeDelta::hours(25))?;
            with(local, &tz.offset_from_local_datetime(&before).earliest()?)
        }
    }
}

/// In a zone, if the zone calls itself `name` then.
fn carrying(tz: Tz, local: NaiveDateTime, name: &str) -> Option<Time> {
    let offsets = tz.offset_from_local_datetime(&local);
    let candidates = [offsets.earliest(), offsets.latest()];
    let named = candidates.into_iter().flatten().find(|o| o.abbreviation() == Some(name))?;
    with(local, &named)
}
