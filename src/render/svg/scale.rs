//! From times and values to pixels.

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

    /// Length in seconds.
    pub fn seconds(&self) -> f64 {
        self.seconds
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

/// The value at the top of a lane: the next of 1, 2, 5 × 10ⁿ that is not below `max`, of bytes × 1,024ⁿ; 1 for nothing.
pub fn ceiling(max: f64, unit: &str) -> f64 {
    if !max.is_finite() || max <= 0.0 {
        return 1.0;
    }
    let scale = if unit == "B" && max >= 1_024.0 { 1_024_f64.powf(max.log(1_024.0).floor()) } else { 1.0 };
    let max = max / scale;
    let base = 10_f64.powf(max.log10().floor());
    let top = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * base).find(|top| *top >= max * 0.999_999);
    // 1,000 KiB is no round number, 1 MiB is
    top.map_or(max, |top| if scale > 1.0 && top >= 1_000.0 { 1_024.0 } else { top }) * scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_tick_is_one_two_or_five() {
        for (max, top) in [(269.0, 500.0), (17.4, 20.0), (1.0, 1.0), (0.03, 0.05), (0.0, 1.0)] {
            assert!((ceiling(max, "/s") - top).abs() < 1e-9 * top, "{max}");
        }
        assert!((ceiling(f64::NAN, "") - 1.0).abs() < 1e-9);
    }

    #[test]
    fn bytes_are_counted_in_powers_of_1024() {
        let mib = 1_048_576.0;
        for (max, top) in [(3.0 * mib, 5.0 * mib), (700.0 * mib, 1_024.0 * mib), (900.0, 1_000.0)] {
            assert!((ceiling(max, "B") - top).abs() < 1e-6, "{max}");
        }
    }

    #[test]
    fn an_instant_stands_in_the_middle() {
        let from = Time::from_secs(1_795_165_930);
        let axis = Axis::new(Window { from, to: from }, 0.0, 100.0);
        assert!((axis.x(Time::from_secs(0)) - 50.0).abs() < 1e-9);
    }
}
