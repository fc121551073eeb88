//! The boundary of what the report can know.

use super::missing;
use crate::catalogue::counters;
use crate::correlate::Placed;
use crate::model::report::coverage::{Artifact, Coverage, Reject};
use crate::timeline::Timeline;

/// Unknown counters listed by name.
const UNKNOWN: usize = 60;

/// What was read, skipped, rejected and missing.
pub(super) fn coverage(timeline: &Timeline, changes: &[Placed]) -> Coverage {
    let mut coverage = Coverage::default();
    for account in &timeline.artifacts {
        coverage.artifacts.push(Artifact {
            path: account.path.clone(),
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
    }
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
    unknown.truncate(UNKNOWN);
    coverage.unknown_counters = unknown;
    coverage
}
