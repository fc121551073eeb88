//! What weakens an answer or supports it, each as one plain sentence.

mod elsewhere;

use super::beside::{self, Beside};
use super::book::Book;
use super::judge::{self, Subject};
use super::ladder::{Answer, Stretch};
use super::listened::Listened;
use super::{Measured, Placed};
use crate::catalogue::{counters, sysctls};
use crate::model::fact::Act;
use crate::model::report::effect::Change;
use crate::model::report::verdict::Flag;
use crate::model::time::Time;
use crate::model::words;
use crate::timeline::Action;

/// A load that moved by more is worth a word.
const LOAD: f64 = 1.2;
/// Seconds until a kernel's first line is logged.
const BOOT: f64 = 300.0;

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
    found.extend(confounders(book, changes[subject.change].host, subject));
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

/// What else happened in the windows, by name.
fn confounders(book: &mut Book<'_>, host: usize, subject: &Subject) -> Vec<Flag> {
    let (from, to) = (subject.windows.before.from, subject.windows.after.to);
    let timeline = book.timeline;
    let mut said = Vec::new();
    let known = book.host(host);
    let said_at = |time| timeline.moment(time);
    let mut boots: Vec<Time> = Vec::new();
    for restart in known.restarts.iter().filter(|r| r.again > from && r.last < to) {
        boots.extend(restart.boot);
        said.push(match restart.boot {
            Some(boot) => match known.actions.iter().find_map(|a| kernel_of(a, boot)) {
                Some(release) => format!("The host booted kernel {release} at {} UTC.", said_at(boot)),
                None => format!("The host booted at {} UTC.", said_at(boot)),
            },
            None => format!("The counters restarted by {} UTC.", said_at(restart.again)),
        });
    }
    for act in known.actions.iter().filter(|a| a.time >= Some(from) && a.time <= Some(to)) {
        match (&act.what, act.time) {
            (Act::Kernel(release), Some(at)) if !boots.iter().any(|b| kernel_of(act, *b).is_some()) => {
                said.push(format!("Kernel {release} booted at {} UTC.", said_at(at)));
            }
            (Act::Package(name), Some(at)) => {
                said.push(format!("Package {name} was changed at {} UTC.", said_at(at)));
            }
            _ => {}
        }
    }
    let mut beside = beside::happened(timeline, known, subject.windows.both(), subject.windows.coming());
    let counted = known.of_metric("dev.carrier_changes").next().is_some();
    if counted && !beside::tells_of_links(known, subject.windows.both()) {
        let track = book.track(host, "dev.carrier_changes");
        let flaps = track.sum(Stretch { from: book.seconds(from), to: book.seconds(to) }).events;
        if flaps > 0.0 {
            said.push(format!("A link went or came {} in the windows.", times(flaps)));
        }
    }
    beside.sort_by_key(|b| !b.weighs);
    let mut all: Vec<Beside> = said.into_iter().map(|words| Beside { words, weighs: true }).collect();
    all.extend(beside);
    all.truncate(4);
    let weight = |i: usize, b: &Beside| i8::from(i == 0 && b.weighs);
    all.into_iter().enumerate().map(|(i, b)| flag("confounded", weight(i, &b), b.words)).collect()
}

/// The kernel of a boot: its first line is logged when the log daemon runs, which is later than the boot.
fn kernel_of(act: &Action, boot: Time) -> Option<&str> {
    match &act.what {
        Act::Kernel(release) if act.time?.seconds_since(boot).abs() <= BOOT => Some(release),
        _ => None,
    }
}

fn times(n: f64) -> String {
    if n <= 1.0 { "once".to_owned() } else { format!("{} times", words::count(n)) }
}
