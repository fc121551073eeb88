//! Each change beside the metrics that the catalogue says it governs, and beside their traffic.

use super::listened::listened;
use super::persisted::Files;
use super::sides::{Open, counter, events, gauge, unknown};
use super::{Measured, Placed};
use crate::catalogue::counters::{self, Worse};
use crate::catalogue::{events as event_kinds, joined, sysctls};
use crate::model::fact::Kind;
use crate::model::fact::SeriesId;
use crate::model::report::Window;
use crate::model::report::effect::{Change, Effect, Role, Side, SideState};
use crate::model::time::Time;
use crate::timeline::{Host, Restart, Timeline};

/// No side looks further than this from its change: a day has all hours in it.
const DAY: f64 = 86_400.0;

/// Listeners beside one change; a proxy may have hundreds.
const LISTENERS: usize = 6;

/// Keys that one change names of those changed with it.
const TOGETHER: usize = 8;

/// More changes than any report tells in cards. Beyond them a change is listed without a comparison: everything in the
/// input would be compared with everything else.
const COMPARED: usize = 2_000;

/// All effects, in the order of changes, and the changes' caveats filled in.
#[must_use]
pub fn effects(timeline: &Timeline, changes: &mut [Placed]) -> Vec<Measured> {
    let Some(window) = timeline.window() else { return Vec::new() };
    let row = |c: &Placed| sysctls::sysctl(&c.change.key).map(|row| row.governs.as_slice());
    let governs: Vec<&[&str]> = changes.iter().map(|c| row(c).unwrap_or_default()).collect();
    let mut found = Vec::new();
    for i in 0..changes.len().min(COMPARED) {
        let host = &timeline.hosts[changes[i].host];
        let sides = sides_of(host, changes, &governs, i, window);
        let of_change = of_change(host, &changes[i], sides);
        let bracket = (changes[i].change.lo, changes[i].change.hi);
        let inside = |boot: &Time| bracket.0 < Some(*boot) && Some(*boot) <= bracket.1;
        changes[i].change.boot = host.restarts.iter().filter_map(|r| r.boot).find(inside);
        let caveats = caveats(timeline, host, changes, i, &of_change);
        changes[i].change.caveats.extend(caveats);
        if of_change.iter().all(|m| m.effect.before.rate.is_none() || m.effect.after.rate.is_none()) {
            changes[i].change.settle = settle(&changes[i].change);
        }
        found.extend(of_change);
    }
    for placed in changes.iter_mut().skip(COMPARED) {
        placed.change.caveats.push(format!("Not compared: the input has more than {COMPARED} changes."));
    }
    found
}

