//! [`Shelf`]: the series that the report points to, each thinned once.

use crate::catalogue::counters;
use crate::model::fact::Kind;
use crate::model::fact::SeriesId;
use crate::model::report::figure::Series;
use crate::model::time::Time;
use crate::timeline::Host;
use crate::timeline::readings::Interval;
use std::collections::BTreeMap;

/// Two buckets a pixel of the widest plot would be 1,800; the eye needs no more than one in two pixels.
const BUCKETS: usize = 450;

/// Series already taken, by host and name.
#[derive(Default)]
pub(super) struct Shelf {
    /// As they go into the report.
    pub series: Vec<Series>,
    taken: BTreeMap<(String, SeriesId), usize>,
}

/// One drawn value over a stretch of time.
struct Step {
    from: Time,
    to: Time,
    value: f64,
}

impl Shelf {
    /// Index of a series, thinned at first use; `None` when it has nothing to draw.
    pub fn index(&mut self, host: &Host, id: &SeriesId) -> Option<usize> {
        let key = (host.name.clone(), id.clone());
        if let Some(&at) = self.taken.get(&key) {
            return Some(at);
        }
        let series = thinned(host, id)?;
        self.series.push(series);
        self.taken.insert(key, self.series.len() - 1);
        Some(self.series.len() - 1)
    }

    /// Puts a series computed elsewhere (a share of a limit) on the shelf.
    pub fn put(&mut self, series: Series) -> usize {
        self.series.push(series);
        self.series.len() - 1
    }
}

fn thinned(host: &Host, id: &SeriesId) -> Option<Series> {
    let known = host.series.get(id);
    let row = counters::counter(&id.metric);
    let (steps, samples) = match id.kind {
        Kind::Counter if id.of.is_empty() => {
            let steps = rates(&host.increments(&id.metric));
            let samples = host.counter(&id.metric).len().max(steps.len());
            (steps, samples)
        }
        Kind::Counter | Kind::Counter32 | Kind::Delta | Kind::Rate => {
            let steps = rates(&host.increments_of(id));
            let samples = steps.len();
            (steps, samples)
        }
        Kind::Gauge => {
            let readings = &known?.readings;
            let steps =
                readings.dated().map(|r| Step { from: r.time, to: r.time, value: f64::from_bits(r.value) });
            (steps.collect(), readings.len())
        }
    };
    let unit = row.map_or("", |row| row.unit);
    let (kind, unit) = match id.kind {
        Kind::Gauge => ("gauge", unit.to_owned()),
        _ => ("counter", format!("{unit}/s")),
    };
    let clock = known.map_or_else(|| host.clock.clone(), |s| s.clock.clone());
    let mut series = blank(host, id, kind, unit, clock, samples as u64);
    fill(&mut series, &steps)?;
    Some(series)
}

/// A series of instants computed from others, such as a queue as a share of its limit.
pub(super) fn derived(host: &Host, id: &SeriesId, unit: &str, points: &[(Time, f64)]) -> Option<Series> {
    let steps: Vec<Step> = points.iter().map(|&(t, value)| Step { from: t, to: t, value }).collect();
    let clock = host.series.get(id).map_or_else(|| host.clock.clone(), |s| s.clock.clone());
    let mut series = blank(host, id, "gauge", unit.to_owned(), clock, points.len() as u64);
    fill(&mut series, &steps)?;
    Some(series)
}

fn blank(host: &Host, id: &SeriesId, kind: &str, unit: String, clock: String, samples: u64) -> Series {
    Series {
        host: host.name.clone(),
        netns: String::new(),
        metric: id.metric.clone(),
        of: id.of.clone(),
        kind: kind.to_owned(),
        unit,
        clock,
        samples,
        origin: Time(0),
        start: Vec::new(),
        end: Vec::new(),
        min: Vec::new(),
        max: Vec::new(),
        mean: Vec::new(),
    }
}

fn rates(intervals: &[Interval]) -> Vec<Step> {
    let step = |i: &Interval| Some(Step { from: i.from, to: i.to, value: i.drawn()? / i.seconds() });
    intervals.iter().filter_map(step).collect()
}

/// Fills the columns, several steps to a bucket when there are many; never across a gap.
fn fill(series: &mut Series, steps: &[Step]) -> Option<()> {
    let (first, last) = (steps.first()?, steps.last()?);
    series.origin = first.from;
    let width = (last.to.0.saturating_sub(first.from.0) / i64::try_from(BUCKETS).unwrap_or(1)).max(1);
    let bucket = |step: &Step| (step.from.0 - first.from.0) / width;
    let joined = |a: &Step, b: &Step| {
        let apart = a.to != b.from && a.from != a.to;
        steps.len() <= BUCKETS || bucket(a) != bucket(b) || apart
    };
    for group in steps.chunk_by(|a, b| !joined(a, b)) {
        push(series, group);
    }
    Some(())
}

fn push(series: &mut Series, group: &[Step]) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return };
    let weight = |s: &Step| s.to.seconds_since(s.from).max(1e-6);
    let total: f64 = group.iter().map(weight).sum();
    let mean = group.iter().map(|s| s.value * weight(s)).sum::<f64>() / total;
    series.start.push(tidy(first.from.seconds_since(series.origin)));
    series.end.push(tidy(last.to.seconds_since(series.origin)));
    series.min.push(tidy(group.iter().map(|s| s.value).fold(f64::INFINITY, f64::min)));
    series.max.push(tidy(group.iter().map(|s| s.value).fold(f64::NEG_INFINITY, f64::max)));
    series.mean.push(tidy(mean));
}

/// Six figures are more than any chart shows and keep the report small.
fn tidy(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    format!("{value:.5e}").parse().unwrap_or(value)
}
