//! The rung without history: four to six long blocks a side.

use super::track::{Sum, Track, as_f64};
use super::{
    Answer, Design, MOVED, Refusal, Stretch, Tier, Turn, Weak, What, entangled, load_ratio, of_ratio, turn,
};
use crate::stats::autocorrelation::{integrated_time, unhidden_time};
use crate::stats::blocks::{Block, elastic, log_rates, unpaired};
use crate::stats::{Estimate, mean, variance};

/// Fewest blocks a side.
pub const FEWEST: usize = 4;
/// Most: twelve bought power at 11 to 14 % false positives on short or clustered series.
pub const MOST: usize = 6;
/// Bins a side from which on memory can be seen.
pub const MEMORY: usize = 48;
/// Finest bins a side: ten minutes of a day.
pub const BINS: usize = 144;
/// A window has this many times the memory in it, or nothing is said.
pub const WHOLE: f64 = 8.0;
/// Log-exposures that vary by less are constant.
const STEADY: f64 = 0.10;
/// Variance inflation above which load and change are one, and from which on it is worth a word.
const INSEPARABLE: f64 = 10.0;
const ENTANGLED: f64 = 4.0;
/// Where the ratio of plain rates hangs so much more on single blocks than the mean of log-rates does, it has no interval
/// worth showing; the test is that of the log-rates then.
const UNEVEN: f64 = 2.0;
/// A block with less than this share of its time covered says nothing of its time.
const COVERED: f64 = 0.5;

pub fn answer_of(sides: &[Vec<Sum>; 2]) -> [Vec<Block>; 2] {
    sides.each_ref().map(|side| side.iter().map(Sum::block).collect())
}

/// Blocks of a stretch, those without evidence left out.
pub fn cut(track: &Track, within: Stretch, n: usize) -> Vec<Sum> {
    let least = within.length() / as_f64(n) * COVERED;
    let mut blocks = track.cut(within, n);
    blocks.retain(|b| b.seconds >= least && b.exposure > 0.0);
    blocks
}

fn answer_with(track: &Track, design: &Design, q: usize, wider: f64, weak: Weak) -> Result<Answer, Refusal> {
    let sides = [cut(track, design.before, q), cut(track, design.after, q)];
    if sides.iter().any(|side| side.len() < FEWEST) {
        return Err(Refusal::Few);
    }
    let blocks = answer_of(&sides);
    let totals = [track.sum(design.before), track.sum(design.after)];
    let fit = match fit(&blocks, design) {
        Err(Refusal::Entangled) => return entangled::answer(&blocks, &totals, design, weak),
        fit => fit?,
    };
    let mut estimate = Estimate { se: fit.estimate.se * wider, ..fit.estimate };
    let mut uneven = false;
    if turn(totals[0].events, totals[1].events) == Turn::None {
        let elasticity = fit.elasticity.unwrap_or(1.0);
        let (shift, se) = (plain(&totals, elasticity), wider * jackknife(&blocks, elasticity));
        uneven = se > UNEVEN * estimate.se;
        if !uneven {
            estimate = Estimate { shift, se: estimate.se.max(se), ..estimate };
        } else if shift.signum() != estimate.shift.signum() {
            return Err(Refusal::Few);
        }
    } else if !lasting(&sides) {
        return Err(Refusal::Few);
    }
    let units = sides[0].len().min(sides[1].len());
    let rates = [totals[0].events / totals[0].seconds, totals[1].events / totals[1].seconds];
    let load = load_ratio(design, totals[0], totals[1]);
    let shifted = load.is_some_and(|l| !(1.0 / MOVED..=MOVED).contains(&l));
    let answer = of_ratio(Tier::Blocks, What::Events, units, rates, &estimate);
    Ok(Answer {
        size: answer
            .size
            .map(|size| if uneven { plain(&totals, fit.elasticity.unwrap_or(1.0)).exp() } else { size }),
        interval: answer.interval.filter(|_| !uneven),
        equivalent: answer.equivalent && !uneven,
        elasticity: fit.elasticity.or(design.load.then_some(1.0)),
        load,
        weak: Weak {
            load_shift: shifted && !agrees(&blocks, &estimate),
            entangled: fit.inflation > ENTANGLED,
            uneven,
            ..weak
        },
        ..answer
    })
}

/// The block test with as many blocks as the memory of the series allows. Its degrees of freedom are the fewest that can be
/// had (a side's blocks less one), which makes the interval of a series with a short memory wider than it need be: more of
/// them, in the measure in which memory is short beside a block, gave 7.2 to 7.4 % false positives in windows of two hours
/// (S5 of the bench), whose memory is seen too short.
pub fn answer(track: &Track, design: &Design) -> Result<Answer, Refusal> {
    let sides = [design.before, design.after];
    let n = sides.map(|s| track.sum(s).steps).into_iter().min().unwrap_or(0).min(BINS);
    let mut weak = Weak { memory: n < MEMORY, ..Weak::default() };
    let mut q = MOST.min(n);
    let mut wider = 1.0;
    if !weak.memory {
        let residuals = residuals(track, design, n);
        let [memory, unhidden] =
            [integrated_time, unhidden_time].map(|time| time(&[&residuals[0], &residuals[1]]));
        if as_f64(n) / memory < WHOLE {
            return Err(Refusal::Memory);
        }
        wider = neighbours(unhidden / as_f64(n));
        weak.slow = as_f64(n) / unhidden < WHOLE;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // four to six
        let fit = (as_f64(n) / (4.0 * memory)).floor() as usize;
        q = fit.clamp(FEWEST, MOST);
    }
    answer_with(track, design, q, wider, weak)
}

