//! The words for a number, a unit and a time, so that page, chart, summary and terminal never disagree.
//!
//! At most three figures (integers from 100), exact counts with thousands commas, a narrow no-break space
//! before a unit, and never a `0.00` that would read as "nothing": what is too small says so in words.

mod span;

use super::report::effect::{Side, SideState};
pub use span::{clock, dated, duration, instant, same_day, window};

/// Narrow no-break space, before `/s` and `%`.
pub const THIN: char = '\u{202f}';
/// No-break space, between a number and a word.
pub const NBSP: char = '\u{a0}';
/// What stands for a value that is not a number.
pub const UNKNOWN: &str = "unknown";

/// A rate per second: `269 /s`, `57.9 /s`, `12.3 k/s`; below 0.01/s per minute, hour or day.
#[must_use]
pub fn rate(per_second: f64) -> String {
    if !per_second.is_finite() {
        return UNKNOWN.to_owned();
    }
    if per_second == 0.0 {
        return format!("0{THIN}/s");
    }
    if per_second.abs() >= 0.01 {
        return format!("{}/s", spaced(per_second));
    }
    // a rate that needs another unit gets the first in which it is one or more: 2.51 /h, not 0.04 /min
    for (seconds, unit) in [(60.0, "/min"), (3_600.0, "/h")] {
        if (per_second * seconds).abs() >= 1.0 {
            return format!("{}{unit}", spaced(per_second * seconds));
        }
    }
    let a_day = per_second * 86_400.0;
    if a_day.abs() >= 0.01 {
        return format!("{}/d", spaced(a_day));
    }
    format!("under 0.01{THIN}/d")
}

/// A value and its unit: `/…` and `%` behind a narrow space, words behind a no-break space. A unit that is
/// a rate in words (`segments/s`) keeps the scaling of [`rate`] only when it is plain `/s`.
#[must_use]
pub fn quantity(value: f64, unit: &str) -> String {
    match unit {
        _ if !value.is_finite() => UNKNOWN.to_owned(),
        "/s" => rate(value),
        "" => exact(value),
        "%" => format!("{}{THIN}%", figures(value)),
        "B" => memory(value),
        _ if unit.starts_with('/') => format!("{}{unit}", spaced(value)),
        _ => format!("{}{NBSP}{unit}", exact(value)),
    }
}

/// As [`quantity`] but short, for the end of a scale: `200 k/s`, `10 k connections`.
#[must_use]
pub fn tick(value: f64, unit: &str) -> String {
    match unit {
        "" => figures(value),
        _ if unit.starts_with(char::is_alphabetic) && unit != "B" && value.is_finite() => {
            format!("{}{NBSP}{unit}", figures(value))
        }
        _ => quantity(value, unit),
    }
}

/// Things that were counted are whole and stay exact; a mean of them is not and gets three figures.
fn exact(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { count(value) } else { figures(value) }
}

/// At most three figures: `0.04`, `5.49`, `57.9`, `1,230`, `12.3 k`, `1.23 M`.
#[must_use]
pub fn figures(value: f64) -> String {
    let text = spaced(value);
    text.trim_end_matches(THIN).to_owned()
}

