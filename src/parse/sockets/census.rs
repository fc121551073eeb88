//! [`Census`]: one dump's sockets counted for the host and by service.
//!
//! A socket belongs to the service at its local port, `:80`, when the artifact has shown a listener there; once any
//! listener is known, all others belong to the service at their peer's port, `to :3306`. Where no listener is known
//! (`ss -tn`, `ss state time-wait`) the lower of the two ports is taken for the service's. Sockets without a peer count
//! for the host only.
//!
//! **Bounds.** A dump adds at most [`PORTS`] groups a side, those with the most sockets; a group once given is given in
//! every dump that shows it, up to [`SHOWN`] in all, so that its series has no holes. A peer's port above 32,767
//! is a service only when [`CROWD`] sockets share it. Sockets of groups left out are in the host's figures.

use super::address::{Port, Ports};
use super::group::{Group, Info, Memory};
use super::state::{State, Timer};
use crate::model::fact::{Facts, Kind};
use crate::parse::intern::Intern;
use crate::parse::lines::Lines;
use hashbrown::{HashMap, HashSet};

/// Groups a side that a dump may add: a host offers and uses few services, and each becomes a dozen series.
pub const PORTS: usize = 16;
/// Groups of an artifact.
pub const SHOWN: usize = 64;
/// Sockets at one ephemeral peer port that make it a service (FTP data, RPC).
pub const CROWD: u32 = 8;

/// What a dump lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// All connections: a state without one has none.
    All,
    /// All sockets of one state, [`State::UNNAMED`] where that is not known.
    OneState(State),
    /// Perhaps not all.
    Some,
    /// The file ends within it, or it is not of TCP: nothing can be counted.
    Nothing,
}

/// A socket that does not listen.
#[derive(Clone, Copy, Debug)]
pub struct Socket {
    pub state: State,
    pub local: Option<Port>,
    pub peer: Option<Port>,
    pub rx_queue: u64,
    pub tx_queue: u64,
    pub line: u32,
}

/// The file ended in the line before: says so, unless that line was rejected for itself.
pub fn reject_cut(lines: &Lines<'_>, facts: &mut Facts) {
    let line = lines.number().saturating_sub(1);
    if facts.rejects.kept.last().is_none_or(|reject| reject.line != line) {
        facts.rejects.push(line, "the file ends in this line: its sockets are not counted");
    }
}

/// Whose port names the group: that of this host (`false`) or the peer's.
type Service = (bool, Port);

/// Counts dump after dump of one artifact.
pub struct Census {
    /// Names of ports.
    pub ports: Ports,
    intern: Intern,
    before: &'static str,
    behind: String,
    total: Group,
    groups: Vec<Group>,
    index: HashMap<Service, usize>,
    listening: HashSet<Port>,
}

impl Census {
    /// `before` and `behind` stand around each `of`: for tables that are not all of the host's TCP.
    #[must_use]
    pub fn new(before: &'static str, behind: &str) -> Self {
        Self {
            ports: Ports::default(),
            intern: Intern::new(Kind::Gauge),
            before,
            behind: behind.to_owned(),
            total: Group::named(format!("{before}{behind}")),
            groups: Vec::new(),
            index: HashMap::new(),
            listening: HashSet::new(),
        }
    }

    /// A listener was met at this port.
    pub fn listens(&mut self, port: Port) {
        self.listening.insert(port);
    }

    /// Counts a socket; what else is told of it goes to the group that this gives.
    pub fn socket(&mut self, socket: &Socket) -> Option<usize> {
        let Socket { state, rx_queue, tx_queue, line, .. } = *socket;
        self.total.add(state, rx_queue, tx_queue, line);
        let (local, peer) = (socket.local?, socket.peer?);
        let serves = if self.listening.is_empty() {
            local.is_service_before(peer)
        } else {
            self.listening.contains(&local)
        };
        let service = if serves { (false, local) } else { (true, peer) };
        let at = *self.index.entry(service).or_insert_with(|| {
            self.groups.push(Group::default());
            self.groups.len() - 1
        });
        self.groups.get_mut(at)?.add(state, rx_queue, tx_queue, line);
        Some(at)
    }

    /// The timer of a socket of a group.
    pub fn timer(&mut self, group: Option<usize>, timer: Timer) {
        self.total.timer(timer);
        if let Some(group) = group.and_then(|at| self.groups.get_mut(at)) {
            group.timer(timer);
        }
    }

    /// Memory and `tcp_info` of a socket of a group.
    pub fn told(&mut self, group: usize, memory: Option<&Memory>, info: Option<&Info>) {
        let Some(group) = self.groups.get_mut(group) else { return };
        if let Some(memory) = memory {
            group.memory(memory);
        }
        if let Some(info) = info {
            group.info(info);
        }
    }

    /// The end of a dump that began at `line`: gives its samples.
    pub fn finish(&mut self, listed: Listed, line: u32, facts: &mut Facts) {
        let complete = matches!(listed, Listed::All | Listed::OneState(_));
        let timers = self.total.has_timers();
        if listed != Listed::Nothing && (complete || self.total.sockets > 0) {
            if complete {
                match listed {
                    Listed::OneState(state) => self.total.expect(&[state], timers),
                    _ => self.total.expect(&State::CONNECTED, timers),
                }
            }
            self.total.line = line;
            self.total.emit(listed, timers, &mut self.intern, facts);
            self.admit();
            for group in &mut self.groups {
                if group.shown && (complete || group.sockets > 0) {
                    group.line = if group.sockets > 0 { group.line } else { line };
                    group.emit(listed, timers, &mut self.intern, facts);
                }
            }
        }
        self.clear();
    }

    /// Decides which groups are given from now on.
    fn admit(&mut self) {
        let mut found: Vec<(Service, usize)> =
            self.index.iter().map(|(service, at)| (*service, *at)).collect();
        found.retain(|((is_peer, port), at)| {
            let group = &self.groups[*at];
            !group.shown && group.sockets >= if *is_peer && port.is_ephemeral() { CROWD } else { 1 }
        });
        found.sort_unstable_by_key(|(service, at)| (std::cmp::Reverse(self.groups[*at].sockets), *service));
        let mut free = SHOWN.saturating_sub(self.groups.iter().filter(|group| group.shown).count());
        for side in [false, true] {
            for ((_, port), at) in
                found.iter().filter(|((is_peer, _), _)| *is_peer == side).take(PORTS.min(free))
            {
                let port = self.ports.print(*port);
                let group = &mut self.groups[*at];
                let (before, behind) = (self.before, &self.behind);
                let gap = if before.is_empty() { "" } else { " " };
                group.of = format!("{before}{gap}{}:{port}{behind}", if side { "to " } else { "" });
                group.shown = true;
                free -= 1;
            }
        }
    }

    /// Forgets groups that were never given.
    fn clear(&mut self) {
        self.total.clear();
        self.groups.iter_mut().for_each(Group::clear);
        if self.groups.iter().any(|group| !group.shown) {
            let mut kept: Vec<(Service, usize)> =
                self.index.drain().filter(|(_, at)| self.groups[*at].shown).collect();
            kept.sort_unstable_by_key(|(_, at)| *at);
            self.groups.retain(|group| group.shown);
            self.index = kept.into_iter().enumerate().map(|(at, (service, _))| (service, at)).collect();
        }
    }
}
