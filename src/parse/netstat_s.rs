//! `netstat -s`: the counters of the kernel's SNMP tables, mostly as English sentences.
//!
//! Written by net-tools `netstat -s` (also `-st`, `-su`, `-s -6`). Bundles keep it as
//! `sos_commands/networking/netstat_-s`, `netstat_s`, or again and again in a file that a loop appended to.
//!
//! ```text
//! TcpExt:
//!     36 times the listen queue of a socket overflowed
//!     36 SYNs to LISTEN sockets dropped
//!     TCPTimeouts: 214
//! ```
//!
//! *Yields* a sample for each line, under the kernel's name (`TcpExt.ListenOverflows`) whatever the wording
//! of the release, and a [`SectionSeen`] for each section of which every line was read.
//! *Hides* zeros: net-tools prints most counters only when they are not zero. No zero is made up here; the
//! sections seen tell the timeline where a missing counter is a zero and where it is unknown.
//! *Keeps unnamed* sentences that no release in the table has: section and phrase with `N` for the number.
//! *Rejects* lines without a number or with several, negative numbers (netstat's 32-bit overflow), numbers
//! above 64 bits, bytes that are not text, and a last line that the end of the file may have cut.

mod words;

use std::borrow::Cow;

use hashbrown::{HashMap, HashSet};

use words::{IN_WORDS, REPEAT_THEIR_NAME, indented, known, number, phrase, the_number, unknown};

use super::lines::Lines;
use super::{Dump, Reader};
use crate::catalogue::{counters, sentences};
use crate::model::fact::{Facts, Kind, SectionSeen, SeriesId};

/// See the module.
pub const DUMP: Dump = Dump { name: "netstat -s", begins, open: || Box::new(Netstat::new()) };

fn begins(line: &[u8]) -> bool {
    known(line).is_some()
}

/// Where a sentence stands; the same words mean different counters in different places.
struct Place {
    /// First half of the metric's name.
    section: String,
    /// As the catalogue calls it: the section, for ICMP histograms with ` in` or ` out`.
    name: String,
}

/// One shape of line: everything but its number.
struct Shape {
    place: u16,
    before: Box<[u8]>,
    after: Box<[u8]>,
    key: u32,
    gauge: bool,
    /// The shape that followed last time. Snapshots of one host repeat themselves line by line, so this
    /// guess is nearly always right and spares the hash.
    next: usize,
}

impl Shape {
    /// The number, and the length of the line, when `rest` begins with a whole line of this shape.
    fn read(&self, rest: &[u8]) -> Option<(u64, usize)> {
        let behind = rest.strip_prefix(&*self.before)?;
        let digits = behind.iter().take_while(|b| b.is_ascii_digit()).count();
        let value = number(&behind[..digits])?;
        // Most shapes end with their number. Where a comparison with nothing is a call, it is a slow one.
        let end = if self.after.is_empty() { digits } else { digits + self.ends(&behind[digits..])? };
        let line_end = match behind.get(end..)? {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => return None,
        };
        Some((value, self.before.len() + end + line_end))
    }

    fn ends(&self, rest: &[u8]) -> Option<usize> {
        rest.starts_with(&self.after).then_some(self.after.len())
    }
}

/// The section being read.
struct Open {
    line: u32,
    known: Option<&'static str>,
    whole: bool,
}

/// State of the reader; see [`Shape::next`].
struct Netstat {
    places: Vec<Place>,
    place: u16,
    shapes: Vec<Shape>,
    by_text: HashMap<Vec<u8>, usize>,
    keys: HashMap<String, u32>,
    last: usize,
    scratch: Vec<u8>,
    /// Sections after which another one came in the same dump: a dump that ends with one of them was cut.
    followed: HashSet<String>,
}

