//! One side of a change: what a counter, a gauge or a log did in a window.

use crate::catalogue::{counters, events as event_kinds};
use crate::model::fact::SeriesId;
use crate::model::report::Window;
use crate::model::report::effect::{Share, Side, SideState};
use crate::model::time::Time;
use crate::timeline::readings::{Interval, Reading};
use crate::timeline::{Event, Host};

/// A side about which nothing is known.
#[must_use]
pub fn unknown(window: Option<Window>, note: &str) -> Side {
    Side {
        state: SideState::Unknown,
        window,
        seconds: 0.0,
        count: None,
        rate: None,
        peak: None,
        share: None,
        samples: 0,
        at_most: None,
        lower_bound: false,
        blocks: Vec::new(),
        band: None,
        note: note.to_owned(),
    }
}

/// A counter's increments between samples that both lie in the window. Resets are left out;
/// what was counted over a pause counts, for a counter loses nothing while nobody reads it.
#[must_use]
pub fn counter(host: &Host, metric: &str, window: Window) -> Side {
    let load = counters::counter(metric).and_then(|row| row.load);
    let loads = load.map(|load| (load, host.increments(load)));
    let loads = loads.as_ref().map(|(name, steps)| (*name, steps.as_slice()));
    counted(&|| host.counts(metric), &host.increments(metric), loads, window)
}

/// As [`counter`], of increments worked out before; `load` by name and increments. `known` tells whether it was ever read.
#[must_use]
pub fn counted(
    known: &dyn Fn() -> bool,
    steps: &[Interval],
    load: Option<(&str, &[Interval])>,
    window: Window,
) -> Side {
    let Some(total) = total(steps, window) else {
        let why = if known() { "fewer than two samples" } else { "not in the dumps" };
        return unknown(Some(window), why);
    };
    let mut side = summed(&total);
    side.share = load.and_then(|(load, steps)| {
        let traffic = self::total(steps, window)?.count;
        (traffic > 0.0).then(|| share_of(total.count, load, traffic))
    });
    side
}

/// As [`counter`], of one device or CPU alone; the traffic beside it is that of the same one.
#[must_use]
pub fn counter_of(host: &Host, id: &SeriesId, window: Window) -> Side {
    let Some(total) = total(&host.increments_of(id), window) else {
        return unknown(Some(window), "fewer than two samples");
    };
    let mut side = summed(&total);
    let load = counters::counter(&id.metric).and_then(|row| row.load);
    side.share = load.and_then(|load| {
        let of_same = SeriesId { metric: load.to_owned(), ..id.clone() };
        let traffic = self::total(&host.increments_of(&of_same), window)?.count;
        (traffic > 0.0).then(|| share_of(total.count, load, traffic))
    });
    side
}

fn summed(total: &Total) -> Side {
    let mut side = unknown(Some(total.window), "");
    side.state = if total.count > 0.0 { SideState::Measured } else { SideState::None };
    side.seconds = total.seconds;
    side.samples = total.intervals;
    side.count = Some(total.count);
    side.rate = Some(total.count / total.seconds);
    side.peak = Some(total.peak);
    side.at_most = (side.state == SideState::None).then_some(3.0 / total.seconds);
    side
}

/// `count` events in `traffic`, which is above zero.
#[must_use]
pub fn share_of(count: f64, load: &str, traffic: f64) -> Share {
    let title = counters::counter(load).map_or(load, |row| row.title);
    Share { per_million: count / traffic * 1e6, of: load.to_owned(), title: title.to_owned(), count: traffic }
}

/// Sum over the part of a window that was sampled.
struct Total {
    window: Window,
    count: f64,
    seconds: f64,
    peak: f64,
    intervals: u64,
}

fn total(intervals: &[Interval], window: Window) -> Option<Total> {
    let (first, end) = (
        intervals.partition_point(|i| i.from < window.from),
        intervals.partition_point(|i| i.from < window.to),
    );
    let near = intervals.get(first..end).unwrap_or_default();
    let inside = || near.iter().filter(|i| i.to <= window.to && i.count.is_some());
    let window = Window { from: inside().next()?.from, to: inside().next_back()?.to };
    let mut total = Total { window, count: 0.0, seconds: 0.0, peak: 0.0, intervals: 0 };
    for interval in inside() {
        if let Some(count) = interval.count {
            total.count += count;
            total.seconds += interval.seconds();
            total.peak = total.peak.max(count / interval.seconds());
            total.intervals += 1;
        }
    }
    (total.seconds > 0.0).then_some(total)
}

