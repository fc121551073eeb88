//! What one side says of one counter: over its own samples, since boot, or from one side to the other.

use super::Subject;
use crate::catalogue::counters;
use crate::correlate::sides::{self, share_of};
use crate::correlate::since_boot::{NAMESPACE, uptime_at};
use crate::model::diff::{Basis, Measure, State};
use crate::model::fact::{Kind, SeriesId};
use crate::model::report::Window;
use crate::model::report::effect::{Share, SideState};
use crate::model::time::Time;
use crate::stats::binomial::at_most;
use crate::timeline::Host;
use crate::timeline::readings::{Reading, UNDATED};
use std::cmp::Reverse;

/// Shorter windows are one look with two tools, and no series.
const SERIES: f64 = 30.0;
const ALWAYS: Window = Window { from: Time(UNDATED + 1), to: Time(i64::MAX) };

/// Whether a host's counters were read at several times, a bundle's several reads of one collection aside.
pub(super) fn is_series(host: &Host) -> bool {
    host.series.iter().any(|(id, series)| {
        let mut dated = series.readings.dated();
        let ends = dated.next().zip(dated.next_back());
        id.kind != Kind::Gauge
            && ends.is_some_and(|(first, last)| last.time.seconds_since(first.time) >= SERIES)
            && !host.is_of_one_collection(&series.readings)
    })
}

/// `cpu0`: counters of CPUs are compared by their sum.
pub(super) fn is_cpu(of: &str) -> bool {
    of.strip_prefix("cpu").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// A counter as it stood last: of undated readings the greatest, of CPUs the sum with the line of the one that counted
/// most.
pub(super) fn last(host: &Host, metric: &str, of: &str) -> Option<Reading> {
    if !of.is_empty() {
        let series = [Kind::Counter, Kind::Counter32].into_iter().find_map(|kind| {
            let id = SeriesId { metric: metric.to_owned(), of: of.to_owned(), kind };
            host.series.get(&id)
        })?;
        return newest(series.readings.iter());
    }
    if let Some(reading) = newest(host.counter(metric).iter()) {
        return Some(reading);
    }
    let each: Vec<Reading> = cpus(host, metric).map(|(_, reading)| reading).collect();
    let time = each.iter().map(|r| r.time).max()?;
    let current: Vec<&Reading> = each.iter().filter(|r| r.time == time).collect();
    let most = current.iter().max_by_key(|r| (r.value, Reverse((r.artifact, r.line))))?;
    let value = current.iter().fold(0_u64, |sum, r| sum.saturating_add(r.value));
    Some(Reading { value, ..**most })
}

fn newest(readings: impl Iterator<Item = Reading>) -> Option<Reading> {
    readings.max_by_key(|r| (r.time, r.value, Reverse((r.artifact, r.line))))
}

/// The rate over a side's own samples; `None` where there is none long enough.
pub(super) fn window(side: &Subject<'_>, metric: &str, of: &str) -> Option<Measure> {
    let host = side.host;
    let of_kind = |kind| SeriesId { metric: metric.to_owned(), of: of.to_owned(), kind };
    let told = if of.is_empty() {
        let of_one = |id: &SeriesId| {
            id.kind.is_since_boot()
                && host.series.get(id).is_some_and(|s| host.is_of_one_collection(&s.readings))
        };
        let mut all = host.of_metric(metric).map(|(id, _)| id).peekable();
        if all.peek().is_some() && all.all(of_one) {
            return None;
        }
        sides::counter(host, metric, ALWAYS)
    } else {
        let kinds = [Kind::Counter, Kind::Counter32, Kind::Delta, Kind::Rate];
        let id = kinds.map(of_kind).into_iter().find(|id| host.series.contains_key(id))?;
        if host.is_of_one_collection(&host.series.get(&id)?.readings) {
            return None;
        }
        sides::counter_of(host, &id, ALWAYS)
    };
    if told.state == SideState::Unknown || told.seconds < SERIES {
        return None;
    }
    let total = last(host, metric, of);
    let mut measure = counted(Basis::Window, told.count?, Some(told.seconds), told.share);
    measure.total = total.map(|r| r.value);
    measure.exhibit = total.map(|r| side.exhibit(r.artifact, r.line)).or_else(|| anywhere(side, metric, of));
    Some(measure)
}

/// Where a rate that another tool averaged was read last.
fn anywhere(side: &Subject<'_>, metric: &str, of: &str) -> Option<crate::model::report::Exhibit> {
    let mine = side.host.of_metric(metric).filter(|(id, _)| id.kind != Kind::Gauge && id.of == of);
    let last = mine.filter_map(|(_, series)| series.readings.dated().next_back()).max_by_key(|r| r.time)?;
    Some(side.exhibit(last.artifact, last.line))
}

/// The average since boot, or the total alone where no uptime goes with it.
pub(super) fn since_boot(side: &Subject<'_>, metric: &str, of: &str) -> Option<Measure> {
    let host = side.host;
    let reading = last(host, metric, of)?;
    let own = host.netns.is_empty();
    let seconds = uptime_at(host, reading).filter(|_| own).map(|(seconds, _)| seconds);
    let traffic = load_of(metric).and_then(|load| Some((load, last(host, load, of)?.value)));
    let share = traffic.and_then(|(load, traffic)| share(reading.value, load, traffic));
    let basis = if seconds.is_some() { Basis::SinceBoot } else { Basis::Total };
    let mut measure = counted(basis, float(reading.value), seconds, share);
    measure.total = Some(reading.value);
    measure.exhibit = Some(side.exhibit(reading.artifact, reading.line));
    if !own {
        NAMESPACE.clone_into(&mut measure.note);
    }
    Some(measure)
}

/// What was counted from one side to the other; `seconds` where the two readings have no times.
pub(super) fn between(
    a: &Subject<'_>,
    b: &Subject<'_>,
    (metric, of): (&str, &str),
    seconds: Option<f64>,
) -> Option<Measure> {
    let (before, after) = (last(a.host, metric, of)?, last(b.host, metric, of)?);
    let dated = before.time.0 != UNDATED && after.time.0 != UNDATED;
    let own = dated.then(|| after.time.seconds_since(before.time));
    let seconds = own.or(seconds).filter(|s| *s > 0.0);
    let Some((count, wrapped)) = increment(a.host, b.host, (metric, of), (before, after)) else {
        let mut measure = unknown(State::Restarted);
        let fell = format!("fell from {} to {}", exact(before.value), exact(after.value));
        measure.note = fell;
        measure.total = Some(after.value);
        measure.exhibit = Some(b.exhibit(after.artifact, after.line));
        return Some(measure);
    };
    let share = load_of(metric).and_then(|load| {
        let (before, after) = (last(a.host, load, of)?, last(b.host, load, of)?);
        share(count, load, after.value.checked_sub(before.value)?)
    });
    let basis = if seconds.is_some() { Basis::Between } else { Basis::Total };
    let mut measure = counted(basis, float(count), seconds, share);
    measure.total = Some(after.value);
    measure.exhibit = Some(b.exhibit(after.artifact, after.line));
    if wrapped {
        "began again at 2³² in between, once as far as that can be told".clone_into(&mut measure.note);
    }
    Some(measure)
}

/// The increment, and whether the counter turned over at 2^32; `None` when it began again.
fn increment(
    a: &Host,
    b: &Host,
    (metric, of): (&str, &str),
    (before, after): (Reading, Reading),
) -> Option<(u64, bool)> {
    let mut each = cpus(b, metric).peekable();
    let whole = !of.is_empty() || !b.counter(metric).is_empty() || each.peek().is_none();
    if whole {
        return grown(b, metric, before.value, after.value);
    }
    // each CPU turns over by itself; one that came or went in between is on one side only
    let mut sum = (0_u64, false);
    for (cpu, after) in each {
        if let Some((_, before)) = cpus(a, metric).find(|(other, _)| *other == cpu) {
            let (count, turned) = grown(b, metric, before.value, after.value)?;
            sum = (sum.0.saturating_add(count), sum.1 || turned);
        }
    }
    Some(sum)
}

/// A counter of each CPU as it stood last.
fn cpus<'a>(host: &'a Host, metric: &str) -> impl Iterator<Item = (&'a str, Reading)> {
    let of_cpu = host.of_metric(metric).filter(|(id, _)| id.kind.is_since_boot() && is_cpu(&id.of));
    of_cpu.filter_map(|(id, series)| Some((id.of.as_str(), newest(series.readings.iter())?)))
}

