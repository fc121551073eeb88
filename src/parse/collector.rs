//! The log of the script that `netmortem collector` prints.
//!
//! ```text
//! 2026-11-20T09:12:10Z web1 netmortem-collect: every 10 s for 10 min, at most 200 MB, as user 0
//! 2026-11-20T09:22:10Z web1 netmortem-collect: kernel log read from 2026-11-20T09:12:10Z to 2026-11-20T09:22:10Z: 0 lines
//! 2026-11-20T09:22:11Z web1 netmortem-collect: 60 snapshots
//! ```
//!
//! *Yields* [`Clue::Host`], and [`Clue::LogSpan`] from what is said of the kernel's log: the whole of that time the
//! kernel would have been heard, also when it said nothing. The lines themselves stand in `dmesg`, so the span has none.
//! *Hides* the rest. *Keeps unnamed* nothing. *Rejects* lines of another form, and a last line without an end.

use super::lines::Lines;
use super::{Whole, stamp, words};
use crate::model::fact::{Clue, Facts};

/// See the module.
pub const LOG: Whole = Whole { name: "netmortem-collect", is, read, cut: None };

fn is(_: &str, bytes: &[u8]) -> bool {
    Lines::new(&bytes[..bytes.len().min(1024)], 1).next().and_then(entry).is_some()
}

/// Host and message of a line.
fn entry(line: &[u8]) -> Option<(&str, &str)> {
    let (_, rest) = stamp::syslog(line)?;
    let (host, message) = std::str::from_utf8(rest).ok()?.split_once(" netmortem-collect: ")?;
    (!host.is_empty() && !host.contains(char::is_whitespace)).then_some((host, message))
}

fn read(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(LOG.name);
    let mut lines = Lines::new(bytes, 1);
    let cut = !bytes.ends_with(b"\n");
    let mut host = None;
    while let Some(text) = lines.peek() {
        let number = lines.number();
        lines.advance();
        if cut && lines.rest().is_empty() {
            facts.rejects.push(number, words::CUT);
            continue;
        }
        let Some((named, message)) = entry(text) else {
            facts.rejects.push(number, "no line of the collector");
            continue;
        };
        if host.replace(named) != Some(named) {
            facts.clues.push(Clue::Host { name: named.to_owned(), line: number });
        }
        let Some(span) = message.strip_prefix("kernel log read from ") else { continue };
        match ends(span) {
            Some(clue) => facts.clues.push(clue),
            None => facts.rejects.push(number, "a span without its two ends"),
        }
    }
}

/// `2026-11-20T09:12:10Z to 2026-11-20T09:22:10Z: 0 lines`.
fn ends(span: &str) -> Option<Clue> {
    let (first, rest) = span.split_once(" to ")?;
    let (last, _) = rest.split_once(": ")?;
    let (first, last) = (stamp::separator(first.as_bytes())?, stamp::separator(last.as_bytes())?);
    Some(Clue::LogSpan { host: None, first, last, lines: 0 })
}
