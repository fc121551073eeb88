//! Two windows cut into a few long blocks: the t-test on block log-rates of Ibragimov and Müller (2010; two samples:
//! 2016), and its form with a free elasticity of load.

use super::{Estimate, is_spread, mean, variance};

/// One block: events and the exposure that they came from (traffic, or seconds).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// Events, zero or more.
    pub events: f64,
    /// Exposure, above zero.
    pub exposure: f64,
}

impl Block {
    /// `ln((events + ½) / exposure)`: the half keeps an empty block finite, at the price of a wide interval.
    #[must_use]
    pub fn log_rate(self) -> f64 {
        ((self.events + 0.5) / self.exposure).ln()
    }
}

/// Log-rates of blocks.
#[must_use]
pub fn log_rates(blocks: &[Block]) -> Vec<f64> {
    blocks.iter().map(|b| b.log_rate()).collect()
}

/// Difference of means of two sets of block values (log-rates, or levels of a gauge); each set its own variance,
/// `min(n) - 1` degrees of freedom. `None` below two blocks a side, or when neither side varies.
#[must_use]
#[allow(clippy::cast_precision_loss)] // a handful of blocks
pub fn unpaired(before: &[f64], after: &[f64]) -> Option<Estimate> {
    let (b, a) = (before.len() as f64, after.len() as f64);
    let se = (variance(after) / a + variance(before) / b).sqrt();
    Estimate::new(mean(after) - mean(before), se, a.min(b) - 1.0)
}

/// As [`unpaired`], pair by pair, for windows that cover the same clock hours. `None` when the lengths differ.
#[must_use]
#[allow(clippy::cast_precision_loss)] // a handful of blocks
pub fn paired(before: &[f64], after: &[f64]) -> Option<Estimate> {
    if before.len() != after.len() {
        return None;
    }
    let differences: Vec<f64> = after.iter().zip(before).map(|(a, b)| a - b).collect();
    let n = differences.len() as f64;
    Estimate::new(mean(&differences), (variance(&differences) / n).sqrt(), n - 1.0)
}

/// A regression's answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elastic {
    /// The shift at equal exposure.
    pub estimate: Estimate,
    /// Per cent of events that one per cent of exposure brings: overload counters grow faster than traffic.
    pub elasticity: f64,
    /// Its standard error.
    pub elasticity_se: f64,
    /// Variance inflation of the shift by the exposure: above 10 the two cannot be told apart.
    pub inflation: f64,
}

/// Least squares of `ln(events + ½)` on an intercept, "after" and `ln(exposure)`. Degrees of freedom as few as the
/// shorter side has blocks less one: `2q - 3` of the textbook gave up to 9 % false positives at 5 %. `None` below three blocks a
/// side, or when exposure does not vary.
#[must_use]
#[allow(clippy::cast_precision_loss)] // a handful of blocks
pub fn elastic(before: &[Block], after: &[Block]) -> Option<Elastic> {
    let q = before.len().min(after.len());
    let n = (before.len() + after.len()) as f64;
    if q < 3 {
        return None;
    }
    let sides = before.iter().map(|b| (0.0, b)).chain(after.iter().map(|b| (1.0, b)));
    let rows: Vec<(f64, f64, f64)> =
        sides.map(|(post, b)| (post, b.exposure.ln(), (b.events + 0.5).ln())).collect();
    let centre = |of: fn(&(f64, f64, f64)) -> f64| rows.iter().map(of).sum::<f64>() / n;
    let (p0, x0, y0) = (centre(|r| r.0), centre(|r| r.1), centre(|r| r.2));
    let sum = |of: &dyn Fn(f64, f64, f64) -> f64| {
        rows.iter().map(|(p, x, y)| of(p - p0, x - x0, y - y0)).sum::<f64>()
    };
    let (pp, xx, px) = (sum(&|p, _, _| p * p), sum(&|_, x, _| x * x), sum(&|p, x, _| p * x));
    let (py, xy) = (sum(&|p, _, y| p * y), sum(&|_, x, y| x * y));
    let determinant = pp * xx - px * px;
    // exposures equal to a millionth, or a load that moved with the change and nowhere else
    if !is_spread(xx) || xx < 1e-12 * n || determinant < 1e-12 * pp * xx {
        return None;
    }
    let (shift, slope) = ((py * xx - px * xy) / determinant, (xy * pp - px * py) / determinant);
    let residual = sum(&|p, x, y| (y - shift * p - slope * x).powi(2)) / (n - 3.0);
    let se = (residual * xx / determinant).sqrt();
    Some(Elastic {
        estimate: Estimate::new(shift, se, q as f64 - 1.0)?,
        elasticity: slope,
        elasticity_se: (residual * pp / determinant).sqrt(),
        inflation: pp * xx / determinant,
    })
}

#[cfg(test)]
mod tests {
    use super::{Block, elastic, log_rates, paired, unpaired};
    use crate::stats::golden_tests::{numbers, same, vectors};

    fn blocks(events: &[f64], exposure: &[f64]) -> Vec<Block> {
        events.iter().zip(exposure).map(|(e, x)| Block { events: *e, exposure: *x }).collect()
    }

    #[test]
    fn the_reference_vectors_come_out() {
        for v in vectors("im_breg_paired") {
            let side = |y: &str, e: &str| blocks(&numbers(&v[y]), &numbers(&v[e]));
            let (b, a) = (side("yb", "eb"), side("ya", "ea"));
            let regression = elastic(&b, &a).unwrap();
            let (lb, la) = (log_rates(&b), log_rates(&a));
            for (key, got) in [
                ("im", unpaired(&lb, &la).unwrap()),
                ("paired", paired(&lb, &la).unwrap()),
                ("breg", regression.estimate),
            ] {
                let want = &v[key];
                let (lo, hi) = got.interval(0.95);
                for (got, field) in
                    [(got.shift, "th"), (got.se, "se"), (got.p(), "p"), (lo, "lo"), (hi, "hi")]
                {
                    same(got, &want[field], &format!("{key}.{field}"));
                }
            }
            same(regression.elasticity, &v["breg"]["beta"], "beta");
            same(regression.elasticity_se, &v["breg"]["sebeta"], "sebeta");
        }
    }

    /// Student's sleep data (1908), paired: t = -4.0621, df = 9, p = 0.002833.
    #[test]
    fn students_sleep_data_are_as_in_every_textbook() {
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let got = paired(&first, &second).unwrap();
        assert!((got.shift / got.se - 4.0621).abs() < 5e-5);
        assert!((got.p() - 0.002_833).abs() < 5e-7);
    }

    #[test]
    fn what_cannot_be_judged_gives_no_estimate() {
        assert_eq!(unpaired(&[], &[]), None);
        assert_eq!(unpaired(&[1.0], &[2.0]), None);
        assert_eq!(unpaired(&[1.0, 1.0], &[2.0, 2.0]), None, "no spread to judge by");
        assert_eq!(unpaired(&[1.0, f64::NAN], &[2.0, 3.0]), None);
        assert_eq!(paired(&[1.0, 2.0], &[1.0]), None);
        let flat = blocks(&[1.0, 5.0, 2.0], &[10.0; 3]);
        assert_eq!(elastic(&flat, &flat), None, "exposure does not vary");
        let empty = blocks(&[0.0; 4], &[0.0; 4]);
        assert_eq!(elastic(&empty, &empty), None, "no exposure");
    }
}
