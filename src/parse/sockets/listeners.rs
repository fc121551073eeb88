//! Listening sockets, one series each.
//!
//! They are named by their address as printed, except that a bare IPv6 address gets brackets: `:::80` is `[::]:80`.
//! Several sockets on one address (`SO_REUSEPORT`) are `addr:port`, `addr:port#2`, `addr:port#3` in order of
//! appearance within one dump; which is which may differ from dump to dump.
//!
//! The wildcard of IPv6 has three spellings. Since iproute2 4.20 `ss` prints `*:80` for a socket that takes IPv4 as
//! well, `[::]:80` for one that does not; before, `:::80` or `[::]:80` was either, and to an old
//! one (4.11 of `CentOS` 7) `*:80` was IPv4's own wildcard.
//! net-tools and `/proc/net/tcp6` cannot say. A port that another socket holds at `0.0.0.0` can only be IPv6's alone,
//! and one that none does is in practice shared; so where both tables were read, [`Listeners::wildcard`] names it
//! as today's `ss` would, and one listener is one series whichever tool was asked. What `ss` printed is kept, unless its
//! other sockets tell that it was an old one. What one artifact cannot tell is joined where all of a host's are at hand,
//! in the timeline.

use crate::model::fact::{Clue, Facts, Kind, SeriesId};
use hashbrown::{HashMap, HashSet};

/// Interned listeners of one artifact.
#[derive(Debug, Default)]
pub struct Listeners {
    /// Listener to its keys: queue, and limit once one was told.
    keys: HashMap<String, (u32, Option<u32>)>,
    /// Listeners whose process is told.
    told: HashSet<String>,
    /// How many sockets this dump has shown on an address.
    seen: HashMap<String, u32>,
}

impl Listeners {
    /// A new dump: numbering begins again.
    pub fn begin(&mut self) {
        self.seen.clear();
    }

    /// The second socket on one address is `#2`.
    #[must_use]
    pub fn numbered(&mut self, of: String) -> String {
        let count = self.seen.entry_ref(of.as_str()).or_insert(0);
        *count += 1;
        if *count == 1 { of } else { format!("{of}#{count}") }
    }

    /// The host part of IPv6's wildcard on a port.
    #[must_use]
    pub fn wildcard(&self, port: &str) -> &'static str {
        if self.seen.contains_key(format!("0.0.0.0:{port}").as_str()) { "[::]" } else { "*" }
    }

    /// A queue's length, and its limit where the tool prints one.
    pub fn sample(&mut self, of: &str, queue: u32, limit: Option<u32>, line: u32, facts: &mut Facts) {
        let capture = facts.capture();
        let keys = self.keys.entry_ref(of).or_insert_with(|| (key("listener.queue", of, facts), None));
        facts.samples.push(keys.0, capture, line, f64::from(queue).to_bits());
        if let Some(limit) = limit {
            let key = *keys.1.get_or_insert_with(|| key("listener.limit", of, facts));
            facts.samples.push(key, capture, line, f64::from(limit).to_bits());
        }
    }

    /// Tells whose a listener is, once.
    pub fn process(&mut self, of: &str, name: &[u8], pid: Option<u32>, line: u32, facts: &mut Facts) {
        if let Ok(name) = std::str::from_utf8(name)
            && !name.is_empty()
            && !self.told.contains(of)
        {
            self.told.insert(of.to_owned());
            facts.clues.push(Clue::Process { of: of.to_owned(), name: name.to_owned(), pid, line });
        }
    }
}

fn key(metric: &str, of: &str, facts: &mut Facts) -> u32 {
    facts.keys.push(SeriesId { metric: metric.to_owned(), of: of.to_owned(), kind: Kind::Gauge });
    u32::try_from(facts.keys.len() - 1).unwrap_or(u32::MAX)
}
