//! `last -x`, `last reboot`: the boots that wtmp remembers, and which kernel each started.
//!
//! ```text
//! alice    pts/1        10.0.0.6         Fri Nov 20 10:15    gone - no logout
//! reboot   system boot  6.1.0-18-amd64   Fri Nov 20 10:10   still running
//!
//! wtmp begins Tue Dec 30 09:00:01 2025
//! ```
//!
//! Kept by bundles as `sos_commands/last/last`. The newest row is the first. *Yields* an act for each boot with the
//! kernel it started, and a tie of the kernel's clock, where seconds are printed (`-F`, `--time-format iso`): without
//! them a boot is known to the minute only. *Hides* logins, run levels, shutdowns, and how long each lasted. *Keeps
//! unnamed* the zone. Years are printed with `-F` only: of other rows the last line tells when wtmp begins, and each
//! row above takes the next year in which its day of the week falls on its date. Kernels may be cut after sixteen
//! characters: an ellipsis then says so. *Rejects* boots without a readable date; a note tells of rows without a year.

use crate::model::act::{Act, Action, Outcome, Way};
use crate::model::fact::{Clue, Facts};
use crate::model::stamp::{Stamp, Wall};
use crate::parse::lines::Lines;
use crate::parse::syslog::cut;
use crate::parse::{Dump, stamp};
use chrono::{Datelike, NaiveDate, Weekday};

/// See the module.
pub const LAST: Dump = Dump { name: "last -x", begins, open: || Box::new(read) };

/// What `last` leaves of a kernel's release without `-w`.
const CUT: usize = 16;

/// What stands behind the time that a session began.
const ENDS: [&str; 3] = ["still", "gone", "-"];

#[derive(Debug)]
struct Row<'a> {
    at: When,
    /// Of a boot: its kernel, empty where none is printed.
    booted: Option<&'a str>,
}

#[derive(Clone, Debug, PartialEq)]
enum When {
    /// A whole time.
    Stamp(Stamp),
    /// `Fri Nov 20 10:15`.
    Yearless {
        weekday: Weekday,
        month: u32,
        day: u32,
        micros: i64,
    },
    Unreadable,
}

fn begins(line: &[u8]) -> bool {
    let ends = |text: &[u8]| memchr::memmem::find(line, text).is_some();
    (ends(b" still ") || ends(b" gone - ") || ends(b" - ")) && row(line).is_some()
}

/// A row: a user or `reboot`, where, from where, since when.
fn row(line: &[u8]) -> Option<Row<'_>> {
    let text = std::str::from_utf8(line.get(..line.len().min(400))?).ok()?;
    (!text.starts_with(' ')).then_some(())?;
    let words: Vec<&str> = text.split_whitespace().collect();
    // a user, a terminal and perhaps a host; `system boot` and a kernel; `(to lvl 5)` and a kernel
    let most = match *words.first()? {
        "reboot" | "shutdown" => 4,
        "runlevel" => 5,
        _ => 3,
    };
    let (at, first, behind) = (1..words.len().min(most + 1)).find_map(|i| {
        let (at, taken) = when(&words[i..])?;
        Some((at, i, i + taken))
    })?;
    let ends = words.get(behind);
    let kind = (words.first().copied(), words.get(1).copied());
    let system = matches!(kind, (Some("reboot" | "shutdown"), Some("system")));
    (ends.is_some_and(|word| ENDS.contains(word)) || (ends.is_none() && system)).then_some(())?;
    let booted = (kind == (Some("reboot"), Some("system")) && words.get(2) == Some(&"boot")).then(|| {
        let last = words.last().filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        // `last -a` has it at the end
        if first > 3 { words[3] } else { last.copied().unwrap_or_default() }
    });
    Some(Row { at, booted })
}

/// A time at the beginning of some words, and how many they are.
fn when(words: &[&str]) -> Option<(When, usize)> {
    let first = words.first()?;
    if first.get(10..11) == Some("T") {
        return Some((When::Stamp(stamp::separator(first.as_bytes())?), 1));
    }
    let weekday: Weekday = first.parse().ok().filter(|_| first.len() == 3)?;
    let year = words.get(4).filter(|y| y.len() == 4 && y.bytes().all(|b| b.is_ascii_digit()));
    if year.is_some() {
        let whole = words.get(..5)?.join(" ");
        return Some((stamp::separator(whole.as_bytes()).map_or(When::Unreadable, When::Stamp), 5));
    }
    // of a leap year, so that every day of the calendar is one
    let whole = format!("{} {} {}:00 2000", words.get(1)?, words.get(2)?, words.get(3)?);
    let known = (0..7_u8).find_map(|day| {
        let day = Weekday::try_from(day).ok()?;
        stamp::separator(format!("{day} {whole}").as_bytes())
    });
    let when = match known {
        Some(Stamp::Wall(Wall { month, day, micros, .. })) => When::Yearless { weekday, month, day, micros },
        _ => When::Unreadable,
    };
    Some((when, 4))
}

/// `wtmp begins Tue Dec 30 09:00:01 2025`, whatever the file is called.
fn beginning(line: &[u8]) -> Option<Stamp> {
    let text = std::str::from_utf8(line).ok()?;
    let (name, time) = text.split_once(" begins ")?;
    (!name.contains(' ')).then(|| stamp::separator(time.trim().as_bytes())).flatten()
}

