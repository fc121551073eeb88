//! Rules: timeline and effects to findings. One rule is one file; its doc comment is its manual page
//! (*What it sees / Why it matters / What else looks like it / What to check next*).

mod accept_queue;
mod backlog_drop;
mod conntrack_drop;
mod conntrack_full;
mod counters_restarted;
mod device_drop;
mod drift;
mod log_event;
mod open_files;
mod receive_buffer;
mod retransmission;
mod udp_buffer;

use crate::correlate::Placed;
use crate::correlate::sides::{counter, counter_of};
use crate::correlate::since_boot::NAMESPACE;
use crate::model::fact::SeriesId;
use crate::model::report::effect::{Side, SideState};
use crate::model::report::{Column, Exhibit, Finding, Severity, SinceBoot, Window};
use crate::timeline::readings::{Interval, Reading, Readings};
use crate::timeline::{Host, Series, Timeline};
use hashbrown::HashMap;

/// What a rule may look at: one host at a time.
pub struct Scene<'a> {
    /// All hosts.
    pub timeline: &'a Timeline,
    /// The host in question.
    pub host: &'a Host,
    /// All changes.
    pub changes: &'a [Placed],
    /// Averages since boot, of all hosts.
    pub since_boot: &'a Averages<'a>,
    /// The text of a line.
    pub quote: &'a dyn Fn(u32, u32) -> String,
}

/// A rule.
pub struct Rule {
    /// Stable name, as in `Finding::rule`.
    pub id: &'static str,
    /// Metrics it looks at, log events as `event:conntrack-table-full`.
    pub watches: &'static [&'static str],
    /// Its own source, whose doc comment is its manual page.
    pub manual: &'static str,
    /// Looks at one host.
    pub look: fn(&Scene<'_>) -> Vec<Finding>,
}

/// Every rule. The one place to add one.
pub const RULES: &[Rule] = &[
    accept_queue::RULE,
    conntrack_full::RULE,
    receive_buffer::RULE,
    udp_buffer::RULE,
    backlog_drop::RULE,
    device_drop::RULE,
    conntrack_drop::RULE,
    retransmission::RULE,
    log_event::RULE,
    drift::RULE,
    counters_restarted::RULE,
];

/// In [`Rule::watches`]: every log event that no other rule watches.
pub const ANY_EVENT: &str = "event:*";

/// The rules that look at a metric, or at a log event (`event:` and its id).
#[must_use]
pub fn watching(metric: &str) -> Vec<&'static Rule> {
    let of = |name: &str| RULES.iter().filter(|rule| rule.watches.contains(&name)).collect::<Vec<_>>();
    let found = of(metric);
    if found.is_empty() && metric.starts_with("event:") { of(ANY_EVENT) } else { found }
}

impl Rule {
    /// A paragraph of the manual page by its heading, such as `What it sees`; plain text on one line.
    #[must_use]
    pub fn says(&self, heading: &str) -> Option<String> {
        let lead = format!("*{heading}*: ");
        let doc = self.manual.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
        let paragraph = doc.skip_while(|line| !line.starts_with(&lead)).take_while(|line| !line.is_empty());
        let text = paragraph.collect::<Vec<_>>().join(" ");
        let text = text.strip_prefix(&lead)?.replace('`', "");
        Some(text)
    }
}

/// Averages since boot, by host, metric and what it is of.
pub type Averages<'a> = HashMap<(&'a str, &'a str, &'a str), &'a SinceBoot>;

/// All findings, worst first, then by host and rule order.
#[must_use]
pub fn findings(
    timeline: &Timeline,
    changes: &[Placed],
    since_boot: &[SinceBoot],
    quote: &dyn Fn(u32, u32) -> String,
) -> Vec<Finding> {
    let averages: Averages<'_> =
        since_boot.iter().map(|it| ((it.host.as_str(), it.metric.as_str(), it.of.as_str()), it)).collect();
    let mut found = Vec::new();
    for host in &timeline.hosts {
        let scene = Scene { timeline, host, changes, since_boot: &averages, quote };
        found.extend(RULES.iter().flat_map(|rule| (rule.look)(&scene)));
    }
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    found
}

/// What a counter did: over the whole window when it was read twice, since boot when once.
enum Counted<'a> {
    /// Rate between snapshots, over the span in which there were any.
    Between(Box<Side>, Window),
    /// Average since boot.
    SinceBoot(&'a SinceBoot),
}

