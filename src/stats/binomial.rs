//! Two totals and nothing else: the exact conditional test of two Poisson rates (Przyborowski and Wilenski 1940), with the
//! interval of Clopper and Pearson (1934). Real counters are far more variable than Poisson: see [`Totals::tolerates`].

use super::is_spread;
use statrs::distribution::{Beta, Binomial, ContinuousCDF, Discrete, DiscreteCDF, Normal};

/// Events and exposure before and after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Totals {
    /// Events before.
    pub before: u64,
    /// Exposure before, above zero.
    pub exposure_before: f64,
    /// Events after.
    pub after: u64,
    /// Exposure after, above zero.
    pub exposure_after: f64,
}

impl Totals {
    /// The share of all events that would lie after if nothing had changed; `None` without exposure or events.
    fn share(&self) -> Option<f64> {
        let share = self.exposure_after / (self.exposure_after + self.exposure_before);
        (share > 0.0 && share < 1.0 && self.before + self.after > 0).then_some(share)
    }

    /// Ratio of the rates, after to before; `None` when nothing came before.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // a ratio of counts
    pub fn ratio(&self) -> Option<f64> {
        self.share()?;
        (self.before > 0)
            .then(|| (self.after as f64 / self.exposure_after) / (self.before as f64 / self.exposure_before))
    }

    /// Two-sided p-value, twice the smaller tail.
    #[must_use]
    pub fn p(&self) -> Option<f64> {
        let n = self.before + self.after;
        let law = Binomial::new(self.share()?, n).ok()?;
        let low = law.cdf(self.after);
        let high = if self.after == 0 { 1.0 } else { law.sf(self.after - 1) };
        Some((2.0 * low.min(high)).min(1.0))
    }

    /// 95 % interval of the ratio of the rates; an end that the data do not bound is 0 or infinite.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // counts
    pub fn interval(&self) -> Option<(f64, f64)> {
        self.share()?;
        let (x, n) = (self.after as f64, (self.before + self.after) as f64);
        let lo = if self.after == 0 { 0.0 } else { Beta::new(x, n - x + 1.0).ok()?.inverse_cdf(0.025) };
        let hi = if self.before == 0 { 1.0 } else { Beta::new(x + 1.0, n - x).ok()?.inverse_cdf(0.975) };
        let ratio = |p: f64| p / (1.0 - p) * self.exposure_before / self.exposure_after;
        Some((ratio(lo), ratio(hi)))
    }

    /// Two-sided mid-p: the exact test counts what was seen in full, and few events make it far too careful (Lancaster 1961).
    #[must_use]
    pub fn mid_p(&self) -> Option<f64> {
        let n = self.before + self.after;
        let law = Binomial::new(self.share()?, n).ok()?;
        let seen = law.pmf(self.after);
        let low = law.cdf(self.after) - seen / 2.0;
        Some((2.0 * low.min(1.0 - low)).min(1.0))
    }

    /// Two-sided p-value and 95 % interval of the ratio of counts whose variance is `spread` times their mean (before, after):
    /// a count spread by a half tells as much as twice as many independent events. Tails of the beta law of Jeffreys (Brown
    /// and others 2001), which for independent events are those of [`Totals::mid_p`]. `None` where a side has no event.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // counts
    pub fn spread_by(&self, spread: [f64; 2]) -> Option<(f64, (f64, f64))> {
        self.share()?;
        if self.before == 0 || self.after == 0 || spread.iter().any(|s| !is_spread(*s)) {
            return None;
        }
        let (before, after) = (self.before as f64 / spread[0], self.after as f64 / spread[1]);
        let exposure = [self.exposure_before / spread[0], self.exposure_after / spread[1]];
        let law = Beta::new(after + 0.5, before + 0.5).ok()?;
        let low = law.cdf(exposure[1] / (exposure[0] + exposure[1]));
        let ratio = |p: f64| p / (1.0 - p) * exposure[0] / exposure[1];
        Some((
            (2.0 * low.min(1.0 - low)).min(1.0),
            (ratio(law.inverse_cdf(0.025)), ratio(law.inverse_cdf(0.975))),
        ))
    }

