//! What Prometheus stores and its exporters show: the answer to a range query, and the text of `/metrics`.

pub mod exposition;
mod names;
pub mod range;
mod whose;

use super::intern::Intern;
use super::moment::{Moments, Zone};
use crate::model::fact::{Capture, Clue, Facts, Kind};
use hashbrown::HashMap;
use names::Meaning;
use whose::Whose;

/// Samples of one text: of one host, or of several and of nobody.
struct Samples {
    format: &'static str,
    /// Of the host whose the text is, or of nobody.
    own: Columns,
    /// Of each of several hosts, in the order of `Facts::others`.
    others: Vec<Columns>,
    /// Which of these a host's are.
    index: HashMap<String, usize>,
    whose: Whose,
}

/// Samples of one host, by kind.
struct Columns {
    counters: Intern,
    wrapping: Intern,
    gauges: Intern,
    moments: Moments,
}

/// A series and whose it is.
struct Series {
    meaning: Meaning,
    /// Index into `Facts::others`.
    other: Option<usize>,
}

/// One sample of a series.
#[derive(Clone, Copy)]
struct Sample {
    value: f64,
    /// Microseconds since 1970; `None` for the time of the capture that the text lies in.
    at: Option<i64>,
    line: u32,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            counters: Intern::new(Kind::Counter),
            wrapping: Intern::new(Kind::Counter32),
            gauges: Intern::new(Kind::Gauge),
            moments: Moments::new(Zone::Utc),
        }
    }
}

const TOO_MANY: &str = "more than 1,000 instances: series of the rest are not given to their hosts";

impl Samples {
    fn new(format: &'static str) -> Self {
        Self {
            format,
            own: Columns::default(),
            others: Vec::new(),
            index: HashMap::new(),
            whose: Whose::Unread,
        }
    }

    /// Looks through a whole text for instances, once.
    fn look(&mut self, text: &[u8], line: u32, facts: &mut Facts) {
        if self.whose != Whose::Unread {
            return;
        }
        self.whose = whose::whose(text);
        match &self.whose {
            Whose::One(Some(name)) => facts.clues.push(Clue::Host { name: name.clone(), line }),
            Whose::Several(hosts) if hosts.too_many => facts.notes.push(line, TOO_MANY),
            _ => {}
        }
    }

    /// What a series is: the kernel's name for it where its host is known, else its own, with its instance.
    fn series(
        &mut self,
        name: &str,
        labels: &[(String, String)],
        counts: bool,
        line: u32,
        facts: &mut Facts,
    ) -> Series {
        let own = || names::unknown(name, labels, counts);
        let known = names::known(name, labels);
        let Whose::Several(hosts) = &self.whose else {
            return Series { meaning: known.unwrap_or_else(own), other: None };
        };
        let instance = labels.iter().find(|(key, _)| key == "instance").map(|(_, value)| value.as_str());
        if let Some(host) = instance.and_then(|instance| hosts.host(instance)) {
            let known_host = self.index.get(host).copied();
            let other = known_host.unwrap_or_else(|| {
                self.index.insert(host.to_owned(), facts.others.len());
                self.others.push(Columns::default());
                facts.others.push(Facts {
                    formats: vec![self.format],
                    clues: vec![Clue::Host { name: host.to_owned(), line }],
                    ..Facts::default()
                });
                facts.others.len() - 1
            });
            return Series { meaning: known.unwrap_or_else(own), other: Some(other) };
        }
        let meaning = match known {
            // it moves as the kernel's does, whatever its name; of another unit it is another number
            Some(known) if (known.scale - 1.0).abs() < f64::EPSILON => Meaning { kind: known.kind, ..own() },
            _ => own(),
        };
        Series { meaning, other: None }
    }

    /// One sample, where there is a number at all: NaN marks a series that ended, and `+Inf` nothing.
    fn push(&mut self, series: &Series, sample: Sample, now: u32, facts: &mut Facts) {
        let Sample { value, at, line } = sample;
        if !value.is_finite() {
            return;
        }
        let Some(other) = series.other else {
            let capture = at.map_or(now, |at| self.own.moments.capture(at, line, facts));
            return self.own.push(&series.meaning, value, capture, line, facts);
        };
        let outside = facts.captures.get(now as usize);
        let Some((columns, facts)) = self.others.get_mut(other).zip(facts.others.get_mut(other)) else {
            return;
        };
        let capture = match at {
            Some(at) => columns.moments.capture(at, line, facts),
            None => same(outside, facts),
        };
        columns.push(&series.meaning, value, capture, line, facts);
    }
}

/// The capture of another host's facts that stands for one of the text.
fn same(capture: Option<&Capture>, facts: &mut Facts) -> u32 {
    let capture = capture.unwrap_or(&Capture { stamp: None, line: 1 });
    // a text without times goes from one to the next; one held twice would do no harm
    let near = facts.captures.len().saturating_sub(8);
    let known = facts.captures[near..].iter().rposition(|known| known == capture);
    let at = known.map_or(facts.captures.len(), |at| near + at);
    if known.is_none() {
        facts.captures.push(capture.clone());
    }
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Columns {
    fn push(&mut self, meaning: &Meaning, value: f64, capture: u32, line: u32, facts: &mut Facts) {
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
