//! What page, summary and terminal say alike of one side.

use crate::model::diff::{Basis, Counter, Diff, Kind, Listening, Measure, Setting, State, Values};
use crate::model::words;

/// What a side counted: `269 /s`, `none in 41 s`, `1,204 in all`.
pub fn measure(measure: &Measure) -> String {
    match (measure.state, measure.rate, measure.count) {
        (State::Measured, Some(rate), _) => words::rate(rate),
        (State::Measured, None, Some(count)) => format!("{} in all", words::count(count)),
        (State::Zero, ..) => measure.seconds.map_or_else(|| "none".to_owned(), words::none),
        (State::Restarted, ..) => "began again".to_owned(),
        (State::Unreadable, ..) => "unreadable".to_owned(),
        (State::Absent, ..) | (State::Measured, None, None) => "not in the dumps".to_owned(),
    }
}

/// Over what that is: `11,023 in 41 s`, `254,329 since boot, 20 d`.
pub fn over(measure: &Measure) -> String {
    let count = measure.count.map(words::count).unwrap_or_default();
    let time = measure.seconds.map(words::duration).unwrap_or_default();
    match (measure.state, measure.basis) {
        (State::Zero, Basis::SinceBoot) => "since boot".to_owned(),
        (State::Zero, _) => {
            measure.at_most.map_or_else(String::new, |rate| format!("at most {}", words::rate(rate)))
        }
        (State::Measured, Basis::SinceBoot) => format!("{count} since boot, {time}"),
        (State::Measured, Basis::Window | Basis::Between) => format!("{count} in {time}"),
        (State::Restarted | State::Unreadable, _) => measure.note.clone(),
        _ => String::new(),
    }
}

/// `12 % of Connection attempts`; empty without traffic beside it, and where nothing was counted.
pub fn share(measure: &Measure) -> String {
    let some = measure.share.as_ref().filter(|s| s.per_million > 0.0);
    some.map(|s| format!("{} of {}", words::share(s.per_million), inside(&s.title))).unwrap_or_default()
}

/// A title within a sentence: `TCP segments` keeps its capitals.
fn inside(title: &str) -> String {
    let mut chars = title.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain([second]).chain(chars).collect()
        }
        _ => title.to_owned(),
    }
}

/// `×5.5`, or why there is none.
pub fn ratio(diff: &Diff, counter: &Counter) -> String {
    match (counter.ratio, counter.share_ratio) {
        _ if counter.mixed => "not alike".to_owned(),
        (Some(ratio), _) => words::ratio(ratio),
        (None, Some(share)) => format!("{} by share", words::ratio(share)),
        (None, None) => match (diff.relation.kind, counter.a.state, counter.b.state) {
            (Kind::Between, State::Measured, State::Zero) => "stopped".to_owned(),
            (Kind::Between, State::Zero, State::Measured) => "began".to_owned(),
            (Kind::Apart, State::Measured, State::Zero) => "only A".to_owned(),
            (Kind::Apart, State::Zero, State::Measured) => "only B".to_owned(),
            _ => "–".to_owned(),
        },
    }
}

/// The ratio of the shares, where that of the rates stands before it.
pub fn by_share(counter: &Counter) -> String {
    let beside = counter.share_ratio.filter(|_| counter.ratio.is_some() && !counter.mixed);
    beside.map(|ratio| format!("{} by share", words::ratio(ratio))).unwrap_or_default()
}

/// Name with its device.
pub fn name(counter: &Counter) -> String {
    if counter.of.is_empty() { counter.metric.clone() } else { format!("{} {}", counter.metric, counter.of) }
}

/// Heads of the two columns of counters.
pub fn heads(diff: &Diff) -> (String, String) {
    match diff.relation.kind {
        Kind::Between => ("Until A".to_owned(), "From A to B".to_owned()),
        Kind::Apart => sides(diff),
    }
}

/// Heads of the two columns of everything else.
pub fn sides(diff: &Diff) -> (String, String) {
    (side("A", &diff.a.label), side("B", &diff.b.label))
}

fn side(letter: &str, label: &str) -> String {
    if letter == label { letter.to_owned() } else { format!("{letter} {label}") }
}

/// A setting's running value; `–` where a side has none.
pub fn running(values: &Values) -> String {
    values.running.as_ref().map_or_else(|| "–".to_owned(), |v| words::setting(&v.value))
}

/// Key, with the interfaces that share its values.
pub fn key(setting: &Setting) -> String {
    match setting.interfaces.as_slice() {
        [] | [_] => setting.key.clone(),
        many => format!("{} ({})", setting.key, interfaces(many)),
    }
}

/// Interfaces of a row: all while they are few.
pub fn interfaces(names: &[String]) -> String {
    if names.len() <= 4 {
        return names.join(", ");
    }
    let first = names.get(..3).unwrap_or_default().join(", ");
    format!("{first} and {} more", names.len() - 3)
}

/// `16, full (16 of 16)`, `4,096, longest 37`.
pub fn listening(side: Option<&Listening>) -> String {
    let Some(it) = side else { return "not seen".to_owned() };
    let full = if it.at_limit > 0 { ", full" } else { "" };
    format!("{}, longest queue {}{full}", limit(it), words::setting(&it.peak.to_string()))
}

/// `limit 4,096`.
pub fn limit(it: &Listening) -> String {
    it.limit.map_or_else(|| "listens".to_owned(), |n| format!("limit {}", words::setting(&n.to_string())))
}

/// The kernel cuts a backlog to `net.core.somaxconn`.
pub fn whose(it: &Listening) -> &'static str {
    match (it.limit, it.somaxconn) {
        (Some(limit), Some(max)) if limit >= max => "limit of somaxconn",
        (Some(_), Some(_)) => "limit of the application",
        (Some(_), None) => "whose limit: unknown",
        (None, _) => "limit not told by netstat",
    }
}
