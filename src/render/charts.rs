//! The charts as files, to be put into a ticket: each legible alone.

use super::escape::slug;
use super::svg::{card, timeline};
use crate::model::report::Report;

/// File name and SVG of every chart: one timeline a host, one chart a change that was measured.
#[must_use]
pub fn charts(report: &Report) -> Vec<(String, String)> {
    let mut charts = Vec::new();
    for (host, figure) in timelines(report) {
        charts.push((host, timeline::alone(report, figure).0));
    }
    let mut taken: Vec<String> = charts.iter().map(|(name, _)| name.clone()).collect();
    for change in &report.changes {
        if let Some(svg) = card::alone(report, change) {
            let name = free(&format!("change-{}", slug(&change.id)), &mut taken);
            charts.push((name, svg.0));
        }
    }
    charts
}

/// Figures with the names of their files.
fn timelines(report: &Report) -> Vec<(String, &crate::model::report::figure::Figure)> {
    let mut taken = Vec::new();
    report.figures.iter().map(|f| (free(&format!("timeline-{}", slug(&f.host)), &mut taken), f)).collect()
}

/// `stem.svg`, or `stem-2.svg` … where two hosts have names that differ only in signs.
fn free(stem: &str, taken: &mut Vec<String>) -> String {
    let mut name = format!("{stem}.svg");
    let mut n = 2;
    while taken.contains(&name) {
        name = format!("{stem}-{n}.svg");
        n += 1;
    }
    taken.push(name.clone());
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_get_numbers() {
        let mut taken = Vec::new();
        assert_eq!(free("timeline-a", &mut taken), "timeline-a.svg");
        assert_eq!(free("timeline-a", &mut taken), "timeline-a-2.svg");
    }
}
