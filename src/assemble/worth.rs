//! What of a host is worth a lane: counters that a change governs, those that a finding speaks of, devices, log events.

use super::lanes::Drawing;
use crate::catalogue::counters::{self, Worse};
use crate::catalogue::events;
use crate::correlate::sides::{SUPPRESSED, counter};
use crate::diagnose::{RULES, Rule};
use crate::model::fact::{Kind, SeriesId};
use crate::model::report::effect::{Role, SideState};
use crate::timeline::Host;
use std::cmp::Reverse;

/// Families whose devices lie upon each other, a bond upon its ports: a sum over them counts one packet twice. The
/// finding on a device says what it lost.
const LAYERED: [&str; 4] = ["dev.", "ethtool.", "qdisc.", "vf."];

/// A harmful counter has a lane of its own from one in a thousand of its traffic on (or from one a second
/// where no traffic is set beside it): below that every healthy host has dozens.
const NOTABLE: f64 = 1_000.0;
/// Or from one in a hundred of the usual traffic between any two samples on: a minute of a month is lost in its mean.
const BURST: f64 = 0.01;

/// Of each device that a finding is about the worst counter: over all devices nothing is added up, but the reader of
/// the finding looks for it.
pub(super) fn devices(drawing: &Drawing<'_>) -> Vec<SeriesId> {
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
pub(super) fn governed(drawing: &Drawing<'_>, measured: bool) -> Vec<String> {
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
pub(super) fn harmful(drawing: &Drawing<'_>) -> (Vec<&'static str>, Vec<String>) {
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
        let burst = side
            .share
            .as_ref()
            .zip(side.peak)
            .is_some_and(|(share, peak)| share.count > 0.0 && peak * side.seconds / share.count >= BURST);
        let notable = burst || per_million.map_or(side.rate >= Some(1.0), |share| share >= NOTABLE);
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
pub(super) fn kinds(host: &Host) -> Vec<&'static str> {
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
