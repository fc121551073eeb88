//! [`Track`]: what was counted over time beside its exposure, summed over any window at once.

use crate::stats::blocks::Block;

/// What was counted between two samples. Times are seconds on any one axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Earlier sample.
    pub from: f64,
    /// Later sample.
    pub to: f64,
    /// Events in between.
    pub events: f64,
    /// What they came from: traffic in between, or seconds.
    pub exposure: f64,
}

/// A stretch of the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Beginning.
    pub from: f64,
    /// End.
    pub to: f64,
}

impl Stretch {
    /// Length in seconds.
    #[must_use]
    pub fn length(&self) -> f64 {
        self.to - self.from
    }

    /// The same stretch, `seconds` earlier.
    #[must_use]
    pub fn earlier(&self, seconds: f64) -> Self {
        Self { from: self.from - seconds, to: self.to - seconds }
    }
}

/// Sums over a stretch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    /// Events.
    pub events: f64,
    /// Exposure.
    pub exposure: f64,
    /// Seconds of evidence.
    pub seconds: f64,
    /// Steps.
    pub steps: usize,
}

impl Sum {
    /// Events per unit of exposure.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.events / self.exposure
    }

    /// As a block of the tests.
    #[must_use]
    pub fn block(&self) -> Block {
        Block { events: self.events, exposure: self.exposure }
    }
}

/// Steps in time order with their running sums, so that a thousand changes cost no more than one.
#[derive(Clone, Debug, Default)]
pub struct Track {
    steps: Vec<Step>,
    /// Events, exposure and seconds of the steps before each.
    sums: Vec<[f64; 3]>,
}

impl Track {
    /// From steps in time order; those without length or with numbers missing are left out.
    #[must_use]
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let good = |s: &Step| s.to > s.from && s.events >= 0.0 && s.exposure >= 0.0 && s.exposure.is_finite();
        let steps: Vec<Step> = steps.into_iter().filter(good).collect();
        let mut sums = vec![[0.0; 3]; steps.len() + 1];
        for (i, s) in steps.iter().enumerate() {
            let [e, x, t] = sums[i];
            sums[i + 1] = [e + s.events, x + s.exposure, t + (s.to - s.from)];
        }
        Self { steps, sums }
    }

    /// All steps.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// First and one past the last step that lie wholly in a stretch: what straddles its ends is on no side.
    fn inside(&self, within: Stretch) -> (usize, usize) {
        let first = self.steps.partition_point(|s| s.from < within.from);
        let end = self.steps.partition_point(|s| s.to <= within.to);
        (first, end.max(first))
    }

    fn sum_of(&self, first: usize, end: usize) -> Sum {
        let ([e0, x0, t0], [e1, x1, t1]) = (self.sums[first], self.sums[end]);
        Sum { events: (e1 - e0).max(0.0), exposure: (x1 - x0).max(0.0), seconds: t1 - t0, steps: end - first }
    }

    /// Sums over a stretch.
    #[must_use]
    pub fn sum(&self, within: Stretch) -> Sum {
        let (first, end) = self.inside(within);
        self.sum_of(first, end)
    }

    /// A stretch in `n` parts of equal time; a step belongs to the part of its middle.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // hundreds of parts
    pub fn cut(&self, within: Stretch, n: usize) -> Vec<Sum> {
        let (first, end) = self.inside(within);
        let middle = |s: &Step| f64::midpoint(s.from, s.to);
        let mut at = first;
        (1..=n)
            .map(|i| {
                let edge = within.from + within.length() * i as f64 / n as f64;
                let next =
                    if i == n { end } else { at + self.steps[at..end].partition_point(|s| middle(s) < edge) };
                let sum = self.sum_of(at, next);
                at = next;
                sum
            })
            .collect()
    }

    /// The length that hardly any step in a stretch exceeds (one in twenty), 0 when there is none.
    #[must_use]
    pub fn long_step(&self, within: Stretch) -> f64 {
        let (first, end) = self.inside(within);
        let mut lengths: Vec<f64> = self.steps[first..end].iter().map(|s| s.to - s.from).collect();
        let at = lengths.len() * 19 / 20;
        if at >= lengths.len() {
            return 0.0;
        }
        *lengths.select_nth_unstable_by(at, f64::total_cmp).1
    }
}

#[allow(clippy::cast_precision_loss)] // lengths
pub(super) fn as_f64(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::{Step, Stretch, Track};

    fn track() -> Track {
        Track::new((0..10).map(|i| {
            let from = f64::from(i) * 10.0;
            Step { from, to: from + 10.0, events: f64::from(i), exposure: 10.0 }
        }))
    }

    #[test]
    fn what_straddles_an_end_is_on_no_side() {
        let sum = track().sum(Stretch { from: 5.0, to: 55.0 });
        assert_eq!((sum.steps, sum.events, sum.seconds), (4, 10.0, 40.0));
        assert_eq!(track().sum(Stretch { from: 200.0, to: 300.0 }).steps, 0);
    }

    #[test]
    fn parts_hold_every_step_once() {
        let parts = track().cut(Stretch { from: 0.0, to: 100.0 }, 3);
        assert_eq!(parts.iter().map(|p| p.steps).collect::<Vec<_>>(), [3, 4, 3]);
        assert!((parts.iter().map(|p| p.events).sum::<f64>() - 45.0).abs() < 1e-9);
    }
}
