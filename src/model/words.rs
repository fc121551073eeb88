//! The words for a number, a unit and a time, so that page, chart, summary and terminal never disagree.
//!
//! At most three figures (integers from 100), exact counts with thousands commas, a narrow no-break space
//! before a unit, and never a `0.00` that would read as "nothing": what is too small says so in words.

use super::report::effect::{Side, SideState};
use super::time::Time;

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
        "B" => bytes(value),
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
    format!("{sign}{size:.2e}{THIN}")
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
mod tests {
    use super::*;

    /// The narrow and the no-break space, made visible.
    fn shown(text: &str) -> String {
        text.replace(THIN, "_").replace(NBSP, "~")
    }

    #[test]
    fn rates_have_three_figures_and_never_read_as_zero() {
        let cases = [
            (269.4, "269_/s"),
            (57.93, "57.9_/s"),
            (5.5, "5.5_/s"),
            (0.3, "0.3_/s"),
            (0.0435, "0.04_/s"),
            (0.147_18, "0.147_/s"),
            (0.02, "0.02_/s"),
            (0.0007, "2.52_/h"),
            (0.009, "32.4_/h"),
            (0.0001, "8.64_/d"),
            (0.000_001, "0.09_/d"),
            (1e-9, "under 0.01_/d"),
            (0.0, "0_/s"),
            (1_234.0, "1,230_/s"),
            (9_996.0, "10_k/s"),
            (200_000.0, "200_k/s"),
            (999_700.0, "1_M/s"),
            (99.97, "100_/s"),
            (f64::NAN, "unknown"),
            (f64::INFINITY, "unknown"),
        ];
        for (value, text) in cases {
            assert_eq!(shown(&rate(value)), text, "{value}");
        }
    }

    #[test]
    fn counts_are_exact() {
        assert_eq!(count(28_005.0), "28,005");
        assert_eq!(count(-1_000_000.0), "\u{2212}1,000,000");
        assert_eq!(count(0.0), "0");
        assert_eq!(count(2.5), "2.5");
        assert_eq!(setting("262144"), "262,144");
        assert_eq!(setting("4096\t131072\t6291456"), "4096\t131072\t6291456");
        assert_eq!(setting("0644"), "0644");
        assert_eq!(setting("cubic"), "cubic");
        assert_eq!(shown(&things(1, "sample", "samples")), "1~sample");
    }

    #[test]
    fn ratios_are_times_on_both_sides_of_one() {
        let cases = [
            (5.49, "×5.5"),
            (0.97, "×0.97"),
            (1.06, "×1.06"),
            (1.0, "×1.00"),
            (4.0, "×4"),
            (496.6, "×497"),
            (0.004_2, "×0.0042"),
            (0.0, "under ×0.001"),
            (1e6, "over ×10,000"),
            (f64::NAN, "unknown"),
        ];
        for (value, text) in cases {
            assert_eq!(ratio(value), text, "{value}");
        }
    }

    #[test]
    fn durations_use_two_units_at_most() {
        let cases = [
            (0.02, "20~ms"),
            (1.0, "1~s"),
            (2.5, "2.5~s"),
            (69.0, "69~s"),
            (149.4, "149~s"),
            (301.0, "5~min 1~s"),
            (22_200.0, "6~h 10~min"),
            (86_400.0, "24~h"),
            (172_799.0, "48~h"),
            (180_000.0, "2~d 2~h"),
            (1_728_000.0, "20~d"),
            (f64::NAN, "unknown"),
        ];
        for (value, text) in cases {
            assert_eq!(shown(&duration(value)), text, "{value}");
        }
    }

    #[test]
    fn a_range_names_the_day_only_when_it_must() {
        let from = Time::from_secs(1_795_165_930);
        assert_eq!(clock(from, from.plus_seconds(10.0)), "09:12:10–09:12:20");
        assert_eq!(clock(from, from), "09:12:10");
        assert_eq!(shown(&clock(from, from.plus_seconds(86_400.0))), "20~Nov~09:12:10 – 21~Nov~09:12:10");
        assert_eq!(shown(&window(from, from.plus_seconds(301.0))), "20~Nov~2026, 09:12:10–09:17:11 UTC");
    }

    #[test]
    fn zero_and_unknown_are_different_words() {
        let mut it = Side {
            state: SideState::None,
            window: None,
            seconds: 69.0,
            count: Some(0.0),
            rate: Some(0.0),
            peak: None,
            share: None,
            samples: 70,
            at_most: Some(0.0435),
            lower_bound: false,
            note: String::new(),
        };
        assert_eq!(shown(&side(&it, "/s")), "none in 69~s");
        it.state = SideState::Unknown;
        assert_eq!(side(&it, "/s"), "unknown");
    }

    #[test]
    fn small_units_and_shares() {
        assert_eq!(shown(&bytes(1_500_000.0)), "1.5_MB");
        assert_eq!(shown(&bytes(512.0)), "512_B");
        assert_eq!(shown(&share(12_000.0)), "1.2_%");
        assert_eq!(shown(&share(120.4)), "120~per million");
        assert_eq!(shown(&percent(1.0625)), "106_%");
        assert_eq!(shown(&quantity(17.0, "connections")), "17~connections");
        assert_eq!(shown(&quantity(7_265.0, "connections")), "7,265~connections");
        assert_eq!(shown(&quantity(7_265.4, "connections")), "7,270~connections");
        assert_eq!(shown(&tick(200_000.0, "pages")), "200_k~pages");
        assert_eq!(shown(&tick(500.0, "/s")), "500_/s");
    }
}
