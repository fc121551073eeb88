//! Files of Oracle's `OSWatcher` and `ExaWatcher`: what these write around the tools' output.
//!
//! Written by `OSWatcher` (`OSW` 2, `OSWbb` 3 to 8, in AHF also later) into `archive/oswnetstat/<host>_netstat_25.11.22.0400.dat`, one
//! file an hour for each tool; by `ExaWatcher` into `archive/Netstat.ExaWatcher/2025_11_22_04_00_05_NetstatExaWatcher_<host>.dat`.
//!
//! ```text
//! Linux OSWbb v8.3.2 web1
//! SNAP_INTERVAL 30
//! CPU_CORES 2
//! zzz ***Sat Nov 22 04:00:07 CST 2025
//! ```
//!
//! *Yields* [`Clue::Host`], of the head, or of the file's name where that has none (all tools but vmstat, before AHF). The
//! time lines are those of any loop; what is below them is read by its own readers.
//! *Hides* the rest of the head, and the whole of what top, ps, iostat, traceroute and other tools printed, which is of no
//! format that is read here: the file says that it is `passed over`.
//! *Keeps unnamed* nothing. *Rejects* time lines that cannot be read, and with them what is below: it would count as of the time before.
//! *Notes* `***Warning. NETSTAT response is spanning snapshot intervals.`: the tool before was still at work, so that the
//! next output is of a later moment than its time line says. It is left out: the series have a gap there.

mod line;
mod other;

use super::lines::Lines;
use super::{Dump, Reader, Whole};
use crate::model::fact::{Clue, Facts};
use line::{Line, is_bar, is_key, is_time, line, named};

/// See the module.
pub const DUMP: Dump = Dump { name: "OSWatcher", begins, open: || Box::new(Head::default()) };

/// A file of a tool that is of no format read here.
pub const OTHER: Whole =
    Whole { name: DUMP.name, is: |_, bytes| other::tool(bytes).is_some(), read: other::read, cut: None };

fn begins(text: &[u8]) -> bool {
    line(text).is_some()
}

/// State of the reader: whether the host is known, and whether a time was seen that could not be read.
#[derive(Default)]
struct Head {
    named: bool,
    undated: bool,
}

impl Reader for Head {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        let mut inside = false;
        while let Some((text, found)) = lines.peek().and_then(|text| Some((text, line(text)?))) {
            let number = lines.number();
            if is_bar(text) && !inside {
                let mut below = lines.clone();
                below.advance();
                if !below.peek().is_some_and(is_key) {
                    return;
                }
            }
            inside = true;
            self.line(found, number, facts);
            lines.advance();
            if matches!(found, Line::Late(_)) && lines.peek().is_some_and(is_time) {
                lines.advance();
            }
            if matches!(found, Line::Undated | Line::Late(_)) {
                while lines.peek().is_some_and(|text| !is_time(text)) {
                    lines.advance();
                }
            }
        }
    }
}

impl Head {
    fn line(&mut self, found: Line<'_>, number: u32, facts: &mut Facts) {
        match found {
            Line::Title(host) => self.host(host, number, facts),
            Line::Head => self.host(None, number, facts),
            Line::Late(what) => {
                let what = String::from_utf8_lossy(what).replace(char::is_control, "\u{fffd}");
                let why = format!(
                    "{what} was still at work at the next time line: what is below that is of a later moment, and left out"
                );
                facts.notes.push(number, why);
            }
            // in a language that nobody here reads it is each of them: said once, and counted
            Line::Undated if self.undated => facts.rejects.count += 1,
            Line::Undated => {
                self.undated = true;
                facts
                    .rejects
                    .push(number, "a time line whose time cannot be read: what is below is left out");
            }
        }
    }

    fn host(&mut self, host: Option<&str>, line: u32, facts: &mut Facts) {
        let named = host.or_else(|| named(&facts.path)).filter(|_| !self.named).map(str::to_owned);
        if let Some(name) = named {
            self.named = true;
            facts.clues.push(Clue::Host { name, line });
        }
    }
}

#[cfg(test)]
mod tests;
