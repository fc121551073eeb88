//! Which release of `ss` wrote a table, as far as its wildcards tell.
//!
//! An old `ss` (iproute2 4.11 of `CentOS` 7) writes `*` for IPv4's wildcard, and `::` (`:::80`) or `[::]` for IPv6's. That of
//! 4.15 (Ubuntu 18.04) writes `0.0.0.0`, and since 4.20 `*` is IPv6's of a socket that takes IPv4 as well. So `0.0.0.0` is
//! no old one's, `:::` is, and so is `*` beside an address of IPv4, for both ends of a socket are of one family.
//! `*:80 *:*` alone may be either.

use super::row::{Header, Row, is_continuation};
use crate::parse::lines::Lines;
use crate::parse::sockets::address::address;
use crate::parse::sockets::listeners::Listeners;
use std::collections::HashSet;

/// How a table writes wildcards.
#[derive(Debug, Default, PartialEq)]
pub enum Spelling<'a> {
    /// IPv4's is `0.0.0.0`, so `*` is that of both protocols.
    Today,
    /// IPv4's is `*`; with the ports that are held there.
    Old(HashSet<&'a [u8]>),
    /// Nothing in the table tells.
    #[default]
    Untold,
}

/// Lines of a table that are looked at.
const LOOK: usize = 20_000;

impl<'a> Spelling<'a> {
    /// Whether an address has a wildcard that is not the same in all of them.
    pub fn matters(local: &[u8]) -> bool {
        [b"*".as_slice(), b":::", b"[::]:"].iter().any(|wildcard| local.starts_with(wildcard))
    }

    /// Looks ahead through a table behind its header.
    pub fn of(mut lines: Lines<'a>, header: Option<Header>) -> Self {
        let (mut old, mut held) = (false, HashSet::new());
        for line in lines.by_ref().take(LOOK) {
            let row = match header {
                Some(header) if !header.state => Row::without_state(line, header),
                _ => Row::of(line),
            };
            let Some(row) = row else {
                if is_continuation(line) {
                    continue;
                }
                break;
            };
            let [_, _, local, peer] = row.fields;
            if !row.is_inet() {
                continue;
            }
            if [local, peer].iter().any(|end| end.starts_with(b"0.0.0.0:") || end.starts_with(b"0.0.0.0%")) {
                return Self::Today;
            }
            old |= [local, peer].iter().any(|end| end.starts_with(b":::"));
            old |= is_ipv4(local) && peer.starts_with(b"*:") || is_ipv4(peer) && local.starts_with(b"*:");
            held.extend(local.strip_prefix(b"*:"));
        }
        if old { Self::Old(held) } else { Self::Untold }
    }

    /// The name of a listener, in today's spelling as far as it can be told.
    pub fn named(&self, local: &[u8], listeners: &Listeners) -> Result<String, &'static str> {
        let text = std::str::from_utf8(local).map_err(|_| "local address is not text")?;
        let Ok((_, (host, zone, port))) = address(text) else {
            return Err("listening socket without a local address and port");
        };
        let host = match (self, host.as_str()) {
            (Self::Old(_), "*") => "0.0.0.0",
            (Self::Old(held), "[::]") if held.contains(port.as_bytes()) => "[::]",
            (Self::Old(_), "[::]") => listeners.wildcard(port),
            _ => host.as_str(),
        };
        Ok(format!("{host}{zone}:{port}"))
    }
}

fn is_ipv4(end: &[u8]) -> bool {
    let digits = |b: &u8| b.is_ascii_digit() || *b == b'.';
    let host = end.rsplitn(2, |b| *b == b':').nth(1).unwrap_or_default();
    let host = host.split(|b| *b == b'%').next().unwrap_or_default();
    host.contains(&b'.') && host.iter().all(digits)
}

#[cfg(test)]
mod tests {
    use super::Spelling;
    use crate::parse::lines::Lines;

    fn of(text: &str) -> Spelling<'_> {
        Spelling::of(Lines::new(text.as_bytes(), 1), None)
    }

    #[test]
    fn the_wildcards_beside_it_tell_what_a_star_is() {
        let star = "LISTEN 0 128 *:80 *:*\n";
        assert_eq!(of(star), Spelling::Untold);
        assert_eq!(of(&format!("{star}LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n")), Spelling::Today);
        assert_eq!(of(&format!("{star}ESTAB 0 0 10.0.0.1:22 10.0.0.9:4711\n")), Spelling::Untold);
        for old in ["LISTEN 0 128 127.0.0.1:25 *:*\n", "LISTEN 0 128 :::22 :::*\n"] {
            assert!(
                matches!(of(&format!("{star}{old}")), Spelling::Old(held) if held.contains(b"80".as_slice()))
            );
        }
        // netlink sockets have stars of their own
        assert_eq!(of(&format!("{star}nl UNCONN 0 0 rtnl:kernel *\n")), Spelling::Untold);
    }
}
