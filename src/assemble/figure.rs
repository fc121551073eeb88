//! The timeline figure of each host: which lanes, in which order, and what lies under them.

use super::Found;
use super::foreign;
use super::lanes::Drawing;
use super::series::Shelf;
use crate::catalogue::counters::{self, Worse};
use crate::catalogue::events;
use crate::correlate::sides::{SUPPRESSED, counter};
use crate::diagnose::{RULES, Rule};
use crate::model::fact::Kind;
use crate::model::report::Window;
use crate::model::report::effect::{Role, SideState};
use crate::model::report::figure::{EvidenceRow, Figure, Lane, Restart};
use crate::model::words::things;
use crate::timeline::{self, Captured, Host, Timeline};
use std::cmp::Reverse;

/// More lanes than this are a wall; the rest is named under the figure.
const LANES: usize = 7;

/// Families whose devices lie upon each other, a bond upon its ports: a sum over them counts one packet twice. The
/// finding on a device says what it lost.
const LAYERED: [&str; 4] = ["dev.", "ethtool.", "qdisc.", "vf."];

/// Lanes of series that are in no catalogue.
const BROUGHT: usize = 3;

/// Kinds of log events with a lane of their own.
const EVENT_LANES: usize = 3;

/// A harmful counter has a lane of its own from one in a thousand of its traffic on (or from one a second
/// where no traffic is set beside it): below that every healthy host has dozens.
const NOTABLE: f64 = 1_000.0;

/// One figure a host, all on one axis; hosts without anything to draw have none.
pub(super) fn figures(timeline: &Timeline, found: &Found, window: Window, shelf: &mut Shelf) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (i, host) in timeline.hosts.iter().enumerate() {
        let mut drawing = Drawing { host, index: i, window, found, shelf: &mut *shelf };
        let (lanes, folded) = lanes(&mut drawing, timeline);
        let changed = found.changes.iter().any(|c| c.host == i && c.change.hi.is_some());
        if lanes.is_empty() && !changed {
            continue;
        }
        let restart = |r: &timeline::Restart| match r.boot {
            Some(boot) => Restart { time: boot.max(r.last).min(r.again), words: "reboot".to_owned() },
            None if r.ids.is_some() => Restart { time: r.again, words: "rebooted before".to_owned() },
            None => Restart { time: r.again, words: "counters restarted".to_owned() },
        };
        figures.push(Figure {
            host: host.name.clone(),
            window,
            lanes,
            restarts: host.restarts.iter().map(restart).collect(),
            evidence: rows(host, window),
            folded,
        });
    }
    figures
}

/// Log events, governed rates, other harm, fill against a limit, traffic; what does not fit is named.
fn lanes(drawing: &mut Drawing<'_>, timeline: &Timeline) -> (Vec<Lane>, Vec<String>) {
    let mut lanes: Vec<Lane> = Vec::new();
    let governed = governed(drawing);
    let fills = drawing.fills();
    let traffic = drawing.traffic(&governed);
    let kinds = kinds(drawing.host);
    lanes.extend(kinds.iter().take(EVENT_LANES).map(|kind| drawing.events(kind)));
    lanes.extend(governed.iter().take(4).filter_map(|metric| drawing.counter(metric)));
    let title = |kind: &&str| events::event(kind).map_or(*kind, |row| row.title).to_owned();
    let mut folded: Vec<String> = kinds.iter().skip(EVENT_LANES).map(title).collect();
    folded.extend(governed.iter().skip(4).cloned());
    let reserved = fills.len().min(2) + usize::from(traffic.is_some());
    for metric in harmful(drawing).into_iter().filter(|m| !governed.contains(m)) {
        match drawing.counter(&metric).filter(|_| lanes.len() + reserved < LANES) {
            Some(lane) if lanes.len() < 4 => lanes.push(lane),
            _ => folded.push(metric),
        }
    }
    let room = LANES.saturating_sub(lanes.len() + usize::from(traffic.is_some())).clamp(1, 2);
    folded.extend(fills.iter().skip(room).map(|lane| lane.title.clone() + " " + &lane.name));
    lanes.extend(fills.into_iter().take(room));
    lanes.extend(traffic);
    let mut brought = foreign::lanes(drawing, timeline);
    folded.extend(brought.split_off(brought.len().min(BROUGHT)).into_iter().map(|lane| lane.title));
    lanes.extend(brought);
    folded.truncate(40);
    (lanes, folded)
}

