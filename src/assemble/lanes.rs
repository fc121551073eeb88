//! Lanes of counters: one that a change governs or that harms, one of a single device, the traffic beside them.

use super::Found;
use super::series::Shelf;
use crate::catalogue::counters::{self, Worse};
use crate::correlate::sides;
use crate::diagnose;
use crate::model::fact::{Kind, SeriesId};
use crate::model::report::Window;
use crate::model::report::effect::{Effect, Role, Side, SideState};
use crate::model::report::figure::{Curve, FILES, Form, Lane, Level, Note, Shift, Span, Tone};
use crate::model::report::moved::Point;
use crate::model::words::{self, duration};
use crate::timeline::readings::{Interval, median};
use crate::timeline::{Host, Timeline};
use std::collections::BTreeSet;

/// What the lanes of one host are drawn from.
pub(super) struct Drawing<'a> {
    pub timeline: &'a Timeline,
    pub host: &'a Host,
    /// Index of the host in the timeline.
    pub index: usize,
    pub window: Window,
    pub found: &'a Found,
    pub shelf: &'a mut Shelf,
}

impl Drawing<'_> {
    /// A counter as a rate.
    pub fn counter(&mut self, metric: &str) -> Option<Lane> {
        self.counted(&SeriesId::counter(metric))
    }

    /// The same of one device or CPU, where `id` names one.
    pub fn counted(&mut self, id: &SeriesId) -> Option<Lane> {
        let series = self.shelf.index(self.host, id)?;
        let (metric, of) = (id.metric.as_str(), id.of.as_str());
        let row = counters::counter(metric);
        let harm = row.is_some_and(|r| r.worse == Worse::Up);
        let tone = if harm { Tone::Harm } else { Tone::Load };
        let title = row.map_or(metric, |r| r.title);
        let title = if of.is_empty() { title.to_owned() } else { format!("{title} of {of}") };
        let mut lane = blank(&title, &summands(metric), Form::Rate, tone, "/s");
        lane.letters = self.letters(metric, of);
        lane.findings = self.findings(metric, of);
        self.name_files(&mut lane, self.artifacts(id));
        lane.curves.push(Curve { series, label: String::new(), tone: lane.tone });
        let steps = if of.is_empty() { self.host.increments(metric) } else { self.host.increments_of(id) };
        self.compared(&mut lane, id, &steps);
        lane.moved = self.shifts(metric, of);
        let ends = steps.first().zip(steps.last()).map(|(a, b)| Window { from: a.from, to: b.to });
        let usual = median(steps.iter().map(Interval::seconds).collect());
        lane.unknown = self.silence("no samples: unknown", ends.into_iter().collect(), usual);
        lane.gaps = steps
            .iter()
            .filter(|i| i.gap)
            .map(|i| Span { from: i.from, to: i.to, words: format!("no samples {}", duration(i.seconds())) })
            .collect();
        Some(lane)
    }

    /// A lane for a metric that a change governs and of which nothing was measured: the reader looks for it.
    pub fn absent(&self, metric: &str) -> Lane {
        let title = counters::counter(metric).map_or(metric, |row| row.title);
        let mut lane = blank(title, metric, Form::Rate, Tone::Harm, "/s");
        lane.letters = self.letters(metric, "");
        let words = "not in these dumps: unknown, not zero".to_owned();
        lane.unknown.push(Span { from: self.window.from, to: self.window.to, words });
        lane
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
            lane.letters = self.letters("Tcp.PassiveOpens", "");
        }
        Some(lane)
    }

    /// Which artifacts a series was read from; of a sum over devices or CPUs all of theirs.
    pub fn artifacts(&self, id: &SeriesId) -> BTreeSet<u32> {
        let mut found = BTreeSet::new();
        for metric in id.metric.split('+') {
            found.extend(&self.host.counter(metric).artifact);
            let each = self.host.of_metric(metric).filter(|(it, _)| id.of.is_empty() || it.of == id.of);
            found.extend(each.flat_map(|(_, series)| &series.readings.artifact));
        }
        found
    }

    /// Writes the paths of artifacts into a lane; of a hundred snapshots the first few.
    pub fn name_files(&self, lane: &mut Lane, artifacts: BTreeSet<u32>) {
        let mut paths: Vec<&str> = artifacts.into_iter().map(|a| self.timeline.path(a)).collect();
        paths.sort_unstable();
        paths.dedup();
        lane.more_files = paths.len().saturating_sub(FILES) as u64;
        lane.files = paths.into_iter().take(FILES).map(str::to_owned).collect();
    }

    /// Letters of the changes of this host that govern `metric`, or that it is the price of.
    pub fn letters(&self, metric: &str, of: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let governed = |e: &&Effect| e.role != Role::Load && (of.is_empty() || e.of.is_empty() || e.of == of);
        for effect in self.effects(metric).filter(governed) {
            if !found.contains(&effect.change) {
                found.push(effect.change.clone());
            }
        }
        found
    }

    /// Ids of the findings of this host whose rule watches `metric`, of this device or listener where they are of one.
    pub fn findings(&self, metric: &str, of: &str) -> Vec<String> {
        let host = &self.host.name;
        let kind = metric.strip_prefix("event:").unwrap_or(metric);
        let rules = diagnose::watching(metric);
        let here = self.found.findings.iter().filter(|f| f.host == *host);
        here.filter(|f| rules.iter().any(|rule| rule.id == f.rule))
            .filter(|f| ["", of, kind].iter().any(|of| diagnose::anchor(&[&f.rule, of, host]) == f.id))
            .map(|f| f.id.clone())
            .collect()
    }

    /// Change points of a series, each as wide as it is uncertain.
    pub fn shifts(&self, metric: &str, of: &str) -> Vec<Shift> {
        let ours = |p: &&Point| p.host == self.host.name && p.metric == metric && p.of == of;
        let shift = |p: &Point| Shift {
            time: p.time,
            from: p.time.plus_seconds(-p.tolerance).max(self.window.from),
            to: p.time.plus_seconds(p.tolerance).min(self.window.to),
        };
        self.found.points.iter().filter(ours).map(shift).collect()
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
    fn compared(&self, lane: &mut Lane, id: &SeriesId, steps: &[Interval]) {
        let mut found: Vec<(Window, &Side)> = Vec::new();
        for effect in self.effects(&id.metric).filter(|e| e.of == id.of) {
            let known = |side: &&Side| side.state != SideState::Unknown;
            for side in [&effect.before, &effect.after].into_iter().filter(known) {
                if let Some(window) =
                    side.window.filter(|w| w.seconds() > 0.0 && !found.iter().any(|(f, _)| f == w))
                {
                    found.push((window, side));
                }
            }
        }
        let whole = if id.of.is_empty() {
            sides::counter(self.host, &id.metric, self.window)
        } else {
            sides::counter_of(self.host, id, self.window)
        };
        let alone = found.is_empty();
        if alone {
            found.push((whole.window.unwrap_or(self.window), &whole));
        }
        let strong = lane.tone == Tone::Harm;
        for (Window { from, to }, side) in found {
            if side.state == SideState::Unknown {
                continue;
            }
            let text = words::side(side, "/s");
            let words = match (side.state, steps) {
                (SideState::None, _) if alone => {
                    let samples = words::things(steps.len() as u64 + 1, "sample", "samples");
                    vec![format!("{text} ({samples})"), text, "none".to_owned()]
                }
                (SideState::None, _) => vec![text, "none".to_owned()],
                (_, [only]) => {
                    let span = duration(only.seconds());
                    vec![
                        format!("{text}, the mean of {span} between two snapshots"),
                        format!("mean {text}"),
                        text,
                    ]
                }
                _ => vec![format!("mean {text}"), text],
            };
            lane.notes.push(Note { from, to, words, strong });
            // the mean of everything is compared with nothing: words do, as for a single step
            lane.means.extend(side.rate.filter(|_| !alone).map(|value| Level { from, to, value }));
        }
    }

    /// What lies in the window but outside of what was covered; slivers are not worth a mark, nor is what is shorter
    /// than it usually takes from one sample to the next.
    pub fn silence(&self, why: &str, covered: Vec<Window>, usual: f64) -> Vec<Span> {
        let mut found = Vec::new();
        let mut at = self.window.from;
        let sliver = (self.window.seconds() * 0.01).max(usual * 1.5);
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
        limits: Vec::new(),
        files: Vec::new(),
        more_files: 0,
        findings: Vec::new(),
    }
}
