//! [`Intern`]: names to indexes into [`Facts::keys`], without a copy of names that were met before.

use crate::model::fact::{Facts, Kind, SeriesId};
use hashbrown::HashMap;

/// Series of one kind that a reader has met. Kept as long as the [`Facts`] and never used with others.
#[derive(Debug)]
pub struct Intern {
    kind: Kind,
    metrics: HashMap<String, HashMap<String, u32>>,
    /// Whether it was said that there are too many.
    full: bool,
}

/// How many `of`s a metric has in one artifact: devices, CPUs, label sets. What a file makes up without end would
/// cost many times its size.
const MOST: usize = 20_000;

const FULL: &str = "more than 20,000 devices, CPUs or label sets: the rest is left out";

impl Intern {
    /// For series of one kind.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { kind, metrics: HashMap::new(), full: false }
    }

    /// Index of a series into `facts.keys`. None where the metric has too many; the first of these is a reject.
    pub fn key(&mut self, metric: &str, of: &str, line: u32, facts: &mut Facts) -> Option<u32> {
        let ofs = self.metrics.entry_ref(metric).or_default();
        if let Some(at) = ofs.get(of) {
            return Some(*at);
        }
        if ofs.len() >= MOST {
            self.reject(line, facts);
            return None;
        }
        let at = u32::try_from(facts.keys.len()).ok()?;
        ofs.insert(of.to_owned(), at);
        facts.keys.push(SeriesId { metric: metric.to_owned(), of: of.to_owned(), kind: self.kind });
        Some(at)
    }

    /// Once for all kinds of series, as one table has several.
    fn reject(&mut self, line: u32, facts: &mut Facts) {
        if !self.full && !facts.rejects.kept.iter().any(|reject| reject.why == FULL) {
            facts.rejects.push(line, FULL);
        }
        self.full = true;
    }

    /// Appends a sample of a counter or of a delta to the capture that facts read now belong to.
    pub fn count(&mut self, metric: &str, of: &str, value: u64, line: u32, facts: &mut Facts) {
        let capture = facts.capture();
        if let Some(key) = self.key(metric, of, line, facts) {
            facts.samples.push(key, capture, line, value);
        }
    }

    /// As [`Intern::count`], of a gauge or a rate.
    pub fn measure(&mut self, metric: &str, of: &str, value: f64, line: u32, facts: &mut Facts) {
        self.count(metric, of, value.to_bits(), line, facts);
    }
}

#[cfg(test)]
mod tests {
    use super::Intern;
    use crate::model::fact::{Facts, Kind};

    #[test]
    fn a_name_is_kept_once_for_each_kind() {
        let mut facts = Facts::default();
        let (mut counters, mut rates) = (Intern::new(Kind::Counter), Intern::new(Kind::Rate));
        counters.count("dev.rx_bytes", "eth0", 5, 1, &mut facts);
        counters.count("dev.rx_bytes", "eth1", 5, 2, &mut facts);
        counters.count("dev.rx_bytes", "eth0", 6, 3, &mut facts);
        rates.measure("dev.rx_bytes", "eth0", 0.5, 4, &mut facts);
        assert_eq!(facts.samples.key, [0, 1, 0, 2]);
        assert_eq!(facts.keys.len(), 3);
    }

    #[test]
    fn devices_without_end_are_left_out_with_one_word() {
        let mut facts = Facts::default();
        let (mut counters, mut gauges) = (Intern::new(Kind::Counter), Intern::new(Kind::Gauge));
        for (line, n) in (1..).zip(0..20_005) {
            counters.count("dev.rx_bytes", &format!("eth{n}"), 5, line, &mut facts);
            gauges.measure("dev.mtu", &format!("eth{n}"), 5.0, line, &mut facts);
        }
        assert_eq!((facts.keys.len(), facts.samples.key.len()), (40_000, 40_000));
        assert_eq!((facts.rejects.count, facts.rejects.kept[0].line), (1, 20_001));
        counters.count("dev.rx_bytes", "eth3", 6, 1, &mut facts);
        counters.count("dev.tx_bytes", "eth20004", 6, 1, &mut facts);
        assert_eq!(facts.samples.key.len(), 40_002, "what is known goes on");
    }
}
