//! The lines of `ss`: header, socket, more about the socket above.

use crate::parse::sockets::address::word;
use crate::parse::sockets::state::State;
use crate::parse::words::number as digits;

/// A line that names columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Without it all sockets are of one kind; which is not said.
    pub netid: bool,
    /// Without it all sockets are in one state; which is not said.
    pub state: bool,
}

impl Header {
    /// `[Netid] [State] Recv-Q Send-Q Local Address:Port …`.
    #[must_use]
    pub fn of(line: &[u8]) -> Option<Self> {
        let mut rest = line;
        let mut next = word(&mut rest)?;
        let netid = next == b"Netid";
        if netid {
            next = word(&mut rest)?;
        }
        let state = next == b"State";
        if state {
            next = word(&mut rest)?;
        }
        // the test on Send-Q is for headers that were cut; without a State nothing else tells it from a table
        let whole = state || (word(&mut rest)? == b"Send-Q" && word(&mut rest)? == b"Local");
        (next == b"Recv-Q" && whole).then_some(Self { netid, state })
    }
}

/// A socket line cut into what matters.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// `None` in tables of one kind.
    pub netid: Option<&'a [u8]>,
    /// As printed; empty in tables of one state.
    pub state: &'a [u8],
    /// Recv-Q, Send-Q, local address, peer address, as far as there are any.
    pub fields: [&'a [u8]; 4],
    /// What is behind the addresses.
    pub rest: &'a [u8],
}

impl<'a> Row<'a> {
    /// `None` when no socket line: the first or second word must be a state.
    #[must_use]
    pub fn of(line: &'a [u8]) -> Option<Self> {
        if line.first()?.is_ascii_whitespace() {
            return None;
        }
        let mut rest = line;
        let first = word(&mut rest)?;
        if is_state(first) {
            return Some(Self::fields(None, first, rest));
        }
        let state = word(&mut rest)?;
        is_state(state).then(|| Self::fields(Some(first), state, rest))
    }

    /// A line of a table without a State column.
    #[must_use]
    pub fn without_state(line: &'a [u8], header: Header) -> Option<Self> {
        if line.first()?.is_ascii_whitespace() {
            return None;
        }
        let mut rest = line;
        let netid = if header.netid { Some(word(&mut rest)?) } else { None };
        let row = Self::fields(netid, b"", rest);
        let [receive, send, local, _] = row.fields;
        // `fs.file-nr` is numbers too
        let address = local.is_empty() || local.contains(&b':') || local.starts_with(b"*");
        (address && digits(receive).is_some() && digits(send).is_some()).then_some(row)
    }

    fn fields(netid: Option<&'a [u8]>, state: &'a [u8], mut rest: &'a [u8]) -> Self {
        let fields = std::array::from_fn(|_| word(&mut rest).unwrap_or_default());
        Self { netid, state, fields, rest }
    }

    /// TCP, or a table of one kind, which most often is TCP.
    #[must_use]
    pub fn is_tcp(&self) -> bool {
        self.netid.is_none_or(|netid| netid == b"tcp")
    }

    /// A socket with addresses of IP.
    #[must_use]
    pub fn is_inet(&self) -> bool {
        const NETIDS: [&[u8]; 7] = [b"tcp", b"udp", b"raw", b"dccp", b"sctp", b"mptcp", b"icmp6"];
        self.netid.is_none_or(|netid| NETIDS.contains(&netid))
    }

    /// UDP in a table of several kinds.
    #[must_use]
    pub fn is_udp(&self) -> bool {
        self.netid == Some(b"udp")
    }

    /// A socket as `grep` and `ss -H` leave it, without a header: two numbers, two addresses.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        const NETIDS: [&[u8]; 16] = [
            b"nl", b"p_raw", b"p_dgr", b"u_str", b"u_dgr", b"u_seq", b"raw", b"udp", b"tcp", b"dccp",
            b"sctp", b"icmp6", b"v_str", b"v_dgr", b"mptcp", b"xdp",
        ];
        let [receive, send, local, peer] = self.fields;
        let numbers = digits(receive).is_some() && digits(send).is_some();
        match self.netid {
            None | Some(b"tcp") if self.state == b"LISTEN" => numbers,
            None | Some(b"tcp") => numbers && local.contains(&b':') && peer.contains(&b':'),
            Some(netid) => numbers && NETIDS.contains(&netid) && !peer.is_empty(),
        }
    }
}

fn is_state(word: &[u8]) -> bool {
    matches!(word.first(), Some(b'A'..=b'Z')) && (State::of_ss(word).is_some() || word == b"UNKNOWN")
}

/// More about the socket above: `-i`, `-m` and `-o` begin such lines with a tab, narrow terminals with blanks.
#[must_use]
pub fn is_continuation(line: &[u8]) -> bool {
    const FIELDS: [&[u8]; 16] = [
        b"users:", b"skmem:", b"mem:", b"timer:", b"uid:", b"ino:", b"sk:", b"cgroup:", b"ts ", b"sack ",
        b"wscale:", b"rto:", b"rtt:", b"cwnd:", b"cubic ", b"bbr ",
    ];
    match line {
        [b'\t', ..] => true,
        [b' ', b' ', ..] => {
            let text = line.trim_ascii_start();
            FIELDS.iter().any(|field| text.starts_with(field))
        }
        _ => false,
    }
}

/// The first name in `users:(("nginx",pid=7,fd=6),…)`, and its pid; before iproute2 3.17 `("nginx",7,6)`.
#[must_use]
pub fn process(text: &[u8]) -> Option<(&[u8], Option<u32>)> {
    const USERS: &[u8] = b"users:((\"";
    let begin = memchr::memmem::find(text, USERS)? + USERS.len();
    let name = &text[begin..];
    let (name, rest) = name.split_at(memchr::memchr(b'"', name).unwrap_or(name.len()));
    let pid = rest.strip_prefix(b"\",").map(|rest| rest.strip_prefix(b"pid=").unwrap_or(rest));
    let pid_digits = pid.and_then(|rest| rest.split(|b| !b.is_ascii_digit()).next());
    Some((name, pid_digits.and_then(digits).and_then(|n| u32::try_from(n).ok())))
}
