//! `netstat -tan`, `-lnt`, `-neopa`: sockets, as `ss` lists them.
//!
//! Written by net-tools and by busybox. Bundles keep it as `sos_commands/networking/netstat_-W_-neopa` (`-T` or nothing in
//! place of `-W` before), or in a file that a loop appended to.
//!
//! ```text
//! Active Internet connections (servers and established)
//! Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name     Timer
//! tcp        3      0 0.0.0.0:80              0.0.0.0:*               LISTEN      1279/nginx           off (0.00/0/0)
//! tcp        0     36 10.77.0.1:80            10.77.0.2:4711          ESTABLISHED 1279/nginx           on (0.20/0/0)
//! Active UNIX domain sockets (servers and established)
//! ```
//!
//! *Yields* for each TCP listener the gauge `listener.queue`: Recv-Q, which the kernel fills with the length of
//! the accept queue. There is no limit: Send-Q is always 0 here. With `-p` its process, as
//! [`Clue::Process`](crate::model::fact::Clue). For other TCP sockets the figures of [`sockets`](super::sockets);
//! `(servers and established)` and `(w/o servers)` list every connection, so that a state without one has none.
//! IPv6's wildcard is named as in [`listeners`](super::sockets::listeners).
//! *Hides* UDP and raw sockets, all sections but that of Internet connections, and net-tools' own remarks.
//! *Keeps unnamed* nothing.
//! *Rejects* TCP sockets without queues, addresses or a state, and a table in which the file ends: its listeners count, its
//! sums do not. The netstats of BSD, macOS and Windows look alike and are not taken: they write a dot before the
//! port, `(state)`, or `TCP`.

use super::lines::Lines;
use super::sockets::address::{address, is_port, word};
use super::sockets::census::{self, Census, Listed, Socket};
use super::sockets::listeners::Listeners;
use super::sockets::state::{State, Timer};
use super::words::number as digits;
use super::{Dump, Reader};
use crate::model::fact::Facts;

/// See the module.
pub const DUMP: Dump = Dump {
    name: "netstat -tan",
    begins,
    open: || Box::new(Netstat { listeners: Listeners::default(), census: Census::new("", "") }),
};

const INTERNET: &[u8] = b"Active Internet connections (";

fn begins(line: &[u8]) -> bool {
    match line.first() {
        Some(b'A') => listed(line).is_some() || is_other_section(line),
        Some(b'P') => is_header(line),
        Some(b't') => Row::of(line).is_ok(),
        Some(b'(') => is_remark(line),
        _ => false,
    }
}

/// What the heading promises. FreeBSD writes `(including servers)`.
fn listed(line: &[u8]) -> Option<Listed> {
    match line.strip_prefix(INTERNET)?.trim_ascii_end() {
        b"servers and established)" | b"w/o servers)" => Some(Listed::All),
        b"only servers)" => Some(Listed::Some),
        _ => None,
    }
}

/// UNIX, Bluetooth, IPX, AX.25 …; the words in brackets are those of net-tools.
fn is_other_section(line: &[u8]) -> bool {
    line.starts_with(b"Active ")
        && !line.starts_with(INTERNET)
        && [&b"(servers and established)"[..], b"(w/o servers)", b"(only servers)"]
            .iter()
            .any(|end| line.trim_ascii_end().ends_with(end))
}

fn is_header(line: &[u8]) -> bool {
    const WORDS: [&[u8]; 8] =
        [b"Proto", b"Recv-Q", b"Send-Q", b"Local", b"Address", b"Foreign", b"Address", b"State"];
    let mut rest = line;
    WORDS.iter().all(|expected| word(&mut rest) == Some(expected))
}

/// A TCP socket.
struct Row<'a> {
    six: bool,
    state: State,
    queues: [u64; 2],
    local: &'a [u8],
    peer: &'a [u8],
    /// User, inode, program, timer.
    rest: &'a [u8],
}

