//! Logs that were rotated: `messages`, `messages-20260301.gz`, `syslog.2.gz` are one log. The older file ends before
//! the newer one begins, and a date in a name is the day on which the file was put away: both say which year a stamp
//! without one can have at the latest.

use super::{HostClock, Input, Years, year};
use crate::model::fact::Clue;
use crate::model::stamp::Stamp;
use crate::model::time::Time;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How old a file of a chain is; newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Age {
    /// Still being written.
    Live,
    /// `.1`, `.2.gz`.
    Number(u32),
    /// `-20260301`.
    Day(Reverse<NaiveDate>),
}

/// What may stand behind a rotated file's name.
const PACKED: [&str; 6] = [".gz", ".xz", ".bz2", ".zst", ".Z", ".lzma"];

/// The name that a chain shares, with its folder, and the age of this file.
pub(super) fn link(path: &str) -> (String, Age) {
    let name = PACKED.iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path);
    if let Some((stem, number)) = name.rsplit_once('.')
        && (1..=3).contains(&number.len())
        && let Ok(number) = number.parse()
    {
        return (stem.to_owned(), Age::Number(number));
    }
    // `app-20260301.log` is what `extension .log` makes of `app.log`
    let (name, extension) = name.strip_suffix(".log").map_or((name, ""), |name| (name, ".log"));
    // `dateformat -%Y%m%d-%s`
    let seconds = |end: &str| end.len() == 10 && end.bytes().all(|b| b.is_ascii_digit());
    let dated = name.rsplit_once('-').filter(|(_, end)| seconds(end)).map_or(name, |(dated, _)| dated);
    let day = dated.rsplit_once(['-', '_', '.']).filter(|(_, day)| day.len() == 8);
    let day = day.and_then(|(stem, day)| Some((stem, NaiveDate::parse_from_str(day, "%Y%m%d").ok()?)));
    match day {
        Some((stem, day)) => (format!("{stem}{extension}"), Age::Day(Reverse(day))),
        None => (format!("{name}{extension}"), Age::Live),
    }
}

/// The name of a log without its folder and what rotation put behind it: `kern.log` of `var/log/kern.log.2.gz`.
#[must_use]
pub fn log_name(path: &str) -> String {
    let (name, _) = link(path);
    name.rsplit('/').next().unwrap_or(&name).to_owned()
}

impl HostClock {
    /// Learns the latest time that each file of a chain can hold, from the newest file to the oldest.
    pub(super) fn learn_chains(&mut self, inputs: &[Input<'_>]) {
        let is_log = |input: &&Input<'_>| input.facts.clues.iter().any(|c| matches!(c, Clue::LogSpan { .. }));
        let mut chains: BTreeMap<String, Vec<(Age, &Input<'_>)>> = BTreeMap::new();
        for input in inputs.iter().filter(is_log) {
            let (stem, age) = link(input.path);
            chains.entry(stem).or_default().push((age, input));
        }
        for mut chain in chains.into_values() {
            chain.sort_by_key(|(age, _)| *age);
            let mut newer: Option<NaiveDateTime> = None;
            for (age, input) in chain {
                let put_away = match age {
                    Age::Day(Reverse(day)) => day.succ_opt().map(|next| next.and_time(NaiveTime::MIN)),
                    _ => None,
                };
                if let Some(limit) = [newer, put_away].into_iter().flatten().min() {
                    self.limits.insert(input.path.to_owned(), limit);
                }
                newer = self.begins(input).or(newer);
            }
        }
    }

    /// The first line's reading.
    fn begins(&self, input: &Input<'_>) -> Option<NaiveDateTime> {
        let first = input.facts.clues.iter().find_map(|clue| match clue {
            Clue::LogSpan { first, .. } => Some(first),
            _ => None,
        });
        match first? {
            Stamp::Wall(wall) => {
                let year = wall.year.or_else(|| self.years(input).by_line.get(&Years::FIRST).copied());
                year::local(wall, year?)
            }
            Stamp::Instant(micros) => Some(Time(*micros).utc()?.naive_utc()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Age, link};
    use chrono::NaiveDate;
    use std::cmp::Reverse;

    #[test]
    fn names_of_one_log_share_a_stem() {
        let day = |y, m, d| Age::Day(Reverse(NaiveDate::from_ymd_opt(y, m, d).unwrap()));
        for (path, stem, age) in [
            ("var/log/messages", "var/log/messages", Age::Live),
            ("var/log/messages-20260301", "var/log/messages", day(2026, 3, 1)),
            ("var/log/messages-20260301.gz", "var/log/messages", day(2026, 3, 1)),
            ("var/log/messages-20260301-1772323200.xz", "var/log/messages", day(2026, 3, 1)),
            ("var/log/syslog.2.gz", "var/log/syslog", Age::Number(2)),
            ("var/log/kern.log", "var/log/kern.log", Age::Live),
            ("var/log/kern.log.1", "var/log/kern.log", Age::Number(1)),
            ("app-20260301.log.zst", "app.log", day(2026, 3, 1)),
            ("messages-20261301", "messages-20261301", Age::Live),
        ] {
            assert_eq!(link(path), (stem.to_owned(), age), "{path}");
        }
        let mut ages = [day(2025, 12, 28), Age::Number(2), Age::Live, day(2026, 1, 4), Age::Number(10)];
        ages.sort();
        assert_eq!(ages, [Age::Live, Age::Number(2), Age::Number(10), day(2026, 1, 4), day(2025, 12, 28)]);
    }
}
