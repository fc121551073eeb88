//! What Prometheus stores and its exporters show: the answer to a range query, and the text of `/metrics`.

pub mod exposition;
mod names;
pub mod range;

use super::intern::Intern;
use super::moment::{Moments, Zone};
use crate::model::fact::{Clue, Facts, Kind};
use names::Meaning;

/// Samples by kind, with the labels that say whose they are.
struct Samples {
    counters: Intern,
    wrapping: Intern,
    gauges: Intern,
    moments: Moments,
    /// The first instance met: one file is one host's.
    instance: Option<String>,
}

impl Default for Samples {
    fn default() -> Self {
        Self {
            counters: Intern::new(Kind::Counter),
            wrapping: Intern::new(Kind::Counter32),
            gauges: Intern::new(Kind::Gauge),
            moments: Moments::new(Zone::Utc),
            instance: None,
        }
    }
}

impl Samples {
    /// What a series is. Its own name stays where another host's series has the translated one already.
    fn meaning(
        &mut self,
        name: &str,
        labels: &[(String, String)],
        counts: bool,
        facts: &mut Facts,
    ) -> Meaning {
        let instance = labels.iter().find(|(key, _)| key == "instance").map(|(_, value)| value.as_str());
        if let (None, Some(instance)) = (&self.instance, instance) {
            self.instance = Some(instance.to_owned());
            let host = instance.rsplit_once(':').map_or(instance, |(host, _)| host);
            let named = host.contains(|c: char| c.is_ascii_alphabetic())
                && !host.contains(':')
                && host != "localhost";
            if named {
                facts.clues.push(Clue::Host { name: host.to_owned(), line: 1 });
            }
        }
        let ours = instance.is_none_or(|instance| self.instance.as_deref() == Some(instance));
        let known = if ours { names::known(name, labels) } else { None };
        known.unwrap_or_else(|| names::unknown(name, labels, counts))
    }

    /// One sample, where there is a number at all: NaN marks a series that ended, and `+Inf` nothing.
    fn push(&mut self, meaning: &Meaning, value: f64, capture: u32, line: u32, facts: &mut Facts) {
        if !value.is_finite() {
            return;
        }
        let scaled = value * meaning.scale;
        let (key, bits) = match whole(scaled).filter(|_| meaning.kind.is_exact()) {
            Some(count) if meaning.kind == Kind::Counter32 => {
                (self.wrapping.key(&meaning.metric, &meaning.of, line, facts), count)
            }
            Some(count) => (self.counters.key(&meaning.metric, &meaning.of, line, facts), count),
            None => (self.gauges.key(&meaning.metric, &meaning.of, line, facts), scaled.to_bits()),
        };
        if let Some(key) = key {
            facts.samples.push(key, capture, line, bits);
        }
    }
}

/// A float that counts: exact up to 2^53, where Prometheus itself stops counting by one.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked just before
fn whole(value: f64) -> Option<u64> {
    let rounded = value.round();
    ((value - rounded).abs() < 1e-3 && (0.0..18e18).contains(&rounded)).then_some(rounded as u64)
}
