//! One lane each: log events, a counter's rate, a queue or a table against its limit, traffic.

use super::Found;
use super::series::{Shelf, derived};
use crate::catalogue::counters::{self, Worse};
use crate::catalogue::events;
use crate::correlate::sides;
use crate::model::fact::Kind;
use crate::model::fact::SeriesId;
use crate::model::report::Window;
use crate::model::report::effect::{Effect, Role, SideState};
use crate::model::report::figure::{Bar, Curve, Form, Lane, Level, Note, Span, Tone};
use crate::model::time::Time;
use crate::model::words::{self, count, duration, percent};
use crate::timeline::readings::{Reading, UNDATED};
use crate::timeline::{Event, Host};

/// What the lanes of one host are drawn from.
pub(super) struct Drawing<'a> {
    pub host: &'a Host,
    /// Index of the host in the timeline.
    pub index: usize,
    pub window: Window,
    pub found: &'a Found,
    pub shelf: &'a mut Shelf,
}

/// The kernel's own rate limit: at most ten messages in five seconds.
const RATE_LIMIT: f64 = 5.0;

impl Drawing<'_> {
    /// Log events of one kind as bars; what a rate limit left out is spread over the time since the last
    /// message, which is when it was left out.
    pub fn events(&self, kind: &str) -> Lane {
        let row = events::event(kind);
        let of_kind: Vec<&Event> =
            self.host.events.iter().filter(|e| e.kind == kind && e.time.is_some()).collect();
        let metric = format!("event:{kind}");
        let mut lane =
            blank(row.map_or(kind, |r| r.title), "kernel and system log", Form::Events, Tone::Harm, "/s");
        lane.letters = self.letters(&metric);
        lane.bars = self.bars(&of_kind, self.host.logs_of(kind).iter().map(|log| log.to).max());
        lane.unknown = self.silence("log is silent: unknown, not zero", self.host.logs_of(kind).to_vec());
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

    /// A counter as a rate.
    pub fn counter(&mut self, metric: &str) -> Option<Lane> {
        let series = self.shelf.index(self.host, &SeriesId::counter(metric))?;
        let row = counters::counter(metric);
        let harm = row.is_some_and(|r| r.worse == Worse::Up);
        let mut lane = blank(
            row.map_or(metric, |r| r.title),
            &summands(metric),
            Form::Rate,
            if harm { Tone::Harm } else { Tone::Load },
            "/s",
        );
        lane.letters = self.letters(metric);
        lane.curves.push(Curve { series, label: String::new(), tone: lane.tone });
        self.compared(&mut lane, metric, "");
        let here = self.found.points.iter().filter(|p| p.host == self.host.name && p.metric == metric);
        lane.moved = here.map(|p| p.time).collect();
        let steps = self.host.increments(metric);
        let ends = steps.first().zip(steps.last()).map(|(a, b)| Window { from: a.from, to: b.to });
        lane.unknown = self.silence("no samples: unknown", ends.into_iter().collect());
        lane.gaps = steps
            .iter()
            .filter(|i| i.gap)
            .map(|i| Span { from: i.from, to: i.to, words: format!("no samples {}", duration(i.seconds())) })
            .collect();
        Some(lane)
    }

    /// The traffic behind the first governed metric, else segments received.
    pub fn traffic(&mut self, governed: &[String]) -> Option<Lane> {
        let load = self.found.effects.iter().find(|m| m.host == self.index && m.effect.role == Role::Load);
        let of_governed = governed.iter().find_map(|metric| counters::counter(metric)?.load);
        // Governed and harmless: the living side of a symptom, such as connections that were let in.
        let living = self.found.effects.iter().find(|m| {
            let counter = counters::counter(&m.effect.metric).is_some_and(|row| row.kind == Kind::Counter);
            m.host == self.index && counter && !m.effect.harm
        });
        let metric = load.or(living).map(|m| m.effect.metric.clone()).or(of_governed.map(str::to_owned));
        let metric = metric.unwrap_or_else(|| "Tcp.InSegs".to_owned());
        let mut lane = self.counter(&metric)?;
        lane.tone = Tone::Load;
        lane.curves.iter_mut().for_each(|curve| curve.tone = Tone::Load);
        // What was offered and what was let in are one story and one lane.
        if metric.starts_with("Tcp.PassiveOpens+") {
            let accepted = self.shelf.index(self.host, &SeriesId::counter("Tcp.PassiveOpens"))?;
            "attempted".clone_into(&mut lane.curves[0].label);
            lane.curves.push(Curve { series: accepted, label: "accepted".to_owned(), tone: Tone::Measure });
            lane.letters = self.letters("Tcp.PassiveOpens");
        }
        Some(lane)
    }

    /// Accept queues and the conntrack table as shares of their limits, the fullest first; none that stayed
    /// empty, unless a change governs it.
    pub fn fills(&mut self) -> Vec<Lane> {
        let host = self.host;
        let mut found: Vec<(f64, Lane)> = Vec::new();
        for (of, samples) in host.listeners() {
            let dated = samples.into_iter().filter(|b| b.at.time.0 != UNDATED);
            let points = dated.map(|b| (b.at, b.limit));
            found.extend(self.fill("Accept-queue fill", of, "listener.queue", of, points.collect()));
        }
        if let Some(count) = host.series.get(&SeriesId::gauge("nf_conntrack_count", "")) {
            let max: Vec<(Time, f64)> = host
                .settings
                .get("net.netfilter.nf_conntrack_max")
                .into_iter()
                .flatten()
                .filter_map(|o| Some((o.time?, o.value.parse().ok()?)))
                .collect();
            let limit_at = |t: Time| max.iter().rfind(|(at, _)| *at <= t).map(|(_, limit)| *limit);
            let points = count.readings.dated().filter_map(|r| Some((r, limit_at(r.time)?)));
            found.extend(self.fill(
                "Conntrack table fill",
                "nf_conntrack_count",
                "nf_conntrack_count",
                "",
                points.collect(),
            ));
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
        found.into_iter().map(|(_, lane)| lane).collect()
    }

    fn fill(
        &mut self,
        title: &str,
        name: &str,
        metric: &str,
        of: &str,
        points: Vec<(Reading, f64)>,
    ) -> Option<(f64, Lane)> {
        let points: Vec<(Time, f64, f64)> = points
            .into_iter()
            .filter(|(_, limit)| *limit > 0.0)
            .map(|(r, limit)| (r.time, f64::from_bits(r.value), limit))
            .collect();
        let shares: Vec<(Time, f64)> = points.iter().map(|(t, value, limit)| (*t, value / limit)).collect();
        let peak = shares.iter().map(|(_, share)| *share).fold(0.0, f64::max);
        let mut lane =
            blank(title, name, Form::Fill, if peak >= 1.0 { Tone::Harm } else { Tone::Measure }, "%");
        lane.letters = self.letters(metric);
        if peak < 0.01 && lane.letters.is_empty() {
            return None;
        }
        let id = SeriesId::gauge(&format!("{metric}/limit"), of);
        let series = derived(self.host, &id, "share of limit", &shares)?;
        lane.curves.push(Curve { series: self.shelf.put(series), label: String::new(), tone: lane.tone });
        for stretch in points.chunk_by(|a, b| (a.2 - b.2).abs() < 0.5) {
            let (first, last) = (stretch.first()?, stretch.last()?);
            let high = stretch.iter().map(|p| p.1).fold(0.0, f64::max);
            let limit = words::setting(&format!("{}", first.2));
            let full = format!("limit {limit}, peak {}", count(high));
            let words = vec![
                full,
                format!("{limit}, peak {}", count(high)),
                format!("peak {}", percent(high / first.2)),
            ];
            lane.notes.push(Note { from: first.0, to: last.0, words, strong: high >= first.2 });
        }
        self.full_first(&mut lane.notes);
        Some((peak, lane))
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

    /// Letters of the changes of this host that govern `metric`.
    fn letters(&self, metric: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for effect in self.effects(metric).filter(|e| e.role == Role::Governed) {
            if !found.contains(&effect.change) {
                found.push(effect.change.clone());
            }
        }
        found
    }

    fn effects(&self, metric: &str) -> impl Iterator<Item = &Effect> {
        self.found
            .effects
            .iter()
            .filter(|m| m.host == self.index)
            .map(|m| &m.effect)
            .filter(move |e| e.metric == metric)
    }

    /// Means and words of the windows compared; of the whole when nothing was.
    fn compared(&self, lane: &mut Lane, metric: &str, of: &str) {
        let mut found: Vec<(Window, &crate::model::report::effect::Side)> = Vec::new();
        for effect in self.effects(metric).filter(|e| e.of == of) {
            for side in [&effect.before, &effect.after] {
                if let Some(window) =
                    side.window.filter(|w| w.seconds() > 0.0 && !found.iter().any(|(f, _)| f == w))
                {
                    found.push((window, side));
                }
            }
        }
        let whole = sides::counter(self.host, metric, self.window);
        if found.is_empty() {
            found.push((whole.window.unwrap_or(self.window), &whole));
        }
        let strong = lane.tone == Tone::Harm;
        for (Window { from, to }, side) in found {
            if side.state == SideState::Unknown {
                continue;
            }
            let text = words::side(side, "/s");
            let words = match side.state {
                SideState::None => vec![text, "none".to_owned()],
                _ => vec![format!("mean {text}"), text],
            };
            lane.notes.push(Note { from, to, words, strong });
            lane.means.extend(side.rate.map(|value| Level { from, to, value }));
        }
    }

    /// What lies in the window but outside of what was covered; slivers are not worth a word.
    fn silence(&self, why: &str, covered: Vec<Window>) -> Vec<Span> {
        let mut found = Vec::new();
        let mut at = self.window.from;
        let sliver = self.window.seconds() * 0.01;
        for window in covered.into_iter().chain([Window { from: self.window.to, to: self.window.to }]) {
            if window.from.seconds_since(at) > sliver {
                found.push(Span { from: at, to: window.from.min(self.window.to), words: why.to_owned() });
            }
            at = at.max(window.to);
        }
        found
    }
}

/// A sum by the counters' names alone, which is what fits under a title.
fn summands(metric: &str) -> String {
    if !metric.contains('+') {
        return metric.to_owned();
    }
    let names: Vec<&str> = metric.split('+').map(|name| name.rsplit('.').next().unwrap_or(name)).collect();
    names.join(" + ")
}

pub(super) fn blank(title: &str, name: &str, form: Form, tone: Tone, unit: &str) -> Lane {
    Lane {
        title: title.to_owned(),
        name: name.to_owned(),
        letters: Vec::new(),
        form,
        tone,
        unit: unit.to_owned(),
        curves: Vec::new(),
        bars: Vec::new(),
        notes: Vec::new(),
        means: Vec::new(),
        unknown: Vec::new(),
        gaps: Vec::new(),
        moved: Vec::new(),
    }
}

#[allow(clippy::cast_precision_loss)] // counts of log lines
fn as_f64(n: u64) -> f64 {
    n as f64
}
