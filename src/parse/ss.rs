//! `ss`: listening TCP sockets with the length and the limit of their accept queues.
//!
//! Written by iproute2 `ss -lnt`, `-lntp`, `-tulpn`, `-a`, with or without `| grep LISTEN`. Bundles keep it
//! as `sos_commands/networking/ss_-peaonmi`, `ss_-tupna`, or in a file that a loop appended to.
//!
//! ```text
//! State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
//! LISTEN 129    128         10.77.0.1:8080      0.0.0.0:*    users:(("nginx",pid=7,fd=6))
//! ```
//!
//! *Yields* for each listening TCP socket the gauges `listener.queue` (Recv-Q) and `listener.limit` (Send-Q),
//! and once for each listener of an artifact [`Clue::Process`], where `ss -p` was given. The address is kept
//! as printed, except that a bare IPv6 address gets the brackets of newer releases: `:::80` is `[::]:80`.
//! Several sockets on one address (`SO_REUSEPORT`) are `addr:port`, `addr:port#2`, `addr:port#3` in order of
//! appearance within one dump; which is which may differ from dump to dump.
//! *Hides* sockets in other states and of other families: for those Recv-Q and Send-Q are bytes.
//! *Keeps unnamed* nothing.
//! *Rejects* listening TCP sockets without two queue numbers, or without a local and a peer address, as at
//! the end of a file that was cut.

use hashbrown::{HashMap, HashSet};
use nom::branch::alt;
use nom::bytes::complete::{tag, take_until, take_while1};
use nom::character::complete::char;
use nom::combinator::{opt, recognize, rest, verify};
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

use super::lines::Lines;
use super::{Dump, Reader};
use crate::model::fact::{Clue, Facts, Kind, SeriesId};

/// See the module.
pub const DUMP: Dump = Dump { name: "ss -lnt", begins, open: || Box::new(Listeners::default()) };

const STATES: [&[u8]; 16] = [
    b"LISTEN",
    b"ESTAB",
    b"SYN-SENT",
    b"SYN-RECV",
    b"NEW-SYN-RECV",
    b"FIN-WAIT-1",
    b"FIN-WAIT-2",
    b"TIME-WAIT",
    b"CLOSE-WAIT",
    b"LAST-ACK",
    b"CLOSING",
    b"CLOSED",
    b"CLOSE",
    b"UNCONN",
    b"UNKNOWN",
    b"BOUND-INACTIVE",
];

fn begins(line: &[u8]) -> bool {
    is_header(line) || is_bare_listener(line)
}

/// `State Recv-Q Send-Q …` or `Netid State Recv-Q Send-Q …`.
fn is_header(line: &[u8]) -> bool {
    let mut words = words(line);
    match words.next() {
        Some(b"State") => words.next() == Some(b"Recv-Q"),
        Some(b"Netid") => words.next() == Some(b"State") && words.next() == Some(b"Recv-Q"),
        _ => false,
    }
}

/// What `grep LISTEN` leaves: a listener and two numbers, without a header.
fn is_bare_listener(line: &[u8]) -> bool {
    let mut words = words(line.strip_prefix(b"tcp ").unwrap_or(line));
    let state = words.next();
    let mut queue = || words.next().is_some_and(|w| w.iter().all(u8::is_ascii_digit));
    !line.starts_with(b" ") && state == Some(b"LISTEN") && queue() && queue()
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty())
}

/// A socket line cut into what matters.
struct Socket<'a> {
    tcp: bool,
    state: &'a [u8],
    rest: Vec<&'a [u8]>,
}

/// `None` when no socket line: the first or second word must be a state.
fn socket(line: &[u8]) -> Option<Socket<'_>> {
    if line.first()?.is_ascii_whitespace() {
        return None;
    }
    let mut words = words(line);
    let first = words.next()?;
    let (netid, state) = if STATES.contains(&first) { (None, first) } else { (Some(first), words.next()?) };
    STATES.contains(&state).then(|| Socket {
        tcp: netid.is_none_or(|n| n == b"tcp"),
        state,
        rest: words.collect(),
    })
}

/// More about the socket above: `-i`, `-m` and `-o` begin such lines with a tab, narrow terminals with blanks.
fn is_continuation(line: &[u8]) -> bool {
    line.starts_with(b"\t")
        || (line.starts_with(b"  ")
            && [&b"users:"[..], b"skmem:", b"timer:", b"uid:", b"ino:", b"sk:", b"cgroup:"]
                .iter()
                .any(|field| line.trim_ascii_start().starts_with(field)))
}

/// State of the reader: interned listeners.
#[derive(Default)]
struct Listeners {
    /// Listener to its two keys, queue and limit.
    keys: HashMap<String, (u32, u32)>,
    /// Listeners whose process is told.
    told: HashSet<String>,
}

