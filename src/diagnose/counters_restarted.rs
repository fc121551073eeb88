//! # counters-restarted
//!
//! *What it sees*: many counters of a host fell between two snapshots, or its kernel's `boot_id` became another one.
//!
//! *Why it matters*: nothing can be compared across it, and a reboot returns settings to their persisted values.
//!
//! *What else looks like it*: a dump taken in another network namespace; two hosts' dumps in one folder.
//!
//! *What to check next*: `uptime`, `last reboot`, `kernel.random.boot_id` on both sides.

use super::{Rule, Scene};
use crate::model::report::{Exhibit, Finding, Severity};
use crate::model::time::Time;
use crate::model::words::instant;
use crate::timeline::Restart;

/// See the module.
pub const RULE: Rule =
    Rule { id: "counters-restarted", watches: &[], manual: include_str!("counters_restarted.rs"), look };

fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let numbered = scene.host.restarts.iter().enumerate();
    numbered.map(|(i, restart)| finding(scene, restart, i + 1)).collect()
}

fn finding(scene: &Scene<'_>, restart: &Restart, number: usize) -> Finding {
    let Restart { last, again, boot, ids } = *restart;
    let mut finding = scene.finding(RULE.id, &number.to_string(), Severity::Info);
    finding.title = match boot {
        Some(boot) => format!("The host booted at {} UTC", scene.timeline.moment(boot)),
        None if ids.is_some() => format!("The host rebooted before {} UTC", scene.timeline.moment(again)),
        None => format!("All counters restarted by {} UTC", scene.timeline.moment(again)),
    };
    let known = match boot {
        Some(_) => "The evidence dates a boot in that span.",
        None if ids.is_some() => {
            "The kernel's boot_id is another one; no dump says when in that span it booted."
        }
        None => "No boot is known in that span: a reboot without a trace, or a network namespace made anew.",
    };
    finding.seen = format!(
        "The kernel's counters began again between {} and {} UTC. {known} No rate is taken across it.",
        instant(last),
        scene.timeline.moment(again)
    );
    finding.why =
        "Nothing can be compared across it, and a reboot returns settings to their persisted values."
            .to_owned();
    finding.otherwise =
        "A dump taken in another network namespace, or two hosts' dumps in one folder.".to_owned();
    finding.next = "uptime, last reboot and kernel.random.boot_id on both sides.".to_owned();
    finding.exhibits = exhibits(scene, last, again);
    let ids = ids.into_iter().flatten().map(|(artifact, line)| scene.exhibit(artifact, line, true));
    finding.exhibits.extend(ids);
    finding
}

fn exhibits(scene: &Scene<'_>, last: Time, again: Time) -> Vec<Exhibit> {
    let readings = scene.host.counter("Tcp.InSegs");
    let at = |time| readings.dated().find(|r| r.time == time);
    let mut found = Vec::new();
    found.extend(at(last).map(|r| scene.exhibit(r.artifact, r.line, false)));
    found.extend(at(again).map(|r| scene.exhibit(r.artifact, r.line, true)));
    found
}
