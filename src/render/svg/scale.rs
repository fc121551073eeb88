//! From times and values to pixels, and which of them get a label.

use super::metrics::{bold, width};
use crate::model::report::Window;
use crate::model::time::Time;
use crate::model::words;

/// The shared time axis of a drawing.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    from: Time,
    seconds: f64,
    /// Left end of the plot.
    pub x0: f64,
    /// Right end of the plot.
    pub x1: f64,
}

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
const MONTH: i64 = 28 * DAY;

/// Distances between labelled ticks, in seconds. Beyond weeks the design names none; months follow.
const STEPS: [i64; 24] = [
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
    MONTH,
    91 * DAY,
    364 * DAY,
    1_820 * DAY,
    3_640 * DAY,
    18_200 * DAY,
    36_400 * DAY,
];

impl Axis {
    pub fn new(window: Window, x0: f64, x1: f64) -> Self {
        Self { from: window.from, seconds: window.seconds(), x0, x1 }
    }

    /// Pixel of a time, inside the plot. A window without length is one place in the middle.
    pub fn x(&self, time: Time) -> f64 {
        self.at(time.seconds_since(self.from))
    }

    /// Pixel of a moment `seconds` after the start of the axis.
    pub fn at(&self, seconds: f64) -> f64 {
        if self.seconds <= 0.0 {
            return f64::midpoint(self.x0, self.x1);
        }
        let share = (seconds / self.seconds).clamp(0.0, 1.0);
        self.x0 + share * (self.x1 - self.x0)
    }

    /// Pixels of a stretch; all of the plot where the axis is a single instant.
    pub fn span(&self, from: Time, to: Time) -> (f64, f64) {
        if self.seconds <= 0.0 { (self.x0, self.x1) } else { (self.x(from), self.x(to)) }
    }

    /// First and last time.
    pub fn ends(&self) -> (Time, Time) {
        (self.from, self.from.plus_seconds(self.seconds))
    }

    /// The same axis on `factor` times as many pixels.
    pub fn stretched(&self, factor: f64) -> Self {
        Self { x0: self.x0 * factor, x1: self.x1 * factor, ..*self }
    }

    /// True when it is one place without length.
    pub fn is_instant(&self) -> bool {
        self.seconds <= 0.0
    }

    /// Seconds from the start of the axis to the origin of a series.
    pub fn offset(&self, origin: Time) -> f64 {
        origin.seconds_since(self.from)
    }

    /// True when a time of day alone would not say when.
    pub fn has_days(&self) -> bool {
        !words::same_day(self.from, self.from.plus_seconds(self.seconds))
    }

    /// True when the time is on the axis.
    pub fn holds(&self, time: Time) -> bool {
        (0.0..=self.seconds).contains(&time.seconds_since(self.from))
    }

    /// True when any of the span is on the axis.
    pub fn meets(&self, from: Time, to: Time) -> bool {
        self.meets_at(self.offset(from), self.offset(to))
    }

    /// As [`Self::meets`], in seconds after the start of the axis.
    pub fn meets_at(&self, start: f64, end: f64) -> bool {
        end >= 0.0 && start <= self.seconds
    }

    fn step(&self) -> Option<i64> {
        let room = (self.x1 - self.x0) / 58.0;
        let most = room.clamp(2.0, 11.0);
        // strictly longer than nothing, so that an instant has no steps at all
        (self.seconds > 0.0).then(|| STEPS.into_iter().find(|s| self.seconds / seconds(*s) <= most)).flatten()
    }

