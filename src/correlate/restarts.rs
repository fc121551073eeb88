//! Where a host's counters began again.

use crate::model::fact::Kind;
use crate::model::time::Time;
use crate::timeline::Host;
use crate::timeline::readings::intervals;

/// Instants (last sample before, first sample after) between which many counters of a host fell at once.
#[must_use]
pub fn restarts(host: &Host) -> Vec<(Time, Time)> {
    let mut fell: Vec<(Time, Time)> = Vec::new();
    let mut counters = 0_usize;
    for series in host.series.values().filter(|s| s.kind == Kind::Counter) {
        counters += 1;
        let falls = intervals(series.readings.dated());
        fell.extend(falls.iter().filter(|i| i.count.is_none()).map(|i| (i.from, i.to)));
    }
    fell.sort();
    // One counter alone that falls is a driver's or a module's reset, not the host's.
    let enough = (counters / 10).clamp(1, 3);
    let mut found: Vec<(Time, Time)> = Vec::new();
    for group in fell.chunk_by(|a, b| a == b).filter(|group| group.len() >= enough) {
        if found.last().is_none_or(|last| group[0].0 >= last.1) {
            found.push(group[0]);
        }
    }
    found
}

/// Whether the evidence dates a boot of `host` between two samples, give or take the minute that `uptime`
/// cuts off.
#[must_use]
pub fn booted_between(host: &Host, last: Time, again: Time) -> bool {
    host.boots.iter().any(|boot| *boot >= last.plus_seconds(-60.0) && *boot <= again)
}
