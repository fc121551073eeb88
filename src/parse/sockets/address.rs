//! Addresses of sockets as the tools print them, and ports.

use crate::parse::words::number as digits;
use hashbrown::HashMap;
use nom::branch::alt;
use nom::bytes::complete::take_while1;
use nom::character::complete::char;
use nom::combinator::{all_consuming, opt, recognize, rest, verify};
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

/// Host with brackets where it is IPv6, `%zone` or nothing, port. `:::80` has no zone.
///
/// # Errors
/// When there is no host, or no port that a tool would print.
pub fn address(text: &str) -> IResult<&str, (String, &str, &str)> {
    let (port, host) = last_colon(text)?;
    let (_, port) = verify(rest, |p: &str| {
        !p.is_empty()
            && p.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'*' | b'-' | b'_' | b'.'))
    })
    .parse(port)?;
    let bracketed = recognize(delimited(char('['), take_while1(|c| c != ']'), char(']')));
    let bare = take_while1(|c: char| c != '%' && c != '[');
    let (zone, host) = alt((bracketed, bare)).parse(host)?;
    let (_, zone) =
        all_consuming(opt(recognize(preceded(char('%'), take_while1(|c: char| !c.is_whitespace())))))
            .parse(zone)?;
    let host =
        if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() };
    Ok(("", (host, zone.unwrap_or(""), port)))
}

/// Cuts at the last colon; gives (behind, before). `:::80` is host `::`.
fn last_colon(text: &str) -> IResult<&str, &str> {
    match text.rfind(':') {
        Some(at) if at > 0 => Ok((&text[at + 1..], &text[..at])),
        _ => Err(nom::Err::Error(nom::error::Error::new(text, nom::error::ErrorKind::Char))),
    }
}

/// A port: a number, or above 65,535 the number of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Port(u32);

impl Port {
    /// Ports from here on are given to whoever connects (`net.ipv4.ip_local_port_range` as shipped).
    const EPHEMERAL: u32 = 32_768;

    /// By number.
    #[must_use]
    pub fn number(port: u16) -> Self {
        Self(u32::from(port))
    }

    /// Whether no service is expected there. A port that has a name has one.
    #[must_use]
    pub fn is_ephemeral(self) -> bool {
        (Self::EPHEMERAL..=65_535).contains(&self.0)
    }

    /// Which of the two ends of a connection is the service, where nothing else tells: a name, else the lower number.
    #[must_use]
    pub fn is_service_before(self, peer: Self) -> bool {
        let rank = |port: Self| if port.0 > 65_535 { 0 } else { port.0 };
        rank(self) <= rank(peer)
    }
}

/// Names of ports, as tools without `-n` print them; they are kept as printed.
#[derive(Debug, Default)]
pub struct Ports {
    names: Vec<String>,
    known: HashMap<Vec<u8>, u32>,
}

impl Ports {
    /// Beyond this many names of services no further one is learnt: `/etc/services` has a few hundred.
    const NAMES: usize = 4_096;

    /// The port of `host:port`. `None` when there is none, or when it is `*`.
    pub fn of(&mut self, address: &[u8]) -> Option<Port> {
        let at = memchr::memrchr(b':', address)?;
        let port = &address[at + 1..];
        if let Some(number) = digits(port) {
            return u16::try_from(number).ok().map(Port::number);
        }
        (is_port(port) && port != b"*").then(|| self.name(port)).flatten()
    }

    fn name(&mut self, name: &[u8]) -> Option<Port> {
        if let Some(at) = self.known.get(name) {
            return Some(Port(*at));
        }
        let text = std::str::from_utf8(name).ok().filter(|_| self.names.len() < Self::NAMES)?;
        let at = 65_536 + u32::try_from(self.names.len()).ok()?;
        self.names.push(text.to_owned());
        self.known.insert(name.to_owned(), at);
        Some(Port(at))
    }

    /// As printed.
    #[must_use]
    pub fn print(&self, port: Port) -> String {
        let name = usize::try_from(port.0).ok().and_then(|at| self.names.get(at.checked_sub(65_536)?));
        name.map_or_else(|| port.0.to_string(), Clone::clone)
    }
}

/// Whether a tool of Linux would print this behind the last colon: a number, `*`, or a name. `1.22` and `2%lo0.22`
/// are a BSD's.
#[must_use]
pub fn is_port(word: &[u8]) -> bool {
    let named = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'+');
    word == b"*" || (!word.is_empty() && word.iter().all(named))
}

/// Takes the next word off the front of `text`.
pub fn word<'a>(text: &mut &'a [u8]) -> Option<&'a [u8]> {
    let begin = text.iter().position(|b| !b.is_ascii_whitespace())?;
    let rest = &text[begin..];
    let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
    *text = &rest[end..];
    Some(&rest[..end])
}
