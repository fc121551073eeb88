//! Where series moved by themselves: change points found without a look at the changes, then held against them.

use super::book::Book;
use super::ladder::{Samples, Stretch, Sum, Track};
use super::logged::{self, Shower};
use super::{Measured, Placed};
use crate::catalogue::counters::{self, Worse};
use crate::model::fact::{Kind, SeriesId};
use crate::model::report::effect::{Change, Role};
use crate::model::report::moved::{Burst, Found, Point, Step};
use crate::model::time::Time;
use crate::model::words;
use crate::parse::pairs::Row;
use crate::stats::autocorrelation::integrated_time;
use crate::stats::sieve::{ChangePoint, change_points, without_spikes};
use crate::stats::{mean, median};
use crate::timeline::Timeline;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Level of the test: one unchanged series in a hundred has a point.
const ALPHA: f64 = 0.01;
/// Notable series looked at on one host, beside the governed ones.
const SERIES: usize = 40;
/// Bins: 288 in two days, ten minutes each; no more than the detector is quick with, no fewer than it needs. A month is
/// cut into hours: 720 bins take 1 ms of processor time where nothing moved, 4 where it moved or remembers three hours.
const BIN: f64 = 600.0;
const AIM: f64 = 288.0;
const MOST: f64 = 720.0;
const FEWEST: usize = 24;
/// From so many days on the hours of the day are taken out.
const DAYS: f64 = 3.0;
const DAY: f64 = 86_400.0;
/// A match lies within so many bins; where neighbours are alike, within the second.
const NEAR: f64 = 3.0;
const NEAR_ALIKE: f64 = 6.0;

/// A change point on the axis of the tracks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Raw {
    /// Where the new level begins, in seconds.
    pub at: f64,
    /// How far a match may be.
    pub tolerance: f64,
    /// Rates a second around it.
    pub before: f64,
    /// As `before`.
    pub after: f64,
    /// Mean log-rates at equal load.
    pub log_before: f64,
    /// As `log_before`.
    pub log_after: f64,
    /// p-value.
    pub p: f64,
}

/// Change points of all governed and all notable series, and bursts of log events.
#[must_use]
pub fn moves(timeline: &Timeline, changes: &[Placed], effects: &[Measured]) -> (Vec<Point>, Vec<Burst>) {
    let Some(mut book) = Book::new(timeline) else { return (Vec::new(), Vec::new()) };
    let (mut points, mut bursts) = (Vec::new(), Vec::new());
    for host in 0..timeline.hosts.len() {
        let showers = logged::showers(&book, host);
        for metric in series(&mut book, host, effects) {
            let found = points_of(&mut book, host, &metric);
            let id = SeriesId::counter(&metric);
            let all = (found.len(), changes, showers.as_slice());
            points.extend(found.iter().map(|raw| point(&book, host, &id, raw, all)));
        }
        for id in governed_levels(host, effects) {
            let samples = book.level(host, &id);
            let found = found_level(&samples, seed(&[&book.host(host).name, &id.metric, &id.of]));
            let all = (found.len(), changes, showers.as_slice());
            points.extend(found.iter().map(|raw| point(&book, host, &id, raw, all)));
        }
        bursts.extend(showers.iter().map(|s| logged::burst(&mut book, host, s)));
    }
    points.sort_by(|a, b| (a.time, &a.host, &a.metric).cmp(&(b.time, &b.host, &b.metric)));
    bursts.sort_by(|a, b| (a.from, &a.host, &a.kind).cmp(&(b.from, &b.host, &b.kind)));
    (points, bursts)
}

/// Counters that a change governs, then harmful ones that happened at all, the more frequent first.
fn series(book: &mut Book<'_>, host: usize, effects: &[Measured]) -> Vec<String> {
    let counted = |m: &&Measured| m.host == host && m.effect.role != Role::Load && m.effect.unit == "/s";
    let mut found: Vec<String> = Vec::new();
    for m in effects.iter().filter(counted) {
        if !found.contains(&m.effect.metric) && !m.effect.metric.starts_with("event:") {
            found.push(m.effect.metric.clone());
        }
    }
    let known = book.host(host);
    let harmful = |metric: &&str| {
        counters::counter(metric).is_some_and(|row| row.worse == Worse::Up && row.kind == Kind::Counter)
    };
    let names: BTreeSet<&str> = known.series.keys().map(|id| id.metric.as_str()).filter(harmful).collect();
    let mut more: Vec<(f64, String)> = Vec::new();
    for metric in names.into_iter().filter(|m| !found.iter().any(|f| f == m)) {
        let count: f64 = book.increments(host, metric).iter().filter_map(|i| i.count).sum();
        if count > 0.0 {
            more.push((count, metric.to_owned()));
        }
    }
    more.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    found.extend(more.into_iter().take(SERIES).map(|(_, metric)| metric));
    found
}

/// Gauges that a change governs or is paid with.
fn governed_levels(host: usize, effects: &[Measured]) -> BTreeSet<SeriesId> {
    let here = effects.iter().filter(|m| m.host == host && m.effect.role != Role::Load);
    here.filter_map(|m| m.series.clone()).filter(|id| id.kind == Kind::Gauge).take(SERIES).collect()
}

