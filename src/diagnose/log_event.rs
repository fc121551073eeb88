//! # log-event
//!
//! *What it sees*: a line of the event catalogue in a log (SYN flood, TCP memory, orphans, `TIME_WAIT` overflow,
//! neighbour table, page allocation, OOM kill, fork of redis, open files), except those that have a rule of
//! their own.
//!
//! *Why it matters*: the catalogue says so for each kind.
//!
//! *What else looks like it*: nothing: it is the kernel's or the daemon's own sentence. Its absence proves nothing,
//! for logs are limited in rate, rotated and cut.

use super::{ANY_EVENT, Rule, Scene, open_files, spanned};
use crate::catalogue::events;
use crate::correlate::sides::SUPPRESSED;
use crate::model::report::{Finding, Severity, Window};
use crate::model::words::things;
use crate::timeline::Event;

/// See the module.
pub const RULE: Rule =
    Rule { id: "log-event", watches: &[ANY_EVENT], manual: include_str!("log_event.rs"), look };

fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let kinds =
        events::all().iter().filter(|kind| ![super::conntrack_full::RULE.id, SUPPRESSED].contains(&kind.id));
    kinds.filter_map(|kind| of_kind(scene, kind)).collect()
}

fn of_kind(scene: &Scene<'_>, kind: &'static events::EventKind) -> Option<Finding> {
    let lines: Vec<&Event> = scene.host.events.iter().filter(|e| e.kind == kind.id).collect();
    let (first, last) = (lines.first()?, lines.last()?);
    let total: u64 = lines.iter().map(|e| e.count).sum();
    let severity = match kind.severity {
        "critical" => Severity::Critical,
        "warning" => Severity::Warning,
        _ => Severity::Info,
    };
    let mut finding = scene.finding(RULE.id, kind.id, severity);
    finding.title = format!("{} in the log", kind.title);
    let mut which: Vec<&str> = lines.iter().map(|e| e.of.as_str()).filter(|of| !of.is_empty()).collect();
    which.sort_unstable();
    which.dedup();
    which.truncate(6);
    let window = first.time.zip(last.time).map(|(from, to)| Window { from, to });
    finding.seen = things(total, "occurrence", "occurrences");
    if lines.iter().any(|e| e.added_back) {
        finding.seen += " at least, with repetitions that the logger counted";
    }
    if window.is_some() {
        finding.seen += &format!(", {} UTC", spanned(window));
    }
    if !which.is_empty() {
        finding.seen += &format!(" ({})", which.join(", "));
    }
    finding.seen.push('.');
    kind.help.clone_into(&mut finding.why);
    finding.otherwise =
        "A log is limited in rate, rotated and cut: where it is silent it proves nothing.".to_owned();
    finding.exhibits.push(scene.exhibit(first.artifact, first.line, true));
    if lines.len() > 1 {
        finding.exhibits.push(scene.exhibit(last.artifact, last.line, true));
    }
    if kind.id == open_files::EVENT {
        open_files::limits(scene, &lines, &mut finding);
    }
    Some(finding)
}
