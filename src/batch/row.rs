//! What a report tells in one row.

use super::who;
use crate::model::index::{Counter, Found, Told, Turned};
use crate::model::report::figure::{Form, Series, Tone};
use crate::model::report::{Report, SinceBoot};
use crate::timeline::Timeline;
use crate::{Evidence, source};

/// Counters in a row.
const COUNTERS: usize = 3;
/// A share of fewer events than this tells nothing of a host.
const FEW: u64 = 10;

/// The row of a bundle that was analysed.
pub fn found(evidence: &Evidence, report: &Report) -> Found {
    let timeline = &evidence.timeline;
    let host = who::main_host(timeline);
    let told = |f: &crate::model::report::Finding| Told {
        id: f.id.clone(),
        severity: f.severity,
        title: f.title.clone(),
    };
    Found {
        host: host.map(|h| h.machine().to_owned()).unwrap_or_default(),
        hosts: who::machines(timeline),
        kernel: host.and_then(who::kernel),
        os: host.and_then(who::os),
        boot_id: host.and_then(|h| who::boot(timeline, h)).map(|boot| boot.id),
        first: report.window.map(|w| w.from),
        last: report.window.map(|w| w.to),
        files: timeline.artifacts.iter().filter(|a| a.skipped.is_none()).count() as u64,
        rejected: report.coverage.rejected,
        rows: samples(timeline),
        headline: report.headline.title.clone(),
        severity: report.headline.severity,
        findings: report.findings.iter().map(told).collect(),
        changes: report.changes.iter().map(turned).collect(),
        counters: counters(report),
    }
}

fn samples(timeline: &Timeline) -> u64 {
    let series = timeline.hosts.iter().flat_map(|host| host.series.values());
    series.map(|series| series.readings.len() as u64).sum()
}

fn turned(change: &crate::model::report::effect::Change) -> Turned {
    Turned {
        id: change.id.clone(),
        key: change.key.clone(),
        from: change.from.clone(),
        to: change.to.clone(),
        verdict: change.verdict.map(|verdict| verdict.word().to_owned()),
    }
}

/// Counters of which more is worse: those that the timeline draws, in its order, then those that were read once, by
/// their share of the traffic.
fn counters(report: &Report) -> Vec<Counter> {
    let lanes = report.figures.iter().flat_map(|figure| &figure.lanes);
    let rates = lanes.filter(|lane| lane.tone == Tone::Harm && lane.form == Form::Rate);
    let drawn = rates.filter_map(|lane| {
        let series = report.series.get(lane.curves.first()?.series)?;
        let rate = mean(series).filter(|rate| *rate > 0.0)?;
        let (metric, of) = (series.metric.clone(), series.of.clone());
        Some(Counter { metric, of, title: lane.title.clone(), rate: Some(rate), count: None })
    });
    let mut once: Vec<&SinceBoot> = report.since_boot.iter().filter(|c| c.harm && c.count >= FEW).collect();
    let share = |c: &SinceBoot| c.share.as_ref().map_or(-1.0, |share| share.per_million);
    once.sort_by(|a, b| share(b).total_cmp(&share(a)));
    let once = once.into_iter().map(|c| Counter {
        metric: c.metric.clone(),
        of: c.of.clone(),
        title: c.title.clone(),
        rate: c.rate,
        count: Some(c.count),
    });
    drawn.chain(once).take(COUNTERS).collect()
}

/// Over the time in which there is evidence.
fn mean(series: &Series) -> Option<f64> {
    let spans = || series.start.iter().zip(&series.end).map(|(start, end)| end - start);
    let seconds: f64 = spans().sum();
    let events: f64 = spans().zip(&series.mean).map(|(seconds, mean)| seconds * mean).sum();
    Some(events / seconds).filter(|rate| rate.is_finite())
}

/// What of a bundle could not be read; empty when all of it was.
pub fn loss(evidence: &Evidence) -> String {
    if let Some(refused) = evidence.refused.first() {
        return refused.to_string();
    }
    let lost: Vec<(&source::Artifact, &String)> =
        evidence.artifacts.iter().filter_map(|artifact| Some((artifact, artifact.lost.as_ref()?))).collect();
    match lost.as_slice() {
        [] => String::new(),
        [(artifact, why)] => format!("{}: {why}", artifact.path),
        [(artifact, why), more @ ..] => format!("{}: {why}; and {} more", artifact.path, more.len()),
    }
}