/// Change points of a counter, worked out once.
pub fn points_of(book: &mut Book<'_>, host: usize, metric: &str) -> Rc<Vec<Raw>> {
    let key = (host, metric.to_owned());
    if let Some(points) = book.points.get(&key) {
        return Rc::clone(points);
    }
    let track = book.track(host, metric);
    let seed = seed(&[&book.host(host).name, metric]);
    let points = Rc::new(found(&track, seed));
    book.points.insert(key, Rc::clone(&points));
    points
}

/// FNV-1a, so that a series has the same seed in every run.
fn seed(names: &[&str]) -> u64 {
    let bytes = names.iter().flat_map(|name| name.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Width of the bins of a series, and how many; `None` for one too short.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // hundreds of bins
fn bins(whole: Stretch, step: f64) -> Option<(f64, usize)> {
    let fine =
        if whole.length() >= BIN * AIM { BIN.max(whole.length() / MOST) } else { whole.length() / AIM };
    let n = (whole.length() / fine.max(step)).floor() as usize;
    (n >= FEWEST).then(|| (whole.length() / n as f64, n))
}

#[allow(clippy::cast_precision_loss)] // hundreds of bins
fn found(track: &Track, seed: u64) -> Vec<Raw> {
    let steps = track.steps();
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return Vec::new() };
    let whole = Stretch { from: first.from, to: last.to };
    let Some((width, n)) = bins(whole, track.long_step(whole)) else { return Vec::new() };
    // bins in which nobody looked are left out, not filled
    let bins: Vec<(f64, Sum)> = track
        .cut(whole, n)
        .into_iter()
        .enumerate()
        .map(|(i, sum)| (whole.from + width * i as f64, sum))
        .filter(|(_, sum)| sum.exposure > 0.0 && sum.seconds > 0.25 * width)
        .collect();
    let scale = bins.iter().map(|(_, b)| b.exposure).sum::<f64>() / bins.len().max(1) as f64;
    let values: Vec<f64> = bins.iter().map(|(_, b)| ((b.events + 0.5) / b.exposure * scale).ln()).collect();
    let rate = |from: usize, to: usize| {
        let (events, seconds) =
            bins[from..to].iter().fold((0.0, 0.0), |(e, s), (_, b)| (e + b.events, s + b.seconds));
        events / seconds
    };
    let at: Vec<f64> = bins.iter().map(|(at, _)| *at).collect();
    raws(&at, values, (whole, width), seed, &rate)
}

/// Change points of a gauge, on the scale of the gauge.
#[allow(clippy::cast_precision_loss)] // counts of samples
fn found_level(samples: &Samples, seed: u64) -> Vec<Raw> {
    let Some(whole) = samples.span().filter(|s| s.length() > 0.0) else { return Vec::new() };
    let Some((width, n)) = bins(whole, 1.5 * whole.length() / samples.len() as f64) else {
        return Vec::new();
    };
    let (at, values): (Vec<f64>, Vec<f64>) = samples.parts(whole, n).into_iter().unzip();
    let levels = values.clone();
    raws(&at, values, (whole, width), seed, &|from, to| mean(&levels[from..to]))
}

/// Points of values in bins that begin at `at`; `level` says what is shown of the bins from one to another.
fn raws(
    at: &[f64],
    mut values: Vec<f64>,
    (whole, width): (Stretch, f64),
    seed: u64,
    level: &dyn Fn(usize, usize) -> f64,
) -> Vec<Raw> {
    if whole.length() >= DAYS * DAY {
        take_out_hours(at, &mut values);
    }
    let points = without_spikes(change_points(&values, ALPHA, seed));
    let edges: Vec<usize> =
        [0].into_iter().chain(points.iter().map(|p| p.at)).chain([values.len()]).collect();
    let stretches: Vec<&[f64]> = edges.windows(2).map(|e| &values[e[0]..e[1]]).collect();
    let near = if integrated_time(&stretches) > 1.5 { NEAR_ALIKE } else { NEAR };
    points
        .iter()
        .enumerate()
        .map(|(i, p)| Raw {
            at: at[p.at],
            tolerance: near * width,
            before: level(edges[i], p.at),
            after: level(p.at, edges[i + 2]),
            log_before: p.before,
            log_after: p.after,
            p: p.p,
        })
        .collect()
}

/// Rows beyond which several are put together: the search takes longer than the answer is worth.
const ROWS: usize = 5_000;

/// Change points of a series of one's own, on the scale it is written in.
#[must_use]
pub fn of_rows(rows: &[Row], alpha: f64) -> Found {
    let known: Vec<(usize, f64)> =
        rows.iter().enumerate().filter_map(|(i, row)| Some((i, row.value?))).collect();
    let step = known.len().div_ceil(ROWS).max(1);
    let values: Vec<f64> =
        known.chunks(step).map(|part| mean(&part.iter().map(|(_, v)| *v).collect::<Vec<_>>())).collect();
    let seed = values.iter().fold(0, |hash: u64, v| (hash ^ v.to_bits()).wrapping_mul(0x0100_0000_01b3));
    let points = change_points(&values, alpha, seed);
    let row = |at: usize| known.get(at * step).map_or(0, |(index, _)| *index);
    let step_of = |p: &ChangePoint| Step {
        index: row(p.at),
        time: rows.get(row(p.at)).map(|r| r.time.clone()).unwrap_or_default(),
        before: p.before,
        after: p.after,
        p: p.p,
    };
    Found { alpha, values: known.len(), step, points: points.iter().map(step_of).collect() }
}

/// The median of each hour of the day.
fn take_out_hours(at: &[f64], values: &mut [f64]) {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // below 24
    let hour = |at: f64| ((at % DAY) / 3_600.0) as usize % 24;
    for h in 0..24 {
        let of_hour: Vec<usize> = (0..at.len()).filter(|i| hour(at[*i]) == h).collect();
        let usual = median(&of_hour.iter().map(|i| values[*i]).collect::<Vec<_>>());
        for i in of_hour {
            values[i] -= usual;
        }
    }
}

/// Whether an instant lies within a tolerance of a change, or in its bracket.
#[must_use]
pub fn meets(book: &Book<'_>, change: &Change, at: f64, tolerance: f64) -> bool {
    let (Some(lo), Some(hi)) = (change.lo, change.in_force.max(change.hi)) else { return false };
    at >= book.seconds(lo) - tolerance && at <= book.seconds(hi) + tolerance
}

fn point(
    book: &Book<'_>,
    host: usize,
    id: &SeriesId,
    raw: &Raw,
    (points, changes, showers): (usize, &[Placed], &[Shower]),
) -> Point {
    let time = book.time(raw.at);
    let mine: Vec<&Change> = changes
        .iter()
        .filter(|c| c.host == host)
        .map(|c| &c.change)
        .filter(|c| meets(book, c, raw.at, raw.tolerance))
        .collect();
    let near = |t: Time| t.seconds_since(time).abs() <= raw.tolerance;
    let known = book.host(host);
    let mut beside: Vec<String> = known
        .restarts
        .iter()
        .filter(|r| near(r.last) || near(r.again))
        .map(|r| match r.boot {
            Some(boot) => format!("the boot at {} UTC", book.timeline.moment(boot)),
            None => format!("a restart of the counters by {} UTC", book.timeline.moment(r.again)),
        })
        .collect();
    beside.extend(showers.iter().filter(|s| near(s.from) || near(s.to)).map(|s| s.words(book.timeline)));
    beside.truncate(4);
    let wide = mine.iter().filter_map(|c| Some(c.hi?.seconds_since(c.lo?))).fold(0.0, f64::max);
    let chance = (!mine.is_empty()).then(|| {
        let share = ((2.0 * raw.tolerance + wide) / book.window.seconds()).min(1.0);
        1.0 - (1.0 - share).powi(i32::try_from(points).unwrap_or(i32::MAX))
    });
    let row = counters::counter(&id.metric);
    let unit = if id.kind == Kind::Gauge { row.map_or("", |r| r.unit) } else { "/s" };
    let when = words::moment(time, words::of_days(book.window.from, book.window.to));
    let letters: Vec<String> = mine.iter().map(|c| c.id.clone()).take(8).collect();
    Point {
        host: known.name.clone(),
        metric: id.metric.clone(),
        title: row.map_or(id.metric.as_str(), |r| r.title).to_owned(),
        of: id.of.clone(),
        time,
        tolerance: raw.tolerance,
        before: raw.before,
        after: raw.after,
        unit: unit.to_owned(),
        p: raw.p,
        sentence: sentence(&moved(id, raw, unit, &when), &letters, &beside, chance),
        changes: letters,
        beside,
        chance,
    }
}

fn moved(id: &SeriesId, raw: &Raw, unit: &str, when: &str) -> String {
    let of = if id.of.is_empty() { String::new() } else { format!(" of {}", id.of) };
    format!(
        "{}{of} moved from {} to {} at {when} UTC (within {})",
        id.metric,
        words::quantity(raw.before, unit),
        words::quantity(raw.after, unit),
        words::duration(raw.tolerance.ceil())
    )
}

fn sentence(moved: &str, letters: &[String], beside: &[String], chance: Option<f64>) -> String {
    match (letters, beside, chance) {
        ([], [], _) => format!("{moved}, and nothing in the evidence says why."),
        ([], _, _) => format!("{moved}, beside {}.", beside.join(", ")),
        (_, _, chance) => {
            let luck = words::percent(chance.unwrap_or(1.0));
            let number = if letters.len() == 1 { "change" } else { "changes" };
            let others =
                if beside.is_empty() { String::new() } else { format!(" and {}", beside.join(", ")) };
            format!(
                "{moved}, beside {number} {}{others}; the chance of a match so close by luck is {luck}.",
                letters.join(", ")
            )
        }
    }
}
