//! Lanes of what has a limit: accept queues, the conntrack table, the memory of TCP. Each is drawn as a share of its
//! limit, so that "full" looks full; the limit itself stands in words, for a share falls when a limit rises.

use super::lanes::{Drawing, blank};
use super::series::derived;
use crate::model::fact::{Layer, SeriesId};
use crate::model::report::Window;
use crate::model::report::figure::{Curve, Form, Lane, Limit, Note, Span, Tone};
use crate::model::time::Time;
use crate::model::words::{self, count, duration, percent};
use crate::timeline::readings::{UNDATED, median};

/// Below this share nothing is drawn that no change governs.
const DRAWN: f64 = 0.01;
/// TCP's memory is of interest from half of where the kernel begins to press on it.
const PRESSED: f64 = 0.5;
/// Sampling paused where nothing was read for so many usual steps.
const PAUSE: f64 = 5.0;

/// Something with a limit over time.
pub(super) struct Fill {
    title: &'static str,
    metric: &'static str,
    pub of: String,
    /// When, how much, and the limit then; in time order.
    points: Vec<(Time, f64, f64)>,
    /// Limits as they were read.
    limits: Vec<Limit>,
    /// Highest share.
    pub peak: f64,
    /// Letters of the changes that govern it.
    pub letters: Vec<String>,
}

impl Fill {
    /// How a lane that has no room is named.
    pub fn name(&self) -> String {
        if self.of.is_empty() { self.title.to_owned() } else { format!("{} {}", self.title, self.of) }
    }
}

impl Drawing<'_> {
    /// Accept queues, the conntrack table and TCP's memory, the fullest first; none that stayed empty, unless a
    /// change governs it.
    pub fn fills(&self) -> Vec<Fill> {
        let host = self.host;
        let mut found: Vec<Fill> = Vec::new();
        for (of, samples) in host.listeners() {
            let dated = samples.into_iter().filter(|b| b.at.time.0 != UNDATED);
            let points: Vec<_> = dated.map(|b| (b.at.time, b.queue, b.limit)).collect();
            let limits = stretches(points.iter().map(|p| (p.0, p.2)));
            found.extend(self.fill(("Accept-queue fill", "listener.queue", of), points, limits));
        }
        for (title, metric, key, field) in [
            ("Conntrack table fill", "nf_conntrack_count", "net.netfilter.nf_conntrack_max", 0),
            ("TCP memory fill", "sockstat.TCP.mem", "net.ipv4.tcp_mem", 2),
        ] {
            let limits = stretches(self.setting(key, field).into_iter());
            let at = |t: Time| limits.iter().rfind(|l| l.from <= t).or(limits.first()).map(|l| l.value);
            let Some(series) = host.series.get(&SeriesId::gauge(metric, "")) else { continue };
            let read = series.readings.dated();
            let points = read.filter_map(|r| Some((r.time, f64::from_bits(r.value), at(r.time)?))).collect();
            found.extend(self.fill((title, metric, ""), points, limits.clone()));
        }
        found.retain(|f| f.metric != "sockstat.TCP.mem" || f.peak >= PRESSED || !f.letters.is_empty());
        found.sort_by(|a, b| {
            b.letters
                .len()
                .min(1)
                .cmp(&a.letters.len().min(1))
                .then(b.peak.total_cmp(&a.peak))
                .then_with(|| a.of.cmp(&b.of))
        });
        found
    }

    /// Values of a setting in the running kernel, or of one field of it, whenever it was read.
    fn setting(&self, key: &str, field: usize) -> Vec<(Time, f64)> {
        let seen = self.host.settings.get(key).into_iter().flatten();
        let value = |text: &str| text.split_ascii_whitespace().nth(field)?.parse().ok();
        seen.filter(|o| o.layer == Layer::Runtime).filter_map(|o| Some((o.time?, value(&o.value)?))).collect()
    }

    fn fill(
        &self,
        (title, metric, of): (&'static str, &'static str, &str),
        mut points: Vec<(Time, f64, f64)>,
        limits: Vec<Limit>,
    ) -> Option<Fill> {
        points.retain(|(_, value, limit)| *limit > 0.0 && value.is_finite());
        points.first()?;
        let peak = points.iter().map(|(_, value, limit)| value / limit).fold(0.0, f64::max);
        let letters = self.letters(metric, of);
        let drawn = peak >= DRAWN || !letters.is_empty();
        drawn.then(|| Fill { title, metric, of: of.to_owned(), points, limits, peak, letters })
    }

    /// The lane of a fill.
    pub fn filled(&mut self, fill: Fill) -> Option<Lane> {
        let Fill { title, metric, of, points, limits, peak, letters } = fill;
        let tone = if peak >= 1.0 { Tone::Harm } else { Tone::Measure };
        let name = if of.is_empty() { metric } else { of.as_str() };
        let mut lane = blank(title, name, Form::Fill, tone, "%");
        lane.letters = letters;
        self.name_files(&mut lane, self.artifacts(&SeriesId::gauge(metric, &of)));
        lane.findings = self.findings(metric, &of);
        if metric == "nf_conntrack_count" {
            lane.findings.extend(self.findings("event:conntrack-table-full", ""));
        }
        let shares: Vec<(Time, f64)> = points.iter().map(|(t, value, limit)| (*t, value / limit)).collect();
        let id = SeriesId::gauge(&format!("{metric}/limit"), &of);
        let series = derived(self.host, &id, "share of limit", &shares)?;
        lane.curves.push(Curve { series: self.shelf.put(series), label: String::new(), tone });
        lane.moved = self.shifts(metric, &of);
        lane.notes = notes(&points, self.window.to);
        self.full_first(&mut lane.notes);
        lane.gaps = gaps(&points);
        lane.limits = limits.iter().flat_map(|limit| without(limit, &lane.gaps)).collect();
        if let (Some(first), Some(last), true) = (points.first(), points.last(), points.len() > 1) {
            let covered = Window { from: first.0, to: last.0 };
            lane.unknown = self.silence("no samples: unknown", vec![covered], usual(&points));
        }
        Some(lane)
    }

    /// A short stretch that was full needs room for its words more than the calm one behind it: otherwise needles
    /// at the limit would stand under another limit's words.
    fn full_first(&self, notes: &mut [Note]) {
        let room = self.window.seconds() / 5.0;
        for i in 0..notes.len() {
            let needed = notes[i].from.plus_seconds(room).min(self.window.to);
            if !notes[i].strong || notes[i].to >= needed {
                continue;
            }
            notes[i].to = needed;
            notes[i].from = notes[i].from.min(needed.plus_seconds(-room)).max(self.window.from);
            for later in &mut notes[i + 1..] {
                later.from = later.from.max(needed);
                later.to = later.to.max(later.from);
            }
        }
    }
}

