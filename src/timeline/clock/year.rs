//! The years of stamps that have none.

use crate::model::stamp::Wall;
use crate::model::time::Time;
use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta};
use std::fmt;

/// Where a log's year comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearBasis {
    /// `--year`.
    Given,
    /// The file was written last when its last line says.
    Mtime,
    /// The latest dated instant of the same host: a log does not reach beyond it.
    Neighbours,
    /// A rotated log ends before the next newer one begins, and by the day in its name.
    Chain,
}

impl fmt::Display for YearBasis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Given => "year by --year",
            Self::Mtime => "year by the file's modification time",
            Self::Neighbours => "year by the latest dated capture of the host",
            Self::Chain => "year by the rotation of the log",
        })
    }
}

/// How far a log's last line may lie beyond what dates it: a zone not known yet, and a log that was still being
/// written after the snapshot.
const BEYOND: TimeDelta = TimeDelta::hours(36);
/// How far two files of one log may overlap: writers that flush late, a rotation on the day after.
const DISORDERLY: TimeDelta = TimeDelta::hours(12);
/// A step back by more days than this, read forwards, is the turn of a year; less is disorder between writers.
const DISORDER: i64 = 30;
/// Leap years are at most this far apart (1896 to 1904).
const FARTHEST: i32 = 8;

/// The wall's date and time in a year; `None` where the year has no such day. A leap second runs over.
pub(super) fn local(wall: &Wall, year: i32) -> Option<NaiveDateTime> {
    let midnight = NaiveDate::from_ymd_opt(year, wall.month, wall.day)?.and_hms_opt(0, 0, 0)?;
    midnight.checked_add_signed(TimeDelta::microseconds(wall.micros))
}

/// The year of a log's last stamp.
pub(super) fn of_last(
    wall: &Wall,
    given: Option<i32>,
    anchor: Option<Time>,
    mtime: Option<Time>,
    rotated: Option<NaiveDateTime>,
) -> Option<(i32, YearBasis)> {
    // archives made reproducible carry 1970 or 1980
    let mtime = mtime.filter(|t| *t > Time::from_secs(946_684_800));
    let by_mtime = mtime.and_then(|t| latest_before(wall, t));
    let by_chain = rotated.and_then(|limit| latest_at(wall, limit.checked_add_signed(DISORDERLY)?));
    if let Some(year) = by_chain {
        let aged = by_mtime.filter(|y| *y < year && mtime.is_some_and(|t| near(wall, *y, t)));
        return Some(aged.map_or((year, YearBasis::Chain), |year| (year, YearBasis::Mtime)));
    }
    if let Some(year) = given {
        return Some((year, YearBasis::Given));
    }
    let by_anchor = anchor.and_then(|t| latest_before(wall, t));
    match (by_mtime, by_anchor) {
        // a file last written on the very day of its last line is better evidence than the host's latest dump,
        // which may be years younger than a rotated log; where both agree, the dump is named, for a copy of the
        // file has another age
        (Some(year), other)
            if other.is_none_or(|o| year < o) && mtime.is_some_and(|t| near(wall, year, t)) =>
        {
            Some((year, YearBasis::Mtime))
        }
        (_, Some(year)) => Some((year, YearBasis::Neighbours)),
        (Some(year), None) => Some((year, YearBasis::Mtime)),
        (None, None) => None,
    }
}

fn latest_before(wall: &Wall, limit: Time) -> Option<i32> {
    latest_at(wall, limit.utc()?.naive_utc().checked_add_signed(BEYOND)?)
}

fn latest_at(wall: &Wall, limit: NaiveDateTime) -> Option<i32> {
    (limit.year().saturating_sub(FARTHEST)..=limit.year())
        .rev()
        .find(|year| local(wall, *year).is_some_and(|l| l <= limit))
}

fn near(wall: &Wall, year: i32, mtime: Time) -> bool {
    let Some((local, mtime)) = local(wall, year).zip(mtime.utc()) else { return false };
    local.signed_duration_since(mtime.naive_utc()).abs() <= BEYOND
}

/// Years of stamps in file order, walked backwards from the last one, whose year is `last`.
pub(super) fn walk(walls: &[&Wall], last: i32) -> Vec<Option<i32>> {
    let mut years = vec![None; walls.len()];
    let mut after: Option<NaiveDateTime> = None;
    let mut year = last;
    for (wall, slot) in walls.iter().zip(&mut years).rev() {
        if let Some(after) = after
            && let Some(here) = local(wall, after.year())
        {
            year = after.year().saturating_add(turn(wall, here, after));
        }
        if let Some(here) = local(wall, year) {
            after = Some(here);
            *slot = Some(year);
        }
    }
    years
}

/// Years from the later stamp's year to this one's.
fn turn(wall: &Wall, here: NaiveDateTime, after: NaiveDateTime) -> i32 {
    let ahead = here.signed_duration_since(after);
    if ahead.num_days() > DISORDER {
        return -1;
    }
    // two writers at midnight of New Year: January 1 stands in front of December 31
    let next = local(wall, after.year().saturating_add(1)).map(|n| n.signed_duration_since(after));
    i32::from(next.is_some_and(|n| n >= TimeDelta::zero() && n <= TimeDelta::hours(1)))
}