    /// How many times as variable as Poisson the counts may be before the difference is no longer significant at 5 %:
    /// `(z / 1.96)²`.
    #[must_use]
    pub fn tolerates(&self) -> Option<f64> {
        let p = self.p()?;
        let normal = Normal::standard();
        // far out the tail rounds to zero, where z is beyond 37 and any answer is "very many"
        let z = if p > 1e-300 { -normal.inverse_cdf(p / 2.0) } else { 37.0 };
        Some((z / 1.96).powi(2))
    }
}

/// The rate that `exposure` without a single event still allows at 95 %: the rule of three (Hanley and
/// Lippman-Hand 1983). `None` without exposure.
#[must_use]
pub fn at_most(exposure: f64) -> Option<f64> {
    (exposure > 0.0).then(|| 3.0 / exposure)
}

#[cfg(test)]
mod tests {
    use super::{Totals, at_most};
    use crate::stats::golden_tests::vectors;

    #[test]
    fn the_reference_vectors_come_out() {
        for v in vectors("binom") {
            let number = |key: &str| v[key].as_f64().unwrap();
            let totals = Totals {
                before: v["x_before"].as_u64().unwrap(),
                exposure_before: number("t_before"),
                after: v["x_after"].as_u64().unwrap(),
                exposure_after: number("t_after"),
            };
            let close = |got: f64, key: &str, else_: f64| {
                let want = v[key].as_f64().unwrap_or(else_);
                let equal = (got - want).abs() <= 1e-6 * want.abs().max(1e-12)
                    || (got.is_infinite() && want.is_infinite());
                assert!(equal, "{key}: got {got}, expected {want} of {totals:?}");
            };
            close(totals.p().unwrap(), "p", f64::NAN);
            let (lo, hi) = totals.interval().unwrap();
            close(lo, "ratio_lo", 0.0);
            close(hi, "ratio_hi", f64::INFINITY);
            if let Some(ratio) = totals.ratio() {
                close(ratio, "ratio", f64::NAN);
            }
        }
    }

    #[test]
    fn without_events_or_exposure_there_is_nothing_to_test() {
        let none = Totals { before: 0, exposure_before: 5.0, after: 0, exposure_after: 5.0 };
        assert_eq!((none.p(), none.interval(), none.ratio(), none.tolerates()), (None, None, None, None));
        let no_time = Totals { before: 3, exposure_before: 0.0, after: 2, exposure_after: 5.0 };
        assert_eq!(no_time.p(), None);
        assert_eq!((at_most(0.0), at_most(69.0)), (None, Some(3.0 / 69.0)));
    }

    /// 10 against 3 in equal time: exact 0.0923, mid-p 0.0574 (binomial tail 378/8192, half of 286/8192 less).
    #[test]
    fn the_middle_of_the_p_value_is_less_careful() {
        let totals = Totals { before: 10, exposure_before: 60.0, after: 3, exposure_after: 60.0 };
        assert!((totals.p().unwrap() - 2.0 * 378.0 / 8192.0).abs() < 1e-9);
        assert!((totals.mid_p().unwrap() - 2.0 * (378.0 - 143.0) / 8192.0).abs() < 1e-9);
    }

    #[test]
    fn regular_counts_tell_more_than_independent_ones() {
        let totals = Totals { before: 10, exposure_before: 60.0, after: 3, exposure_after: 60.0 };
        let (p, (lo, hi)) = totals.spread_by([1.0; 2]).unwrap();
        let (wide_lo, wide_hi) = totals.interval().unwrap();
        assert!((p - totals.mid_p().unwrap()).abs() < 0.01, "{p}");
        assert!(wide_lo < lo && lo < 0.3 && 0.3 < hi && hi < wide_hi);
        let (p_regular, (from, to)) = totals.spread_by([0.5; 2]).unwrap();
        assert!(p_regular < p && lo < from && to < hi);
        assert_eq!(Totals { after: 0, ..totals }.spread_by([1.0; 2]), None);
        assert_eq!(totals.spread_by([0.0, 1.0]), None);
    }

    #[test]
    fn a_clear_difference_of_few_events_tolerates_little() {
        let few = Totals { before: 12, exposure_before: 60.0, after: 2, exposure_after: 60.0 };
        assert!(few.tolerates().unwrap() < 2.0);
        let many = Totals { before: 12_000, exposure_before: 60.0, after: 2_000, exposure_after: 60.0 };
        assert!(many.tolerates().unwrap() > 200.0);
    }
}
