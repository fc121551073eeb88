//! The same clock window on earlier days: days as the units. The one design that holds its level under slow drift.

use super::{Estimate, mean, variance};

/// One day after against several before: prediction t with `n - 1` degrees of freedom. `None` below two earlier days, or
/// when they do not vary.
#[must_use]
#[allow(clippy::cast_precision_loss)] // days
pub fn one_day(before: &[f64], after: f64) -> Option<Estimate> {
    let n = before.len() as f64;
    let se = (variance(before) * (1.0 + 1.0 / n)).sqrt();
    Estimate::new(after - mean(before), se, n - 1.0)
}

/// Several days on both sides: pooled two-sample t. One day after is [`one_day`].
#[must_use]
#[allow(clippy::cast_precision_loss)] // days
pub fn several_days(before: &[f64], after: &[f64]) -> Option<Estimate> {
    if let [after] = after {
        return one_day(before, *after);
    }
    let (b, a) = (before.len() as f64, after.len() as f64);
    let pooled = (variance(before) * (b - 1.0) + variance(after) * (a - 1.0)) / (a + b - 2.0);
    Estimate::new(mean(after) - mean(before), (pooled * (1.0 / b + 1.0 / a)).sqrt(), a + b - 2.0)
}

#[cfg(test)]
mod tests {
    use super::{one_day, several_days};
    use crate::stats::golden_tests::{numbers, same, vectors};

    #[test]
    fn the_reference_vectors_come_out() {
        for v in vectors("days") {
            let got = one_day(&numbers(&v["hist_lograte"]), v["after_lograte"].as_f64().unwrap()).unwrap();
            let (lo, hi) = got.interval(0.95);
            for (got, field) in [(got.shift, "th"), (got.se, "se"), (got.p(), "p"), (lo, "lo"), (hi, "hi")] {
                same(got, &v[field], field);
            }
        }
    }

    /// Student's sleep data as two groups: t = -1.8608, df = 18, p = 0.07919.
    #[test]
    fn pooled_sleep_data_are_as_in_every_textbook() {
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let got = several_days(&first, &second).unwrap();
        assert!((got.p() - 0.079_19).abs() < 5e-6, "{}", got.p());
    }

    #[test]
    fn one_earlier_day_says_nothing_of_spread() {
        assert_eq!(one_day(&[1.0], 2.0), None);
        assert_eq!(one_day(&[1.0, 1.0, 1.0], 2.0), None);
        assert_eq!(several_days(&[], &[]), None);
    }
}
