//! Counters that are silent most of the time: runs of events are counted, not events.

use super::track::{Stretch, Track, as_f64};
use super::{Answer, Design, Refusal, Tier, Weak, What, of_ratio, turn};
use crate::stats::Estimate;
use crate::stats::binomial::Totals;
use crate::stats::{mean, variance};

/// Shortest bin in seconds: the bursts that the bench draws last one minute and a few more.
const BIN: f64 = 120.0;
/// Share of empty bins, and variance to mean of a bin, from which on a counter is bursty.
const EMPTY: f64 = 0.5;
const FANO: f64 = 5.0;
/// Fewest bins a side.
const BINS: usize = 12;
/// Blocks in which bursts are seen to cluster.
const BLOCKS: usize = 6;
/// Variance to mean of bursts a block above which they cluster: with ten degrees of freedom, chance alone is above in one
/// series out of five.
const CLUSTERED: f64 = 1.3;
/// Bursts more regular than this are a timer's, and not taken at their word: the test would be as sure as that of twice as
/// many independent ones.
const LEAST: f64 = 0.5;
/// Loads within this ratio are one: a tenth more traffic brings a tenth more bursts, which is within their error.
const EVEN: f64 = 1.1;
/// Bursts on one side from which on none on the other one says something: in equal time, six of six have p = 0.03.
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
    Some(of_runs(track, design, &sides))
}

/// Bins in which a run begins, as shares of the stretch; runs one empty bin apart are one.
fn starts(bins: &[f64]) -> Vec<f64> {
    let active = |i: usize| bins.get(i).is_some_and(|n| *n > 0.0);
    let began = |i: &usize| active(*i) && (*i == 0 || !active(i - 1)) && (*i < 2 || !active(i - 2));
    (0..bins.len()).filter(began).map(|i| (as_f64(i) + 0.5) / as_f64(bins.len())).collect()
}

/// Variance to mean of the number of runs, were their gaps exponential: while one lasts, no other one begins, so that counted
/// bursts lie more evenly than chance would have them (a counter with dead time; Cox 1962, renewal processes).
fn regularity(bins: &[f64]) -> f64 {
    let active = |i: usize| bins.get(i).is_some_and(|n| *n > 0.0);
    let open = |i: usize| (i == 0 || !active(i - 1)) && (i < 2 || !active(i - 2));
    let (mut busy, mut lengths, mut idle) = (0.0, Vec::new(), 0.0);
    for i in 0..bins.len() {
        if !open(i) {
            busy += 1.0;
            continue;
        }
        idle += 1.0;
        if busy > 0.0 {
            lengths.push(busy);
        }
        busy = 0.0;
    }
    if lengths.len() < 2 {
        return 1.0;
    }
    let (gap, dead) = (idle / as_f64(lengths.len()), mean(&lengths));
    ((gap * gap + variance(&lengths)) / (gap + dead).powi(2)).clamp(LEAST, 1.0)
}

fn of_runs(track: &Track, design: &Design, sides: &[Vec<f64>; 2]) -> Result<Answer, Refusal> {
    let runs = &sides.each_ref().map(|side| starts(side));
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
    let load = super::load_ratio(design, track.sum(design.before), track.sum(design.after));
    // another load brings another number of bursts: what is narrowed for regularity must not be load
    let even = load.is_none_or(|l| (1.0 / EVEN..=EVEN).contains(&l));
    let clustered = spread > CLUSTERED;
    let factors = match (clustered, even) {
        (true, _) => [spread; 2],
        (_, true) => sides.each_ref().map(|side| regularity(side)),
        _ => [1.0; 2],
    };
    let both = (n[0] > 0 && n[1] > 0)
        .then(|| {
            let se = (factors[0] / as_f64(n[0]) + factors[1] / as_f64(n[1])).sqrt();
            Estimate::new((rates[1] / rates[0]).ln(), se, as_f64(2 * BLOCKS - 2))
        })
        .flatten();
    if let Some(estimate) = both.filter(|_| clustered) {
        return Ok(Answer { load, weak, ..of_ratio(Tier::Blocks, What::Bursts, BLOCKS, rates, &estimate) });
    }
    let exact = totals.spread_by(factors);
    let mut p = exact.map(|e| e.0).or_else(|| totals.mid_p()).ok_or(Refusal::Few)?;
    let alone = n.contains(&0);
    if alone && (clustered || n[0].max(n[1]) < ALONE) {
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
        interval: exact.map(|e| e.1),
        p,
        equivalent: both.is_some_and(|e| e.equivalent(super::MARGIN.ln())),
        detectable: both.map(|e| e.detectable().exp()).filter(|d| d.is_finite()),
        elasticity: None,
        load,
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

#[cfg(test)]
mod tests {
    use super::{regularity, starts};

    /// Runs of two bins with one to close them, every twelve bins: gap 9, dead 3, no spread of lengths: (9 / 12)².
    #[test]
    fn bursts_that_last_are_spread_evenly() {
        let bins: Vec<f64> = (0..120).map(|i| if i % 12 < 2 { 5.0 } else { 0.0 }).collect();
        assert_eq!(starts(&bins).len(), 10);
        assert!((regularity(&bins) - 0.5625).abs() < 0.02, "{}", regularity(&bins));
        assert!((regularity(&[0.0; 50]) - 1.0).abs() < 1e-12);
    }
}
