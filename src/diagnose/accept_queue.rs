//! # accept-queue-overflow
//!
//! *What it sees*: `TcpExt.ListenOverflows` grows, or `ss` shows a listener whose accept queue (Recv-Q)
//! stands at its limit (Send-Q).
//!
//! Where only `netstat` or `/proc/net/tcp` was dumped, which print no limit, the listeners whose queues were longest are
//! named.
//!
//! *Why it matters*: while the queue is full the kernel drops new SYNs (the client tries again after 1 s and more)
//! and the last ACKs of handshakes (the client believes to be connected, sends, and waits for retransmissions),
//! or resets with `tcp_abort_on_overflow`.
//!
//! *What else looks like it*: a scan or SYN flood fills the SYN queue, not this one. An application that stalls
//! (garbage collection, a lock, one blocked acceptor) overflows any limit.
//!
//! *What to check next*: `ss -lntp` for the process; whether the limit is `net.core.somaxconn` or the backlog
//! that the application passes to `listen()`; how long the application goes without calling `accept()`.

use super::{Counted, Rule, Scene};
use crate::model::report::{Exhibit, Finding, Severity};
use crate::model::time::Time;
use crate::model::words::{count, setting, things};
use crate::timeline::listener::Backlog;
use crate::timeline::readings::{Reading, UNDATED};

/// See the module.
pub const RULE: Rule = Rule {
    id: "accept-queue-overflow",
    watches: &["TcpExt.ListenOverflows", "listener.queue", "listener.limit"],
    manual: include_str!("accept_queue.rs"),
    look,
};

fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let overflows = scene.counted("TcpExt.ListenOverflows");
    let mut found: Vec<Finding> = scene
        .host
        .listeners()
        .filter_map(|(of, samples)| listener(scene, of, &samples, overflows.as_ref()))
        .collect();
    if let (true, Some(overflows)) = (found.is_empty(), &overflows) {
        found.push(unplaced(scene, overflows));
    }
    found
}

/// The kernel refuses when the queue is longer than the limit: N waiting of N is one short of that.
fn is_full(b: &Backlog) -> bool {
    b.limit > 0.0 && b.queue > b.limit
}

/// A listener that `ss` caught at its limit. Of several limits the one that was exceeded most often is told.
fn listener(
    scene: &Scene<'_>,
    of: &str,
    samples: &[Backlog],
    overflows: Option<&Counted<'_>>,
) -> Option<Finding> {
    let full_in = |stretch: &[Backlog]| stretch.iter().filter(|s| is_full(s)).count();
    let stretches = samples.chunk_by(|a, b| (a.limit - b.limit).abs() < 0.5);
    let stretch = stretches.rev().max_by_key(|stretch| full_in(stretch))?;
    let full: Vec<&Backlog> = stretch.iter().filter(|s| is_full(s)).collect();
    let (first, last) = (full.first()?, full.last()?);
    let mut finding = scene.finding(RULE.id, of, Severity::Critical);
    finding.title = format!("Listener {of} stood at its limit of {}", count(last.limit));
    finding.seen = format!(
        "The accept queue was full in {} of {} taken while that was its limit{}. (The kernel lets one more wait than the limit says.)",
        full.len(),
        things(stretch.len() as u64, "sample", "samples"),
        between(scene, first.at.time, last.at.time)
    );
    if let Some(overflows) = overflows {
        finding.seen += &format!(
            " On all ports together the kernel counted overflows (TcpExt.ListenOverflows): {}.",
            overflows.words()
        );
    }
    finding.seen += &whose_limit(scene, last.limit, last.at);
    common(&mut finding);
    finding.exhibits.push(scene.exhibit(first.at.artifact, first.at.line, true));
    if full.len() > 1 {
        finding.exhibits.push(scene.exhibit(last.at.artifact, last.at.line, true));
    }
    let calm = samples.iter().rev().find(|b| b.queue < b.limit);
    finding.exhibits.extend(calm.map(|b| scene.exhibit(b.at.artifact, b.at.line, false)));
    finding.exhibits.extend(scene.steps("TcpExt.ListenOverflows"));
    Some(finding)
}

fn between(scene: &Scene<'_>, first: Time, last: Time) -> String {
    match (first == last, first.0 == UNDATED || last.0 == UNDATED) {
        (_, true) => String::new(),
        (true, _) => format!(", at {} UTC", scene.timeline.moment(first)),
        (false, _) => format!(", {} UTC", scene.timeline.stretch(first, last)),
    }
}