impl Reader for Listeners {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let capture = facts.capture();
        let mut seen: HashMap<String, u32> = HashMap::new();
        let mut above: Option<String> = None;
        if lines.peek().is_some_and(is_header) {
            lines.advance();
        }
        while let Some(line) = lines.peek() {
            let number = lines.number();
            if let Some(socket) = socket(line) {
                above = None;
                if socket.tcp && socket.state == b"LISTEN" {
                    match listener(&socket.rest) {
                        Ok((of, queue, limit)) => {
                            let of = numbered(of, &mut seen);
                            self.sample(&of, [queue, limit], (number, capture), facts);
                            self.process(&of, line, number, facts);
                            above = Some(of);
                        }
                        Err(why) => facts.rejects.push(number, why),
                    }
                }
            } else if is_continuation(line) {
                if let Some(of) = &above {
                    self.process(of, line, number, facts);
                }
            } else {
                break;
            }
            lines.advance();
        }
    }
}

impl Listeners {
    fn sample(&mut self, of: &str, values: [u32; 2], (line, capture): (u32, u32), facts: &mut Facts) {
        let (queue, limit) = *self.keys.entry_ref(of).or_insert_with(|| {
            let mut key = |metric: &str| {
                facts.keys.push(SeriesId { metric: metric.to_owned(), of: of.to_owned(), kind: Kind::Gauge });
                u32::try_from(facts.keys.len() - 1).unwrap_or(u32::MAX)
            };
            (key("listener.queue"), key("listener.limit"))
        });
        for (key, value) in [queue, limit].into_iter().zip(values) {
            facts.samples.push(key, capture, line, f64::from(value).to_bits());
        }
    }

    fn process(&mut self, of: &str, line: &[u8], number: u32, facts: &mut Facts) {
        let Ok((rest, name)) = process(line) else { return };
        if let Ok(name) = std::str::from_utf8(name)
            && self.told.insert(of.to_owned())
        {
            let (of, name, pid) = (of.to_owned(), name.to_owned(), pid(rest));
            facts.clues.push(Clue::Process { of, name, pid, line: number });
        }
    }
}

/// The second socket on one address is `#2`.
fn numbered(of: String, seen: &mut HashMap<String, u32>) -> String {
    let count = seen.entry_ref(of.as_str()).or_insert(0);
    *count += 1;
    if *count == 1 { of } else { format!("{of}#{count}") }
}

/// What follows the state: Recv-Q, Send-Q, local address, peer address.
fn listener(fields: &[&[u8]]) -> Result<(String, u32, u32), &'static str> {
    let [queue, limit, local, _peer, ..] = fields else {
        return Err("listening socket without queues and two addresses: cut off?");
    };
    let number = |word: &[u8]| std::str::from_utf8(word).ok()?.parse().ok();
    let (Some(queue), Some(limit)) = (number(queue), number(limit)) else {
        return Err("listening socket whose Recv-Q or Send-Q is no number");
    };
    let local = std::str::from_utf8(local).map_err(|_| "local address is not text")?;
    match address(local) {
        Ok((_, (host, zone, port))) => Ok((format!("{host}{zone}:{port}"), queue, limit)),
        Err(_) => Err("listening socket without a local address and port"),
    }
}

/// Host with brackets where it is IPv6, `%zone` or nothing, port.
fn address(text: &str) -> IResult<&str, (String, &str, &str)> {
    let (port, host) = last_colon(text)?;
    let (_, port) = verify(rest, |p: &str| {
        !p.is_empty()
            && p.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'*' | b'-' | b'_' | b'.'))
    })
    .parse(port)?;
    let bracketed = recognize(delimited(char('['), take_while1(|c| c != ']'), char(']')));
    let bare = take_while1(|c: char| c != '%' && c != '[');
    let (zone, host) = alt((bracketed, bare)).parse(host)?;
    let (_, zone) = nom::combinator::all_consuming(opt(recognize(preceded(
        char('%'),
        take_while1(|c: char| !c.is_whitespace()),
    ))))
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

/// The first name in `users:(("nginx",pid=7,fd=6),…)`.
fn process(line: &[u8]) -> IResult<&[u8], &[u8]> {
    let users = &b"users:((\""[..];
    preceded((take_until(users), tag(users)), take_while1(|b| b != b'"')).parse(line)
}

