//! `ss`: sockets; of those that listen, the length and the limit of their accept queues, of the others their states,
//! queues, memory and `tcp_info` by service.
//!
//! Written by iproute2 with any options, `ss -lnt`, `-tan`, `-tulpen`, `-temoi`, `-O`, `-H`, with or without `| grep LISTEN`.
//! Bundles keep it as `sos_commands/networking/ss_-peaonmi`, `ss_-tupna`, or in a file that a loop appended to.
//!
//! ```text
//! State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
//! LISTEN 129    128         10.77.0.1:8080      0.0.0.0:*    users:(("nginx",pid=7,fd=6))
//! ESTAB  0      36          10.77.0.1:8080    10.77.0.2:4711 timer:(on,200ms,0) ino:9 sk:3 <->
//!      skmem:(r0,rb131072,t0,tb87040,f0,w36,o0,bl0,d0) cubic rto:204 rtt:3.5/1.75 cwnd:10 retrans:0/2
//! ```
//!
//! `ss state time-wait` has no State column, and does not say which state it was asked for. [`summary`] reads `ss -s`.
//!
//! *Yields* for each listening TCP socket the gauges `listener.queue` (Recv-Q), `listener.limit` (Send-Q) and, with
//! `-m`, `skmem.drops`, the connections that this listener has dropped; once for each listener of an artifact
//! [`Clue::Process`](crate::model::fact::Clue), where `ss -p` was given. For the names see
//! [`listeners`](super::sockets::listeners). For other TCP sockets the figures of [`sockets`](super::sockets),
//! zeros among them when the dump has a header, a listener, and a socket of any family that neither listens nor
//! is unconnected: neither `-l` nor the default nor one state asked for lists both. For UDP sockets that have dropped
//! datagrams or hold some, `udp.queue` (Recv-Q) and, with `-m`, their `skmem`: see
//! [`datagrams`](super::sockets::datagrams).
//! *Hides* sockets of other families, and each TCP socket's addresses. In a table without Netid column an unconnected socket
//! and no listener say that it is UDP, not TCP (`ss -uanm`); raw sockets alone (`ss -wan`) look the same, their
//! protocol standing for the port. Connected UDP sockets alone (`ss -un`) look like TCP's too: the command line above
//! them or the file's name may tell; else they are read as TCP's, and a note says so.
//! *Keeps unnamed* the state of a table without State column, unless the command line above it or the file's name tells
//! it and no filter beside: `sockets.of_one_state`, where the second such table of a capture is `#2`.
//! *Rejects* TCP sockets without two queue numbers, or without a local and a peer address, and a dump in which the file
//! ends: its listeners count, its sums do not.

mod asked;
mod one_state;
mod row;
mod spelling;
pub mod summary;
#[cfg(test)]
mod tests;
mod told;
mod udp;

use super::lines::Lines;
use super::sockets::census::{self, Census, Listed, Socket};
use super::sockets::datagrams::Datagrams;
use super::sockets::group::Memory;
use super::sockets::listeners::Listeners;
use super::sockets::state::State;
use super::words::number as digits;
use super::{Dump, Reader};
use crate::model::fact::{Clue, Facts, Kind};
use crate::parse::intern::Intern;
use row::{Header, Row, is_continuation, process};
use spelling::Spelling;
use told::Told;
use udp::Udp;

/// See the module.
pub const DUMP: Dump = Dump { name: "ss -lnt", begins, open: || Box::new(Ss::new()) };

pub use one_state::DUMP as OF_ONE_STATE;

fn begins(line: &[u8]) -> bool {
    match line.first() {
        Some(b'A'..=b'Z') => Header::of(line).is_some_and(|h| h.state) || bare(line),
        Some(b'a'..=b'z') => bare(line),
        _ => false,
    }
}

fn bare(line: &[u8]) -> bool {
    Row::of(line).is_some_and(|row| row.is_bare())
}

/// State of the reader.
struct Ss {
    listeners: Listeners,
    census: Census,
    drops: Intern,
    datagrams: Datagrams,
    /// The state of all sockets of a table that does not print it.
    asked: State,
    /// Whether a table without Netid column is known to be of UDP.
    udp: bool,
    /// Whether it was told that a wildcard may be either's, and that one is in today's spelling.
    spelt: [bool; 2],
    /// Whether it was told that a table may be of UDP.
    doubted: bool,
}

const NO_KIND: &str = "a table without Netid and State column, read as one of TCP: `ss -un` prints connected sockets of UDP so, too";

const EITHER: &str = "`*` is IPv4's wildcard to an old ss (CentOS 7) and that of both protocols to today's; nothing beside it tells which, so it is the listener at 0.0.0.0 where other dumps have that alone";

