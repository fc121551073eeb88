//! Where the level of a series moved: penalised segmentation proposes.
//!
//! PELT (Killick, Fearnhead and Eckley 2012) with squared-error cost on the standardised series and the penalty of
//! Zhang and Siegmund (2007), `3 ln n` and the logarithm of each segment's length. It assumes independent noise: what it proposes
//! in a series that remembers is pruned by [`sieve`](super::sieve).

use super::{is_spread, mean, variance};

/// Indices at which a new segment begins, ascending, without 0. Empty for fewer than four values, for constant ones, and
/// where a value is missing.
#[must_use]
#[allow(clippy::cast_precision_loss)] // lengths
pub fn proposed(values: &[f64]) -> Vec<usize> {
    let n = values.len();
    let spread = variance(values).sqrt();
    if n < 4 || !is_spread(spread) {
        return Vec::new();
    }
    let centre = mean(values);
    let (mut sum, mut square) = (vec![0.0; n + 1], vec![0.0; n + 1]);
    for (i, v) in values.iter().enumerate() {
        let z = (v - centre) / spread;
        (sum[i + 1], square[i + 1]) = (sum[i] + z, square[i] + z * z);
    }
    let penalty = 3.0 * (n as f64).ln();
    // both are asked for a million times in a long series
    let scale: Vec<(f64, f64)> =
        (0..=n).map(|length| ((length as f64).recip(), (length as f64).ln())).collect();
    let cost = |from: usize, to: usize| {
        let ((share, log), rise) = (scale[to - from], sum[to] - sum[from]);
        square[to] - square[from] - rise * rise * share + log
    };
    let mut best = vec![-penalty; n + 1];
    let mut previous = vec![0; n + 1];
    let mut open: Vec<usize> = vec![0];
    let mut totals: Vec<f64> = Vec::new();
    for end in 1..=n {
        totals.clear();
        totals.extend(open.iter().map(|start| best[*start] + cost(*start, end)));
        let mut least = (f64::INFINITY, 0);
        for (total, start) in totals.iter().zip(&open) {
            if *total < least.0 {
                least = (*total, *start);
            }
        }
        (best[end], previous[end]) = (least.0 + penalty, least.1);
        // the penalty on lengths may shrink a later sum by at most ln n, so pruning keeps that much slack
        let keep = best[end] + scale[n].1;
        let mut totals = totals.iter();
        open.retain(|_| totals.next().is_some_and(|total| *total <= keep));
        open.push(end);
    }
    let mut found = Vec::new();
    let mut at = previous[n];
    while at > 0 {
        found.push(at);
        at = previous[at];
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::proposed;

    fn noise(seed: u64, n: usize) -> Vec<f64> {
        let mut random = fastrand::Rng::with_seed(seed);
        (0..n).map(|_| (0..12).map(|_| random.f64()).sum::<f64>() - 6.0).collect()
    }

    #[test]
    fn a_step_is_found_where_it_is() {
        let mut values = noise(1, 200);
        values[120..].iter_mut().for_each(|v| *v += 3.0);
        assert_eq!(proposed(&values).len(), 1);
        assert!(proposed(&values)[0].abs_diff(120) <= 1);
    }

    #[test]
    fn two_steps_back_and_forth_are_two() {
        let mut values = noise(2, 300);
        values[100..180].iter_mut().for_each(|v| *v -= 4.0);
        let found = proposed(&values);
        assert!(found.len() == 2 && found[0].abs_diff(100) <= 1 && found[1].abs_diff(180) <= 1, "{found:?}");
    }

    #[test]
    fn noise_alone_and_what_is_no_series_have_none() {
        let false_alarms = (0..100).filter(|seed| !proposed(&noise(*seed, 288)).is_empty()).count();
        assert!(false_alarms <= 3, "{false_alarms} of 100");
        for values in [&[][..], &[1.0], &[2.0; 50], &[1.0, f64::NAN, 3.0, 4.0, 5.0]] {
            assert!(proposed(values).is_empty());
        }
    }
}