impl Scene<'_> {
    /// A counter's events, if there were any; of all devices or CPUs together where there are several.
    fn counted(&self, metric: &str) -> Option<Counted<'_>> {
        self.events(&SeriesId::counter(metric))
    }

    /// As [`Scene::counted`], of the device or CPU that `id` names, if it names one.
    fn events(&self, id: &SeriesId) -> Option<Counted<'_>> {
        match self.timeline.window().map(|window| self.side(id, window)) {
            Some(side) if side.state == SideState::Measured => {
                self.active(id).map(|(side, window)| Counted::Between(Box::new(side), window))
            }
            // nothing in the seconds that a bundle took to collect says nothing of the days before
            Some(side) if side.state == SideState::None => {
                let short = self.average(id).filter(|average| average.at_collection.is_some());
                short.map(Counted::SinceBoot)
            }
            _ => self.average(id).map(Counted::SinceBoot),
        }
    }

    fn average(&self, id: &SeriesId) -> Option<&SinceBoot> {
        let key = (self.host.name.as_str(), id.metric.as_str(), id.of.as_str());
        self.since_boot.get(&key).copied()
    }

    fn side(&self, id: &SeriesId, window: Window) -> Side {
        if id.of.is_empty() {
            counter(self.host, &id.metric, window)
        } else {
            counter_of(self.host, id, window)
        }
    }

    /// A counter over the span from its first event to its last: an average over quiet hours before and after it
    /// would depend on how long someone went on recording.
    fn active(&self, id: &SeriesId) -> Option<(Side, Window)> {
        let host = self.host;
        let steps = if id.of.is_empty() { host.increments(&id.metric) } else { host.increments_of(id) };
        let happened = |i: &&Interval| i.count.is_some_and(|n| n > 0.0);
        let (first, last) = (steps.iter().find(happened)?, steps.iter().rfind(happened)?);
        let window = Window { from: first.from, to: last.to };
        Some((self.side(id, window), window))
    }

    /// The samples between which all of a counter's events lie, so that the sum can be checked by hand. Of several
    /// devices or CPUs those of the one that counted most.
    fn steps(&self, metric: &str) -> Vec<Exhibit> {
        let plain = self.host.counter(metric);
        if !plain.is_empty() {
            return self.steps_of(metric, &plain);
        }
        let each = self.host.of_metric(metric).filter(|(id, _)| id.kind.is_since_boot());
        let grown = |s: &Series| {
            let values = || s.readings.iter().map(|r| r.value);
            values()
                .max()
                .zip(values().min())
                .map(|(most, least)| if most > least { most - least } else { most })
        };
        each.max_by_key(|(id, s)| (grown(s), std::cmp::Reverse(*id)))
            .map(|(_, s)| self.steps_of(metric, &s.readings))
            .unwrap_or_default()
    }

    fn steps_of(&self, metric: &str, counter: &Readings) -> Vec<Exhibit> {
        let readings: Vec<Reading> = counter.dated().collect();
        let grew = |pair: &&[Reading]| pair[1].value > pair[0].value;
        let (first, last) = (readings.windows(2).find(grew), readings.windows(2).rfind(grew));
        if let (Some(first), Some(last)) = (first, last) {
            let (before, after) = (first[0], last[1]);
            return vec![self.sample(metric, before, false), self.sample(metric, after, true)];
        }
        counter.iter().take(1).map(|r| self.sample(metric, r, true)).collect()
    }

    fn exhibit(&self, artifact: u32, line: u32, key: bool) -> Exhibit {
        let path = self.timeline.path(artifact).to_owned();
        Exhibit { path, line, text: (self.quote)(artifact, line), key, column: None }
    }

    /// A sample of a counter: in a row such as `TcpExt: 0 0 787 …` the column that it stands in.
    fn sample(&self, metric: &str, at: Reading, key: bool) -> Exhibit {
        let mut exhibit = self.exhibit(at.artifact, at.line, key);
        let (section, name) = metric.split_once('.').unwrap_or_default();
        let row = exhibit.text.strip_prefix(section).and_then(|rest| rest.strip_prefix(':'));
        let numbers = |rest: &str| rest.split_whitespace().next().is_some_and(|n| n.parse::<i64>().is_ok());
        if !section.is_empty() && row.is_some_and(numbers) {
            exhibit.column = Some(Column { name: name.to_owned(), value: at.value });
        }
        exhibit
    }

    fn finding(&self, rule: &str, of: &str, severity: Severity) -> Finding {
        Finding {
            id: anchor(&[rule, of, &self.host.name]),
            rule: rule.to_owned(),
            severity,
            host: self.host.name.clone(),
            title: String::new(),
            seen: String::new(),
            why: String::new(),
            otherwise: String::new(),
            next: String::new(),
            exhibits: Vec::new(),
        }
    }
}

