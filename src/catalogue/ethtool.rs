//! What network cards count: which of the names of `ethtool -S` mean loss, and of what kind.
//!
//! Each driver has names of its own, some hundred with one for each queue, so `ethtool.tsv` has patterns: `*` is any
//! text, `?` is one character. The first row that fits decides; rows for one driver stand before those for all (`-`).
//! The facts are from the drivers' sources in kernels up to 6.18.

use std::sync::LazyLock;

use super::counters::{Counter, Worse};
use crate::model::fact::Kind;

/// What a card's counter tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Packets dropped by the card or its driver.
    Drop,
    /// Packets that were broken, and trouble of the link.
    Error,
    /// Packets for which the card had no room: the host or the bus was too slow.
    Missed,
    /// Packets for which there was no receive buffer: the ring is too small, or memory short.
    NoBuffer,
    /// Flow control: somebody could not keep up and said so.
    Pause,
    /// The transmit ring was full or hung.
    Stall,
    /// The cloud provider's limits.
    Limit,
    /// Packets refused as configured.
    Verdict,
    /// Looks like one of the above by its name, and is harmless.
    Other,
    /// Work done.
    Traffic,
    /// No count at all: may go either way.
    Level,
}

impl Class {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "drop" => Self::Drop,
            "error" => Self::Error,
            "missed" => Self::Missed,
            "no_buffer" => Self::NoBuffer,
            "pause" => Self::Pause,
            "stall" => Self::Stall,
            "limit" => Self::Limit,
            "verdict" => Self::Verdict,
            "other" => Self::Other,
            "traffic" => Self::Traffic,
            "level" => Self::Level,
            _ => return None,
        })
    }

    fn title(self) -> &'static str {
        match self {
            Self::Drop => "Card or driver: drops",
            Self::Error => "Card: errors",
            Self::Missed => "Card: no room",
            Self::NoBuffer => "Card: no receive buffer",
            Self::Pause => "Card: pause frames",
            Self::Stall => "Card: transmit ring full",
            Self::Limit => "Provider's limit exceeded",
            Self::Verdict => "Card: refused as configured",
            Self::Other => "Card: other",
            Self::Traffic => "Card: traffic",
            Self::Level => "Card: state",
        }
    }

    /// Whether packets were lost that somebody wanted.
    #[must_use]
    pub fn is_loss(self) -> bool {
        matches!(self, Self::Drop | Self::Error | Self::Missed | Self::NoBuffer | Self::Limit)
    }
}

/// A row of `ethtool.tsv`.
#[derive(Debug)]
pub struct CardCounter {
    /// What the name must look like.
    pub pattern: &'static str,
    /// Drivers that print such names; `-` for many.
    pub driver: &'static str,
    /// What it tells.
    pub class: Class,
    /// The same as a row of the tables of metrics; its name is the pattern.
    pub counter: Counter,
}

static ROWS: LazyLock<Vec<CardCounter>> = LazyLock::new(|| {
    super::rows(include_str!("ethtool.tsv"))
        .filter_map(|row| {
            let [pattern, driver, class, help] = row[..] else { return None };
            let class = Class::of(class)?;
            let harmless = matches!(class, Class::Verdict | Class::Other | Class::Traffic | Class::Level);
            let counter = Counter {
                name: pattern,
                kind: if class == Class::Level { Kind::Gauge } else { Kind::Counter },
                unit: "events",
                worse: if harmless { Worse::Neither } else { Worse::Up },
                load: None,
                title: class.title(),
                help,
            };
            Some(CardCounter { pattern, driver, class, counter })
        })
        .collect()
});

/// The row of a name as `ethtool -S` prints it (`rx_queue_0_drops`); `None` for what nobody knows.
#[must_use]
pub fn card_counter(name: &str) -> Option<&'static CardCounter> {
    ROWS.iter().find(|row| fits(row.pattern.as_bytes(), name.as_bytes()))
}

/// Whether a name is that of one queue among several, so that a sum with the card's own total would count twice:
/// `rx_queue_0_drops`, `rx0_drops`, `queue_0_rx_…`, `[0]: …`, `Rx Queue#0 …`.
#[must_use]
pub fn is_of_one_queue(name: &str) -> bool {
    let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let way = name.strip_prefix("rx").or_else(|| name.strip_prefix("tx"));
    let behind = |rest: &str| digit(rest) || rest.strip_prefix(['-', '_']).is_some_and(digit);
    way.is_some_and(behind)
        || ["queue_", "Queue#", "["]
            .iter()
            .any(|mark| name.find(mark).and_then(|at| name.get(at + mark.len()..)).is_some_and(digit))
}

