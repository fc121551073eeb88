//! `sos_logs/sos.log`: when sos took each file, and which commands it left out.
//!
//! Written by sos since 3.0 with Python's logging, by the wall clock of the host and without a zone. The copies
//! stand here and nowhere else. Since 4.0 a folder is logged file by file, before that once for all that is in it.
//!
//! ```text
//! 2026-11-21 14:52:20,749 WARNING: [plugin:networking] skipped command 'ss -tulnp': required kmods missing: udp_diag.
//! 2026-11-21 14:52:21,659 INFO: [plugin:networking] collecting path '/proc/net/snmp'
//! 2026-11-21 14:52:21,961 INFO: [plugin:networking] collecting output of 'netstat -s'
//! 2026-11-21 14:52:22,310 INFO: [plugin:logs] collecting tail of '/var/log/messages' due to size limit
//! ```
//!
//! *Yields* [`Clue::Taken`], with the path that a command's output has by sos's rule of naming, and [`Clue::NotTaken`]
//! for commands that were skipped or ran into their time limit. *Hides* all other lines, and those of `ui.log`, which the user saw. *Rejects* a last line that
//! may be cut, when it is one of these.

use super::super::{Whole, lines::Lines};
use super::mangled;
use crate::model::fact::{Clue, Facts, Taker};
use crate::model::stamp::{Stamp, Wall};

/// See the module.
pub const WHOLE: Whole = Whole { name: "sos.log", is, read, cut: None };

fn is(path: &str, bytes: &[u8]) -> bool {
    // what sos told its user: no log of the host
    if path.ends_with("sos_logs/ui.log") {
        return true;
    }
    let head = &bytes[..bytes.len().min(8192)];
    let ours = |line: Line<'_>| {
        let who = line.who;
        who.starts_with("plugin:") || who.starts_with("archive:") || who.starts_with("sos.")
    };
    Lines::new(head, 1).take(5).any(|line| split(line).is_some_and(ours))
}

fn read(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(WHOLE.name);
    let mut lines = Lines::new(bytes, 1);
    loop {
        let (number, rest) = (lines.number(), lines.rest());
        let ended = rest.contains(&b'\n');
        let Some(text) = lines.next() else { break };
        let Some(line) = split(text) else { continue };
        match clue(&line, number) {
            Some(_) if !ended => facts.rejects.push(number, "truncated: the last line has no end"),
            Some(clue) => facts.clues.push(clue),
            None => {}
        }
    }
}

/// What of a line matters.
struct Line<'a> {
    stamp: Stamp,
    /// `plugin:networking`.
    who: &'a str,
    message: &'a str,
}

/// `2026-11-21 14:52:20,749 WARNING: [plugin:networking] skipped …`.
fn split(line: &[u8]) -> Option<Line<'_>> {
    // most of a log are other lines, and a line that is no time costs nothing
    let comma = line.get(19).filter(|b| **b == b',' || **b == b'.');
    let text = std::str::from_utf8(line).ok().filter(|_| comma.is_some())?;
    let stamp = wall(text.get(..23)?)?;
    let (level, rest) = text.get(23..)?.split_once(": [")?;
    let (who, message) = rest.split_once("] ")?;
    level.trim().bytes().all(|b| b.is_ascii_uppercase()).then_some(Line { stamp, who, message })
}

/// `2026-11-21 14:52:20,749`.
fn wall(text: &str) -> Option<Stamp> {
    let number = |from: usize, to: usize| -> Option<u32> {
        let digits = text.get(from..to)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second, thousandth) =
        (number(11, 13)?, number(14, 16)?, number(17, 19)?, number(20, 23)?);
    let date = chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day);
    date.filter(|_| hour < 24 && minute < 60 && second < 60)?;
    let seconds = i64::from(hour * 3600 + minute * 60 + second);
    let micros = seconds * 1_000_000 + i64::from(thousandth) * 1000;
    Some(Stamp::Wall(Wall { year: i32::try_from(year).ok(), month, day, micros, zone: None }))
}

fn clue(line: &Line<'_>, number: u32) -> Option<Clue> {
    let quoted = |start: &str| line.message.strip_prefix(start)?.rsplit_once('\'');
    let taken =
        |path: String| Some(Clue::Taken { path, stamp: line.stamp.clone(), by: Taker::Log, line: number });
    if let Some((path, _)) = quoted("collecting path '").or_else(|| quoted("collecting tail of '")) {
        return taken(path.trim_matches('/').to_owned()).filter(|_| path.starts_with('/'));
    }
    if let Some((command, _)) = quoted("collecting output of '") {
        let plugin = line.who.strip_prefix("plugin:")?;
        return taken(format!("sos_commands/{plugin}/{}", mangled(command)));
    }
    let (command, why) = if let Some(rest) = line.message.strip_prefix("skipped command '") {
        let (command, why) = rest.split_once("': ")?;
        (command, left_out(why))
    } else {
        let (command, why) = line.message.strip_prefix("command '")?.split_once("' timed out after ")?;
        (command, format!("it ran into sos's time limit of {}", why.trim()))
    };
    Some(Clue::NotTaken { command: command.to_owned(), why, line: number })
}

/// What a command needs and did not find, without the advice that may follow.
fn left_out(why: &str) -> String {
    let why = why.split(" Use '--allow").next().unwrap_or(why).trim().trim_end_matches('.');
    let said = [
        (".required", "; required"),
        (".forbidden", "; forbidden"),
        ("required kmods missing", "kernel modules are not loaded"),
        ("required services missing", "services do not run"),
        ("required packages missing", "packages are not installed"),
        ("(dry run)", "a dry run"),
    ];
    let why = said.iter().fold(why.to_owned(), |text, (sos, ours)| text.replace(sos, ours));
    if why.is_empty() { "sos left it out".to_owned() } else { format!("sos left it out, {why}") }
}

#[cfg(test)]
mod tests {
    use super::left_out;

    #[test]
    fn what_was_not_found_is_said_without_the_advice() {
        let why = "required kmods missing: a, b.required services missing: c.   Use '--allow-system-changes' to enable collection.";
        assert_eq!(
            left_out(why),
            "sos left it out, kernel modules are not loaded: a, b; services do not run: c"
        );
        assert_eq!(left_out("  "), "sos left it out");
        assert_eq!(left_out("(dry run)"), "sos left it out, a dry run");
    }
}