/// Equal values in a row as one stretch.
fn stretches(read: impl Iterator<Item = (Time, f64)>) -> Vec<Limit> {
    let mut found: Vec<Limit> = Vec::new();
    for (time, value) in read {
        match found.last_mut() {
            Some(last) if (last.value - value).abs() < 0.5 => last.to = time,
            _ => found.push(Limit { from: time, to: time, value }),
        }
    }
    found
}

/// Limit and highest value of each stretch of one limit; of a single sample all there is to say.
fn notes(points: &[(Time, f64, f64)], end: Time) -> Vec<Note> {
    if let [(time, value, limit)] = points {
        let said = format!("{} of {} at {}", count(*value), count(*limit), time.hms());
        let words = vec![format!("{said}. One sample: no trend, no rate."), said.clone(), count(*value)];
        return vec![Note { from: *time, to: end, words, strong: value >= limit }];
    }
    let mut found = Vec::new();
    for stretch in points.chunk_by(|a, b| (a.2 - b.2).abs() < 0.5) {
        let (Some(first), Some(last)) = (stretch.first(), stretch.last()) else { continue };
        let high = stretch.iter().map(|p| p.1).fold(0.0, f64::max);
        let limit = words::setting(&format!("{}", first.2));
        let peak = if high > 0.0 { format!("peak {}", count(high)) } else { "empty".to_owned() };
        let short = if high > 0.0 { format!("peak {}", percent(high / first.2)) } else { peak.clone() };
        let words = vec![format!("limit {limit}, {peak}"), format!("{limit}, {peak}"), short];
        found.push(Note { from: first.0, to: last.0, words, strong: high >= first.2 });
    }
    found
}

fn step(pair: &[(Time, f64, f64)]) -> f64 {
    pair[1].0.seconds_since(pair[0].0)
}

fn usual(points: &[(Time, f64, f64)]) -> f64 {
    median(points.windows(2).map(step).collect())
}

/// Where nothing was read for much longer than usual.
fn gaps(points: &[(Time, f64, f64)]) -> Vec<Span> {
    let usual = usual(points);
    if points.len() < 4 {
        return Vec::new();
    }
    points
        .windows(2)
        .filter(|pair| usual > 0.0 && step(pair) > usual * PAUSE)
        .map(|pair| Span {
            from: pair[0].0,
            to: pair[1].0,
            words: format!("no samples {}", duration(step(pair))),
        })
        .collect()
}

/// A limit is not drawn through a gap either.
fn without(limit: &Limit, gaps: &[Span]) -> Vec<Limit> {
    let mut found = Vec::new();
    let mut from = limit.from;
    for gap in gaps.iter().filter(|g| g.from < limit.to && g.to > limit.from) {
        if gap.from > from {
            found.push(Limit { from, to: gap.from, value: limit.value });
        }
        from = from.max(gap.to);
    }
    if from <= limit.to {
        found.push(Limit { from, to: limit.to, value: limit.value });
    }
    found
}
