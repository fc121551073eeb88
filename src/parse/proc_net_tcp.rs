//! `/proc/net/tcp`, `/proc/net/tcp6`: the kernel's own tables, of which `netstat -tan` is a rendering.
//!
//! Bundles keep them as `proc/net/tcp` and `proc/net/tcp6`, also below `proc/PID/net`; loops append them to a file.
//!
//! ```text
//!   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
//!    0: 00000000:0050 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 1161 1 0000000000000000 100 0 0 10 0
//! ```
//!
//! *Yields* for each listener the gauge `listener.queue`: `rx_queue`, the length of its accept queue; `tx_queue` is
//! 0, the limit is not told. For other sockets the figures of [`sockets`](super::sockets) under `ipv4`, `ipv4 :80`,
//! `ipv6 to :3306`: each table is half of what `ss -tan` counts. They list every connection, so that a
//! state without one has none. Addresses are written as `ss` would, see [`listeners`](super::sockets::listeners);
//! IPv6's wildcard is `[::]` unless the table of IPv4 stands in the same capture.
//! *Hides* inodes, users, timers' expiry and the figures behind.
//! *Keeps unnamed* nothing.
//! *Rejects* lines that are cut or not hexadecimal, and a table in which the file ends: its sums do not count. Tables
//! of UDP look alike, with three columns more: [`proc_net_udp`](super::proc_net_udp).
//!
//! The words of an address are in the byte order of the machine: little-endian is assumed, so the addresses
//! of s390x and of old POWER come out reversed (ports do not).

use super::lines::Lines;
use super::sockets::address::{Port, word};
use super::sockets::census::{self, Census, Listed, Socket};
use super::sockets::listeners::Listeners;
use super::sockets::state::{State, Timer};
use super::{Dump, Reader};
use crate::model::fact::Facts;
use std::net::{Ipv4Addr, Ipv6Addr};

/// See the module.
pub const DUMP: Dump =
    Dump { name: "/proc/net/tcp", begins: |line| table(line).is_some(), open: || Box::new(Tables::new()) };

/// Whether a header is that of IPv6. That of UDP goes on: `ref pointer drops`.
fn table(line: &[u8]) -> Option<bool> {
    let mut rest = line;
    header(&mut rest).filter(|_| rest.trim_ascii().is_empty())
}

/// Whether a header, as far as TCP and UDP have it in common, is that of IPv6.
pub(super) fn header(rest: &mut &[u8]) -> Option<bool> {
    const BEHIND: [&[u8]; 9] =
        [b"st", b"tx_queue", b"rx_queue", b"tr", b"tm->when", b"retrnsmt", b"uid", b"timeout", b"inode"];
    *rest = rest.strip_prefix(b" ")?;
    (word(rest)? == b"sl" && word(rest)? == b"local_address").then_some(())?;
    let six = match word(rest)? {
        b"rem_address" => false,
        b"remote_address" => true,
        _ => return None,
    };
    BEHIND.iter().all(|name| word(rest) == Some(name)).then_some(six)
}

struct Tables {
    listeners: Listeners,
    four: Census,
    six: Census,
    /// The capture whose table of IPv4 has been read.
    read_four: Option<u32>,
}

impl Tables {
    fn new() -> Self {
        Self {
            listeners: Listeners::default(),
            four: Census::new("ipv4", ""),
            six: Census::new("ipv6", ""),
            read_four: None,
        }
    }
}

/// The end of a connection.
#[derive(Clone, Copy)]
pub(super) struct End<'a> {
    pub host: &'a [u8],
    pub port: u16,
}

pub(super) struct Row<'a> {
    pub local: End<'a>,
    peer: End<'a>,
    state: State,
    tx_queue: u64,
    pub rx_queue: u64,
    timer: Option<Timer>,
    /// Behind the inode.
    pub rest: &'a [u8],
}

impl Reader for Tables {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        let capture = facts.capture();
        let begin = lines.number();
        let six = lines.peek().and_then(table) == Some(true);
        // the numbering of one capture's listeners, and what it knows of the wildcard, is that of both tables
        if !six || self.read_four != Some(capture) {
            self.listeners.begin();
            self.read_four = if six { None } else { Some(capture) };
        }
        let mut last = lines.rest();
        lines.advance();
        while let Some(line) = lines.peek().filter(|line| is_row(line)) {
            match Row::of(line) {
                Some(row) => self.socket(&row, lines.number(), facts),
                None => facts.rejects.push(lines.number(), "socket that cannot be read: cut off?"),
            }
            last = lines.rest();
            lines.advance();
        }
        let cut = lines.rest().is_empty() && !last.ends_with(b"\n");
        if cut {
            census::reject_cut(lines, facts);
        }
        let counted = if six { &mut self.six } else { &mut self.four };
        counted.finish(if cut { Listed::Nothing } else { Listed::All }, begin, facts);
    }
}