/// By how much the error of a mean of blocks is greater than independent blocks would have it, when the series remembers for
/// `memory` of its window: blocks side by side share `MOST × memory / 4` of their variance (first order, exponential memory), and
/// the variance of the mean grows by twice that.
pub fn neighbours(memory: f64) -> f64 {
    (1.0 + as_f64(MOST) / 2.0 * memory).sqrt()
}

/// What is left in each bin when each side's rate and its load are taken out.
fn residuals(track: &Track, design: &Design, n: usize) -> [Vec<f64>; 2] {
    let elasticity =
        match fit(&answer_of(&[cut(track, design.before, MOST), cut(track, design.after, MOST)]), design) {
            Ok(Fit { elasticity: Some(e), .. }) => e.clamp(0.0, 4.0),
            _ => 1.0,
        };
    [design.before, design.after].map(|side| {
        let bins: Vec<Sum> = track.cut(side, n).into_iter().filter(|b| b.exposure > 0.0).collect();
        let weight = |b: &Sum| b.exposure.powf(elasticity);
        let scale = bins.iter().map(|b| b.events).sum::<f64>() / bins.iter().map(weight).sum::<f64>();
        let residual = |b: &Sum| {
            let expected = scale * weight(b);
            if expected > 0.0 { (b.events - expected) / expected.sqrt() } else { 0.0 }
        };
        bins.iter().map(residual).collect::<Vec<f64>>()
    })
}

struct Fit {
    estimate: Estimate,
    /// `None` where load was constant or there is none.
    elasticity: Option<f64>,
    inflation: f64,
}

/// Means of block log-rates, with a free elasticity where the load varies.
fn fit(blocks: &[Vec<Block>; 2], design: &Design) -> Result<Fit, Refusal> {
    let exposures: Vec<f64> = blocks.iter().flatten().map(|b| b.exposure.ln()).collect();
    // an empty side has no elasticity to bring
    let empty = blocks.iter().any(|side| side.iter().all(|b| b.events <= 0.0));
    if design.load && !empty && variance(&exposures).sqrt() > STEADY {
        let found = elastic(&blocks[0], &blocks[1]).ok_or(Refusal::Entangled)?;
        if found.inflation > INSEPARABLE {
            return Err(Refusal::Entangled);
        }
        return Ok(Fit {
            estimate: found.estimate,
            elasticity: Some(found.elasticity),
            inflation: found.inflation,
        });
    }
    let estimate = unpaired(&log_rates(&blocks[0]), &log_rates(&blocks[1])).ok_or(Refusal::Few)?;
    Ok(Fit { estimate, elasticity: None, inflation: 1.0 })
}

/// Logarithm of the ratio of plain rates, at equal load.
pub fn plain(totals: &[Sum; 2], elasticity: f64) -> f64 {
    let [b, a] = totals;
    let load = ((a.exposure / a.seconds) / (b.exposure / b.seconds)).ln();
    ((a.events / a.seconds) / (b.events / b.seconds)).ln() - elasticity * load
}

/// Standard error of the same, with each block left out in turn; infinite when all events of a side are in one block.
pub fn jackknife(blocks: &[Vec<Block>; 2], elasticity: f64) -> f64 {
    let of_side = |side: &Vec<Block>| {
        let n = as_f64(side.len());
        let weight = |b: &Block| b.exposure.powf(elasticity);
        let (events, weights) = side.iter().fold((0.0, 0.0), |(e, w), b| (e + b.events, w + weight(b)));
        let without: Vec<f64> =
            side.iter().map(|b| ((events - b.events) / (weights - weight(b))).ln()).collect();
        let centre = mean(&without);
        without.iter().map(|v| (v - centre).powi(2)).sum::<f64>() * (n - 1.0) / n
    };
    let power: f64 = blocks.iter().map(of_side).sum();
    if power.is_nan() { f64::INFINITY } else { power.sqrt() }
}

/// Whether the side that is not empty had events in most of its blocks: one burst that does not come back stops nothing.
fn lasting(sides: &[Vec<Sum>; 2]) -> bool {
    sides.iter().any(|side| side.iter().filter(|b| b.events > 0.0).count() >= FEWEST)
}

/// Whether proportional load gives the same answer: same sign, and significant if the other one is.
fn agrees(blocks: &[Vec<Block>; 2], estimate: &Estimate) -> bool {
    let Some(fixed) = unpaired(&log_rates(&blocks[0]), &log_rates(&blocks[1])) else { return false };
    fixed.shift.signum() == estimate.shift.signum() && (fixed.p() <= 0.05) == (estimate.p() <= 0.05)
}
