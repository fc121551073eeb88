//! MAC addresses and ids of machines and boots: which say nothing and stay, and what stands for the others.

use std::collections::{BTreeMap, BTreeSet};

/// A MAC address.
pub type Mac = [u8; 6];

/// Whether a MAC address says nothing: zero, broadcast, well-known groups, one of `sos clean`, one of ours.
#[must_use]
pub fn is_plain(mac: Mac) -> bool {
    match mac {
        [0x53, 0x4f, 0x53, ..]
        | [0x02, 0, 0, ..]
        | [0x01, 0x80, 0xc2, 0, 0, _]
        | [0x01, 0, 0x5e, 0, 0, _]
        | [0x33, 0x33, 0, 0, 0, _] => true,
        _ => mac == [0; 6] || mac == [0xff; 6],
    }
}

/// Stand-ins of MAC addresses: `02:00:00:00:00:01`, of the locally administered ones.
#[must_use]
pub fn macs(seen: &BTreeSet<Mac>) -> BTreeMap<Mac, Mac> {
    let free = (1_u32..).map(u32::to_be_bytes).map(|[a, b, c, d]| [2, 0, a, b, c, d]);
    let free = free.filter(|mac| !seen.contains(mac));
    seen.iter().copied().filter(|mac| !is_plain(*mac)).zip(free).collect()
}

/// Two digits an octet, with a sign between them.
#[must_use]
pub fn spelled(mac: Mac, sign: &str) -> String {
    mac.map(|octet| format!("{octet:02x}")).join(sign)
}

/// Whether an id of 32 digits, or the first digits of one, is one of ours, or of nothing.
#[must_use]
pub fn is_ours(id: &str) -> bool {
    let digits = id.trim_start_matches('0');
    id.len() - digits.len() >= (id.len() / 2).max(3) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// The stand-in of the `n`th id, as long as the id.
#[must_use]
pub fn id(n: usize, digits: usize) -> String {
    format!("{n:0digits$}")
}

/// 32 digits in groups, as UUIDs are spelled.
#[must_use]
pub fn grouped(id: &str) -> String {
    let part = |from: usize, to: usize| id.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_stay_when_they_are_seen_again() {
        let seen: BTreeSet<Mac> = [[0, 0x11, 0x22, 0x33, 0x44, 0x55], [2, 0, 0, 0, 0, 1]].into();
        let map = macs(&seen);
        assert_eq!(map.len(), 1);
        assert!(map.values().all(|mac| spelled(*mac, ":") == "02:00:00:00:00:02" && is_plain(*mac)));
        assert!(is_ours(&id(12, 32)) && is_ours(&id(3, 8)) && !is_ours("6f1c0d2e8a7b4c3d9e0f1a2b3c4d5e6f"));
        assert!(!is_ours("04096000") && !is_ours("00a0b0c0"));
        assert_eq!(grouped(&id(7, 32)), "00000000-0000-0000-0000-000000000007");
    }
}
