//! `chronyc tracking`: how far the host's clock may be off.
//!
//! Written by chrony; sosreports keep it as `sos_commands/chrony/chronyc_tracking`.
//!
//! ```text
//! Reference ID    : C0A80001 (ntp1.example.org)
//! System time     : 0.000013123 seconds slow of NTP time
//! Root delay      : 0.021844000 seconds
//! Root dispersion : 0.001193400 seconds
//! Leap status     : Normal
//! ```
//!
//! *Yields* [`Clue::Accuracy`]: the correction still to be made, the dispersion and half the delay to the reference,
//! which is the bound that chrony's manual gives; none when the clock is not synchronised. *Hides* frequencies.
//! *Rejects* an output without one of these, which may be cut.

use super::super::{Whole, lines::Lines};
use crate::model::fact::{Clue, Facts};

/// See the module.
pub const WHOLE: Whole = Whole {
    name: "chronyc tracking",
    is: |_, bytes| Lines::new(bytes, 1).next().is_some_and(|line| value(line, "Reference ID").is_some()),
    read,
    cut: None,
};

fn value<'a>(line: &'a [u8], label: &str) -> Option<&'a str> {
    let (found, value) = std::str::from_utf8(line).ok()?.split_once(" : ")?;
    (found.trim_end() == label).then(|| value.trim())
}

fn read(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(WHOLE.name);
    let find =
        |label: &str| (1..).zip(Lines::new(bytes, 1)).find_map(|(n, line)| Some((n, value(line, label)?)));
    let seconds = |label: &str| {
        let number: f64 = find(label)?.1.split(' ').next()?.parse().ok()?;
        (number.is_finite() && number.abs() < 1e9).then(|| number.abs())
    };
    if let Some((line, _)) = find("Leap status").filter(|(_, status)| *status == "Not synchronised") {
        facts.clues.push(Clue::Accuracy { seconds: None, line });
        return;
    }
    // the last line that is needed, with its end: a number cut short is a smaller one
    let whole = find("Leap status").is_some();
    let parts = (seconds("System time"), seconds("Root delay"), seconds("Root dispersion"));
    match (parts, find("System time")) {
        ((Some(off), Some(delay), Some(dispersion)), Some((line, _))) if whole => {
            let seconds = Some(off + dispersion + delay / 2.0);
            facts.clues.push(Clue::Accuracy { seconds, line });
        }
        _ => facts.rejects.push(1, "truncated: no system time, root delay, root dispersion or leap status"),
    }
}