impl Reader for Netstat {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let capture = facts.capture();
        let cut = !lines.rest().ends_with(b"\n");
        let mut open: Option<Open> = None;
        loop {
            let line = lines.number();
            if let Some(length) = self.foreseen(lines.rest(), (line, capture), facts) {
                lines.skip(length);
                continue;
            }
            match lines.rest().first() {
                Some(b' ' | b'\t') if indented(lines.rest()) => {
                    let Some(text) = lines.next() else { break };
                    let last = cut && lines.rest().is_empty();
                    if let Err(why) = self.unforeseen(text, (line, capture), last, facts) {
                        facts.rejects.push(line, why);
                        if let Some(section) = &mut open {
                            section.whole = false;
                        }
                    }
                }
                Some(b'\n' | b'\r') => lines.advance(),
                Some(_) => {
                    let known = lines.peek().and_then(known);
                    let Some(name) = known.map(Cow::Borrowed).or_else(|| unknown(lines).map(Cow::Owned))
                    else {
                        break;
                    };
                    lines.advance();
                    if open.is_some() {
                        close(open.as_ref(), capture, facts);
                        self.goes_on();
                    }
                    self.enter(&name, "");
                    open = Some(Open { line, known, whole: true });
                }
                None => break,
            }
        }
        self.finish(open, cut && lines.rest().is_empty(), capture, facts);
    }
}

fn close(open: Option<&Open>, capture: u32, facts: &mut Facts) {
    if let Some(&Open { line, known: Some(section), whole: true }) = open {
        facts.sections.push(SectionSeen { capture, line, section });
    }
}

impl Netstat {
    fn new() -> Self {
        let start = Shape {
            place: u16::MAX,
            before: Box::default(),
            after: Box::default(),
            key: 0,
            gauge: false,
            next: 0,
        };
        Self {
            places: Vec::new(),
            place: 0,
            shapes: vec![start],
            by_text: HashMap::new(),
            keys: HashMap::new(),
            last: 0,
            scratch: Vec::new(),
            followed: HashSet::new(),
        }
    }

    /// Closes the last section, unless the dump ended inside it: in the middle of a line, or where another
    /// dump of the same file went on with a further section.
    fn finish(&self, mut open: Option<Open>, cut: bool, capture: u32, facts: &mut Facts) {
        let early = self.here().is_some_and(|section| self.followed.contains(section));
        if let Some(section) = &mut open {
            section.whole &= !(cut || early);
        }
        close(open.as_ref(), capture, facts);
    }

    fn here(&self) -> Option<&str> {
        self.places.get(usize::from(self.place)).map(|p| p.section.as_str())
    }

    /// Notes that the section read so far is followed by another.
    fn goes_on(&mut self) {
        if let Some(section) = self.places.get(usize::from(self.place)).map(|p| &p.section)
            && !self.followed.contains(section)
        {
            self.followed.insert(section.clone());
        }
    }

    /// Enters a section, or one of its ICMP histograms (`way` is `in` or `out`).
    fn enter(&mut self, section: &str, way: &str) {
        let is_here = |p: &Place| {
            p.section == section && p.name.strip_prefix(section).is_some_and(|rest| rest.trim_start() == way)
        };
        let at = self.places.iter().position(is_here).unwrap_or_else(|| {
            self.places.push(Place {
                section: section.to_owned(),
                name: format!("{section} {way}").trim_end().to_owned(),
            });
            self.places.len() - 1
        });
        // A file with more than 65535 made-up sections has them share the last place.
        self.place = u16::try_from(at).unwrap_or(u16::MAX - 1);
    }

    /// The length of the next line, when it is the expected one.
    fn foreseen(&mut self, rest: &[u8], at: (u32, u32), facts: &mut Facts) -> Option<usize> {
        let guess = self.shapes[self.last].next;
        let shape = &self.shapes[guess];
        if shape.place != self.place {
            return None;
        }
        let (value, length) = shape.read(rest)?;
        push(facts, shape, at, value);
        self.last = guess;
        Some(length)
    }

