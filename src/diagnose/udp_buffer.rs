//! # udp-buffer-errors
//!
//! *What it sees*: `Udp.RcvbufErrors` (or IPv6) grows.
//!
//! *Why it matters*: a datagram that finds its socket's buffer full is gone; nothing sends it again.
//!
//! *What else looks like it*: checksum errors, which count in `InErrors` and `InCsumErrors`; `udp_mem` reached, which
//! counts in `InErrors` and, since kernel 5.11, `MemErrors`.
//!
//! *What to check next*: `net.core.rmem_default`, `rmem_max` and the application's `SO_RCVBUF`; `ss -uam` for the socket.

use super::{Rule, Scene};
use crate::model::report::Finding;
use crate::model::words::share;

/// See the module.
pub const RULE: Rule = Rule {
    id: "udp-buffer-errors",
    watches: &["Udp.RcvbufErrors", "Udp6.RcvbufErrors"],
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
        found.push(finding);
    }
    found
}
