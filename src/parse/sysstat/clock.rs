//! The time at the beginning of a line of `sar`, and its half of the day.

use crate::parse::moment::DAY;

/// What stands between hours, minutes and seconds, and behind them, in the locales of the world.
const HOURS: [&str; 5] = [":", ".", "時", "时", "시 "];
const MINUTES: [&str; 5] = [":", ".", "分", "分", "분 "];
const SECONDS: [&str; 5] = ["", "", "秒", "秒", "초"];

/// Microseconds since midnight (or noon), and how many bytes that took.
#[must_use]
pub fn time(line: &[u8]) -> Option<(i64, usize)> {
    let number = |at: usize| match line.get(at..at + 2)? {
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some(i64::from(a - b'0') * 10 + i64::from(b - b'0')),
        _ => None,
    };
    let hour = number(0).filter(|h| *h < 24)?;
    let form = HOURS.iter().position(|form| line[2..].starts_with(form.as_bytes()))?;
    let at = 2 + HOURS[form].len();
    let minute = number(at).filter(|m| *m < 60)?;
    line[at + 2..].starts_with(MINUTES[form].as_bytes()).then_some(())?;
    let at = at + 2 + MINUTES[form].len();
    let second = number(at).filter(|s| *s <= 60)?;
    line[at + 2..].starts_with(SECONDS[form].as_bytes()).then_some(())?;
    let end = at + 2 + SECONDS[form].len();
    let ends = line.get(end).is_none_or(u8::is_ascii_whitespace);
    ends.then_some(((hour * 3600 + minute * 60 + second) * 1_000_000, end))
}

/// What an AM or PM makes of a time on a 12-hour clock; `None` when its language is not known.
#[must_use]
pub fn halved(micros: i64, half: &str) -> Option<i64> {
    const AM: [&str; 9] = ["am", "a. m.", "a.m.", "上午", "午前", "오전", "πμ", "پ.چ", "पूर्वाह्न"];
    const PM: [&str; 9] = ["pm", "p. m.", "p.m.", "下午", "午後", "오후", "μμ", "د.ن", "अपराह्न"];
    let half = half.to_lowercase().replace(['\u{a0}', '\u{202f}'], " ");
    let afternoon = if PM.contains(&half.as_str()) {
        true
    } else if AM.contains(&half.as_str()) {
        false
    } else {
        return None;
    };
    let hour = micros / 3_600_000_000;
    let midnight = if hour == 12 { micros - DAY / 2 } else { micros };
    (hour <= 12).then_some(if afternoon { midnight + DAY / 2 } else { midnight })
}

/// Days since the head's date: a time that falls by more than half a day has passed midnight. One that falls by
/// less is a clock that was set back.
#[derive(Clone, Copy, Debug, Default)]
pub struct Days {
    passed: i64,
    last: i64,
}

impl Days {
    /// Microseconds since the head's midnight.
    pub fn since(&mut self, micros: i64) -> i64 {
        if micros + DAY / 2 < self.last {
            self.passed += 1;
        }
        self.last = micros;
        self.passed * DAY + micros
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn every_locale_has_hours_minutes_and_seconds() {
        let nine = 33_130 * SECOND;
        for (line, length) in [
            ("09:12:10        CPU", 8),
            ("09.12.10        CPU", 8),
            ("09時12分10秒     CPU", 15),
            ("09시 12분 10초     CPU", 17),
            ("09:12:10", 8),
        ] {
            assert_eq!(time(line.as_bytes()), Some((nine, length)), "{line}");
        }
        for line in ["9:12:10", "09:12", "09:12:1", "24:00:00 x", "09:60:00 x", "09:12:100", "2026-11-20", ""]
        {
            assert_eq!(time(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn noon_is_pm_and_midnight_am() {
        let hour = 3600 * SECOND;
        assert_eq!(halved(12 * hour, "PM"), Some(12 * hour));
        assert_eq!(halved(12 * hour, "AM"), Some(0));
        assert_eq!(halved(3 * hour, "午後"), Some(15 * hour));
        assert_eq!(halved(3 * hour, "p. m."), Some(15 * hour));
        assert_eq!(halved(3 * hour, "x"), None);
        assert_eq!(halved(15 * hour, "PM"), None);
    }

    #[test]
    fn a_clock_set_back_is_not_a_new_day() {
        let mut days = Days::default();
        let hour = 3600 * SECOND;
        assert_eq!(days.since(3 * hour), 3 * hour);
        assert_eq!(days.since(2 * hour), 2 * hour);
        assert_eq!(days.since(23 * hour), 23 * hour);
        assert_eq!(days.since(SECOND), DAY + SECOND);
    }
}
