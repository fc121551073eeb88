//! Boots, kernels, packages, services, cards and links in the windows of a change, by name.

use super::flag;
use crate::correlate::beside::{self, Beside};
use crate::correlate::book::Book;
use crate::correlate::judge::Subject;
use crate::correlate::ladder::Stretch;
use crate::correlate::windows::Windows;
use crate::model::fact::Act;
use crate::model::report::verdict::Flag;
use crate::model::time::Time;
use crate::model::words;
use crate::timeline::{Action, Host, Restart, Timeline};

/// Seconds until a kernel's first line is logged.
const BOOT: f64 = 300.0;
/// Sentences on restarts: a host that boots in a loop has many.
const TOLD: usize = 4;

/// What else happened in the windows, by name, the heaviest first; of each kind a few, so that none hides another.
pub fn confounders(book: &mut Book<'_>, host: usize, subject: &Subject) -> Vec<Flag> {
    let (from, to) = (subject.windows.before.from, subject.windows.after.to);
    let timeline = book.timeline;
    let known = book.host(host);
    let heavy = |words: String| Beside { words, weighs: true };
    let mut all: Vec<Beside> =
        restarts(timeline, known, from, to).into_iter().take(TOLD).map(heavy).collect();
    let counted = known.of_metric("dev.carrier_changes").next().is_some();
    if counted && !beside::tells_of_links(known, subject.windows.both()) {
        let track = book.track(host, "dev.carrier_changes");
        let flaps = track.sum(Stretch { from: book.seconds(from), to: book.seconds(to) }).events;
        if flaps > 0.0 {
            all.push(heavy(format!("A link went or came {} in the windows.", times(flaps))));
        }
    }
    all.extend(packages(timeline, known, from, to).map(heavy));
    all.extend(beside::happened(timeline, known, subject.windows.both(), subject.windows.coming()));
    all.sort_by_key(|b| !b.weighs);
    let mut weight = all.first().map_or(0, |b| i8::from(b.weighs));
    let mut found: Vec<Flag> =
        all.into_iter().map(|b| flag("confounded", std::mem::take(&mut weight), b.words)).collect();
    found.extend(cut_short(timeline, known, &subject.windows));
    found
}

/// Restarts of the counters and kernels that booted between two instants.
fn restarts(timeline: &Timeline, known: &Host, from: Time, to: Time) -> Vec<String> {
    let inside: Vec<&Restart> = known.restarts.iter().filter(|r| r.again > from && r.last < to).collect();
    let mut said: Vec<String> = inside.iter().map(|r| restarted(timeline, known, r) + ".").collect();
    // a boot that the counters do not tell of; the first sample after one that they do is where a window begins
    let told = |at: Time| known.restarts.iter().filter_map(|r| r.boot).any(|b| near_boot(at, b));
    for act in known.actions.iter().filter(|a| a.time > Some(from) && a.time < Some(to)) {
        if let (Act::Kernel(release), Some(at)) = (&act.what, act.time.filter(|at| !told(*at))) {
            said.push(format!("Kernel {release} booted at {} UTC.", timeline.moment(at)));
        }
    }
    said
}

/// `The host booted kernel 6.8.0 at 09:00:00 UTC`.
fn restarted(timeline: &Timeline, known: &Host, restart: &Restart) -> String {
    match restart.boot {
        Some(boot) => match known.actions.iter().find_map(|a| kernel_of(a, boot)) {
            Some(release) => format!("The host booted kernel {release} at {} UTC", timeline.moment(boot)),
            None => format!("The host booted at {} UTC", timeline.moment(boot)),
        },
        None => format!("The counters restarted by {} UTC", timeline.moment(restart.again)),
    }
}

/// Packages that carry settings or are a kernel; an upgrade of all of them is one sentence.
fn packages(timeline: &Timeline, known: &Host, from: Time, to: Time) -> Option<String> {
    let inside = known.actions.iter().filter(|a| a.time >= Some(from) && a.time <= Some(to));
    let changed: Vec<(&str, Time)> = inside
        .filter_map(|a| match (&a.what, a.time) {
            (Act::Package(name), Some(at)) => Some((name.as_str(), at)),
            _ => None,
        })
        .collect();
    match changed.as_slice() {
        [] => None,
        [(name, at)] => Some(format!("Package {name} was changed at {} UTC.", timeline.moment(*at))),
        [(name, first), .., (_, last)] => {
            let more = words::things(changed.len() as u64 - 1, "more package", "more packages");
            Some(format!(
                "Package {name} and {more} were changed between {} and {} UTC.",
                timeline.moment(*first),
                timeline.moment(*last)
            ))
        }
    }
}

/// A window that a restart of the counters cut short: the restart lies outside, and whoever looks for it finds it.
fn cut_short(timeline: &Timeline, known: &Host, windows: &Windows) -> Vec<Flag> {
    let side = |r: &Restart| match () {
        () if r.again == windows.before.from => Some("after"),
        () if r.last == windows.end && windows.after.to == windows.end => Some("before"),
        () => None,
    };
    let words = |r: &Restart| {
        Some(format!("{}: only what lies {} it was compared.", restarted(timeline, known, r), side(r)?))
    };
    known.restarts.iter().filter_map(words).map(|words| flag("confounded", 0, words)).collect()
}

/// The kernel of a boot: its first line is logged when the log daemon runs, which is later than the boot.
fn kernel_of(act: &Action, boot: Time) -> Option<&str> {
    match &act.what {
        Act::Kernel(release) if near_boot(act.time?, boot) => Some(release),
        _ => None,
    }
}

fn near_boot(line: Time, boot: Time) -> bool {
    line.seconds_since(boot).abs() <= BOOT
}

fn times(n: f64) -> String {
    if n <= 1.0 { "once".to_owned() } else { format!("{} times", words::count(n)) }
}