/// What lies before and after change `i`, up to the next change of the same metrics, the next restart of
/// the counters, and a day.
fn sides_of(
    host: &Host,
    changes: &[Placed],
    governs: &[&[&str]],
    i: usize,
    window: Window,
) -> Option<(Window, Window)> {
    let (lo, hi) = (changes[i].change.lo?, changes[i].change.hi?);
    let near = changes.iter().enumerate().filter(|(j, other)| {
        let alike = || governs[*j].iter().any(|m| governs[i].contains(m));
        *j != i && other.host == changes[i].host && alike()
    });
    let mut from = window.from.max(lo.plus_seconds(-DAY));
    let mut to = window.to.min(hi.plus_seconds(DAY));
    for (_, other) in near {
        if let Some(end) = other.change.hi.filter(|end| *end <= lo) {
            from = from.max(end);
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
    Some((Window { from: from.min(lo), to: lo }, Window { from: hi, to: to.max(hi) }))
}

fn of_change(host: &Host, placed: &Placed, sides: Option<(Window, Window)>) -> Vec<Measured> {
    let Some(row) = sysctls::sysctl(&placed.change.key) else { return Vec::new() };
    let mut found: Vec<Measured> = Vec::new();
    for (i, metric) in row.governs.iter().enumerate() {
        for (of, series, before, after) in both_sides(host, metric, sides) {
            let quiet = |side: &Side| side.state != SideState::Measured;
            if i > 0 && quiet(&before) && quiet(&after) {
                continue;
            }
            let mut measured = measured(placed, metric, Role::Governed, series, before, after);
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
        for (_, series, before, after) in both_sides(host, load, sides) {
            if before.rate.is_some() || after.rate.is_some() {
                found.push(measured(placed, load, Role::Load, series, before, after));
            }
        }
    }
    if let Some(primary) = found.iter().position(|m| m.effect.metric == row.governs[0]) {
        found[primary].effect.primary = true;
    }
    found
}

type Sides = (String, Option<SeriesId>, Side, Side);

fn both_sides(host: &Host, metric: &str, sides: Option<(Window, Window)>) -> Vec<Sides> {
    let Some((before, after)) = sides else {
        let side = unknown(None, "the change has no time");
        return vec![(String::new(), None, side.clone(), side)];
    };
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
        return vec![(String::new(), id, counter(host, metric, before), counter(host, metric, after))];
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
    let gauge = row.is_some_and(|r| r.kind == Kind::Gauge);
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
    };
    Measured { host: placed.host, series, effect }
}

/// What weakens a comparison, as far as this stage can see it.
fn caveats(
    timeline: &Timeline,
    host: &Host,
    changes: &[Placed],
    i: usize,
    effects: &[Measured],
) -> Vec<String> {
    let mine = &changes[i].change;
    let mut found = Vec::new();
    let together = changes.iter().enumerate().filter(|(j, other)| {
        *j != i && other.host == changes[i].host && other.change.lo < mine.hi && mine.lo < other.change.hi
            || *j != i && other.host == changes[i].host && other.change.lo == mine.lo && mine.lo.is_some()
    });
    let mut others: Vec<&str> =
        together.map(|(_, other)| other.change.key.as_str()).take(TOGETHER + 1).collect();
    if others.len() > TOGETHER {
        others[TOGETHER] = "and more";
    }
    if !others.is_empty() {
        found.push(format!(
            "Changed in the same bracket: {}. What moved cannot be told apart.",
            others.join(", ")
        ));
    }
    if mine.bites.contains("listen()") {
        found.extend(listened(host, mine));
    }
    for load in effects.iter().filter(|m| m.effect.role == Role::Load) {
        if let Some(ratio) = load.effect.ratio.filter(|r| !(0.8..=1.25).contains(r)) {
            let times = crate::model::words::ratio(ratio);
            found.push(format!("The traffic moved too: {} {times}.", load.effect.title));
        }
    }
    let inside = |r: &&Restart| Some(r.last) <= mine.hi && Some(r.again) >= mine.lo;
    if let Some(restart) = host.restarts.iter().find(inside) {
        found.push(restarted(timeline, host, mine, restart));
    }
    found
}

/// A restart inside the bracket: nobody need have turned anything.
fn restarted(timeline: &Timeline, host: &Host, change: &Change, restart: &Restart) -> String {
    let Some(boot) = restart.boot else {
        return format!("The counters restarted inside the bracket, by {} UTC.", restart.again.hms());
    };
    let file = match Files::new(timeline, host).of_key(&change.key) {
        Some(said) if said.winner.value == change.to => {
            ", and the new value is the one in the configuration file"
        }
        _ => "",
    };
    format!(
        "The host booted at {} UTC, inside the bracket{file}: a boot takes settings from their files.",
        boot.hms()
    )
}

/// What would allow a comparison next time.
fn settle(change: &Change) -> Vec<String> {
    let Some(row) = sysctls::sysctl(&change.key) else {
        return vec![format!(
            "netmortem does not know which counters {} governs; compare by hand.",
            change.key
        )];
    };
    let mut found = Vec::new();
    for metric in &row.governs {
        let what = match *metric {
            m if m.starts_with("event:") => {
                "the kernel log (dmesg or syslog) from well before to well after the change"
            }
            m if m.starts_with("listener.") => "ss -lnt in a loop, each snapshot after a `date -u` line",
            m if m.starts_with("softnet.") => {
                "/proc/net/softnet_stat in a loop, each snapshot after a `date -u` line"
            }
            m if m.starts_with("nf_conntrack") => {
                "sysctl net.netfilter.nf_conntrack_count and conntrack -S in a loop, each snapshot after a `date -u` line"
            }
            m if m.starts_with("sockstat.") || m.starts_with("sockets.") => {
                "/proc/net/sockstat and ss -tan in a loop, each snapshot after a `date -u` line"
            }
            m if m.starts_with("dev.") || m.starts_with("qdisc.") => {
                "ip -s link and tc -s qdisc in a loop, each snapshot after a `date -u` line"
            }
            m if m.split('.').next().is_some_and(joined::is_section) => {
                "netstat -s in a loop, each snapshot after a `date -u` line"
            }
            _ => continue,
        };
        if !found.iter().any(|f| f == what) {
            found.push(what.to_owned());
        }
    }
    found
}
