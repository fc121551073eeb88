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
    /// Whose all series are.
    whose: Whose,
}

/// What the `instance` labels of a text say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Whose {
    /// Nobody looked.
    #[default]
    Unread,
    /// One instance or none: the series are one host's.
    One,
    /// Several: none of them is the file's host, and none has the kernel's names, for these would be the same series.
    Several,
}

impl Default for Samples {
    fn default() -> Self {
        Self {
            counters: Intern::new(Kind::Counter),
            wrapping: Intern::new(Kind::Counter32),
            gauges: Intern::new(Kind::Gauge),
            moments: Moments::new(Zone::Utc),
            whose: Whose::Unread,
        }
    }
}

impl Samples {
    /// Looks through a whole text for instances, once: what is read first may be one host's, and the rest another's.
    fn look(&mut self, text: &[u8], line: u32, facts: &mut Facts) {
        if self.whose != Whose::Unread {
            return;
        }
        self.whose = Whose::One;
        // exporters of one host have several ports; behind one address or localhost there may be several hosts
        let mut found = instances(text).map(|instance| named(instance).map_or(instance, str::as_bytes));
        let Some(first) = found.next() else { return };
        if found.any(|other| other != first) {
            self.whose = Whose::Several;
        } else if let Some(name) = named(first) {
            facts.clues.push(Clue::Host { name: name.to_owned(), line });
        }
    }

    /// What a series is: the kernel's name for it where all are one host's, else its own, with its instance.
    fn meaning(&self, name: &str, labels: &[(String, String)], counts: bool) -> Meaning {
        let own = || names::unknown(name, labels, counts);
        match names::known(name, labels) {
            // it moves as the kernel's does, whatever its name; of another unit it is another number
            Some(known) if self.whose == Whose::Several => {
                let same = (known.scale - 1.0).abs() < f64::EPSILON;
                if same { Meaning { kind: known.kind, ..own() } } else { own() }
            }
            Some(known) => known,
            None => own(),
        }
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

/// Values of `instance` as written, in JSON (`"instance":"web1:9100"`) and in the text of `/metrics`
/// (`{instance="web1:9100"}`).
fn instances(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    memchr::memmem::find_iter(text, b"instance").filter_map(|at| {
        let before = text.get(at.checked_sub(1)?)?;
        let behind = text.get(at + b"instance".len()..)?;
        let value = match before {
            b'"' => behind.strip_prefix(b"\"")?.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start(),
            b'{' | b',' | b' ' => behind.strip_prefix(b"=")?,
            _ => return None,
        };
        let value = value.strip_prefix(b"\"")?;
        value.get(..memchr::memchr(b'"', value)?)
    })
}

/// The host of an instance, where it is a name.
fn named(instance: &[u8]) -> Option<&str> {
    let instance = std::str::from_utf8(instance).ok()?;
    let host = instance.rsplit_once(':').map_or(instance, |(host, _)| host);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let name = host.contains(|c: char| c.is_ascii_alphabetic()) && host.chars().all(plain);
    (name && host != "localhost").then_some(host)
}

/// A float that counts: exact up to 2^53, where Prometheus itself stops counting by one.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked just before
fn whole(value: f64) -> Option<u64> {
    let rounded = value.round();
    ((value - rounded).abs() < 1e-3 && (0.0..18e18).contains(&rounded)).then_some(rounded as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked(text: &str) -> (Whose, Vec<Clue>) {
        let (mut samples, mut facts) = (Samples::default(), Facts::default());
        samples.look(text.as_bytes(), 1, &mut facts);
        (samples.whose, facts.clues)
    }

    #[test]
    fn a_text_of_several_instances_is_nobodys() {
        let web1 = vec![Clue::Host { name: "web1".to_owned(), line: 1 }];
        let json = r#"{"metric":{"instance":"web1:9100"}},{"metric":{"job":"instance","instance" : "#;
        assert_eq!(looked(&format!("{json}\"web1:9100\"}}}}")), (Whose::One, web1.clone()));
        assert_eq!(looked(&format!("{json}\"web2:9100\"}}}}")), (Whose::Several, vec![]));
        let text = "up{instance=\"web1:9100\"} 1\nup{job=\"x\",instance=\"";
        assert_eq!(looked(&format!("{text}web1:9113\"}} 1\n")), (Whose::One, web1), "two ports of one host");
        assert_eq!(looked(&format!("{text}10.0.0.3:9100\"}} 1\n")), (Whose::Several, vec![]));
        for nameless in ["127.0.0.1", "localhost", "[::1]"] {
            let of = |port: u16| format!("up{{instance=\"{nameless}:{port}\"}} 1\n");
            assert_eq!(looked(&of(9100)), (Whose::One, vec![]), "{nameless}");
            assert_eq!(looked(&(of(9100) + &of(9101))).0, Whose::Several, "forwarded ports");
        }
        assert_eq!(looked("node_load1 1\n"), (Whose::One, vec![]));
    }
}
