//! Which times get a tick and a label: round ones, few enough to be read. Seconds to weeks are multiples; months and
//! years are the calendar's, which have no one length.

use super::metrics::{bold, width};
use super::scale::Axis;
use crate::model::time::Time;
use chrono::{DateTime, Datelike, NaiveDate};

/// A labelled place on the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub time: Time,
    pub label: String,
    /// At the coarser unit.
    pub strong: bool,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
/// Pixels that a label needs, and most labels.
const ROOM: f64 = 58.0;
const MOST: f64 = 11.0;

/// Distance between labelled ticks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Seconds(i64),
    Months(i32),
}

const SECONDS: [i64; 17] = [
    1,
    5,
    10,
    15,
    30,
    MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    7 * DAY,
    14 * DAY,
];
const MONTHS: [i32; 9] = [1, 3, 6, 12, 24, 60, 120, 600, 1_200];

impl Step {
    /// How long it is, of months on average.
    #[allow(clippy::cast_precision_loss)] // a century is 2^32 seconds
    fn length(self) -> f64 {
        match self {
            Self::Seconds(n) => n as f64,
            Self::Months(n) => f64::from(n) * 2_629_746.0,
        }
    }

    /// Round times on the axis; weeks begin on Mondays.
    fn times(self, from: Time, to: Time) -> Vec<Time> {
        match self {
            Self::Seconds(step) => {
                // 1970-01-01 was a Thursday
                let shift = if step % (7 * DAY) == 0 { 4 * DAY * 1_000_000 } else { 0 };
                let micros = step.saturating_mul(1_000_000);
                let since = from.0.saturating_sub(shift);
                let first = since.div_euclid(micros) + i64::from(since.rem_euclid(micros) > 0);
                let at = |i: i64| Time((first + i).saturating_mul(micros).saturating_add(shift));
                (0..400).map(at).take_while(|t| *t <= to).collect()
            }
            Self::Months(step) => {
                let Some(first) = DateTime::from_timestamp_micros(from.0) else { return Vec::new() };
                let month = first.year() * 12 + i32::try_from(first.month0()).unwrap_or(0);
                let start = |i: i32| {
                    let month = month.div_euclid(step) * step + i * step;
                    let date = NaiveDate::from_ymd_opt(
                        month.div_euclid(12),
                        u32::try_from(month.rem_euclid(12)).unwrap_or(0) + 1,
                        1,
                    )?;
                    Some(Time(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros()))
                };
                (0..400).map_while(start).skip_while(|t| *t < from).take_while(|t| *t <= to).collect()
            }
        }
    }
}

/// The finest steps of which no more labels than have room stand on the axis; `None` for an instant.
fn step(axis: &Axis) -> Option<Step> {
    let most = ((axis.x1 - axis.x0) / ROOM).clamp(2.0, MOST);
    let steps = SECONDS.into_iter().map(Step::Seconds).chain(MONTHS.into_iter().map(Step::Months));
    (axis.seconds() > 0.0).then(|| steps.into_iter().find(|s| axis.seconds() / s.length() <= most)).flatten()
}

/// Labelled ticks: 4 to 11 on round times, bold and in full at the coarser unit.
pub fn majors(axis: &Axis) -> Vec<Tick> {
    let (from, to) = axis.ends();
    let Some(step) = step(axis) else {
        return vec![Tick { time: from, label: from.hms(), strong: true }];
    };
    let mut ticks: Vec<Tick> = step
        .times(from, to)
        .into_iter()
        .map(|time| {
            let (label, strong) = label(time, step);
            Tick { time, label, strong }
        })
        .collect();
    if !ticks.iter().any(|t| t.strong)
        && let Some(first) = ticks.first_mut()
    {
        first.label = full(first.time, step);
        first.strong = true;
    }
    ticks
}

/// Unlabelled ticks between the majors, where they stay 6 px apart.
pub fn minors(axis: &Axis) -> Vec<Time> {
    let Some(major) = step(axis) else { return Vec::new() };
    let apart = |s: Step| s.length() * (axis.x1 - axis.x0) / axis.seconds() >= 6.0;
    let fine = match major {
        Step::Seconds(major) => SECONDS
            .into_iter()
            .rev()
            .find(|s| *s < major && major % s == 0 && major / s <= 7 && apart(Step::Seconds(*s)))
            .map(Step::Seconds),
        Step::Months(major) => MONTHS
            .into_iter()
            .rev()
            .find(|m| *m < major && major % m == 0 && major / m <= 12 && apart(Step::Months(*m)))
            .map(Step::Months),
    };
    let (from, to) = axis.ends();
    fine.map_or_else(Vec::new, |step| step.times(from, to))
}

