//! Totals since boot, and averages where an uptime is known: all that a counter read at one time can say.

use super::at_collection::at_collection;
use super::sides::share_of;
use crate::catalogue::counters::{self, Worse};
use crate::catalogue::joined;
use crate::model::fact::SeriesId;
use crate::model::report::Exhibit;
use crate::model::report::SinceBoot;
use crate::timeline::readings::{Reading, UNDATED};
use crate::timeline::{Host, Timeline, Uptime};
use std::borrow::Cow;

/// Totals of all harmful counters that were read at one time only, greatest first.
#[must_use]
pub fn since_boot(timeline: &Timeline, quote: &dyn Fn(u32, u32) -> String) -> Vec<SinceBoot> {
    let mut found = Vec::new();
    for host in &timeline.hosts {
        let mut of_host: Vec<SinceBoot> = harmful(host)
            .into_iter()
            .filter_map(|id| average(timeline, host, &id, once(host, &id)?, quote))
            .collect();
        of_host.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.metric.cmp(&b.metric)));
        found.extend(of_host);
    }
    found
}

const NO_UPTIME: &str = "no uptime in the input";
/// What stands for the uptime of a network namespace.
pub const NAMESPACE: &str = "since its namespace was made; no dump says when";

/// Counters of which more is bad; those of CPUs under the name of their sum.
fn harmful(host: &Host) -> Vec<SeriesId> {
    let counts = |id: &&SeriesId| id.kind.is_since_boot();
    let worse = |id: &&SeriesId| counters::counter(&id.metric).is_some_and(|row| row.worse == Worse::Up);
    // what the host counts is the sum of what `proc/net/dev_snmp6` has for each device
    let told = |id: &&SeriesId| {
        let section = id.metric.split('.').next().unwrap_or_default();
        id.of.is_empty() || !joined::is_section(section) || host.counter(&id.metric).is_empty()
    };
    let mut found: Vec<SeriesId> =
        host.series.keys().filter(counts).filter(worse).filter(told).cloned().collect();
    found.iter_mut().filter(|id| is_cpu(&id.of)).for_each(|id| id.of.clear());
    found.dedup();
    found
}

fn is_cpu(of: &str) -> bool {
    of.strip_prefix("cpu").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

#[allow(clippy::cast_precision_loss)] // an average needs no more than 2^53
fn average(
    timeline: &Timeline,
    host: &Host,
    id: &SeriesId,
    reading: Reading,
    quote: &dyn Fn(u32, u32) -> String,
) -> Option<SinceBoot> {
    let row = counters::counter(&id.metric).filter(|row| row.worse == Worse::Up)?;
    // a namespace counts from when it was made, which is not the boot
    let own = host.netns.is_empty();
    let (seconds, uptime_basis) = uptime_at(host, reading).filter(|_| own).unzip();
    if reading.value == 0 {
        return None;
    }
    let count = reading.value as f64;
    let share = row.load.and_then(|load| {
        let of_same = SeriesId { metric: load.to_owned(), ..id.clone() };
        let traffic = once(host, &of_same).map(|r| r.value as f64).filter(|n| *n > 0.0)?;
        Some(share_of(count, load, traffic))
    });
    Some(SinceBoot {
        host: host.name.clone(),
        metric: id.metric.clone(),
        of: id.of.clone(),
        title: row.title.to_owned(),
        count: reading.value,
        seconds,
        rate: seconds.map(|seconds| count / seconds),
        share,
        harm: true,
        at_collection: at_collection(timeline, host, id, quote),
        uptime_basis: uptime_basis.unwrap_or_else(|| if own { NO_UPTIME } else { NAMESPACE }.to_owned()),
        exhibit: Exhibit {
            path: timeline.path(reading.artifact).to_owned(),
            line: reading.line,
            text: quote(reading.artifact, reading.line),
            key: true,
            column: None,
        },
    })
}

/// The latest sample of a counter of which no two have different times, so that no rate can be had: of several
/// undated ones the greatest.
fn once(host: &Host, id: &SeriesId) -> Option<Reading> {
    let readings = match host.series.get(id) {
        Some(series) if !id.of.is_empty() => Cow::Borrowed(&series.readings),
        None if !id.of.is_empty() => return None,
        _ => host.counter(&id.metric),
    };
    if readings.is_empty() {
        return of_cpus(host, id);
    }
    let mut dated = readings.dated();
    match (dated.next(), dated.next_back()) {
        // one collection takes seconds: what it says is of one time
        (Some(first), Some(last)) if first.time != last.time => {
            host.is_of_one_collection(&readings).then_some(last)
        }
        (Some(only), _) => Some(only),
        (None, _) => readings.iter().max_by_key(|r| r.value),
    }
}

/// The sum over the CPUs, where each was read at one time only. Line and path are those of the CPU that counted most.
fn of_cpus(host: &Host, id: &SeriesId) -> Option<Reading> {
    let of_cpu = |other: &&SeriesId| other.kind == id.kind && is_cpu(&other.of);
    let of_metric = host.of_metric(&id.metric).map(|(id, _)| id);
    let each: Vec<Reading> = of_metric.filter(of_cpu).map(|id| once(host, id)).collect::<Option<_>>()?;
    let most = *each.iter().max_by_key(|r| (r.value, std::cmp::Reverse(r.line)))?;
    let value = each.iter().filter(|r| r.time == most.time).map(|r| r.value).sum();
    Some(Reading { value, ..most })
}

/// Seconds since boot when the sample was taken: an uptime carried from where it was read, the nearest one
/// first. An undated sample takes an uptime as it stands, for both come from one collection.
#[must_use]
pub fn uptime_at(host: &Host, reading: Reading) -> Option<(f64, String)> {
    let dated = reading.time.0 != UNDATED;
    let away = |u: &Uptime| match u.time {
        Some(t) if dated => reading.time.seconds_since(t).abs(),
        _ => f64::MAX,
    };
    let Some(nearest) =
        host.uptimes.iter().filter(|u| u.seconds > 0.0).min_by(|a, b| away(a).total_cmp(&away(b)))
    else {
        let boot = host.boots.iter().rfind(|boot| dated && **boot < reading.time)?;
        return Some((
            reading.time.seconds_since(*boot),
            "boot dated by kernel stamps in the log".to_owned(),
        ));
    };
    let seconds = match nearest.time {
        Some(t) if dated => nearest.seconds + reading.time.seconds_since(t),
        _ => nearest.seconds,
    };
    (seconds > 0.0).then(|| (seconds, nearest.basis.clone()))
}
