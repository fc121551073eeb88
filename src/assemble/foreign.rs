//! Lanes for series that a colleague brought: a Grafana export or a Prometheus answer on the same axis.

use super::lanes::{Drawing, blank};
use crate::catalogue::counters;
use crate::model::fact::SeriesId;
use crate::model::report::figure::{Curve, Form, Lane, Tone};
use crate::timeline::{Series, Timeline};
use std::cmp::Reverse;

/// What is chosen by hand to be looked at beside the dumps; a page of `/metrics` is not.
const FORMATS: [&str; 2] = ["csv", "prometheus range"];
/// Curves of one lane that can still be told apart.
const CURVES: usize = 4;

/// A lane for each metric without a row in the catalogue, those with most samples first.
pub(super) fn lanes(drawing: &mut Drawing<'_>) -> Vec<Lane> {
    let (host, timeline) = (drawing.host, drawing.timeline);
    let brought = |(id, series): &(&SeriesId, &Series)| {
        let artifact = series.readings.artifact.first().and_then(|a| timeline.artifacts.get(*a as usize));
        counters::counter(&id.metric).is_none()
            && artifact.is_some_and(|a| a.formats.iter().any(|f| FORMATS.contains(f)))
    };
    let mut found: Vec<(&SeriesId, &Series)> = host.series.iter().filter(brought).collect();
    found.sort_by_key(|(id, _)| &id.metric);
    let mut metrics: Vec<&[(&SeriesId, &Series)]> = found.chunk_by(|a, b| a.0.metric == b.0.metric).collect();
    metrics.sort_by_key(|of| Reverse(of.iter().map(|(_, s)| s.readings.len()).max()));
    metrics.into_iter().filter_map(|of| lane(drawing, timeline, of)).collect()
}

fn lane(drawing: &mut Drawing<'_>, timeline: &Timeline, of: &[(&SeriesId, &Series)]) -> Option<Lane> {
    let (first, series) = of.first()?;
    let path = timeline.path(*series.readings.artifact.first()?);
    let file = path.rsplit('/').next().unwrap_or(path);
    let name = if of.len() > CURVES { format!("{file}, {CURVES} of {}", of.len()) } else { file.to_owned() };
    let mut lane = blank(&first.metric, &name, Form::Gauge, Tone::Measure, "");
    for (id, _) in of.iter().take(CURVES) {
        let Some(series) = drawing.shelf.index(drawing.host, id) else { continue };
        lane.curves.push(Curve { series, label: id.of.clone(), tone: Tone::Measure });
    }
    let artifacts = of.iter().flat_map(|(_, series)| series.readings.artifact.iter().copied()).collect();
    drawing.name_files(&mut lane, artifacts);
    (!lane.curves.is_empty()).then_some(lane)
}