fn label(time: Time, step: Step) -> (String, bool) {
    let second = time.0.div_euclid(1_000_000);
    let on = |unit: i64| second.rem_euclid(unit) == 0;
    match step {
        // the day that begins is what a reader looks for at midnight
        Step::Seconds(..DAY) if on(DAY) => (time.format("%-d %b"), true),
        Step::Seconds(..MINUTE) if on(MINUTE) => (time.format("%H:%M"), true),
        Step::Seconds(..MINUTE) => (time.format(":%S"), false),
        // no `:14` here: it would read as seconds
        Step::Seconds(..HOUR) => (time.format("%H:%M"), on(HOUR)),
        Step::Seconds(..DAY) => (time.format("%H:%M"), false),
        Step::Seconds(days) => {
            // the first tick of a month
            let strong = time.format("%-d").parse::<i64>().is_ok_and(|d| d <= days / DAY);
            (time.format(if strong { "%-d %b" } else { "%-d" }), strong)
        }
        Step::Months(12..) => (time.format("%Y"), false),
        Step::Months(_) if time.format("%m") == "01" => (time.format("%Y"), true),
        Step::Months(_) => (time.format("%b"), false),
    }
}

/// The first label, where no other names the coarser unit.
fn full(time: Time, step: Step) -> String {
    let pattern = match step {
        Step::Seconds(..MINUTE) => "%H:%M:%S",
        Step::Seconds(..HOUR) => "%H:%M",
        Step::Seconds(..DAY) => "%-d %b %H:%M",
        Step::Seconds(_) => "%-d %b",
        Step::Months(..12) => "%b %Y",
        Step::Months(_) => "%Y",
    };
    time.format(pattern)
}

/// Where labels of `ticks` stand: centred, shifted inward at the ends, left out where they would touch. Bold ones come
/// first, for they say what the others count from.
pub fn placed<'a>(axis: &Axis, ticks: &'a [Tick], size: f64, limit: f64) -> Vec<(f64, &'a Tick)> {
    let mut placed: Vec<(f64, f64, &Tick)> = Vec::new();
    for strong in [true, false] {
        for tick in ticks.iter().filter(|t| t.strong == strong) {
            let half = width(&tick.label, bold(size)) / 2.0;
            let x = axis.x(tick.time).min(limit - half).max((axis.x0 - 16.0).max(0.0) + half);
            if placed.iter().all(|(other, its, _)| (x - other).abs() >= half + its + 6.0) {
                placed.push((x, half, tick));
            }
        }
    }
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    placed.into_iter().map(|(x, _, tick)| (x, tick)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::report::Window;

    fn axis(seconds: f64, width: f64) -> Axis {
        let from = Time::from_secs(1_795_165_930); // 2026-11-20 09:12:10
        let to = from.plus_seconds(seconds);
        Axis::new(Window { from, to }, 0.0, width)
    }

    fn labels(seconds: f64, width: f64) -> Vec<String> {
        majors(&axis(seconds, width)).into_iter().map(|t| t.label).collect()
    }

    #[test]
    fn five_minutes_have_half_minutes_and_full_minutes() {
        let expected = [":30", "09:13", ":30", "09:14", ":30", "09:15", ":30", "09:16", ":30", "09:17"];
        assert_eq!(labels(301.0, 896.0), expected);
        assert_eq!(labels(301.0, 340.0), ["09:13", "09:14", "09:15", "09:16", "09:17"]);
    }

    #[test]
    fn spans_from_seconds_to_centuries_have_few_round_ticks_that_do_not_touch() {
        for seconds in [5.0, 60.0, 3e3, 9e4, 1e6, 2.6e6, 1e7, 4e7, 4e8, 4e9] {
            for width in [340.0, 580.0, 896.0] {
                let axis = axis(seconds, width);
                let ticks = majors(&axis);
                assert!((1..=12).contains(&ticks.len()), "{seconds}: {ticks:?}");
                assert!(minors(&axis).len() < 150);
                let placed = placed(&axis, &ticks, 12.0, width + 8.0);
                assert!(placed.iter().all(|(x, t)| *x >= super::width(&t.label, bold(12.0)) / 2.0), "cut");
                for pair in placed.windows(2) {
                    let half = |i: usize| super::width(&pair[i].1.label, bold(12.0)) / 2.0;
                    assert!(
                        pair[1].0 - pair[0].0 >= half(0) + half(1) + 5.9,
                        "{seconds} {width}: {placed:?}"
                    );
                }
            }
        }
        assert_eq!(labels(0.0, 896.0), ["09:12:10"]);
    }

    #[test]
    fn midnight_names_the_day_that_begins() {
        let day = labels(86_400.0, 896.0);
        assert!(day.contains(&"21 Nov".to_owned()), "{day:?}");
        let from = Time::from_secs(1_795_218_600); // 23:50
        let night = Axis::new(Window { from, to: from.plus_seconds(1_200.0) }, 0.0, 896.0);
        let labels: Vec<_> = majors(&night).into_iter().map(|t| (t.label, t.strong)).collect();
        assert!(labels.contains(&("21 Nov".to_owned(), true)), "{labels:?}");
        assert!(labels.contains(&("23:55".to_owned(), false)), "{labels:?}");
    }

    #[test]
    fn a_month_names_the_month_and_years_begin_in_january() {
        assert_eq!(labels(30.0 * 86_400.0, 350.0), ["23", "30", "7 Dec", "14"]);
        let year = labels(300.0 * 86_400.0, 896.0);
        assert_eq!(year[..3], ["Dec", "2027", "Feb"]);
        assert_eq!(labels(5.0 * 366.0 * 86_400.0, 340.0), ["2027", "2028", "2029", "2030", "2031"]);
    }
}
