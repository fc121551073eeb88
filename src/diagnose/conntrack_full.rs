//! # conntrack-table-full
//!
//! *What it sees*: the kernel's `table full, dropping packet`, in any wording.
//!
//! *Why it matters*: a packet of a new flow is dropped before any socket sees it. Established flows go on, so
//! the host looks healthy from inside.
//!
//! *What else looks like it*: a firewall drop rule; a full accept queue (there the handshake is answered).
//!
//! *What to check next*: `nf_conntrack_count` against `nf_conntrack_max`, the timeouts (established: 5 days by
//! default), and who opens the flows (`conntrack -L`).

use super::{Rule, Scene, spanned};
use crate::correlate::sides::events;
use crate::model::report::effect::SideState;
use crate::model::report::{Finding, Severity, Window};
use crate::model::words::{count, duration, rate, setting};
use crate::timeline::Event;

/// See the module.
pub const RULE: Rule = Rule { id: "conntrack-table-full", look };

fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let full: Vec<&Event> = scene.host.events.iter().filter(|e| e.kind == RULE.id).collect();
    let (Some(first), Some(last)) = (full.first(), full.last()) else { return Vec::new() };
    let mut finding = scene.finding(RULE.id, "", Severity::Critical);
    let window = first.time.zip(last.time).map(|(from, to)| Window { from, to });
    finding.title = match window {
        Some(w) => format!("The conntrack table was full for {}", duration(w.seconds().max(1.0))),
        None => "The conntrack table was full".to_owned(),
    };
    let printed: u64 = full.iter().filter(|e| !e.added_back).map(|e| e.count).sum();
    #[allow(clippy::cast_precision_loss)] // shown with few figures
    let lines = count(printed as f64);
    finding.seen = match window {
        Some(w) => format!("{lines} printed messages, {} UTC.", spanned(Some(w))),
        None => format!("{lines} printed messages in the log, which could not be dated."),
    };
    if let Some(side) = window
        .map(|w| events(scene.host, RULE.id, w))
        .filter(|s| s.state == SideState::Measured && s.lower_bound)
    {
        finding.seen += &format!(
            " With those that the kernel's rate limit left out: at least {}{}.",
            side.count.map(count).unwrap_or_default(),
            side.rate
                .filter(|_| side.seconds >= 1.0)
                .map(|r| format!(", {} on average", rate(r)))
                .unwrap_or_default()
        );
    }
    finding.seen += &limit(scene);
    finding.seen += " Before the first and after the last line the log proves nothing.";
    finding.why = "Packets of new flows are dropped before any socket sees them, while established flows go on: from inside the host looks healthy.".to_owned();
    finding.otherwise =
        "A drop rule of the firewall; a full accept queue, where the handshake is still answered.".to_owned();
    finding.next = "nf_conntrack_count against nf_conntrack_max over time, conntrack -S (drop, insert_failed, early_drop), the timeouts, and who opens the flows.".to_owned();
    finding.exhibits.push(scene.exhibit(first.artifact, first.line, true));
    if last.line != first.line || last.artifact != first.artifact {
        finding.exhibits.push(scene.exhibit(last.artifact, last.line, true));
    }
    if let Some(left_out) = scene.host.events.iter().find(|e| e.kind == crate::correlate::sides::SUPPRESSED) {
        finding.exhibits.push(scene.exhibit(left_out.artifact, left_out.line, false));
    }
    vec![finding]
}

/// The table's limit while the dumps showed it full.
fn limit(scene: &Scene<'_>) -> String {
    let value = |key: &str, artifact: u32| {
        scene.host.settings.get(key)?.iter().find(|o| o.artifact == artifact)?.value.parse::<u64>().ok()
    };
    let Some(max) = scene.host.settings.get("net.netfilter.nf_conntrack_max") else { return String::new() };
    let at_limit: Vec<(u64, u64)> = max
        .iter()
        .filter_map(|o| Some((value("net.netfilter.nf_conntrack_count", o.artifact)?, o.value.parse().ok()?)))
        .filter(|(count, max)| count >= max && *max > 0)
        .collect();
    match at_limit.last() {
        Some((count, max)) => format!(
            " In {} the count stood at {} of {}.",
            crate::model::words::things(at_limit.len() as u64, "sysctl dump", "sysctl dumps"),
            setting(&count.to_string()),
            setting(&max.to_string())
        ),
        None => String::new(),
    }
}
