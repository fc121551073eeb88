//! States and timers of a TCP socket, under each tool's spelling.

/// States by the kernel's number, `sockets.` and its name. 0 is the state that a dump does not name.
pub const STATES: [&str; 14] = [
    "sockets.of_one_state",
    "sockets.ESTABLISHED",
    "sockets.SYN_SENT",
    "sockets.SYN_RECV",
    "sockets.FIN_WAIT1",
    "sockets.FIN_WAIT2",
    "sockets.TIME_WAIT",
    "sockets.CLOSE",
    "sockets.CLOSE_WAIT",
    "sockets.LAST_ACK",
    "sockets.LISTEN",
    "sockets.CLOSING",
    // a request, before it is a socket: the tools call it SYN_RECV, and so do we
    "sockets.SYN_RECV",
    "sockets.BOUND_INACTIVE",
];

/// A state by the kernel's number (`include/net/tcp_states.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State(u8);

impl State {
    /// `ss` with one state asked for has no State column.
    pub const UNNAMED: Self = Self(0);
    /// Open both ways.
    pub const ESTABLISHED: Self = Self(1);
    /// A socket that accepts.
    pub const LISTEN: Self = Self(10);
    /// What a dump of all connections lists; 0 in it is 0. `CLOSE` and `BOUND_INACTIVE` are in no table unless a
    /// release and an option say so.
    pub const CONNECTED: [Self; 9] =
        [Self(1), Self(2), Self(3), Self(4), Self(5), Self(6), Self(8), Self(9), Self(11)];

    /// Index into [`STATES`].
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// As `/proc/net/tcp` has it in hexadecimal.
    #[must_use]
    pub const fn of_number(number: u8) -> Option<Self> {
        match number {
            1..=11 | 13 => Some(Self(number)),
            12 => Some(Self(3)),
            _ => None,
        }
    }

    /// As `ss` prints it. `UNKNOWN` is a state that ss did not know: `None`.
    #[must_use]
    pub fn of_ss(word: &[u8]) -> Option<Self> {
        Self::of_number(match word {
            b"ESTAB" => 1,
            b"SYN-SENT" => 2,
            b"SYN-RECV" | b"NEW-SYN-RECV" => 3,
            b"FIN-WAIT-1" => 4,
            b"FIN-WAIT-2" => 5,
            b"TIME-WAIT" => 6,
            b"UNCONN" | b"CLOSED" | b"CLOSE" => 7,
            b"CLOSE-WAIT" => 8,
            b"LAST-ACK" => 9,
            b"LISTEN" => 10,
            b"CLOSING" => 11,
            b"BOUND-INACTIVE" => 13,
            _ => return None,
        })
    }

    /// As net-tools prints it.
    #[must_use]
    pub fn of_netstat(word: &[u8]) -> Option<Self> {
        Self::of_number(match word {
            b"ESTABLISHED" => 1,
            b"SYN_SENT" => 2,
            b"SYN_RECV" => 3,
            b"FIN_WAIT1" => 4,
            b"FIN_WAIT2" => 5,
            b"TIME_WAIT" => 6,
            b"CLOSE" => 7,
            b"CLOSE_WAIT" => 8,
            b"LAST_ACK" => 9,
            b"LISTEN" => 10,
            b"CLOSING" => 11,
            _ => return None,
        })
    }
}

/// Timers in the order of [`TIMERS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Retransmission.
    On,
    /// Keepalive, SYN-ACK or FIN-WAIT-2.
    Keepalive,
    /// TIME-WAIT.
    Timewait,
    /// Zero-window probe: the peer accepts nothing.
    Persist,
}

/// Metrics of [`Timer`].
pub const TIMERS: [&str; 4] =
    ["sockets.timer.on", "sockets.timer.keepalive", "sockets.timer.timewait", "sockets.timer.persist"];

impl Timer {
    /// By the words of `ss` (`persist`) and of net-tools (`probe`). `off` and the unknown are no timer.
    #[must_use]
    pub fn of_word(word: &[u8]) -> Option<Self> {
        match word {
            b"on" => Some(Self::On),
            b"keepalive" => Some(Self::Keepalive),
            b"timewait" => Some(Self::Timewait),
            b"persist" | b"probe" => Some(Self::Persist),
            _ => None,
        }
    }
}
