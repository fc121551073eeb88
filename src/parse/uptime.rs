//! `uptime`, `/proc/uptime` and `/proc/loadavg`: how long the counters had been counting, and the load.
//!
//! Written by procps (` 11:04:21 up 20 days,  3:04,  2 users,  load average: 0.00, 0.01, 0.05`) and by
//! the kernel (`353.90 700.12`; `0.10 0.01 0.05 1/234 5678`). Bundles keep it as `uptime` in their root, as
//! `proc/uptime` and `proc/loadavg`.
//!
//! *Yields* [`Clue::Uptime`], and the gauges `load.1`, `load.5`, `load.15`. *Hides* seconds: `uptime` is cut to
//! minutes, and says `up 5 min` or `up 3 days` alone; of `loadavg` the tasks and the last process.
//! *Rejects* nothing: a line that is not one of these, or that tells of more than a century, is not taken, nor
//! loads that the end of the file may have cut.

use super::Dump;
use super::intern::Intern;
use super::lines::Lines;
use crate::model::fact::{Clue, Facts, Kind};

/// See the module.
pub const DUMP: Dump = Dump { name: "uptime", begins, open: || Box::new(Uptime(Intern::new(Kind::Gauge))) };

fn begins(line: &[u8]) -> bool {
    seconds(line).is_some() || averages(line).is_some()
}

/// State of the reader: the series met.
struct Uptime(Intern);

impl super::Reader for Uptime {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let (line, ended) = (lines.number(), !lines.rest().is_empty() && lines.rest().contains(&b'\n'));
        let text = lines.next().unwrap_or_default();
        if let Some(seconds) = seconds(text) {
            let capture = facts.capture();
            facts.clues.push(Clue::Uptime { seconds, capture, line });
        }
        let loads = load(text).filter(|_| ended).or_else(|| averages(text));
        for (metric, value) in ["load.1", "load.5", "load.15"].into_iter().zip(loads.into_iter().flatten()) {
            self.0.measure(metric, "", value, line, facts);
        }
    }
}

/// The three behind `load average:`, in some languages `0,00, 0,01, 0,05`.
fn load(line: &[u8]) -> Option<[f64; 3]> {
    let text = std::str::from_utf8(line.get(..line.len().min(200))?).ok()?;
    let (_, text) = text.split_once("load average")?;
    let numbers = text.trim_start_matches(['s', ':']).split_whitespace().map(hundredths);
    numbers.collect::<Option<Vec<f64>>>()?.try_into().ok()
}

/// `/proc/loadavg`.
fn averages(line: &[u8]) -> Option<[f64; 3]> {
    let text = std::str::from_utf8(line.get(..line.len().min(80))?).ok()?;
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let [one, five, fifteen, tasks, last] = words[..] else { return None };
    let (running, all) = tasks.split_once('/')?;
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let point = |s: &str| hundredths(s).filter(|_| s.contains('.') && !s.ends_with(','));
    (digits(running) && digits(all) && digits(last)).then_some([point(one)?, point(five)?, point(fifteen)?])
}

/// A number with two decimals, and perhaps the comma behind it.
fn hundredths(word: &str) -> Option<f64> {
    let word = word.strip_suffix(',').unwrap_or(word).replace(',', ".");
    let (whole, part) = word.split_once('.')?;
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    (digits(whole) && digits(part) && part.len() == 2 && whole.len() < 8).then(|| word.parse().ok())?
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
    use super::{averages, load, seconds};

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
    fn loads_are_three_in_either_form() {
        let loads = Some([0.0, 0.01, 12.05]);
        assert_eq!(load(b" 11:04:21 up 1 min,  1 user,  load average: 0.00, 0.01, 12.05"), loads);
        assert_eq!(load(b" 11:04:21 up 1 min,  1 user,  load average: 0,00, 0,01, 12,05"), loads);
        assert_eq!(averages(b"0.00 0.01 12.05 1/234 5678"), loads);
        for none in ["0.00 0.01 0.05 1/234", "0.00 0.01 0.05 1 5678", "1 2 3 1/2 3", "0,00 0,01 0,05 1/2 3"] {
            assert_eq!(averages(none.as_bytes()), None, "{none}");
        }
        assert_eq!(load(b"load average: 0.00, 0.01"), None);
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
