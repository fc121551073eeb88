//! A file that holds the output of `date`, and nothing else: when a bundle was made.
//!
//! sosreports keep it as `sos_commands/date/date` and `date_--utc` (before 4.0 `sos_commands/general/date`).
//! A loop's `date` lines stand before other dumps and are read there; a file with nothing behind them is one of these
//! by its name alone.
//!
//! *Yields* [`Clue::Date`], and [`Clue::Offset`] where the time has one. *Hides* which spelling it was. *Rejects*
//! nothing: a file with any other line in it is not taken.

use super::super::{Whole, lines::Lines, stamp};
use crate::model::fact::{Clue, Facts};
use crate::model::stamp::Stamp;

/// See the module.
pub const WHOLE: Whole = Whole { name: "date", is, read, cut: None };

fn is(path: &str, bytes: &[u8]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = name.strip_suffix(".txt").unwrap_or(name);
    let known = matches!(name, "date" | "date_--utc" | "date_-u");
    known && bytes.len() < 200 && bytes.ends_with(b"\n") && only(bytes).is_some()
}

/// The one line with text in it.
fn only(bytes: &[u8]) -> Option<(u32, Stamp, Option<i32>)> {
    let blank = |line: &[u8]| line.iter().all(u8::is_ascii_whitespace);
    let mut lines = (1..).zip(Lines::new(bytes, 1)).filter(|(_, line)| !blank(line));
    let (number, line) = lines.next()?;
    lines.next().is_none().then_some((number, stamp::separator(line)?, stamp::offset(line)))
}

fn read(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(WHOLE.name);
    let Some((line, stamp, offset)) = only(bytes) else { return };
    if let (Some(east), Stamp::Instant(at)) = (offset, &stamp) {
        facts.clues.push(Clue::Offset { host: None, east, at: *at, line });
    }
    facts.clues.push(Clue::Date { stamp, line });
}
