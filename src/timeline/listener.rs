//! Accept queues with their limits.

use super::Host;
use super::readings::{Reading, Readings, UNDATED};
use crate::model::fact::SeriesId;

/// One look at a listening socket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backlog {
    /// When and where it was read.
    pub at: Reading,
    /// Connections that wait to be accepted.
    pub queue: f64,
    /// How many may wait; the kernel lets one more in.
    pub limit: f64,
}

impl Host {
    /// Every listener, by address, with the samples of which the limit is known: that of the same line, else one
    /// of the same instant. `netstat` and `/proc/net/tcp` print none.
    pub fn listeners(&self) -> impl Iterator<Item = (&str, Vec<Backlog>)> {
        self.gauges("listener.queue").filter_map(|(of, queue)| {
            let limits = &self.series.get(&SeriesId::gauge("listener.limit", of))?.readings;
            let sample = |at: Reading| {
                let limit = f64::from_bits(limit_of(limits, at)?);
                Some(Backlog { at, queue: f64::from_bits(at.value), limit })
            };
            let mut samples: Vec<Backlog> = queue.readings.iter().filter_map(sample).collect();
            // several tools at one instant are one look: the longest queue that any of them saw
            samples.dedup_by(|later, kept| {
                let same = later.at.time == kept.at.time && later.at.time.0 != UNDATED;
                if same && later.queue > kept.queue {
                    *kept = *later;
                }
                same
            });
            (!samples.is_empty()).then_some((of, samples))
        })
    }

    /// Every listener, by address, with the samples of which no limit is known.
    pub fn unlimited(&self) -> impl Iterator<Item = (&str, Vec<Reading>)> {
        self.gauges("listener.queue").map(|(of, queue)| {
            let limits = self.series.get(&SeriesId::gauge("listener.limit", of)).map(|s| &s.readings);
            let limited = |at: &Reading| limits.is_some_and(|limits| limit_of(limits, *at).is_some());
            (of, queue.readings.iter().filter(|at| !limited(at)).collect())
        })
    }
}

fn limit_of(limits: &Readings, at: Reading) -> Option<u64> {
    let from = limits.time.partition_point(|t| *t < at.time.0);
    let same_time = from..limits.time.partition_point(|t| *t <= at.time.0);
    let same_line = |i: &usize| limits.artifact[*i] == at.artifact && limits.line[*i] == at.line;
    let found = same_time.clone().find(same_line).or_else(|| same_time.clone().next())?;
    Some(limits.value[found])
}

#[cfg(test)]
mod tests {
    use super::Backlog;
    use crate::model::fact::SeriesId;
    use crate::model::time::Time;
    use crate::timeline::readings::{Reading, Readings};
    use crate::timeline::{Host, Series};

    fn series(samples: &[(i64, u32, u32, f64)]) -> Series {
        let mut readings = Readings::default();
        for &(seconds, artifact, line, value) in samples {
            readings.push(Reading { time: Time::from_secs(seconds), value: value.to_bits(), artifact, line });
        }
        Series { clock: String::new(), readings }
    }

    #[test]
    fn a_queue_without_a_limit_takes_none_of_another_time() {
        let mut host = Host::default();
        let queue = [(1, 0, 3, 5.0), (2, 1, 9, 6.0), (3, 0, 7, 7.0), (3, 1, 9, 8.0)];
        host.series.insert(SeriesId::gauge("listener.queue", "*:80"), series(&queue));
        let limit = [(1, 0, 3, 128.0), (3, 0, 7, 511.0)];
        host.series.insert(SeriesId::gauge("listener.limit", "*:80"), series(&limit));
        let found: Vec<(&str, Vec<Backlog>)> = host.listeners().collect();
        let pairs: Vec<(f64, f64)> = found[0].1.iter().map(|b| (b.queue, b.limit)).collect();
        assert_eq!(pairs, [(5.0, 128.0), (8.0, 511.0)]);
    }
}
