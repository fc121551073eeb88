//! # retransmission
//!
//! *What it sees*: more than 1 % of the segments sent were sent again (`Tcp.RetransSegs` against `Tcp.OutSegs`), ten
//! or more of them.
//!
//! *Why it matters*: each loss costs a round trip at best and a timeout of 200 ms or more at worst.
//!
//! *What else looks like it*: peers that are gone (their connections time out), scans and floods that leave SYN/ACKs
//! unanswered, and SYNs that a peer's full queue did not answer.
//!
//! *What to check next*: drops on the interface and the switch, `TcpExt.TCPTimeouts` against `TCPFastRetrans`,
//! `ss -ti` for the peers that suffer.

use super::{Rule, Scene};
use crate::model::report::{Finding, Severity};
use crate::model::words::percent;

/// See the module.
pub const RULE: Rule = Rule {
    id: "retransmission",
    watches: &["Tcp.RetransSegs", "Tcp.OutSegs"],
    manual: include_str!("retransmission.rs"),
    look,
};

/// One in a hundred: a common alarm level; healthy data-centre networks stay below one in a thousand.
const PER_MILLION: f64 = 10_000.0;
/// Segments sent again below which a share says nothing: three of the sixteen that a quiet host has sent since its boot.
const LEAST: f64 = 10.0;

fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let Some(counted) = scene.counted("Tcp.RetransSegs") else { return Vec::new() };
    let enough = counted.count() >= LEAST;
    let Some(per_million) = counted.per_million().filter(|share| enough && *share >= PER_MILLION) else {
        return Vec::new();
    };
    let mut finding = scene.finding(RULE.id, "", Severity::Warning);
    finding.title = format!("{} of the TCP segments sent were sent again", percent(per_million / 1e6));
    finding.seen = format!("Tcp.RetransSegs: {}.", counted.words());
    finding.why = "Each loss costs a round trip at best and a timeout of 200 ms or more at worst.".to_owned();
    finding.otherwise =
        "Peers that are gone, scans and floods that leave SYN/ACKs unanswered, and SYNs that a peer's full queue did not answer.".to_owned();
    finding.next = "Drops on interface and switch, TcpExt.TCPTimeouts against TcpExt.TCPFastRetrans, and ss -ti for the peers that suffer.".to_owned();
    finding.exhibits = scene.steps("Tcp.RetransSegs");
    vec![finding]
}
