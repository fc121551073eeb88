//! Gauges: medians of blocks, on the scale of the gauge itself.

use super::blocks::{BINS, FEWEST, MEMORY, MOST, WHOLE, neighbours};
use super::{Answer, Design, MARGIN, Refusal, Stretch, Tier, Turn, Weak, What};
use crate::stats::autocorrelation::{integrated_time, unhidden_time};
use crate::stats::blocks::{paired, unpaired};
use crate::stats::days::several_days;
use crate::stats::{Estimate, mean, median};

const DAY: f64 = 86_400.0;
/// Fewest samples of a day's window.
const SAMPLES: usize = 6;

/// Samples of a gauge: seconds, and the value.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    at: Vec<f64>,
    value: Vec<f64>,
}

impl Samples {
    /// From samples in time order.
    #[must_use]
    pub fn new(samples: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let (at, value) = samples.into_iter().filter(|(_, v)| v.is_finite()).unzip();
        Self { at, value }
    }

    /// First and last instant; `None` of nothing.
    #[must_use]
    pub fn span(&self) -> Option<Stretch> {
        Some(Stretch { from: *self.at.first()?, to: *self.at.last()? })
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// Beginning and median of each of `n` parts of a stretch; parts without a sample are left out.
    #[must_use]
    pub fn parts(&self, within: Stretch, n: usize) -> Vec<(f64, f64)> {
        let width = within.length() / super::track::as_f64(n);
        let begin = |i: usize| within.from + width * super::track::as_f64(i);
        let part = |i: usize| {
            let first = self.at.partition_point(|t| *t < begin(i));
            let end = self.at.partition_point(|t| i + 1 == n || *t < begin(i + 1));
            self.value.get(first..end).filter(|v| !v.is_empty()).map(|v| (begin(i), median(v)))
        };
        (0..n).filter_map(part).collect()
    }

    fn inside(&self, within: Stretch) -> &[f64] {
        let first = self.at.partition_point(|t| *t < within.from);
        let end = self.at.partition_point(|t| *t <= within.to);
        self.value.get(first..end).unwrap_or_default()
    }

    /// Medians of `n` parts of equal time; parts without a sample are left out.
    fn medians(&self, within: Stretch, n: usize) -> Vec<f64> {
        let edge =
            |i: usize| within.from + within.length() * super::track::as_f64(i) / super::track::as_f64(n);
        let part = |i: usize| {
            let to = edge(i + 1);
            let first = self.at.partition_point(|t| *t < edge(i));
            let end = self.at.partition_point(|t| if i + 1 == n { *t <= to } else { *t < to });
            self.value.get(first..end).filter(|v| !v.is_empty()).map(median)
        };
        (0..n).filter_map(part).collect()
    }
}

/// The effect of a change on a level.
///
/// # Errors
/// Why the samples allow no answer.
pub fn levels(samples: &Samples, design: &Design, weekend: &dyn Fn(f64) -> bool) -> Result<Answer, Refusal> {
    let sides = [design.before, design.after];
    let n = sides.map(|s| samples.inside(s).len()).into_iter().min().unwrap_or(0).min(BINS);
    if n == 0 {
        return Err(Refusal::NoData);
    }
    let first = samples.inside(sides[0]).first();
    if sides.iter().all(|s| samples.inside(*s).iter().all(|v| Some(v) == first)) {
        return Err(Refusal::Never);
    }
    if let Some(answer) = by_days(samples, design, weekend) {
        return Ok(answer);
    }
    let mut q = MOST.min(n);
    let (mut wider, mut slow) = (1.0, false);
    if n >= MEMORY {
        let medians = sides.map(|s| samples.medians(s, n));
        let [memory, unhidden] =
            [integrated_time, unhidden_time].map(|time| time(&[&medians[0], &medians[1]]));
        let windows = super::track::as_f64(n) / memory;
        if windows < WHOLE {
            return Err(Refusal::Memory);
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // four to six
        let fit = (windows / 4.0).floor() as usize;
        q = fit.clamp(FEWEST, MOST);
        wider = neighbours(unhidden / super::track::as_f64(n));
        slow = windows * memory / unhidden < WHOLE;
    }
    let blocks = sides.map(|s| samples.medians(s, q));
    let units = blocks[0].len().min(blocks[1].len());
    if units < FEWEST {
        return Err(Refusal::Few);
    }
    // the same clock hours on both sides: pairs
    let whole_days =
        sides.iter().all(|s| (s.length() - DAY).abs() < 0.02 * DAY) && blocks[0].len() == blocks[1].len();
    let estimate = if whole_days { paired(&blocks[0], &blocks[1]) } else { unpaired(&blocks[0], &blocks[1]) };
    let found = estimate.ok_or(Refusal::Few)?;
    let estimate = Estimate { se: found.se * wider, ..found };
    let weak = Weak { memory: n < MEMORY, slow, ..Weak::default() };
    Ok(Answer { weak, ..answer(Tier::Blocks, units, [mean(&blocks[0]), mean(&blocks[1])], &estimate) })
}

fn by_days(samples: &Samples, design: &Design, weekend: &dyn Fn(f64) -> bool) -> Option<Answer> {
    let w = design.after.length().min(DAY - (design.after.from - design.before.to));
    let after = Stretch { to: design.after.from + w, ..design.after };
    let middle = |s: &Stretch| weekend(f64::midpoint(s.from, s.to));
    let level = |s: Stretch| Some(samples.inside(s)).filter(|v| v.len() >= SAMPLES).map(median);
    let days: Vec<(bool, f64)> = (1..=14)
        .map(|i| after.earlier(DAY * f64::from(i)))
        .filter(|s| s.from >= design.history && s.to <= design.before.to)
        .filter_map(|s| Some((middle(&s) == middle(&after), level(s)?)))
        .collect();
    let alike: Vec<f64> = days.iter().filter(|d| d.0).map(|d| d.1).collect();
    let mixed = alike.len() < FEWEST;
    let before = if mixed { days.iter().map(|d| d.1).collect() } else { alike };
    if before.len() < FEWEST || w < 600.0 {
        return None;
    }
    let now = level(after)?;
    let estimate = several_days(&before, &[now])?;
    let weak = Weak { weekdays: mixed, ..Weak::default() };
    Some(Answer { weak, ..answer(Tier::Days, before.len(), [mean(&before), now], &estimate) })
}

fn answer(tier: Tier, units: usize, sides: [f64; 2], estimate: &Estimate) -> Answer {
    Answer {
        tier,
        units,
        what: What::Level,
        turn: Turn::None,
        before: sides[0],
        after: sides[1],
        size: Some(estimate.shift),
        interval: Some(estimate.interval(0.95)),
        p: estimate.p(),
        equivalent: estimate.equivalent((MARGIN - 1.0) * sides[0].abs()),
        detectable: Some(estimate.detectable()).filter(|d| d.is_finite()),
        elasticity: None,
        load: None,
        tolerates: None,
        raw: None,
        weak: Weak::default(),
    }
}
