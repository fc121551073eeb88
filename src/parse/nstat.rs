//! `nstat`: the counters of the kernel's SNMP tables, or what they gained since the last `nstat`.
//!
//! Written by iproute2. `nstat -a` prints totals; without `-a` it subtracts what it keeps in a history file, and
//! prints totals only where it has none. `-z` prints zeros too, `-j` JSON on one line. Bundles keep it as
//! `sos_commands/networking/nstat_-zas`, as `nstat -az` in `network.txt` of a supportconfig, in the `oswnetstat`
//! of newer `OSWatcher`, or in a file that a loop appended to.
//!
//! ```text
//! #kernel
//! TcpExtListenOverflows           36                 0.0
//! ```
//!
//! *Yields* a sample for each line, under the kernel's name: [`Kind::Counter`] when they are totals, else
//! [`Kind::Delta`]. Where zeros are left out, a counter that another dump of the file printed has a zero of its own
//! in each dump that left it out; of totals that nobody filtered also a [`SectionSeen`] for each section met.
//! *Hides* the third column, a rate that only `nstat -d` fills, and, except among totals, levels that nstat takes
//! for counters (`MPTcpExt.MPCurrEstab`). *Keeps unnamed* counters that the catalogue does not have: section and name as printed.
//! *Rejects* lines without a number, a last line that the end of the file may have cut, and a dump behind
//! `history is aged out`: those are totals among differences.
//!
//! Totals and differences look the same. What decides, the first that can: ` (overflow)`, which only a difference
//! has; the options in the file's name; whether the numbers of one dump fall in the next, as differences do again
//! and again and totals only at a restart; a zero for an ICMP type, which the kernel prints for types it met only
//! (three such types, and none of them zero, speak for totals). What stays open is called a difference: counted
//! from a moment that nobody wrote down, which is true of both.

mod evidence;
mod line;

use std::collections::BTreeMap;

use hashbrown::HashMap;

use evidence::Evidence;
use line::{Printed, history_is_gone, is_counter, is_header, is_json, is_message_type, printed, totals};

use super::lines::Lines;
use super::words::CUT;
use super::{Dump, Reader, stamp};
use crate::catalogue::{counters, joined};
use crate::model::fact::{Facts, Kind, SectionSeen, SeriesId};

/// See the module.
pub const DUMP: Dump = Dump { name: "nstat", begins, open: || Box::new(Nstat::default()) };

fn begins(line: &[u8]) -> bool {
    match line.first() {
        Some(b'#') => is_header(line),
        Some(b'{') => is_json(line),
        Some(b'n') => history_is_gone(line),
        _ => is_counter(line),
    }
}

/// A counter that the file has printed.
struct Series {
    key: u32,
    section: &'static str,
    gauge: bool,
    /// Its value in the dump numbered `seen`, a zero when that left it out.
    last: u64,
    seen: usize,
}

/// State of the reader: the counters met, the dumps read, what tells their kind.
#[derive(Default)]
struct Nstat {
    by_name: HashMap<String, usize>,
    series: Vec<Series>,
    /// Capture and line of each dump.
    dumps: Vec<(u32, u32)>,
    /// Whether any dump printed a zero: then none leaves them out.
    zeros: bool,
    evidence: Evidence,
}

impl Reader for Nstat {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        if self.dumps.is_empty() {
            self.evidence.named = totals(&facts.path);
        }
        let cut = !lines.rest().ends_with(b"\n");
        let mut gone = false;
        while lines.peek().is_some_and(history_is_gone) {
            gone = self.evidence.named != Some(true);
            lines.advance();
        }
        let first = lines.number();
        if lines.peek().is_some_and(is_header) {
            lines.advance();
        }
        if gone {
            if lines.peek().is_some_and(|line| is_counter(line) || is_json(line)) {
                facts.rejects.push(first, "totals in place of differences: nstat threw its history away");
            }
            while lines.peek().is_some_and(|line| is_counter(line) || is_json(line)) {
                lines.advance();
            }
            return;
        }
        self.dumps.push((facts.capture(), first));
        if lines.peek().is_some_and(is_json) {
            self.json(lines, facts);
        } else {
            self.table(lines, cut, facts);
        }
        self.close(cut && lines.rest().is_empty(), facts);
    }
}

impl Nstat {
    /// The lines below a header.
    fn table(&mut self, lines: &mut Lines<'_>, cut: bool, facts: &mut Facts) {
        while let Some(text) = lines.peek() {
            let number = lines.number();
            if !is_counter(text) {
                let mut below = lines.clone();
                below.advance();
                let torn = cut && below.rest().is_empty() && joined_word(text);
                if !torn && (is_foreign(text) || !below.peek().is_some_and(is_counter)) {
                    break;
                }
                lines.advance();
                facts.rejects.push(number, if torn { CUT } else { "no counter, number and rate" });
                continue;
            }
            lines.advance();
            match printed(text) {
                Ok(printed) => self.sample(&printed, number, facts),
                Err(why) => facts.rejects.push(number, why),
            }
        }
    }

