//! The sentence that will be quoted. It says no more than the weakest evidence under it.

use crate::model::report::effect::{Change, Effect, Role, SideState};
use crate::model::report::verdict::{Certainty, Verdict};
use crate::model::report::{Headline, Report, Severity, Window};
use crate::model::time::Time;
use crate::model::words::{self, setting, things};

/// Stands until the rest of the report is there.
pub(super) fn none() -> Headline {
    Headline { title: String::new(), lede: String::new(), severity: None }
}

/// The first change whose metric was seen on both sides, else the worst finding, else what was read.
pub(super) fn headline(report: &Report, asked: Option<Window>) -> Headline {
    let severity = report.findings.iter().map(|f| f.severity).max();
    let title = match (moved(report, true), symptom(report), moved(report, false)) {
        (Some(primary), _, _) => primary,
        (None, Some(symptom), Some(other)) => format!("{symptom}; {other}"),
        (None, Some(only), None) | (None, None, Some(only)) => only,
        (None, None, None) => nothing(report),
    };
    Headline { title, lede: lede(report, asked), severity }
}

/// Both sides of the first change for which they are known: of the metric that answers for it, or of another
/// one that it governs.
fn moved(report: &Report, primary: bool) -> Option<String> {
    let known = |e: &&Effect| e.before.state != SideState::Unknown && e.after.state != SideState::Unknown;
    let happened =
        |e: &&Effect| e.before.state == SideState::Measured || e.after.state == SideState::Measured;
    let counted = |e: &&Effect| primary || e.unit == "/s" && e.role == Role::Governed;
    let effect = report
        .effects
        .iter()
        .filter(|e| e.primary == primary)
        .filter(known)
        .filter(counted)
        .find(happened)?;
    let change = report.changes.iter().find(|c| c.id == effect.change)?;
    let host = if report.hosts.len() > 1 { format!(" on {}", change.host) } else { String::new() };
    if change.verdict == Some(Verdict::NotInForce) {
        return Some(format!("{}{host} is not in force", turned(change)));
    }
    let low =
        if change.certainty == Some(Certainty::Low) && claimed(effect) { ", certainty low" } else { "" };
    let verdict = effect.verdict.map(|v| format!(": {}{low}", v.word())).unwrap_or_default();
    Some(format!(
        "{}{host}: {} before and {} after {}{verdict}{}{}",
        effect.title,
        words::side(&effect.before, &effect.unit),
        words::side(&effect.after, &effect.unit),
        turned(change),
        price(&report.effects, effect),
        others(&report.changes, change)
    ))
}

fn claimed(effect: &Effect) -> bool {
    matches!(effect.verdict, Some(Verdict::Improved | Verdict::Worsened))
}

/// `; worsened: Segments retransmitted`: what got worse after a change that improved its own symptom.
fn price(effects: &[Effect], first: &Effect) -> String {
    let worse = |e: &&Effect| e.change == first.change && e.verdict == Some(Verdict::Worsened);
    let names: Vec<&str> = effects.iter().filter(worse).map(|e| e.title.as_str()).collect();
    match names.as_slice() {
        [] => String::new(),
        _ if first.verdict != Some(Verdict::Improved) => String::new(),
        [one] => format!("; worsened: {one}"),
        [one, more @ ..] => format!("; worsened: {one} and {} more", more.len()),
    }
}

/// `; 3 other changes: 1 worsened, 2 inconclusive`: where one change improved something and another one did not, a title that
/// quotes the first alone would claim more than the whole.
fn others(changes: &[Change], first: &Change) -> String {
    let better = first.verdict == Some(Verdict::Improved);
    let judged = |c: &&Change| !matches!(c.verdict, None | Some(Verdict::NotAssessed)) && c.id != first.id;
    let others: Vec<&Change> = changes.iter().filter(judged).collect();
    if !better || others.iter().all(|c| c.verdict == first.verdict) {
        return String::new();
    }
    match others.as_slice() {
        [one] => one.verdict.map_or(String::new(), |v| format!("; another change: {}", v.word())),
        _ => format!("; {} other changes: {}", others.len(), verdicts(&others)),
    }
}

