//! # udp-buffer-errors
//!
//! *What it sees*: `Udp.RcvbufErrors` (or IPv6) grows.
//!
//! Where `ss -uanm` or `/proc/net/udp` was dumped, the open sockets that dropped most are named.
//!
//! *Why it matters*: a datagram that finds its socket's buffer full is gone; nothing sends it again.
//!
//! *What else looks like it*: checksum errors, which count in `InErrors` and `InCsumErrors`; `udp_mem` reached, which
//! counts in `InErrors` and, since kernel 5.11, `MemErrors`. A socket's own drops include both, and what a filter refused.
//!
//! *What to check next*: `net.core.rmem_default`, `rmem_max` and the application's `SO_RCVBUF`; `ss -uam` for the socket.

use super::{Rule, Scene};
use crate::model::report::{Exhibit, Finding};
use crate::model::words::{count, share};
use crate::timeline::readings::{Reading, UNDATED};

/// See the module.
pub const RULE: Rule = Rule {
    id: "udp-buffer-errors",
    watches: &["Udp.RcvbufErrors", "Udp6.RcvbufErrors", "skmem.drops", "udp.queue"],
    manual: include_str!("udp_buffer.rs"),
    look,
};

fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for metric in ["Udp.RcvbufErrors", "Udp6.RcvbufErrors"] {
        let Some(counted) = scene.counted(metric) else { continue };
        let mut finding = scene.finding(RULE.id, metric, counted.severity());
        finding.title = "UDP datagrams were dropped because a socket's receive buffer was full".to_owned();
        finding.seen = format!("{metric}: {}.", counted.words());
        if let Some(per_million) = counted.per_million() {
            finding.seen += &format!(" That is {} of the datagrams delivered.", share(per_million));
        }
        finding.why =
            "A datagram that finds its socket's buffer full is gone; nothing sends it again.".to_owned();
        finding.otherwise =
            "Checksum errors count in InErrors and InCsumErrors; the protocol's memory limit (udp_mem) in InErrors and, since kernel 5.11, MemErrors."
                .to_owned();
        finding.next =
            "net.core.rmem_default and rmem_max, the application's SO_RCVBUF, and ss -uam for the socket."
                .to_owned();
        finding.exhibits = scene.steps(metric);
        name_sockets(scene, metric, &mut finding);
        found.push(finding);
    }
    found
}

/// How many sockets a finding names.
const NAMED: usize = 3;

/// Adds the sockets with the most drops, and the lines that say so.
fn name_sockets(scene: &Scene<'_>, metric: &str, finding: &mut Finding) {
    let most = |readings: &mut dyn Iterator<Item = Reading>| {
        readings.max_by(|a, b| drops(*a).total_cmp(&drops(*b)).then(b.time.cmp(&a.time)))
    };
    let mut sockets: Vec<(&str, Reading)> = scene
        .host
        .gauges("skmem.drops")
        .filter(|(of, _)| counts_in(metric, of))
        .filter_map(|(of, series)| Some((of, most(&mut series.readings.iter())?)))
        .filter(|(_, at)| drops(*at) > 0.0)
        .collect();
    sockets.sort_by(|(a, x), (b, y)| drops(*y).total_cmp(&drops(*x)).then(a.cmp(b)));
    sockets.truncate(NAMED);
    let words: Vec<String> = sockets.iter().map(|(of, at)| of_socket(scene, of, *at)).collect();
    let Some((first, others)) = words.split_first() else { return };
    finding.seen +=
        &format!(" Of the sockets that were open when they were dumped, most were dropped at {first}");
    if !others.is_empty() {
        finding.seen += &format!(", then {}", others.join(", "));
    }
    finding.seen += ". That counts from when each was opened; sockets closed before are in no dump.";
    finding.exhibits.extend(sockets.iter().flat_map(|(of, at)| lines(scene, of, *at)));
}

/// A socket of IPv6's wildcard may have received either.
fn counts_in(metric: &str, of: &str) -> bool {
    let Some(address) = of.strip_prefix("udp ") else { return false };
    let wildcard = address.starts_with("*:") || address.starts_with("[::]");
    wildcard || address.starts_with('[') == metric.starts_with("Udp6")
}

fn drops(at: Reading) -> f64 {
    f64::from_bits(at.value)
}

/// `10.77.0.1:514 (rsyslogd, 7,311 by 12:00:03 UTC)`.
fn of_socket(scene: &Scene<'_>, of: &str, at: Reading) -> String {
    let process = scene.host.processes.get(of).map(|name| format!("{name}, ")).unwrap_or_default();
    let time = if at.time.0 == UNDATED {
        String::new()
    } else {
        format!(" by {} UTC", scene.timeline.moment(at.time))
    };
    format!("{of} ({process}{}{time})", count(drops(at)))
}

/// The line with the number, and that with the address where ss put them on two.
fn lines(scene: &Scene<'_>, of: &str, at: Reading) -> Vec<Exhibit> {
    let same = |r: &Reading| r.artifact == at.artifact && r.time == at.time && r.line <= at.line;
    let queue = scene.host.gauges("udp.queue").find(|(queue, _)| *queue == of);
    let socket = queue.and_then(|(_, series)| series.readings.iter().filter(same).last());
    let address = socket.filter(|r| r.line < at.line).map(|r| scene.exhibit(r.artifact, r.line, false));
    address.into_iter().chain([scene.exhibit(at.artifact, at.line, true)]).collect()
}
