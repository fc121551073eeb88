//! What a host's facts say when they are put together: counters with their zeros, increments with their
//! restarts, settings in force.

use super::hosts::NAMESAKE;
use super::readings::{
    Interval, Reading, Readings, UNDATED, fill_in, intervals, refine, subtracted, summed, wrapping,
};
use super::{Host, Observed, Restart, Series, collection, sources};
use crate::catalogue::events;
use crate::model::fact::{Kind, Layer, SeriesId};
use crate::model::report::Window;
use crate::model::time::Time;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Between a machine's name and that of one of its network namespaces.
pub(super) const NETNS: &str = " netns ";

impl Host {
    /// The name of the machine, which its namespaces share.
    #[must_use]
    pub fn machine(&self) -> &str {
        let name = self.name.strip_suffix(&self.netns).filter(|_| !self.netns.is_empty());
        name.and_then(|name| name.strip_suffix(NETNS)).unwrap_or(&self.name)
    }

    /// The name of the machine, which others with other machine-ids may share.
    #[must_use]
    pub fn shared_name(&self) -> &str {
        self.machine().split(NAMESAKE).next().unwrap_or_default()
    }

    /// Samples of a counter, a zero for every capture that printed its section and left it out. Empty
    /// when neither it nor its section was ever printed: then nothing is known, not even zero.
    /// `a+b` is the sum of two counters, at the instants at which both were read.
    #[must_use]
    pub fn counter(&self, metric: &str) -> Cow<'_, Readings> {
        if let Some((a, b)) = metric.split_once('+') {
            return Cow::Owned(self.counter(a).plus(&self.counter(b)));
        }
        let mut readings = match self.series.get(&SeriesId::counter(metric)) {
            Some(series) => Cow::Borrowed(&series.readings),
            None => Cow::Owned(Readings::default()),
        };
        let section = metric.split_once('.').and_then(|(section, _)| self.sections.get(section));
        let left_out: Vec<Reading> = section.map(|printed| readings.left_out(printed)).unwrap_or_default();
        if !left_out.is_empty() {
            let with_zeros = readings.to_mut();
            for at in left_out {
                with_zeros.push(Reading { value: 0, ..at });
            }
            with_zeros.sort();
        }
        self.of_one_source(readings)
    }

    /// Increments of a counter, cut where the counters of the host restarted. Where there is one for each CPU or
    /// device, their sum. What sar or `nstat` say of the same counter fills the spans that no two readings of the
    /// counter itself cover.
    #[must_use]
    pub fn increments(&self, metric: &str) -> Vec<Interval> {
        let mut found = self.cut(intervals(self.counter(metric).dated()));
        if found.is_empty() {
            let each = self.of_metric(metric).filter(|(id, _)| id.kind.is_since_boot() && !id.of.is_empty());
            found = summed(each.map(|(id, _)| self.increments_of(id)));
        }
        for kind in [Kind::Rate, Kind::Delta] {
            let each = self.of_metric(metric).filter(|(id, _)| id.kind == kind);
            let more = summed(each.map(|(id, _)| self.increments_of(id)));
            refine(&mut found, &more);
            fill_in(&mut found, more);
        }
        found
    }

    /// Whether anything counted a metric, for the host as a whole or for one of its devices or CPUs.
    #[must_use]
    pub fn counts(&self, metric: &str) -> bool {
        !self.counter(metric).is_empty() || self.of_metric(metric).any(|(id, _)| id.kind != Kind::Gauge)
    }

    /// Increments of one series that counts events, whatever its kind; none of a gauge.
    #[must_use]
    pub fn increments_of(&self, id: &SeriesId) -> Vec<Interval> {
        let Some(series) = self.series.get(id) else { return Vec::new() };
        let readings = self.of_one_source(Cow::Borrowed(&series.readings));
        let dated = || readings.dated();
        match id.kind {
            Kind::Counter if id.of.is_empty() => self.cut(intervals(self.counter(&id.metric).dated())),
            Kind::Counter => self.cut(intervals(dated())),
            Kind::Counter32 => self.cut(wrapping(dated())),
            Kind::Delta => subtracted(dated(), |r, _| Some(Kind::Delta.number(r.value))),
            Kind::Rate => subtracted(dated(), |r, seconds| {
                Some(f64::from_bits(r.value) * seconds).filter(|count| count.is_finite())
            }),
            Kind::Gauge => Vec::new(),
        }
    }

    /// Takes the count from intervals in which the counters of the host restarted.
    fn cut(&self, mut found: Vec<Interval>) -> Vec<Interval> {
        for interval in &mut found {
            if self.restarts.iter().any(|r| interval.from < r.again && r.last < interval.to) {
                interval.count = None;
            }
        }
        found
    }

    /// All series of one metric.
    pub fn of_metric(&self, metric: &str) -> impl Iterator<Item = (&SeriesId, &Series)> {
        let metric = metric.to_owned();
        self.series.range(SeriesId::counter(&metric)..).take_while(move |(id, _)| id.metric == metric)
    }

    /// All gauges of one metric, by what they are of.
    pub fn gauges(&self, metric: &str) -> impl Iterator<Item = (&str, &Series)> {
        let gauges = self.of_metric(metric).filter(|(id, _)| id.kind == Kind::Gauge);
        gauges.map(|(id, series)| (id.of.as_str(), series))
    }

    /// The value of a setting in the running kernel at an instant: the last one read until then, else the
    /// first one read after it. What a file says does not count.
    #[must_use]
    pub fn running(&self, key: &str, at: Option<Time>) -> Option<&Observed> {
        let seen = self.settings.get(key)?;
        let runtime = |o: &&Observed| o.layer == Layer::Runtime;
        seen.iter().rfind(|o| runtime(o) && o.time <= at).or_else(|| seen.iter().find(runtime))
    }

    /// The logs that would have shown an event of a kind.
    #[must_use]
    pub fn logs_of(&self, kind: &str) -> &[Window] {
        let kernel = events::event(kind).is_none_or(|row| row.source == events::Source::Kernel);
        if kernel { &self.kernel_logs } else { &self.logs }
    }

    /// Whether anything at all is known of the host.
    pub(super) fn is_known(&self) -> bool {
        !(self.series.is_empty()
            && self.settings.is_empty()
            && self.events.is_empty()
            && self.actions.is_empty()
            && self.logs.is_empty())
    }

    /// Finds restarts and disputed sources; once, when everything is filed and sorted.
    pub(super) fn survey(&mut self) {
        self.disputed = sources::disputed(self);
        self.disputed.extend(collection::contradictions(self));
        self.restarts = restarts(self);
    }
}

