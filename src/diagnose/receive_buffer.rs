//! # receive-buffer-pressure
//!
//! *What it sees*: `TcpExt.PruneCalled`, `TCPRcvCollapsed`, `RcvPruned`, `OfoPruned` or `TCPRcvQDrop` grow.
//!
//! *Why it matters*: data arrived faster than the application read it, the socket's receive buffer filled, and the
//! kernel spent CPU on squeezing it. `RcvPruned`, `OfoPruned` and `TCPRcvQDrop` mean that data already received
//! was thrown away and must be sent again.
//!
//! *What else looks like it*: many tiny segments, whose bookkeeping fills the buffer long before their bytes do;
//! `tcp_mem` reached by all sockets together, which prunes too.
//!
//! *What to check next*: `tcp_rmem` (third value), whether the application sets `SO_RCVBUF` (which ends autotuning
//! and is capped by `rmem_max`), `ss -tm` of the sockets, and why the application reads slowly.

use super::{Rule, Scene};
use crate::catalogue::counters;
use crate::model::report::{Finding, Severity};
use crate::model::words::share;

/// See the module.
pub const RULE: Rule = Rule {
    id: "receive-buffer-pressure",
    watches: &[
        "TcpExt.PruneCalled",
        "TcpExt.TCPRcvCollapsed",
        "TcpExt.RcvPruned",
        "TcpExt.OfoPruned",
        "TcpExt.TCPRcvQDrop",
    ],
    manual: include_str!("receive_buffer.rs"),
    look,
};

const SQUEEZED: &[&str] = &["TcpExt.PruneCalled", "TcpExt.TCPRcvCollapsed"];
const LOST: &[&str] = &["TcpExt.RcvPruned", "TcpExt.OfoPruned", "TcpExt.TCPRcvQDrop"];

fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let mut seen = Vec::new();
    let mut exhibits = Vec::new();
    let mut lost = None;
    for &metric in SQUEEZED.iter().chain(LOST) {
        let Some(counted) = scene.counted(metric) else { continue };
        if LOST.contains(&metric) {
            lost = lost.max(Some(counted.severity()));
        }
        let of_traffic = match (counted.per_million(), counters::counter(metric).and_then(|row| row.load)) {
            (Some(per_million), Some(load)) => format!(", {} of {load}", share(per_million)),
            _ => String::new(),
        };
        seen.push(format!("{metric}: {}{of_traffic}.", counted.words()));
        exhibits.extend(scene.steps(metric));
    }
    if seen.is_empty() {
        return Vec::new();
    }
    let mut finding = scene.finding(RULE.id, "", lost.unwrap_or(Severity::Warning));
    finding.title = if lost.is_some() {
        "Receive buffers ran full and received data was thrown away".to_owned()
    } else {
        "Receive buffers ran full".to_owned()
    };
    finding.seen = seen.join(" ");
    finding.why = "Data arrived faster than the application read it; the kernel squeezes queues to make room (PruneCalled counts such attempts, not packets), and what does not fit must be sent again.".to_owned();
    finding.otherwise =
        "Many tiny segments, whose bookkeeping fills a buffer long before their bytes do; memory of all TCP sockets together near tcp_mem, which prunes too (see TcpExt.TCPMemoryPressures).".to_owned();
    finding.next = "net.ipv4.tcp_rmem, whether the application sets SO_RCVBUF, ss -tm of its sockets, and why it reads slowly.".to_owned();
    finding.exhibits = exhibits;
    vec![finding]
}