/// The socket that continuation lines are about.
enum Above {
    Nothing,
    Listener(String, u32),
    Connected(Option<usize>),
}

/// What a dump has shown so far, of any family.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools)] // each was seen or not, whatever the others
struct Shown {
    listening: bool,
    unconnected: bool,
    connected: bool,
    tcp: bool,
    netid: bool,
    /// That it is of UDP stands beside it.
    asked_udp: bool,
    /// Something was told of a socket that TCP alone has.
    told_tcp: bool,
}

impl Shown {
    fn note(&mut self, row: &Row<'_>) {
        match row.state {
            b"LISTEN" => self.listening = true,
            b"" if is_listener(row) => self.listening = true,
            b"" if row.fields[3].ends_with(b":*") => self.unconnected = true,
            b"UNCONN" | b"CLOSED" | b"CLOSE" => self.unconnected = true,
            _ => self.connected = true,
        }
        self.netid |= row.netid.is_some();
        self.tcp |= row.is_tcp() && !self.asked_udp;
    }

    /// A table of one kind that is not TCP: no table lists unconnected sockets of TCP without listeners.
    fn is_udp(&self) -> bool {
        !self.netid && (self.asked_udp || (self.unconnected && !self.listening))
    }

    fn listed(&self, header: Option<Header>, asked: State, cut: bool) -> Listed {
        match header {
            _ if cut || self.is_udp() => Listed::Nothing,
            // who names a state asks for TCP too
            Some(Header { state: false, .. }) if asked != State::UNNAMED && !self.listening => {
                Listed::OneState(asked)
            }
            Some(Header { state: false, netid }) if !self.listening && (self.tcp || !netid) => {
                Listed::OneState(asked)
            }
            _ if !self.tcp => Listed::Nothing,
            Some(Header { state: true, .. }) if self.listening && self.connected => Listed::All,
            _ => Listed::Some,
        }
    }
}

impl Ss {
    fn new() -> Self {
        Self {
            listeners: Listeners::default(),
            census: Census::new("", ""),
            drops: Intern::new(Kind::Gauge),
            datagrams: Datagrams::default(),
            asked: State::UNNAMED,
            udp: false,
            spelt: [false; 2],
            doubted: false,
        }
    }

    /// One table, from its header or its first socket.
    fn table(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        self.listeners.begin();
        let begin = lines.number();
        let mut shown = Shown { asked_udp: self.udp, ..Shown::default() };
        let (mut above, mut told, mut udp) = (Above::Nothing, Told::default(), Udp::default());
        let mut last = lines.rest();
        let header = lines.peek().and_then(Header::of);
        if header.is_some() {
            lines.advance();
        }
        // looked for once a listener's name asks for it
        let (ahead, mut spelling) = (lines.clone(), None);
        while let Some(line) = lines.peek() {
            let row = match header {
                Some(header) if !header.state => Row::without_state(line, header),
                _ => Row::of(line),
            };
            let number = lines.number();
            if let Some(row) = row {
                self.close(&above, &told, facts);
                shown.told_tcp |= told.info.is_some() || told.timer.is_some();
                (above, told) = (Above::Nothing, Told::default());
                shown.note(&row);
                if row.is_tcp() && !self.udp {
                    if Spelling::matters(row.fields[2]) {
                        spelling.get_or_insert_with(|| Spelling::of(ahead.clone(), header));
                    }
                    let spelling = spelling.as_ref().unwrap_or(&Spelling::Untold);
                    match self.socket(&row, spelling, number, facts) {
                        Ok(socket) => above = socket,
                        Err(why) => facts.rejects.push(number, why),
                    }
                    self.more(&above, &mut told, row.rest, number, facts);
                }
                if !shown.listening || row.is_udp() {
                    udp.socket(&row, &mut told, number, facts);
                }
            } else if is_continuation(line) {
                self.more(&above, &mut told, line, number, facts);
                udp.more(&mut told, line, number);
            } else {
                break;
            }
            last = lines.rest();
            lines.advance();
        }
        self.close(&above, &told, facts);
        shown.told_tcp |= told.info.is_some() || told.timer.is_some();
        let cut = lines.rest().is_empty() && !last.ends_with(b"\n");
        let listed = shown.listed(header, self.asked, cut);
        if cut && shown.connected && shown.tcp {
            census::reject_cut(lines, facts);
        }
        self.doubt(&shown, header, begin, facts);
        self.census.finish(listed, begin, facts);
        if shown.netid || shown.is_udp() {
            self.datagrams.begin();
            self.datagrams.give(&udp.sockets, facts);
        }
    }