/// `backlog = min(what the application asked for, somaxconn)`: equal to somaxconn, either may be the bound.
fn whose_limit(scene: &Scene<'_>, limit: f64, at: Reading) -> String {
    let at = (at.time.0 != UNDATED).then_some(at.time);
    let somaxconn = scene.host.running("net.core.somaxconn", at).and_then(|o| o.value.parse::<f64>().ok());
    let shown = |max: f64| setting(&format!("{max}"));
    match somaxconn {
        Some(max) if (limit - max).abs() < 0.5 => format!(
            " The limit equals net.core.somaxconn ({}): the sysctl caps what the application asks for, or both ask for the same.",
            shown(max)
        ),
        Some(max) if limit < max => format!(
            " The limit is below net.core.somaxconn = {}: it is the application's own backlog, or that of a listen() before somaxconn was raised. Raising the sysctl alone would change nothing.",
            shown(max)
        ),
        Some(max) => format!(
            " net.core.somaxconn is {} by then: the listener keeps the limit of its last listen().",
            shown(max)
        ),
        None => " No dump of net.core.somaxconn: whether it or the application sets the limit is unknown."
            .to_owned(),
    }
}

/// Overflows that no `ss` sample places on a port.
fn unplaced(scene: &Scene<'_>, overflows: &Counted<'_>) -> Finding {
    let mut finding = scene.finding(RULE.id, "", overflows.severity());
    finding.seen = format!("TcpExt.ListenOverflows: {}.", overflows.words());
    common(&mut finding);
    finding.exhibits = match overflows {
        Counted::SinceBoot(average) => vec![average.exhibit.clone()],
        Counted::Between(..) => scene.steps("TcpExt.ListenOverflows"),
    };
    let longest = without_limit(scene);
    let Some(((of, at), others)) = longest.split_first() else {
        finding.title = "Accept queues overflowed, on a port that the dumps do not name".to_owned();
        finding.seen += " No sample of ss -lnt shows a listener above its limit, so the port is unknown.";
        only(scene, &mut finding);
        return finding;
    };
    let length = count(f64::from_bits(at.value));
    finding.title =
        format!("Accept queues overflowed; the longest seen without a limit was {of} with {length}");
    let time = if at.time.0 == UNDATED {
        String::new()
    } else {
        format!(" at {} UTC", scene.timeline.moment(at.time))
    };
    finding.seen +=
        &format!(" Longest queue seen without a known limit: {of}{} with {length}{time}", process(scene, of));
    for (of, at) in others {
        finding.seen +=
            &format!(", then {of}{} with {}", process(scene, of), count(f64::from_bits(at.value)));
    }
    finding.seen += ". netstat and /proc/net/tcp print no limit, and no sample of ss -lnt shows a listener above its own: that this is the port that overflowed is likely, not certain.";
    let shown = longest.iter().map(|(_, at)| scene.exhibit(at.artifact, at.line, true));
    finding.exhibits = shown.chain(finding.exhibits).collect::<Vec<Exhibit>>();
    finding
}

/// Names the listener where the dumps show no other.
fn only(scene: &Scene<'_>, finding: &mut Finding) {
    let mut all = scene.host.unlimited();
    let (Some((of, samples)), None) = (all.next(), all.next()) else { return };
    let Some(at) = samples.last() else { return };
    finding.seen += &format!(
        " The one listener that the dumps show is {of}{}; its queue was empty when it was read.",
        process(scene, of)
    );
    finding.exhibits.push(scene.exhibit(at.artifact, at.line, true));
}

/// How many listeners a finding names.
const NAMED: usize = 3;

/// Listeners in whose queue connections waited while no dump told its limit, each at its longest, the longest first.
fn without_limit<'a>(scene: &Scene<'a>) -> Vec<(&'a str, Reading)> {
    let queue = |at: &Reading| f64::from_bits(at.value);
    let mut found: Vec<(&str, Reading)> = scene
        .host
        .unlimited()
        .filter_map(|(of, samples)| {
            let first_longest = samples.into_iter().rev().max_by(|a, b| queue(a).total_cmp(&queue(b)))?;
            (queue(&first_longest) > 0.0).then_some((of, first_longest))
        })
        .collect();
    found.sort_by(|(a, x), (b, y)| queue(y).total_cmp(&queue(x)).then(a.cmp(b)));
    found.truncate(NAMED);
    found
}

fn process(scene: &Scene<'_>, of: &str) -> String {
    scene.host.processes.get(of).map(|name| format!(" ({name})")).unwrap_or_default()
}

fn common(finding: &mut Finding) {
    finding.why = "While the queue is full the kernel drops new SYNs and the last ACKs of handshakes: clients wait for retransmissions of one second and more, or send into a connection that the server still holds half open.".to_owned();
    finding.otherwise =
        "An application that stalls overflows any limit; a SYN flood fills the SYN queue, not this one."
            .to_owned();
    finding.next =
        "Which process listens (ss -lntp), which backlog it passes to listen(), and how long it goes without accept().".to_owned();
}
