//! Addresses as the kernel prints them in hexadecimal digits: `0101A8C0:0016` in `/proc/net/tcp`, the same in
//! `/proc/net/route`, 32 digits in `/proc/net/tcp6` and `/proc/net/if_inet6`.

use super::pieces::Pieces;
use super::spot::{Spot, Stand, pattern};
use std::net::{Ipv4Addr, Ipv6Addr};

pattern!(SOCKET, r"\b([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})\b");
pattern!(ROUTE_LINE, r"^\S+\s+[0-9A-F]{8}\s+[0-9A-F]{8}\s+[0-9A-F]{4}\s");
pattern!(ROUTE, r"\b[0-9A-F]{8}\b");
pattern!(IF_INET6_LINE, r"^[0-9a-f]{32} [0-9a-f]{2} [0-9a-f]{2} [0-9a-f]{2} ");
pattern!(ROUTE6_LINE, r"^[0-9a-f]{32} [0-9a-f]{2} [0-9a-f]{32} ");
pattern!(LONG, r"\b[0-9a-f]{32}\b");

/// Applies them all.
pub fn rules(pieces: &mut Pieces<'_>, stand: &dyn Stand) {
    pieces.rule(&SOCKET, |it| {
        let to =
            if it.group(1).len() == 8 { four(it.group(1), stand) } else { six_by_words(it.group(1), stand) };
        Some(format!("{}:{}", to?, it.group(2)))
    });
    let text = pieces.text();
    if ROUTE_LINE.is_match(text) {
        pieces.rule(&ROUTE, |it| four(it.group(0), stand));
    }
    if IF_INET6_LINE.is_match(text) || ROUTE6_LINE.is_match(text) {
        pieces.rule(&LONG, |it| {
            let ip = Ipv6Addr::from(u128::from_str_radix(it.group(0), 16).ok()?);
            let to: Ipv6Addr = stand.of(&Spot::V6(ip))?.parse().ok()?;
            Some(format!("{:032x}", u128::from(to)))
        });
    }
}

/// The kernel prints the four octets as one number of the machine's byte order.
fn four(digits: &str, stand: &dyn Stand) -> Option<String> {
    let ip = Ipv4Addr::from(u32::from_str_radix(digits, 16).ok()?.swap_bytes());
    let to: Ipv4Addr = stand.of(&Spot::V4(ip))?.parse().ok()?;
    Some(format!("{:08X}", u32::from(to).swap_bytes()))
}

/// And sixteen octets as four of them.
fn six_by_words(digits: &str, stand: &dyn Stand) -> Option<String> {
    let all = u128::from_str_radix(digits, 16).ok()?;
    let to: Ipv6Addr = stand.of(&Spot::V6(Ipv6Addr::from(turned(all))))?.parse().ok()?;
    Some(format!("{:032X}", turned(u128::from(to))))
}

fn turned(all: u128) -> u128 {
    let mut octets = all.to_be_bytes();
    octets.chunks_mut(4).for_each(<[u8]>::reverse);
    u128::from_be_bytes(octets)
}