/// Glob with `*` and `?`. Goes back to the last `*` only, which is enough for these.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match (pattern.get(p), name.get(n)) {
            (Some(b'*'), _) => {
                star = Some((p, n));
                p += 1;
            }
            (Some(want), Some(got)) if want == got || *want == b'?' => (p, n) = (p + 1, n + 1),
            _ => {
                let Some((at, from)) = star else { return false };
                star = Some((at, from + 1));
                (p, n) = (at + 1, from + 1);
            }
        }
    }
    pattern.iter().skip(p).all(|b| *b == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        assert_eq!(include_str!("ethtool.tsv").lines().skip(1).count(), ROWS.len());
        for row in ROWS.iter() {
            assert!(row.counter.title.len() <= 32 && row.counter.help.ends_with('.'), "{row:?}");
        }
    }

    #[test]
    fn no_row_stands_behind_one_that_takes_all_it_fits() {
        for (at, row) in ROWS.iter().enumerate() {
            let name = row.pattern.replace(['*', '?'], "0");
            let first = ROWS.iter().position(|other| fits(other.pattern.as_bytes(), name.as_bytes()));
            assert_eq!(first, Some(at), "{} is never reached", row.pattern);
        }
    }

    #[test]
    fn names_of_real_drivers_are_told_apart() {
        for (name, class) in [
            ("rx_out_of_buffer", Some(Class::NoBuffer)),
            ("rx_discards_phy", Some(Class::Missed)),
            ("rx_prio3_discards", Some(Class::Missed)),
            ("rx_crc_errors_phy", Some(Class::Error)),
            ("rx_prio0_pause", Some(Class::Pause)),
            ("rx_no_dma_resources", Some(Class::NoBuffer)),
            ("rx_missed_errors", Some(Class::Missed)),
            ("rx_fifo_errors", Some(Class::Missed)),
            ("port.rx_dropped", Some(Class::Missed)),
            ("port.link_xoff_rx", Some(Class::Pause)),
            ("rx_dropped.nic", Some(Class::Missed)),
            ("rx_dropped", Some(Class::Drop)),
            ("queue_3_rx_empty_rx_ring", Some(Class::NoBuffer)),
            ("conntrack_allowance_exceeded", Some(Class::Limit)),
            ("[0]: rx_discards", Some(Class::NoBuffer)),
            ("[12]: tx_drops", Some(Class::Drop)),
            ("rx_brb_discard", Some(Class::Missed)),
            ("Rx Queue#0 pkts rx OOB", Some(Class::NoBuffer)),
            ("Tx Queue#0 drv dropped tx total giant hdr", Some(Class::Drop)),
            ("rx0_drops", Some(Class::Drop)),
            ("rx12_drops", Some(Class::Drop)),
            ("rx_queue_0_xdp_drops", Some(Class::Verdict)),
            ("rx_filtered_packets", Some(Class::Verdict)),
            ("rx_csum_good", Some(Class::Other)),
            ("rx_packets", Some(Class::Traffic)),
            ("rx_queue_0_packets", Some(Class::Traffic)),
            ("rx_1024_to_1518_bytes_phy", Some(Class::Traffic)),
            ("peer_ifindex", Some(Class::Level)),
            ("tx_queue_0_restart", Some(Class::Stall)),
            ("rx_queue_0_csum_err", Some(Class::Error)),
            ("rx_queue_0_alloc_failed", Some(Class::NoBuffer)),
            ("rx_dma_failed", Some(Class::Error)),
            ("tx_dma_out_of_sync", Some(Class::Error)),
            ("tx_multi_coll_ok", Some(Class::Other)),
            ("tx_smbus", Some(Class::Traffic)),
            ("dropped_smbus", Some(Class::Drop)),
            ("tx_hwtstamp_skipped", Some(Class::Other)),
            ("corr_ecc_errors", Some(Class::Other)),
            ("uncorr_ecc_errors", Some(Class::Error)),
            ("rx_queue_3_xdp_tx_errors", Some(Class::Error)),
            ("rx_pp_recycle_cache_full", Some(Class::Other)),
            ("outbound_pci_stalled_rd", Some(Class::Level)),
            ("frobnications", None),
        ] {
            assert_eq!(card_counter(name).map(|row| row.class), class, "{name}");
        }
    }

    #[test]
    fn queues_are_told_from_totals() {
        for name in [
            "rx_queue_0_drops",
            "rx0_drops",
            "rx-3.packets",
            "queue_0_rx_cnt",
            "[0]: rx_discards",
            "Tx Queue#1",
        ] {
            assert!(is_of_one_queue(name), "{name}");
        }
        for name in ["rx_drops", "rx_1024_to_1518", "tx_queue_dropped", "port.rx_size_64"] {
            assert_eq!(is_of_one_queue(name), name == "rx_1024_to_1518", "{name}");
        }
    }
}
