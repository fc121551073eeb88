//! `summary.md`: what one pastes into the incident review.

mod changes;
pub mod plain;

pub use changes::foremost;

use super::charts;
use super::findings::severity;
use super::missing::COLLECTOR;
use crate::model::report::{Finding, Report};
use crate::model::words;
use plain::{code, safe};
use std::fmt::Write;

/// Moves without a change.
const MOVES: usize = 12;
/// Findings listed in full, and others by their titles.
const FINDINGS: usize = 10;
const TITLES: usize = 30;
/// Hosts named, pictures shown, and things told that could not be seen.
const HOSTS: usize = 20;
const PICTURES: usize = 4;
/// Charts listed by name.
const CHARTS: usize = 20;
const MISSING: usize = 20;

/// How it was concluded, at the end of every summary.
const METHOD: &str = "Verdicts compare the same hours of earlier days, else blocks of time before and after at equal \
                      load, else totals; chance is held to 5 % over all changes and counters together; intervals are \
                      95 %. “After” is not “because of”.";

/// The summary. Links point to `charts/`, beside it.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let mut out = format!("# {}\n\n", safe(&report.headline.title));
    if !report.headline.lede.is_empty() {
        let _ = writeln!(out, "{}\n", safe(&report.headline.lede));
    }
    let mut hosts: Vec<String> = report.hosts.iter().take(HOSTS).map(|h| safe(&h.name)).collect();
    if report.hosts.len() > HOSTS {
        hosts.push(format!("and {} more", report.hosts.len() - HOSTS));
    }
    let window = report.window.map_or_else(|| "no times".to_owned(), |w| words::window(w.from, w.to));
    let _ = writeln!(out, "Hosts: {} · {window}\n", hosts.join(", "));
    let charts: Vec<String> = charts(report).into_iter().map(|(name, _)| name).collect();
    changes::rows(&mut out, report);
    pictures(&mut out, &charts);
    changes::told(&mut out, report);
    moves(&mut out, report);
    findings(&mut out, report);
    missing(&mut out, report);
    links(&mut out, &charts);
    let _ = writeln!(out, "{}; all times in UTC. {METHOD}", safe(&report.tool));
    out
}

/// Where series moved that nobody touched, and bursts in the log.
fn moves(out: &mut String, report: &Report) {
    let alone = report.points.iter().filter(|p| p.changes.is_empty()).map(|p| (&p.host, &p.sentence));
    let told: Vec<_> =
        report.bursts.iter().map(|b| (&b.host, &b.sentence)).chain(alone).take(MOVES).collect();
    if told.is_empty() {
        return;
    }
    out.push_str("## Moved by itself\n\n");
    for (host, sentence) in told {
        let host = if report.hosts.len() > 1 { format!("{}: ", safe(host)) } else { String::new() };
        let _ = writeln!(out, "- {host}{}", safe(sentence));
    }
    out.push('\n');
}

fn findings(out: &mut String, report: &Report) {
    out.push_str("## Findings\n\n");
    if report.findings.is_empty() {
        out.push_str("No rule found anything in what could be read.\n\n");
        return;
    }
    for finding in report.findings.iter().take(FINDINGS) {
        let head = told(report, finding);
        let _ = writeln!(out, "- {head}. {}", safe(&finding.seen));
        if let Some(it) = finding.exhibits.iter().find(|e| e.key).or(finding.exhibits.first()) {
            let place = code(&format!("{}:{}", it.path, it.line));
            let _ = writeln!(out, "  {place}: {}", code(&it.text));
        }
    }
    for finding in report.findings.iter().skip(FINDINGS).take(TITLES) {
        let _ = writeln!(out, "- {}", told(report, finding));
    }
    more(out, report.findings.len(), FINDINGS + TITLES);
    out.push('\n');
}

fn told(report: &Report, finding: &Finding) -> String {
    let host = if report.hosts.len() > 1 { format!(", {}", safe(&finding.host)) } else { String::new() };
    format!("**{}** ({}{host})", safe(&finding.title), severity(finding.severity))
}

fn more(out: &mut String, all: usize, shown: usize) {
    if all > shown {
        let _ = writeln!(out, "- and {} more in the report", all - shown);
    }
}

fn missing(out: &mut String, report: &Report) {
    let missing = &report.coverage.missing;
    if missing.is_empty() {
        return;
    }
    out.push_str("## What could not be seen\n\n");
    for it in missing.iter().take(MISSING) {
        let named = report.hosts.len() > 1 && !it.host.is_empty();
        let host = if named { format!(" ({})", safe(&it.host)) } else { String::new() };
        let _ = write!(out, "- **{}**{host}: {}", safe(&it.title), safe(&it.text));
        if !it.collect.is_empty() {
            let _ = write!(out, " Next time: {}", code(&it.collect));
        }
        out.push('\n');
    }
    more(out, missing.len(), MISSING);
    if missing.iter().any(|it| !it.collect.is_empty()) {
        let _ = writeln!(out, "\nMost of it at once, on the host: {}", code(COLLECTOR));
    }
    out.push('\n');
}

/// The timelines, where the reader can follow a relative link.
fn pictures(out: &mut String, charts: &[String]) {
    let timelines = charts.iter().filter(|name| name.starts_with("timeline-"));
    for name in timelines.take(PICTURES) {
        let host = name.trim_start_matches("timeline-").trim_end_matches(".svg");
        let _ = writeln!(out, "![Timeline of {host}](charts/{name})\n");
    }
}

fn links(out: &mut String, charts: &[String]) {
    if charts.is_empty() {
        return;
    }
    out.push_str("## Charts\n\n");
    let (lanes, others): (Vec<&String>, Vec<&String>) = charts.iter().partition(|n| n.starts_with("lane-"));
    for name in others.iter().take(CHARTS) {
        let _ = writeln!(out, "- [`{name}`](charts/{name})");
    }
    let more = others.len().saturating_sub(CHARTS);
    let rest = [
        (more > 0).then(|| format!("{more} more")),
        (!lanes.is_empty()).then(|| words::things(lanes.len() as u64, "single lane", "single lanes")),
    ];
    let rest: Vec<String> = rest.into_iter().flatten().collect();
    if !rest.is_empty() {
        let _ = writeln!(out, "- {} in `charts/`", rest.join(" and "));
    }
    out.push('\n');
}
