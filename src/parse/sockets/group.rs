//! [`Group`]: what is summed up over the sockets of one service, or of the host.
//!
//! | metric | from | how |
//! |---|---|---|
//! | `skmem.rmem_alloc`, `skmem.wmem_queued`, `skmem.backlog` | `skmem:(r w bl)` | sum of bytes |
//! | `skmem.rcvbuf.max`, `skmem.sndbuf.max` | `skmem:(rb tb)` | the largest buffer: how far autotuning went |
//! | `skmem.drops` | `skmem:(d)` | sum; a gauge, for it falls when a socket goes |
//! | `tcp_info.rtt.median`, `.max`, `tcp_info.rto.max` | `rtt:` `rto:` | milliseconds |
//! | `tcp_info.cwnd.median` | `cwnd:` | segments |
//! | `tcp_info.unacked`, `tcp_info.lost`, `tcp_info.retrans` | `unacked:` `lost:` `retrans:n/` | sum of segments now in flight, lost, retransmitted |
//! | `tcp_info.retrans.total` | `retrans:/n` | sum over the sockets' lives; a gauge, as drops |
//!
//! `ss` leaves out what is 0, so a socket with a `cwnd:` and no `lost:` has lost none.

use super::census::Listed;
use super::state::{STATES, State, TIMERS, Timer};
use crate::model::fact::Facts;
use crate::parse::intern::Intern;

/// Socket memory, of one socket or summed up; what a release does not print is `None`. In the order that ss prints.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Memory {
    pub rmem_alloc: Option<u64>,
    pub rcvbuf: Option<u64>,
    pub sndbuf: Option<u64>,
    pub wmem_queued: Option<u64>,
    pub backlog: Option<u64>,
    pub drops: Option<u64>,
}

/// What `ss -i` says of one socket.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Info {
    /// Milliseconds; `None` before the first measurement.
    pub rtt: Option<f32>,
    pub rto: f32,
    pub cwnd: u32,
    pub unacked: u32,
    pub lost: u32,
    pub retrans: u32,
    pub retrans_total: u64,
}

/// The sockets of a service, or of the host.
#[derive(Debug, Default)]
pub struct Group {
    /// As in `SeriesId::of`.
    pub of: String,
    /// Line of the first socket in this dump.
    pub line: u32,
    /// Sockets in this dump, listeners left out.
    pub sockets: u32,
    /// Whether it has been given before: then a zero is worth a sample.
    pub shown: bool,
    states: [u32; STATES.len()],
    timers: [u32; TIMERS.len()],
    rx_queue: u64,
    tx_queue: u64,
    memory: Memory,
    with_info: u32,
    info: Info,
    rtt: Vec<f32>,
    cwnd: Vec<f32>,
    /// States (from bit 0) and timers (from bit 16) that have had a sample.
    met: u32,
}

impl Group {
    /// An empty one.
    #[must_use]
    pub fn named(of: String) -> Self {
        Self { of, ..Self::default() }
    }

    /// One more socket.
    pub fn add(&mut self, state: State, rx_queue: u64, tx_queue: u64, line: u32) {
        if self.sockets == 0 {
            self.line = line;
        }
        self.sockets += 1;
        if let Some(count) = self.states.get_mut(state.index()) {
            *count += 1;
        }
        self.rx_queue = self.rx_queue.saturating_add(rx_queue);
        self.tx_queue = self.tx_queue.saturating_add(tx_queue);
    }

    /// One of its sockets waits for a timer.
    pub fn timer(&mut self, timer: Timer) {
        self.timers[timer as usize] += 1;
    }

    /// Memory of one of its sockets.
    pub fn memory(&mut self, one: &Memory) {
        let all = &mut self.memory;
        for (all, one) in [
            (&mut all.rmem_alloc, one.rmem_alloc),
            (&mut all.wmem_queued, one.wmem_queued),
            (&mut all.backlog, one.backlog),
            (&mut all.drops, one.drops),
        ] {
            *all = one.map(|one| all.unwrap_or(0).saturating_add(one)).or(*all);
        }
        all.rcvbuf = all.rcvbuf.max(one.rcvbuf);
        all.sndbuf = all.sndbuf.max(one.sndbuf);
    }

    /// `tcp_info` of one of its sockets.
    #[allow(clippy::cast_precision_loss)] // windows are far below 2^24 segments
    pub fn info(&mut self, one: &Info) {
        self.with_info += 1;
        self.rtt.extend(one.rtt);
        self.cwnd.push(one.cwnd as f32);
        let all = &mut self.info;
        all.rto = all.rto.max(one.rto);
        all.unacked = all.unacked.saturating_add(one.unacked);
        all.lost = all.lost.saturating_add(one.lost);
        all.retrans = all.retrans.saturating_add(one.retrans);
        all.retrans_total = all.retrans_total.saturating_add(one.retrans_total);
    }

    /// Whether any of its sockets waits for a timer.
    #[must_use]
    pub fn has_timers(&self) -> bool {
        self.timers.iter().any(|n| *n > 0)
    }

