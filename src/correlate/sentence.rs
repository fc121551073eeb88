//! A verdict in one sentence: fixed, plain, quotable. "After", never "because".

use crate::model::report::effect::{Change, Effect};
use crate::model::report::verdict::{Estimate, Verdict};
use crate::model::words::{self, setting};

/// What a sentence that is quoted alone must say besides.
#[derive(Clone, Copy)]
pub struct Quoted<'a> {
    /// The host, where the report has several.
    pub host: Option<&'a str>,
    /// The day, where the report is of several.
    pub dated: bool,
}

/// `net.core.somaxconn 16 → 4,096 on web2`.
fn turned(change: &Change, on: Quoted<'_>) -> String {
    let on = on.host.map_or(String::new(), |host| format!(" on {host}"));
    match &change.from {
        Some(from) => format!("{} {} → {}{on}", change.key, setting(from), setting(&change.to)),
        None => format!("{} was set to {}{on}", change.key, setting(&change.to)),
    }
}

/// `at 09:13:26 UTC`, `between 09:13:21 and 09:13:31 UTC`, `between 27 Oct 12:00:00 and 12:10:00 UTC`.
fn when(change: &Change, on: Quoted<'_>) -> String {
    let said = |time| words::moment(time, on.dated);
    match (change.lo, change.hi) {
        (Some(lo), Some(hi)) if lo == hi => format!(" at {} UTC", said(lo)),
        (Some(lo), Some(hi)) if words::same_day(lo, hi) => {
            format!(" between {} and {} UTC", said(lo), hi.hms())
        }
        (Some(lo), Some(hi)) => format!(" between {} and {} UTC", said(lo), said(hi)),
        (Some(lo), None) => format!(" after {} UTC", said(lo)),
        (None, Some(hi)) => format!(" before {} UTC", said(hi)),
        (None, None) => " at a time that is not known".to_owned(),
    }
}

/// `(dump difference; 10.77.0.1:8080 listened again by 09:13:26 UTC)`.
fn known(change: &Change, on: Quoted<'_>, in_force: Option<&str>) -> String {
    let first = change.evidence.iter().find(|e| e.kind == "action");
    let mut parts = vec![match first {
        Some(act) if act.way.is_empty() => "seen in the act".to_owned(),
        Some(act) => format!("seen in the act: {}", act.way),
        None => "dump difference".to_owned(),
    }];
    if let Some(boot) = change.boot {
        parts.push(format!("the host booted at {} UTC", words::moment(boot, on.dated)));
    }
    parts.extend(in_force.map(str::to_owned));
    format!(" ({})", parts.join("; "))
}

fn group(change: &Change) -> String {
    match change.together.len() {
        0 | 1 => String::new(),
        n => format!(
            " and {} of the same moment",
            words::things(n as u64 - 1, "other change", "other changes")
        ),
    }
}

fn after(change: &Change, on: Quoted<'_>, in_force: Option<&str>) -> String {
    format!(
        "after {}{}{}{}",
        turned(change, on),
        group(change),
        when(change, on),
        known(change, on, in_force)
    )
}

fn name(effect: &Effect) -> String {
    let metric = effect.metric.strip_prefix("event:").map_or(effect.metric.clone(), |_| effect.title.clone());
    if effect.of.is_empty() { metric } else { format!("{metric} of {}", effect.of) }
}

/// What the load did meanwhile.
fn load(load: Option<&Effect>) -> String {
    let Some(load) = load else { return String::new() };
    let (Some(before), Some(after)) = (load.before.rate, load.after.rate) else { return String::new() };
    let name = &load.title;
    match load.ratio {
        Some(ratio) if (0.9..=1.1).contains(&ratio) => {
            format!(", while {} stayed at {}", lower(name), words::rate(after))
        }
        _ => format!(", while {} went from {} to {}", lower(name), words::rate(before), words::rate(after)),
    }
}

/// Titles begin a heading; in a sentence `Connection attempts` is not a name, `TCP segments received` is.
fn lower(title: &str) -> String {
    let mut letters = title.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(title.chars().skip(1)).collect()
        }
        _ => title.to_owned(),
    }
}

/// `×0.49, 95 % ×0.41 to ×0.58`, with what it is a ratio of.
fn size(effect: &Effect, estimate: &Estimate) -> String {
    let unit = effect.unit.as_str();
    let level = |v: f64| words::quantity(v, if unit == "B" || unit == "%" { unit } else { "" });
    let interval = |show: &dyn Fn(f64) -> String| match estimate.interval {
        Some([lo, hi]) => format!(", 95\u{202f}% {} to {}", show(lo), show(hi)),
        None => String::new(),
    };
    match (estimate.ratio, estimate.shift) {
        (Some(ratio), _) => {
            let of = Some(effect.ratio_of()).filter(|_| estimate.what != "bursts").unwrap_or_default();
            format!(" ({}{of}{})", words::ratio(ratio), interval(&words::ratio))
        }
        (_, Some(shift)) => format!(" (by {}{})", level(shift), interval(&level)),
        _ => String::new(),
    }
}

