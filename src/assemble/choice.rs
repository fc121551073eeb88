//! Which lanes a figure has, and in which order. What a change governs comes before what a finding speaks of, that before
//! what is merely not zero; what has no room is named.

use super::foreign;
use super::lanes::Drawing;
use super::logs::title;
use super::worth::{devices, governed, harmful, kinds};
use crate::catalogue::{counters, events};
use crate::model::fact::SeriesId;
use crate::model::report::figure::Lane;

/// More lanes than this are a wall; the rest is named under the figure.
const LANES: usize = 7;
/// Listeners that are named under the figure one by one.
const LISTENERS: usize = 3;
/// Names under the figure.
const NAMED: usize = 40;
/// Of one sort, so that each sort has its chance.
const EVENTS: usize = 2;
const GOVERNED: usize = 3;
const FILLS: usize = 2;
const BROUGHT: usize = 3;
/// A limit for all listeners governs each: the second one is of interest where it is half full.
const HALF: f64 = 0.5;

/// What may become a lane. The order is that in the figure.
enum Subject {
    Events(&'static str),
    OtherEvents(Vec<&'static str>),
    Counter(String),
    Device(SeriesId),
    Absent(String),
    Fill(Box<super::fills::Fill>),
    Traffic,
    Brought(Box<Lane>),
}

/// A subject, where it stands in the figure, and how soon it is taken.
struct Candidate {
    rank: u8,
    subject: Subject,
}

/// The lanes from top to bottom, and names of what was left out.
pub(super) fn lanes(drawing: &mut Drawing<'_>) -> (Vec<Lane>, Vec<String>) {
    let governed_metrics = governed(drawing, true);
    let mut candidates = logged(drawing);
    candidates.extend(counted(drawing, &governed_metrics));
    candidates.extend(limited(drawing));
    candidates.push(Candidate { rank: 2, subject: Subject::Traffic });
    for (i, lane) in foreign::lanes(drawing).into_iter().enumerate() {
        let rank = if i < BROUGHT { 2 } else { 9 };
        candidates.push(Candidate { rank, subject: Subject::Brought(Box::new(lane)) });
    }
    // which are taken: by rank; where they stand: in the order in which they were proposed
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by_key(|&i| (candidates[i].rank, i));
    let mut slots: Vec<Option<Candidate>> = candidates.into_iter().map(Some).collect();
    let mut lanes: Vec<(usize, Lane)> = Vec::new();
    let (mut folded, mut queues): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for i in order {
        let Some(candidate) = slots.get_mut(i).and_then(Option::take) else { continue };
        let name = name(&candidate.subject);
        if lanes.len() >= LANES || candidate.rank >= 9 {
            match candidate.subject {
                Subject::Fill(fill) if !fill.of.is_empty() => queues.extend(name),
                _ => folded.extend(name.filter(|name| !folded.contains(name))),
            }
        } else if let Some(lane) = lane(drawing, candidate.subject, &governed_metrics) {
            lanes.push((i, lane));
        }
    }
    lanes.sort_by_key(|(i, _)| *i);
    // thirty listeners are a number, not a list
    let listeners = queues.len();
    if listeners > LISTENERS {
        folded.push(format!("accept queues of {listeners} other listeners"));
    } else {
        folded.extend(queues);
    }
    folded.truncate(NAMED);
    (lanes.into_iter().map(|(_, lane)| lane).collect(), folded)
}

fn lane(drawing: &mut Drawing<'_>, subject: Subject, governed: &[String]) -> Option<Lane> {
    match subject {
        Subject::Events(kind) => Some(drawing.events(kind)),
        Subject::OtherEvents(kinds) => {
            let alone = kinds.len() == super::worth::kinds(drawing.host).len();
            Some(drawing.other_events(&kinds, alone))
        }
        Subject::Counter(metric) => drawing.counter(&metric),
        Subject::Device(id) => drawing.counted(&id),
        Subject::Absent(metric) => Some(drawing.absent(&metric)),
        Subject::Fill(fill) => drawing.filled(*fill),
        Subject::Traffic => drawing.traffic(governed),
        Subject::Brought(lane) => Some(*lane),
    }
}

/// How it is named where it has no room.
fn name(subject: &Subject) -> Option<String> {
    let of_metric = |metric: &str| counters::counter(metric).map_or(metric, |row| row.title).to_owned();
    match subject {
        Subject::Events(kind) => Some(title(kind).to_owned()),
        Subject::OtherEvents(kinds) => {
            Some(kinds.iter().map(|kind| title(kind)).collect::<Vec<_>>().join(", "))
        }
        Subject::Counter(metric) => Some(of_metric(metric)),
        Subject::Device(id) => Some(format!("{} of {}", of_metric(&id.metric), id.of)),
        Subject::Fill(fill) => Some(fill.name()),
        Subject::Brought(lane) => Some(lane.title.clone()),
        Subject::Absent(_) | Subject::Traffic => None,
    }
}

/// Kinds of log events: governed and critical ones each, the others together.
fn logged(drawing: &Drawing<'_>) -> Vec<Candidate> {
    let all = kinds(drawing.host);
    let governed = |kind: &str| !drawing.letters(&format!("event:{kind}"), "").is_empty();
    let critical = |kind: &str| events::event(kind).is_some_and(|row| row.severity == "critical");
    let (mut own, mut others): (Vec<_>, Vec<_>) = all.into_iter().partition(|k| governed(k) || critical(k));
    own.sort_by_key(|kind| !governed(kind));
    others.splice(0..0, own.split_off(own.len().min(EVENTS)));
    let rank = |kind: &str| if governed(kind) { 0 } else { 3 };
    let mut found: Vec<Candidate> =
        own.into_iter().map(|kind| Candidate { rank: rank(kind), subject: Subject::Events(kind) }).collect();
    match others.as_slice() {
        [] => {}
        [only] => found.push(Candidate { rank: 5, subject: Subject::Events(only) }),
        _ => found.push(Candidate { rank: 5, subject: Subject::OtherEvents(others) }),
    }
    found
}

/// Counters that a change governs, then harm.
fn counted(drawing: &Drawing<'_>, governed_metrics: &[String]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for (i, metric) in governed_metrics.iter().enumerate() {
        let rank = if i < GOVERNED { 1 } else { 6 };
        found.push(Candidate { rank, subject: Subject::Counter(metric.clone()) });
    }
    if governed_metrics.is_empty() {
        // the reader looks for what answers for the change
        let unread = |metric: &String| !drawing.host.counts(metric);
        let absent = governed(drawing, false).into_iter().filter(unread).take(1);
        found.extend(absent.map(|metric| Candidate { rank: 4, subject: Subject::Absent(metric) }));
    }
    for id in devices(drawing) {
        found.push(Candidate { rank: 4, subject: Subject::Device(id) });
    }
    let (watched, harmful) = harmful(drawing);
    let more = harmful.into_iter().filter(|m| !governed_metrics.contains(m));
    found.extend(more.map(|metric| {
        let rank = if watched.contains(&metric.as_str()) { 4 } else { 8 };
        Candidate { rank, subject: Subject::Counter(metric) }
    }));
    found
}

/// What has a limit: governed or full first.
fn limited(drawing: &Drawing<'_>) -> Vec<Candidate> {
    let fills = drawing.fills().into_iter().enumerate();
    fills
        .map(|(i, fill)| {
            let governed = !fill.letters.is_empty() && (i == 0 || fill.peak >= HALF);
            let matters = governed || fill.peak >= 1.0;
            let rank = match (matters, i < FILLS) {
                (true, true) => 2,
                (_, true) => 7,
                _ => 9,
            };
            Candidate { rank, subject: Subject::Fill(Box::new(fill)) }
        })
        .collect()
}
