//! The fields that times are made of, as small grammars over bytes.

use crate::model::stamp::{Stamp, Wall};
use chrono::{DateTime, Datelike, NaiveDate};
use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag, take_while_m_n},
    character::complete::{char, one_of},
    combinator::{map_opt, opt, value},
    sequence::preceded,
};

pub(super) type Parsed<'a, T> = IResult<&'a [u8], T>;

/// A time as written, before it is decided whether that is an instant.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Written {
    /// Microseconds since 1970.
    Epoch(i64),
    /// Seconds since boot.
    SinceBoot(f64),
    /// Date, time of day and zone.
    Civil { day: Day, micros: i64, zone: Zone },
}

/// A calendar day; the year may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    pub year: Option<i32>,
    pub month: u32,
    pub of_month: u32,
}

/// What was written about the zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    Unwritten,
    /// Seconds east of UTC.
    Offset(i32),
    Named(String),
}

impl Written {
    pub(super) fn stamp(self) -> Option<Stamp> {
        let (day, micros, zone) = match self {
            Self::Epoch(micros) => return Some(Stamp::Instant(micros)),
            Self::SinceBoot(seconds) => return Some(Stamp::SinceBoot(seconds)),
            Self::Civil { day, micros, zone } => (day, micros, zone),
        };
        let zone = match zone {
            Zone::Offset(east) => {
                let midnight =
                    NaiveDate::from_ymd_opt(day.year?, day.month, day.of_month)?.and_hms_opt(0, 0, 0)?;
                let local = midnight.and_utc().timestamp_micros().checked_add(micros)?;
                return local.checked_sub(i64::from(east) * 1_000_000).map(Stamp::Instant);
            }
            Zone::Unwritten => None,
            Zone::Named(name) => Some(name),
        };
        let Day { year, month, of_month: day } = day;
        Some(Stamp::Wall(Wall { year, month, day, micros, zone }))
    }

    pub(super) fn offset(self) -> Option<i32> {
        match self {
            Self::Civil { zone: Zone::Offset(east), .. } => Some(east),
            _ => None,
        }
    }
}

/// `min` to `max` digits as a number.
pub(super) fn digits(min: usize, max: usize) -> impl FnMut(&[u8]) -> Parsed<'_, u32> {
    move |input| {
        let all = take_while_m_n(min, max, |b: u8| b.is_ascii_digit());
        map_opt(all, |d: &[u8]| std::str::from_utf8(d).ok()?.parse().ok()).parse(input)
    }
}

/// `Nov`, in English only: other locales' short names are not unique across languages.
pub(super) fn month_name(input: &[u8]) -> Parsed<'_, u32> {
    const NAMES: [&[u8]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    let letters = take_while_m_n(3, 3, |b: u8| b.is_ascii_alphabetic());
    map_opt(letters, |word: &[u8]| (1..).zip(NAMES).find_map(|(n, name)| (name == word).then_some(n)))
        .parse(input)
}

pub(super) fn weekday(input: &[u8]) -> Parsed<'_, ()> {
    let name = alt((tag("Mon"), tag("Tue"), tag("Wed"), tag("Thu"), tag("Fri"), tag("Sat"), tag("Sun")));
    value((), name).parse(input)
}

/// A day that some calendar has: February 29 passes without a year, and with a leap year only.
pub(super) fn real_day(year: Option<i32>, month: u32, day: u32) -> Option<Day> {
    let known = year.unwrap_or(2000);
    let date = NaiveDate::from_ymd_opt(known, month, day)?;
    (1970..=2200).contains(&date.year()).then_some(Day { year, month, of_month: day })
}

/// `2026-11-20`.
pub(super) fn iso_day(input: &[u8]) -> Parsed<'_, Day> {
    let parts = (digits(4, 4), char('-'), digits(2, 2), char('-'), digits(2, 2));
    map_opt(parts, |(y, _, m, _, d)| real_day(i32::try_from(y).ok(), m, d)).parse(input)
}

