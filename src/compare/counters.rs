//! Counters of both sides, what matters most first.

use super::measure::{between, is_cpu, last, since_boot, unknown, window};
use super::{Pair, Subject};
use crate::catalogue::counters::{self, Worse};
use crate::catalogue::joined;
use crate::diagnose;
use crate::model::diff::{Class, Counter, Kind, Measure, State};
use crate::model::fact;
use crate::model::report::Exhibit;
use crate::stats::binomial::Totals;
use crate::timeline::Host;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// What lies within is no difference: the zone that verdicts of a report call no effect.
const ALIKE: std::ops::RangeInclusive<f64> = 0.8..=1.25;
/// The exact test of more events than these takes long and says nothing that the ratio does not.
const MANY: f64 = 1e9;

/// Rows, and how many counters are zero on both sides.
pub(super) fn counters(pair: &Pair<'_>) -> (Vec<Counter>, u64) {
    let mut names = names(pair.a.host);
    names.extend(self::names(pair.b.host));
    let total = |section: &str, metric: &str| {
        joined::is_section(section)
            && [pair.a.host, pair.b.host].iter().any(|host| !host.counter(metric).is_empty())
    };
    let mut zero = 0;
    let mut rows = Vec::new();
    for (metric, of) in names {
        // what the host counts is the sum of what `proc/net/dev_snmp6` has for each device
        if !of.is_empty() && total(metric.split('.').next().unwrap_or_default(), &metric) {
            continue;
        }
        let (a, b) = measured(pair, &metric, &of);
        if a.state == State::Zero && b.state == State::Zero {
            // zero in the window alone is a counter that once counted
            zero += 1;
            continue;
        }
        if ![&a, &b].iter().any(|m| matches!(m.state, State::Measured | State::Zero | State::Restarted)) {
            continue;
        }
        rows.push(row(pair, metric, of, a, b));
    }
    rows.sort_by(|x, y| {
        rank(x)
            .cmp(&rank(y))
            .then_with(|| size(y).total_cmp(&size(x)))
            .then_with(|| direct(x).cmp(&direct(y)))
            .then_with(|| (&x.metric, &x.of).cmp(&(&y.metric, &y.of)))
    });
    (rows, zero)
}

/// What differs before what does not; what a rule of a report looks at, and what a setting acts on, before the rest.
fn rank(row: &Counter) -> (Class, Reverse<bool>, Reverse<bool>, Reverse<bool>, Reverse<bool>) {
    let watched = !diagnose::watching(&row.metric).is_empty();
    (row.class, Reverse(row.harm), Reverse(watched), Reverse(!row.governed_by.is_empty()), Reverse(row.load))
}

/// How directly a setting acts on it: of two counters of one trouble the more telling one comes first.
fn direct(row: &Counter) -> usize {
    let rows = counters::governed_by(&row.metric);
    let at = |row: &Counter, governs: &[&str]| governs.iter().position(|metric| *metric == row.metric);
    rows.first().and_then(|setting| at(row, &setting.governs)).unwrap_or(usize::MAX)
}

/// Counters by name and device; those of CPUs as one.
fn names(host: &Host) -> BTreeSet<(String, String)> {
    let counts = host.series.keys().filter(|id| id.kind != fact::Kind::Gauge);
    counts.map(|id| (id.metric.clone(), if is_cpu(&id.of) { String::new() } else { id.of.clone() })).collect()
}

/// Both sides in the one way in which they compare, if there is one.
fn measured(pair: &Pair<'_>, metric: &str, of: &str) -> (Measure, Measure) {
    let (a, b) = (&pair.a, &pair.b);
    let absent = |side: &Subject<'_>| {
        let reject = rejected(side, metric);
        let mut none = unknown(if reject.is_some() { State::Unreadable } else { State::Absent });
        none.exhibit = reject;
        none
    };
    if pair.relation.kind == Kind::Between {
        let until = window(a, metric, of).or_else(|| since_boot(a, metric, of));
        let from = between(a, b, (metric, of), pair.relation.seconds);
        // nothing to subtract from: what `b` counted alone is no increment
        let alone = || last(b.host, metric, of).and_then(|_| since_boot(b, metric, of));
        return (until.unwrap_or_else(|| absent(a)), from.or_else(alone).unwrap_or_else(|| absent(b)));
    }
    if let Some(both) = window(a, metric, of).zip(window(b, metric, of)) {
        return both;
    }
    let of_side = |side: &Subject<'_>| {
        let boot = since_boot(side, metric, of);
        boot.filter(|m| m.rate.is_some())
            .or_else(|| window(side, metric, of))
            .or_else(|| since_boot(side, metric, of))
            .unwrap_or_else(|| absent(side))
    };
    (of_side(a), of_side(b))
}

