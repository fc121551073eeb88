//! Grafana annotations: one object for each change, restart, burst in the log, change point and finding that has a time,
//! in the shape that `POST /api/annotations` takes one at a time: `time` and `timeEnd` in milliseconds, `tags`, `text`.
//! The text is shown as HTML there, so that what was read goes through the same escape as in the page.

use super::escape::{escape, printable};
use super::findings::severity;
use super::moved;
use crate::model::report::effect::Change;
use crate::model::report::verdict::Verdict;
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
    all.extend(report.changes.iter().filter_map(turned));
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
fn turned(change: &Change) -> Option<Annotation> {
    let span = change.lo.or(change.hi).zip(change.hi.or(change.lo))?;
    let concluded = moved::concluded(change);
    let head = format!("{}: {} {}", change.id, change.key, moved::values(change));
    let parts = [head, concluded, change.sentence.clone()];
    let text: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let verdict = change.verdict.map_or("not assessed", Verdict::word);
    Some(annotation(span, ["change", &change.host], &[&change.key, verdict], &text.join("\n")))
}

/// A finding over the time of the log events and listeners that its exhibits are of; over all that was seen of its host
/// where they have none.
fn found(report: &Report, finding: &Finding) -> Option<Annotation> {
    let shown = |path: &str, line: u32| finding.exhibits.iter().any(|e| e.path == path && e.line == line);
    let events = report.events.iter().filter(|e| shown(&e.path, e.line));
    let phases = report.listeners.iter().flat_map(|l| &l.phases);
    let phases = phases.filter(|p| shown(&p.exhibit.path, p.exhibit.line));
    let events = events.filter_map(|e| Some((e.time?, e.until.or(e.time)?)));
    let spans: Vec<(Time, Time)> = events.chain(phases.filter_map(|p| p.from.zip(p.to))).collect();
    let ends = spans.iter().map(|s| s.0).min().zip(spans.iter().map(|s| s.1).max());
    let all = report.figures.iter().find(|f| f.host == finding.host).map(|f| f.window).or(report.window);
    let span = ends.or(all.map(|w| (w.from, w.to)))?;
    let text = format!("{}\n{}", finding.title, finding.seen);
    let tags = ["finding", &finding.host];
    Some(annotation(span, tags, &[&finding.rule, severity(finding.severity)], &text))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_text_in_grafana_too() {
        let at = Time::from_secs(1_795_165_200);
        let mark = annotation((at, at), ["log", "<b>"], &["a\nb"], "<img src=x onerror=y>\nz");
        assert_eq!(mark.text, "&lt;img src=x onerror=y&gt;<br>z");
        assert_eq!(mark.tags, ["netmortem", "log", "host:<b>", "a b"]);
        assert_eq!((mark.time, mark.time_end), (1_795_165_200_000, None));
    }
}
