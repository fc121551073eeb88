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
//! *Yields* a sample for each line, under the kernel's name: [`Kind::Counter`] when they are totals, [`Kind::Delta`]
//! when they are differences. Where zeros are left out, a counter that another dump of the file printed has a zero of
//! its own in each dump that left it out; of totals that nobody filtered also a [`SectionSeen`] for each section met.
//! *Hides* the third column, a rate that only `nstat -d` fills, and, except among totals, levels that nstat takes
//! for counters (`MPTcpExt.MPCurrEstab`).
//! *Keeps unnamed* counters that the catalogue does not have: section and name as printed.
//! *Rejects* lines without a number, a last line that the end of the file may have cut, a dump behind `history is
//! aged out` (totals among differences), and dumps of which nothing tells whether they are totals.
//!
//! Totals and differences look the same. What decides, the first that can:
//! 1. ` (overflow)`, which only a difference has;
//! 2. options with `a` in the file's name: `nstat_-zas`;
//! 3. dumps that follow each other in the file: differences fall again and again, totals only at a restart;
//! 4. a zero for an ICMP type, which the kernel prints of types it met only: a difference;
//! 5. options without `a` in the file's name: differences;
//! 6. three such types, none of them zero although zeros are printed: totals.
//!
//! What stays open is rejected: one dump called `nstat.txt` may be since boot or since a minute ago. (`nstat -s` in a
//! loop, which never renews its history, rises as totals do, and its increments are those of the totals.)

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
    evidence: Evidence,
    /// What they are, once that is known.
    kind: Option<Kind>,
    held: Held,
    /// Dumps rejected for want of a verdict, so far.
    undecided: u64,
}

/// What was read and waits for the verdict.
#[derive(Default)]
struct Held {
    /// Key, capture, line and value; and whether it is a level.
    samples: Vec<([u32; 3], u64, bool)>,
    sections: Vec<SectionSeen>,
}

/// Why dumps without a verdict are not used.
const UNDECIDED: &str =
    "totals or differences? Neither the name of the file (nstat -az) nor the numbers tell";

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
        let before = facts.rejects.count;
        if lines.peek().is_some_and(is_json) {
            self.json(lines, facts);
        } else {
            self.table(lines, cut, facts);
        }
        // an unreadable counter is no zero
        let whole = facts.rejects.count == before && !(cut && lines.rest().is_empty());
        self.close(whole, facts);
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
        self.evidence.met(printed.value, printed.overflow, is_message_type(printed.name));
        let dump = self.dumps.len();
        let series = &mut self.series[at];
        if series.seen + 1 == dump && series.seen > 0 && !series.gauge {
            self.evidence.follows(series.last, printed.value);
        }
        (series.last, series.seen) = (printed.value, dump);
        let (key, gauge) = (series.key, series.gauge);
        #[allow(clippy::cast_precision_loss)] // connections
        let value = if gauge { (printed.value as f64).to_bits() } else { printed.value };
        self.held.samples.push(([key, facts.capture(), line], value, gauge));
    }

    /// Index of a counter, with a zero in each earlier dump when it is new and zeros are left out.
    fn series(&mut self, name: &str, facts: &mut Facts) -> Option<usize> {
        if let Some(at) = self.by_name.get(name) {
            return Some(*at);
        }
        let (section, rest) = joined::split(name)?;
        let metric = format!("{section}.{rest}");
        let gauge = counters::counter(&metric).is_some_and(|row| row.kind == Kind::Gauge);
        let kind = if gauge { Kind::Gauge } else { self.kind.unwrap_or(Kind::Delta) };
        facts.keys.push(SeriesId { metric, of: String::new(), kind });
        let key = u32::try_from(facts.keys.len() - 1).unwrap_or(u32::MAX);
        let before = self.dumps.len() - 1;
        if !self.evidence.zeros && !gauge {
            for (capture, line) in &self.dumps[..before] {
                self.held.samples.push(([key, *capture, *line], 0, false));
            }
        }
        let seen = if self.evidence.zeros { 0 } else { before };
        self.series.push(Series { key, section, gauge, last: 0, seen });
        self.by_name.insert(name.to_owned(), self.series.len() - 1);
        Some(self.series.len() - 1)
    }

    /// Behind a dump: zeros for what it left out, unless it was cut or torn; then what all of them are.
    fn close(&mut self, whole: bool, facts: &mut Facts) {
        let dump = self.dumps.len();
        let Some(&(capture, line)) = self.dumps.last() else { return };
        if !self.evidence.zeros && whole {
            self.sections(capture, line);
            for series in self.series.iter_mut().filter(|s| s.seen + 1 == dump && !s.gauge) {
                self.held.samples.push(([series.key, capture, line], 0, false));
                self.evidence.follows(series.last, 0);
                (series.last, series.seen) = (0, dump);
            }
        }
        self.evidence.ends();
        let before = self.kind;
        self.kind = self.evidence.kind().or(before);
        if before == Some(Kind::Counter) && self.kind == Some(Kind::Delta) {
            facts.sections.retain(|seen| !self.dumps.contains(&(seen.capture, seen.line)));
        }
        match self.kind {
            Some(kind) => self.tell(kind, facts),
            None if self.series.iter().any(|s| s.seen == dump) => {
                self.undecided += 1;
                facts.rejects.push(line, UNDECIDED);
            }
            None => (),
        }
    }

    /// Hands over what waited.
    fn tell(&mut self, kind: Kind, facts: &mut Facts) {
        if self.undecided > 0 {
            facts.rejects.kept.retain(|reject| reject.why != UNDECIDED);
            facts.rejects.count = facts.rejects.count.saturating_sub(self.undecided);
            self.undecided = 0;
        }
        for series in self.series.iter().filter(|s| !s.gauge) {
            if let Some(id) = facts.keys.get_mut(series.key as usize) {
                id.kind = kind;
            }
        }
        for ([key, capture, line], value, level) in self.held.samples.drain(..) {
            if !level || kind == Kind::Counter {
                facts.samples.push(key, capture, line, value);
            }
        }
        if kind == Kind::Counter {
            facts.sections.append(&mut self.held.sections);
        } else {
            self.held.sections.clear();
        }
    }

    /// What totals leave out is zero in the sections met, unless only some counters were asked for: a host that
    /// has received an IP packet has no zeros in the first counters of three files.
    fn sections(&mut self, capture: u32, line: u32) {
        let dump = self.dumps.len();
        let mut met: Vec<&'static str> = Vec::new();
        for series in self.series.iter().filter(|s| s.seen == dump && s.last > 0) {
            if !met.contains(&series.section) {
                met.push(series.section);
            }
        }
        if ["Ip", "Tcp", "IpExt"].iter().all(|section| met.contains(section)) {
            let seen = met.into_iter().map(|section| SectionSeen { capture, line, section });
            self.held.sections.extend(seen);
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
