//! IP addresses: which say nothing and stay, and what stands for the others.
//!
//! Stand-ins are of the blocks that are kept for documentation (RFC 5737, 3849, 6676), then of 240.0.0.0/4, which nobody
//! was given. Two IPv4 addresses share a /24 exactly where their stand-ins do; two IPv6 addresses, a /64. No other
//! relation is kept, and none is made up: a shorter prefix stands alone.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Second half of the interface id of our stand-ins in link-local and multicast scopes: `fe80::db8:1`.
const OURS: u16 = 0xdb8;

/// Whether an address says nothing of a network: loopback, wildcard, broadcast, masks, well-known groups, documentation.
#[must_use]
pub fn is_plain4(ip: Ipv4Addr) -> bool {
    let bits = u32::from(ip);
    let [a, b, c, d] = ip.octets();
    let mask = bits.leading_ones() >= 8 && bits.count_ones() == bits.leading_ones();
    // the net addresses of private and other special blocks, as routes and rules spell them
    let block = bits.trailing_zeros() >= 16
        && matches!(
            (a, b),
            (10 | 100 | 172 | 192 | 169 | 224 | 239 | 198 | 128, 0 | 16 | 18 | 64 | 168 | 254)
        )
        && (c, d) == (0, 0)
        && is_block(a, b);
    mask || block
        || a == 0
        || a == 127
        || a >= 240
        || (a, b, c) == (224, 0, 0)
        || (a, b, c) == (233, 252, 0)
        || (a, b, c) == (192, 0, 2)
        || (a, b, c) == (198, 51, 100)
        || (a, b, c) == (203, 0, 113)
        || (a, b, c, d) == (239, 255, 255, 250)
        || (a, b, c, d) == (169, 254, 169, 254)
}

fn is_block(a: u8, b: u8) -> bool {
    [(10, 0), (100, 64), (172, 16), (192, 168), (169, 254), (224, 0), (239, 0), (198, 18), (128, 0)]
        .contains(&(a, b))
}

/// The same of IPv6.
#[must_use]
pub fn is_plain6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    let ours = s[6] == OURS && s[1..6].iter().all(|part| *part == 0);
    let net =
        s[1..].iter().all(|part| *part == 0) && [0xfe80, 0xfc00, 0xfd00, 0xff00, 0x2000].contains(&s[0]);
    let group = s[0] & 0xfff0 == 0xff00 && s[1..7].iter().all(|part| *part == 0);
    // `::1:25` of netstat is port 25 of loopback; nobody has an address that is spelled so
    let loopback = s[..6] == [0; 6] && s[6] <= 1;
    loopback
        || net
        || group
        || (s[0] == 0x2001 && s[1] == 0xdb8)
        || s[0] == 0x534f // written by `sos clean`; given to nobody
        || (ours && (s[0] == 0xfe80 || s[0] & 0xff00 == 0xff00))
}

/// The IPv4 address inside an IPv6 one: mapped, compatible in no use any more, or that of NAT64.
#[must_use]
pub fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = ip.segments();
    let inner = || Ipv4Addr::from((u32::from(s[6]) << 16) | u32::from(s[7]));
    let mapped = s[..5] == [0; 5] && s[5] == 0xffff;
    let nat64 = s[..6] == [0x64, 0xff9b, 0, 0, 0, 0];
    (mapped || nat64).then(inner)
}

/// An IPv6 address with another IPv4 address inside it, spelled with dots as it is read best.
#[must_use]
pub fn embed(ip: Ipv6Addr, inner: Ipv4Addr) -> String {
    if ip.segments()[0] == 0 { format!("::ffff:{inner}") } else { format!("64:ff9b::{inner}") }
}

/// Stand-ins of addresses.
#[derive(Debug, Default)]
pub struct Addresses {
    v4: BTreeMap<Ipv4Addr, Ipv4Addr>,
    v6: BTreeMap<Ipv6Addr, Ipv6Addr>,
}

impl Addresses {
    /// Gives each address its stand-in, in ascending order; those that stay are passed over.
    #[must_use]
    pub fn new(v4: &BTreeSet<Ipv4Addr>, v6: &BTreeSet<Ipv6Addr>) -> Self {
        Self { v4: four(v4), v6: six(v6) }
    }

    /// The stand-in, or the address itself where it says nothing; `None` for one that was never seen.
    #[must_use]
    pub fn v4(&self, ip: Ipv4Addr) -> Option<Ipv4Addr> {
        self.v4.get(&ip).copied().or_else(|| is_plain4(ip).then_some(ip))
    }

    /// The same of IPv6.
    #[must_use]
    pub fn v6(&self, ip: Ipv6Addr) -> Option<Ipv6Addr> {
        self.v6.get(&ip).copied().or_else(|| is_plain6(ip).then_some(ip))
    }

    /// Pairs of address and stand-in.
    pub fn pairs(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let four = self.v4.iter().map(|(a, b)| (a.to_string(), b.to_string()));
        four.chain(self.v6.iter().map(|(a, b)| (a.to_string(), b.to_string())))
    }
}

