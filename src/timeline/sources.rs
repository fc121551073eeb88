//! Sources of one counter: which of them is believed where several speak of the same time.

use super::Host;
use super::readings::{Reading, Readings, UNDATED};
use crate::model::time::Time;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Commands of one collection run one after the other, behind one stamp.
const SKEW: f64 = 5.0;

/// Sources of the same counters at the same time that contradict each other in most of them, as when dumps of two
/// network namespaces lie in one folder. The one with fewer samples is set aside; the value is the one that is kept.
pub(super) fn disputed(host: &Host) -> BTreeMap<u32, u32> {
    // for each pair of sources: counters in which they contradict each other, and in which they could
    let mut pairs: BTreeMap<(u32, u32), (usize, usize)> = BTreeMap::new();
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    for (_, series) in host.series.iter().filter(|(id, _)| id.kind.is_since_boot()) {
        for [(a, in_a), (b, in_b)] in overlapping(&series.readings) {
            if let Some(outside) = contradict(&in_a, &in_b) {
                let (wrong, all) = pairs.entry((a, b)).or_default();
                (*wrong, *all) = (*wrong + usize::from(outside), *all + 1);
                *sizes.entry(a).or_default() += in_a.len();
                *sizes.entry(b).or_default() += in_b.len();
            }
        }
    }
    let mut found = BTreeMap::new();
    for ((a, b), _) in pairs.into_iter().filter(|(_, (wrong, all))| wrong * 2 > *all) {
        if !found.contains_key(&a) && !found.contains_key(&b) {
            let (less, more) = if sizes[&b] > sizes[&a] { (a, b) } else { (b, a) };
            found.insert(less, more);
        }
    }
    found
}

type Source = (u32, Vec<Reading>);

/// Pairs of sources of one series whose spans overlap, each with two samples or more; the smaller index first.
fn overlapping(readings: &Readings) -> Vec<[Source; 2]> {
    if readings.artifact.windows(2).all(|pair| pair[0] == pair[1]) {
        return Vec::new();
    }
    let mut of: BTreeMap<u32, Vec<Reading>> = BTreeMap::new();
    readings.dated().for_each(|r| of.entry(r.artifact).or_default().push(r));
    let mut sources: Vec<Source> = of.into_iter().filter(|(_, samples)| samples.len() > 1).collect();
    sources.sort_by_key(|(artifact, samples)| (samples[0].time, *artifact));
    let mut found = Vec::new();
    for (i, a) in sources.iter().enumerate() {
        let last = a.1[a.1.len() - 1].time;
        for b in sources[i + 1..].iter().take_while(|b| b.1[0].time <= last) {
            let mut pair = [a.clone(), b.clone()];
            pair.sort_by_key(|(artifact, _)| *artifact);
            found.push(pair);
        }
    }
    found
}

/// Whether most samples of one lie outside what the other says of shortly before and shortly after; `None` where
/// no sample can be held against the other source.
fn contradict(a: &[Reading], b: &[Reading]) -> Option<bool> {
    let (mut held, mut outside) = (0_usize, 0_usize);
    for (these, those) in [(a, b), (b, a)] {
        for r in these {
            let before = those.partition_point(|o| o.time <= r.time.plus_seconds(-SKEW)).checked_sub(1);
            let after = those.partition_point(|o| o.time < r.time.plus_seconds(SKEW));
            let around = before.map(|i| those[i].value).zip(those.get(after).map(|o| o.value));
            // where the other one fell, it began again in between
            if let Some((before, after)) = around.filter(|(before, after)| before <= after) {
                let within = before <= r.value && r.value <= after;
                (held, outside) = (held + usize::from(within), outside + usize::from(!within));
            }
        }
    }
    (held + outside > 0).then_some(outside > held)
}

