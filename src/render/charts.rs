//! The charts as files, to be put into a ticket: each legible alone.

use super::escape::slug;
use super::svg::canvas::Svg;
use super::svg::{card, timeline};
use crate::model::report::Report;
use crate::model::report::figure::{EvidenceRow, Figure, Form, Lane};

/// Hosts, changes and findings with charts; a thousand hosts are told by the page.
const HOSTS: usize = 50;
const CHANGES: usize = 100;
const FINDINGS: usize = 60;
/// Hosts of which each lane is a chart too.
const LANES_OF: usize = 10;

/// File name and SVG of every chart: one timeline a host, one chart a change that was measured, one a finding that a
/// lane shows, and one a lane.
#[must_use]
pub fn charts(report: &Report) -> Vec<(String, String)> {
    let mut charts = Charts::default();
    for figure in report.figures.iter().take(HOSTS) {
        charts.put(&format!("timeline-{}", slug(&figure.host)), timeline::alone(report, figure));
    }
    for change in report.changes.iter().take(CHANGES) {
        if let Some(svg) = card::alone(report, change) {
            charts.put(&format!("change-{}", slug(&change.id)), svg);
        }
    }
    for finding in report.findings.iter().take(FINDINGS) {
        let figure = report.figures.iter().find(|f| f.host == finding.host);
        let shown = figure.and_then(|f| only(report, f, |lane| lane.findings.contains(&finding.id)));
        if let Some(figure) = shown {
            let svg = timeline::excerpt(report, &figure, &finding.title);
            charts.put(&format!("finding-{}", slug(&finding.id)), svg);
        }
    }
    for figure in report.figures.iter().take(LANES_OF) {
        for lane in &figure.lanes {
            let of = if lane.form == Form::Events { &lane.title } else { &lane.name };
            let stem = format!("lane-{}-{}", slug(&figure.host), slug(of));
            if let Some(one) = only(report, figure, |other| std::ptr::eq(other, lane)) {
                charts.put(&stem, timeline::excerpt(report, &one, &titled(lane)));
            }
        }
    }
    charts.0
}

/// The figure with these lanes alone; nothing where none of them has anything to draw.
fn only(report: &Report, figure: &Figure, keep: impl Fn(&Lane) -> bool) -> Option<Figure> {
    let lanes: Vec<Lane> = figure.lanes.iter().filter(|lane| keep(lane)).cloned().collect();
    let drawn = lanes.iter().any(|lane| !(lane.curves.is_empty() && lane.bars.is_empty()));
    let evidence = figure.evidence.iter().filter(|row| explains(report, &lanes, row)).cloned().collect();
    drawn.then(|| Figure {
        host: figure.host.clone(),
        window: figure.window,
        evidence,
        lanes,
        restarts: figure.restarts.clone(),
        folded: Vec::new(),
    })
}

/// What was captured when, of the files that these lanes are drawn from and of the dumps that show the changes.
fn explains(report: &Report, lanes: &[Lane], row: &EvidenceRow) -> bool {
    let source = row.source.as_str();
    let read = |path: &String| {
        let of_path = report.coverage.artifacts.iter().find(|a| a.path == *path);
        path.contains(source) || of_path.is_some_and(|a| a.format.contains(source))
    };
    ["sysctl -a", "/proc/sys"].contains(&source) || lanes.iter().flat_map(|l| &l.files).any(read)
}

fn titled(lane: &Lane) -> String {
    match lane.form {
        Form::Fill => format!("{}: {}", lane.title, lane.name),
        _ => lane.title.clone(),
    }
}

/// Charts by file name.
#[derive(Default)]
struct Charts(Vec<(String, String)>);

impl Charts {
    /// Names are of at most so many letters: some file systems take no longer ones.
    const STEM: usize = 100;

    fn put(&mut self, stem: &str, svg: Svg) {
        let stem: String = stem.chars().take(Self::STEM).collect();
        let name = free(stem.trim_end_matches('-'), &self.0);
        self.0.push((name, svg.0));
    }
}

/// `stem.svg`, or `stem-2.svg` … where two hosts have names that differ only in signs.
fn free(stem: &str, taken: &[(String, String)]) -> String {
    let mut name = format!("{stem}.svg");
    let mut n = 2;
    while taken.iter().any(|(other, _)| *other == name) {
        name = format!("{stem}-{n}.svg");
        n += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_get_numbers_and_long_ones_are_cut() {
        let mut charts = Charts::default();
        for stem in ["timeline-a", "timeline-a", &"x".repeat(300)] {
            charts.put(stem, Svg(String::new()));
        }
        let names: Vec<&str> = charts.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names[..2], ["timeline-a.svg", "timeline-a-2.svg"]);
        assert!(names[2].len() < 120);
    }
}