/// What follows the name: `",pid=7,fd=6`, and before iproute2 3.17 `",7,6`.
fn pid(rest: &[u8]) -> Option<u32> {
    let rest = rest.strip_prefix(b"\",")?;
    let rest = rest.strip_prefix(b"pid=").unwrap_or(rest);
    let digits = rest.split(|b| !b.is_ascii_digit()).next()?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Facts, String) {
        let mut facts = Facts::default();
        let mut lines = Lines::new(text.as_bytes(), 1);
        let mut reader = (DUMP.open)();
        while lines.peek().is_some_and(DUMP.begins) {
            reader.read(&mut lines, &mut facts);
        }
        (facts, String::from_utf8_lossy(lines.rest()).into_owned())
    }

    fn samples(facts: &Facts) -> Vec<(String, f64)> {
        (facts.samples.key.iter().zip(&facts.samples.value))
            .map(|(k, v)| {
                let key = &facts.keys[*k as usize];
                (format!("{} {}", key.metric.replace("listener.", ""), key.of), f64::from_bits(*v))
            })
            .collect()
    }

    fn listeners(facts: &Facts) -> Vec<&str> {
        facts.keys.iter().step_by(2).map(|k| k.of.as_str()).collect()
    }

    #[test]
    fn a_listener_has_a_queue_and_a_limit() {
        let (facts, left) = read(
            "State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\nLISTEN 129    128         10.77.0.1:8080      0.0.0.0:*          \nMon Mar\n",
        );
        assert_eq!(
            samples(&facts),
            [("queue 10.77.0.1:8080".into(), 129.0), ("limit 10.77.0.1:8080".into(), 128.0)]
        );
        assert_eq!(left, "Mon Mar\n");
        assert!(facts.clues.is_empty());
    }

    #[test]
    fn only_tcp_listeners_have_accept_queues() {
        let (facts, left) = read(
            "Netid State      Recv-Q Send-Q Local Address:Port Peer Address:Port\nnl    UNCONN     768    0      rtnl:kernel  *\nudp   UNCONN     15616  0              0.0.0.0:5353        0.0.0.0:*\nu_str LISTEN 0 128 /run/docker.sock 22040 * 0\ntcp   ESTAB      0      0   10.0.0.1:22  10.0.0.2:5\ntcp   LISTEN     0      128                  *:80                *:*\n",
        );
        assert_eq!((listeners(&facts), left.as_str()), (vec!["*:80"], ""));
        assert_eq!(facts.rejects.count, 0);
    }

    #[test]
    fn bare_ipv6_addresses_get_brackets() {
        for (printed, kept) in [
            (":::80", "[::]:80"),
            ("::1:25", "[::1]:25"),
            ("[::]:80", "[::]:80"),
            ("fe80::1%eth0:22", "[fe80::1]%eth0:22"),
            ("[fe80::1]%eth0:22", "[fe80::1]%eth0:22"),
            ("0.0.0.0%virbr0:67", "0.0.0.0%virbr0:67"),
            ("*:ssh", "*:ssh"),
        ] {
            let (facts, _) = read(&format!("LISTEN 0 5 {printed} *:*\n"));
            assert_eq!(listeners(&facts), [kept]);
        }
    }

    #[test]
    fn sockets_that_share_a_port_are_numbered_within_a_dump() {
        let one = "State Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 1 5 *:80 *:*\nLISTEN 2 5 *:80 *:*\n";
        let (facts, _) = read(&[one, one].concat());
        assert_eq!(listeners(&facts), ["*:80", "*:80#2"]);
        assert_eq!(facts.samples.value.len(), 8);
    }

    #[test]
    fn processes_are_told_once() {
        let line = "LISTEN 0 128 *:80 *:* users:((\"nginx\",pid=7,fd=6),(\"other\",pid=8,fd=6))\n";
        let (facts, _) = read(&[line, "LISTEN 0 128 *:81 *:*\n", "\t users:((\"x\",1,2))\n", line].concat());
        let clue = |of: &str, name: &str, pid, line| {
            let (of, name) = (of.into(), name.into());
            Clue::Process { of, name, pid: Some(pid), line }
        };
        let told = [clue("*:80", "nginx", 7, 1), clue("*:81", "x", 1, 3), clue("*:80#2", "nginx", 7, 4)];
        assert_eq!(facts.clues, told);
    }

    #[test]
    fn cut_or_garbled_listeners_are_rejected() {
        for bad in
            ["LISTEN 0 128 0.0.0.0:80", "LISTEN 0 12", "LISTEN 0 128 0.0.0.0: *:*\n", "LISTEN 0 x *:1 *:*"]
        {
            let (facts, _) = read(&format!("State Recv-Q Send-Q Local\n{bad}"));
            assert_eq!((facts.rejects.count, facts.keys.len()), (1, 0), "{bad}");
        }
    }

    #[test]
    fn no_beginning_of_a_dump_panics() {
        let text = "State Recv-Q Send-Q \nLISTEN 4294967296 1 a:b c\nLISTEN 0 1 \u{e9}:1 *:* users:((\"\u{e9}\nLISTEN 0 1 [::1%x:1 *:*\n";
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            read(&text[..end]);
        }
    }

    #[test]
    fn other_lines_do_not_begin_a_dump() {
        for line in
            ["LISTEN", "LISTENING 0 1", "tcp        0      0 0.0.0.0:22 0.0.0.0:* LISTEN", "State: up", ""]
        {
            assert!(!begins(line.as_bytes()), "{line}");
        }
        assert!(begins(b"tcp   LISTEN 0 128 *:80 *:*"));
    }
}
