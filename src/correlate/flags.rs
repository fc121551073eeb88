//! What weakens an answer or supports it, each as one plain sentence.

mod confounders;
mod elsewhere;

use super::book::Book;
use super::judge::{self, Subject};
use super::ladder::Answer;
use super::listened::Listened;
use super::{Measured, Placed};
use crate::catalogue::{counters, sysctls};
use crate::model::report::effect::Change;
use crate::model::report::verdict::Flag;
use crate::model::words;

/// A load that moved by more is worth a word.
const LOAD: f64 = 1.2;

fn flag(kind: &str, weight: i8, words: String) -> Flag {
    Flag { kind: kind.to_owned(), words, weight }
}

/// One answer and what it is about.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// All changes.
    pub changes: &'a [Placed],
    /// The metric beside the change.
    pub measured: &'a Measured,
    /// The change, its windows and design.
    pub subject: &'a Subject,
    /// The answer.
    pub answer: &'a Answer,
}

/// Flags of one subject; `group` has the other changes of the same moment.
pub fn flags(book: &mut Book<'_>, case: &Case<'_>, group: &[usize]) -> Vec<Flag> {
    let Case { changes, measured, subject, answer } = *case;
    let change = &changes[subject.change].change;
    let mut found = of_answer(answer, measured);
    found.extend(others(changes, group, &measured.effect.metric));
    found.extend(confounders::confounders(book, changes[subject.change].host, subject));
    match &subject.windows.listened {
        Some(Listened::Taken { kept, .. }) if !kept.is_empty() => found.push(flag(
            "partial-activation",
            1,
            format!("{} kept the old limit.", kept[..kept.len().min(4)].join(", ")),
        )),
        Some(Listened::Started { words, .. } | Listened::Untold(words)) => {
            found.push(flag("partial-activation", 1, words.clone()));
        }
        None if change.bites.contains("listen()") => found.push(flag(
            "partial-activation",
            1,
            "No dump shows whether a listener called listen() again and took the new value.".to_owned(),
        )),
        _ => {}
    }
    if measured.effect.primary && judge::direction(&measured.effect) == judge::Direction::More {
        let words = format!(
            "{} is work that got through, not the symptom: more clients would raise it, too.",
            measured.effect.metric
        );
        found.push(flag("work-not-symptom", 1, words));
    }
    if measured.effect.metric.starts_with("event:") && limits_turned(changes, subject) {
        let words = "A rate limit of the log was turned in the windows: counts of lines before and after are not of one kind.";
        found.push(flag("log-limits-changed", 1, words.to_owned()));
    }
    if let Some(guard) = subject.windows.short {
        let little = if guard > 0.0 {
            format!("{} after the change are little for that", words::duration(guard))
        } else {
            "nothing after the change was left out for that".to_owned()
        };
        let words = format!("Only what is new takes this value ({}); {little}.", change.bites);
        found.push(flag("partial-activation", 1, words));
    }
    if measured.effect.primary {
        found.extend(elsewhere::regression(book, case));
        found.extend(elsewhere::transient(book, case));
        found.extend(elsewhere::elsewhere(book, case));
        found.extend(elsewhere::untouched(book, case));
    }
    found
}

/// Whether a setting that decides how much the kernel logs was turned in the windows.
fn limits_turned(changes: &[Placed], subject: &Subject) -> bool {
    let host = changes[subject.change].host;
    let limits =
        |key: &str| key.starts_with("net.core.message_") || key.starts_with("kernel.printk_ratelimit");
    changes.iter().any(|c| {
        c.host == host
            && limits(&c.change.key)
            && c.change.hi >= Some(subject.windows.before.from)
            && c.change.lo <= Some(subject.windows.after.to)
    })
}

fn of_answer(answer: &Answer, measured: &Measured) -> Vec<Flag> {
    let mut found = Vec::new();
    let title = counters::counter(&measured.effect.metric)
        .and_then(|row| counters::counter(row.load?))
        .map_or("the traffic", |row| row.title);
    if let Some(load) = answer.load.filter(|l| !(1.0 / LOAD..=LOAD).contains(l)) {
        let taken = if answer.elasticity.is_some() && !answer.weak.load_shift {
            ", which is taken out of the comparison"
        } else {
            ""
        };
        let weight = i8::from(answer.weak.load_shift || answer.elasticity.is_none());
        let words = format!("The load moved too: {title} {}{taken}.", words::ratio(load));
        found.push(flag("load-shift", weight, words));
    }
    if let Some(bears) = answer.tolerates {
        let words = format!(
            "Two totals: this holds unless the counts are more than {} times as variable as chance would make them.",
            words::figures(bears)
        );
        found.push(flag("two-totals", 0, words));
    }
    for (is, kind, words) in [
        (answer.weak.weekdays, "weekday-mix", "Working days and weekends are compared with each other."),
        (
            answer.weak.memory,
            "few-samples",
            "Fewer than 48 samples a side: how long the series remembers could not be seen.",
        ),
        (
            answer.weak.slow,
            "slow-drift",
            "It wanders so slowly that the windows hold hardly eight times its memory: it may have moved by itself.",
        ),
        (
            answer.weak.entangled,
            "entangled",
            "The load moved with the change and hardly elsewhere, so that the two are hard to tell apart.",
        ),
        (
            answer.weak.uneven,
            "uneven",
            "On one side nearly all of it lies in a small part of the time: the ratio has no interval.",
        ),
        (answer.weak.few_bursts, "too-few-episodes", "Too few bursts to be sure of how often they come."),
    ] {
        if is {
            found.push(flag(kind, 1, words.to_owned()));
        }
    }
    found
}

/// Other changes of the same moment, and whether they act on the same metric.
fn others(changes: &[Placed], group: &[usize], metric: &str) -> Option<Flag> {
    let keys: Vec<&Change> = group.iter().map(|j| &changes[*j].change).collect();
    if keys.is_empty() {
        return None;
    }
    let governs = |c: &&&Change| sysctls::sysctl(&c.key).is_some_and(|row| row.governs.contains(&metric));
    let rivals: Vec<&str> = keys.iter().filter(governs).map(|c| c.key.as_str()).take(4).collect();
    Some(if rivals.is_empty() {
        let number = words::things(keys.len() as u64, "other setting", "other settings");
        flag(
            "together",
            0,
            format!("{number} changed in the same moment; none of them is known to govern this."),
        )
    } else {
        flag(
            "confounded",
            1,
            format!(
                "Changed in the same moment and governs this too: {}. What moved belongs to all of them.",
                rivals.join(", ")
            ),
        )
    })
}