    /// Gives its samples. A state without a socket has none where the dump lists all. `timers`: the dump tells timers.
    ///
    /// Of a state asked for by name only the sockets are counted: sums over it are not those over all states, of which
    /// other dumps are. What is established has nearly all of the bytes.
    pub fn emit(&mut self, listed: Listed, timers: bool, intern: &mut Intern, facts: &mut Facts) {
        match listed {
            Listed::OneState(state) if state != State::UNNAMED => {
                self.met |= 1 << state.index();
                if let Some((metric, sockets)) = STATES.get(state.index()).zip(self.states.get(state.index()))
                {
                    self.give(metric, f64::from(*sockets), intern, facts);
                }
                if state == State::ESTABLISHED {
                    self.emit_sums(intern, facts);
                }
            }
            _ => {
                let complete = matches!(listed, Listed::All | Listed::OneState(_));
                self.emit_counts(complete, timers, intern, facts);
                self.emit_sums(intern, facts);
            }
        }
    }

    fn emit_counts(&mut self, complete: bool, timers: bool, intern: &mut Intern, facts: &mut Facts) {
        let states = (0..).zip(STATES).zip(self.states).map(|named| (named, complete));
        let timers = (16..).zip(TIMERS).zip(self.timers).map(|named| (named, timers));
        for (((bit, metric), sockets), zero) in states.chain(timers) {
            self.met |= u32::from(sockets > 0) << bit;
            if sockets > 0 || (zero && self.met >> bit & 1 == 1) {
                self.give(metric, f64::from(sockets), intern, facts);
            }
        }
    }

    fn emit_sums(&mut self, intern: &mut Intern, facts: &mut Facts) {
        self.give("sockets.rx_queue", float(self.rx_queue), intern, facts);
        self.give("sockets.tx_queue", float(self.tx_queue), intern, facts);
        self.emit_memory(intern, facts);
        if self.with_info > 0 {
            self.emit_info(intern, facts);
        }
    }

    /// Expects a sample of these in every complete dump.
    pub fn expect(&mut self, states: &[State], timers: bool) {
        self.met |= states.iter().fold(0, |met, state| met | 1 << state.index());
        self.met |= if timers { 0b1111 << 16 } else { 0 };
    }

    fn emit_memory(&self, intern: &mut Intern, facts: &mut Facts) {
        let m = &self.memory;
        for (metric, value) in [
            ("skmem.rmem_alloc", m.rmem_alloc),
            ("skmem.rcvbuf.max", m.rcvbuf),
            ("skmem.sndbuf.max", m.sndbuf),
            ("skmem.wmem_queued", m.wmem_queued),
            ("skmem.backlog", m.backlog),
            ("skmem.drops", m.drops),
        ] {
            if let Some(value) = value {
                self.give(metric, float(value), intern, facts);
            }
        }
    }

    fn emit_info(&mut self, intern: &mut Intern, facts: &mut Facts) {
        let greatest = self.rtt.iter().copied().fold(0.0, f32::max);
        if let Some(median) = median(&mut self.rtt) {
            self.give("tcp_info.rtt.median", printed(median), intern, facts);
            self.give("tcp_info.rtt.max", printed(greatest), intern, facts);
        }
        if let Some(median) = median(&mut self.cwnd) {
            self.give("tcp_info.cwnd.median", printed(median), intern, facts);
        }
        let i = self.info;
        for (metric, value) in [
            ("tcp_info.rto.max", printed(i.rto)),
            ("tcp_info.unacked", f64::from(i.unacked)),
            ("tcp_info.lost", f64::from(i.lost)),
            ("tcp_info.retrans", f64::from(i.retrans)),
            ("tcp_info.retrans.total", float(i.retrans_total)),
        ] {
            self.give(metric, value, intern, facts);
        }
    }

    fn give(&self, metric: &str, value: f64, intern: &mut Intern, facts: &mut Facts) {
        intern.measure(metric, &self.of, value, self.line, facts);
    }

    /// Ready for the next dump. What is remembered is what has been shown.
    pub fn clear(&mut self) {
        let (mut rtt, mut cwnd) = (std::mem::take(&mut self.rtt), std::mem::take(&mut self.cwnd));
        rtt.clear();
        cwnd.clear();
        let of = std::mem::take(&mut self.of);
        *self = Self { of, rtt, cwnd, shown: self.shown, met: self.met, line: self.line, ..Self::default() };
    }
}

/// The lower of the two middle ones: a value that some socket has.
fn median(values: &mut [f32]) -> Option<f32> {
    let middle = values.len().checked_sub(1)? / 2;
    Some(*values.select_nth_unstable_by(middle, f32::total_cmp).1)
}

#[allow(clippy::cast_precision_loss)] // sums of bytes above 2^53 do not occur
fn float(value: u64) -> f64 {
    value as f64
}

/// As ss printed it: 0.035, not 0.03500000014901161. Three decimals are microseconds.
fn printed(value: f32) -> f64 {
    (f64::from(value) * 1e3).round() / 1e3
}
