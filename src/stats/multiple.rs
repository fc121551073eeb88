//! Many tests at once: Benjamini and Hochberg (1995).

/// Adjusted p-values, in the order given: where one is at most 0.05, false discoveries are at most one in twenty.
#[must_use]
#[allow(clippy::cast_precision_loss)] // as many as a report has pairs
pub fn adjusted(p: &[f64]) -> Vec<f64> {
    let n = p.len() as f64;
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*b].total_cmp(&p[*a]));
    let mut out = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    for (i, at) in order.into_iter().enumerate() {
        least = least.min(p[at] * n / (n - i as f64));
        out[at] = least;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::adjusted;
    use crate::stats::golden_tests::{numbers, vectors};

    #[test]
    fn the_reference_vectors_come_out() {
        for v in vectors("bh") {
            for (got, want) in adjusted(&numbers(&v["p"])).iter().zip(numbers(&v["adj"])) {
                assert!((got - want).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn order_is_kept_and_one_test_is_left_alone() {
        assert_eq!(adjusted(&[0.04]), [0.04]);
        assert!(adjusted(&[]).is_empty());
        let got = adjusted(&[0.5, 0.001]);
        assert!((got[0] - 0.5).abs() < 1e-12 && (got[1] - 0.002).abs() < 1e-12);
    }
}
