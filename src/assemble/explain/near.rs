//! How far one spelling is from another.

/// Letters to put in, leave out, exchange or swap with their neighbour to get from one word to the other: the
/// optimal string alignment distance, which is symmetric and 0 for equal words.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // rows of the table of distances between beginnings: two before, before, this one
    let mut rows = [Vec::new(), Vec::new(), (0..=b.len()).collect::<Vec<usize>>()];
    for (i, x) in a.iter().enumerate() {
        rows.rotate_left(1);
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let [before, above, _] = &rows;
            let exchanged = above[j] + usize::from(x != y);
            let mut least = exchanged.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i - 1] == *y && b[j - 1] == *x {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        rows[2] = row;
    }
    rows[2].last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn slips_of_a_finger_are_one_apart() {
        for slip in ["somaxcon", "somaxconnn", "somaxcomn", "soamxconn"] {
            assert_eq!(distance("somaxconn", slip), 1, "{slip}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }
}