impl<'a> Row<'a> {
    fn of(line: &'a [u8]) -> Result<Self, &'static str> {
        let mut rest = line;
        let six = match word(&mut rest) {
            Some(b"tcp") => false,
            Some(b"tcp6") => true,
            _ => return Err("not a TCP socket"),
        };
        let mut number = || digits(word(&mut rest)?);
        let (Some(receive), Some(send)) = (number(), number()) else {
            return Err("socket without Recv-Q and Send-Q");
        };
        let mut end =
            || word(&mut rest).filter(|a| memchr::memrchr(b':', a).is_some_and(|at| is_port(&a[at + 1..])));
        let (Some(local), Some(peer)) = (end(), end()) else {
            return Err("socket without two addresses and ports: cut off?");
        };
        let state =
            word(&mut rest).and_then(State::of_netstat).ok_or("TCP socket without a state: cut off?")?;
        Ok(Self { six, state, queues: [receive, send], local, peer, rest })
    }
}

struct Netstat {
    listeners: Listeners,
    census: Census,
}

impl Reader for Netstat {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.capture();
        self.listeners.begin();
        let begin = lines.number();
        let mut promised = Listed::Some;
        // whether the lines are those of Internet connections, and whether the file ends within them
        let (mut internet, mut cut) = (true, false);
        while let Some(line) = lines.peek() {
            let number = lines.number();
            let ends = memchr::memchr(b'\n', lines.rest()).is_none();
            if let Some(listed) = listed(line) {
                if number > begin {
                    break;
                }
                promised = listed;
            } else if is_other_section(line) {
                internet = false;
            } else if line.starts_with(b"tcp") {
                cut |= ends;
                match Row::of(line) {
                    Ok(row) => self.socket(&row, number, facts),
                    Err(why) => facts.rejects.push(number, why),
                }
            } else if !(is_hidden(line, internet) || (number == begin && is_header(line))) {
                break;
            }
            cut |= ends && internet;
            lines.advance();
        }
        if cut && promised == Listed::All {
            census::reject_cut(lines, facts);
        }
        self.census.finish(if cut { Listed::Nothing } else { promised }, begin, facts);
    }
}

/// Lines of net-tools that say nothing of TCP. A header of Internet connections begins the next table.
fn is_hidden(line: &[u8], internet: bool) -> bool {
    const PROTOCOLS: [&[u8]; 9] =
        [b"udp", b"raw", b"unix ", b"sctp", b"dccp", b"l2cap", b"rfcomm", b"icm", b"igmp"];
    PROTOCOLS.iter().any(|head| line.starts_with(head))
        || is_remark(line)
        || (internet && is_header(line))
        || (!internet && (line.starts_with(b"Proto ") || line.starts_with(b"Dest ")) && !is_header(line))
}

/// What net-tools has to say of itself, on stderr.
fn is_remark(line: &[u8]) -> bool {
    const REMARKS: [&[u8]; 3] = [
        b"(Not all processes could be identified",
        b" will not be shown, you would",
        b"(No info could be read for",
    ];
    REMARKS.iter().any(|head| line.starts_with(head))
}

impl Netstat {
    fn socket(&mut self, row: &Row<'_>, line: u32, facts: &mut Facts) {
        let [receive, send] = row.queues;
        let local = self.census.ports.of(row.local);
        if row.state == State::LISTEN {
            if let Some(port) = local {
                self.census.listens(port);
            }
            let Some(of) = self.name(row) else {
                facts.rejects.push(line, "listening socket without a local address and port");
                return;
            };
            let of = self.listeners.numbered(of);
            self.listeners.sample(&of, u32::try_from(receive).unwrap_or(u32::MAX), None, line, facts);
            if let Some((name, pid)) = program(row.rest) {
                self.listeners.process(&of, name, pid, line, facts);
            }
            return;
        }
        let peer = self.census.ports.of(row.peer);
        let socket = Socket { state: row.state, local, peer, rx_queue: receive, tx_queue: send, line };
        let group = self.census.socket(&socket);
        if let Some(timer) = timer(row.rest) {
            self.census.timer(group, timer);
        }
    }

    /// Old releases write `*` for either wildcard where they write names.
    fn name(&self, row: &Row<'_>) -> Option<String> {
        let (_, (host, zone, port)) = address(std::str::from_utf8(row.local).ok()?).ok()?;
        let host = match (row.six, host.as_str()) {
            (true, "[::]" | "*") => self.listeners.wildcard(port),
            (false, "*") => "0.0.0.0",
            (_, host) => host,
        };
        Some(format!("{host}{zone}:{port}"))
    }
}

