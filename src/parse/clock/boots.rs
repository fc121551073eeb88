//! `journalctl --list-boots`: the boots that the journal knows.
//!
//! Written by systemd; sosreports keep it as `sos_commands/systemd/journalctl_--list-boots` (before 4.0 below `logs`).
//! Until systemd 252 there is no heading, and a dash between the times.
//!
//! ```text
//! IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY
//!  -1 3d5ed69904a84f03b4f13b09d3861972 Fri 2026-11-20 09:41:48 CET Fri 2026-11-20 10:58:07 CET
//!   0 84a5538e48014d98b44db680c8b924f6 Fri 2026-11-20 22:33:22 CET—Sat 2026-11-21 09:52:08 CET
//! ```
//!
//! *Yields* [`Clue::Boot`]. *Hides* the index. *Rejects* lines that do not end, and others.

use super::super::{Dump, lines::Lines};
use super::of_systemd;
use crate::model::fact::{Clue, Facts};
use crate::model::stamp::Stamp;

/// See the module.
pub const DUMP: Dump = Dump { name: "journalctl --list-boots", begins, open: || Box::new(read) };

fn begins(line: &[u8]) -> bool {
    is_heading(line) || boot(line).is_some()
}

fn is_heading(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b"IDX BOOT ID ")
}

fn read(lines: &mut Lines<'_>, facts: &mut Facts) {
    while let Some(line) = lines.peek() {
        let (number, ended) = (lines.number(), lines.rest().contains(&b'\n'));
        match boot(line) {
            Some((id, first, last)) if ended => {
                facts.clues.push(Clue::Boot { id, first, last, line: number });
            }
            Some(_) => facts.rejects.push(number, "truncated: the last line has no end"),
            None if is_heading(line) => {}
            None => return,
        }
        lines.advance();
    }
}

fn boot(line: &[u8]) -> Option<(String, Stamp, Stamp)> {
    let line = line.trim_ascii_start();
    line.first().filter(|b| b.is_ascii_digit() || **b == b'-')?;
    let text = std::str::from_utf8(line).ok()?;
    let mut words = text.splitn(3, ' ');
    let (index, id, times) = (words.next()?, words.next()?, words.next()?);
    let known = index.parse::<i32>().is_ok() && id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
    let times = times.replace('—', " ");
    let words: Vec<&str> = times.split_ascii_whitespace().filter(|_| known).collect();
    let (first, last) = (words.get(..4)?, words.get(4..8)?);
    Some((id.to_owned(), of_systemd(&first.join(" "))?, of_systemd(&last.join(" "))?))
}
