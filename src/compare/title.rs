//! The sentence over the page and what qualifies it. Numbers, sides and times; no judgement.

use crate::model::diff::{Basis, Class, Counter, Diff, Kind, Measure, Setting, SettingKind, State};
use crate::model::words::{self, things};

/// Title without a full stop, lede with.
pub(super) fn title(diff: &Diff) -> (String, String) {
    if diff.relation.same_bytes {
        let text = "One input, given twice: there is nothing to compare.".to_owned();
        return (format!("No difference: both sides are the same bytes ({})", diff.a.host), text);
    }
    let worst = diff.counters.iter().find(|c| c.class == Class::Differs && c.harm);
    let differ = differing(diff);
    let title = match (worst, differ.as_str()) {
        (Some(counter), _) => sentence(diff, counter),
        (None, "") => format!("Nothing that both sides tell differs between {}", pair(diff)),
        (None, differ) => format!("{differ} between {}, and no harmful counter does", pair(diff)),
    };
    let mut lede = if worst.is_some() { format!("{differ} between {}.", pair(diff)) } else { String::new() };
    for part in [how(diff), unclear(diff)] {
        if !lede.is_empty() && !part.is_empty() {
            lede.push(' ');
        }
        lede += &part;
    }
    (title, lede)
}

fn pair(diff: &Diff) -> String {
    format!("{} and {}", diff.a.label, diff.b.label)
}

/// `3 harmful counters, 2 settings and 1 listener differ`; empty when nothing does.
fn differing(diff: &Diff) -> String {
    let counters = diff.counters.iter().filter(|c| c.class == Class::Differs && c.harm).count();
    let settings = diff.settings.iter().filter(|s| is_running(s)).count();
    let listeners = diff.listeners.iter().filter(|l| l.differs && l.a.is_some() && l.b.is_some()).count();
    let limits = diff.limits.iter().filter(|l| l.differs && l.a.is_some() && l.b.is_some()).count();
    let of_process = if settings == 0 { limits } else { 0 };
    let parts: Vec<String> = [
        (counters, "harmful counter", "harmful counters"),
        (settings, "setting", "settings"),
        (listeners, "listener", "listeners"),
        (of_process, "limit", "limits"),
    ]
    .into_iter()
    .filter(|(n, ..)| *n > 0)
    .map(|(n, one, many)| things(n as u64, one, many))
    .collect();
    let one = counters + settings + listeners + of_process == 1;
    match parts.split_last() {
        None => String::new(),
        Some((last, [])) => format!("{last} {}", if one { "differs" } else { "differ" }),
        Some((last, rest)) => format!("{} and {last} differ", rest.join(", ")),
    }
}

fn is_running(setting: &Setting) -> bool {
    setting.kind == SettingKind::Running
}

fn sentence(diff: &Diff, counter: &Counter) -> String {
    let of = if counter.of.is_empty() { String::new() } else { format!(" of {}", counter.of) };
    let title = format!("{}{of}", counter.title);
    if diff.relation.kind == Kind::Between {
        let until = match counter.a.basis {
            Basis::Window => "while A was sampled",
            _ => "on average since boot until then",
        };
        return format!("{title}: {} from A to B, {} {until}", said(&counter.b), said(&counter.a));
    }
    let (a, b) = (said(&counter.a), said(&counter.b));
    format!("{title}: {a} on {}, {b} on {}", diff.a.label, diff.b.label)
}

/// A measure in a sentence.
fn said(measure: &Measure) -> String {
    match (measure.state, measure.rate, measure.count) {
        (State::Measured, Some(rate), _) => words::rate(rate),
        (State::Measured, None, Some(count)) => format!("{} in all", words::count(count)),
        (State::Zero, ..) => measure.seconds.map_or_else(|| "none".to_owned(), words::none),
        _ => words::UNKNOWN.to_owned(),
    }
}

/// How counters were compared.
fn how(diff: &Diff) -> String {
    let order = if diff.relation.swapped {
        " The input that was named second is the earlier one: it is A here."
    } else {
        ""
    };
    let basis = &diff.relation.basis;
    match (diff.relation.kind, diff.relation.seconds) {
        (Kind::Between, Some(seconds)) => {
            format!("A and B are {} apart, {basis}.{order}", words::duration(seconds))
        }
        (Kind::Between, None) => format!("No time is known between A and B, {basis}."),
        (Kind::Apart, _) if diff.a.series && diff.b.series => {
            format!("{}: rates are the means of each side’s own samples.", capital(basis))
        }
        (Kind::Apart, _) if !diff.a.series && !diff.b.series => {
            format!("{}: rates are averages since boot, which hide bursts.", capital(basis))
        }
        (Kind::Apart, _) => {
            let (series, once) =
                if diff.a.series { (&diff.a.label, &diff.b.label) } else { (&diff.b.label, &diff.a.label) };
            format!(
                "{}: {series} was sampled over time and {once} once, so rates are averages since boot where both have one.",
                capital(basis)
            )
        }
    }
}

fn unclear(diff: &Diff) -> String {
    match diff.counters.iter().filter(|c| c.class == Class::Unclear).count() {
        0 => String::new(),
        n => {
            format!("{} not on both sides or do not compare.", things(n as u64, "counter is", "counters are"))
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}
