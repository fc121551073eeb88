//! Numbers in, numbers out: `&[f64]` to estimates. Knows nothing of networks, clocks or hosts.
//!
//! The ladder of tests and why these and no others: block t-tests (Ibragimov and Müller 2010, 2016) hold their level on
//! autocorrelated, bursty counts, where Poisson, Welch and Newey-West do not. Every function says what its input is,
//! which cases are degenerate, and where the method is from.

pub mod autocorrelation;
pub mod binomial;
pub mod blocks;
pub mod days;
pub mod multiple;
pub mod segments;
pub mod sieve;

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The logarithm of a ratio (or a shift), with its uncertainty as Student's t sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// After minus before: `ln(ratio)` of rates, or a difference of levels.
    pub shift: f64,
    /// Standard error.
    pub se: f64,
    /// Degrees of freedom, at least 1.
    pub df: f64,
}

impl Estimate {
    /// `None` when a number is missing, no spread is left to judge by, or no degree of freedom.
    #[must_use]
    pub fn new(shift: f64, se: f64, df: f64) -> Option<Self> {
        (shift.is_finite() && se.is_finite() && se > 0.0 && df >= 1.0).then_some(Self { shift, se, df })
    }

    /// Two-sided p-value of "no shift".
    #[must_use]
    pub fn p(&self) -> f64 {
        let tail = student(self.df).map_or(0.5, |t| t.sf((self.shift / self.se).abs()));
        (2.0 * tail).min(1.0)
    }

    /// Interval of the given coverage (0.95), on the scale of `shift`.
    #[must_use]
    pub fn interval(&self, coverage: f64) -> (f64, f64) {
        let half = quantile(0.5 + coverage / 2.0, self.df) * self.se;
        (self.shift - half, self.shift + half)
    }

    /// The smallest shift that a test at 5 % finds four times in five.
    #[must_use]
    pub fn detectable(&self) -> f64 {
        (quantile(0.975, self.df) + quantile(0.8, self.df)) * self.se
    }

    /// Whether the 90 % interval lies within ±`margin`: two one-sided tests at 5 % (Schuirmann 1987).
    #[must_use]
    pub fn equivalent(&self, margin: f64) -> bool {
        let (lo, hi) = self.interval(0.9);
        -margin < lo && hi < margin
    }
}

fn student(df: f64) -> Option<StudentsT> {
    StudentsT::new(0.0, 1.0, df).ok()
}

/// Quantile of Student's t; infinite when `df` is none.
fn quantile(p: f64, df: f64) -> f64 {
    student(df).map_or(f64::INFINITY, |t| t.inverse_cdf(p))
}

/// Whether a spread is one to divide by: not zero, not missing.
fn is_spread(value: f64) -> bool {
    value > 0.0 && value.is_finite()
}

/// Mean; NaN of nothing.
#[must_use]
#[allow(clippy::cast_precision_loss)] // lengths
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Variance with `n - 1`; NaN of fewer than two.
#[must_use]
#[allow(clippy::cast_precision_loss)] // lengths
pub fn variance(values: &[f64]) -> f64 {
    let centre = mean(values);
    values.iter().map(|v| (v - centre).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

/// Middle value, of an even number the mean of the two; NaN of nothing.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}

#[cfg(test)]
pub(crate) mod golden_tests;
