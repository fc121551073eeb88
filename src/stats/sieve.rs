//! Which proposed change points a series that remembers would not make by itself.
//!
//! The largest standardised CUSUM between two neighbours is held against the same figure of series without any change,
//! simulated from an autoregression fitted to the residuals around the best split (Bühlmann 1997, sieve bootstrap). The worst
//! point goes first, until all that are left stand.

use super::segments::proposed;
use super::{is_spread, mean};
use fastrand::Rng;

/// Simulated series a test: resolves p-values down to 0.005.
const SERIES: usize = 199;
/// So many exceedances settle that a point does not stand, whatever the rest would say.
const ENOUGH: usize = 8;
/// Highest order of the autoregression; [`Fit::simulate`] is written out for it.
const ORDER: usize = 4;
/// Shorter stretches give no autoregression to speak of.
const SHORTEST: usize = 8;
/// Steps that a simulated series runs before it counts.
const BURN_IN: usize = 50;

/// A change point that stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChangePoint {
    /// Index of the first value of the new level.
    pub at: usize,
    /// p-value of its test.
    pub p: f64,
    /// Mean up to the neighbouring point before.
    pub before: f64,
    /// Mean up to the neighbouring point after.
    pub after: f64,
}

/// Change points of equally spaced values at level `alpha`, ascending. `seed` makes the simulation repeatable; the same seed
/// and values give the same points. Empty where [`proposed`] is.
#[must_use]
pub fn change_points(values: &[f64], alpha: f64, seed: u64) -> Vec<ChangePoint> {
    let mut points = proposed(values);
    let mut known: Vec<((usize, usize), f64)> = Vec::new();
    loop {
        let mut found: Vec<(usize, f64)> = Vec::with_capacity(points.len());
        for (i, &at) in points.iter().enumerate() {
            let stretch = (i.checked_sub(1).map_or(0, |j| points[j]), next(&points, i, values.len()));
            let p = known.iter().find(|(k, _)| *k == stretch).map_or_else(
                || {
                    let mut random = Rng::with_seed(seed ^ ((stretch.0 as u64) << 32) ^ stretch.1 as u64);
                    test(&values[stretch.0..stretch.1], &mut random)
                },
                |(_, p)| *p,
            );
            known.push((stretch, p));
            found.push((at, p));
        }
        let worst = found.iter().enumerate().max_by(|a, b| a.1.1.total_cmp(&b.1.1));
        match worst {
            Some((i, (_, p))) if *p > alpha => points.remove(i),
            _ => return found.into_iter().enumerate().map(|(i, f)| point(values, &points, i, f)).collect(),
        };
    }
}

/// A level lasts for so many values; what goes up and comes down sooner is a spike.
const LASTS: usize = 3;

/// Points without those around spikes: two close together with nearly the same level on both sides. One stray value of a
/// skewed series makes such a pair.
#[must_use]
pub fn without_spikes(mut points: Vec<ChangePoint>) -> Vec<ChangePoint> {
    let mut i = 0;
    while i + 1 < points.len() {
        let (up, down) = (points[i], points[i + 1]);
        let height = (up.after - up.before).abs();
        if down.at - up.at < LASTS && (down.after - up.before).abs() < 0.5 * height {
            points.drain(i..i + 2);
            i = i.saturating_sub(1);
        } else {
            i += 1;
        }
    }
    points
}

fn next(points: &[usize], i: usize, end: usize) -> usize {
    points.get(i + 1).copied().unwrap_or(end)
}

fn point(values: &[f64], points: &[usize], i: usize, (at, p): (usize, f64)) -> ChangePoint {
    let from = i.checked_sub(1).map_or(0, |j| points[j]);
    let to = next(points, i, values.len());
    ChangePoint { at, p, before: mean(&values[from..at]), after: mean(&values[at..to]) }
}

/// p-value of "no change of level" in a stretch.
fn test(values: &[f64], random: &mut Rng) -> f64 {
    let Some(fit) = Fit::new(values) else { return 1.0 };
    let mut exceeded = 0;
    for i in 0..SERIES {
        let simulated = fit.simulate(values.len(), random);
        exceeded += usize::from(Fit::new(&simulated).is_some_and(|f| f.statistic >= fit.statistic));
        if exceeded == ENOUGH {
            return share(exceeded, i + 1);
        }
    }
    share(exceeded, SERIES)
}