impl Tables {
    fn socket(&mut self, row: &Row<'_>, line: u32, facts: &mut Facts) {
        let local = Port::number(row.local.port);
        let six = row.local.host.len() == 32;
        let census = if six { &mut self.six } else { &mut self.four };
        if row.state == State::LISTEN {
            census.listens(local);
            let Some(of) = self.name(row.local) else {
                facts.rejects.push(line, "local address is not hexadecimal");
                return;
            };
            let of = self.listeners.numbered(of);
            self.listeners.sample(&of, u32::try_from(row.rx_queue).unwrap_or(u32::MAX), None, line, facts);
            return;
        }
        let (rx_queue, tx_queue) = (row.rx_queue, row.tx_queue);
        let peer = Some(Port::number(row.peer.port)).filter(|_| row.peer.port > 0);
        let group =
            census.socket(&Socket { state: row.state, local: Some(local), peer, rx_queue, tx_queue, line });
        if let Some(timer) = row.timer {
            census.timer(group, timer);
        }
    }

    fn name(&self, end: End<'_>) -> Option<String> {
        end.name(self.read_four.is_some().then_some(&self.listeners))
    }
}

impl End<'_> {
    /// As `ss` would write it; IPv6's wildcard by what else listens, where the table of IPv4 has been read.
    pub fn name(self, both: Option<&Listeners>) -> Option<String> {
        let port = self.port;
        if self.host.len() == 8 {
            return Some(format!("{}:{port}", Ipv4Addr::from(words::<4>(self.host)?)));
        }
        let host = Ipv6Addr::from(words::<16>(self.host)?);
        if let (true, Some(both)) = (host.is_unspecified(), both) {
            return Some(format!("{}:{port}", both.wildcard(&port.to_string())));
        }
        Some(format!("[{host}]:{port}"))
    }
}

/// `   0: …`.
pub(super) fn is_row(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let colon = line.iter().take(12).position(|b| *b == b':');
    colon.is_some_and(|at| at > 0 && line[..at].iter().all(u8::is_ascii_digit))
}

impl<'a> Row<'a> {
    pub fn of(line: &'a [u8]) -> Option<Self> {
        let mut rest = line;
        word(&mut rest)?;
        let (local, peer) = (end(word(&mut rest)?)?, end(word(&mut rest)?)?);
        let state = State::of_number(u8::try_from(hex(word(&mut rest)?)?).ok()?)?;
        let (tx_queue, rx_queue) = pair(word(&mut rest)?)?;
        let (timer, _) = pair(word(&mut rest)?)?;
        // retransmits, uid, timeout, inode: without them the line is cut
        (0..4).try_for_each(|_| word(&mut rest).map(|_| ()))?;
        let timer = u8::try_from(timer).ok().and_then(|number| match number {
            1 => Some(Timer::On),
            2 => Some(Timer::Keepalive),
            3 => Some(Timer::Timewait),
            4 => Some(Timer::Persist),
            _ => None,
        });
        Some(Self { local, peer, state, tx_queue, rx_queue, timer, rest })
    }
}

fn end(text: &[u8]) -> Option<End<'_>> {
    let at = memchr::memchr(b':', text).filter(|at| matches!(at, 8 | 32))?;
    let (host, port) = (&text[..at], &text[at + 1..]);
    (port.len() == 4).then_some(End { host, port: u16::try_from(hex(port)?).ok()? })
}

fn pair(text: &[u8]) -> Option<(u64, u64)> {
    let at = memchr::memchr(b':', text)?;
    Some((hex(&text[..at])?, hex(&text[at + 1..])?))
}

fn hex(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 16 {
        return None;
    }
    text.iter().try_fold(0, |n, b| Some(n << 4 | u64::from(char::from(*b).to_digit(16)?)))
}

/// Words of four bytes, each printed as a little-endian machine reads it.
fn words<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    for (word, text) in bytes.chunks_exact_mut(4).zip(text.chunks_exact(8)) {
        word.copy_from_slice(&u32::try_from(hex(text)?).ok()?.to_le_bytes());
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_little_endian_words() {
        let end = |text: &'static str| end(text.as_bytes()).unwrap();
        let name = |text| Tables::new().name(end(text)).unwrap();
        assert_eq!(name("0100007F:0CEA"), "127.0.0.1:3306");
        assert_eq!(name("00000000000000000000000001000000:0019"), "[::1]:25");
        assert_eq!(name("0000000000000000FFFF00007900000A:2009"), "[::ffff:10.0.0.121]:8201");
    }

    #[test]
    fn a_listener_shows_the_length_of_its_queue() {
        let text = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   0: 00000000:0050 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 1161 1 0000000000000000 100 0 0 10 0\n";
        let mut facts = Facts::default();
        (DUMP.open)().read(&mut Lines::new(text.as_bytes(), 1), &mut facts);
        assert_eq!((facts.keys[0].of.as_str(), facts.samples.value[0]), ("0.0.0.0:80", 3_f64.to_bits()));
        // every state is told, and none is in any
        assert!(facts.samples.value[1..].iter().all(|v| *v == 0));
    }

    #[test]
    fn tables_of_udp_are_not_taken() {
        let header = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops             ";
        assert_eq!(table(header.as_bytes()), None);
    }
}
