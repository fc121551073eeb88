//! What lies before and after a change, fixed before any number is looked at.

use super::Placed;
use super::book::Book;
use super::listened::{Listened, listened};
use crate::catalogue::sysctls;
use crate::model::report::Window;
use crate::model::report::effect::Change;
use crate::model::time::Time;

/// No side looks further than this from its change: a day has all hours in it.
const DAY: f64 = 86_400.0;
/// What a setting that acts at once is given to show, and one that only new sockets take.
const AT_ONCE: f64 = 60.0;
const NEW_SOCKETS: f64 = 600.0;
/// The guard takes no more than this share of what lies after; of a setting for new sockets no more than the second.
const SHARE: f64 = 1.0 / 6.0;
const LARGER_SHARE: f64 = 1.0 / 3.0;
/// Sides of which one is longer by more are cut to the shorter one.
const EVEN: f64 = 1.5;

/// The two sides of a change.
#[derive(Clone, Debug)]
pub struct Windows {
    /// Before.
    pub before: Window,
    /// After, from when the value was in force and the guard over.
    pub after: Window,
    /// Where the past of the same kind begins.
    pub history: Time,
    /// All that lies after, up to the next change of the same metrics: for the long run.
    pub end: Time,
    /// Whether and when it came into force.
    pub listened: Option<Listened>,
    /// The guard is shorter than such a setting needs: old sockets may still have the old value.
    pub short: Option<f64>,
}

impl Windows {
    /// From the beginning of the one to the end of the other.
    #[must_use]
    pub fn both(&self) -> Window {
        Window { from: self.before.from, to: self.after.to }
    }

    /// From the change until it was in force: a start of a server in it is no second cause.
    #[must_use]
    pub fn coming(&self) -> Option<Window> {
        let listened = self.listened.as_ref()?;
        let (Listened::Taken { by, .. } | Listened::Started { by, .. }) = listened else { return None };
        Some(Window { from: self.before.to, to: by.plus_seconds(1.0) })
    }
}

/// The windows of change `i`; `None` where it has no time.
#[must_use]
pub fn windows(book: &mut Book<'_>, changes: &[Placed], governs: &[&[&str]], i: usize) -> Option<Windows> {
    let change = &changes[i].change;
    let (lo, hi) = (change.lo?, change.hi?);
    let host = book.host(changes[i].host);
    let (from, history, to) = limits(book, changes, governs, i, lo, hi);
    let listened = if change.bites.contains("listen()") {
        let same = |c: &&Placed| c.host == changes[i].host && c.change.key == change.key;
        let next =
            changes.iter().filter(same).filter_map(|c| c.change.lo).filter(|at| *at >= hi && *at > lo).min();
        listened(book.timeline, host, change, next.unwrap_or(book.window.to))
    } else {
        None
    };
    let force = match &listened {
        Some(Listened::Taken { by, .. } | Listened::Started { by, .. }) => hi.max(by.plus_seconds(1.0)),
        _ => hi,
    };
    let rest = to.max(force).seconds_since(force);
    let needed = guard(change);
    let taken = matches!(listened, Some(Listened::Taken { .. }));
    let needed = if taken { 0.0 } else { needed };
    let share = if needed > AT_ONCE { LARGER_SHARE } else { SHARE };
    let mut guard = needed.min(rest * share);
    let whole = Window { from: force, to: to.max(force) };
    if !sampled(book, changes[i].host, governs[i], Window { from: force.plus_seconds(guard), ..whole })
        && sampled(book, changes[i].host, governs[i], whole)
    {
        guard = 0.0; // samples far apart: the only one after the change begins before the guard ends
    }
    let after = Window { from: force.plus_seconds(guard), to: to.max(force) };
    let before = Window { from: from.min(lo), to: lo };
    let even = before.seconds().min(after.seconds());
    let uneven = |w: &Window| even > 0.0 && w.seconds() > EVEN * even;
    Some(Windows {
        before: if uneven(&before) { Window { from: lo.plus_seconds(-even), to: lo } } else { before },
        after: if uneven(&after) { Window { to: after.from.plus_seconds(even), ..after } } else { after },
        history,
        end: to,
        listened,
        short: (needed > AT_ONCE && guard < needed).then_some(guard),
    })
}

/// Whether two samples of anything that is governed lie in a window.
fn sampled(book: &mut Book<'_>, host: usize, governs: &[&str], window: Window) -> bool {
    let counters = governs.iter().filter(|metric| !metric.starts_with("event:"));
    counters.into_iter().any(|metric| {
        let steps = book.increments(host, metric);
        let first = steps.partition_point(|i| i.from < window.from);
        steps.get(first).is_some_and(|i| i.to <= window.to)
    })
}

/// How far the sides and the past may reach: up to the next change of the same metrics, the next restart of the
/// counters, and a day.
fn limits(
    book: &Book<'_>,
    changes: &[Placed],
    governs: &[&[&str]],
    i: usize,
    lo: Time,
    hi: Time,
) -> (Time, Time, Time) {
    let host = book.host(changes[i].host);
    let near = changes.iter().enumerate().filter(|(j, other)| {
        let alike =
            || std::ptr::eq(governs[*j], governs[i]) || governs[*j].iter().any(|m| governs[i].contains(m));
        *j != i && other.host == changes[i].host && alike()
    });
    let mut history = book.window.from;
    let mut from = history.max(lo.plus_seconds(-DAY));
    let mut to = book.window.to.min(hi.plus_seconds(2.0 * DAY));
    for (_, other) in near {
        if let Some(end) = other.change.hi.filter(|end| *end <= lo) {
            (from, history) = (from.max(end), history.max(end));
        }
        if let Some(start) = other.change.lo.filter(|start| *start >= hi) {
            to = to.min(start);
        }
    }
    for restart in &host.restarts {
        if restart.again <= lo {
            from = from.max(restart.again);
        } else if restart.again > hi {
            to = to.min(restart.last.max(hi));
        }
    }
    (from, history, to.min(hi.plus_seconds(DAY)))
}

/// Seconds that such a setting needs until it shows.
fn guard(change: &Change) -> f64 {
    let bites = change.bites.as_str();
    if bites.starts_with("entries seen again") {
        let seconds =
            change.to.parse::<f64>().into_iter().chain(change.from.as_ref().and_then(|v| v.parse().ok()));
        let timeout = seconds.fold(0.0, f64::max);
        return (2.0 * timeout).clamp(AT_ONCE, DAY / 4.0);
    }
    let lasting =
        ["new ", "next setsockopt()", "next bind()", "next connect()", "next timer", "next setrlimit()"];
    let at_once = bites.starts_with("at once") && !bites.contains("new sockets");
    if !at_once && lasting.iter().any(|b| bites.contains(b)) { NEW_SOCKETS } else { AT_ONCE }
}

/// Whether a setting of this kind has no way to act without a boot, and none came.
#[must_use]
pub fn asleep(book: &Book<'_>, placed: &Placed) -> Option<String> {
    let row = sysctls::sysctl(&placed.change.key)?;
    let word = row.bites.split(',').next().unwrap_or_default();
    let booted = || book.host(placed.host).boots.iter().any(|b| Some(*b) >= placed.change.hi);
    match word {
        "never" => Some("This setting is without effect in the kernels that have it.".to_owned()),
        "boot" | "module load" if !booted() => {
            Some(format!("It takes effect at the next {word}, and none was seen since."))
        }
        _ => None,
    }
}
