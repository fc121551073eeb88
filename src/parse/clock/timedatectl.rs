//! `timedatectl`: the host's time, and the zone that its wall clocks keep.
//!
//! Written by systemd; sosreports keep it as `sos_commands/systemd/timedatectl`. Labels are set to the right and
//! changed their wording (`Timezone` before systemd 210).
//!
//! ```text
//!                Local time: Sat 2026-11-21 15:52:20 CET
//!            Universal time: Sat 2026-11-21 14:52:20 UTC
//!                  RTC time: Sat 2026-11-21 14:52:20
//!                 Time zone: Europe/Berlin (CET, +0100)
//! ```
//!
//! *Yields* [`Clue::Date`] of the universal time, [`Clue::Zone`], and [`Clue::Offset`]. *Hides* the hardware clock
//! and what changes next. *Rejects* nothing: what is not said is not known.

use super::super::{Whole, lines::Lines};
use super::of_systemd;
use crate::model::fact::{Clue, Facts, ZoneSource};
use crate::model::stamp::{Stamp, Wall};
use crate::parse::moment;

/// See the module.
pub const WHOLE: Whole = Whole {
    name: "timedatectl",
    is: |_, bytes| {
        let head = &bytes[..bytes.len().min(1024)];
        let has = |label: &str| Lines::new(head, 1).any(|line| value(line, label).is_some());
        has("Local time") && (has("Time zone") || has("Timezone"))
    },
    read,
    cut: None,
};

/// What stands behind a label.
fn value<'a>(line: &'a [u8], label: &str) -> Option<&'a str> {
    let (found, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
    (found.trim() == label).then(|| value.trim())
}

fn read(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(WHOLE.name);
    let mut now = None;
    for (line, text) in (1..).zip(Lines::new(bytes, 1)) {
        if let Some(stamp) = value(text, "Universal time").and_then(of_systemd) {
            now = moment::placed(stamp.clone()).map(|(_, at)| at);
            facts.clues.push(Clue::Date { stamp, line });
        }
        let zone = value(text, "Time zone").or_else(|| value(text, "Timezone"));
        let Some((name, rest)) = zone.and_then(|zone| zone.split_once(" (")) else { continue };
        // `n/a` where there is no etc/localtime
        if name.parse::<chrono_tz::Tz>().is_ok() {
            facts.clues.push(Clue::Zone { name: name.to_owned(), from: ZoneSource::Timedatectl, line });
        }
        let east = rest.split_once(", ").and_then(|(_, offset)| seconds(offset.strip_suffix(')')?));
        if let (Some(east), Some(at)) = (east, now) {
            facts.clues.push(Clue::Offset { host: None, east, at, line });
        }
    }
    let local = Lines::new(bytes, 1).find_map(|line| value(line, "Local time").and_then(of_systemd));
    if let (None, Some(stamp @ Stamp::Wall(Wall { .. }))) = (now, local) {
        facts.clues.push(Clue::Date { stamp, line: 1 });
    }
}

/// `+0100`.
fn seconds(offset: &str) -> Option<i32> {
    let (sign, digits) = (offset.get(..1)?, offset.get(1..)?);
    let known = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
    let number: i32 = digits.parse().ok().filter(|_| known)?;
    let east = number / 100 * 3600 + number % 100 * 60;
    match sign {
        "+" => Some(east),
        "-" => Some(-east),
        _ => None,
    }
}
