//! Words for spans and instants, in UTC.

use super::{NBSP, UNKNOWN, figures, grouped};
use crate::model::time::Time;

/// Two units at most: `69 s`, `5 min 1 s`, `6 h 10 min`, `24 h`, `20 d`.
#[must_use]
#[allow(clippy::cast_possible_truncation)] // checked to be below 10^12 seconds
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || !(0.0..1e12).contains(&seconds) {
        return UNKNOWN.to_owned();
    }
    if seconds > 0.0 && seconds < 0.9995 {
        return format!("{}{NBSP}ms", figures(seconds * 1e3));
    }
    if seconds < 9.95 {
        let text = format!("{seconds:.1}");
        return format!("{}{NBSP}s", text.strip_suffix(".0").unwrap_or(&text));
    }
    let total = seconds.round() as i64;
    // the smaller unit is dropped where it no longer matters: at ten of the larger one … except seconds,
    // which brackets and samples are made of
    match total {
        0..180 => format!("{total}{NBSP}s"),
        180..3_600 => pair(total / 60, "min", total % 60, "s"),
        3_600..172_800 => {
            let minutes = (total + 30) / 60;
            pair(minutes / 60, "h", minutes % 60, "min")
        }
        _ => {
            let hours = (total + 1_800) / 3_600;
            if hours >= 240 {
                format!("{}{NBSP}d", grouped(&((hours + 12) / 24).to_string()))
            } else {
                pair(hours / 24, "d", hours % 24, "h")
            }
        }
    }
}

fn pair(large: i64, large_unit: &str, small: i64, small_unit: &str) -> String {
    if small == 0 {
        format!("{large}{NBSP}{large_unit}")
    } else {
        format!("{large}{NBSP}{large_unit} {small}{NBSP}{small_unit}")
    }
}

/// `20 Nov 2026, 09:13:21`, in UTC.
#[must_use]
pub fn instant(time: Time) -> String {
    time.format("%-d\u{a0}%b\u{a0}%Y, %H:%M:%S")
}

/// `09:13:21–09:13:31`; one instant alone where both are equal; with days where they differ.
#[must_use]
pub fn clock(from: Time, to: Time) -> String {
    if from == to || from.hms() == to.hms() && same_day(from, to) {
        from.hms()
    } else if same_day(from, to) {
        format!("{}–{}", from.hms(), to.hms())
    } else {
        dated(from, to)
    }
}

/// Seconds from which on a report is of several days, so that an hour alone tells nothing.
const SEVERAL_DAYS: f64 = 129_600.0;

/// Whether a window is of several days.
#[must_use]
pub fn of_days(from: Time, to: Time) -> bool {
    to.seconds_since(from) > SEVERAL_DAYS
}

/// `09:13:21`; `20 Nov 09:13:21` in a report of several days.
#[must_use]
pub fn moment(time: Time, dated: bool) -> String {
    if dated { time.format("%-d\u{a0}%b\u{a0}%H:%M:%S") } else { time.hms() }
}

/// As [`clock`], but always with the day: `20 Nov 09:13:21–09:13:31`.
#[must_use]
pub fn dated(from: Time, to: Time) -> String {
    let day = "%-d\u{a0}%b\u{a0}%H:%M:%S";
    if from == to {
        from.format(day)
    } else if same_day(from, to) {
        format!("{}–{}", from.format(day), to.hms())
    } else {
        format!("{} – {}", from.format(day), to.format(day))
    }
}

/// A window in full: `20 Nov 2026, 09:12:10–09:17:11 UTC`. Seconds are left out from two days on.
#[must_use]
pub fn window(from: Time, to: Time) -> String {
    if from == to {
        return format!("{} UTC", instant(from));
    }
    if same_day(from, to) {
        return format!("{}–{} UTC", instant(from), to.hms());
    }
    if to.seconds_since(from) < 172_800.0 {
        return format!("{} – {} UTC", instant(from), instant(to));
    }
    let day = "%-d\u{a0}%b\u{a0}%Y, %H:%M";
    format!("{} – {} UTC", from.format(day), to.format(day))
}

/// True when both fall on one UTC day.
#[must_use]
pub fn same_day(from: Time, to: Time) -> bool {
    from.0.div_euclid(86_400_000_000) == to.0.div_euclid(86_400_000_000)
}
