//! Load that moved with the change and nowhere else: nobody can tell how much of the effect is its. Where the answer is the
//! same whether load brings nothing or its cube, it stands all the same, with the interval of both.

use super::blocks::{jackknife, plain};
use super::{Answer, Design, Refusal, Sum, Tier, Weak, What, load_ratio, of_ratio};
use crate::stats::Estimate;
use crate::stats::blocks::{Block, unpaired};

/// Elasticities between which a counter of overload lies: none, and the cube. Doubling the load made such counters grow two-
/// to fourfold in the reference's scenes.
const LEAST: f64 = 0.0;
const MOST: f64 = 3.0;
const LEVEL: f64 = 0.05;

pub fn answer(
    blocks: &[Vec<Block>; 2],
    totals: &[Sum; 2],
    design: &Design,
    weak: Weak,
) -> Result<Answer, Refusal> {
    if totals.iter().any(|t| t.events <= 0.0) {
        return Err(Refusal::Entangled);
    }
    let with = |elasticity: f64| {
        let rate = |b: &Block| (b.events + 0.5).ln() - elasticity * b.exposure.ln();
        let [before, after] = blocks.each_ref().map(|side| side.iter().map(rate).collect::<Vec<f64>>());
        let found = unpaired(&before, &after)?;
        let se = found.se.max(jackknife(blocks, elasticity));
        Estimate::new(plain(totals, elasticity), se, found.df)
    };
    let (none, cube) = with(LEAST).zip(with(MOST)).ok_or(Refusal::Entangled)?;
    let p = none.p().max(cube.p());
    if none.shift.signum() != cube.shift.signum() || p > LEVEL {
        return Err(Refusal::Entangled);
    }
    let proportional = with(1.0).ok_or(Refusal::Entangled)?;
    let ends = [none.interval(0.95), cube.interval(0.95)];
    let (lo, hi) = (ends[0].0.min(ends[1].0), ends[0].1.max(ends[1].1));
    let rates = totals.map(|t| t.events / t.seconds);
    let units = blocks[0].len().min(blocks[1].len());
    Ok(Answer {
        p,
        interval: Some((lo.exp(), hi.exp())),
        equivalent: false,
        elasticity: Some(1.0),
        load: load_ratio(design, totals[0], totals[1]),
        weak: Weak { entangled: true, ..weak },
        ..of_ratio(Tier::Blocks, What::Events, units, rates, &proportional)
    })
}