#[allow(clippy::cast_precision_loss)] // hundreds
fn share(exceeded: usize, of: usize) -> f64 {
    (1 + exceeded) as f64 / (1 + of) as f64
}

/// An autoregression of what is left around the best split, and the statistic that it scales.
struct Fit {
    coefficients: Vec<f64>,
    innovations: Vec<f64>,
    statistic: f64,
}

impl Fit {
    /// `None` for stretches too short or without spread.
    #[allow(clippy::cast_precision_loss)] // lengths
    fn new(values: &[f64]) -> Option<Self> {
        let n = values.len();
        if n < SHORTEST {
            return None;
        }
        let (split, height) = best_split(values);
        let (left, right) = (mean(&values[..split]), mean(&values[split..]));
        let residual = |(i, v): (usize, &f64)| v - if i < split { left } else { right };
        let residuals: Vec<f64> = values.iter().enumerate().map(residual).collect();
        let mut coefficients = burg(&residuals);
        let sum: f64 = coefficients.iter().sum();
        // least squares and Burg underestimate memory in short stretches
        let corrected = (sum + (2.0 + 4.0 * sum) / n as f64).min(0.98);
        if sum.abs() > 1e-3 {
            for c in &mut coefficients {
                *c *= corrected / sum;
            }
        }
        let order = coefficients.len();
        let predicted = |i: usize| -> f64 {
            coefficients.iter().enumerate().map(|(k, c)| c * residuals[i - 1 - k]).sum()
        };
        let mut innovations: Vec<f64> = (order..n).map(|i| residuals[i] - predicted(i)).collect();
        let centre = mean(&innovations);
        for e in &mut innovations {
            *e -= centre;
        }
        let power = innovations.iter().map(|e| e * e).sum::<f64>() / innovations.len() as f64;
        let long_run = power.sqrt() / (1.0 - corrected).max(0.02);
        (long_run > 0.0 && height.is_finite()).then(|| Self {
            coefficients,
            innovations,
            statistic: height / long_run,
        })
    }

    fn simulate(&self, n: usize, random: &mut Rng) -> Vec<f64> {
        let mut drawn = || self.innovations[random.usize(..self.innovations.len())];
        let mut weights = [0.0; ORDER];
        weights[..self.coefficients.len()].copy_from_slice(&self.coefficients);
        let mut past = [0.0; ORDER];
        let mut next = || {
            // the last value comes last, for each waits for it
            let value = (drawn() + weights[3] * past[3] + weights[2] * past[2] + weights[1] * past[1])
                + weights[0] * past[0];
            past = [value, past[0], past[1], past[2]];
            value
        };
        for _ in 0..BURN_IN {
            next();
        }
        (0..n).map(|_| next()).collect()
    }
}

/// Where the two means differ most for their lengths, and `max |S_k| / sqrt(k (n - k) / n)`.
#[allow(clippy::cast_precision_loss)] // lengths
fn best_split(values: &[f64]) -> (usize, f64) {
    let n = values.len() as f64;
    let centre = mean(values);
    let (mut sum, mut best) = (0.0, (1, 0.0));
    for (i, v) in values[..values.len() - 1].iter().enumerate() {
        sum += v - centre;
        let k = (i + 1) as f64;
        // squares in the loop, one root behind it
        let height = sum * sum / (k * (n - k));
        if height > best.1 {
            best = (i + 1, height);
        }
    }
    (best.0, (best.1 * n).sqrt())
}