/// `09:12:10`, `09:12:10.123456` (a comma where dmesg writes ISO), or `09:12`; microseconds since midnight.
pub(super) fn clock(input: &[u8]) -> Parsed<'_, i64> {
    let parts =
        (digits(2, 2), char(':'), digits(2, 2), opt(preceded(char(':'), digits(2, 2))), opt(fraction));
    map_opt(parts, |(h, _, m, s, fraction)| micros(h, m, s.unwrap_or(0), fraction.unwrap_or(0))).parse(input)
}

/// As [`clock`], but seconds must be there: `Nov 20 09:12 file` is a line of `ls -l`.
pub(super) fn full_clock(input: &[u8]) -> Parsed<'_, i64> {
    let parts = (digits(2, 2), char(':'), digits(2, 2), char(':'), digits(2, 2), opt(fraction));
    map_opt(parts, |(h, _, m, _, s, fraction)| micros(h, m, s, fraction.unwrap_or(0))).parse(input)
}

/// Microseconds since midnight, if a clock can show it; second 60 is a leap second.
pub(super) fn micros(hour: u32, minute: u32, second: u32, fraction: u32) -> Option<i64> {
    let shown = hour < 24 && minute < 60 && second <= 60;
    shown.then(|| i64::from(hour * 3600 + minute * 60 + second) * 1_000_000 + i64::from(fraction))
}

/// `.123` or `,123456789`, cut to microseconds.
pub(super) fn fraction(input: &[u8]) -> Parsed<'_, u32> {
    let figures = take_while_m_n(1, 9, |b: u8| b.is_ascii_digit());
    let (rest, figures) = preceded(one_of(".,"), figures).parse(input)?;
    let micros = (0..6).fold(0, |sum, at| sum * 10 + figures.get(at).map_or(0, |b| u32::from(b - b'0')));
    Ok((rest, micros))
}

/// `Z`, `+0100`, `+01:00` or `-03`, as seconds east of UTC.
pub(super) fn numeric_offset(input: &[u8]) -> Parsed<'_, i32> {
    let signed = (one_of("+-"), digits(2, 2), opt((opt(char(':')), digits(2, 2))));
    let east = map_opt(signed, |(sign, hours, minutes)| {
        let minutes = minutes.map_or(0, |(_, m)| m);
        // the widest that is in use are UTC+14 and UTC-12
        let seconds =
            i32::try_from(hours * 3600 + minutes * 60).ok().filter(|s| *s <= 50_400 && minutes < 60)?;
        Some(if sign == '-' { -seconds } else { seconds })
    });
    alt((value(0, one_of("Zz")), east)).parse(input)
}

/// `CET`, or an offset where a zone has no letters (`date` in São Paulo prints `-03`).
pub(super) fn zone(input: &[u8]) -> Parsed<'_, Zone> {
    let letters = take_while_m_n(2, 5, |b: u8| b.is_ascii_uppercase());
    let named = map_opt(letters, |z: &[u8]| {
        let name = String::from_utf8(z.to_vec()).ok()?;
        (name != "AM" && name != "PM").then_some(Zone::Named(name))
    });
    alt((named, numeric_offset.map(Zone::Offset))).parse(input)
}

/// ` AM` or ` PM` behind a 12-hour clock; true in the afternoon.
pub(super) fn half(input: &[u8]) -> Parsed<'_, bool> {
    preceded(char(' '), alt((value(false, tag("AM")), value(true, tag("PM"))))).parse(input)
}

/// A 12-hour reading as microseconds since midnight.
pub(super) fn from_half(micros: i64, afternoon: Option<bool>) -> Option<i64> {
    const HOUR: i64 = 3_600_000_000;
    let Some(afternoon) = afternoon else { return Some(micros) };
    if !(HOUR..13 * HOUR).contains(&micros) {
        return None;
    }
    let hour = micros % (12 * HOUR);
    Some(if afternoon { hour + 12 * HOUR } else { hour })
}

/// Seconds since 1970 between 2000 and 2100: ten digits, which counters rarely have and never alone.
pub(super) fn epoch_seconds(text: &[u8]) -> Option<i64> {
    let plausible = 946_684_800..=4_102_444_800_i64;
    let seconds: i64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (text.len() == 10 && plausible.contains(&seconds) && DateTime::from_timestamp(seconds, 0).is_some())
        .then(|| seconds * 1_000_000)
}