fn four(seen: &BTreeSet<Ipv4Addr>) -> BTreeMap<Ipv4Addr, Ipv4Addr> {
    let net = |ip: Ipv4Addr| u32::from(ip) & 0xffff_ff00;
    let taken: BTreeSet<u32> = seen.iter().filter(|ip| is_plain4(**ip)).map(|ip| net(*ip)).collect();
    let documentation = [[192, 0, 2, 0], [198, 51, 100, 0], [203, 0, 113, 0]].map(u32::from_be_bytes);
    let reserved = (0xf000_0000_u32..0xffff_ff00).step_by(256);
    let mut free = documentation.into_iter().chain(reserved).filter(|net| !taken.contains(net));
    let groups = (0xe9fc_0000_u32..).filter(|ip| !seen.contains(&Ipv4Addr::from(*ip)));
    let mut groups = groups.skip(1);
    let mut found = BTreeMap::new();
    let mut current: Option<(u32, u32)> = None;
    let mut next = 1;
    for ip in seen.iter().copied().filter(|ip| !is_plain4(*ip)) {
        if ip.is_multicast() {
            found.insert(ip, Ipv4Addr::from(groups.next().unwrap_or(0xe9fc_0000)));
            continue;
        }
        let to = match current {
            Some((from, to)) if from == net(ip) => to,
            _ => {
                next = 1;
                let to = free.next().unwrap_or(0xf000_0000); // a million nets; then they run together
                current = Some((net(ip), to));
                to
            }
        };
        let last = match ip.octets()[3] {
            0 => 0, // a net's own address, and its broadcast: what they are shows
            255 => 255,
            _ => {
                next += 1;
                next - 1
            }
        };
        found.insert(ip, Ipv4Addr::from(to | last));
    }
    found
}

fn six(seen: &BTreeSet<Ipv6Addr>) -> BTreeMap<Ipv6Addr, Ipv6Addr> {
    let high = |ip: Ipv6Addr| u128::from(ip) >> 64;
    let taken: BTreeSet<u128> = seen.iter().filter(|ip| is_plain6(**ip)).map(|ip| high(*ip)).collect();
    let mut free = (0x2001_0db8_0000_0001_u128..).filter(|net| !taken.contains(net));
    let mut scopes: BTreeMap<u16, u128> = BTreeMap::new();
    let mut nets: BTreeMap<u128, (u128, u128)> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for ip in seen.iter().copied().filter(|ip| !is_plain6(*ip)) {
        let first = ip.segments()[0];
        let special = first & 0xff00 == 0xff00 || first & 0xffc0 == 0xfe80;
        let to = if special {
            let first = if first & 0xff00 == 0xff00 { first } else { 0xfe80 };
            let n = scopes.entry(first).or_default();
            let at = |n: u128| (u128::from(first) << 112) | (u128::from(OURS) << 16) | n;
            *n += 1;
            while seen.contains(&Ipv6Addr::from(at(*n))) {
                *n += 1;
            }
            at(*n)
        } else {
            let (net, next) = nets.entry(high(ip)).or_insert_with(|| (free.next().unwrap_or_default(), 0));
            let low = u128::from(ip) & u128::from(u64::MAX);
            *next += u128::from(low != 0);
            (*net << 64) | if low == 0 { 0 } else { *next }
        };
        found.insert(ip, Ipv6Addr::from(to));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(all: &[&str]) -> Vec<String> {
        let v4 = all.iter().filter_map(|a| a.parse().ok()).collect();
        let v6 = all.iter().filter_map(|a| a.parse().ok()).collect();
        let map = Addresses::new(&v4, &v6);
        let to = |a: &&str| match a.parse() {
            Ok(std::net::IpAddr::V4(ip)) => map.v4(ip).unwrap().to_string(),
            Ok(std::net::IpAddr::V6(ip)) => map.v6(ip).unwrap().to_string(),
            Err(why) => panic!("{a}: {why}"),
        };
        all.iter().map(to).collect()
    }

    #[test]
    fn neighbours_stay_neighbours_and_constants_stay() {
        let from =
            ["10.1.2.3", "10.1.2.9", "10.1.3.9", "10.1.3.0", "10.1.3.255", "127.0.0.53", "255.255.240.0"];
        let to = [
            "192.0.2.1",
            "192.0.2.2",
            "198.51.100.1",
            "198.51.100.0",
            "198.51.100.255",
            "127.0.0.53",
            "255.255.240.0",
        ];
        assert_eq!(map(&from), to);
        let from = [
            "fd12:3456::7",
            "fd12:3456::8",
            "fd12:3456:0:1::8",
            "fe80::211:22ff:fe33:4455",
            "ff02::1",
            "::",
            "::1:25",
        ];
        let to = [
            "2001:db8:0:1::1",
            "2001:db8:0:1::2",
            "2001:db8:0:2::1",
            "fe80::db8:1",
            "ff02::1",
            "::",
            "::1:25",
        ];
        assert_eq!(map(&from), to);
    }

    #[test]
    fn a_stand_in_is_never_an_address_of_the_input() {
        assert_eq!(map(&["10.1.2.3", "192.0.2.7", "198.51.100.1"])[0], "203.0.113.1");
        assert_eq!(map(&["fe80::1", "fe80::db8:1"]), ["fe80::db8:2", "fe80::db8:1"]);
        assert_eq!(map(&["fd00:1::1", "2001:db8:0:1::9"])[0], "2001:db8:0:2::1");
    }

    #[test]
    fn thousands_of_nets_have_a_place_each() {
        let seen: BTreeSet<Ipv4Addr> =
            (0..5_000_u32).map(|n| Ipv4Addr::from(0x0a00_0001 + n * 256)).collect();
        let map = four(&seen);
        let to: BTreeSet<Ipv4Addr> = map.values().copied().collect();
        assert_eq!(to.len(), 5_000);
        assert!(to.iter().all(|ip| is_plain4(*ip)), "and each stays when redacted again");
    }
}
