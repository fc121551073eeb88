//! Rules: timeline and effects to findings. One rule is one file; its doc comment is its manual page
//! (*What it sees / Why it matters / What else looks like it / What to check next*).

mod accept_queue;
mod conntrack_full;
mod counters_restarted;
mod drift;
mod log_event;
mod open_files;
mod receive_buffer;
mod retransmission;
mod udp_buffer;

use crate::correlate::Placed;
use crate::correlate::sides::counter;
use crate::correlate::since_boot::NAMESPACE;
use crate::model::report::effect::{Side, SideState};
use crate::model::report::{Exhibit, Finding, Severity, SinceBoot, Window};
use crate::timeline::readings::{Interval, Reading};
use crate::timeline::{Host, Timeline};

/// What a rule may look at: one host at a time.
pub struct Scene<'a> {
    /// All hosts.
    pub timeline: &'a Timeline,
    /// The host in question.
    pub host: &'a Host,
    /// All changes.
    pub changes: &'a [Placed],
    /// Averages since boot, of all hosts.
    pub since_boot: &'a [SinceBoot],
    /// The text of a line.
    pub quote: &'a dyn Fn(u32, u32) -> String,
}

/// A rule.
pub struct Rule {
    /// Stable name, as in `Finding::rule`.
    pub id: &'static str,
    /// Looks at one host.
    pub look: fn(&Scene<'_>) -> Vec<Finding>,
}

/// Every rule. The one place to add one.
pub const RULES: &[Rule] = &[
    accept_queue::RULE,
    conntrack_full::RULE,
    receive_buffer::RULE,
    udp_buffer::RULE,
    retransmission::RULE,
    log_event::RULE,
    drift::RULE,
    counters_restarted::RULE,
];

/// All findings, worst first, then by host and rule order.
#[must_use]
pub fn findings(
    timeline: &Timeline,
    changes: &[Placed],
    since_boot: &[SinceBoot],
    quote: &dyn Fn(u32, u32) -> String,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for host in &timeline.hosts {
        let scene = Scene { timeline, host, changes, since_boot, quote };
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
    /// A counter's events, if there were any.
    fn counted(&self, metric: &str) -> Option<Counted<'_>> {
        let whole = self.timeline.window().map(|window| counter(self.host, metric, window));
        match whole {
            Some(side) if side.state == SideState::Measured => {
                self.active(metric).map(|(side, window)| Counted::Between(Box::new(side), window))
            }
            Some(side) if side.state == SideState::None => None,
            _ => self
                .since_boot
                .iter()
                .find(|average| average.host == self.host.name && average.metric == metric)
                .map(Counted::SinceBoot),
        }
    }

    /// A counter over the span from its first event to its last: an average over quiet hours before and after it
    /// would depend on how long someone went on recording.
    fn active(&self, metric: &str) -> Option<(Side, Window)> {
        let steps = self.host.increments(metric);
        let happened = |i: &&Interval| i.count.is_some_and(|n| n > 0.0);
        let (first, last) = (steps.iter().find(happened)?, steps.iter().rfind(happened)?);
        let window = Window { from: first.from, to: last.to };
        Some((counter(self.host, metric, window), window))
    }

    /// The samples between which all of a counter's events lie, so that the sum can be checked by hand.
    fn steps(&self, metric: &str) -> Vec<Exhibit> {
        let readings: Vec<Reading> = self.host.counter(metric).dated().collect();
        let grew = |pair: &&[Reading]| pair[1].value > pair[0].value;
        let (first, last) = (readings.windows(2).find(grew), readings.windows(2).rfind(grew));
        if let (Some(first), Some(last)) = (first, last) {
            let (before, after) = (first[0], last[1]);
            return vec![
                self.exhibit(before.artifact, before.line, false),
                self.exhibit(after.artifact, after.line, true),
            ];
        }
        let counter = self.host.counter(metric);
        counter.iter().take(1).map(|r| self.exhibit(r.artifact, r.line, true)).collect()
    }

    fn exhibit(&self, artifact: u32, line: u32, key: bool) -> Exhibit {
        let path = self.timeline.path(artifact).to_owned();
        Exhibit { path, line, text: (self.quote)(artifact, line), key }
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
fn anchor(parts: &[&str]) -> String {
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
