//! Log events for the report: every line while there are few, buckets when there are thousands.

use crate::model::report::{Event, Window};
use crate::timeline::{self, Timeline};

/// Lines of one kind listed one by one.
const EACH: usize = 400;

/// Buckets for more than that.
const BUCKETS: f64 = 200.0;

/// All events, in time order.
pub(super) fn events(timeline: &Timeline) -> Vec<Event> {
    let mut found = Vec::new();
    for host in &timeline.hosts {
        let mut kinds: Vec<&str> = host.events.iter().map(|e| e.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for kind in kinds {
            let of_kind: Vec<&timeline::Event> = host.events.iter().filter(|e| e.kind == kind).collect();
            found.extend(thinned(timeline, &host.name, &of_kind));
        }
    }
    found.sort_by(|a, b| {
        (a.time, &a.host, &a.kind, &a.path, a.line).cmp(&(b.time, &b.host, &b.kind, &b.path, b.line))
    });
    found
}

fn thinned(timeline: &Timeline, host: &str, events: &[&timeline::Event]) -> Vec<Event> {
    let start = events.iter().find_map(|e| e.time);
    let width = match (start, events.last().and_then(|e| e.time)) {
        (Some(from), Some(to)) if events.len() > EACH => Window { from, to }.seconds() / BUCKETS,
        _ => 0.0,
    };
    let bucket = |e: &timeline::Event| Some((e.time?.seconds_since(start?) / width).floor());
    let same = |a: &&timeline::Event, b: &&timeline::Event| {
        width > 0.0 && a.time.is_some() && bucket(a) == bucket(b)
    };
    events.chunk_by(same).filter_map(|group| joined(timeline, host, group)).collect()
}

fn joined(timeline: &Timeline, host: &str, group: &[&timeline::Event]) -> Option<Event> {
    let (first, last) = (group.first()?, group.last()?);
    Some(Event {
        kind: first.kind.to_owned(),
        host: host.to_owned(),
        of: if group.iter().all(|e| e.of == first.of) { first.of.clone() } else { String::new() },
        time: first.time,
        until: last.time.filter(|_| group.len() > 1),
        count: group.iter().map(|e| e.count).sum(),
        printed: group.iter().filter(|e| !e.added_back).map(|e| e.count).sum(),
        lower_bound: group.iter().any(|e| e.added_back),
        path: timeline.path(first.artifact).to_owned(),
        line: first.line,
        text: first.text.clone(),
    })
}