/// The two values as they were compared.
fn values(effect: &Effect, estimate: &Estimate) -> (String, String) {
    match estimate.what.as_str() {
        "level" => {
            let unit = if effect.unit == "B" || effect.unit == "%" { effect.unit.as_str() } else { "" };
            (words::quantity(estimate.before, unit), words::quantity(estimate.after, &effect.unit))
        }
        "bursts" => {
            let of = |rate: f64, seconds: f64| {
                let number = (rate * seconds).round();
                let noun = if (number - 1.0).abs() < 0.5 { "burst" } else { "bursts" };
                format!("{}\u{a0}{noun} in {}", words::count(number), words::duration(seconds))
            };
            (of(estimate.before, effect.before.seconds), of(estimate.after, effect.after.seconds))
        }
        _ => (words::rate(estimate.before), words::rate(estimate.after)),
    }
}

/// The verdict on one metric.
pub fn of_effect(
    change: &Change,
    on: Quoted<'_>,
    in_force: Option<&str>,
    effect: &Effect,
    traffic: Option<&Effect>,
) -> String {
    let (name, after) = (name(effect), after(change, on, in_force));
    let Some(estimate) = &effect.estimate else {
        let verdict = effect.verdict.unwrap_or(Verdict::NotAssessed).word();
        let why = if effect.why.is_empty() { String::new() } else { format!(", {}", effect.why) };
        let both = words::moved(&effect.before, &effect.after, &effect.unit);
        return match effect.verdict {
            Some(Verdict::NotInForce) => not_in_force(change, on, effect, &both),
            _ if effect.why.starts_with("it did not happen") => format!("{name} {after}: {verdict}{why}."),
            _ => format!("{name}: {both} {after}: {verdict}{why}."),
        };
    };
    if effect.verdict == Some(Verdict::NotInForce) {
        return not_in_force(change, on, effect, &words::moved(&effect.before, &effect.after, &effect.unit));
    }
    let (moved, tail) = match estimate.turn.as_str() {
        "" => (moved(&name, effect, estimate), String::new()),
        turn => (format!("{name} {turn}"), format!(": {}", one_side(effect, estimate))),
    };
    let after = format!("{after}{tail}");
    let certainty = effect.certainty.map_or(String::new(), |c| format!(" Certainty: {}.", c.word()));
    let load = load(traffic);
    match effect.verdict {
        Some(Verdict::Inconclusive) => {
            let detectable = match (estimate.detectable, estimate.what.as_str()) {
                (Some(d), "level") => {
                    format!(" (an effect under {} may have gone unseen)", words::quantity(d, &effect.unit))
                }
                (Some(d), _) if d < 1e4 => {
                    format!(" (an effect under {} may have gone unseen)", words::ratio(d))
                }
                _ => String::new(),
            };
            format!("{moved} {after}{load}: inconclusive{detectable}.")
        }
        Some(Verdict::NoMeasurableEffect) => format!(
            "{moved} {after}{load}: no measurable effect, and one by a quarter or more can be ruled out.{certainty}"
        ),
        _ => format!("{moved} {after}{load}.{certainty}"),
    }
}

/// Both sides where one of them had nothing.
fn one_side(effect: &Effect, estimate: &Estimate) -> String {
    let (before, after) = values(effect, estimate);
    let bound = |rate: f64| format!("at most {}", words::rate(rate));
    let none = |side: &crate::model::report::effect::Side| {
        let most = side.at_most.map_or(String::new(), |m| format!(" ({})", bound(m)));
        format!("{}{most}", words::none(side.seconds))
    };
    if estimate.turn == "stopped" {
        format!("{before} before, {} after", none(&effect.after))
    } else {
        format!("{} before, {after} after", none(&effect.before))
    }
}

fn moved(name: &str, effect: &Effect, estimate: &Estimate) -> String {
    let (before, after) = values(effect, estimate);
    match (estimate.turn.as_str(), effect.verdict) {
        (_, Some(Verdict::Improved | Verdict::Worsened) | None) => {
            let verb = if estimate.after < estimate.before { "fell" } else { "rose" };
            format!("{name} {verb} from {before} to {after}{}", size(effect, estimate))
        }
        _ => format!("{name} went from {before} to {after}{}", size(effect, estimate)),
    }
}

fn not_in_force(change: &Change, on: Quoted<'_>, effect: &Effect, both: &str) -> String {
    format!(
        "{}{} is not in force: {} {} meanwhile: {both}.",
        turned(change, on),
        when(change, on),
        effect.why,
        name(effect)
    )
}

/// A change about which nothing can be said.
pub fn unassessed(
    change: &Change,
    on: Quoted<'_>,
    idle: Option<&str>,
    carrier: Option<&Effect>,
    known: bool,
) -> String {
    let turned = format!("{}{}", turned(change, on), when(change, on));
    if let Some(why) = idle {
        return format!("{turned} is not in force: {why}");
    }
    match carrier {
        _ if !known => format!("{turned}: not assessed, netmortem does not know what it governs."),
        None => format!("{turned}: not assessed, no counter is known that it governs."),
        Some(effect) if effect.why.is_empty() => {
            format!("{turned}: not assessed, nothing that it governs was measured on both sides.")
        }
        Some(effect) => format!("{turned}: not assessed, {}: {}.", effect.metric, effect.why),
    }
}