impl Counted<'_> {
    /// How many events there were.
    #[allow(clippy::cast_precision_loss)] // compared with a few
    fn count(&self) -> f64 {
        match self {
            Self::Between(side, _) => side.count.unwrap_or_default(),
            Self::SinceBoot(average) => average.count as f64,
        }
    }

    /// `16,311 in 58 s (281/s)`, with the caveat of an average where it is one.
    fn words(&self) -> String {
        use crate::model::words::{clock, count, duration, rate};
        match self {
            Self::Between(side, window) => {
                let n = side.count.map(count).unwrap_or_default();
                format!(
                    "{n} in {}, {} UTC ({} on average)",
                    duration(side.seconds),
                    clock(window.from, window.to),
                    side.rate.map(rate).unwrap_or_default()
                )
            }
            #[allow(clippy::cast_precision_loss)] // shown with few figures
            Self::SinceBoot(average) => {
                let n = count(average.count as f64);
                match (average.seconds, average.rate) {
                    (Some(seconds), Some(per_second)) => format!(
                        "{n} in {} since boot ({} on average, which hides bursts)",
                        duration(seconds),
                        rate(per_second)
                    ),
                    _ if average.uptime_basis == NAMESPACE => format!("{n} ({NAMESPACE})"),
                    _ => format!("{n} since a boot of which no date is known"),
                }
            }
        }
    }

    /// One in a thousand of the traffic (or one in ten seconds, where no traffic is set beside it) is where users
    /// notice; below that it is a warning, for a single event in a day is no incident.
    fn severity(&self) -> Severity {
        let rate = match self {
            Self::Between(side, _) => side.rate,
            Self::SinceBoot(average) => average.rate,
        };
        let serious = self.per_million().map_or(rate >= Some(0.1), |share| share >= 1_000.0);
        if serious { Severity::Critical } else { Severity::Warning }
    }

    /// Events per million of the traffic, where that is known.
    fn per_million(&self) -> Option<f64> {
        match self {
            Self::Between(side, _) => side.share.as_ref().map(|s| s.per_million),
            Self::SinceBoot(average) => average.share.as_ref().map(|s| s.per_million),
        }
    }
}

/// An id that may stand in a URL: lower case letters, digits and single dashes.
pub(crate) fn anchor(parts: &[&str]) -> String {
    let mut id = String::new();
    for c in parts.iter().filter(|p| !p.is_empty()).flat_map(|p| p.chars().chain(['-'])) {
        let c = if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        if c != '-' || !id.ends_with('-') {
            id.push(c);
        }
    }
    id.trim_matches('-').to_owned()
}

/// A span in words; empty when there is none.
fn spanned(window: Option<Window>) -> String {
    window.map(|w| crate::model::words::dated(w.from, w.to)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{ANY_EVENT, RULES, watching};
    use crate::catalogue::{counters, events};

    #[test]
    fn a_rule_watches_every_metric_that_it_names() {
        for rule in RULES {
            let code = rule.manual.split("#[cfg(test)]").next().unwrap_or_default();
            assert!(code.starts_with(&format!("//! # {}\n", rule.id)), "{}", rule.id);
            let named = code.split('"').filter(|text| counters::counter(text).is_some());
            for metric in named.filter(|_| rule.id != "counters-restarted") {
                assert!(rule.watches.contains(&metric), "{}: {metric}", rule.id);
            }
            for metric in rule.watches.iter().filter(|m| **m != ANY_EVENT) {
                let event = metric.strip_prefix("event:").and_then(events::event);
                let known = event.is_some() || counters::counter(metric).is_some();
                // names outside the kernel's tables may be an open set without rows
                assert!(known || metric.starts_with(char::is_lowercase), "{}: {metric}", rule.id);
            }
            assert!(rule.says("What it sees").is_some_and(|text| text.ends_with('.')), "{}", rule.id);
            assert!(rule.says("Why it matters").is_some(), "{}", rule.id);
        }
    }

    #[test]
    fn an_event_without_a_rule_of_its_own_has_the_general_one() {
        let ids = |metric| watching(metric).iter().map(|rule| rule.id).collect::<Vec<_>>();
        assert_eq!(ids("event:conntrack-table-full"), ["conntrack-table-full"]);
        assert_eq!(ids("event:oom-kill"), ["log-event"]);
        assert!(ids("Tcp.InSegs").is_empty());
    }
}
