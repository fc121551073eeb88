//! Listening sockets: stretches of one limit, the longest queue in each.

use crate::model::report::{Exhibit, Listener, ListenerPhase};
use crate::model::time::Time;
use crate::timeline::listener::Backlog;
use crate::timeline::readings::UNDATED;
use crate::timeline::{Host, Timeline};

/// All listeners, by host and address.
pub(super) fn listeners(timeline: &Timeline, quote: &dyn Fn(u32, u32) -> String) -> Vec<Listener> {
    let mut found = Vec::new();
    for host in &timeline.hosts {
        for (of, samples) in host.listeners() {
            found.push(Listener {
                host: host.name.clone(),
                of: of.to_owned(),
                process: host.processes.get(of).cloned(),
                phases: samples
                    .chunk_by(|a, b| whole(a.limit) == whole(b.limit))
                    .filter_map(|stretch| phase(timeline, host, stretch, quote))
                    .collect(),
            });
        }
    }
    found
}

fn phase(
    timeline: &Timeline,
    host: &Host,
    stretch: &[Backlog],
    quote: &dyn Fn(u32, u32) -> String,
) -> Option<ListenerPhase> {
    let (first, last) = (stretch.first()?, stretch.last()?);
    let peak = stretch.iter().max_by_key(|b| (whole(b.queue), std::cmp::Reverse((b.at.time, b.at.line))))?;
    let dated = |t: Time| (t.0 != UNDATED).then_some(t);
    let path = timeline.path(peak.at.artifact).to_owned();
    Some(ListenerPhase {
        from: dated(first.at.time),
        to: dated(last.at.time),
        limit: whole(first.limit),
        peak: whole(peak.queue),
        at_limit: stretch.iter().filter(|b| b.limit > 0.0 && b.queue >= b.limit).count() as u64,
        samples: stretch.len() as u64,
        somaxconn: host.running("net.core.somaxconn", dated(last.at.time)).and_then(|o| o.value.parse().ok()),
        exhibit: Exhibit { path, line: peak.at.line, text: quote(peak.at.artifact, peak.at.line), key: true },
    })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // lengths of queues; `as` saturates
fn whole(length: f64) -> u64 {
    length as u64
}
