//! [`Intern`]: names to indexes into [`Facts::keys`], without a copy of names that were met before.

use crate::model::fact::{Facts, Kind, SeriesId};
use hashbrown::HashMap;

/// Series of one kind that a reader has met. Kept as long as the [`Facts`] and never used with others.
#[derive(Debug)]
pub struct Intern {
    kind: Kind,
    metrics: HashMap<String, HashMap<String, u32>>,
}

impl Intern {
    /// For series of one kind.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { kind, metrics: HashMap::new() }
    }

    /// Index of a series into `facts.keys`.
    pub fn key(&mut self, metric: &str, of: &str, facts: &mut Facts) -> u32 {
        if !self.metrics.contains_key(metric) {
            self.metrics.insert(metric.to_owned(), HashMap::new());
        }
        let known = self.metrics.get_mut(metric).and_then(|ofs| ofs.get(of).copied());
        known.unwrap_or_else(|| {
            facts.keys.push(SeriesId { metric: metric.to_owned(), of: of.to_owned(), kind: self.kind });
            let at = u32::try_from(facts.keys.len() - 1).unwrap_or(u32::MAX);
            self.metrics.entry_ref(metric).or_default().insert(of.to_owned(), at);
            at
        })
    }

    /// Appends a sample of a counter or of a delta to the capture that facts read now belong to.
    pub fn count(&mut self, metric: &str, of: &str, value: u64, line: u32, facts: &mut Facts) {
        let (key, capture) = (self.key(metric, of, facts), facts.capture());
        facts.samples.push(key, capture, line, value);
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
}
