//! UDP sockets by the address that they are bound to: `udp 10.77.0.1:514`.
//!
//! Nothing sends a datagram again that found its socket's buffer full, and the kernel's own counter
//! (`Udp.RcvbufErrors`) is one for the host: the drops of the sockets say whose they are. A socket's drops count from
//! when it was made and go with it, so they are a gauge; those of a socket that is closed are in no dump.
//!
//! Several sockets of one address (`SO_REUSEPORT`, connected ones) are `#2`, `#3` in order of appearance within a dump.
//!
//! **Bounds.** A socket has samples from the first dump on in which it has dropped or holds anything; at most
//! [`SHOWN`] have, of those that one dump adds the ones with the most drops, then with the most bytes.

use super::address::address;
use super::listeners::Listeners;
use crate::model::fact::{Facts, Kind};
use crate::parse::intern::Intern;
use hashbrown::HashSet;

/// Sockets of an artifact that have samples.
pub const SHOWN: usize = 64;

/// One look at a socket.
#[derive(Clone, Copy, Debug, Default)]
pub struct Datagram<'a> {
    /// As printed, or as it is to be named.
    pub local: &'a [u8],
    /// Bytes of memory that wait to be read.
    pub queue: u64,
    /// Datagrams dropped, where the dump tells.
    pub drops: Option<u64>,
    /// `skmem:(r rb)`, where the dump tells.
    pub memory: [Option<u64>; 2],
    /// Whose it is: name and pid.
    pub process: Option<(&'a [u8], Option<u32>)>,
    /// Of the socket.
    pub line: u32,
    /// Of what is told of its memory and drops.
    pub memory_line: u32,
}

/// The sockets of one artifact.
pub struct Datagrams {
    names: Listeners,
    shown: HashSet<String>,
    intern: Intern,
}

impl Default for Datagrams {
    fn default() -> Self {
        Self { names: Listeners::default(), shown: HashSet::new(), intern: Intern::new(Kind::Gauge) }
    }
}

impl Datagrams {
    /// A new dump: numbering begins again.
    pub fn begin(&mut self) {
        self.names.begin();
    }

    /// The names that this dump has shown.
    #[must_use]
    pub fn names(&self) -> &Listeners {
        &self.names
    }

    /// Gives the samples of a dump's sockets.
    pub fn give(&mut self, sockets: &[Datagram<'_>], facts: &mut Facts) {
        let mut found: Vec<(String, &Datagram<'_>)> = Vec::new();
        for socket in sockets {
            let Some(name) = name(socket.local) else {
                facts.rejects.push(socket.line, "UDP socket without a local address and port");
                continue;
            };
            let of = self.names.numbered(name);
            let idle = socket.queue == 0 && socket.drops.unwrap_or(0) == 0;
            if !idle || self.shown.contains(of.as_str()) {
                found.push((of, socket));
            }
        }
        self.admit(&found);
        for (of, socket) in found.iter().filter(|(of, _)| self.shown.contains(of.as_str())) {
            let of = format!("udp {of}");
            self.intern.measure("udp.queue", &of, float(socket.queue), socket.line, facts);
            let [rmem_alloc, rcvbuf] = socket.memory;
            for (metric, value) in
                [("skmem.rmem_alloc", rmem_alloc), ("skmem.rcvbuf", rcvbuf), ("skmem.drops", socket.drops)]
            {
                if let Some(value) = value {
                    self.intern.measure(metric, &of, float(value), socket.memory_line, facts);
                }
            }
            if let Some((name, pid)) = socket.process {
                self.names.process(&of, name, pid, socket.line, facts);
            }
        }
    }

    /// Decides which sockets have samples from now on.
    fn admit(&mut self, found: &[(String, &Datagram<'_>)]) {
        let new = found.iter().filter(|(of, _)| !self.shown.contains(of.as_str()));
        let mut new: Vec<&(String, &Datagram<'_>)> = new.collect();
        new.sort_by_key(|(_, socket)| std::cmp::Reverse((socket.drops, socket.queue)));
        let free = SHOWN.saturating_sub(self.shown.len());
        let new: Vec<String> = new.into_iter().take(free).map(|(of, _)| of.clone()).collect();
        self.shown.extend(new);
    }
}

fn name(local: &[u8]) -> Option<String> {
    let (_, (host, zone, port)) = address(std::str::from_utf8(local).ok()?).ok()?;
    Some(format!("{host}{zone}:{port}"))
}

#[allow(clippy::cast_precision_loss)] // a buffer is below 2^31 bytes, drops are of 32 bits
fn float(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket(local: &[u8], drops: u64) -> Datagram<'_> {
        Datagram { local, drops: Some(drops), ..Datagram::default() }
    }

    #[test]
    fn a_socket_that_dropped_is_kept_from_then_on() {
        let (mut all, mut facts) = (Datagrams::default(), Facts::default());
        for drops in [0, 3, 0] {
            all.begin();
            all.give(&[socket(b"0.0.0.0:53", drops)], &mut facts);
        }
        let drops: Vec<f64> = facts.samples.value.iter().map(|v| f64::from_bits(*v)).collect();
        assert_eq!(drops, [0.0, 3.0, 0.0, 0.0], "queue and drops, twice");
    }

    #[test]
    fn of_many_sockets_those_that_dropped_most_are_kept() {
        let names: Vec<String> = (1..=100).map(|port| format!("10.0.0.1:{port}")).collect();
        let sockets: Vec<Datagram<'_>> =
            (1..).zip(&names).map(|(drops, name)| socket(name.as_bytes(), drops)).collect();
        let (mut all, mut facts) = (Datagrams::default(), Facts::default());
        all.give(&sockets, &mut facts);
        assert_eq!(facts.keys.len(), 2 * SHOWN);
        assert_eq!(facts.keys[0].of, "udp 10.0.0.1:37");
    }

    #[test]
    fn sockets_of_one_address_are_numbered() {
        let (mut all, mut facts) = (Datagrams::default(), Facts::default());
        all.give(&[socket(b":::53", 0), socket(b":::53", 9)], &mut facts);
        assert_eq!(facts.keys[0].of, "udp [::]:53#2");
    }
}
