//! # accept-queue-overflow
//!
//! *What it sees*: `TcpExt.ListenOverflows` grows, or `ss` shows a listener whose accept queue (Recv-Q)
//! stands at its limit (Send-Q).
//!
//! *Why it matters*: the kernel drops the last ACK of a handshake when the queue is full. The client believes
//! to be connected, sends, and waits for retransmissions; seconds of latency, or a reset with
//! `tcp_abort_on_overflow`.
//!
//! *What else looks like it*: a scan or SYN flood fills the SYN queue, not this one. An application that stalls
//! (garbage collection, a lock, one blocked acceptor) overflows any limit.
//!
//! *What to check next*: `ss -lntp` for the process; whether the limit is `net.core.somaxconn` or the backlog
//! that the application passes to `listen()`; how long the application goes without calling `accept()`.

use super::{Counted, Rule, Scene};
use crate::model::report::effect::{Side, SideState};
use crate::model::report::{Finding, Severity};
use crate::model::words::{clock, count, setting, things};
use crate::timeline::readings::Reading;
use crate::timeline::{Series, SeriesId};

/// See the module.
pub const RULE: Rule = Rule { id: "accept-queue-overflow", look };

fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let overflows = scene.counted("TcpExt.ListenOverflows");
    let mut found: Vec<Finding> = scene
        .host
        .gauges("listener.queue")
        .filter_map(|(of, series)| listener(scene, of, series, overflows.as_ref()))
        .collect();
    if let (true, Some(overflows)) = (found.is_empty(), &overflows) {
        found.push(unplaced(scene, overflows));
    }
    found
}

/// A listener that `ss` caught at its limit.
fn listener(scene: &Scene<'_>, of: &str, queue: &Series, overflows: Option<&Counted<'_>>) -> Option<Finding> {
    let id = SeriesId { metric: "listener.limit".to_owned(), of: of.to_owned() };
    let limits = &scene.host.series.get(&id)?.readings;
    let samples: Vec<(Reading, f64, f64)> = queue
        .readings
        .iter()
        .zip(limits.iter())
        .map(|(q, l)| (q, f64::from_bits(q.value), f64::from_bits(l.value)))
        .collect();
    let full: Vec<_> = samples.iter().filter(|(_, queue, limit)| *limit > 0.0 && queue >= limit).collect();
    let (first, last) = (full.first()?, full.last()?);
    let limit = last.2;
    let mut finding = scene.finding(RULE.id, of, Severity::Critical);
    finding.title = format!("Listener {of} stood at its limit of {}", count(limit));
    let span = if first.0.time == last.0.time || first.0.time.utc().is_none() {
        String::new()
    } else {
        format!(" between {}", clock(first.0.time, last.0.time))
    };
    finding.seen = format!(
        "The accept queue was full in {} of {}{span}.",
        full.len(),
        things(samples.len() as u64, "sample", "samples")
    );
    if let Some(overflows) = overflows {
        finding.seen +=
            &format!(" The kernel counted overflows (TcpExt.ListenOverflows): {}.", overflows.words());
    }
    finding.seen += &whose_limit(scene, limit, first.0);
    common(&mut finding);
    let calm = samples.iter().rev().find(|(_, queue, limit)| queue < limit);
    finding.exhibits.push(scene.exhibit(first.0.artifact, first.0.line, true));
    if full.len() > 1 {
        finding.exhibits.push(scene.exhibit(last.0.artifact, last.0.line, true));
    }
    finding.exhibits.extend(calm.map(|(r, _, _)| scene.exhibit(r.artifact, r.line, false)));
    finding.exhibits.extend(scene.steps("TcpExt.ListenOverflows"));
    Some(finding)
}

/// `backlog = min(what the application asked for, somaxconn)`: equal to somaxconn, either may be the bound.
fn whose_limit(scene: &Scene<'_>, limit: f64, at: Reading) -> String {
    let somaxconn = scene
        .host
        .settings
        .get("net.core.somaxconn")
        .and_then(|seen| seen.iter().rfind(|o| o.time <= Some(at.time)).or(seen.first()))
        .and_then(|o| o.value.parse::<f64>().ok());
    match somaxconn {
        Some(max) if limit < max => format!(
            " The limit is the application's own backlog, below net.core.somaxconn = {}: raising the sysctl alone would change nothing.",
            setting(&format!("{max}"))
        ),
        Some(max) if (limit - max).abs() < 0.5 => {
            format!(
                " The limit equals net.core.somaxconn ({}): the sysctl caps what the application asks for, or both ask for the same.",
                setting(&format!("{max}"))
            )
        }
        Some(max) => format!(
            " net.core.somaxconn is {} by then: the listener keeps the limit of its last listen().",
            setting(&format!("{max}"))
        ),
        None => " No dump of net.core.somaxconn: whether it or the application sets the limit is unknown."
            .to_owned(),
    }
}

/// Overflows that no `ss` sample places on a port.
fn unplaced(scene: &Scene<'_>, overflows: &Counted<'_>) -> Finding {
    let rare = matches!(overflows, Counted::Between(Side { state: SideState::Measured, .. }));
    let mut finding = scene.finding(RULE.id, "", if rare { Severity::Critical } else { Severity::Warning });
    finding.title = "Accept queues overflowed, on a port that the dumps do not name".to_owned();
    finding.seen = format!(
        "TcpExt.ListenOverflows: {}. No sample of ss -lnt shows a listener at its limit, so the port is unknown.",
        overflows.words()
    );
    common(&mut finding);
    finding.exhibits = match overflows {
        Counted::SinceBoot(average) => vec![average.exhibit.clone()],
        Counted::Between(_) => scene.steps("TcpExt.ListenOverflows"),
    };
    finding
}

fn common(finding: &mut Finding) {
    finding.why = "A full accept queue makes the kernel drop the last ACK of the handshake: clients believe to be connected and wait for retransmissions.".to_owned();
    finding.otherwise =
        "An application that stalls overflows any limit; a SYN flood fills the SYN queue, not this one."
            .to_owned();
    finding.next = "Which process listens (ss -lntp), which backlog it passes to listen(), and how long it goes without accept().".to_owned();
}
