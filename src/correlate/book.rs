//! [`Book`]: what the hosts' series say, worked out once for all changes.

use super::ladder::{Samples, Step, Track};
use super::moves::Raw;
use super::sides::{Open, SUPPRESSED, left_out};
use crate::catalogue::counters;
use crate::model::fact::SeriesId;
use crate::model::report::Window;
use crate::model::time::Time;
use crate::timeline::readings::Interval;
use crate::timeline::{Host, Timeline};
use hashbrown::HashMap;
use std::rc::Rc;

/// Increments, tracks and levels by host and metric.
pub struct Book<'a> {
    /// Everything that was read.
    pub timeline: &'a Timeline,
    /// The whole span.
    pub window: Window,
    increments: HashMap<(usize, String), Rc<Vec<Interval>>>,
    tracks: HashMap<(usize, String), Rc<Track>>,
    levels: HashMap<(usize, SeriesId), Rc<Samples>>,
    known: HashMap<(usize, String), bool>,
    pub(super) points: HashMap<(usize, String), Rc<Vec<Raw>>>,
}

/// Share of a span that the load's own samples must cover for its exposure to be known.
const COVERED: f64 = 0.9;
/// Most bins of a log.
const BINS: f64 = 20_000.0;
/// Shortest bin of a log: two intervals of the kernel's rate limit.
const BIN: f64 = 10.0;

impl<'a> Book<'a> {
    /// An empty book; `None` where nothing has a time.
    #[must_use]
    pub fn new(timeline: &'a Timeline) -> Option<Self> {
        let window = timeline.window()?;
        Some(Self {
            timeline,
            window,
            increments: HashMap::new(),
            tracks: HashMap::new(),
            levels: HashMap::new(),
            known: HashMap::new(),
            points: HashMap::new(),
        })
    }

    /// A host.
    #[must_use]
    pub fn host(&self, at: usize) -> &'a Host {
        &self.timeline.hosts[at]
    }

    /// Seconds on the axis of the tracks.
    #[must_use]
    pub fn seconds(&self, time: Time) -> f64 {
        time.seconds_since(self.window.from)
    }

    /// Back from [`Book::seconds`].
    #[must_use]
    pub fn time(&self, seconds: f64) -> Time {
        self.window.from.plus_seconds(seconds)
    }

    /// Increments of a counter.
    pub fn increments(&mut self, host: usize, metric: &str) -> Rc<Vec<Interval>> {
        let timeline = self.timeline;
        let key = (host, metric.to_owned());
        let make = || Rc::new(timeline.hosts[host].increments(metric));
        Rc::clone(self.increments.entry(key).or_insert_with(make))
    }

    /// Whether anything counted a metric at all.
    pub fn counts(&mut self, host: usize, metric: &str) -> bool {
        let timeline = self.timeline;
        let key = (host, metric.to_owned());
        *self.known.entry(key).or_insert_with(|| timeline.hosts[host].counts(metric))
    }

    /// The metric that stands for the load of another one, where it was measured.
    pub fn load(&mut self, host: usize, metric: &str) -> Option<&'static str> {
        let load = counters::counter(metric)?.load?;
        self.increments(host, load).iter().any(|i| i.count.is_some_and(|n| n > 0.0)).then_some(load)
    }

    /// A counter, or the lines of a log (`event:…`), beside its load or its time.
    pub fn track(&mut self, host: usize, metric: &str) -> Rc<Track> {
        let key = (host, metric.to_owned());
        if let Some(track) = self.tracks.get(&key) {
            return Rc::clone(track);
        }
        let track = Rc::new(match metric.strip_prefix("event:") {
            Some(kind) => self.log(self.host(host), kind),
            None => self.counted(host, metric),
        });
        self.tracks.insert(key, Rc::clone(&track));
        track
    }

    fn counted(&mut self, host: usize, metric: &str) -> Track {
        let steps = self.increments(host, metric);
        let load = self.load(host, metric).map(|load| self.increments(host, load));
        let mut at = 0;
        let step = |i: &Interval| {
            let exposure = match &load {
                Some(load) => exposure(load, i, &mut at)?,
                None => i.seconds(),
            };
            Some(Step { from: self.seconds(i.from), to: self.seconds(i.to), events: i.count?, exposure })
        };
        Track::new(steps.iter().filter_map(step).collect::<Vec<_>>())
    }

    /// Lines of a log in bins over the time that the log demonstrably covers.
    #[allow(clippy::cast_precision_loss)] // counts of log lines
    fn log(&self, host: &Host, kind: &str) -> Track {
        let width = (self.window.seconds() / BINS).max(BIN);
        let mut lines: Vec<(f64, f64)> = host
            .events
            .iter()
            .filter(|e| e.kind == kind)
            .filter_map(|e| Some((self.seconds(e.time?), e.count as f64)))
            .collect();
        let more = left_out(host, kind, self.window, Open::None);
        lines.extend(more.iter().filter_map(|e| Some((self.seconds(e.time?), e.count as f64))));
        lines.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut steps = Vec::new();
        let mut begun = f64::NEG_INFINITY;
        for log in host.logs_of(kind) {
            let (mut from, end) = (self.seconds(log.from).max(begun), self.seconds(log.to));
            while from < end {
                let to = (from + width).min(end);
                let first = lines.partition_point(|l| l.0 < from);
                let last = lines.partition_point(|l| if to >= end { l.0 <= to } else { l.0 < to });
                let events = lines.get(first..last).unwrap_or_default().iter().map(|l| l.1).sum();
                steps.push(Step { from, to, events, exposure: to - from });
                from = to;
            }
            begun = begun.max(end);
        }
        debug_assert!(kind != SUPPRESSED, "what a limit left out is of the kinds that it limits");
        Track::new(steps)
    }

    /// Samples of a gauge.
    pub fn level(&mut self, host: usize, id: &SeriesId) -> Rc<Samples> {
        let (timeline, from) = (self.timeline, self.window.from);
        let make = || {
            let readings = timeline.hosts[host].series.get(id).into_iter().flat_map(|s| s.readings.dated());
            Rc::new(Samples::new(readings.map(|r| (r.time.seconds_since(from), f64::from_bits(r.value)))))
        };
        Rc::clone(self.levels.entry((host, id.clone())).or_insert_with(make))
    }
}

/// What a load counted in a span; `at` is where the span before began. `None` where its samples do not cover the span.
fn exposure(load: &[Interval], span: &Interval, at: &mut usize) -> Option<f64> {
    while load.get(*at).is_some_and(|i| i.to <= span.from) {
        *at += 1;
    }
    let (mut exposure, mut covered) = (0.0, 0.0);
    for i in load[*at..].iter().take_while(|i| i.from < span.to) {
        let part = i.to.min(span.to).seconds_since(i.from.max(span.from));
        if let Some(count) = i.count {
            exposure += count * part / i.seconds();
            covered += part;
        }
    }
    (covered >= COVERED * span.seconds()).then_some(exposure)
}
