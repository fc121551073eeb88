//! # softnet-backlog-drop
//!
//! *What it sees*: `softnet.dropped` grows: the second column of `/proc/net/softnet_stat`.
//!
//! *Why it matters*: a packet that had reached the machine was dropped before any protocol saw it, because a CPU's
//! input queue was full; no protocol counter shows it, only `rx_dropped` of its interface, among other drops.
//!
//! *What else looks like it*: one flow or one queue bound to one CPU, so that a single core is the bottleneck while the
//! others idle; virtual devices (veth, loopback) use this queue always, NAPI drivers only with RPS.
//!
//! *What to check next*: `net.core.netdev_max_backlog`, the spread over CPUs (IRQ affinity, RPS), `%soft` of mpstat, and
//! `softnet.time_squeeze`, which says that a CPU ran out of its budget (`net.core.netdev_budget`), not that it dropped.

use super::{Rule, Scene};
use crate::model::report::Finding;

/// See the module.
pub const RULE: Rule = Rule {
    id: "softnet-backlog-drop",
    watches: &["softnet.dropped", "softnet.time_squeeze"],
    manual: include_str!("backlog_drop.rs"),
    look,
};

fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let Some(counted) = scene.counted("softnet.dropped") else { return Vec::new() };
    let mut finding = scene.finding(RULE.id, "", counted.severity());
    finding.title = "Packets were dropped because a CPU's input queue was full".to_owned();
    finding.seen = format!("softnet.dropped: {}, all CPUs together.", counted.words());
    if let Some(squeezed) = scene.counted("softnet.time_squeeze") {
        finding.seen += &format!(" softnet.time_squeeze: {}.", squeezed.words());
    }
    finding.why = "These packets had reached the machine and were dropped before any protocol saw them: no protocol's counters show them, only rx_dropped of their interface, among other drops.".to_owned();
    finding.otherwise = "One busy CPU among idle ones: all packets of a queue, or of a flow, are handled by one. The kernel's columns have 32 bits and begin again at 2^32.".to_owned();
    finding.next = "net.core.netdev_max_backlog, the spread of interrupts and RPS over the CPUs, and %soft in mpstat -P ALL.".to_owned();
    finding.exhibits = scene.steps("softnet.dropped");
    vec![finding]
}
