//! # conntrack-table-full
//!
//! *What it sees*: the kernel's `table full, dropping packet`, in any wording.
//!
//! *Why it matters*: a packet of a new flow is dropped: an incoming one before any socket sees it, an outgoing one
//! with an error to its sender. Established flows go on.
//!
//! *What else looks like it*: a firewall drop rule; a full accept queue, which drops SYNs as silently but counts them
//! in `TcpExt.ListenOverflows`.
//!
//! *What to check next*: `nf_conntrack_count` against `nf_conntrack_max`, the timeouts (established: 5 days by
//! default), and who opens the flows (`conntrack -L`).

use super::{Rule, Scene};
use crate::correlate::sides::{Open, left_out};
use crate::model::report::{Finding, Severity, Window};
use crate::model::time::Time;
use crate::model::words::{self, dated, setting, things};
use crate::timeline::Event;

/// See the module.
pub const RULE: Rule = Rule {
    id: "conntrack-table-full",
    watches: &["event:conntrack-table-full"],
    manual: include_str!("conntrack_full.rs"),
    look,
};

fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let full: Vec<&Event> = scene.host.events.iter().filter(|e| e.kind == RULE.id).collect();
    let (Some(first), Some(last)) = (full.first(), full.last()) else { return Vec::new() };
    let mut finding = scene.finding(RULE.id, "", Severity::Critical);
    let times: Vec<Time> = full.iter().filter_map(|e| e.time).collect();
    finding.title = format!("The conntrack table was full{}", reported(scene, &times));
    let printed: u64 = full.iter().filter(|e| !e.added_back).map(|e| e.count).sum();
    finding.seen = format!("{}.", things(printed, "message in the log", "messages in the log"));
    let window = times.first().zip(times.last()).map(|(from, to)| Window { from: *from, to: *to });
    let left_out = window.map(|w| left_out(scene.host, RULE.id, w, Open::None)).unwrap_or_default();
    let more: u64 = left_out.iter().map(|e| e.count).sum();
    if more > 0 {
        finding.seen += &format!(
            " The kernel's rate limit for network messages left out {} more: of this kind, unless a network message that netmortem does not know was among them.",
            words::setting(&more.to_string())
        );
    }
    finding.seen += &limit(scene);
    finding.seen += " Before the first and after the last line the log proves nothing.";
    finding.why = "Packets of new flows are dropped, incoming before any socket sees them and outgoing with an error to the sender, while established flows go on.".to_owned();
    finding.otherwise =
        "A drop rule of the firewall; a full accept queue, which drops SYNs as silently but counts them in TcpExt.ListenOverflows.".to_owned();
    finding.next = "nf_conntrack_count against nf_conntrack_max over time, conntrack -S (drop, insert_failed, early_drop), the timeouts, and who opens the flows.".to_owned();
    finding.exhibits.push(scene.exhibit(first.artifact, first.line, true));
    if full.len() > 1 {
        finding.exhibits.push(scene.exhibit(last.artifact, last.line, true));
    }
    finding.exhibits.extend(left_out.first().map(|e| scene.exhibit(e.artifact, e.line, false)));
    vec![finding]
}

/// The kernel prints at most ten messages in five seconds: two silent intervals end an episode.
const APART: f64 = 10.0;

/// From when to when, as far as messages tell: one moment, one stretch, or several.
fn reported(scene: &Scene<'_>, times: &[Time]) -> String {
    let (Some(first), Some(last)) = (times.first(), times.last()) else {
        return ", at a time that the log does not tell".to_owned();
    };
    let episodes = times.chunk_by(|a, b| b.seconds_since(*a) <= APART).count();
    match episodes {
        1 if first == last => format!(" at {} UTC", scene.timeline.moment(*first)),
        1 => format!(
            ", reported from {} to {} UTC",
            scene.timeline.moment(*first),
            scene.timeline.moment(*last)
        ),
        n => format!(", reported {n} times, {} UTC", dated(*first, *last)),
    }
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