/// Counters that a change governs and that were measured, primary ones first.
fn governed(drawing: &Drawing<'_>) -> Vec<String> {
    let effects = || {
        drawing.found.effects.iter().filter(|m| m.host == drawing.index && m.effect.role == Role::Governed)
    };
    let mut found: Vec<String> = Vec::new();
    for primary in [true, false] {
        for m in effects().filter(|m| m.effect.primary == primary && !m.effect.metric.contains("listener.")) {
            let counter = counters::counter(&m.effect.metric).is_some_and(|row| row.kind == Kind::Counter);
            let seen =
                [&m.effect.before, &m.effect.after].iter().any(|side| side.state != SideState::Unknown);
            if counter && seen && m.effect.harm && !found.contains(&m.effect.metric) {
                found.push(m.effect.metric.clone());
            }
        }
    }
    found
}

/// Harmful counters that moved, by their share of traffic (or by rate where none is known).
fn harmful(drawing: &Drawing<'_>) -> Vec<String> {
    let found = |rule: &&Rule| {
        drawing.found.findings.iter().any(|f| f.rule == rule.id && f.host == drawing.host.name)
    };
    let watched: Vec<&str> = RULES.iter().filter(found).flat_map(|rule| rule.watches).copied().collect();
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
    moved.into_iter().map(|(_, metric)| metric).collect()
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

/// More evidence rows than this are a wall; the others share one.
const ROWS: usize = 8;

/// What was captured when: a row for each source, the logs and settings that changes are read from before all others.
fn rows(host: &Host, window: Window) -> Vec<EvidenceRow> {
    let mut sources: Vec<(&str, &Captured)> = host.captured.iter().map(|(s, c)| (*s, c)).collect();
    if sources.len() > ROWS {
        let rank = |source: &str| RANKED.iter().position(|s| *s == source).unwrap_or(RANKED.len());
        sources.sort_by_key(|(source, c)| (rank(source), Reverse(c.times.len()), *source));
        let others = sources.split_off(ROWS - 1);
        let mut found = each_row(host, sources, window);
        let mut all = Captured::default();
        for (_, captured) in &others {
            all.times.extend(&captured.times);
            all.count += captured.count;
        }
        all.times.sort_unstable();
        all.times.dedup();
        let name = format!("{} others", others.len());
        found.extend(evidence(&name, &all, window, &host.logs));
        return found;
    }
    each_row(host, sources, window)
}

/// What the lanes and changes of most reports rest on.
const RANKED: [&str; 8] =
    ["syslog", "sysctl -a", "netstat -s", "nstat", "/proc/net/snmp", "ss -lnt", "/proc/sys", "sar"];

fn each_row(host: &Host, mut sources: Vec<(&str, &Captured)>, window: Window) -> Vec<EvidenceRow> {
    sources.sort_by_key(|(source, _)| *source);
    sources.into_iter().filter_map(|(source, c)| evidence(source, c, window, &host.logs)).collect()
}

/// Instants while they can be told apart, stretches when they cannot.
fn evidence(source: &str, captured: &Captured, window: Window, logs: &[Window]) -> Option<EvidenceRow> {
    let log = source == "syslog";
    let noun = match source {
        "syslog" => ("line", "lines"),
        "sysctl -a" | "/proc/sys" | "uname -a" | "tuned-adm active" => ("dump", "dumps"),
        _ => ("sample", "samples"),
    };
    let mut spans: Vec<Window> = Vec::new();
    if log {
        spans.extend(logs);
    } else {
        let near = window.seconds() / 60.0;
        let usual = crate::timeline::readings::median(
            captured.times.windows(2).map(|pair| pair[1].seconds_since(pair[0])).collect(),
        );
        let dense = usual < near;
        for &time in &captured.times {
            match spans.last_mut() {
                Some(last) if dense && time.seconds_since(last.to) <= usual * 5.0 => last.to = time,
                _ => spans.push(Window { from: time, to: time }),
            }
        }
    }
    spans.truncate(400);
    (!spans.is_empty()).then(|| EvidenceRow {
        source: source.to_owned(),
        count: things(captured.count, noun.0, noun.1),
        spans,
    })
}
