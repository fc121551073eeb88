//! How the records of a text are written: as the daemon keeps them, or in the words of `ausearch -i`.

use crate::model::stamp::{Stamp, Wall};
use crate::parse::moment::{DAY, midnight};
use chrono::{DateTime, Datelike};
use memchr::{memchr, memmem};

/// How times and values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Seconds since 1970, text in quotes or in hexadecimal.
    Raw,
    /// The local time in a locale's form, text without quotes.
    Interpreted(Order),
}

/// What stands first in a date with slashes, which does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// `11/20/26`, the C locale and America.
    MonthFirst,
    /// `20/11/26`.
    DayFirst,
}

/// What a text says of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub form: Form,
    /// Both orders fit.
    pub ambiguous: bool,
}

/// The time in the brackets of `msg=audit(…:SERIAL)`.
pub(super) fn inside(line: &[u8]) -> Option<&str> {
    let at = memmem::find(line, b" msg=audit(")? + b" msg=audit(".len();
    let rest = &line[at..];
    let text = std::str::from_utf8(&rest[..memchr(b')', rest)?]).ok()?;
    Some(text.rsplit_once(':')?.0)
}

/// The form of a text. A date with slashes tells its order where one number is above twelve, or where only one order
/// never goes back: records stand in the order of time.
pub(super) fn of(bytes: &[u8]) -> Found {
    let mut fits = [true; 2];
    let mut last = [i64::MIN; 2];
    let (mut slashes, mut seen) = (false, 0_usize);
    let mut before: &str = "";
    for at in memmem::find_iter(bytes, b" msg=audit(") {
        let end = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
        let Some(time) = inside(&bytes[at..end]) else { continue };
        let Some((date, _)) = time.rsplit_once(' ') else {
            if seen == 0 {
                return Found { form: Form::Raw, ambiguous: false };
            }
            continue;
        };
        seen += 1;
        if date == before {
            continue;
        }
        before = date;
        slashes |= date.contains('/');
        for (i, order) in [Order::MonthFirst, Order::DayFirst].into_iter().enumerate() {
            let day = civil(date, order);
            fits[i] &= day.is_some_and(|day| day >= last[i]);
            last[i] = day.unwrap_or(last[i]);
        }
    }
    let order = if fits[1] && !fits[0] { Order::DayFirst } else { Order::MonthFirst };
    Found { form: Form::Interpreted(order), ambiguous: slashes && fits[0] == fits[1] }
}

impl Form {
    /// Microseconds since 1970; of the local clock where it is interpreted.
    pub(super) fn micros(self, time: &str) -> Option<i64> {
        match self {
            Self::Raw => {
                let (seconds, millis) = time.split_once('.')?;
                let (seconds, millis): (i64, i64) = (seconds.parse().ok()?, millis.parse().ok()?);
                // up to 2200, as far as stamps reach
                let known = (0..7_258_118_400).contains(&seconds) && (0..1_000).contains(&millis);
                known.then_some(seconds * 1_000_000 + millis * 1_000)
            }
            Self::Interpreted(order) => {
                let (date, clock) = time.rsplit_once(' ')?;
                Some(civil(date, order)? + of_day(clock)?)
            }
        }
    }

    /// The stamp of what [`Form::micros`] gave.
    pub(super) fn stamp(self, micros: i64) -> Stamp {
        let Self::Interpreted(_) = self else { return Stamp::Instant(micros) };
        let Some(date) = DateTime::from_timestamp_micros(micros) else { return Stamp::Absent };
        let (year, month, day) = (Some(date.year()), date.month(), date.day());
        Stamp::Wall(Wall { year, month, day, micros: micros.rem_euclid(DAY), zone: None })
    }
}

/// Midnight of a date in a locale's short form: three numbers, and between them what the locale puts there.
fn civil(date: &str, order: Order) -> Option<i64> {
    let numbers: Vec<&str> =
        date.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty()).collect();
    let &[a, b, c] = numbers.as_slice() else { return None };
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.len() <= 4);
    let (year, month, day) = match (a.len(), date.contains('/'), order) {
        (4, ..) => (a, b, c),
        (_, true, Order::MonthFirst) => (c, a, b),
        // dots and hyphens stand behind the day first
        _ => (c, b, a),
    };
    let full = i32::try_from(number(year)?).ok()?;
    let year = if year.len() == 4 { full } else { 2_000 + full };
    midnight(year, number(month)?, number(day)?)
}

/// `09:13:26.123`.
fn of_day(clock: &str) -> Option<i64> {
    let (clock, millis) = clock.split_once('.')?;
    let mut parts = clock.split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let millis: i64 = millis.parse().ok()?;
    let shown = parts.next().is_none()
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..60).contains(&second)
        && (0..1_000).contains(&millis);
    shown.then_some(((hour * 60 + minute) * 60 + second) * 1_000_000 + millis * 1_000)
}

/// A value of `ausearch -i`, which has no quotes and reaches to the next name.
pub(super) fn until<'a>(text: &'a [u8], next: &[&str]) -> &'a [u8] {
    let ends = next.iter().filter_map(|name| memmem::find(text, format!(" {name}=").as_bytes()));
    text[..ends.min().unwrap_or(text.len())].trim_ascii_end()
}

#[cfg(test)]
mod tests {
    use super::{Form, Found, Order, of};

    fn found(dates: &[&str]) -> Found {
        let line = |date: &&str| format!("type=CWD msg=audit({date} 09:13:26.123:456) : cwd=/\n");
        of(dates.iter().map(line).collect::<String>().as_bytes())
    }

    #[test]
    fn a_date_with_slashes_tells_its_order_by_a_day_above_twelve_or_by_its_neighbours() {
        for (dates, order, ambiguous) in [
            (["11/20/2026", "11/21/2026"], Order::MonthFirst, false),
            (["20/11/26", "21/11/26"], Order::DayFirst, false),
            (["30/11/26", "01/12/26"], Order::DayFirst, false),
            (["12/10/26", "01/11/26"], Order::DayFirst, false),
            (["01/10/26", "02/10/26"], Order::MonthFirst, true),
            (["20.11.2026", "21.11.2026"], Order::MonthFirst, false),
        ] {
            let form = Form::Interpreted(order);
            assert_eq!(found(&dates), Found { form, ambiguous }, "{dates:?}");
        }
    }

    #[test]
    fn every_locales_date_is_the_same_moment() {
        let month_first = Form::Interpreted(Order::MonthFirst);
        let want = Some(1_795_165_930_000_000);
        for date in [
            "11/20/26",
            "11/20/2026",
            "2026-11-20",
            "20.11.2026",
            "20-11-26",
            "2026年11月20日",
            "2026. 11. 20.",
        ] {
            assert_eq!(month_first.micros(&format!("{date} 09:12:10.000")), want, "{date}");
        }
        assert_eq!(Form::Interpreted(Order::DayFirst).micros("20/11/26 09:12:10.000"), want);
        for garbled in ["20.13.2026 09:12:10.000", "11/20/26 25:12:10.000", "11/20/26 09:12:10", "x y"] {
            assert_eq!(month_first.micros(garbled), None, "{garbled}");
        }
    }
}
