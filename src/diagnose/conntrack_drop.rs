//! # conntrack-drop
//!
//! *What it sees*: `nf_conntrack.drop`, `early_drop` or `insert_failed` grows (`conntrack -S`,
//! `/proc/net/stat/nf_conntrack`).
//!
//! *Why it matters*: `drop` is a packet dropped for want of an entry; `early_drop` a flow that was thrown out of a full
//! table to make room; `insert_failed` a packet dropped because two packets of one new flow raced.
//!
//! *What else looks like it*: `insert_failed` without a full table is the well-known race of parallel DNS queries over
//! NAT; newer kernels resolve most of these (`clash_resolve`).
//!
//! *What to check next*: `nf_conntrack_count` against `nf_conntrack_max`; for the race, what sends two UDP packets from
//! one socket at once.

use super::{Rule, Scene};
use crate::model::report::Finding;

/// See the module.
pub const RULE: Rule = Rule {
    id: "conntrack-drop",
    watches: &["nf_conntrack.drop", "nf_conntrack.early_drop", "nf_conntrack.insert_failed"],
    manual: include_str!("conntrack_drop.rs"),
    look,
};

/// Counter and what one of it is.
const METRICS: [(&str, &str); 3] = [
    ("nf_conntrack.drop", "packets dropped because no entry could be made"),
    ("nf_conntrack.early_drop", "flows thrown out of a full table"),
    ("nf_conntrack.insert_failed", "packets dropped because their entry could not be inserted"),
];

fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let mut finding: Option<Finding> = None;
    for (metric, what) in METRICS {
        let Some(counted) = scene.counted(metric) else { continue };
        let seen = format!("{metric}, {what}: {}, all CPUs together.", counted.words());
        if let Some(finding) = &mut finding {
            finding.seen += &format!(" {seen}");
            continue;
        }
        let mut first = scene.finding(RULE.id, "", counted.severity());
        first.title = "Connection tracking dropped packets or flows".to_owned();
        first.seen = seen;
        first.why = "A packet without an entry does not pass; a flow without its entry is cut off where a firewall asks for its state.".to_owned();
        first.otherwise = "insert_failed without a full table: two packets of one new flow at once, as parallel DNS queries over NAT make them.".to_owned();
        first.next = "nf_conntrack_count against nf_conntrack_max, and conntrack -L for who opens the flows."
            .to_owned();
        first.exhibits = scene.steps(metric);
        finding = Some(first);
    }
    finding.into_iter().collect()
}
