//! # device-drop
//!
//! *What it sees*: an interface whose drops or errors are one in ten thousand of its packets or more.
//!
//! *Why it matters*: what is lost at the interface is lost to everything above it: TCP sends it again, UDP does not.
//!
//! *What else looks like it*: `rx_dropped` also counts frames that nobody here wanted (unknown protocols, VLANs that are
//! not configured, spanning-tree and LLDP frames); mirror ports see a lot of those, without any loss.
//!
//! *What to check next*: `ethtool -S` for the counter behind the sum, `ethtool -g` (ring sizes), `ethtool -c`
//! (coalescing), cable and switch port where errors rather than drops grow.

use super::{Rule, Scene};
use crate::model::fact::SeriesId;
use crate::model::report::Finding;
use crate::model::words::share;
use std::collections::BTreeSet;

/// See the module.
pub const RULE: Rule =
    Rule { id: "device-drop", watches: &METRICS, manual: include_str!("device_drop.rs"), look };

/// One in ten thousand: TCP's throughput suffers visibly from there on (Mathis et al. 1997), while healthy interfaces
/// stay orders of magnitude below.
const PER_MILLION: f64 = 100.0;

/// The worst first: what the ring had no room for, then sums that hold harmless frames too.
const METRICS: [&str; 10] = [
    "dev.rx_missed_errors",
    "dev.rx_fifo_errors",
    "dev.rx_crc_errors",
    "dev.rx_errors",
    "dev.tx_errors",
    "dev.tx_dropped",
    "dev.tx_drop",
    "dev.rx_drop",
    "dev.rx_dropped",
    "dev.tx_carrier_errors",
];

fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let of_devices = scene.host.series.keys().filter(|id| id.metric.starts_with("dev.") && id.of != "lo");
    let devices: BTreeSet<&str> = of_devices.map(|id| id.of.as_str()).filter(|of| !of.is_empty()).collect();
    devices.into_iter().filter_map(|device| of_device(scene, device)).collect()
}

fn of_device(scene: &Scene<'_>, device: &str) -> Option<Finding> {
    let mut finding: Option<Finding> = None;
    for metric in METRICS {
        let id = SeriesId { of: device.to_owned(), ..SeriesId::counter(metric) };
        let Some(counted) = scene.events(&id) else { continue };
        let Some(lost) = counted.per_million().filter(|share| *share >= PER_MILLION) else { continue };
        let seen = format!("{metric} of {device}: {}, {} of its packets.", counted.words(), share(lost));
        if let Some(finding) = &mut finding {
            finding.seen += &format!(" {seen}");
            continue;
        }
        let mut first = scene.finding(RULE.id, device, counted.severity());
        first.title = format!("{device} dropped packets or saw errors");
        first.seen = seen;
        first.why =
            "What is lost at the interface is lost to everything above it: TCP sends it again, UDP does not."
                .to_owned();
        first.otherwise = "rx_dropped also counts frames that nobody here wanted: unknown protocols, VLANs that are not configured, spanning tree and LLDP.".to_owned();
        first.next = format!(
            "ethtool -S {device} for the counter behind the sum, ethtool -g {device} for the ring sizes; cable and switch port where errors grow."
        );
        first.exhibits =
            scene.host.series.get(&id).map(|s| scene.steps_of(&id.metric, &s.readings)).unwrap_or_default();
        finding = Some(first);
    }
    finding
}
