//! Which log event tells of the same trouble as a metric: a line of `logged.tsv` each.

use super::events::{self, EventKind};

fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    super::rows(include_str!("logged.tsv")).filter_map(|row| match row[..] {
        [metric, event] => Some((metric, event)),
        _ => None,
    })
}

/// The log events beside a metric.
pub fn events_of(metric: &str) -> impl Iterator<Item = &'static EventKind> {
    pairs().filter(move |(m, _)| *m == metric).filter_map(|(_, id)| events::event(id))
}

/// The metrics beside a log event.
pub fn metrics_of(event: &str) -> impl Iterator<Item = &'static str> {
    pairs().filter(move |(_, id)| *id == event).map(|(metric, _)| metric)
}

#[cfg(test)]
mod tests {
    use super::{events_of, metrics_of, pairs};
    use crate::catalogue::{counters, events};

    #[test]
    fn both_sides_of_every_pair_have_rows() {
        for (metric, event) in pairs() {
            assert!(
                counters::counter(metric).is_some() && events::event(event).is_some(),
                "{metric} {event}"
            );
            assert!(metrics_of(event).any(|m| m == metric));
        }
        assert_eq!(pairs().count(), include_str!("logged.tsv").lines().count() - 1);
        assert_eq!(events_of("TcpExt.TCPReqQFullDrop").map(|e| e.id).collect::<Vec<_>>(), ["syn-flooding"]);
    }
}
