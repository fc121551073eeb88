//! Counters that are silent most of the time: runs of events are counted, not events.

use super::track::{Stretch, Track, as_f64};
use super::{Answer, Design, Refusal, Tier, Weak, What, of_ratio, turn};
use crate::stats::Estimate;
use crate::stats::binomial::Totals;
use crate::stats::{mean, variance};

/// Shortest bin in seconds.
const BIN: f64 = 120.0;
/// Share of empty bins, and variance to mean of a bin, from which on a counter is bursty.
const EMPTY: f64 = 0.5;
const FANO: f64 = 5.0;
/// Fewest bins a side.
const BINS: usize = 12;
/// Blocks in which bursts are seen to cluster.
const BLOCKS: usize = 6;
/// Variance to mean of bursts a block above which they cluster.
const CLUSTERED: f64 = 1.3;
/// Bursts on one side from which on none on the other one says something.
const ALONE: usize = 6;
/// Fewer bursts on both sides together say little, however they fall.
const FEW: usize = 12;

/// `None` for a counter that is not bursty.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // thousands of bins
pub fn answer(track: &Track, design: &Design) -> Option<Result<Answer, Refusal>> {
    let bin = BIN.max(track.long_step(design.before)).max(track.long_step(design.after));
    let bins = |s: Stretch| {
        let n = (s.length() / bin).floor() as usize;
        let cut = if n < BINS { Vec::new() } else { track.cut(s, n) };
        // a bin in which nobody looked is not empty
        cut.into_iter().filter(|b| b.steps > 0).map(|b| b.events).collect::<Vec<f64>>()
    };
    let sides = [bins(design.before), bins(design.after)];
    if sides.iter().any(Vec::is_empty) {
        return None;
    }
    let all = sides.concat();
    let empty = all.iter().filter(|n| **n <= 0.0).count();
    // a side that is empty as a whole is no sign of bursts on the other one
    let busy: Vec<f64> = sides.iter().filter(|s| s.iter().any(|n| *n > 0.0)).flatten().copied().collect();
    let quiet = busy.iter().filter(|n| **n <= 0.0).count();
    let bursty = as_f64(quiet) > EMPTY * as_f64(busy.len()) && variance(&all) / mean(&all) > FANO;
    if !bursty || empty == 0 {
        return None;
    }
    Some(of_runs(track, design, &sides.map(|side| starts(&side))))
}

/// Bins in which a run begins, as shares of the stretch; runs one empty bin apart are one.
fn starts(bins: &[f64]) -> Vec<f64> {
    let active = |i: usize| bins.get(i).is_some_and(|n| *n > 0.0);
    let began = |i: &usize| active(*i) && (*i == 0 || !active(i - 1)) && (*i < 2 || !active(i - 2));
    (0..bins.len()).filter(began).map(|i| (as_f64(i) + 0.5) / as_f64(bins.len())).collect()
}

fn of_runs(track: &Track, design: &Design, runs: &[Vec<f64>; 2]) -> Result<Answer, Refusal> {
    let seconds = [track.sum(design.before).seconds, track.sum(design.after).seconds];
    let n = [runs[0].len(), runs[1].len()];
    let totals = Totals {
        before: n[0] as u64,
        exposure_before: seconds[0],
        after: n[1] as u64,
        exposure_after: seconds[1],
    };
    let spread = clustering(runs);
    let rates = [as_f64(n[0]) / seconds[0], as_f64(n[1]) / seconds[1]];
    let weak = Weak { few_bursts: n[0] + n[1] < FEW, ..Weak::default() };
    let both = (n[0] > 0 && n[1] > 0)
        .then(|| {
            let se = (spread.max(1.0) * (1.0 / as_f64(n[0]) + 1.0 / as_f64(n[1]))).sqrt();
            Estimate::new((rates[1] / rates[0]).ln(), se, as_f64(2 * BLOCKS - 2))
        })
        .flatten();
    if let Some(estimate) = both.filter(|_| spread > CLUSTERED) {
        return Ok(Answer { weak, ..of_ratio(Tier::Blocks, What::Bursts, BLOCKS, rates, &estimate) });
    }
    let mut p = totals.mid_p().ok_or(Refusal::Few)?;
    let alone = n.contains(&0);
    if alone && (spread > CLUSTERED || n[0].max(n[1]) < ALONE) {
        p = 1.0; // what is on the one side came in clusters, or was too little for its absence to mean much
    }
    Ok(Answer {
        tier: Tier::Blocks,
        units: BLOCKS,
        what: What::Bursts,
        turn: turn(rates[0], rates[1]),
        before: rates[0],
        after: rates[1],
        size: totals.ratio().filter(|r| *r > 0.0),
        interval: totals.mid_interval(),
        p,
        equivalent: both.is_some_and(|e| e.equivalent(super::MARGIN.ln())),
        detectable: both.map(|e| e.detectable().exp()).filter(|d| d.is_finite()),
        elasticity: None,
        load: super::load_ratio(design, track.sum(design.before), track.sum(design.after)),
        tolerates: None,
        raw: None,
        weak,
    })
}

/// Pearson's chi-square of runs a block, over its degrees of freedom.
fn clustering(runs: &[Vec<f64>; 2]) -> f64 {
    let mut power = 0.0;
    for side in runs.iter().filter(|side| !side.is_empty()) {
        let mut blocks = [0.0_f64; BLOCKS];
        for share in side {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // below six
            let at = ((share * as_f64(BLOCKS)) as usize).min(BLOCKS - 1);
            blocks[at] += 1.0;
        }
        let expected = as_f64(side.len()) / as_f64(BLOCKS);
        power += blocks.iter().map(|n| (n - expected).powi(2) / expected).sum::<f64>();
    }
    let filled = runs.iter().filter(|side| !side.is_empty()).count();
    power / as_f64((BLOCKS - 1) * filled.max(1))
}
