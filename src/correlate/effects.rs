//! Each change beside the metrics that the catalogue says it governs, what it is paid with, and their traffic.

use super::book::Book;
use super::judge::{self, Subject};
use super::sides::{Open, counted, events, gauge, unknown};
use super::windows::{Windows, windows};
use super::{Measured, Placed, caveats, family, means, verdicts};
use crate::catalogue::counters::{self, Worse};
use crate::catalogue::{events as event_kinds, sysctls};
use crate::model::fact::{Kind, SeriesId};
use crate::model::report::effect::{Effect, Role, Side, SideState};
use crate::model::time::Time;
use crate::timeline::Timeline;

/// Listeners beside one change; a proxy may have hundreds.
const LISTENERS: usize = 6;

/// More changes than any report tells in cards. Beyond them a change is listed without a comparison: everything in the
/// input would be compared with everything else.
const COMPARED: usize = 2_000;

/// All effects, in the order of changes, and what the changes themselves are told: caveats, groups, verdicts.
#[must_use]
pub fn effects(timeline: &Timeline, changes: &mut [Placed]) -> Vec<Measured> {
    let Some(mut book) = Book::new(timeline) else { return Vec::new() };
    let groups = family::together(changes);
    let row = |c: &Placed| sysctls::sysctl(&c.change.key).map(|row| row.governs.as_slice());
    let governs: Vec<&[&str]> = changes.iter().map(|c| row(c).unwrap_or_default()).collect();
    let mut found = Vec::new();
    let mut subjects: Vec<Subject> = Vec::new();
    let mut sides: Vec<Option<Windows>> = Vec::new();
    for i in 0..changes.len().min(COMPARED) {
        let host = book.host(changes[i].host);
        let windows = windows(&mut book, changes, &governs, i);
        let mut of_change = of_change(&mut book, &changes[i], windows.as_ref());
        let bracket = (changes[i].change.lo, changes[i].change.hi);
        let inside = |boot: &Time| bracket.0 < Some(*boot) && Some(*boot) <= bracket.1;
        changes[i].change.boot = host.restarts.iter().filter_map(|r| r.boot).find(inside);
        let more = caveats::caveats(timeline, changes, i, &groups[i], &of_change, windows.as_ref());
        changes[i].change.caveats.extend(more);
        if of_change.iter().all(|m| m.effect.before.rate.is_none() || m.effect.after.rate.is_none()) {
            changes[i].change.settle = caveats::settle(&changes[i].change);
        }
        subjects.extend(judge::subjects(
            &mut book,
            changes,
            i,
            windows.as_ref(),
            &mut of_change,
            found.len(),
        ));
        let judged = subjects.iter().rev().take_while(|s| s.change == i);
        for subject in judged {
            means::show(&mut book, changes[i].host, &mut of_change[subject.at - found.len()], subject);
        }
        found.extend(of_change);
        sides.push(windows);
    }
    verdicts::conclude(&mut book, changes, &groups, &sides, &mut found, &subjects);
    for Placed { change, .. } in changes.iter_mut() {
        let flagged = |m: &&Measured| m.effect.primary && m.effect.change == change.id;
        if found.iter().filter(flagged).any(|m| m.effect.flags.iter().any(|f| f.kind == "load-shift")) {
            // the flag says so, and what became of it
            change.caveats.retain(|words| !words.starts_with(caveats::TRAFFIC));
        }
    }
    for placed in changes.iter_mut().skip(COMPARED) {
        placed.change.caveats.push(format!("Not compared: the input has more than {COMPARED} changes."));
    }
    found
}

fn of_change(book: &mut Book<'_>, placed: &Placed, windows: Option<&Windows>) -> Vec<Measured> {
    let Some(row) = sysctls::sysctl(&placed.change.key) else { return Vec::new() };
    let mut found: Vec<Measured> = Vec::new();
    let quiet = |side: &Side| side.state != SideState::Measured;
    for (i, metric) in row.governs.iter().enumerate().filter(|(i, m)| *i == 0 || !row.partner.contains(m)) {
        for (of, series, before, after) in both_sides(book, placed.host, metric, windows) {
            if i > 0 && quiet(&before) && quiet(&after) {
                continue;
            }
            let mut measured = measured(placed, metric, Role::Governed, series, before, after);
            measured.effect.of = of;
            found.push(measured);
        }
    }
    for metric in row.partner.iter().filter(|m| row.governs.first() != Some(*m)) {
        for (of, series, before, after) in both_sides(book, placed.host, metric, windows) {
            let known = before.state != SideState::Unknown && after.state != SideState::Unknown;
            if !known || quiet(&before) && quiet(&after) {
                continue;
            }
            let mut measured = measured(placed, metric, Role::Partner, series, before, after);
            measured.effect.of = of;
            found.push(measured);
        }
    }
    let mut loads: Vec<&str> = Vec::new();
    for load in found.iter().filter_map(|m| counters::counter(&m.effect.metric)?.load) {
        if !loads.contains(&load) && !row.governs.contains(&load) {
            loads.push(load);
        }
    }
    for load in loads {
        for (_, series, before, after) in both_sides(book, placed.host, load, windows) {
            if before.rate.is_some() || after.rate.is_some() {
                found.push(measured(placed, load, Role::Load, series, before, after));
            }
        }
    }
    if let Some(carrier) = carrier(&found) {
        found[carrier].effect.primary = true;
    }
    found
}

