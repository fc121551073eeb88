//! What tells totals from differences, gathered while a file is read. See [`super`] for the reasons.

use crate::model::fact::Kind;

/// How many dumps in which something rose and nothing fell speak for totals. Three dumps of differences may grow
/// with the pauses between them; that nothing falls back in a fourth is not seen of traffic.
const ROSE: u64 = 3;

/// How many dumps in which something fell speak for differences: one may be a restart.
const FELL: u64 = 2;

/// Totals that fall more often than once in so many dumps would be a host that does nothing but restart.
const RESTARTS: u64 = 4;

/// How many ICMP types above zero speak for totals. In the seconds between two differences few types occur.
const TYPES: u64 = 3;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// What the file's name says: totals, differences, nothing.
    pub named: Option<bool>,
    overflows: u64,
    /// Whether zeros are printed: else no type could show one.
    pub zeros: bool,
    types: u64,
    zero_types: u64,
    /// Dumps in which a number was above that of the dump before, and none below.
    rose: u64,
    /// Dumps in which a number was below that of the dump before.
    fell: u64,
    up: bool,
    down: bool,
}

impl Evidence {
    /// Notes one printed line, and whether it is of an ICMP type.
    pub fn met(&mut self, value: u64, overflow: bool, of_type: bool) {
        self.overflows += u64::from(overflow);
        self.zeros |= value == 0;
        self.types += u64::from(of_type);
        self.zero_types += u64::from(of_type && value == 0);
    }

    /// Notes the numbers of one counter in two dumps that follow each other.
    pub fn follows(&mut self, before: u64, now: u64) {
        self.up |= now > before;
        self.down |= now < before;
    }

    /// Notes that a dump ends.
    pub fn ends(&mut self) {
        self.fell += u64::from(self.down);
        self.rose += u64::from(self.up && !self.down);
        (self.up, self.down) = (false, false);
    }

    /// The verdict so far, if there is one.
    pub fn kind(&self) -> Option<Kind> {
        let restarts = self.fell * RESTARTS <= self.rose;
        let totals = if self.overflows > 0 {
            Some(false)
        } else if self.named == Some(true) {
            self.named
        } else if self.fell >= FELL && !restarts {
            Some(false)
        } else if self.rose >= ROSE && restarts {
            Some(true)
        } else if self.zero_types > 0 || self.named == Some(false) {
            Some(false)
        } else if self.types >= TYPES && self.zeros && self.fell == 0 {
            Some(true)
        } else {
            None
        };
        totals.map(|totals| if totals { Kind::Counter } else { Kind::Delta })
    }
}
