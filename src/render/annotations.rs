//! Grafana annotations: one object for each change, restart, burst in the log, change point and finding that has a time,
//! in the shape that `POST /api/annotations` takes one at a time: `time` and `timeEnd` in milliseconds, `tags`, `text`.
//! The text is shown as HTML there, so that what was read goes through the same escape as in the page.

use super::escape::{escape, printable};
use super::findings::severity;
use super::moved;
use crate::model::report::effect::Change;
use crate::model::report::{Finding, Report};
use crate::model::time::Time;
use serde::Serialize;

/// A mark on Grafana's time axis.
#[derive(Serialize)]
struct Annotation {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    time: i64,
    /// The end of a region; absent for an instant.
    #[serde(rename = "timeEnd", skip_serializing_if = "Option::is_none")]
    time_end: Option<i64>,
    /// `netmortem` first, by which all of them are found and removed again.
    tags: Vec<String>,
    /// A sentence, and what supports it.
    text: String,
}

/// All annotations of a report as one array, in time order.
#[must_use]
pub fn annotations(report: &Report) -> String {
    let mut all: Vec<Annotation> = Vec::new();
    all.extend(report.changes.iter().filter_map(|change| turned(report, change)));
    for figure in &report.figures {
        let mark = |at, words: &str| annotation((at, at), ["restart", &figure.host], &[], words);
        all.extend(figure.restarts.iter().map(|r| mark(r.time, &r.words)));
    }
    for burst in &report.bursts {
        let tags = ["log", &burst.host];
        all.push(annotation((burst.from, burst.to), tags, &[&burst.kind], &burst.sentence));
    }
    for point in report.points.iter().filter(|p| p.changes.is_empty()) {
        let tags = ["change point", &point.host];
        all.push(annotation((point.time, point.time), tags, &[&point.metric], &point.sentence));
    }
    all.extend(report.findings.iter().filter_map(|finding| found(report, finding)));
    all.sort_by(|a, b| (a.time, a.time_end, &a.text).cmp(&(b.time, b.time_end, &b.text)));
    super::value(&all)
}

/// A change over its bracket, with its verdict.
fn turned(report: &Report, change: &Change) -> Option<Annotation> {
    let span = change.lo.or(change.hi).zip(change.hi.or(change.lo))?;
    let concluded = moved::concluded(change);
    let head = format!("{}: {} {}", change.id, change.key, moved::values(change));
    let parts = [head, concluded, change.sentence.clone()];
    let text: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let verdict = change.verdict.map_or("not assessed", crate::model::report::verdict::Verdict::word);
    let text = text.join("\n");
    debug_assert!(report.changes.iter().any(|c| c.id == change.id));
    Some(annotation(span, ["change", &change.host], &[&change.key, verdict], &text))
}

/// A finding over the span of the log events and series that it is about: here, over the report's window, for a finding
/// tells of all that was seen.
fn found(report: &Report, finding: &Finding) -> Option<Annotation> {
    let window = report.figures.iter().find(|f| f.host == finding.host).map(|f| f.window).or(report.window)?;
    let text = format!("{}\n{}", finding.title, finding.seen);
    let tags = ["finding", &finding.host];
    Some(annotation((window.from, window.to), tags, &[&finding.rule, severity(finding.severity)], &text))
}

fn annotation((from, to): (Time, Time), [what, host]: [&str; 2], more: &[&str], text: &str) -> Annotation {
    let milliseconds = |t: Time| t.0.div_euclid(1_000);
    let tags = ["netmortem", what].into_iter().map(str::to_owned);
    let tags = tags.chain((!host.is_empty()).then(|| format!("host:{}", tag(host))));
    let (time, end) = (milliseconds(from.min(to)), milliseconds(from.max(to)));
    Annotation {
        time,
        time_end: (end > time).then_some(end),
        tags: tags.chain(more.iter().map(|t| tag(t))).collect(),
        text: escape(text).replace('\n', "<br>"),
    }
}

/// One line, short enough for the column that Grafana keeps tags in.
fn tag(text: &str) -> String {
    printable(text).replace(['\n', '\t'], " ").chars().take(80).collect()
}