    /// A line that is not the expected one: headings, lines new to this file, lines after a counter that
    /// has just left zero.
    fn unforeseen(
        &mut self,
        text: &[u8],
        at: (u32, u32),
        last: bool,
        facts: &mut Facts,
    ) -> Result<(), Cow<'static, str>> {
        let bare = text.trim_ascii();
        if bare.is_empty() || bare.starts_with(b"RTO algorithm is ") {
            return Ok(());
        }
        let way = match bare {
            b"ICMP input histogram:" => "in",
            b"ICMP output histogram:" => "out",
            _ => "",
        };
        if !way.is_empty() {
            let section = self.here().unwrap_or_default().to_owned();
            self.enter(&section, way);
            return Ok(());
        }
        if let Some((_, value)) = IN_WORDS.iter().find(|(words, _)| words.as_bytes() == bare) {
            let (key, gauge) = self.key("Ip.Forwarding".to_owned(), facts);
            let value = if gauge { as_gauge(*value) } else { *value };
            facts.samples.push(key, at.1, at.0, value);
            return Ok(());
        }
        let (start, end) = the_number(text)?;
        let (before, digits, after) = (&text[..start], &text[start..end], &text[end..]);
        if last {
            self.complete(before, after)?;
        }
        let Some(value) = number(digits) else {
            let metric = self.metric(before, after)?;
            return Err(match digits.first() {
                Some(b'-') => format!("{metric}: printed as a negative number: 32-bit overflow in netstat"),
                _ => format!("{metric}: number above 64 bits"),
            }
            .into());
        };
        let shape = self.shape(before, after, facts)?;
        push(facts, &self.shapes[shape], at, value);
        self.shapes[self.last].next = shape;
        self.last = shape;
        Ok(())
    }

    /// Whether the last line of a file without a final newline can be trusted: only when it is a known
    /// sentence that no other one continues.
    fn complete(&self, before: &[u8], after: &[u8]) -> Result<(), Cow<'static, str>> {
        let phrase = phrase(before, after)?;
        let place = self.places.get(usize::from(self.place)).map_or("", |p| p.name.as_str());
        let ends = !after.trim_ascii().is_empty()
            && sentences::sentence(place, &phrase).is_some()
            && !sentences::begins_longer_sentence(place, &phrase);
        if ends {
            Ok(())
        } else {
            Err("truncated: the file ends here, perhaps in the middle of this line".into())
        }
    }

    /// The shape of a line in this place, making it when it is new.
    fn shape(&mut self, before: &[u8], after: &[u8], facts: &mut Facts) -> Result<usize, Cow<'static, str>> {
        self.scratch.clear();
        self.scratch.extend_from_slice(&self.place.to_le_bytes());
        self.scratch.extend_from_slice(before);
        self.scratch.push(0);
        self.scratch.extend_from_slice(after);
        if let Some(shape) = self.by_text.get(&self.scratch) {
            return Ok(*shape);
        }
        let metric = self.metric(before, after)?;
        let (key, gauge) = self.key(metric, facts);
        self.shapes.push(Shape {
            place: self.place,
            before: before.into(),
            after: after.into(),
            key,
            gauge,
            next: 0,
        });
        let shape = self.shapes.len() - 1;
        self.by_text.insert(self.scratch.clone(), shape);
        Ok(shape)
    }

    fn key(&mut self, metric: String, facts: &mut Facts) -> (u32, bool) {
        let kind = counters::counter(&metric).map_or(Kind::Counter, |c| c.kind);
        let key = *self.keys.entry(metric).or_insert_with_key(|metric| {
            facts.keys.push(SeriesId { metric: metric.clone(), of: String::new(), kind });
            u32::try_from(facts.keys.len() - 1).unwrap_or(u32::MAX)
        });
        (key, kind == Kind::Gauge)
    }

    /// Name of the metric that a line of this place carries.
    fn metric(&self, before: &[u8], after: &[u8]) -> Result<String, Cow<'static, str>> {
        let phrase = phrase(before, after)?;
        let Some(place) = self.places.get(usize::from(self.place)) else {
            return Err("not below a section".into());
        };
        if let Some(name) = sentences::sentence(&place.name, &phrase) {
            return Ok(name.to_owned());
        }
        let section = &place.section;
        let raw = phrase.strip_suffix(": N").filter(|name| {
            name.starts_with(|c: char| c.is_ascii_uppercase())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
        let name = raw.unwrap_or(&phrase);
        let name = match name.strip_prefix(section.as_str()) {
            Some(rest)
                if raw.is_some() && !rest.is_empty() && REPEAT_THEIR_NAME.contains(&section.as_str()) =>
            {
                rest
            }
            _ => name,
        };
        Ok(format!("{section}.{name}"))
    }
}

fn push(facts: &mut Facts, shape: &Shape, (line, capture): (u32, u32), value: u64) {
    let value = if shape.gauge { as_gauge(value) } else { value };
    facts.samples.push(shape.key, capture, line, value);
}

#[allow(clippy::cast_precision_loss)] // gauges are small: connections, hops, milliseconds
fn as_gauge(value: u64) -> u64 {
    (value as f64).to_bits()
}

#[cfg(test)]
mod tests;
