//! The text of `/metrics`: Prometheus's exposition format and `OpenMetrics`.
//!
//! Written by exporters, `curl localhost:9100/metrics`, the textfile collector; mostly by a loop with `date` above it.
//!
//! ```text
//! # HELP node_load1 1m load average.
//! # TYPE node_load1 gauge
//! node_load1 0.21
//! ```
//!
//! *Yields* a sample for each line, under the kernel's names where [`names`](super::names) has a rule, else as named
//! with the labels as what it is of, and each instance's under its own host where there are several. A line with a time has its own capture, one without belongs to the present one.
//! Counters are what a `# TYPE` line says they are, or end in `_total`.
//! *Hides* help, units, exemplars, NaN and infinities.
//! *Keeps unnamed* nothing: each has a name.
//! *Rejects* lines that are no sample, and a last line that the end of the file may have cut.

use super::range::micros;
use super::{Sample, Samples};
use crate::model::fact::Facts;
use crate::parse::lines::Lines;
use crate::parse::{Dump, Reader};
use hashbrown::HashSet;

/// See the module.
pub const DUMP: Dump = Dump {
    name: "prometheus",
    begins,
    open: || Box::new(Exposition { samples: Samples::new("prometheus"), counters: HashSet::new() }),
};

const TYPES: [&str; 9] =
    ["counter", "gauge", "histogram", "summary", "untyped", "unknown", "info", "stateset", "gaugehistogram"];

struct Exposition {
    samples: Samples,
    counters: HashSet<String>,
}

/// A line of type tells; one of help stands above it.
fn begins(line: &[u8]) -> bool {
    let help = |line: &[u8]| {
        let name = line.strip_prefix(b"# HELP ")?.split(|b| *b == b' ').next()?;
        Some(name.contains(&b'_') && name.iter().all(|b| is_name(*b)))
    };
    typed(line).is_some() || help(line) == Some(true)
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':'
}

/// `# TYPE name counter`.
fn typed(line: &[u8]) -> Option<(&str, &str)> {
    let line = std::str::from_utf8(line.strip_prefix(b"# TYPE ")?).ok()?;
    let (name, kind) = line.split_once(' ')?;
    (name.bytes().all(is_name) && TYPES.contains(&kind.trim())).then(|| (name, kind.trim()))
}

impl Reader for Exposition {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        let now = facts.capture();
        self.samples.look(lines.rest(), lines.number(), facts);
        let outside = facts.captures.last().cloned();
        let captures = facts.captures.len();
        let cut = !lines.rest().ends_with(b"\n");
        while let Some(line) = lines.peek() {
            let number = lines.number();
            if line.starts_with(b"# ") || line == b"#" {
                if !(begins(line) || line.starts_with(b"# UNIT ") || line == b"# EOF") {
                    break;
                }
                if let Some((name, "counter")) = typed(line) {
                    self.counters.insert(name.to_owned());
                }
            } else {
                let Some(sample) = sample(line) else { break };
                if cut && lines.rest().len() == line.len() {
                    facts
                        .rejects
                        .push(number, "truncated: the file ends here, perhaps in the middle of a number");
                } else {
                    self.sample(&sample, now, number, facts);
                }
            }
            lines.advance();
        }
        // what a line dated itself says nothing of the dumps behind it
        if facts.captures.len() > captures && lines.peek().is_some() {
            facts.captures.extend(outside);
        }
    }
}

struct Line<'a> {
    name: &'a str,
    labels: Vec<(String, String)>,
    value: f64,
    /// Microseconds since 1970.
    at: Option<i64>,
}

/// `name{label="value"} 1.5 1795162330000`; `None` when it is no sample.
fn sample(line: &[u8]) -> Option<Line<'_>> {
    let line = std::str::from_utf8(line).ok()?;
    let end = line.bytes().position(|b| !is_name(b))?;
    let (name, rest) = line.split_at(end);
    (!name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())).then_some(())?;
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(inside) => labels(inside)?,
        None => (Vec::new(), rest),
    };
    let rest = rest.strip_prefix([' ', '\t']).or_else(|| rest.is_empty().then_some(rest))?;
    let mut words = rest.split_whitespace();
    let value = words.next()?.parse().ok()?;
    let at = match words.next() {
        None | Some("#") => None,
        // milliseconds in the older format, seconds with a fraction in OpenMetrics
        Some(time) => {
            let number: f64 = time.parse().ok()?;
            Some(micros(if number > 1e11 { number / 1e3 } else { number })?)
        }
    };
    Some(Line { name, labels, value, at })
}

/// Labels and what stands behind their brace.
fn labels(mut text: &str) -> Option<(Vec<(String, String)>, &str)> {
    let mut found = Vec::new();
    loop {
        text = text.trim_start_matches([',', ' ']);
        if let Some(rest) = text.strip_prefix('}') {
            return Some((found, rest));
        }
        let (key, rest) = text.split_once("=\"")?;
        let (mut value, mut escaped, mut end) = (String::new(), false, None);
        for (at, c) in rest.char_indices() {
            match c {
                _ if escaped => {
                    value.push(if c == 'n' { '\n' } else { c });
                    escaped = false;
                }
                '\\' => escaped = true,
                '"' => {
                    end = Some(at + 1);
                    break;
                }
                c => value.push(c),
            }
        }
        text = rest.get(end?..)?;
        found.push((key.trim().to_owned(), value));
    }
}

impl Exposition {
    fn sample(&mut self, sample: &Line<'_>, now: u32, line: u32, facts: &mut Facts) {
        let counts = self.counters.contains(sample.name);
        let series = self.samples.series(sample.name, &sample.labels, counts, line, facts);
        self.samples.push(&series, Sample { value: sample.value, at: sample.at, line }, now, facts);
    }
}