/// `1 improved, 2 not assessed`.
fn verdicts(changes: &[&Change]) -> String {
    const ALL: [Verdict; 6] = [
        Verdict::Improved,
        Verdict::Worsened,
        Verdict::NoMeasurableEffect,
        Verdict::Inconclusive,
        Verdict::NotInForce,
        Verdict::NotAssessed,
    ];
    let number = |v: Verdict| changes.iter().filter(|c| c.verdict == Some(v)).count();
    let told = ALL.iter().filter(|v| number(**v) > 0).map(|v| format!("{} {}", number(*v), v.word()));
    told.collect::<Vec<_>>().join(", ")
}

/// `net.core.somaxconn 16 → 4,096`.
fn turned(change: &Change) -> String {
    match &change.from {
        Some(from) => format!("{} {}\u{a0}→\u{a0}{}", change.key, setting(from), setting(&change.to)),
        None => format!("{} was set to {}", change.key, setting(&change.to)),
    }
}

fn symptom(report: &Report) -> Option<String> {
    let worst = report.findings.first()?;
    let host = if report.hosts.len() > 1 { format!(" on {}", worst.host) } else { String::new() };
    Some(format!("{}{host}", worst.title))
}

fn nothing(report: &Report) -> String {
    let read = report.coverage.artifacts.iter().filter(|a| a.skipped.is_empty()).count() as u64;
    if let [first, more @ ..] = report.changes.as_slice() {
        let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        return format!("{}{more}: nothing that it governs was measured on both sides", turned(first));
    }
    let rest = things(read, "file", "files");
    if is_damaged(report) {
        return match read {
            0 => "The input could not be read: nothing is known of it".to_owned(),
            _ => format!("Part of the input could not be read; no known symptom in the {rest} that could"),
        };
    }
    if report.coverage.rejected > 0 && report.coverage.artifacts.iter().all(|a| a.facts == 0) {
        return format!("Nothing could be taken from {rest}: every line was rejected");
    }
    format!("No known symptom and no tuning change in {rest}")
}

/// What is missing of no host is missing of the input.
fn is_damaged(report: &Report) -> bool {
    report.coverage.missing.iter().any(|missing| missing.host.is_empty())
}

/// A span that was asked for; either end may be open.
fn limits(asked: Window) -> String {
    let end = |t: Time, open: &str| t.utc().map_or(open.to_owned(), |_| format!("{} UTC", words::instant(t)));
    format!("{} to {}", end(asked.from, "the beginning"), end(asked.to, "the end"))
}

fn lede(report: &Report, asked: Option<Window>) -> String {
    let of = |severity: Severity| report.findings.iter().filter(|f| f.severity == severity).count() as u64;
    let boots = report.changes.iter().filter(|c| c.boot.is_some()).count();
    let mut parts = vec![match report.changes.as_slice() {
        [] => "No tuning change was seen".to_owned(),
        [one] => {
            let boot = if boots > 0 { ", across a boot" } else { "" };
            let verdict = one.verdict.map(|v| format!(": {}", v.word())).unwrap_or_default();
            format!("{}{boot}{verdict}", things(1, "tuning change", ""))
        }
        several => {
            let verdicts = verdicts(&several.iter().collect::<Vec<_>>());
            let told = if verdicts.is_empty() { String::new() } else { format!(" ({verdicts})") };
            let boots = if boots > 0 { format!(", {boots} of them across a boot") } else { String::new() };
            things(several.len() as u64, "tuning change", "tuning changes") + &told + &boots
        }
    }];
    parts.push(match (report.findings.len() as u64, of(Severity::Critical)) {
        (0, _) => "no finding".to_owned(),
        (n, 0) => things(n, "finding", "findings"),
        (n, critical) if n == critical => things(n, "critical finding", "critical findings"),
        (n, critical) => format!("{}, {critical} of them critical", things(n, "finding", "findings")),
    });
    let mut lede = format!("{}.", parts.join("; "));
    if let Some(asked) = asked {
        lede += &format!(" Only evidence from {} was looked at.", limits(asked));
    }
    if is_damaged(report) {
        lede += " Part of the input could not be read.";
    }
    if !report.changes.is_empty() {
        lede += " “After” is not “because”: what moved may have other causes.";
    } else if report.findings.is_empty() {
        lede += " What is not in the input is unknown, not fine.";
    }
    lede
}
