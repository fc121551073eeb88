//! Listening sockets: stretches of one limit, the longest queue in each.

use crate::model::fact::SeriesId;
use crate::model::report::{Exhibit, Listener, ListenerPhase};
use crate::model::time::Time;
use crate::timeline::readings::{Reading, UNDATED};
use crate::timeline::{Host, Timeline};

/// All listeners, by host and address.
pub(super) fn listeners(timeline: &Timeline, quote: &dyn Fn(u32, u32) -> String) -> Vec<Listener> {
    let mut found = Vec::new();
    for host in &timeline.hosts {
        for (of, queue) in host.gauges("listener.queue") {
            let id = SeriesId::gauge("listener.limit", of);
            let Some(limit) = host.series.get(&id) else { continue };
            let samples: Vec<(Reading, u64)> =
                queue.readings.iter().zip(limit.readings.iter()).map(|(q, l)| (q, whole(l.value))).collect();
            found.push(Listener {
                host: host.name.clone(),
                of: of.to_owned(),
                process: host.processes.get(of).cloned(),
                phases: samples
                    .chunk_by(|a, b| a.1 == b.1)
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
    stretch: &[(Reading, u64)],
    quote: &dyn Fn(u32, u32) -> String,
) -> Option<ListenerPhase> {
    let (first, last) = (stretch.first()?, stretch.last()?);
    let peak = stretch.iter().max_by_key(|(q, _)| (whole(q.value), std::cmp::Reverse((q.time, q.line))))?;
    let dated = |t: Time| (t.0 != UNDATED).then_some(t);
    let path = timeline.path(peak.0.artifact).to_owned();
    Some(ListenerPhase {
        from: dated(first.0.time),
        to: dated(last.0.time),
        limit: first.1,
        peak: whole(peak.0.value),
        at_limit: stretch.iter().filter(|(q, limit)| *limit > 0 && whole(q.value) >= *limit).count() as u64,
        samples: stretch.len() as u64,
        somaxconn: host.running("net.core.somaxconn", dated(last.0.time)).and_then(|o| o.value.parse().ok()),
        exhibit: Exhibit { path, line: peak.0.line, text: quote(peak.0.artifact, peak.0.line), key: true },
    })
}

/// A queue length back from its `f64` bits.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // lengths of queues; `as` saturates
fn whole(bits: u64) -> u64 {
    f64::from_bits(bits) as u64
}
