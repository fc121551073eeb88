//! The same log line in several files (`kern.log` and `syslog`, `dmesg` and `kern.log`) counts once.

use super::{Action, Event};
use crate::catalogue;
use std::collections::BTreeMap;

/// What makes two lines the same one: the kernel's own clock where the line has it, for daemons stamp the same
/// line in different ways; otherwise the second and the text.
type Identity<'a> = (&'a str, &'a str, u64, bool, Option<u64>, Option<(i64, &'a str)>);

fn identity(event: &Event) -> Identity<'_> {
    let spelt = (event.time.map_or(i64::MIN, |t| t.0), event.text.as_str());
    let uptime = event.uptime.map(micros);
    (event.kind, &event.of, event.count, event.added_back, uptime, uptime.is_none().then_some(spelt))
}

/// Whole microseconds, which is what the kernel prints; a journal has them as a number of their own.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // uptimes are of a century at most
fn micros(uptime: f64) -> u64 {
    (uptime * 1e6).round() as u64
}

/// Drops events that another artifact holds too, and says how many. Lines of one artifact are all kept: that a
/// message was printed twice in a second is what the log says.
pub(super) fn events(events: &mut Vec<Event>) -> u64 {
    let mut held: BTreeMap<Identity<'_>, BTreeMap<u32, u32>> = BTreeMap::new();
    for event in events.iter() {
        *held.entry(identity(event)).or_default().entry(event.artifact).or_default() += 1;
    }
    let most = |by_artifact: &BTreeMap<u32, u32>| {
        by_artifact.iter().max_by_key(|(artifact, n)| (**n, std::cmp::Reverse(**artifact))).map(|(a, _)| *a)
    };
    let keep: Vec<bool> =
        events.iter().map(|e| held.get(&identity(e)).and_then(most) == Some(e.artifact)).collect();
    drop(held);
    let before = events.len();
    let mut keep = keep.into_iter();
    events.retain(|_| keep.next().unwrap_or(true));
    respelt(events);
    (before - events.len()) as u64
}

/// Kind, which one, count, whether added back, and second.
type Same<'a> = (&'a str, &'a str, u64, bool, i64);

fn same(event: &Event) -> Option<Same<'_>> {
    let second = event.time?.0.div_euclid(1_000_000);
    Some((event.kind, &event.of, event.count, event.added_back, second))
}

/// `journalctl` leaves the kernel's clock out of the lines that the kernel's log has with it: where one of two artifacts
/// has none, the same kind in the same second is the same line, and the artifact with the most of them counts.
fn respelt(events: &mut Vec<Event>) {
    #[derive(Default)]
    struct Held {
        by_artifact: BTreeMap<u32, u32>,
        without_clock: bool,
    }
    let mut held: BTreeMap<Same<'_>, Held> = BTreeMap::new();
    for event in events.iter().filter(|e| is_kernels(e)) {
        let Some(same) = same(event) else { continue };
        let held = held.entry(same).or_default();
        *held.by_artifact.entry(event.artifact).or_default() += 1;
        held.without_clock |= event.uptime.is_none();
    }
    let counts = |held: &Held, event: &Event| {
        let best = held.by_artifact.iter().max_by_key(|(artifact, n)| (**n, std::cmp::Reverse(**artifact)));
        !held.without_clock || best.is_none_or(|(artifact, _)| *artifact == event.artifact)
    };
    let keep = events.iter().map(|e| same(e).and_then(|s| held.get(&s)).is_none_or(|held| counts(held, e)));
    let mut keep = keep.collect::<Vec<bool>>().into_iter();
    drop(held);
    events.retain(|_| keep.next().unwrap_or(true));
}

fn is_kernels(event: &Event) -> bool {
    catalogue::events::event(event.kind).is_some_and(|kind| kind.source == catalogue::events::Source::Kernel)
}

/// Drops acts that were read before: the same was done in the same way at the same time.
pub(super) fn actions(actions: &mut Vec<Action>) {
    actions.sort_by(|a, b| {
        (a.time, &a.what, a.way, a.artifact, a.line).cmp(&(b.time, &b.what, b.way, b.artifact, b.line))
    });
    actions.dedup_by(|b, a| a.time == b.time && a.what == b.what && a.way == b.way && a.outcome == b.outcome);
    actions.sort_by_key(|a| (a.time, a.artifact, a.line));
}

#[cfg(test)]
mod tests {
    use super::events;
    use crate::model::time::Time;
    use crate::timeline::Event;

    fn line(artifact: u32, line: u32, uptime: Option<f64>) -> Event {
        Event {
            time: Some(Time::from_secs(5)),
            kind: "conntrack-table-full",
            of: String::new(),
            count: 1,
            added_back: false,
            artifact,
            line,
            text: "table full".to_owned(),
            uptime,
        }
    }

    #[test]
    fn a_line_in_two_files_counts_once() {
        let mut both = vec![line(0, 1, Some(3.5)), line(1, 9, Some(3.5)), line(1, 10, Some(3.6))];
        assert_eq!(events(&mut both), 1);
        assert_eq!(both.len(), 2);
    }

    #[test]
    fn the_same_line_with_and_without_the_kernels_clock_counts_once() {
        let mut both = vec![line(0, 1, Some(3.5)), line(0, 2, Some(3.6)), line(1, 7, None), line(1, 8, None)];
        both[3].text = "spelt otherwise".to_owned();
        assert_eq!(events(&mut both), 2);
        assert_eq!(both.iter().map(|e| e.artifact).collect::<Vec<_>>(), [0, 0]);
    }

    #[test]
    fn lines_of_one_file_in_one_second_all_count() {
        let mut twice = vec![line(0, 1, None), line(0, 2, None), line(1, 7, None)];
        assert_eq!(events(&mut twice), 1);
        assert_eq!(twice.iter().map(|e| e.artifact).collect::<Vec<_>>(), [0, 0]);
    }
}
