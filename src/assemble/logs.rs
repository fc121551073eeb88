//! Lanes of log events.

use super::evidence;
use super::lanes::{Drawing, blank};
use crate::catalogue::events;
use crate::correlate::sides;
use crate::model::report::Window;
use crate::model::report::figure::{Bar, Form, Lane, Note, Tone};
use crate::model::time::Time;
use crate::model::words;
use crate::timeline::Event;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The kernel's own rate limit: at most ten messages in five seconds.
const RATE_LIMIT: f64 = 5.0;

impl Drawing<'_> {
    /// Log events of one kind as bars; what a rate limit left out is spread over the time since the last
    /// message, which is when it was left out.
    pub fn events(&self, kind: &str) -> Lane {
        let of_kind = self.dated(kind);
        let metric = format!("event:{kind}");
        let files: BTreeSet<String> =
            of_kind.iter().map(|e| evidence::log_file(self.timeline, e.artifact)).collect();
        let files: Vec<String> = files.into_iter().take(2).collect();
        let mut lane = blank(title(kind), &files.join(", "), Form::Events, Tone::Harm, "/s");
        self.name_files(&mut lane, of_kind.iter().map(|e| e.artifact).collect());
        lane.letters = self.letters(&metric, "");
        lane.findings = self.findings(&metric, "");
        lane.bars = self.bars(&of_kind, self.host.logs_of(kind).iter().map(|log| log.to).max());
        lane.unknown =
            self.silence("log is silent: unknown, not zero", self.host.logs_of(kind).to_vec(), 0.0);
        let printed: u64 = of_kind.iter().filter(|e| !e.added_back).map(|e| e.count).sum();
        let added: u64 = lane.bars.iter().map(|b| b.added_back).sum();
        let (first, last) = (of_kind.first().and_then(|e| e.time), of_kind.last().and_then(|e| e.time));
        let mut long = format!("{} printed", words::setting(&printed.to_string()));
        if added > 0 {
            long += &format!(", at least {} left out", words::setting(&added.to_string()));
        }
        if let (Some(from), Some(to)) = (first, last) {
            let short = words::setting(&(printed + added).to_string());
            let to = to.max(from.plus_seconds(self.window.seconds() / 8.0)).min(self.window.to);
            lane.notes.push(Note { from, to, words: vec![long, short], strong: true });
        }
        lane
    }

    /// Kinds without a lane of their own in one, by their counts.
    pub fn other_events(&self, kinds: &[&'static str], alone: bool) -> Lane {
        let name = if alone { "Log events" } else { "Other log events" };
        let mut lane = blank(name, "", Form::Events, Tone::Harm, "/s");
        let mut counted: Vec<(u64, &str)> = Vec::new();
        let mut seen: Vec<Window> = Vec::new();
        let mut artifacts = BTreeSet::new();
        for kind in kinds {
            let of_kind = self.dated(kind);
            artifacts.extend(of_kind.iter().map(|e| e.artifact));
            counted.push((of_kind.iter().map(|e| e.count).sum(), title(kind)));
            lane.findings.extend(self.findings(&format!("event:{kind}"), ""));
            let logs = self.host.logs_of(kind);
            lane.bars.extend(self.bars(&of_kind, logs.iter().map(|log| log.to).max()));
            seen.extend(logs);
        }
        self.name_files(&mut lane, artifacts);
        lane.bars = joined(std::mem::take(&mut lane.bars));
        lane.findings.dedup();
        seen.sort_by_key(|w| (w.from, w.to));
        lane.unknown = self.silence("log is silent: unknown, not zero", seen, 0.0);
        counted.sort_by_key(|(n, name)| (Reverse(*n), *name));
        let each: Vec<String> =
            counted.iter().map(|(n, name)| format!("{name} {}", words::count(as_f64(*n)))).collect();
        let all = counted.iter().map(|(n, _)| n).sum();
        let kinds = words::things(kinds.len() as u64, "kind", "kinds");
        let short = format!("{kinds}, {}", words::things(all, "event", "events"));
        let words = vec![each.join(" · "), short];
        lane.notes.push(Note { from: self.window.from, to: self.window.to, words, strong: false });
        lane
    }

    fn dated(&self, kind: &str) -> Vec<&Event> {
        self.host.events.iter().filter(|e| e.kind == kind && e.time.is_some()).collect()
    }

    /// Bars end where the log ends: behind that nothing is known.
    fn bars(&self, events: &[&Event], end: Option<Time>) -> Vec<Bar> {
        let width = (self.window.seconds() / 120.0).max(RATE_LIMIT);
        let slots = (self.window.seconds() / width).ceil().max(1.0);
        let start = |i: f64| self.window.from.plus_seconds(i * width);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most 121 slots
        let slot = |t: Time| (t.seconds_since(self.window.from) / width).clamp(0.0, slots - 1.0) as usize;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // as above
        let mut bars: Vec<(u64, u64)> = vec![(0, 0); slots as usize];
        for event in events {
            let Some(time) = event.time else { continue };
            let bar = &mut bars[slot(time)];
            if event.added_back { bar.1 += event.count } else { bar.0 += event.count }
        }
        let kind = events.first().map_or("", |e| e.kind);
        for event in sides::left_out(self.host, kind, self.window, sides::Open::None) {
            let Some(to) = event.time else { continue };
            let from = events.iter().filter_map(|e| e.time).rfind(|t| *t < to).unwrap_or(to);
            let (a, b) = (slot(from), slot(to));
            let (n, among) = (event.count, (b - a + 1) as u64);
            for (k, bar) in (0..among).zip(&mut bars[a..=b]) {
                // whole messages: what does not divide goes to the first bars
                bar.1 += n / among + u64::from(k < n % among);
            }
        }
        let mut found = Vec::new();
        for (i, (printed, added_back)) in bars.into_iter().enumerate().filter(|(_, (p, a))| *p > 0 || *a > 0)
        {
            let from = start(as_f64(i as u64));
            let to = from.plus_seconds(width).min(self.window.to);
            let to = end.map_or(to, |end| to.min(end.max(from.plus_seconds(1.0))));
            found.push(Bar { from, to, printed, added_back });
        }
        found
    }
}

/// Title of a kind.
pub(super) fn title(kind: &str) -> &str {
    events::event(kind).map_or(kind, |row| row.title)
}

/// Bars of several kinds in the same slots as one each.
fn joined(mut bars: Vec<Bar>) -> Vec<Bar> {
    bars.sort_by_key(|b| (b.from, b.to));
    let mut found: Vec<Bar> = Vec::new();
    for bar in bars {
        match found.last_mut() {
            Some(last) if last.from == bar.from => {
                last.to = last.to.max(bar.to);
                last.printed += bar.printed;
                last.added_back += bar.added_back;
            }
            _ => found.push(bar),
        }
    }
    found
}

#[allow(clippy::cast_precision_loss)] // counts of log lines
fn as_f64(n: u64) -> f64 {
    n as f64
}
