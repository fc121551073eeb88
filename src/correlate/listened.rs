//! Whether a new `net.core.somaxconn` came into force: a listener takes min(its own backlog, somaxconn) when it
//! calls `listen()`, and keeps that until it does so again.

use crate::model::report::effect::Change;
use crate::model::time::Time;
use crate::timeline::background::{READY, STARTED};
use crate::timeline::readings::Reading;
use crate::timeline::{Event, Host, Series, Timeline};

/// What the evidence shows of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Listened {
    /// A listener took the new value, at the latest by then; the sentence, and listeners that did not.
    Taken { of: String, by: Time, words: String, kept: Vec<String> },
    /// The log tells that a server was started, which is less than a limit that was seen to move.
    Started { of: String, by: Time, words: String },
    /// Listeners were seen on both sides, and none moved.
    Kept(String),
    /// Listeners were seen on both sides, and cannot tell.
    Untold(String),
}

/// Listeners named in a sentence.
const NAMED: usize = 4;

/// What `ss` shows up to `until`, the next change of the key, or else the log; `None` when neither tells.
#[must_use]
pub fn listened(timeline: &Timeline, host: &Host, change: &Change, until: Time) -> Option<Listened> {
    match seen(timeline, host, change, until) {
        Some(told @ (Listened::Taken { .. } | Listened::Kept(_))) => Some(told),
        untold => started(timeline, host, change, until).or(untold),
    }
}

/// The first start of a server from the change on. A reload is none: servers keep their sockets in it.
fn started(timeline: &Timeline, host: &Host, change: &Change, until: Time) -> Option<Listened> {
    let (lo, hi) = (change.lo?, change.hi?);
    let starts = |e: &&Event| e.kind == STARTED || e.kind == READY;
    let start =
        host.background.iter().filter(starts).find(|e| e.time >= Some(lo) && e.time <= Some(until))?;
    let (by, of) = (start.time?, start.service().to_owned());
    let order = if by < hi { " Whether the value was turned before that is not told." } else { "" };
    let words = format!(
        "{of} was started at {} UTC, as the log tells: a server takes the new value when it calls listen(). No dump shows its limit, and a start may itself have emptied the queue.{order}",
        timeline.moment(by)
    );
    Some(Listened::Started { of, by, words })
}

/// What `ss` shows; `None` when no listener was sampled on both sides.
fn seen(timeline: &Timeline, host: &Host, change: &Change, until: Time) -> Option<Listened> {
    let (old, new) = (change.from.as_ref()?.parse::<f64>().ok()?, change.to.parse::<f64>().ok()?);
    let limits: Vec<(&str, Limits)> = host
        .gauges("listener.limit")
        .filter_map(|(of, series)| Some((of, Limits::new(series, change, until)?)))
        .collect();
    if limits.is_empty() {
        return None;
    }
    let kept: Vec<String> =
        limits.iter().filter(|(_, l)| same(l.after, old)).map(|(of, _)| (*of).to_owned()).collect();
    // `listen()` with a backlog between the two values shows as that backlog
    let moved = |l: &Limits| same(l.before, old) && !same(l.after, old) && l.after <= new.max(old);
    if let Some((of, l)) = limits.iter().find(|(_, l)| moved(l)) {
        let words = format!(
            "In force on {of} by {} UTC: ss shows its limit at {} instead of {}. It called listen() again: a restart or a reload, which may itself have emptied the queue.",
            timeline.moment(l.first_after.time),
            l.after,
            l.before
        );
        return Some(Listened::Taken { of: (*of).to_owned(), by: l.first_after.time, words, kept });
    }
    if !kept.is_empty() {
        return Some(Listened::Kept(format!(
            "{} kept the limit {old} that the old value gives. A listener takes the new one when it calls listen() again.",
            kept[..kept.len().min(NAMED)].join(", ")
        )));
    }
    if limits.iter().all(|(_, l)| same(l.before, l.after) && l.after < old.min(new)) {
        let (of, l) = &limits[0];
        return Some(Listened::Kept(format!(
            "{of} kept its limit of {}, which is the application's own backlog: below it, neither value matters.",
            l.after
        )));
    }
    if limits.iter().all(|(_, l)| same(l.before, l.after) && l.after > new) {
        let (of, l) = &limits[0];
        return Some(Listened::Kept(format!(
            "{of} kept its limit of {}, above the new value: it has not called listen() since.",
            l.after
        )));
    }
    Some(Listened::Untold(
        "ss cannot tell whether it came into force: no listener's limit equalled the old value.".to_owned(),
    ))
}

/// A listener's limit on both sides of a change.
struct Limits {
    before: f64,
    after: f64,
    /// The first sample with the limit that it has in the end.
    first_after: Reading,
}

impl Limits {
    fn new(series: &Series, change: &Change, until: Time) -> Option<Self> {
        let (lo, hi) = (change.lo?, change.hi?);
        let before = series.readings.dated().take_while(|r| r.time <= lo).last()?;
        let last = series.readings.dated().rfind(|r| r.time >= hi && r.time <= until)?;
        let first_after = series.readings.dated().find(|r| r.time > before.time && r.value == last.value)?;
        Some(Self { before: f64::from_bits(before.value), after: f64::from_bits(last.value), first_after })
    }
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.5
}
