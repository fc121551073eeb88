//! What tells totals from differences, gathered while a file is read. See [`super`] for the reasons.

use crate::model::fact::Kind;

/// How many numbers that did not fall speak for totals when none did: one counter in a loop of ten, or any two
/// dumps of a host with traffic. Differences fall somewhere in every second line.
const HELD: u64 = 8;

/// How many ICMP types above zero speak for totals. In the seconds between two differences few types occur.
const TYPES: u64 = 3;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// What the file's name says: totals, differences, nothing.
    pub named: Option<bool>,
    overflow: bool,
    types: u64,
    zero_type: bool,
    /// Numbers above zero that the next dump did not print lower.
    held: u64,
    /// Dumps that could be compared with the one before.
    compared: u64,
    /// Of these, dumps in which a number was lower.
    fell: u64,
    /// The last dump compared, the last that fell.
    last: usize,
    last_fell: usize,
}

impl Evidence {
    /// Notes one printed line; `of_type` is the number of an ICMP type.
    pub fn met(&mut self, overflow: bool, of_type: Option<u64>) {
        self.overflow |= overflow;
        if let Some(number) = of_type {
            self.types += 1;
            self.zero_type |= number == 0;
        }
    }

    /// Notes the numbers of one counter in two dumps that follow each other, the later being `dump`.
    pub fn follows(&mut self, dump: usize, before: u64, now: u64) {
        if before == 0 {
            return;
        }
        if self.last != dump {
            self.last = dump;
            self.compared += 1;
        }
        if now >= before {
            self.held += 1;
        } else if self.last_fell != dump {
            self.last_fell = dump;
            self.fell += 1;
        }
    }

    /// The verdict so far.
    pub fn kind(&self) -> Kind {
        let totals = if self.overflow {
            false
        } else if let Some(true) = self.named {
            true
        } else if self.fell * 2 > self.compared {
            false
        } else if self.held >= HELD {
            true // a few falls among many dumps are restarts
        } else if self.named == Some(false) {
            false
        } else {
            self.types >= TYPES && !self.zero_type
        };
        if totals { Kind::Counter } else { Kind::Delta }
    }
}