/// [`figures`] with the narrow space that a unit needs: before the prefix (`12.3 k`), or at the end (`269 `).
fn spaced(value: f64) -> String {
    if !value.is_finite() {
        return UNKNOWN.to_owned();
    }
    let size = value.abs();
    let sign = if value < 0.0 { "\u{2212}" } else { "" };
    if size > 0.0 && size < 0.005 {
        return format!("{sign}under 0.01{THIN}");
    }
    // 9,995 and not 10,000: what rounds up to 10,000 is already written with a prefix
    if size < 9_995.0 {
        return format!("{sign}{}{THIN}", plain(size));
    }
    for (scale, prefix) in [(1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T"), (1e15, "P")] {
        if size < scale * 999.5 {
            return format!("{sign}{}{THIN}{prefix}", plain(size / scale));
        }
    }
    // no scientific notation: what is larger than any counter says so
    format!("{sign}over 999{THIN}P")
}

/// Three figures of a value from 0 to 9,995.
fn plain(size: f64) -> String {
    if size >= 999.5 {
        return grouped(&format!("{:.0}", (size / 10.0).round() * 10.0));
    }
    let decimals = if size >= 99.95 {
        0
    } else if size >= 9.995 {
        1
    } else if !(0.1..0.9995).contains(&size) {
        2
    } else {
        3
    };
    let text = format!("{size:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// An exact count: `28,005`. A count that is not whole (a mean) gets three figures.
#[must_use]
pub fn count(value: f64) -> String {
    if !value.is_finite() {
        return UNKNOWN.to_owned();
    }
    if value.fract() != 0.0 {
        return figures(value);
    }
    let sign = if value < 0.0 { "\u{2212}" } else { "" };
    format!("{sign}{}", grouped(&format!("{:.0}", value.abs())))
}

/// An exact count of things: `1 sample`, `300 samples`.
#[must_use]
pub fn things(number: u64, singular: &str, plural: &str) -> String {
    let word = if number == 1 { singular } else { plural };
    format!("{}{NBSP}{word}", grouped(&number.to_string()))
}

/// A whole number with thousands commas; anything else unchanged, for a setting may be a list or a word.
#[must_use]
pub fn setting(value: &str) -> String {
    let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    if digits && !value.starts_with('0') { grouped(value) } else { value.to_owned() }
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `×5.5`, `×0.97`, `×318`; below one also `×`, never `÷`.
#[must_use]
pub fn ratio(value: f64) -> String {
    if !value.is_finite() || value < 0.0 {
        return UNKNOWN.to_owned();
    }
    if value < 0.000_95 {
        return "under ×0.001".to_owned();
    }
    if value >= 9_995.0 {
        return "over ×10,000".to_owned();
    }
    let decimals = match value {
        v if v < 0.0095 => 4,
        v if v < 0.095 => 3,
        v if v < 1.995 => 2,
        v if v < 9.95 => 1,
        _ => return format!("×{}", plain(value.round())),
    };
    let text = format!("{value:.decimals$}");
    format!("×{}", text.strip_suffix(".0").unwrap_or(&text))
}

/// A share of traffic: `1.2 %` from one in a hundred, else `120 per million`.
#[must_use]
pub fn share(per_million: f64) -> String {
    if per_million.is_finite() && per_million.abs() >= 10_000.0 {
        format!("{}{THIN}%", figures(per_million / 10_000.0))
    } else {
        quantity(per_million, "per million")
    }
}

/// A fraction of one: `3.4 %`, `106 %`.
#[must_use]
pub fn percent(fraction: f64) -> String {
    quantity(fraction * 100.0, "%")
}

/// `1.5 MB`, in powers of ten.
#[must_use]
pub fn bytes(value: f64) -> String {
    let text = spaced(value);
    if text == UNKNOWN { text } else { text + "B" }
}

/// `1.5 MiB`, in powers of 1,024: memory is made so.
#[must_use]
pub fn memory(value: f64) -> String {
    let mut scaled = value;
    for unit in ["B", "KiB", "MiB", "GiB", "TiB"] {
        if scaled.abs() < 1_023.5 || unit == "TiB" {
            return if scaled.is_finite() {
                format!("{}{THIN}{unit}", figures(scaled))
            } else {
                UNKNOWN.to_owned()
            };
        }
        scaled /= 1_024.0;
    }
    UNKNOWN.to_owned()
}

/// `none in 69 s`: nothing seen, and for how long nothing was seen.
#[must_use]
pub fn none(seconds: f64) -> String {
    if seconds.is_finite() && seconds > 0.0 {
        format!("none in {}", duration(seconds))
    } else {
        "none".to_owned()
    }
}

/// One side of a comparison: `264 /s`, `none in 59 s`, `unknown`.
#[must_use]
pub fn side(side: &Side, unit: &str) -> String {
    match (side.state, side.rate) {
        (SideState::Unknown, _) | (SideState::Measured, None) => UNKNOWN.to_owned(),
        (SideState::None, _) => none(side.seconds),
        (SideState::Measured, Some(value)) => {
            let at_least = if side.lower_bound { "at least " } else { "" };
            format!("{at_least}{}", quantity(value, unit))
        }
    }
}

/// Both sides: `264 /s → none in 59 s`.
#[must_use]
pub fn moved(before: &Side, after: &Side, unit: &str) -> String {
    format!("{} → {}", side(before, unit), side(after, unit))
}

#[cfg(test)]
mod tests;
