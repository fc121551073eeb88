//! What a chart shows of a comparison: the mean of each block, and how far the mean of a side can be trusted.

use super::Measured;
use super::book::Book;
use super::judge::Subject;
use super::ladder::{Answer, Stretch, Tier};
use crate::model::fact::Kind;
use crate::model::report::effect::{Side, SideState};
use crate::model::report::figure::Level;
use crate::stats::{Estimate, mean, variance};

/// Blocks a side where the comparison had none of its own.
const BLOCKS: usize = 6;
/// Fewer say nothing of their spread.
const FEWEST: usize = 4;
/// A block with less than this share of its time covered says nothing of its time.
const COVERED: f64 = 0.5;

/// Gives both sides of an effect their blocks.
pub fn show(book: &mut Book<'_>, host: usize, measured: &mut Measured, subject: &Subject) {
    let n = match &subject.answer {
        Ok(Answer { tier: Tier::Blocks, units, .. }) => (*units).clamp(FEWEST, BLOCKS),
        _ => BLOCKS,
    };
    let sides = [subject.design.before, subject.design.after];
    let levels = sides.map(|stretch| blocks(book, host, measured, stretch, n));
    let sure = subject.answer.is_ok();
    let [before, after] = levels;
    fill(&mut measured.effect.before, before, sure);
    fill(&mut measured.effect.after, after, sure);
}

fn blocks(book: &mut Book<'_>, host: usize, measured: &Measured, within: Stretch, n: usize) -> Vec<Level> {
    #[allow(clippy::cast_precision_loss)] // half a dozen
    let width = within.length() / n as f64;
    let level = |book: &Book<'_>, from: f64, value: f64| Level {
        from: book.time(from),
        to: book.time(from + width),
        value,
    };
    match &measured.series {
        Some(id) if id.kind == Kind::Gauge => {
            let parts = book.level(host, id).parts(within, n);
            parts.into_iter().map(|(from, value)| level(book, from, value)).collect()
        }
        _ => {
            let cut = book.track(host, &measured.effect.metric).cut(within, n);
            let mut from = within.from - width;
            let shown = cut.into_iter().filter_map(|sum| {
                from += width;
                let covered = sum.seconds >= width * COVERED;
                covered.then(|| level(book, from, sum.events / sum.seconds))
            });
            shown.collect()
        }
    }
}

fn fill(side: &mut Side, blocks: Vec<Level>, sure: bool) {
    if blocks.len() < FEWEST {
        return;
    }
    let values: Vec<f64> = blocks.iter().map(|b| b.value).collect();
    if sure && side.state == SideState::Measured {
        side.band = side.rate.and_then(|rate| band(rate, &values));
    }
    side.blocks = blocks;
}

/// 95 % interval around `rate`, by Student's t of the block means. What is counted or filled is never below zero.
#[allow(clippy::cast_precision_loss)] // half a dozen
fn band(rate: f64, values: &[f64]) -> Option<[f64; 2]> {
    let n = values.len() as f64;
    let (lo, hi) = Estimate::new(rate, (variance(values) / n).sqrt(), n - 1.0)?.interval(0.95);
    let floor = if mean(values) >= 0.0 { 0.0 } else { f64::NEG_INFINITY };
    (lo.is_finite() && hi.is_finite()).then_some([lo.max(floor), hi])
}

#[cfg(test)]
mod tests {
    use super::band;

    #[test]
    fn a_band_is_around_the_rate_and_not_below_zero() {
        let [lo, hi] = band(10.0, &[9.0, 11.0, 10.0, 10.0]).unwrap();
        assert!(lo < 10.0 && 10.0 < hi && hi - 10.0 < 2.0, "{lo} {hi}");
        assert_eq!(band(0.3, &[0.0, 0.0, 0.0, 1.2]).map(|[lo, _]| lo), Some(0.0));
    }

    #[test]
    fn what_never_varied_has_no_band() {
        assert_eq!(band(10.0, &[10.0, 10.0, 10.0, 10.0]), None);
    }
}
