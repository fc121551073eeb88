//! How long a series remembers.

use super::{is_spread, mean};

/// Integrated autocorrelation time, in bins, at least 1: two windows this many bins apart are nearly independent.
/// Each of `sides` is demeaned on its own, so that a shift between them does not look like memory. Correlations
/// are corrected for their bias, `ρ + (1 + 3ρ) / n`, and summed up to the first lag of 2.5 times the sum (Sokal 1997).
#[must_use]
pub fn integrated_time(sides: &[&[f64]]) -> f64 {
    let series = Centred::new(sides);
    series.time(|sum, lag| {
        let bias = (lag + 3.0 * sum) / series.length;
        1.0 + 2.0 * (sum + bias)
    })
}

/// The same with what demeaning hides given back: the mean of a side of `m` bins that remembers takes `time / m` of its
/// variance with it, from each correlation alike. Larger and less sure than [`integrated_time`].
#[must_use]
pub fn unhidden_time(sides: &[&[f64]]) -> f64 {
    let series = Centred::new(sides);
    // t = 1 + 2 (sum + lag t/m) / (1 + t/m), solved for t > 0
    let m = series.side;
    series.time(|sum, lag| {
        let b = m - 1.0 - 2.0 * lag;
        let c = m * (1.0 + 2.0 * sum).max(0.0);
        ((b * b + 4.0 * c).sqrt() - b).min(2.0 * m) / 2.0
    })
}

/// Sides about their own means.
struct Centred {
    sides: Vec<Vec<f64>>,
    /// Values in all.
    length: f64,
    /// Values of a side.
    side: f64,
}

impl Centred {
    #[allow(clippy::cast_precision_loss)] // lengths
    fn new(sides: &[&[f64]]) -> Self {
        let centred = sides.iter().filter(|side| !side.is_empty()).map(|side| {
            let centre = mean(side);
            side.iter().map(|v| v - centre).collect()
        });
        let sides: Vec<Vec<f64>> = centred.collect();
        let length = sides.iter().map(Vec::len).sum::<usize>() as f64;
        Self { side: length / (sides.len() as f64).max(1.0), sides, length }
    }

    fn at(&self, lag: usize) -> f64 {
        self.sides.iter().flat_map(|c| c.iter().zip(c.iter().skip(lag))).map(|(a, b)| a * b).sum()
    }

    /// Time of the sum of the correlations so far and their number, up to the lag that is long beside it.
    #[allow(clippy::cast_precision_loss)] // lengths
    fn time(&self, of: impl Fn(f64, f64) -> f64) -> f64 {
        let power = self.at(0);
        if !is_spread(power) {
            return 1.0;
        }
        let longest = self.sides.iter().map(Vec::len).max().unwrap_or(0);
        let (mut sum, mut time) = (0.0, 1.0);
        for lag in 1..longest / 2 {
            sum += self.at(lag) / power;
            time = of(sum, lag as f64);
            if lag as f64 >= 2.5 * time.max(1.0) {
                break;
            }
        }
        time.max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{integrated_time, unhidden_time};

    fn autoregressive(phi: f64, n: usize) -> Vec<f64> {
        let mut random = fastrand::Rng::with_seed(7);
        let mut last = 0.0;
        (0..n)
            .map(|_| {
                let noise: f64 = (0..12).map(|_| random.f64()).sum::<f64>() - 6.0;
                last = phi * last + noise;
                last
            })
            .collect()
    }

    /// An AR(1) has (1 + φ) / (1 - φ).
    #[test]
    fn a_first_order_process_has_its_textbook_time() {
        let series = autoregressive(0.8, 20_000);
        assert!((integrated_time(&[&series]) - 9.0).abs() < 1.5);
        assert!((unhidden_time(&[&series]) - 9.0).abs() < 1.5);
        let white = autoregressive(0.0, 20_000);
        assert!((integrated_time(&[&white]) - 1.0).abs() < 0.3);
    }

    /// Windows of eight times the memory: what is seen of it is too little, what is given back nearly enough.
    #[test]
    fn a_short_window_hides_part_of_the_memory() {
        let series = autoregressive(0.8, 72 * 400);
        let of = |time: fn(&[&[f64]]) -> f64| {
            let times: Vec<f64> = series.chunks(144).map(|c| time(&[&c[..72], &c[72..]])).collect();
            crate::stats::mean(&times)
        };
        let (seen, given_back) = (of(integrated_time), of(unhidden_time));
        assert!(seen < 7.5 && given_back > seen + 1.0 && given_back < 11.0, "{seen} {given_back}");
    }

    #[test]
    fn what_does_not_vary_remembers_nothing() {
        assert!((integrated_time(&[&[], &[3.0; 9]]) - 1.0).abs() < 1e-12);
        assert!((integrated_time(&[&[f64::NAN, 1.0, 2.0]]) - 1.0).abs() < 1e-12);
        assert!((unhidden_time(&[]) - 1.0).abs() < 1e-12);
    }
}