/// A gauge's samples in the window: plain mean, for samples are instants.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of samples
pub fn gauge(samples: impl Iterator<Item = Reading>, window: Window) -> Side {
    let inside: Vec<Reading> = samples.filter(|r| window.from <= r.time && r.time <= window.to).collect();
    let values: Vec<f64> = inside.iter().map(|r| f64::from_bits(r.value)).filter(|v| v.is_finite()).collect();
    let (Some(first), Some(last)) = (inside.first(), inside.last()) else {
        return unknown(Some(window), "no sample");
    };
    if values.is_empty() {
        return unknown(Some(window), "no sample");
    }
    let mut side = unknown(Some(Window { from: first.time, to: last.time }), "");
    side.samples = values.len() as u64;
    side.seconds = last.time.seconds_since(first.time);
    side.rate = Some(values.iter().sum::<f64>() / values.len() as f64);
    side.peak = values.iter().copied().reduce(f64::max);
    side.state = if side.peak.is_some_and(|p| p > 0.0) { SideState::Measured } else { SideState::None };
    side
}

/// Log events in a window (`open` tells which of its ends is the instant of a change and so belongs to neither
/// side). Only where logs demonstrably cover the window does silence mean none. A rate is over the whole window:
/// where logs cover only part of it, it can only be too low.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of log lines
pub fn events(host: &Host, kind: &str, window: Window, open: Open) -> Side {
    let of_kind: Vec<&Event> =
        host.events.iter().filter(|e| e.kind == kind && open.holds(window, e.time)).collect();
    let seconds = window.seconds();
    let covered = covered(host.logs_of(kind), window);
    if of_kind.is_empty() && (covered < seconds * COVERED || seconds <= 0.0) {
        return unknown(Some(window), "the log is silent: unknown, not zero");
    }
    let mut side = unknown(Some(window), "");
    side.samples = of_kind.len() as u64;
    side.seconds = seconds;
    if of_kind.is_empty() {
        (side.count, side.rate) = (Some(0.0), Some(0.0));
        side.state = SideState::None;
        side.at_most = Some(3.0 / covered);
        return side;
    }
    let count: u64 = of_kind.iter().map(|e| e.count).sum();
    let left_out: u64 = left_out(host, kind, window, open).iter().map(|e| e.count).sum();
    let suppressed = host.events.iter().any(|e| e.kind == SUPPRESSED && open.holds(window, e.time));
    side.count = Some((count + left_out) as f64);
    side.rate = side.count.filter(|_| seconds > 0.0).map(|count| count / seconds);
    side.lower_bound = suppressed || of_kind.iter().any(|e| e.added_back) || covered < seconds * COVERED;
    side.state = SideState::Measured;
    side
}

/// A log that covers nine tenths of a window may be called alive in it: daemons write now and then.
const COVERED: f64 = 0.9;

/// The event that tells how many lines a rate limit left out.
pub const SUPPRESSED: &str = "callbacks-suppressed";

/// Which end of a window does not belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Neither: a whole report.
    None,
    /// The first instant: the side after a change.
    First,
    /// The last instant: the side before a change.
    Last,
}

impl Open {
    fn holds(self, window: Window, time: Option<Time>) -> bool {
        time.is_some_and(|t| match self {
            Self::None => window.from <= t && t <= window.to,
            Self::First => window.from < t && t <= window.to,
            Self::Last => window.from <= t && t < window.to,
        })
    }
}

/// Lines of a window that say how many messages a rate limit left out, as far as these were of `kind`: the kind
/// must be under that limit, and no other known kind under it may have been printed in the window. A batch was
/// left out between two messages, so the message before it must lie in the window too.
#[must_use]
pub fn left_out<'a>(host: &'a Host, kind: &str, window: Window, open: Open) -> Vec<&'a Event> {
    let limited = |kind: &str| event_kinds::event(kind).is_some_and(|row| row.net_limited);
    let inside = || host.events.iter().filter(|e| open.holds(window, e.time));
    if !limited(kind) || inside().any(|e| e.kind != kind && limited(e.kind)) {
        return Vec::new();
    }
    let Some(first) = inside().find(|e| e.kind == kind) else { return Vec::new() };
    // `__ratelimit` is what kernels before 2.6.35 called the caller of any limit
    let shared =
        |e: &&Event| e.kind == SUPPRESSED && matches!(e.of.as_str(), "net_ratelimit" | "__ratelimit");
    let behind = |e: &&Event| (e.time, e.artifact, e.line) > (first.time, first.artifact, first.line);
    inside().filter(shared).filter(behind).collect()
}

/// Seconds of a window that at least one log covers.
fn covered(logs: &[Window], window: Window) -> f64 {
    let (mut covered, mut at) = (0.0, window.from);
    for log in logs {
        let (from, to) = (log.from.max(at), log.to.min(window.to));
        covered += to.seconds_since(from).max(0.0);
        at = at.max(to);
    }
    covered
}
