//! Which lanes a figure has, and in which order. What a change governs comes before what a finding speaks of, that before
//! what is merely not zero; what has no room is named.

use super::foreign;
use super::lanes::Drawing;
use super::logs::title;
use crate::catalogue::counters::{self, Worse};
use crate::catalogue::events;
use crate::correlate::sides::{SUPPRESSED, counter};
use crate::diagnose::{RULES, Rule};
use crate::model::fact::{Kind, SeriesId};
use crate::model::report::effect::{Role, SideState};
use crate::model::report::figure::Lane;
use crate::timeline::{Host, Timeline};
use std::cmp::Reverse;

/// More lanes than this are a wall; the rest is named under the figure.
const LANES: usize = 7;
/// Names under the figure.
const NAMED: usize = 40;
/// Of one sort, so that each sort has its chance.
const EVENTS: usize = 2;
const GOVERNED: usize = 3;
const FILLS: usize = 2;
const BROUGHT: usize = 3;

/// Families whose devices lie upon each other, a bond upon its ports: a sum over them counts one packet twice. The
/// finding on a device says what it lost.
const LAYERED: [&str; 4] = ["dev.", "ethtool.", "qdisc.", "vf."];

/// A harmful counter has a lane of its own from one in a thousand of its traffic on (or from one a second
/// where no traffic is set beside it): below that every healthy host has dozens.
const NOTABLE: f64 = 1_000.0;

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
pub(super) fn lanes(drawing: &mut Drawing<'_>, timeline: &Timeline) -> (Vec<Lane>, Vec<String>) {
    let governed_metrics = governed(drawing, true);
    let mut candidates = logged(drawing);
    candidates.extend(counted(drawing, &governed_metrics));
    candidates.extend(limited(drawing));
    candidates.push(Candidate { rank: 2, subject: Subject::Traffic });
    for (i, lane) in foreign::lanes(drawing, timeline).into_iter().enumerate() {
        let rank = if i < BROUGHT { 2 } else { 9 };
        candidates.push(Candidate { rank, subject: Subject::Brought(Box::new(lane)) });
    }
    // which are taken: by rank; where they stand: in the order in which they were proposed
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by_key(|&i| (candidates[i].rank, i));
    let mut slots: Vec<Option<Candidate>> = candidates.into_iter().map(Some).collect();
    let mut lanes: Vec<(usize, Lane)> = Vec::new();
    let mut folded: Vec<String> = Vec::new();
    for i in order {
        let Some(candidate) = slots.get_mut(i).and_then(Option::take) else { continue };
        let name = name(&candidate.subject);
        if lanes.len() >= LANES || candidate.rank >= 9 {
            folded.extend(name.filter(|name| !folded.contains(name)));
        } else if let Some(lane) = lane(drawing, candidate.subject, &governed_metrics, timeline) {
            lanes.push((i, lane));
        }
    }
    lanes.sort_by_key(|(i, _)| *i);
    folded.truncate(NAMED);
    (lanes.into_iter().map(|(_, lane)| lane).collect(), folded)
}

fn lane(
    drawing: &mut Drawing<'_>,
    subject: Subject,
    governed: &[String],
    timeline: &Timeline,
) -> Option<Lane> {
    match subject {
        Subject::Events(kind) => Some(drawing.events(kind, timeline)),
        Subject::OtherEvents(kinds) => {
            let alone = kinds.len() == self::kinds(drawing.host).len();
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
            let matters = !fill.letters.is_empty() || fill.peak >= 1.0;
            let rank = match (matters, i < FILLS) {
                (true, true) => 2,
                (_, true) => 7,
                _ => 9,
            };
            Candidate { rank, subject: Subject::Fill(Box::new(fill)) }
        })
        .collect()
}