/// The metric that answers for a change: of those that it governs, in the catalogue's order, the first of which more is
/// better or worse and that was watched on both sides, whatever it showed; else the first one.
fn carrier(effects: &[Measured]) -> Option<usize> {
    let watched = |side: &Side| side.state != SideState::Unknown;
    let governed = || effects.iter().enumerate().filter(|(_, m)| m.effect.role == Role::Governed);
    let answers = |e: &Effect| {
        judge::direction(e) != judge::Direction::Neither && watched(&e.before) && watched(&e.after)
    };
    governed().find(|(_, m)| answers(&m.effect)).or_else(|| governed().next()).map(|(i, _)| i)
}

type Sides = (String, Option<SeriesId>, Side, Side);

fn both_sides(book: &mut Book<'_>, at: usize, metric: &str, windows: Option<&Windows>) -> Vec<Sides> {
    let Some(Windows { before, after, .. }) = windows else {
        let side = unknown(None, "the change has no time");
        return vec![(String::new(), None, side.clone(), side)];
    };
    let (before, after, host) = (*before, *after, book.host(at));
    if let Some(kind) = metric.strip_prefix("event:") {
        let sides = (events(host, kind, before, Open::Last), events(host, kind, after, Open::First));
        return vec![(String::new(), None, sides.0, sides.1)];
    }
    let mut gauges: Vec<Sides> = host
        .gauges(metric)
        .map(|(of, s)| {
            (
                of.to_owned(),
                Some(SeriesId::gauge(metric, of)),
                gauge(s.readings.dated(), before),
                gauge(s.readings.dated(), after),
            )
        })
        .collect();
    if gauges.is_empty() {
        let id = Some(SeriesId::counter(metric));
        let (steps, load) = (book.increments(at, metric), book.load(at, metric));
        let load = load.map(|load| (load, book.increments(at, load)));
        let load = load.as_ref().map(|(name, steps)| (*name, steps.as_slice()));
        let known = book.counts(at, metric);
        let side = |window| counted(&|| known, &steps, load, window);
        return vec![(String::new(), id, side(before), side(after))];
    }
    let peak = |s: &Sides| s.2.peak.into_iter().chain(s.3.peak).fold(0.0, f64::max);
    gauges.sort_by(|a, b| peak(b).total_cmp(&peak(a)).then_with(|| a.0.cmp(&b.0)));
    gauges.truncate(LISTENERS);
    gauges
}

fn measured(
    placed: &Placed,
    metric: &str,
    role: Role,
    series: Option<SeriesId>,
    before: Side,
    after: Side,
) -> Measured {
    let row = counters::counter(metric);
    let event = metric.strip_prefix("event:").and_then(event_kinds::event);
    let logged = event.map(|e| format!("“{}” in the log", e.title));
    let title = row.map(|r| r.title.to_owned()).or(logged).unwrap_or_else(|| metric.to_owned());
    let gauge = matches!(&series, Some(SeriesId { kind: Kind::Gauge, .. }));
    let ratio = match (before.rate, after.rate) {
        (Some(b), Some(a)) if b > 0.0 && a > 0.0 => Some(a / b),
        _ => None,
    };
    let effect = Effect {
        change: placed.change.id.clone(),
        metric: metric.to_owned(),
        title,
        of: String::new(),
        primary: false,
        role,
        harm: event.is_some() || row.is_some_and(|r| r.worse == Worse::Up),
        unit: if gauge { row.map_or("", |r| r.unit).to_owned() } else { "/s".to_owned() },
        before,
        after,
        ratio,
        series: None,
        verdict: None,
        certainty: None,
        estimate: None,
        why: String::new(),
        flags: Vec::new(),
        sentence: String::new(),
    };
    Measured { host: placed.host, series, effect }
}