    /// Labelled ticks: 4 to 11 on round times, bold and in full at the coarser unit.
    pub fn majors(&self) -> Vec<Tick> {
        let Some(step) = self.step() else {
            let label = self.from.hms();
            return vec![Tick { time: self.from, label, strong: true }];
        };
        let mut ticks: Vec<Tick> = self
            .rounds(step)
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
    pub fn minors(&self) -> Vec<Time> {
        let Some(major) = self.step() else { return Vec::new() };
        let pixels = (self.x1 - self.x0) / self.seconds;
        let fine = STEPS
            .into_iter()
            .rev()
            .find(|s| *s < major && major % s == 0 && major / s <= 7 && seconds(*s) * pixels >= 6.0);
        fine.map_or_else(Vec::new, |step| self.rounds(step).collect())
    }

    /// Multiples of `step` on the axis; weeks begin on Mondays.
    fn rounds(&self, step: i64) -> impl Iterator<Item = Time> + use<> {
        // 1970-01-01 was a Thursday
        let shift = if step % (7 * DAY) == 0 { 4 * DAY } else { 0 };
        let micros = step.saturating_mul(1_000_000);
        let from = self.from.0 - shift * 1_000_000;
        let first = from.div_euclid(micros) + i64::from(from.rem_euclid(micros) > 0);
        let last = Time(self.from.0).plus_seconds(self.seconds);
        (0..400)
            .map(move |i| Time((first + i).saturating_mul(micros) + shift * 1_000_000))
            .take_while(move |t| *t <= last)
    }
}

#[allow(clippy::cast_precision_loss)] // a century is 2^32 seconds
fn seconds(step: i64) -> f64 {
    step as f64
}

fn label(time: Time, step: i64) -> (String, bool) {
    let second = time.0.div_euclid(1_000_000);
    if step < MINUTE {
        let strong = second.rem_euclid(MINUTE) == 0;
        let text = if strong { "%H:%M" } else { ":%S" };
        (time.format(text), strong)
    } else if step < HOUR {
        let strong = second.rem_euclid(HOUR) == 0;
        // no `:14` here: it would read as seconds
        (time.format("%H:%M"), strong)
    } else if step < DAY {
        let strong = second.rem_euclid(DAY) == 0;
        let text = if strong { "%-d %b" } else { "%H:%M" };
        (time.format(text), strong)
    } else if step < MONTH {
        let days = step / DAY;
        // the first tick of a month
        let strong = time.format("%-d").parse::<i64>().is_ok_and(|d| d <= days);
        let text = if strong { "%-d %b" } else { "%-d" };
        (time.format(text), strong)
    } else {
        (time.format("%b %Y"), false)
    }
}

fn full(time: Time, step: i64) -> String {
    let pattern = match step {
        ..MINUTE => "%H:%M:%S",
        MINUTE..HOUR => "%H:%M",
        HOUR..DAY => "%-d %b %H:%M",
        DAY..MONTH => "%-d %b",
        _ => "%b %Y",
    };
    time.format(pattern)
}

/// Where labels of `ticks` stand: centred, shifted inward at the ends, left out where they would touch.
pub fn placed<'a>(axis: &Axis, ticks: &'a [Tick], size: f64, limit: f64) -> Vec<(f64, &'a Tick)> {
    let mut placed: Vec<(f64, &Tick)> = Vec::new();
    let mut free = f64::NEG_INFINITY;
    for tick in ticks {
        let half = width(&tick.label, bold(size)) / 2.0;
        let x = axis.x(tick.time).min(limit - half).max((axis.x0 - 16.0).max(0.0) + half);
        if x - half >= free {
            placed.push((x, tick));
            free = x + half + 6.0;
        }
    }
    placed
}

/// The dates of an axis: `20 Nov 2026, UTC`.
pub fn date(window: Window) -> String {
    let day = "%-d\u{a0}%b\u{a0}%Y";
    if words::same_day(window.from, window.to) {
        format!("{}, UTC", window.from.format(day))
    } else if window.from.format("%Y") == window.to.format("%Y") {
        let from = window.from.format("%-d\u{a0}%b");
        format!("{from} – {}, UTC", window.to.format(day))
    } else {
        format!("{} – {}, UTC", window.from.format(day), window.to.format(day))
    }
}

/// The next of 1, 2, 5 × 10ⁿ that is not below `max`; 1 for nothing.
pub fn ceiling(max: f64) -> f64 {
    if !max.is_finite() || max <= 0.0 {
        return 1.0;
    }
    let base = 10_f64.powf(max.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * base).find(|top| *top >= max * 0.999_999).unwrap_or(max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(seconds: f64, width: f64) -> Axis {
        let from = Time::from_secs(1_795_165_930); // 2026-11-20 09:12:10
        let to = from.plus_seconds(seconds);
        Axis::new(Window { from, to }, 0.0, width)
    }

    fn labels(seconds: f64, width: f64) -> Vec<String> {
        axis(seconds, width).majors().into_iter().map(|t| t.label).collect()
    }

    #[test]
    fn five_minutes_have_half_minutes_and_full_minutes() {
        let expected = [":30", "09:13", ":30", "09:14", ":30", "09:15", ":30", "09:16", ":30", "09:17"];
        assert_eq!(labels(301.0, 896.0), expected);
        assert_eq!(labels(301.0, 340.0), ["09:13", "09:14", "09:15", "09:16", "09:17"]);
    }

    #[test]
    fn spans_from_seconds_to_years_have_few_round_ticks() {
        for seconds in [5.0, 60.0, 3e3, 9e4, 1e6, 2.6e6, 4e7, 4e9] {
            let ticks = labels(seconds, 896.0);
            assert!((2..=12).contains(&ticks.len()), "{seconds}: {ticks:?}");
            assert!(axis(seconds, 896.0).minors().len() < 80);
        }
        assert_eq!(labels(0.0, 896.0), ["09:12:10"]);
    }

    #[test]
    fn a_month_names_the_month_once() {
        let ticks = labels(30.0 * 86_400.0, 896.0);
        assert!(ticks.iter().any(|t| t.contains("Nov") || t.contains("Dec")), "{ticks:?}");
    }

    #[test]
    fn the_top_tick_is_one_two_or_five() {
        for (max, top) in [(269.0, 500.0), (17.4, 20.0), (1.0, 1.0), (0.03, 0.05), (0.0, 1.0)] {
            assert!((ceiling(max) - top).abs() < 1e-9 * top, "{max}");
        }
        assert!((ceiling(f64::NAN) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn an_instant_stands_in_the_middle() {
        let axis = axis(0.0, 100.0);
        assert!((axis.x(Time::from_secs(0)) - 50.0).abs() < 1e-9);
    }
}
