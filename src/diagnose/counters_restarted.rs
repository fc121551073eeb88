//! # counters-restarted
//!
//! *What it sees*: many counters of a host fell between two snapshots.
//!
//! *Why it matters*: nothing can be compared across it, and a reboot returns settings to their persisted values.
//!
//! *What else looks like it*: a dump taken in another network namespace; two hosts' dumps in one folder.
//!
//! *What to check next*: `uptime`, `last reboot`, `kernel.random.boot_id` on both sides.

use super::{Rule, Scene};
use crate::correlate::restarts::{booted_between, restarts};
use crate::model::report::{Exhibit, Finding, Severity};
use crate::model::time::Time;
use crate::model::words::instant;

/// See the module.
pub const RULE: Rule = Rule { id: "counters-restarted", look };

fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (i, (last, again)) in restarts(scene.host).into_iter().enumerate() {
        let reboot = booted_between(scene.host, last, again);
        let mut finding = scene.finding(RULE.id, &(i + 1).to_string(), Severity::Info);
        finding.title = format!(
            "{} at {} UTC",
            if reboot { "The host rebooted" } else { "All counters restarted" },
            again.hms()
        );
        finding.seen = format!(
            "Counters of netstat -s fell between {} and {} UTC. {} No rate is drawn across it.",
            instant(last),
            again.hms(),
            if reboot {
                "A boot lies in that span."
            } else {
                "No boot is known in that span: a reboot without a trace, or a network namespace made anew."
            }
        );
        finding.why =
            "Nothing can be compared across it, and a reboot returns settings to their persisted values."
                .to_owned();
        finding.otherwise =
            "A dump taken in another network namespace, or two hosts' dumps in one folder.".to_owned();
        finding.next = "uptime, last reboot and kernel.random.boot_id on both sides.".to_owned();
        finding.exhibits = exhibits(scene, last, again);
        found.push(finding);
    }
    found
}

fn exhibits(scene: &Scene<'_>, last: Time, again: Time) -> Vec<Exhibit> {
    let readings = scene.host.counter("Tcp.InSegs");
    let at = |time| readings.dated().find(|r| r.time == time);
    let mut found = Vec::new();
    found.extend(at(last).map(|r| scene.exhibit(r.artifact, r.line, false)));
    found.extend(at(again).map(|r| scene.exhibit(r.artifact, r.line, true)));
    found
}
