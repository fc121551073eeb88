//! What a review usually gets: tests that take every bin for an independent observation.

use netmortem::correlate::ladder::{Design, Sum, Track};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

fn two_sided(z: f64) -> f64 {
    2.0 * Normal::standard().sf(z.abs())
}

fn bins(track: &Track, design: &Design) -> [Vec<Sum>; 2] {
    [design.before, design.after].map(|side| {
        let minutes = if side.length() > 10_800.0 { 10.0 } else { 1.0 };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // hundreds
        track.cut(side, (side.length() / 60.0 / minutes) as usize)
    })
}

fn moments(values: &[f64]) -> (f64, f64, f64) {
    #[allow(clippy::cast_precision_loss)] // hundreds
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (n, mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0))
}

/// Welch's t on events a bin.
pub fn welch(track: &Track, design: &Design) -> f64 {
    let [b, a] = bins(track, design)
        .map(|side| moments(&side.iter().map(|s| s.events / s.seconds.max(1.0)).collect::<Vec<_>>()));
    let (vb, va) = (b.2 / b.0, a.2 / a.0);
    let df = (vb + va).powi(2) / (vb * vb / (b.0 - 1.0) + va * va / (a.0 - 1.0));
    let t = (a.1 - b.1) / (vb + va).sqrt();
    StudentsT::new(0.0, 1.0, df).map_or(1.0, |law| 2.0 * law.sf(t.abs()))
}

/// Two Poisson rates, traffic as offset.
pub fn poisson(track: &Track, design: &Design) -> f64 {
    let (b, a) = (track.sum(design.before), track.sum(design.after));
    let shift = (a.events.max(0.5) / a.exposure).ln() - (b.events.max(0.5) / b.exposure).ln();
    two_sided(shift / (1.0 / a.events.max(0.5) + 1.0 / b.events.max(0.5)).sqrt())
}

/// Difference of mean rates per traffic, with the long-run variance of Newey and West (1987).
pub fn newey_west(track: &Track, design: &Design) -> f64 {
    let [b, a] = bins(track, design).map(|side| {
        let rates: Vec<f64> =
            side.iter().filter(|s| s.exposure > 0.0).map(|s| s.events / s.exposure).collect();
        let (n, mean, _) = moments(&rates);
        let at = |lag: usize| {
            rates.iter().zip(rates.iter().skip(lag)).map(|(x, y)| (x - mean) * (y - mean)).sum::<f64>() / n
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // below ten
        let lags = (4.0 * (n / 100.0).powf(2.0 / 9.0)).floor() as usize;
        #[allow(clippy::cast_precision_loss)] // below ten
        let weight = |lag: usize| 1.0 - lag as f64 / (lags as f64 + 1.0);
        let long_run = at(0) + (1..=lags).map(|l| 2.0 * weight(l) * at(l)).sum::<f64>();
        (mean, long_run.max(0.0) / n)
    });
    two_sided((a.0 - b.0) / (a.1 + b.1).sqrt())
}