fn read(lines: &mut Lines<'_>, facts: &mut Facts) {
    let mut rows: Vec<(u32, &[u8], Row<'_>)> = Vec::new();
    let mut began = None;
    while let Some(line) = lines.peek() {
        if let Some(begins) = beginning(line) {
            began = Some(begins);
            lines.advance();
            break;
        }
        let cut = lines.rest().len() == line.len();
        match row(line) {
            Some(_) if cut => facts.rejects.push(lines.number(), "truncated: the file ends here"),
            Some(row) => rows.push((lines.number(), line, row)),
            None if line.trim_ascii().is_empty() => {}
            None => break,
        }
        lines.advance();
    }
    years(&mut rows, began.as_ref());
    let mut undated = None;
    for (line, text, row) in rows {
        let Some(kernel) = row.booted else { continue };
        let stamp = match row.at {
            When::Stamp(stamp) => stamp,
            When::Unreadable => {
                facts.rejects.push(line, "a boot without a readable date");
                continue;
            }
            When::Yearless { .. } => {
                undated = undated.or(Some(line));
                Stamp::Absent
            }
        };
        boot(stamp, kernel, line, text, facts);
    }
    if let Some(line) = undated {
        facts.notes.push(line, "no year, and no line that says when wtmp begins: boots are not dated");
    }
}

fn boot(stamp: Stamp, kernel: &str, line: u32, text: &[u8], facts: &mut Facts) {
    // whole minutes would draw the boot before its first lines
    let exact = match &stamp {
        Stamp::Wall(wall) => wall.micros % 60_000_000 != 0 || has_seconds(text),
        Stamp::Instant(_) => true,
        _ => false,
    };
    if exact {
        facts.clues.push(Clue::KernelStamp { host: None, stamp: stamp.clone(), uptime: 0.0, line });
    }
    if kernel.is_empty() {
        return;
    }
    let release = if kernel.len() == CUT { format!("{kernel}…") } else { kernel.to_owned() };
    facts.actions.push(Action {
        stamp,
        host: None,
        what: Act::Kernel(release),
        way: Way::Boot,
        user: None,
        outcome: Outcome::Done,
        line,
        text: cut(text),
    });
}

fn has_seconds(text: &[u8]) -> bool {
    text.windows(9).any(|w| w[0] == b' ' && w[3] == b':' && w[6] == b':' && w[8].is_ascii_digit())
}

/// Gives rows their years, from the last one up. Clocks are set back at times, so a row may be a day before the one
/// below it.
fn years(rows: &mut [(u32, &[u8], Row<'_>)], began: Option<&Stamp>) {
    let mut before = match began {
        Some(Stamp::Wall(Wall { year: Some(year), month, day, .. })) => {
            NaiveDate::from_ymd_opt(*year, *month, *day)
        }
        _ => None,
    };
    for (_, _, row) in rows.iter_mut().rev() {
        match row.at.clone() {
            When::Stamp(Stamp::Wall(Wall { year: Some(year), month, day, .. })) => {
                before = NaiveDate::from_ymd_opt(year, month, day);
            }
            When::Yearless { weekday, month, day, micros } => {
                let Some(below) = before else { continue };
                let fits = |date: &NaiveDate| date.weekday() == weekday && (*date - below).num_days() >= -1;
                // the same date falls on the same day of the week again within twelve years
                let found = (below.year() - 1..below.year() + 12)
                    .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
                    .find(fits);
                let Some(date) = found else { continue };
                before = Some(date.max(below));
                let year = Some(date.year());
                row.at = When::Stamp(Stamp::Wall(Wall { year, month, day, micros, zone: None }));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{begins, read};
    use crate::model::fact::Facts;
    use crate::model::stamp::Stamp;
    use crate::parse::lines::Lines;

    fn boots(text: &str) -> (Vec<Option<i32>>, Facts) {
        let mut facts = Facts::default();
        read(&mut Lines::new(text.as_bytes(), 1), &mut facts);
        let year = |stamp: &Stamp| match stamp {
            Stamp::Wall(wall) => wall.year,
            _ => None,
        };
        (facts.actions.iter().map(|a| year(&a.stamp)).collect(), facts)
    }

    #[test]
    fn the_day_of_the_week_tells_the_year() {
        let rows = "reboot   system boot  6.1.0-28-cloud-a Fri Nov 20 10:10   still running\n\
                    reboot   system boot  6.1.0-18-amd64   Sat Feb 28 23:01   still running\n\
                    reboot   system boot  6.1.0-13-amd64   Tue Dec 30 09:00 - 23:00 (60+13:59)\n\n";
        let (years, facts) = boots(&format!("{rows}wtmp begins Tue Dec 30 09:00:01 2025\n"));
        assert_eq!(years, [Some(2026), Some(2026), Some(2025)]);
        assert_eq!((facts.notes.count, facts.clues.len()), (0, 0), "minutes tie no clock");
        let (years, facts) = boots(rows);
        assert_eq!((years, facts.notes.count), (vec![None; 3], 1));
    }

    #[test]
    fn logs_are_no_rows() {
        for line in [
            "Fri Nov 20 10:10:00 2026 - x",
            "Nov 20 09:12:10 web1 app: Fri Nov 20 10:10 - x",
            "bob pts/0 says Fri Nov 20 10:10:00 2026 is late - or not",
            " reboot   system boot  6.1.0-18-amd64   Sat Feb 28 23:01   still running",
        ] {
            assert!(!begins(line.as_bytes()), "{line}");
        }
        assert!(begins(b"bob      pts/0        10.0.0.5         Thu Nov 19 09:05 - crash (1+01:05)"));
    }
}
