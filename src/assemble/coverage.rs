//! The boundary of what the report can know.

use super::missing;
use crate::catalogue::counters;
use crate::correlate::Placed;
use crate::model::report::coverage::{Artifact, Coverage, Reject};
use crate::timeline::Timeline;
use std::collections::BTreeMap;

/// Unknown counters and families of them that are listed.
const UNKNOWN: usize = 60;
/// A family with more unknown counters than this is one entry of the list.
const FAMILY: usize = 5;

/// What was read, skipped, rejected and missing.
#[must_use]
pub fn coverage(timeline: &Timeline, changes: &[Placed]) -> Coverage {
    let mut coverage = Coverage::default();
    for account in &timeline.artifacts {
        coverage.artifacts.push(Artifact {
            path: account.path.clone(),
            kept_as: account.kept_as.clone(),
            tail: account.is_tail(),
            host: account.hosts.iter().cloned().collect::<Vec<_>>().join(", "),
            format: account.formats.join(" + "),
            skipped: account.skipped.clone().unwrap_or_default(),
            bytes: account.bytes,
            lines: account.lines,
            snapshots: account.snapshots,
            facts: account.facts,
            window: account.window,
            clock: account.clock.clone(),
            rejected: account.rejects.count,
        });
        coverage.rejected += account.rejects.count;
        let reject = |r: &crate::model::fact::Reject| Reject {
            path: account.path.clone(),
            line: r.line,
            why: r.why.clone(),
        };
        coverage.rejects.extend(account.rejects.kept.iter().map(reject));
        coverage.notes.extend(account.notes.kept.iter().map(reject));
    }
    coverage.missing.extend(missing::lost(timeline));
    for host in &timeline.hosts {
        coverage.missing.extend(missing::missing(timeline, host, changes));
    }
    let mut unknown: Vec<String> = timeline
        .hosts
        .iter()
        .flat_map(|h| h.series.keys())
        .filter(|id| counters::counter(&id.metric).is_none())
        .map(|id| id.metric.clone())
        .collect();
    unknown.sort();
    unknown.dedup();
    coverage.unknown_counters = families(&unknown);
    coverage.unknown_counters.truncate(UNKNOWN);
    coverage
}

/// Sorted names, those of a family of more than [`FAMILY`] as one: `meminfo.*: 40 names`.
fn families(names: &[String]) -> Vec<String> {
    let mut members: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for name in names {
        members.entry(prefix(name)).or_default().push(name);
    }
    let mut listed = Vec::new();
    for (prefix, members) in members {
        if prefix.is_empty() || members.len() <= FAMILY {
            listed.extend(members.into_iter().cloned());
        } else {
            listed.push(format!("{prefix}*: {} names", members.len()));
        }
    }
    listed.sort();
    listed
}

/// The family of a name, its separator included: `sar.`, or `node_` of a name without a dot; empty where there is none.
fn prefix(name: &str) -> &str {
    let at = name.find('.').or_else(|| name.find('_').filter(|_| !name.contains(' ')));
    at.and_then(|at| name.get(..=at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::families;

    #[test]
    fn a_large_family_is_named_once() {
        let meminfo = (0..40).map(|n| format!("meminfo.A{n}"));
        let few =
            ["TcpExt.New", "TcpExt.Newer", "a phrase of net-tools. As printed", "value"].map(str::to_owned);
        let node = (0..6).map(|n| format!("node_{n}"));
        let names: Vec<String> = few.into_iter().chain(meminfo).chain(node).collect();
        let expected = [
            "TcpExt.New",
            "TcpExt.Newer",
            "a phrase of net-tools. As printed",
            "meminfo.*: 40 names",
            "node_*: 6 names",
            "value",
        ];
        assert_eq!(families(&names), expected);
    }
}
