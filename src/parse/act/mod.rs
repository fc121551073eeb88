//! What changed the machine, as log lines tell it: one file for each teller. What they have in common is a line's
//! program and its message; who wrote the line and when stands in the log.
//!
//! *Yields* acts, each with the way by which it is known, the user and what came of it, where the line says so.
//! *Hides* everything that changes no setting. *Rejects* nothing: a line that does not fit tells no act.

mod ansible;
mod assign;
mod chef;
pub(super) mod command;
mod package;
mod puppet;
mod salt;
mod sudo;
mod systemd;
mod tuned;

use crate::model::act::{Act, Load, Outcome, Way};
use memchr::memmem;
pub(super) use package::matters;

/// One act that a line tells of.
#[derive(Debug, PartialEq)]
pub(super) struct Told {
    pub what: Act,
    pub way: Way,
    pub user: Option<String>,
    pub outcome: Outcome,
}

impl Told {
    fn new(what: Act, way: Way) -> Self {
        Self { what, way, user: None, outcome: Outcome::Untold }
    }

    fn came_to(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }
}

/// Who tells of acts, and how.
struct Teller {
    /// Literals of which every line that tells an act has at least one. Few and rare: a log is searched for all of
    /// them and for those of the catalogue at once, and beyond 64 that search loses its vectors.
    needles: &'static [&'static str],
    /// The acts in a line of a program, by its tag and its message without blanks around it.
    read: fn(&str, &str) -> Vec<Told>,
}

/// All of them. The one place to add one.
const TELLERS: &[Teller] = &[
    sudo::TELLER,
    ansible::TELLER,
    puppet::TELLER,
    salt::TELLER,
    chef::TELLER,
    systemd::TELLER,
    tuned::TELLER,
    package::TELLER,
];

/// Longest part of a message that is looked at.
const LONGEST: usize = 8 << 10;

/// The literals of all tellers.
pub(super) fn needles() -> impl Iterator<Item = &'static str> {
    TELLERS.iter().flat_map(|teller| teller.needles.iter().copied())
}

/// The acts in a log line; `line` is all of it, for some needles stand in front of the message.
pub(super) fn told(line: &[u8], tag: &[u8], message: &[u8]) -> Vec<Told> {
    let line = &line[..line.len().min(LONGEST)];
    let has = |needle: &str| memmem::find(line, needle.as_bytes()).is_some();
    let message = String::from_utf8_lossy(&message[..message.len().min(LONGEST)]);
    let tag = String::from_utf8_lossy(&tag[..tag.len().min(200)]);
    let mut tellers = TELLERS.iter().filter(|teller| teller.needles.iter().any(|n| has(n)));
    tellers
        .find_map(|t| Some((t.read)(&tag, message.trim())).filter(|told| !told.is_empty()))
        .unwrap_or_default()
}

/// A key that was set.
fn set(key: &str, value: &str) -> Act {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    Act::Set { key: assign::dotted(key), value: Some(value) }
}

fn load_all() -> Act {
    Act::Load(Load::System)
}

#[cfg(test)]
mod tests;