/// `nginx` and 1279 of `1279/nginx: worker`: the program as far as net-tools has room, without what it says of
/// itself, and its pid.
fn program(rest: &[u8]) -> Option<(&[u8], Option<u32>)> {
    let mut text = rest;
    loop {
        let token = word(&mut text)?;
        let slash = memchr::memchr(b'/', token);
        let pid = slash.filter(|at| *at > 0).and_then(|at| digits(&token[..at]));
        if let Some((slash, pid)) = slash.zip(pid) {
            // blanks may be part of the name, two of them end it
            let behind = &rest[rest.len() - text.len() - (token.len() - slash - 1)..];
            let end = memchr::memmem::find(behind, b"  ").unwrap_or(behind.len());
            let name = behind[..end].trim_ascii();
            let end = memchr::memmem::find(name, b": ").unwrap_or(name.len());
            let name = name[..end].strip_suffix(b":").unwrap_or(&name[..end]);
            return Some((name, u32::try_from(pid).ok()));
        }
    }
}

/// The word before the last bracket: `keepalive (9.55/0/0)`.
fn timer(rest: &[u8]) -> Option<Timer> {
    let rest = rest.trim_ascii_end();
    let open = memchr::memrchr(b'(', rest).filter(|_| rest.ends_with(b")"))?;
    let before = rest[..open].trim_ascii_end();
    Timer::of_word(before.rsplit(u8::is_ascii_whitespace).next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Facts {
        let mut facts = Facts::default();
        let mut lines = Lines::new(text.as_bytes(), 1);
        let mut reader = (DUMP.open)();
        while lines.peek().is_some_and(DUMP.begins) {
            reader.read(&mut lines, &mut facts);
        }
        facts
    }

    fn listeners(facts: &Facts) -> Vec<&str> {
        facts.keys.iter().filter(|k| k.metric == "listener.queue").map(|k| k.of.as_str()).collect()
    }

    #[test]
    fn the_wildcard_of_ipv6_is_shared_unless_ipv4_has_its_own() {
        let facts = read(
            "tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN\ntcp6 0 0 :::22 :::* LISTEN\ntcp6 0 0 :::80 :::* LISTEN\ntcp6 0 0 ::1:25 :::* LISTEN\n",
        );
        assert_eq!(listeners(&facts), ["0.0.0.0:22", "[::]:22", "*:80", "[::1]:25"]);
    }

    #[test]
    fn a_listener_has_a_queue_and_no_limit() {
        let facts = read("tcp 51 0 0.0.0.0:80 0.0.0.0:* LISTEN 1279/nginx: master pr\n");
        assert_eq!((facts.keys.len(), facts.samples.value[0]), (1, 51_f64.to_bits()));
        assert!(
            matches!(&facts.clues[..], [crate::model::fact::Clue::Process { name, .. }] if name == "nginx")
        );
    }

    #[test]
    fn programs_may_have_blanks_in_their_names() {
        for (rest, name, pid) in [
            ("  0  97  12387/Passenger Rac  off (0.00/0/0)", "Passenger Rac", 12_387),
            ("  600/sshd: /usr/sbin", "sshd", 600),
            ("  1/(squid-1)   off (0.00/0/0)", "(squid-1)", 1),
        ] {
            assert_eq!(program(rest.as_bytes()), Some((name.as_bytes(), Some(pid))), "{rest}");
        }
        assert_eq!(program(b"  0  97  -   off (0.00/0/0)"), None);
    }

    #[test]
    fn a_zero_window_probe_is_ss_persist() {
        assert_eq!(timer(b"1/x  probe (0.20/0/3) "), Some(Timer::Persist));
        assert_eq!(timer(b"1/x  off (0.00/0/0)"), None);
        assert_eq!(timer(b"12/(on)"), None);
    }

    #[test]
    fn tables_of_other_systems_are_not_taken() {
        for line in [
            "Active Internet connections (including servers)",
            "Active Internet connections",
            "Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)",
            "tcp4       0      0  10.0.0.1.22            10.0.0.2.51022         ESTABLISHED",
            "tcp6       0      0  fe80::1%lo0.22         *.*                    LISTEN",
            "  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING",
            "udp        0      0 0.0.0.0:68              0.0.0.0:*",
        ] {
            assert!(!begins(line.as_bytes()), "{line}");
        }
    }
}
