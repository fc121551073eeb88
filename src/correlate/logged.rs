//! Bursts of log events, and what the series did meanwhile.

use super::book::Book;
use super::ladder::Stretch;
use super::sides::{Open, SUPPRESSED, left_out};
use crate::catalogue::{counters, events, sysctls};
use crate::model::fact::{Kind, Layer};
use crate::model::report::Window;
use crate::model::report::moved::Burst;
use crate::model::time::Time;
use crate::model::words;
use crate::timeline::{Event, Timeline};
use std::cmp::Reverse;

/// The kernel prints at most ten messages in five seconds: lines this far apart are two bursts.
const APART: f64 = 60.0;
/// Fewer lines are no burst.
const LINES: u64 = 3;
/// Bursts told of one host.
const TOLD: usize = 12;

/// Lines of one kind, close together.
#[derive(Clone, Debug, PartialEq)]
pub struct Shower {
    pub kind: &'static str,
    pub from: Time,
    pub to: Time,
    pub count: u64,
    /// Some were left out by a rate limit: there may be more.
    pub at_least: bool,
}

impl Shower {
    /// `274 messages “Conntrack table full” between 09:15:12 and 09:15:57 UTC`.
    pub fn words(&self, timeline: &Timeline) -> String {
        let title = events::event(self.kind).map_or(self.kind, |row| row.title);
        let least = if self.at_least { "at least " } else { "" };
        let number = words::things(self.count, "message", "messages");
        let (from, to) = (timeline.moment(self.from), timeline.moment(self.to));
        format!("{least}{number} “{title}” between {from} and {to} UTC")
    }
}

/// Bursts of a host, the largest ones, in time order.
pub fn showers(book: &Book<'_>, host: usize) -> Vec<Shower> {
    let known = book.host(host);
    let mut found = Vec::new();
    for kind in events::all().iter().filter(|kind| kind.id != SUPPRESSED) {
        let of_kind: Vec<&Event> =
            known.events.iter().filter(|e| e.kind == kind.id && e.time.is_some()).collect();
        for run in
            of_kind.chunk_by(|a, b| b.time.zip(a.time).is_some_and(|(b, a)| b.seconds_since(a) <= APART))
        {
            let (Some(from), Some(to)) = (run.first().and_then(|e| e.time), run.last().and_then(|e| e.time))
            else {
                continue;
            };
            let window = Window { from, to };
            let hidden: u64 = left_out(known, kind.id, window, Open::None).iter().map(|e| e.count).sum();
            let count = run.iter().map(|e| e.count).sum::<u64>() + hidden;
            if count >= LINES {
                let at_least = hidden > 0 || run.iter().any(|e| e.added_back);
                found.push(Shower { kind: kind.id, from, to, count, at_least });
            }
        }
    }
    found.sort_by_key(|s| (Reverse(s.count), s.from, s.kind));
    found.truncate(TOLD);
    found.sort_by_key(|s| (s.from, s.kind));
    found
}

/// A burst in a sentence.
pub fn burst(book: &mut Book<'_>, host: usize, shower: &Shower) -> Burst {
    let meanwhile = if shower.kind == "conntrack-table-full" {
        table(book, host, shower)
    } else {
        beside(book, host, shower)
    };
    let tail = meanwhile.map_or(String::new(), |words| format!(", while {words}"));
    let mut sentence = format!("{}{tail}.", shower.words(book.timeline));
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Burst {
        host: book.host(host).name.clone(),
        kind: shower.kind.to_owned(),
        from: shower.from,
        to: shower.to,
        count: shower.count,
        sentence,
    }
}

/// How full the table of tracked connections was read in the burst.
fn table(book: &Book<'_>, host: usize, shower: &Shower) -> Option<String> {
    let known = book.host(host);
    let limit = |at: Time| {
        let seen = known.settings.get("net.netfilter.nf_conntrack_max")?;
        let runtime =
            seen.iter().rfind(|o| o.layer == Layer::Runtime && o.time <= Some(at) && o.time.is_some())?;
        runtime.value.parse::<f64>().ok()
    };
    let (_, series) = known.gauges("nf_conntrack_count").next()?;
    let slack = 10.0;
    let inside = |t: Time| t >= shower.from.plus_seconds(-slack) && t <= shower.to.plus_seconds(slack);
    let read: Vec<(f64, f64)> = series
        .readings
        .dated()
        .filter(|r| inside(r.time))
        .filter_map(|r| Some((f64::from_bits(r.value), limit(r.time)?)))
        .collect();
    let full = read.iter().filter(|(count, limit)| count >= limit).count();
    let (_, last) = read.first()?;
    let readings = words::things(read.len() as u64, "reading", "readings");
    Some(if full > 0 && full < read.len() {
        format!("nf_conntrack_count stood at its limit of {} in {full} of {readings}", words::count(*last))
    } else if full == read.len() {
        format!("nf_conntrack_count stood at its limit of {} whenever it was read", words::count(*last))
    } else {
        let most = read.iter().map(|r| r.0).fold(0.0, f64::max);
        format!("nf_conntrack_count was read at up to {} of {}", words::count(most), words::count(*last))
    })
}

/// The counter that shares a setting with the event, where it ran in the burst.
fn beside(book: &mut Book<'_>, host: usize, shower: &Shower) -> Option<String> {
    let event = format!("event:{}", shower.kind);
    let row = sysctls::all().find(|s| s.governs.contains(&event.as_str()))?;
    let counted = |m: &&&str| counters::counter(m).is_some_and(|c| c.kind == Kind::Counter);
    for metric in row.governs.iter().filter(counted) {
        let track = book.track(host, metric);
        let pad = track.steps().first().map_or(0.0, |s| s.to - s.from);
        let within = Stretch { from: book.seconds(shower.from) - pad, to: book.seconds(shower.to) + pad };
        let sum = track.sum(within);
        if sum.steps > 0 && sum.events > 0.0 {
            return Some(format!("{metric} ran at {}", words::rate(sum.events / sum.seconds)));
        }
    }
    None
}