/// Boots that lie between two samples, and intervals in which the counters of the host fell together.
fn restarts(host: &Host) -> Vec<Restart> {
    let samples: Vec<Cow<'_, Readings>> = host
        .series
        .iter()
        .filter(|(id, _)| id.kind == Kind::Counter && id.of.is_empty())
        .map(|(id, _)| host.counter(&id.metric))
        .collect();
    let mut fell: BTreeMap<(Time, Time), usize> = BTreeMap::new();
    for interval in samples.iter().flat_map(|readings| readings.falls()) {
        *fell.entry(interval).or_default() += 1;
    }
    let could = |from: Time, to: Time| samples.iter().filter(|readings| counts(readings, from, to)).count();
    // One counter alone that falls is a driver's or a module's reset. A restart takes most of them along.
    let mut found: Vec<Restart> = fell
        .iter()
        .filter(|((from, to), n)| **n * 2 > could(*from, *to))
        .map(|((last, again), _)| Restart { last: *last, again: *again, boot: None, ids: None })
        .collect();
    for &boot in &host.boots {
        // `uptime` cuts the minute off
        let near = |r: &Restart| boot >= r.last.plus_seconds(-60.0) && boot <= r.again.plus_seconds(60.0);
        if let Some(restart) = found.iter_mut().find(|r| near(r)) {
            restart.boot = Some(boot);
        } else if let Some((last, again)) = around(&samples, boot) {
            found.push(Restart { last, again, boot: Some(boot), ids: None });
        }
    }
    for [before, after] in other_boots(host) {
        let ids = Some([(before.artifact, before.line), (after.artifact, after.line)]);
        let Some((from, to)) = before.time.zip(after.time) else { continue };
        match found.iter_mut().find(|r| r.last <= to && from <= r.again) {
            Some(known) => known.ids = ids,
            None => found.extend(pause(&samples, from, to).map(|(last, again)| Restart {
                last,
                again,
                boot: None,
                ids,
            })),
        }
    }
    found.sort_by_key(|r| (r.last, r.again));
    found.dedup_by(|later, first| later.last < first.again);
    found
}

/// Readings between which the kernel's `boot_id` became another one.
fn other_boots(host: &Host) -> Vec<[&Observed; 2]> {
    let seen = host.settings.get("kernel.random.boot_id").into_iter().flatten();
    let dated: Vec<&Observed> = seen.filter(|o| o.layer == Layer::Runtime && o.time.is_some()).collect();
    let pairs = dated.windows(2).map(|pair| [pair[0], pair[1]]);
    pairs.filter(|[before, after]| before.value != after.value).collect()
}

/// The longest time between two instants at which no counter was read: bundles of two boots read theirs shortly before
/// and after the ids.
fn pause(samples: &[Cow<'_, Readings>], from: Time, to: Time) -> Option<(Time, Time)> {
    let mut times: Vec<i64> = samples.iter().flat_map(|readings| readings.time.iter().copied()).collect();
    times.retain(|t| (from.0..=to.0).contains(t));
    times.extend([from.0, to.0]);
    times.sort_unstable();
    let longest = times.windows(2).max_by_key(|pair| pair[1] - pair[0])?;
    Some((Time(longest[0]), Time(longest[1])))
}

/// Whether a counter was above zero before an interval and read again at its end.
fn counts(readings: &Readings, from: Time, to: Time) -> bool {
    let at = |t: Time| readings.time.binary_search(&t.0).ok().map(|i| readings.value[i]);
    at(from).is_some_and(|before| before > 0) && at(to).is_some()
}

/// The last sample before and the first after an instant.
fn around(samples: &[Cow<'_, Readings>], at: Time) -> Option<(Time, Time)> {
    let split = |readings: &Readings| readings.time.partition_point(|t| *t < at.0);
    let before = |readings: &Cow<'_, Readings>| {
        let i = split(readings).checked_sub(1)?;
        Some(Time(readings.time[i])).filter(|t| t.0 != UNDATED)
    };
    let after = |readings: &Cow<'_, Readings>| readings.time.get(split(readings)).map(|t| Time(*t));
    Some((samples.iter().filter_map(before).max()?, samples.iter().filter_map(after).min()?))
}
