//! One change and one metric to numbers: the window as a design, the series as steps, the ladder's answer.

use super::book::Book;
use super::ladder::{Answer, Design, Refusal, Stretch, counts, levels};
use super::windows::Windows;
use super::{Measured, Placed};
use crate::catalogue::counters::{self, Worse};
use crate::model::fact::Kind;
use crate::model::report::Window;
use crate::model::report::effect::{Effect, Role, SideState};
use chrono::{Datelike, Weekday};

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// A symptom.
    Less,
    /// Work that got through, or room that is left.
    More,
    /// Neither.
    Neither,
}

/// Counted work that a setting lets through: more of it is better where a setting governs it. As traffic beside a symptom
/// it is neither.
const WORK: [&str; 1] = ["Tcp.PassiveOpens"];

/// Which way of a metric is better.
#[must_use]
pub fn direction(effect: &Effect) -> Direction {
    let row = counters::counter(&effect.metric);
    match row.map(|r| r.worse) {
        _ if effect.role == Role::Load => Direction::Neither,
        _ if effect.role == Role::Governed && WORK.contains(&effect.metric.as_str()) => Direction::More,
        _ if effect.metric.starts_with("event:") => Direction::Less,
        Some(Worse::Up) => Direction::Less,
        Some(Worse::Down) => Direction::More,
        _ => Direction::Neither,
    }
}

/// A pair of change and metric that was put to the test.
#[derive(Debug)]
pub struct Subject {
    /// Index among all effects.
    pub at: usize,
    /// Index of the change.
    pub change: usize,
    /// Its windows.
    pub windows: Windows,
    /// The same on the tracks' axis.
    pub design: Design,
    /// What came of it.
    pub answer: Result<Answer, Refusal>,
}

/// Tests what change `i` governs and is paid with, where both sides were watched; `first` is the index of the first effect.
pub fn subjects(
    book: &mut Book<'_>,
    changes: &[Placed],
    i: usize,
    windows: Option<&Windows>,
    effects: &mut [Measured],
    first: usize,
) -> Vec<Subject> {
    let Some(windows) = windows else { return Vec::new() };
    let mut found = Vec::new();
    for (k, measured) in effects.iter_mut().enumerate() {
        let effect = &mut measured.effect;
        let unknown = [&effect.before, &effect.after].into_iter().find(|s| s.state == SideState::Unknown);
        if let Some(side) = unknown {
            effect.why.clone_from(&side.note);
            continue;
        }
        if effect.role == Role::Load {
            continue;
        }
        let load = measured.series.as_ref().is_some_and(|id| id.kind != Kind::Gauge)
            && book.load(changes[i].host, &effect.metric).is_some();
        let design = design(book, windows, load);
        let answer = answer(book, changes[i].host, measured, &design);
        found.push(Subject { at: first + k, change: i, windows: windows.clone(), design, answer });
    }
    found
}

/// Windows on the tracks' axis.
#[must_use]
pub fn design(book: &Book<'_>, windows: &Windows, load: bool) -> Design {
    let stretch = |w: Window| Stretch { from: book.seconds(w.from), to: book.seconds(w.to) };
    Design {
        before: stretch(windows.before),
        after: stretch(windows.after),
        history: book.seconds(windows.history),
        load,
    }
}

/// The ladder's answer on the series of an effect, of its host or of another one.
pub fn answer(
    book: &mut Book<'_>,
    host: usize,
    measured: &Measured,
    design: &Design,
) -> Result<Answer, Refusal> {
    let from = book.window.from;
    let weekend = |seconds: f64| {
        let day = from.plus_seconds(seconds).utc().map(|t| t.weekday());
        matches!(day, Some(Weekday::Sat | Weekday::Sun))
    };
    match &measured.series {
        Some(id) if id.kind == Kind::Gauge => levels(&book.level(host, id), design, &weekend),
        _ => counts(&book.track(host, &measured.effect.metric), design, &weekend),
    }
}