impl Host {
    /// Readings without those of disputed sources, and of sources that overlap only those of the one with most
    /// samples: two tools that read one counter in turn are seconds apart from what their stamps say, and their
    /// samples mixed would seem to fall.
    pub(super) fn of_one_source<'a>(&self, readings: Cow<'a, Readings>) -> Cow<'a, Readings> {
        if readings.artifact.windows(2).all(|pair| pair[0] == pair[1]) && self.disputed.is_empty() {
            return readings;
        }
        let taken = Taken::of(readings.dated().filter(|r| !self.disputed.contains_key(&r.artifact)));
        let wanted = |r: &Reading| {
            !self.disputed.contains_key(&r.artifact)
                && (r.time.0 == UNDATED || taken.is_free(r.artifact, r.time.0))
        };
        let mut kept = Readings::default();
        readings.iter().filter(wanted).for_each(|r| kept.push(r));
        Cow::Owned(kept)
    }
}

/// Spans that belong to one source each, by their beginning: end and artifact.
#[derive(Default)]
struct Taken(BTreeMap<i64, (i64, u32)>);

impl Taken {
    /// The sources with most samples first.
    fn of(readings: impl Iterator<Item = Reading>) -> Self {
        let mut sources: BTreeMap<u32, (usize, i64, i64)> = BTreeMap::new();
        for r in readings {
            let (n, first, last) = sources.entry(r.artifact).or_insert((0, r.time.0, r.time.0));
            (*n, *first, *last) = (*n + 1, (*first).min(r.time.0), (*last).max(r.time.0));
        }
        let mut by_size: Vec<(u32, (usize, i64, i64))> = sources.into_iter().collect();
        by_size.sort_by_key(|(artifact, (n, ..))| (std::cmp::Reverse(*n), *artifact));
        let mut taken = Self::default();
        for (artifact, (_, first, last)) in by_size {
            if taken.is_free(artifact, first) && taken.0.range(first..=last).next().is_none() {
                taken.0.insert(first, (last, artifact));
            }
        }
        taken
    }

    /// Whether no other source has the time, or a time so close that their order is not known.
    fn is_free(&self, artifact: u32, time: i64) -> bool {
        let near = Time(time).plus_seconds(-SKEW).0..=Time(time).plus_seconds(SKEW).0;
        let before = self.0.range(..near.start()).next_back();
        let begun = before.is_none_or(|(_, (end, owner))| *owner == artifact || near.start() > end);
        begun && self.0.range(near).all(|(_, (_, owner))| *owner == artifact)
    }
}

#[cfg(test)]
mod tests {
    use super::disputed;
    use crate::model::fact::SeriesId;
    use crate::model::time::Time;
    use crate::timeline::readings::{Reading, Readings};
    use crate::timeline::{Host, Series};

    fn host(metric: &str, samples: &[(i64, u32, u64)]) -> Host {
        let mut readings = Readings::default();
        for &(seconds, artifact, value) in samples {
            readings.push(Reading { time: Time::from_secs(seconds), value, artifact, line: 1 });
        }
        readings.sort();
        let mut host = Host::default();
        host.series.insert(SeriesId::counter(metric), Series { clock: String::new(), readings });
        host
    }

    #[test]
    fn two_tools_a_second_apart_are_no_restart_and_no_dispute() {
        // the second source's stamps are a second early: mixed, every second step would fall
        let mut samples = Vec::new();
        for i in 0..10 {
            samples.push((10 * i, 0, 100 * u64::try_from(i).unwrap()));
            samples.push((10 * i - 1, 1, 100 * u64::try_from(i).unwrap() + 5));
        }
        let host = host("Tcp.InSegs", &samples);
        assert!(disputed(&host).is_empty());
        let steps = host.increments("Tcp.InSegs");
        assert_eq!(steps.len(), 9);
        assert!(steps.iter().all(|i| i.count == Some(100.0)), "{steps:?}");
    }

    #[test]
    fn another_namespace_is_disputed() {
        let samples: Vec<(i64, u32, u64)> = (0..10_i64)
            .flat_map(|i| [(10 * i, 0, 1_000 + 10 * i.unsigned_abs()), (10 * i + 1, 1, 3)])
            .collect();
        assert_eq!(disputed(&host("Tcp.InSegs", &samples)).len(), 1);
    }

    #[test]
    fn sources_that_follow_each_other_are_one_series() {
        let samples: Vec<(i64, u32, u64)> =
            (0..10_i64).map(|i| (10 * i, u32::from(i >= 5), 7 * i.unsigned_abs())).collect();
        assert_eq!(host("Tcp.InSegs", &samples).increments("Tcp.InSegs").len(), 9);
    }
}