fn grown(host: &Host, metric: &str, before: u64, after: u64) -> Option<(u64, bool)> {
    if let Some(count) = after.checked_sub(before) {
        return Some((count, false));
    }
    let short = host.of_metric(metric).any(|(id, _)| id.kind == Kind::Counter32);
    let turned = short && u32::try_from(before).is_ok() && before - after > 1 << 31;
    turned.then(|| ((1 << 32) - before + after, true))
}

/// A side that says nothing.
pub(super) fn unknown(state: State) -> Measure {
    Measure {
        state,
        basis: Basis::Total,
        count: None,
        seconds: None,
        rate: None,
        at_most: None,
        share: None,
        total: None,
        exhibit: None,
        note: String::new(),
    }
}

fn counted(basis: Basis, count: f64, seconds: Option<f64>, share: Option<Share>) -> Measure {
    let state = if count > 0.0 { State::Measured } else { State::Zero };
    Measure {
        basis,
        count: Some(count),
        seconds,
        rate: seconds.map(|seconds| count / seconds),
        at_most: seconds.filter(|_| state == State::Zero).and_then(at_most),
        share,
        ..unknown(state)
    }
}

fn load_of(metric: &str) -> Option<&'static str> {
    counters::counter(metric)?.load
}

fn share(count: u64, load: &str, traffic: u64) -> Option<Share> {
    (traffic > 0).then(|| share_of(float(count), load, float(traffic)))
}

#[allow(clippy::cast_precision_loss)] // shown to three figures
fn float(count: u64) -> f64 {
    count as f64
}

fn exact(count: u64) -> String {
    crate::model::words::setting(&count.to_string())
}