/// Coefficients of an autoregression by Burg's method (1967), of the order up to [`ORDER`] that the corrected
/// criterion of Hurvich and Tsai (1989) likes best; none for white noise.
#[allow(clippy::cast_precision_loss)] // lengths
fn burg(values: &[f64]) -> Vec<f64> {
    let n = values.len();
    let (mut forward, mut backward) = (values.to_vec(), values.to_vec());
    let mut power = values.iter().map(|v| v * v).sum::<f64>() / n as f64;
    let score = |power: f64, order: usize| {
        let k = order as f64 + 1.0;
        n as f64 * power.ln() + 2.0 * k * n as f64 / (n as f64 - k - 1.0)
    };
    let (mut coefficients, mut best): (Vec<f64>, (f64, Vec<f64>)) =
        (Vec::new(), (score(power, 0), Vec::new()));
    for order in 1..=ORDER.min(n / 4) {
        let pairs = forward[order..].iter().zip(&backward[order - 1..n - 1]);
        let (product, scale) =
            pairs.fold((0.0, 0.0), |(product, scale), (f, b)| (product + f * b, scale + (f * f + b * b)));
        if !is_spread(scale) {
            break;
        }
        let reflection = 2.0 * product / scale;
        let mirrored: Vec<f64> = coefficients.iter().rev().copied().collect();
        coefficients.iter_mut().zip(mirrored).for_each(|(c, m)| *c -= reflection * m);
        coefficients.push(reflection);
        for i in (order..n).rev() {
            let (f, b) = (forward[i], backward[i - 1]);
            (forward[i], backward[i]) = (f - reflection * b, b - reflection * f);
        }
        power *= 1.0 - reflection * reflection;
        if !is_spread(power) {
            break;
        }
        let now = score(power, order);
        if now < best.0 {
            best = (now, coefficients.clone());
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::{burg, change_points, without_spikes};
    use fastrand::Rng;

    fn normal(random: &mut Rng) -> f64 {
        (0..12).map(|_| random.f64()).sum::<f64>() - 6.0
    }

    /// Ten-minute bins of a process that remembers for `tau` minutes.
    fn remembering(seed: u64, n: usize, tau: f64) -> Vec<f64> {
        let phi = (-10.0 / tau).exp();
        let mut random = Rng::with_seed(seed);
        let mut last = normal(&mut random);
        (0..n)
            .map(|_| {
                last = phi * last + (1.0 - phi * phi).sqrt() * normal(&mut random);
                0.5 * last
            })
            .collect()
    }

    #[test]
    fn burg_finds_a_first_order_process() {
        let mut random = Rng::with_seed(3);
        let mut last = 0.0;
        let series: Vec<f64> = (0..4_000)
            .map(|_| {
                last = 0.7 * last + normal(&mut random);
                last
            })
            .collect();
        let found = burg(&series);
        assert!((found[0] - 0.7).abs() < 0.05, "{found:?}");
    }

    /// The reference's prototype: 1 % of such series with any point, all doublings found.
    #[test]
    fn memory_alone_moves_nothing_and_a_doubling_does() {
        let (mut alarms, mut found, mut near) = (0, 0, 0);
        for seed in 0..100 {
            let mut series = remembering(seed, 288, 10.0);
            alarms += usize::from(!change_points(&series, 0.01, seed).is_empty());
            series[144..].iter_mut().for_each(|v| *v += std::f64::consts::LN_2);
            let points = change_points(&series, 0.01, seed);
            found += usize::from(!points.is_empty());
            near += usize::from(points.iter().any(|p| p.at.abs_diff(144) <= 6));
        }
        assert!(alarms <= 4, "{alarms} of 100 series without a change");
        assert!(found >= 95 && near >= 75, "{found} found, {near} within an hour");
    }

    #[test]
    fn the_levels_are_those_of_the_stretches_between_points() {
        let mut series = remembering(1, 200, 1.0);
        series[80..].iter_mut().for_each(|v| *v += 5.0);
        let points = change_points(&series, 0.01, 1);
        assert_eq!(points.len(), 1);
        assert!((points[0].after - points[0].before - 5.0).abs() < 0.5);
    }

    #[test]
    fn a_spike_is_no_level() {
        let mut series = remembering(8, 200, 1.0);
        series[90] += 9.0;
        assert!(without_spikes(change_points(&series, 0.05, 1)).is_empty());
        series[90..].iter_mut().for_each(|v| *v += 5.0);
        assert_eq!(without_spikes(change_points(&series, 0.05, 1)).len(), 1);
    }

    #[test]
    fn the_same_seed_gives_the_same_points() {
        let series = remembering(5, 300, 60.0);
        assert_eq!(change_points(&series, 0.05, 9), change_points(&series, 0.05, 9));
        assert!(change_points(&[], 0.05, 9).is_empty());
    }
}
