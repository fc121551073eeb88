//! What could not be compared, and why.

use super::{Pair, Subject};
use crate::model::diff::{Counter, Diff, Gap, Kind, Measure, SettingKind, State};
use crate::model::words::things;
use std::collections::{BTreeMap, BTreeSet};

/// Names of one family that are listed each.
const FAMILY: usize = 6;

/// What a report calls missing and is told here in other words.
const TOLD: [&str; 7] = [
    "Accept queues",
    "How long the counters had been counting",
    "Kernel counters",
    "Rates",
    "Settings",
    "Whether settings survive a reboot",
    "Who made the changes",
];

/// Everything, by what it is about.
pub(super) fn gaps(pair: &Pair<'_>, diff: &Diff) -> Vec<Gap> {
    let mut found = List(Vec::new());
    times(pair, diff, &mut found);
    for (side, own, other) in [(&pair.a, &diff.a, &diff.b), (&pair.b, &diff.b, &diff.a)] {
        let first = own == &diff.a;
        let of = |c: &'_ Counter| if first { (c.a.clone(), c.b.clone()) } else { (c.b.clone(), c.a.clone()) };
        let alone = |c: &&Counter| {
            let (mine, theirs) = of(c);
            told(&mine) && theirs.state == State::Absent
        };
        let names: Vec<&Counter> = diff.counters.iter().filter(alone).collect();
        if !names.is_empty() {
            let text = format!(
                "{} that no dump of {} has: not zero there, but unknown.",
                things(names.len() as u64, "counter", "counters"),
                other.label
            );
            found.push(&format!("Counters only on {}", own.label), &text, families(&names));
        }
        unread(side, &own.label, &mut found);
        others(side, &own.label, &mut found);
    }
    restarted(diff, &mut found);
    settings(diff, &mut found);
    listeners(diff, &mut found);
    missing(pair, diff, &mut found);
    found.0
}

struct List(Vec<Gap>);

impl List {
    fn push(&mut self, title: &str, text: &str, names: Vec<String>) {
        self.0.push(Gap { title: title.to_owned(), text: text.to_owned(), names });
    }
}

fn told(measure: &Measure) -> bool {
    matches!(measure.state, State::Measured | State::Zero)
}

/// Counters by name; a large family as one: `ethtool.*: 40 names`.
fn families(counters: &[&Counter]) -> Vec<String> {
    let mut by: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for counter in counters {
        let section = counter.metric.split('.').next().unwrap_or_default();
        let of = if counter.of.is_empty() { String::new() } else { format!(" of {}", counter.of) };
        by.entry(format!("{section}.*{of}")).or_default().insert(format!("{}{of}", counter.metric));
    }
    let each = by.into_iter().flat_map(|(family, names)| {
        if names.len() > FAMILY {
            vec![format!("{family}: {} names", names.len())]
        } else {
            names.into_iter().collect()
        }
    });
    each.collect()
}

fn times(pair: &Pair<'_>, diff: &Diff, found: &mut List) {
    if diff.relation.kind == Kind::Between && diff.relation.seconds.is_none() {
        let text = "Neither times nor uptimes tell how far the two are apart: increments are known, rates are not, \
                    and A is taken as the earlier one.";
        found.push("No time between the two", text, Vec::new());
    }
    for (side, party) in [(&pair.a, &diff.a), (&pair.b, &diff.b)] {
        let counts = side.host.series.keys().any(|id| id.kind.is_since_boot());
        if counts && !party.series && party.uptime.is_none() {
            let why = if side.host.netns.is_empty() {
                "No uptime in the input, so totals since boot are no rates; shares of the traffic need none."
            } else {
                "A network namespace counts from when it was made, which no dump tells; shares of the traffic need no time."
            };
            found.push(&format!("No average since boot of {}", party.label), why, Vec::new());
        }
        if !side.host.series.keys().any(|id| id.kind != crate::model::fact::Kind::Gauge) {
            found.push(
                &format!("No counter of {}", party.label),
                "Nothing in its input is netstat -s, nstat, /proc/net/netstat or the like.",
                Vec::new(),
            );
        }
    }
}

