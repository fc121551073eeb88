//! Gauges of both sides: what stood there when it was read.

use super::{Pair, Subject};
use crate::catalogue::counters;
use crate::model::diff::{Level, Stood};
use crate::model::fact::Kind;
use std::collections::BTreeSet;

/// Gauges of the host as a whole that have a row in the catalogue, the largest difference first. Listeners have a place
/// of their own.
pub(super) fn levels(pair: &Pair<'_>) -> Vec<Level> {
    let of_side = |side: &Subject<'_>| {
        let gauges = side.host.series.keys().filter(|id| id.kind == Kind::Gauge && id.of.is_empty());
        gauges.map(|id| id.metric.clone()).collect::<BTreeSet<_>>()
    };
    let names: BTreeSet<String> = of_side(&pair.a).union(&of_side(&pair.b)).cloned().collect();
    let mut found: Vec<Level> = names.into_iter().filter_map(|metric| level(pair, metric)).collect();
    found.sort_by(|x, y| size(y).total_cmp(&size(x)).then_with(|| x.metric.cmp(&y.metric)));
    found
}

fn level(pair: &Pair<'_>, metric: String) -> Option<Level> {
    let row = counters::counter(&metric)?;
    let (a, b) = (stood(&pair.a, &metric), stood(&pair.b, &metric));
    let some = [&a, &b].iter().any(|s| s.as_ref().is_some_and(|s| s.peak != 0.0));
    some.then(|| Level {
        title: row.title.to_owned(),
        unit: row.unit.to_owned(),
        metric,
        of: String::new(),
        a,
        b,
    })
}

fn stood(side: &Subject<'_>, metric: &str) -> Option<Stood> {
    let (_, series) = side.host.gauges(metric).find(|(of, _)| of.is_empty())?;
    let value = |bits: u64| Some(f64::from_bits(bits)).filter(|v| v.is_finite());
    let last = series.readings.iter().filter(|r| value(r.value).is_some()).last()?;
    let peak = series.readings.value.iter().filter_map(|bits| value(*bits)).reduce(f64::max)?;
    Some(Stood {
        last: f64::from_bits(last.value),
        peak,
        samples: series.readings.len() as u64,
        exhibit: side.exhibit(last.artifact, last.line),
    })
}

/// How far apart the two are; one side alone comes last.
fn size(level: &Level) -> f64 {
    let value = |s: &Option<Stood>| s.as_ref().map(|s| s.last.max(0.0) + 0.5);
    value(&level.a).zip(value(&level.b)).map_or(-1.0, |(a, b)| (b / a).ln().abs())
}
