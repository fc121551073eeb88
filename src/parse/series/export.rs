//! `netmortem export --format csv`, read back.
//!
//! ```text
//! host,netns,metric,of,time,value,kind,unit,clock,path,line
//! web1,,Tcp.RetransSegs,,2026-11-20T09:12:10.000Z,5,counter,segments,written,netstat.log,7
//! ```
//!
//! *Yields* the same series: metric, of, kind and value as they are, each time a capture in UTC; [`Clue::Host`].
//! *Hides* where the samples once stood. *Keeps unnamed* everything that was.
//! *Rejects* rows of a second host (export one host a file), kinds that do not exist, numbers that are none, rows with
//! other cells than the header, lines with a quote that nothing closes.

use super::table::Table;
use super::time;
use crate::model::fact::{Capture, Clue, Facts, Kind};
use crate::parse::Whole;
use crate::parse::intern::Intern;
use crate::parse::moment::{Moments, Zone};
use csv::StringRecord;

/// See the module.
pub const WHOLE: Whole =
    Whole { name: "netmortem export", is: |_, bytes| bytes.starts_with(HEADER), read, cut: None };

const HEADER: &[u8] = b"host,netns,metric,of,time,value,kind,";

const KINDS: [(&str, Kind); 5] = [
    ("counter", Kind::Counter),
    ("counter32", Kind::Counter32),
    ("delta", Kind::Delta),
    ("rate", Kind::Rate),
    ("gauge", Kind::Gauge),
];

fn read(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(WHOLE.name);
    let table = Table { bytes, line: 1, separator: b',', time: (4, |cell| time(cell).is_some()) };
    let mut interns = KINDS.map(|(_, kind)| Intern::new(kind));
    let mut moments = Moments::new(Zone::Utc);
    let mut host: Option<String> = None;
    let mut head = true;
    table.each(facts, &mut |record, line, facts| {
        if std::mem::take(&mut head) {
            return;
        }
        let whose = record.get(0).unwrap_or("");
        let of = host.get_or_insert_with(|| {
            facts.clues.push(Clue::Host { name: whose.to_owned(), line });
            whose.to_owned()
        });
        let wrong = if of == whose {
            sample(record, line, &mut interns, &mut moments, facts)
        } else {
            Some("a second host: export one host a file (--host)")
        };
        if let Some(why) = wrong {
            facts.rejects.push(line, why);
        }
    });
}

fn sample(
    record: &StringRecord,
    line: u32,
    interns: &mut [Intern; 5],
    moments: &mut Moments,
    facts: &mut Facts,
) -> Option<&'static str> {
    let mut cells = record.iter().skip(2);
    let mut next = || cells.next();
    let (Some(metric), Some(of), Some(at), Some(value), Some(kind)) =
        (next(), next(), next(), next(), next())
    else {
        return Some("row does not fit its header");
    };
    let Some((intern, kind)) =
        interns.iter_mut().zip(KINDS).find_map(|(i, (name, k))| (name == kind).then_some((i, k)))
    else {
        return Some("a kind that does not exist");
    };
    let bits = if kind.is_exact() { value.parse().ok() } else { value.parse().ok().map(f64::to_bits) };
    let Some(bits) = bits else { return Some("value is no number") };
    let capture = if at.is_empty() {
        undated(facts)
    } else {
        let Some((_, micros)) = time(at) else { return Some("a time in a form that is not known") };
        moments.capture(micros, line, facts)
    };
    if let Some(key) = intern.key(metric, of, line, facts) {
        facts.samples.push(key, capture, line, bits);
    }
    None
}

/// The capture without a time.
fn undated(facts: &mut Facts) -> u32 {
    let known = facts.captures.iter().position(|capture| capture.stamp.is_none()).unwrap_or_else(|| {
        facts.captures.push(Capture { stamp: None, line: 1 });
        facts.captures.len() - 1
    });
    u32::try_from(known).unwrap_or(u32::MAX)
}