/// Lines that could not be read: what they hold is missing here, and is no zero.
fn unread(side: &Subject<'_>, label: &str, found: &mut List) {
    let mine = side.timeline.artifacts.iter().filter(|a| a.hosts.contains(&side.host.name));
    let files: Vec<_> = mine.filter(|a| a.rejects.count > 0).collect();
    let lines: u64 = files.iter().map(|a| a.rejects.count).sum();
    if lines == 0 {
        return;
    }
    let names = files.iter().filter_map(|a| {
        let first = a.rejects.kept.first()?;
        Some(format!("{}:{}: {}", a.path, first.line, first.why))
    });
    let text = format!(
        "{} of {} could not be read: what they hold is unknown.",
        things(lines, "line", "lines"),
        things(files.len() as u64, "file", "files")
    );
    found.push(&format!("Unreadable lines of {label}"), &text, names.take(FAMILY).collect());
}

/// Hosts and namespaces of an input that nobody asked for.
fn others(side: &Subject<'_>, label: &str, found: &mut List) {
    let other = side.timeline.hosts.iter().filter(|h| h.name != side.host.name && h.netns != side.host.netns);
    let names: Vec<String> =
        other.filter(|h| h.machine() == side.host.machine()).map(|h| h.name.clone()).collect();
    if !names.is_empty() {
        let text = "Each has counters and settings of its own; --hosts compares them.";
        found.push(&format!("Other namespaces of {label}"), text, names);
    }
}

fn restarted(diff: &Diff, found: &mut List) {
    let fell = diff.counters.iter().filter(|c| c.b.state == State::Restarted);
    let names: Vec<String> = fell
        .map(|c| format!("{}{}{} {}", c.metric, if c.of.is_empty() { "" } else { " of " }, c.of, c.b.note))
        .collect();
    if !names.is_empty() {
        let text = "They fell, though the host did not boot: a driver or a module was loaded again, or a device was \
                    made anew. What they counted in between is unknown.";
        found.push("Counters that began again", text, names);
    }
}

fn settings(diff: &Diff, found: &mut List) {
    for (own, n, files) in
        [(&diff.a, diff.census.a, diff.census.files_a), (&diff.b, diff.census.b, diff.census.files_b)]
    {
        if n == 0 {
            let text = "No sysctl -a and no /proc/sys in its input: no running value is known.";
            found.push(&format!("No settings of {}", own.label), text, Vec::new());
        }
        if !files {
            let text =
                "No sysctl.conf or sysctl.d in its input: whether its settings survive a reboot is unknown.";
            found.push(&format!("No configuration files of {}", own.label), text, Vec::new());
        }
    }
    let only = |kind| diff.settings.iter().filter(|s| s.kind == kind).count() as u64;
    let (a, b) = (only(SettingKind::OnlyA), only(SettingKind::OnlyB));
    if a + b > 0 && diff.census.a.min(diff.census.b) * 2 < diff.census.a.max(diff.census.b) {
        let keys = |n| things(n, "key", "keys");
        let text = format!(
            "{} were read of {}, {} of {}: a key that only one has may just not have been collected.",
            keys(diff.census.a),
            diff.a.label,
            keys(diff.census.b),
            diff.b.label
        );
        found.push("Settings read in part", &text, Vec::new());
    }
}

fn listeners(diff: &Diff, found: &mut List) {
    let none = |own: &str, found: &mut List| {
        let text = "No ss -lnt or netstat -tan in its input: what listens there is unknown.";
        found.push(&format!("No listeners of {own}"), text, Vec::new());
    };
    for party in [&diff.a, &diff.b].into_iter().filter(|party| !party.listeners) {
        none(&party.label, found);
    }
}

/// What one side's report could not see and the other's could.
fn missing(pair: &Pair<'_>, diff: &Diff, found: &mut List) {
    let of = |side: &Subject<'_>| {
        let mine = side.report.coverage.missing.iter();
        mine.filter(|m| m.host.is_empty() || m.host == side.host.name)
            .filter(|m| !TOLD.contains(&m.title.as_str()))
            .map(|m| (m.title.clone(), m.text.clone()))
            .collect::<BTreeMap<_, _>>()
    };
    let (a, b) = (of(&pair.a), of(&pair.b));
    for (own, other, label) in [(&a, &b, &diff.a.label), (&b, &a, &diff.b.label)] {
        for (title, text) in own.iter().filter(|(title, _)| !other.contains_key(*title)) {
            found.push(&format!("{title}: not seen of {label}"), text, Vec::new());
        }
    }
}
