//! Counters that one bundle holds several times: `/proc/net/netstat`, `nstat -zas` and `netstat -s`, seconds apart.

use super::Host;
use super::readings::{Reading, Readings};
use std::collections::BTreeMap;

/// Counters that must tell before a source is doubted.
const TELLING: usize = 3;
/// How much faster than since boot a counter may run while a bundle is collected. Most counters at once do not.
const BURST: f64 = 1000.0;

impl Host {
    /// Readings of a counter in the latest bundle, in time order, if bundles and nothing else read it.
    #[must_use]
    pub fn of_last_collection(&self, readings: &Readings) -> Option<Vec<Reading>> {
        let mut of: BTreeMap<u32, Vec<Reading>> = BTreeMap::new();
        for r in readings.iter() {
            of.entry(*self.collected.get(&r.artifact)?).or_default().push(r);
        }
        let mut last = of.into_values().max_by_key(|all| all.iter().map(|r| r.time).max())?;
        last.retain(|r| !self.disputed.contains_key(&r.artifact));
        last.sort_by_key(|r| (r.time, r.artifact, r.line));
        (!last.is_empty()).then_some(last)
    }

    /// Whether one bundle, and nothing else, read a counter: what lies between its readings is the time that the
    /// collection took.
    #[must_use]
    pub fn is_of_one_collection(&self, readings: &Readings) -> bool {
        let mut numbers = readings.artifact.iter().map(|artifact| self.collected.get(artifact));
        let Some(Some(first)) = numbers.next() else { return false };
        numbers.all(|number| number == Some(first))
    }

    /// Seconds since the boot before an instant, as far as that is known.
    fn up(&self, at: Reading) -> Option<f64> {
        let read = self.uptimes.iter().filter_map(|u| Some(u.seconds + at.time.seconds_since(u.time?)));
        let booted = self.boots.iter().map(|boot| at.time.seconds_since(*boot));
        read.chain(booted).filter(|seconds| *seconds > 0.0).min_by(f64::total_cmp)
    }
}

/// Sources in one bundle that contradict each other, and for each the one that is kept: most counters that differ
/// fell from one to the next, or grew as no counter does, as those of two network namespaces do.
pub(super) fn contradictions(host: &Host) -> BTreeMap<u32, u32> {
    // for each pair of sources: counters that contradict each other, and counters that differ
    let mut pairs: BTreeMap<(u32, u32), (usize, usize)> = BTreeMap::new();
    for (_, series) in host.series.iter().filter(|(id, _)| id.kind.is_since_boot()) {
        let mut read: Vec<Reading> = series.readings.dated().collect();
        read.retain(|r| host.collected.contains_key(&r.artifact));
        read.sort_by_key(|r| (r.time, r.artifact));
        let bundle = |r: &Reading| host.collected.get(&r.artifact).copied();
        for (i, a) in read.iter().enumerate() {
            let same = |b: &&Reading| b.artifact != a.artifact && bundle(b) == bundle(a);
            for b in read[i + 1..].iter().filter(same).filter(|b| b.value != a.value) {
                let pair = (a.artifact.min(b.artifact), a.artifact.max(b.artifact));
                let (wrong, all) = pairs.entry(pair).or_default();
                (*wrong, *all) = (*wrong + usize::from(impossible(host, *a, *b)), *all + 1);
            }
        }
    }
    pairs.retain(|_, (wrong, all)| *all >= TELLING && *wrong * 2 > *all);
    let mut against: BTreeMap<u32, usize> = BTreeMap::new();
    for (a, b) in pairs.keys() {
        *against.entry(*a).or_default() += 1;
        *against.entry(*b).or_default() += 1;
    }
    let mut found = BTreeMap::new();
    for (a, b) in pairs.into_keys() {
        if !found.contains_key(&a) && !found.contains_key(&b) {
            // the one that more sources contradict
            let (less, more) = if against[&a] > against[&b] { (a, b) } else { (b, a) };
            found.insert(less, more);
        }
    }
    found
}

/// Whether a counter cannot have gone from `a` to `b`.
#[allow(clippy::cast_precision_loss)] // a bound
fn impossible(host: &Host, a: Reading, b: Reading) -> bool {
    let seconds = b.time.seconds_since(a.time).max(1.0);
    let Some(grown) = b.value.checked_sub(a.value) else {
        // of two reads at once either may be the first
        return a.time != b.time;
    };
    let average = host.up(b).map(|up| b.value as f64 / up.max(seconds));
    average.is_some_and(|average| grown as f64 > 1000.0 + BURST * average * seconds)
}

#[cfg(test)]
mod tests {
    use super::contradictions;
    use crate::model::fact::SeriesId;
    use crate::model::time::Time;
    use crate::timeline::readings::{Reading, Readings};
    use crate::timeline::{Host, Series};

    /// Sources by their order in one bundle, a second apart, of a host that booted a day before.
    fn host(counters: &[[u64; 3]]) -> Host {
        let mut host = Host { boots: vec![Time::from_secs(0)], ..Host::default() };
        for (i, values) in counters.iter().enumerate() {
            let mut readings = Readings::default();
            for (artifact, value) in (0_u32..).zip(values) {
                let time = Time::from_secs(86_400 + i64::from(artifact));
                readings.push(Reading { time, value: *value, artifact, line: 1 });
                host.collected.insert(artifact, 0);
            }
            let series = Series { clock: String::new(), readings };
            host.series.insert(SeriesId::counter(&format!("Tcp.{i}")), series);
        }
        host
    }

    #[test]
    fn growth_is_no_dispute() {
        let host = host(&[[900_000, 900_400, 901_000], [7, 7, 8], [50_000, 50_001, 50_001], [0, 1, 3]]);
        assert!(contradictions(&host).is_empty());
    }

    #[test]
    fn another_namespace_is_disputed_wherever_it_stands() {
        for at in 0..3 {
            let mut values = [[900_000, 900_400, 901_000], [7000, 7001, 7008], [50_000, 50_001, 50_001]];
            for of in &mut values {
                of[at] = 3;
            }
            let found = contradictions(&host(&values));
            assert_eq!(found.keys().copied().collect::<Vec<_>>(), [u32::try_from(at).unwrap()]);
        }
    }
}
