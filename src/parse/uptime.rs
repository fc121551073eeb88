//! `uptime` and `/proc/uptime`: how long the counters had been counting.
//!
//! Written by procps (` 11:04:21 up 20 days,  3:04,  2 users,  load average: 0.00, 0.01, 0.05`) and by
//! the kernel (`353.90 700.12`). Bundles keep it as `uptime` in their root and as `proc/uptime`.
//!
//! *Yields* [`Clue::Uptime`]. *Hides* seconds: `uptime` is cut to minutes, and says `up 5 min` or
//! `up 3 days` alone. *Rejects* nothing: a line that is not one of these, or that tells of
//! more than a century, is not taken.

use super::Dump;
use super::lines::Lines;
use crate::model::fact::{Clue, Facts};

/// See the module.
pub const DUMP: Dump = Dump { name: "uptime", begins, open: || Box::new(read) };

fn begins(line: &[u8]) -> bool {
    seconds(line).is_some()
}

fn read(lines: &mut Lines<'_>, facts: &mut Facts) {
    let (line, text) = (lines.number(), lines.next());
    if let Some(seconds) = text.and_then(seconds) {
        let capture = facts.capture();
        facts.clues.push(Clue::Uptime { seconds, capture, line });
    }
}

fn seconds(line: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(line.get(..line.len().min(200))?).ok()?.trim();
    proc_uptime(text).or_else(|| command(text)).filter(|seconds| *seconds < CENTURY)
}

/// In seconds. No Linux has been up that long, and a boot before the epoch would date what it never saw.
const CENTURY: f64 = 3.2e9;

/// `353.90 700.12`: two decimals each, and nothing else.
fn proc_uptime(text: &str) -> Option<f64> {
    let (up, idle) = text.split_once(' ')?;
    let two_decimals = |s: &str| {
        s.split_once('.').is_some_and(|(whole, part)| {
            part.len() == 2
                && (1..=12).contains(&whole.len())
                && (whole.to_owned() + part).bytes().all(|b| b.is_ascii_digit())
        })
    };
    (two_decimals(up) && two_decimals(idle)).then(|| up.parse().ok())?
}

/// `… up 20 days,  3:04,  2 users,  load average: …`.
fn command(text: &str) -> Option<f64> {
    if !text.contains("load average") {
        return None;
    }
    let (_, after) = text.split_once(" up ")?;
    let mut total = 0.0;
    let mut known = false;
    for part in after.split(',').map(str::trim) {
        if part.contains("user") || part.contains("load") {
            break;
        }
        let (number, unit) = part.split_once(' ').unwrap_or((part, ""));
        let seconds = match number.split_once(':') {
            Some((h, m)) => h.trim().parse::<f64>().ok()? * 3_600.0 + m.trim().parse::<f64>().ok()? * 60.0,
            None => number.parse::<f64>().ok()? * unit_seconds(unit.trim())?,
        };
        total += seconds;
        known = true;
    }
    (known && total.is_finite() && total >= 0.0).then_some(total)
}

fn unit_seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "day" | "days" => 86_400.0,
        "hour" | "hours" | "hrs" => 3_600.0,
        "min" | "mins" | "minute" | "minutes" => 60.0,
        "sec" | "secs" | "seconds" => 1.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn both_forms_are_seconds_since_boot() {
        assert_eq!(seconds(b"353.90 700.12"), Some(353.9));
        assert_eq!(
            seconds(b" 11:04:21 up 20 days,  3:04,  2 users,  load average: 0.00, 0.01, 0.05"),
            Some(20.0 * 86_400.0 + 3.0 * 3_600.0 + 4.0 * 60.0)
        );
        assert_eq!(seconds(b" 11:04:21 up 5 min,  1 user,  load average: 0.00, 0.01, 0.05"), Some(300.0));
        assert_eq!(
            seconds(b"11:04:21 up 1 day, 2 min, 1 user, load average: 0.00, 0.01, 0.05"),
            Some(86_520.0)
        );
    }

    #[test]
    fn other_lines_are_not_taken() {
        for line in [
            "",
            "1 2",
            "1.5 2.5",
            "nf_conntrack up 3 days",
            "up up, load average",
            "-1.00 2.00",
            "999999999999.99 1.00",
        ] {
            assert_eq!(seconds(line.as_bytes()), None, "{line}");
        }
    }
}