/// Of each device that a finding is about the worst counter: over all devices nothing is added up, but the reader of
/// the finding looks for it.
fn devices(drawing: &Drawing<'_>) -> Vec<SeriesId> {
    let mut found: Vec<SeriesId> = Vec::new();
    for rule in RULES.iter().filter(|rule| rule.watches.iter().any(|m| m.starts_with("dev."))) {
        for metric in rule.watches {
            let of_device = drawing.host.of_metric(metric).map(|(id, _)| id);
            for id in of_device.filter(|id| id.kind != Kind::Gauge && !id.of.is_empty()) {
                let known = found.iter().any(|f| f.of == id.of);
                let moved = || drawing.host.increments_of(id).iter().any(|i| i.count > Some(0.0));
                if !known && !drawing.findings(metric, &id.of).is_empty() && moved() {
                    found.push(id.clone());
                }
            }
        }
    }
    found
}

/// Counters that a change governs and that were measured (or were not), primary ones first.
fn governed(drawing: &Drawing<'_>, measured: bool) -> Vec<String> {
    let effects = || {
        drawing.found.effects.iter().filter(|m| m.host == drawing.index && m.effect.role == Role::Governed)
    };
    let mut found: Vec<String> = Vec::new();
    for primary in [true, false] {
        for m in effects().filter(|m| m.effect.primary == primary && !m.effect.metric.contains("listener.")) {
            let counter = counters::counter(&m.effect.metric).is_some_and(|row| row.kind == Kind::Counter);
            let seen =
                [&m.effect.before, &m.effect.after].iter().any(|side| side.state != SideState::Unknown);
            if counter && seen == measured && m.effect.harm && !found.contains(&m.effect.metric) {
                found.push(m.effect.metric.clone());
            }
        }
    }
    found
}

/// Metrics that findings of this host speak of, and harmful counters that moved: those first, then by their share of
/// traffic (or by rate where none is known).
fn harmful(drawing: &Drawing<'_>) -> (Vec<&'static str>, Vec<String>) {
    let found = |rule: &&Rule| {
        drawing.found.findings.iter().any(|f| f.rule == rule.id && f.host == drawing.host.name)
    };
    let watched: Vec<&'static str> =
        RULES.iter().filter(found).flat_map(|rule| rule.watches).copied().collect();
    let mut moved: Vec<(f64, String)> = Vec::new();
    let mut metrics: Vec<&str> = drawing.host.series.keys().map(|id| id.metric.as_str()).collect();
    metrics.dedup();
    for metric in metrics {
        let row = counters::counter(metric);
        let harm = row.is_some_and(|row| row.worse == Worse::Up && row.kind == Kind::Counter);
        if !harm || LAYERED.iter().any(|family| metric.starts_with(family)) {
            continue;
        }
        let side = counter(drawing.host, metric, drawing.window);
        let per_million = side.share.as_ref().map(|s| s.per_million);
        let notable = per_million.map_or(side.rate >= Some(1.0), |share| share >= NOTABLE);
        if side.state == SideState::Measured && notable {
            moved.push((per_million.or(side.rate).unwrap_or(0.0), metric.to_owned()));
        }
    }
    // what a finding speaks of is looked for on the timeline
    let unwatched = |metric: &str| !watched.contains(&metric);
    moved.sort_by(|a, b| {
        unwatched(&a.1).cmp(&unwatched(&b.1)).then(b.0.total_cmp(&a.0)).then_with(|| a.1.cmp(&b.1))
    });
    (watched, moved.into_iter().map(|(_, metric)| metric).collect())
}

/// Kinds of log events of a host, the worst first, then the most frequent.
fn kinds(host: &Host) -> Vec<&'static str> {
    let count = |id: &str| host.events.iter().filter(|e| e.kind == id && e.time.is_some()).count();
    let rank = |severity: &str| ["critical", "warning"].iter().position(|s| *s == severity).unwrap_or(2);
    let mut kinds: Vec<(usize, Reverse<usize>, &'static str)> = events::all()
        .iter()
        .filter(|kind| kind.id != SUPPRESSED)
        .map(|kind| (rank(kind.severity), Reverse(count(kind.id)), kind.id))
        .filter(|(_, Reverse(n), _)| *n > 0)
        .collect();
    kinds.sort_unstable();
    kinds.into_iter().map(|(_, _, id)| id).collect()
}
