//! How long a series remembers.

use super::{is_spread, mean};

/// Integrated autocorrelation time, in bins, at least 1: two windows this many bins apart are nearly independent.
/// Each of `sides` is demeaned on its own, so that a shift between them does not look like memory. Correlations
/// are corrected for their bias, `ρ + (1 + 3ρ) / n`, and summed up to the first lag of 2.5 times the sum (Sokal 1997).
#[must_use]
#[allow(clippy::cast_precision_loss)] // lengths
pub fn integrated_time(sides: &[&[f64]]) -> f64 {
    let centred: Vec<Vec<f64>> = sides
        .iter()
        .map(|side| {
            let centre = mean(side);
            side.iter().map(|v| v - centre).collect()
        })
        .collect();
    let n: usize = centred.iter().map(Vec::len).sum();
    let longest = centred.iter().map(Vec::len).max().unwrap_or(0);
    let at = |lag: usize| -> f64 {
        centred.iter().flat_map(|c| c.iter().zip(c.iter().skip(lag))).map(|(a, b)| a * b).sum()
    };
    let power = at(0);
    if !is_spread(power) {
        return 1.0;
    }
    let mut time = 1.0;
    for lag in 1..longest / 2 {
        let rho = at(lag) / power;
        time += 2.0 * (rho + (1.0 + 3.0 * rho) / n as f64);
        if lag as f64 >= 2.5 * time.max(1.0) {
            break;
        }
    }
    time.max(1.0)
}

#[cfg(test)]
mod tests {
    use super::integrated_time;

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
        let white = autoregressive(0.0, 20_000);
        assert!((integrated_time(&[&white]) - 1.0).abs() < 0.3);
    }

    #[test]
    fn what_does_not_vary_remembers_nothing() {
        assert!((integrated_time(&[&[], &[3.0; 9]]) - 1.0).abs() < 1e-12);
        assert!((integrated_time(&[&[f64::NAN, 1.0, 2.0]]) - 1.0).abs() < 1e-12);
    }
}