/// The line that should have told a counter and could not be read.
fn rejected(side: &Subject<'_>, metric: &str) -> Option<Exhibit> {
    let rejects = &side.report.coverage.rejects;
    let about = |why: &str| why.strip_prefix(metric).is_some_and(|rest| rest.starts_with(':'));
    let reject = rejects.iter().find(|r| about(&r.why))?;
    Some(Exhibit {
        path: reject.path.clone(),
        line: reject.line,
        text: reject.why.clone(),
        key: true,
        column: None,
    })
}

fn row(pair: &Pair<'_>, metric: String, of: String, a: Measure, b: Measure) -> Counter {
    let known = counters::counter(&metric);
    let governed = counters::governed_by(&metric);
    let mut row = Counter {
        title: known.map_or_else(|| metric.clone(), |row| row.title.to_owned()),
        help: String::new(),
        harm: known.is_some_and(|row| row.worse == Worse::Up),
        load: counters::all().any(|row| row.load == Some(metric.as_str())),
        governed_by: governed.iter().map(|row| row.key.to_owned()).collect(),
        differing: Vec::new(),
        class: Class::Unclear,
        ratio: None,
        share_ratio: None,
        mixed: false,
        tolerates: None,
        metric,
        of,
        a,
        b,
    };
    compare(pair.relation.kind, &mut row);
    if row.harm && row.class == Class::Differs {
        row.help = known.map(|row| row.help.to_owned()).unwrap_or_default();
    }
    row
}

/// Ratios, and whether the two differ.
fn compare(kind: Kind, row: &mut Counter) {
    let told = |m: &Measure| matches!(m.state, State::Measured | State::Zero);
    if !told(&row.a) || !told(&row.b) {
        return;
    }
    let rated = row.a.rate.is_some() && row.b.rate.is_some();
    row.mixed = kind == Kind::Apart && row.a.basis != row.b.basis && rated;
    if row.mixed {
        return;
    }
    let ratio = |a: Option<f64>, b: Option<f64>| Some(b? / a?).filter(|r| r.is_finite() && *r > 0.0);
    row.ratio = ratio(row.a.rate, row.b.rate);
    let shares = row.a.share.as_ref().zip(row.b.share.as_ref());
    row.share_ratio = shares.and_then(|(a, b)| ratio(Some(a.per_million), Some(b.per_million)));
    // by their share of the traffic, for hosts have different loads; by time where there is no such share
    let exposed = match (shares, row.a.seconds.zip(row.b.seconds)) {
        (Some((a, b)), _) => Some((a.count, b.count)),
        (None, seconds) => seconds,
    };
    let Some((exposure_a, exposure_b)) = exposed else { return };
    let (Some(count_a), Some(count_b)) = (row.a.count, row.b.count) else { return };
    row.tolerates = tolerates(count_a, exposure_a, count_b, exposure_b);
    let by_chance = row.tolerates.is_some_and(|t| t < 1.0);
    let near = row.share_ratio.or(row.ratio).is_some_and(|r| ALIKE.contains(&r));
    let none = count_a + count_b == 0.0;
    row.class = if by_chance || near || none { Class::Alike } else { Class::Differs };
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked to be small
fn tolerates(count_a: f64, exposure_a: f64, count_b: f64, exposure_b: f64) -> Option<f64> {
    let sum = count_a + count_b;
    if !(0.0..MANY).contains(&sum) || sum == 0.0 {
        return None;
    }
    let totals = Totals {
        before: count_a.round() as u64,
        exposure_before: exposure_a,
        after: count_b.round() as u64,
        exposure_after: exposure_b,
    };
    totals.tolerates()
}

/// How large a difference is, for the order alone: the logarithm of the ratio, half an event added to each side so that
/// none against a few ranks below none against many.
fn size(row: &Counter) -> f64 {
    let exposure = |m: &Measure| m.share.as_ref().map(|s| s.count).or(m.seconds);
    let rate = |m: &Measure| Some((m.count? + 0.5) / exposure(m)?);
    let both = rate(&row.a).zip(rate(&row.b));
    both.map_or(0.0, |(a, b)| (b / a).ln().abs())
}
