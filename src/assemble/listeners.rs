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
        exhibit: Exhibit {
            path,
            line: peak.at.line,
            text: quote(peak.at.artifact, peak.at.line),
            key: true,
            column: None,
        },
        course: course(stretch),
    })
}

/// Parts of a course, and the fewest samples that make one.
const PARTS: usize = 48;
const FEWEST: usize = 8;

/// The longest queue in each part of a stretch, so that a peak is seen however long the stretch is.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // 48 parts
fn course(stretch: &[Backlog]) -> Vec<Option<u64>> {
    let dated: Vec<(Time, u64)> =
        stretch.iter().filter(|b| b.at.time.0 != UNDATED).map(|b| (b.at.time, whole(b.queue))).collect();
    let (Some(first), Some(last)) = (dated.first(), dated.last()) else { return Vec::new() };
    let (begin, seconds) = (first.0, last.0.seconds_since(first.0));
    if dated.len() < FEWEST || seconds <= 0.0 || dated.iter().all(|(_, queue)| *queue == 0) {
        return Vec::new();
    }
    let parts = PARTS.min(dated.len());
    let mut course = vec![None; parts];
    for (time, queue) in &dated {
        let at = (time.seconds_since(begin) / seconds * parts as f64) as usize;
        if let Some(part) = course.get_mut(at.min(parts - 1)) {
            *part = Some(part.unwrap_or(0).max(*queue));
        }
    }
    course
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // lengths of queues; `as` saturates
fn whole(length: f64) -> u64 {
    length as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::readings::Reading;

    fn sample(seconds: i64, queue: f64) -> Backlog {
        let at = Reading { time: Time::from_secs(seconds), value: queue.to_bits(), artifact: 0, line: 0 };
        Backlog { at, queue, limit: 128.0 }
    }

    #[test]
    fn a_course_keeps_the_peak_and_leaves_a_pause_open() {
        let mut samples: Vec<Backlog> = (0..100).map(|s| sample(s, 1.0)).collect();
        samples[50].queue = 17.0;
        samples.extend((200..300).map(|s| sample(s, 2.0)));
        let course = course(&samples);
        assert_eq!(course.len(), PARTS);
        assert_eq!(course.iter().flatten().max(), Some(&17));
        assert_eq!(course[24], None, "nothing was sampled in the middle");
    }

    #[test]
    fn a_queue_that_was_always_empty_has_no_course() {
        let samples: Vec<Backlog> = (0..100).map(|s| sample(s, 0.0)).collect();
        assert!(course(&samples).is_empty());
    }
}
