//! What moved: the words for a change's primary effect, the same on page, chart, summary and terminal.

use super::glyph;
use crate::model::report::Report;
use crate::model::report::effect::{Change, Effect, Role, SideState};
use crate::model::report::verdict::Verdict;
use crate::model::time::Time;
use crate::model::words;

/// The effects of a change: governed ones first, then what it is paid with, load last, each in the report's order.
pub fn effects<'a>(report: &'a Report, change: &Change) -> Vec<&'a Effect> {
    let of =
        |role: Role| report.effects.iter().filter(move |e| e.role == role).filter(|e| e.change == change.id);
    of(Role::Governed).chain(of(Role::Partner)).chain(of(Role::Load)).collect()
}

/// The metric that answers for a change.
pub fn primary<'a>(report: &'a Report, change: &Change) -> Option<&'a Effect> {
    let effects = effects(report, change);
    effects.iter().find(|e| e.primary).or_else(|| effects.iter().find(|e| e.role == Role::Governed)).copied()
}

/// The metric to draw: the primary one, or, where one of its sides is unknown or it has no series, the
/// first governed one that was measured on both sides.
pub fn charted<'a>(report: &'a Report, change: &Change) -> Option<&'a Effect> {
    let main = primary(report, change).filter(|e| e.series.is_some());
    main.filter(|e| both(e)).or_else(|| beside(report, change)).or(main.filter(|e| measured(e)))
}

/// The first governed metric, other than the primary one, that was measured on both sides of a series.
/// Rates come before gauges: the mean of a table's fill says little about the work that got through.
fn beside<'a>(report: &'a Report, change: &Change) -> Option<&'a Effect> {
    let main = primary(report, change)?;
    let fit =
        |e: &&Effect| e.role == Role::Governed && e.series.is_some() && both(e) && !std::ptr::eq(*e, main);
    let others: Vec<&Effect> = effects(report, change).into_iter().filter(fit).collect();
    others.iter().find(|e| e.unit == "/s").or(others.first()).copied()
}

fn both(effect: &Effect) -> bool {
    effect.before.state != SideState::Unknown && effect.after.state != SideState::Unknown
}

/// True when one side at least was measured.
pub fn measured(effect: &Effect) -> bool {
    effect.before.state != SideState::Unknown || effect.after.state != SideState::Unknown
}

/// `Accept-queue overflows: 264/s → none in 59 s`.
pub fn sentence(effect: &Effect) -> String {
    let of = if effect.of.is_empty() { String::new() } else { format!(" ({})", effect.of) };
    let moved = words::moved(&effect.before, &effect.after, &effect.unit);
    format!("{}{of}: {moved}", effect.title)
}

/// The boot inside a change's bracket, in words; empty when there is none.
pub fn boot(report: &Report, change: &Change) -> String {
    change.boot.map(|at| format!("across the boot at {}", range(report, at, at))).unwrap_or_default()
}

/// Other governed metrics that turned: from or to nothing, or by half or more. What a reader would miss if only
/// the primary metric were told.
pub fn turned(report: &Report, change: &Change) -> Vec<String> {
    let main = primary(report, change);
    let big = |e: &&Effect| match e.ratio {
        Some(ratio) => !(0.67..=1.5).contains(&ratio),
        None => both(e) && e.before.state != e.after.state,
    };
    effects(report, change)
        .into_iter()
        .filter(|e| e.role == Role::Governed && e.harm && e.unit == "/s")
        .filter(|e| main.is_none_or(|m| !std::ptr::eq(*e, m)))
        .filter(big)
        .map(sentence)
        .collect()
}

/// What stands below it: the ratio or the bound, then the load.
pub fn qualifier(report: &Report, change: &Change) -> String {
    let Some(main) = primary(report, change) else {
        return String::new();
    };
    let mut parts = Vec::new();
    let estimated = main.estimate.as_ref().and_then(|e| e.ratio);
    if let Some(ratio) = estimated.or(main.ratio).filter(|r| r.is_finite() && main.ratio.is_some()) {
        parts.push(format!("{}{}", words::ratio(ratio), main.ratio_of()));
    }
    for side in [&main.before, &main.after] {
        if let (SideState::None, Some(bound)) = (side.state, side.at_most) {
            parts.push(format!("at most {}", words::rate(bound)));
        }
        if !side.note.is_empty() {
            parts.push(side.note.clone());
        }
    }
    if let Some(other) = beside(report, change).filter(|_| !both(main)) {
        parts.push(sentence(other));
    }
    let load = effects(report, change).into_iter().find(|e| e.role == Role::Load && measured(e));
    if let Some(load) = load {
        let ratio =
            load.ratio.map_or_else(|| words::moved(&load.before, &load.after, &load.unit), words::ratio);
        parts.push(format!("load: {} {ratio}", load.title));
    }
    parts.join("; ")
}

/// `16 → 4,096`, or `→ 4,096` where only the act was seen.
pub fn values(change: &Change) -> String {
    let to = words::setting(&change.to);
    match &change.from {
        Some(from) => format!("{} → {to}", words::setting(from)),
        None => format!("→ {to}"),
    }
}

/// When a change was made: `09:13:21–09:13:31`.
pub fn when(report: &Report, change: &Change) -> String {
    match (change.lo, change.hi) {
        (Some(lo), Some(hi)) => range(report, lo, hi),
        (Some(lo), None) => format!("after {}", range(report, lo, lo)),
        (None, Some(hi)) => format!("before {}", range(report, hi, hi)),
        (None, None) => "time unknown".to_owned(),
    }
}

/// `09:13:21–09:13:31`, with the day where the report spans several.
pub fn range(report: &Report, from: Time, to: Time) -> String {
    let one_day =
        report.window.is_some_and(|w| words::same_day(w.from, w.to) && words::same_day(w.from, from));
    if one_day { words::clock(from, to) } else { words::dated(from, to) }
}

/// `✓ improved`.
pub fn verdict(verdict: Verdict) -> String {
    format!("{} {}", verdict.sign(), verdict.word())
}

/// `✓ improved, certainty medium`; empty for a report without verdicts.
pub fn concluded(change: &Change) -> String {
    let certainty = change.certainty.map(|c| format!(", certainty {}", c.word())).unwrap_or_default();
    change.verdict.map(|v| format!("{}{certainty}", verdict(v))).unwrap_or_default()
}

/// `Improved, medium certainty`: beside a shape, which is the sign.
pub fn concluded_in_words(change: &Change) -> String {
    let certainty = change.certainty.map(|c| format!(", {}", glyph::certain(c))).unwrap_or_default();
    change.verdict.map(|v| format!("{}{certainty}", glyph::word(v))).unwrap_or_default()
}

/// Ratio or shift as it was estimated, with its interval: `×0.49 (0.41 to 0.58)`, `stopped`.
pub fn size(effect: &Effect) -> Option<String> {
    let estimate = effect.estimate.as_ref()?;
    if !estimate.turn.is_empty() {
        return Some(estimate.turn.clone());
    }
    let show = |v: f64| if estimate.shift.is_some() { words::figures(v) } else { words::ratio(v) };
    let value = estimate.ratio.or(estimate.shift)?;
    let sign = if estimate.shift.is_some_and(|s| s > 0.0) { "+" } else { "" };
    let interval =
        estimate.interval.map(|[lo, hi]| format!(" ({} to {})", show(lo), show(hi))).unwrap_or_default();
    Some(format!("{sign}{}{}{interval}", show(value), effect.ratio_of()))
}
