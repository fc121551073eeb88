//! Everything to one [`Report`]. Charts become values here (which lanes, which series, which words), so
//! that a renderer only maps times to pixels. [`explain`] puts pages on names together in the same way, from the
//! catalogue and the rules alone.

mod choice;
mod coverage;
mod events;
mod evidence;
mod explain;
mod figure;
mod fills;
mod foreign;
mod headline;
mod lanes;
mod listeners;
mod logs;
mod missing;
mod series;
mod settings;
mod untaken;
mod worth;

use crate::correlate::{Measured, Placed};
use crate::model::report::moved::{Burst, Point};
use crate::model::report::{Finding, Host, Report, SCHEMA, SinceBoot};
use crate::timeline::Timeline;
use series::Shelf;

pub use coverage::coverage;
pub use explain::{Explained, explain, list};

/// What the floors above found.
pub struct Found {
    /// Changes with letters.
    pub changes: Vec<Placed>,
    /// Both sides of them.
    pub effects: Vec<Measured>,
    /// Where series moved by themselves.
    pub points: Vec<Point>,
    /// Bursts in logs.
    pub bursts: Vec<Burst>,
    /// Averages since boot.
    pub since_boot: Vec<SinceBoot>,
    /// Findings, worst first.
    pub findings: Vec<Finding>,
}

/// Puts the report together. `quote` gives the text of a line of an artifact.
#[must_use]
pub fn report(timeline: &Timeline, found: Found, quote: &dyn Fn(u32, u32) -> String) -> Report {
    let window = timeline.window();
    let mut shelf = Shelf::default();
    let effects = found
        .effects
        .iter()
        .map(|m| {
            let mut effect = m.effect.clone();
            effect.series = m.series.as_ref().and_then(|id| shelf.index(&timeline.hosts[m.host], id));
            effect
        })
        .collect();
    let figures = window.map(|w| figure::figures(timeline, &found, w, &mut shelf)).unwrap_or_default();
    let changes: Vec<_> = found.changes.iter().map(|placed| placed.change.clone()).collect();
    let events = events::events(timeline);
    let (settings, settings_census) = settings::settings(timeline, &changes, &|host, metric| {
        let drawn = shelf.series.iter().any(|s| s.host == host && s.metric == metric);
        let logged = metric.strip_prefix("event:");
        drawn || events.iter().any(|e| e.host == host && Some(e.kind.as_str()) == logged)
    });
    let mut report = Report {
        schema: SCHEMA,
        tool: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
        headline: headline::none(),
        window,
        hosts: timeline.hosts.iter().map(|h| host(timeline, h)).collect(),
        changes,
        effects,
        points: found.points,
        bursts: found.bursts,
        figures,
        events,
        findings: found.findings,
        listeners: listeners::listeners(timeline, quote),
        settings,
        settings_census,
        since_boot: found.since_boot,
        series: shelf.series,
        coverage: coverage(timeline, &found.changes),
    };
    report.headline = headline::headline(&report, timeline.asked);
    report
}

fn host(timeline: &Timeline, host: &crate::timeline::Host) -> Host {
    Host {
        name: host.name.clone(),
        name_basis: host.name_basis.clone(),
        clock: host.clock.clone(),
        zone: host.zone.clone(),
        machine_id: host.machine_id.clone().unwrap_or_default(),
        kernel: told(&host.kernel),
        os: told(&host.os),
        boots: host.boots.clone(),
        artifacts: timeline.artifacts.iter().filter(|a| a.hosts.contains(&host.name)).count(),
    }
}

/// What the artifacts of a host say, each once.
fn told(told: &[crate::timeline::Told]) -> String {
    told.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join("; ")
}
