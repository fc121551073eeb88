//! `--redact`: what points to machines, nets and people leaves every form of the report, and a stable name stands for it.
//!
//! Names are gathered first, from all that will be shown ([`Seen`]), and then put in ([`Redaction`]): numbered in ascending
//! order, so that neither the order of the input nor that of the run leaves a trace, and so that two texts with the same
//! name have the same stand-in. Order is all that a stand-in tells of what it stands for; a hash of an address would tell the
//! address, for there are only so many. What is a stand-in already stays as it is: redacting twice is redacting once.

mod address;
mod domain;
mod dotted;
mod encoded;
mod hardware;
mod hex;
mod learn;
mod pieces;
mod redaction;
mod report;
mod seen;
mod spot;
mod timeline;
mod walk;
mod words;

#[cfg(test)]
mod tests;

pub use redaction::{MAP_HEAD, Redaction};
pub use seen::Seen;
pub use spot::Kind;