    /// The one line of `nstat -j`.
    fn json(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        let number = lines.number();
        let text = lines.next().unwrap_or_default();
        let read: Result<BTreeMap<String, serde_json::Map<String, serde_json::Value>>, _> =
            serde_json::from_slice(text);
        let Ok(sources) = read else {
            facts.rejects.push(number, "no whole JSON object on the line");
            return;
        };
        for (name, value) in sources.into_values().flatten() {
            match value.as_u64() {
                Some(value) => self.sample(&Printed { name: &name, value, overflow: false }, number, facts),
                None => facts
                    .rejects
                    .push(number, format!("{}: no number", name.replace(char::is_control, "\u{fffd}"))),
            }
        }
    }

    fn sample(&mut self, printed: &Printed<'_>, line: u32, facts: &mut Facts) {
        let Some(at) = self.series(printed.name, facts) else {
            facts.rejects.push(line, "a counter of no known section");
            return;
        };
        self.zeros |= printed.value == 0;
        self.evidence.met(printed.overflow, is_message_type(printed.name).then_some(printed.value));
        let dump = self.dumps.len();
        let series = &mut self.series[at];
        if series.seen + 1 == dump && series.seen > 0 && !series.gauge {
            self.evidence.follows(dump, series.last, printed.value);
        }
        (series.last, series.seen) = (printed.value, dump);
        let (key, gauge) = (series.key, series.gauge);
        let capture = facts.capture();
        if !gauge {
            facts.samples.push(key, capture, line, printed.value);
        } else if self.evidence.kind() == Kind::Counter {
            #[allow(clippy::cast_precision_loss)] // connections
            facts.samples.push(key, capture, line, (printed.value as f64).to_bits());
        }
    }

    /// Index of a counter, with a zero in each earlier dump when it is new and zeros are left out.
    fn series(&mut self, name: &str, facts: &mut Facts) -> Option<usize> {
        if let Some(at) = self.by_name.get(name) {
            return Some(*at);
        }
        let (section, rest) = joined::split(name)?;
        let metric = format!("{section}.{rest}");
        let gauge = counters::counter(&metric).is_some_and(|row| row.kind == Kind::Gauge);
        let kind = if gauge { Kind::Gauge } else { self.evidence.kind() };
        facts.keys.push(SeriesId { metric, of: String::new(), kind });
        let key = u32::try_from(facts.keys.len() - 1).unwrap_or(u32::MAX);
        let before = self.dumps.len() - 1;
        if !self.zeros && !gauge {
            for (capture, line) in &self.dumps[..before] {
                facts.samples.push(key, *capture, *line, 0);
            }
        }
        let seen = if self.zeros { 0 } else { before };
        self.series.push(Series { key, section, gauge, last: 0, seen });
        self.by_name.insert(name.to_owned(), self.series.len() - 1);
        Some(self.series.len() - 1)
    }

    /// Behind a dump: zeros for what it left out, unless it was cut; then what kind they all are.
    fn close(&mut self, cut: bool, facts: &mut Facts) {
        let dump = self.dumps.len();
        let Some(&(capture, line)) = self.dumps.last() else { return };
        if !self.zeros && !cut {
            for series in self.series.iter_mut().filter(|s| s.seen + 1 == dump && !s.gauge) {
                facts.samples.push(series.key, capture, line, 0);
                self.evidence.follows(dump, series.last, 0);
                (series.last, series.seen) = (0, dump);
            }
        }
        let kind = self.evidence.kind();
        for series in self.series.iter().filter(|s| !s.gauge) {
            if let Some(id) = facts.keys.get_mut(series.key as usize) {
                id.kind = kind;
            }
        }
        if kind == Kind::Counter && !self.zeros && !cut {
            self.sections(capture, line, facts);
        }
    }

    /// What totals leave out is zero in the sections met, unless only some counters were asked for: a host that
    /// has received an IP packet has no zeros in the first counters of three files.
    fn sections(&self, capture: u32, line: u32, facts: &mut Facts) {
        let dump = self.dumps.len();
        let mut met: Vec<&'static str> = Vec::new();
        for series in self.series.iter().filter(|s| s.seen == dump && s.last > 0) {
            if !met.contains(&series.section) {
                met.push(series.section);
            }
        }
        if ["Ip", "Tcp", "IpExt"].iter().all(|section| met.contains(section)) {
            facts.sections.extend(met.into_iter().map(|section| SectionSeen { capture, line, section }));
        }
    }
}

/// Whether a line is known to be of something else: what stands between two counters is otherwise a garbled one.
fn is_foreign(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
        || stamp::separator(line).is_some()
        || super::DUMPS.iter().any(|dump| (dump.begins)(line))
}

/// Whether a line begins as a counter's does.
fn joined_word(line: &[u8]) -> bool {
    let word = super::words::words(line).next().unwrap_or_default();
    line.first().is_some_and(u8::is_ascii_uppercase)
        && std::str::from_utf8(word).ok().and_then(joined::split).is_some()
}

#[cfg(test)]
mod tests;
