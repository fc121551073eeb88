//! The last rung: two totals, and the exact conditional test. Real counts are far more variable than Poisson, so the answer
//! says how much more it bears.

use super::{Answer, Design, Sum, Tier, Weak, What, load_ratio, turn};
use crate::stats::binomial::Totals;

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // counts of events
pub fn answer(before: Sum, after: Sum, design: &Design) -> Option<Answer> {
    let totals = Totals {
        before: before.events.round() as u64,
        exposure_before: before.exposure,
        after: after.events.round() as u64,
        exposure_after: after.exposure,
    };
    let interval = totals.interval()?;
    Some(Answer {
        tier: Tier::Totals,
        units: 1,
        what: What::Events,
        turn: turn(before.events, after.events),
        before: before.events / before.seconds,
        after: after.events / after.seconds,
        size: totals.ratio().filter(|r| *r > 0.0),
        interval: Some(interval).filter(|(lo, hi)| *lo > 0.0 && hi.is_finite()),
        p: totals.p()?,
        equivalent: false,
        detectable: None,
        elasticity: design.load.then_some(1.0),
        load: load_ratio(design, before, after),
        tolerates: totals.tolerates(),
        raw: None,
        weak: Weak::default(),
    })
}