    /// Says once of a table that nothing tells it to be of TCP.
    fn doubt(&mut self, shown: &Shown, header: Option<Header>, begin: u32, facts: &mut Facts) {
        let bare = header == Some(Header { netid: false, state: false });
        let of_tcp = shown.listening || shown.told_tcp || self.asked != State::UNNAMED;
        if bare && shown.tcp && !shown.is_udp() && !of_tcp && !self.doubted {
            self.doubted = true;
            facts.notes.push(begin, NO_KIND);
        }
    }

    fn socket(
        &mut self,
        row: &Row<'_>,
        spelling: &Spelling<'_>,
        line: u32,
        facts: &mut Facts,
    ) -> Result<Above, &'static str> {
        let listens = row.state == b"LISTEN" || (row.state.is_empty() && is_listener(row));
        if listens {
            let (queue, limit) = listener(&row.fields)?;
            let of = spelling.named(row.fields[2], &self.listeners)?;
            if of.starts_with("*:") {
                self.star(spelling, line, facts);
            }
            if let Some(port) = self.census.ports.of(row.fields[2]) {
                self.census.listens(port);
            }
            let of = self.listeners.numbered(of);
            self.listeners.sample(&of, queue, Some(limit), line, facts);
            return Ok(Above::Listener(of, line));
        }
        let [receive, send, local, peer] = row.fields;
        if peer.is_empty() {
            return Err("socket without queues and two addresses: cut off?");
        }
        let (Some(rx_queue), Some(tx_queue)) = (digits(receive), digits(send)) else {
            return Err("socket whose Recv-Q or Send-Q is no number");
        };
        let state =
            if row.state.is_empty() { self.asked } else { State::of_ss(row.state).ok_or("state UNKNOWN")? };
        let ports = &mut self.census.ports;
        let (local, peer) = (ports.of(local), ports.of(peer));
        let socket = Socket { state, local, peer, rx_queue, tx_queue, line };
        Ok(Above::Connected(self.census.socket(&socket)))
    }

    /// Tells once what a `*` is, and of one that may be either.
    fn star(&mut self, spelling: &Spelling<'_>, line: u32, facts: &mut Facts) {
        let today = match spelling {
            Spelling::Today => true,
            Spelling::Untold => false,
            Spelling::Old(_) => return,
        };
        if !self.spelt[usize::from(today)] {
            self.spelt[usize::from(today)] = true;
            facts.clues.push(Clue::Wildcard { today, line });
            if !today {
                facts.notes.push(line, EITHER);
            }
        }
    }

    /// What the end of a socket's line, or a line below it, tells.
    fn more(&mut self, above: &Above, told: &mut Told, text: &[u8], line: u32, facts: &mut Facts) {
        if !text.is_empty() && !matches!(above, Above::Nothing) {
            told.read(text);
        }
        if let Above::Listener(of, _) = above
            && let Some((name, pid)) = process(text)
        {
            self.listeners.process(of, name, pid, line, facts);
        }
    }

    /// All of a socket has been read.
    fn close(&mut self, above: &Above, told: &Told, facts: &mut Facts) {
        match above {
            Above::Nothing => {}
            Above::Listener(of, line) => {
                if let Some(Memory { drops: Some(drops), .. }) = told.memory {
                    #[allow(clippy::cast_precision_loss)] // the kernel's counter is of 32 bits
                    self.drops.measure("skmem.drops", of, drops as f64, *line, facts);
                }
            }
            Above::Connected(group) => {
                if let Some(timer) = told.timer {
                    self.census.timer(*group, timer);
                }
                if let Some(group) = *group {
                    self.census.told(group, told.memory.as_ref(), told.info.as_ref());
                }
            }
        }
    }
}

impl Reader for Ss {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.capture();
        self.table(lines, facts);
    }
}

/// Where no State is printed: a listener has no peer, and a limit (an unconnected UDP socket has none).
fn is_listener(row: &Row<'_>) -> bool {
    row.fields[3].ends_with(b":*") && digits(row.fields[1]).is_some_and(|limit| limit > 0)
}

/// Recv-Q and Send-Q of a listener.
fn listener(fields: &[&[u8]; 4]) -> Result<(u32, u32), &'static str> {
    let [queue, limit, _, peer] = fields;
    if peer.is_empty() {
        return Err("listening socket without queues and two addresses: cut off?");
    }
    let number = |word: &[u8]| u32::try_from(digits(word)?).ok();
    let (Some(queue), Some(limit)) = (number(queue), number(limit)) else {
        return Err("listening socket whose Recv-Q or Send-Q is no number");
    };
    Ok((queue, limit))
}
