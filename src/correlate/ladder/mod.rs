//! One change, one count: how large is the effect, and how sure is it. Days where there is history, blocks where there is
//! none, two totals where there is nothing better; bursts are counted as bursts.
//!
//! Numbers in, numbers out: no hosts, no names, no verdicts. The measured error rates stand in the README, and
//! `cargo bench --bench verdicts` measures them again.
//!
//! The ratio is that of the two plain rates (events over exposure), at equal load where load was taken out: what a reader
//! divides is what is shown. Its error is the greater one of two: that of the means of block log-rates (Ibragimov and
//! Müller), which holds its level on what remembers, and that of the plain ratio with one block left out in turn (jackknife).

mod blocks;
mod bursts;
mod days;
mod entangled;
mod levels;
mod totals;
mod track;

pub use levels::{Samples, levels};
pub use track::{Step, Stretch, Sum, Track};

use crate::stats::Estimate;

/// Which rung carried the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// The same clock hours of at least four earlier days.
    Days,
    /// Four to six long blocks a side.
    Blocks,
    /// Two totals.
    Totals,
}

/// What was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Events.
    Events,
    /// Runs of events: a counter that is silent most of the time.
    Bursts,
    /// A gauge.
    Level,
}

/// Whether one side had nothing at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Both sides had something.
    None,
    /// Something before, nothing after.
    Stopped,
    /// Nothing before, something after.
    Began,
}

/// What to compare.
#[derive(Clone, Copy, Debug)]
pub struct Design {
    /// Before.
    pub before: Stretch,
    /// After.
    pub after: Stretch,
    /// From where on the past is of the same kind: after the change before this one.
    pub history: f64,
    /// Whether exposure is traffic, so that its share in the events must be taken out, and not mere time.
    pub load: bool,
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// Rung.
    pub tier: Tier,
    /// Blocks of the shorter side, or earlier days.
    pub units: usize,
    /// What was counted.
    pub what: What,
    /// One side empty.
    pub turn: Turn,
    /// Per second (events, bursts), or the level.
    pub before: f64,
    /// As `before`.
    pub after: f64,
    /// After to before, at equal load where `elasticity` is set; a difference of levels. `None` where a side is empty.
    pub size: Option<f64>,
    /// 95 % interval of `size`.
    pub interval: Option<(f64, f64)>,
    /// p-value of "nothing changed".
    pub p: f64,
    /// Whether the 90 % interval lies within ×0.8 and ×1.25 (for levels: ±25 % of the level before).
    pub equivalent: bool,
    /// The smallest effect that would have been seen four times in five: a ratio above 1, or a difference.
    pub detectable: Option<f64>,
    /// Per cent of events that one per cent of load brings; `None` where load was not taken out.
    pub elasticity: Option<f64>,
    /// Load after to load before, per second.
    pub load: Option<f64>,
    /// The interval is of two totals and holds unless counts are more variable than Poisson by this.
    pub tolerates: Option<f64>,
    /// What was counted on both sides, where that is not simply all that lies in the windows.
    pub raw: Option<[Sum; 2]>,
    /// What weakens it.
    pub weak: Weak,
}

/// What weakens an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each stands for one sentence
pub struct Weak {
    /// Load after is another by more than a fifth, and with the load taken as proportional the answer is another one.
    pub load_shift: bool,
    /// Working days and weekends are mixed.
    pub weekdays: bool,
    /// Too few samples to see how long the series remembers.
    pub memory: bool,
    /// The window has the series' memory in it less than eight times, as far as can be told: it may drift.
    pub slow: bool,
    /// Load moved with the change and hardly elsewhere: the two are hard to tell apart.
    pub entangled: bool,
    /// A side has nearly all its events in a block or two: the ratio has no interval.
    pub uneven: bool,
    /// Few bursts.
    pub few_bursts: bool,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No increment on one side at least.
    NoData,
    /// Nothing happened on either side.
    Never,
    /// The window is shorter than eight times the series' memory.
    Memory,
    /// Load moved with the change and nowhere else.
    Entangled,
    /// Not enough of anything to judge a spread by.
    Few,
}

/// The effect of a change on a count.
///
/// # Errors
/// Why the numbers allow no answer.
pub fn counts(track: &Track, design: &Design, weekend: &dyn Fn(f64) -> bool) -> Result<Answer, Refusal> {
    let (before, after) = (track.sum(design.before), track.sum(design.after));
    if before.steps == 0 || after.steps == 0 || before.exposure <= 0.0 || after.exposure <= 0.0 {
        return Err(Refusal::NoData);
    }
    if before.events + after.events <= 0.0 {
        return Err(Refusal::Never);
    }
    if let Some(answer) = bursts::answer(track, design) {
        return answer;
    }
    if let Some(answer) = days::answer(track, design, weekend) {
        return Ok(answer);
    }
    if before.steps.min(after.steps) < blocks::FEWEST {
        return totals::answer(before, after, design).ok_or(Refusal::Few);
    }
    blocks::answer(track, design)
}

/// Load after to load before.
fn load_ratio(design: &Design, before: Sum, after: Sum) -> Option<f64> {
    let ratio = (after.exposure / after.seconds) / (before.exposure / before.seconds);
    (design.load && ratio.is_finite()).then_some(ratio)
}

fn turn(before: f64, after: f64) -> Turn {
    match (before > 0.0, after > 0.0) {
        (true, false) => Turn::Stopped,
        (false, true) => Turn::Began,
        _ => Turn::None,
    }
}

/// Load that moved by more than this counts as moved.
const MOVED: f64 = 1.2;
/// Equivalence: a ratio between 1/1.25 and 1.25.
const MARGIN: f64 = 1.25;

/// An answer of an estimate of `ln(ratio)`; sides that are empty have no ratio.
fn of_ratio(tier: Tier, what: What, units: usize, rates: [f64; 2], estimate: &Estimate) -> Answer {
    let turn = turn(rates[0], rates[1]);
    let (lo, hi) = estimate.interval(0.95);
    let whole = turn == Turn::None;
    Answer {
        tier,
        units,
        what,
        turn,
        before: rates[0],
        after: rates[1],
        size: whole.then(|| estimate.shift.exp()),
        interval: whole.then(|| (lo.exp(), hi.exp())),
        p: estimate.p(),
        equivalent: whole && estimate.equivalent(MARGIN.ln()),
        detectable: Some(estimate.detectable().exp()).filter(|d| d.is_finite()),
        elasticity: None,
        load: None,
        tolerates: None,
        raw: None,
        weak: Weak::default(),
    }
}

#[cfg(test)]
mod tests;
