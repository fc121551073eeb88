//! The line above a report: kernel, host and the date, in the form of the locale that `sar` ran in.

use crate::parse::moment::midnight;

/// The first line of `sar` and `mpstat`.
#[derive(Clone, Debug, PartialEq)]
pub struct Head<'a> {
    /// `uname -n`.
    pub host: &'a str,
    /// The date as written: three numbers.
    pub date: Date,
}

/// Three numbers, in an order that the locale chose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Date {
    parts: [u32; 3],
    /// The year has four figures.
    full: bool,
    slash: bool,
    year_first: bool,
}

/// What else shows the locale.
#[derive(Clone, Copy, Debug, Default)]
pub struct Form {
    /// Times have an AM or PM.
    pub half_days: bool,
    /// Numbers are written `1,50`.
    pub comma: bool,
}

/// How sure a date is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Day {
    /// Midnight, in microseconds since 1970 of the host's clock.
    Known(i64),
    /// Month first, as the C locale writes it; day first would be another date.
    Supposed(i64),
}

/// `Linux 5.14.0 (web1) <tab>11/20/26 <tab>_x86_64_<tab>(4 CPU)`.
#[must_use]
pub fn head(line: &[u8]) -> Option<Head<'_>> {
    let line = std::str::from_utf8(line.strip_prefix(b"Linux ")?).ok()?;
    let (_, rest) = line.split_once(" (")?;
    let (host, rest) = rest.split_once(')')?;
    let rest = rest.strip_prefix([' ', '\t'])?.trim_start();
    let date = rest.split('\t').next()?.trim_end();
    let behind = rest[date.len()..].trim_start();
    let named = !host.is_empty() && !host.contains(char::is_whitespace);
    (named && (behind.is_empty() || behind.starts_with('_')))
        .then(|| Date::read(date))?
        .map(|date| Head { host, date })
}

impl Date {
    /// `11/20/2026`, `20.11.26`, `2026-11-20`, `2026年11月20日`.
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
        let found = [parts.next()?, parts.next()?, parts.next()?];
        let strange = |c: char| !(c.is_ascii_digit() || "/.- 年月日년월일".contains(c));
        if parts.next().is_some() || text.contains(strange) || !text.starts_with(|c: char| c.is_ascii_digit())
        {
            return None;
        }
        let year_first = found[0].len() == 4;
        let lengths = found.map(str::len);
        let fits = match lengths {
            [4, 1..=2, 1..=2] => true,
            [1..=2, 1..=2, year] => year == 2 || year == 4,
            _ => false,
        };
        let full = lengths.contains(&4);
        let date = Self {
            parts: found.map(|p| p.parse().unwrap_or(0)),
            full,
            slash: text.contains('/'),
            year_first,
        };
        (fits && date.day(Form::default(), None).is_some()).then_some(date)
    }

    /// The day it is. Month first or day first is decided by what can decide it: a number above 12, a separator
    /// other than `/` (only day first), the day that a file name tells, a 12-hour clock (`en_US`), or what no locale
    /// with the month first has: a 24-hour clock beside a year of four figures, or beside `1,50`.
    #[must_use]
    pub fn day(self, form: Form, named: Option<u32>) -> Option<Day> {
        let [a, b, c] = self.parts;
        if self.year_first {
            return midnight(i32::try_from(a).ok()?, b, c).map(Day::Known);
        }
        let year = i32::try_from(if self.full { c } else { 2000 + c }).ok()?;
        let (month_first, day_first) = (midnight(year, a, b), midnight(year, b, a));
        let (Some(month_first), Some(day_first)) = (month_first, day_first) else {
            return month_first.filter(|_| self.slash).or(day_first).or(month_first).map(Day::Known);
        };
        if a == b || !self.slash {
            return Some(Day::Known(day_first));
        }
        match named {
            Some(day) if day == a => return Some(Day::Known(day_first)),
            Some(day) if day == b => return Some(Day::Known(month_first)),
            _ => {}
        }
        Some(match form {
            Form { half_days: true, .. } => Day::Known(month_first),
            Form { comma: true, .. } => Day::Known(day_first),
            _ if self.full => Day::Known(day_first),
            _ => Day::Supposed(month_first),
        })
    }
}

/// The day of the month in `sar20`, `sa20`, `sar20261120` or `sar20.txt`.
#[must_use]
pub fn named_day(path: &str) -> Option<u32> {
    let file = path.rsplit(['/', '\\']).next()?;
    let rest = file.strip_prefix("sar").or_else(|| file.strip_prefix("sa"))?;
    let rest = rest.trim_start_matches(['-', '_']);
    let figures = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    let day = match figures.len() {
        2 => figures,
        8 => figures.get(6..)?,
        _ => return None,
    };
    day.parse().ok().filter(|day| (1..=31).contains(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(date: &str, half_days: bool, named: Option<u32>) -> Option<Day> {
        let line = format!("Linux 5.14.0-1 (web1) \t{date} \t_x86_64_\t(4 CPU)");
        head(line.as_bytes())?.date.day(Form { half_days, comma: false }, named)
    }

    const NOVEMBER_20: i64 = 1_795_132_800_000_000;
    const NOVEMBER_12: i64 = NOVEMBER_20 - 8 * crate::parse::moment::DAY;

    #[test]
    fn every_form_of_the_date_is_known() {
        for date in [
            "11/20/2026",
            "11/20/26",
            "2026-11-20",
            "20/11/26",
            "20.11.2026",
            "20-11-26",
            "2026年11月20日",
            "20/11/2026",
        ] {
            assert_eq!(day(date, false, None), Some(Day::Known(NOVEMBER_20)), "{date}");
        }
    }

    #[test]
    fn a_date_that_could_be_two_is_decided_by_what_stands_beside_it() {
        assert_eq!(day("11/12/26", false, None), Some(Day::Supposed(NOVEMBER_12)));
        assert_eq!(day("12/11/26", false, Some(12)), Some(Day::Known(NOVEMBER_12)));
        assert_eq!(day("11/12/26", false, Some(12)), Some(Day::Known(NOVEMBER_12)));
        assert_eq!(day("11/12/2026", true, None), Some(Day::Known(NOVEMBER_12)));
        assert_eq!(day("12/11/2026", false, None), Some(Day::Known(NOVEMBER_12)));
        assert_eq!(day("12.11.2026", false, None), Some(Day::Known(NOVEMBER_12)));
        let french = head(b"Linux 5 (web1) \t12/11/26")
            .and_then(|h| h.date.day(Form { comma: true, half_days: false }, None));
        assert_eq!(french, Some(Day::Known(NOVEMBER_12)));
        assert_eq!(named_day("var/log/sa/sar12"), Some(12));
        assert_eq!(named_day("sos_commands/sar/sar20261112"), Some(12));
        assert_eq!(named_day("sarcasm12"), None);
    }

    #[test]
    fn other_first_lines_are_none() {
        for line in [
            "Linux web1 5.10.46 #1 SMP Debian 5.10.46-4 (2021-08-03) x86_64 GNU/Linux",
            "Linux 5.14.0 (web1) \tx \t_x86_64_",
            "Linux 5.14.0 () \t11/20/26",
            "Linux 5.14.0 (web1) \t31/31/26",
            "Linux OSWbb v8.4.0",
            "Linux",
        ] {
            assert_eq!(head(line.as_bytes()), None, "{line}");
        }
        assert!(head(b"Linux 2.6.9-5.EL (web1) \t11/20/26").is_some());
    }
}
