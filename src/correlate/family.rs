//! Changes of one moment: what moved after them belongs to all of them.

use super::Placed;
use crate::model::report::effect::Change;

/// Stamps are whole seconds: `sysctl -p` writes its keys within this.
const SLACK: f64 = 2.0;
/// Letters that one change names.
const NAMED: usize = 50;
/// Changes that are compared at all.
const COMPARED: usize = 2_000;

/// Gives each change the letters of those of its moment, and returns the others by index.
pub fn together(changes: &mut [Placed]) -> Vec<Vec<usize>> {
    let mut found = vec![Vec::new(); changes.len()];
    for i in 0..changes.len().min(COMPARED) {
        let mine = &changes[i];
        let alike = |other: &&Placed| other.host == mine.host && one_moment(&mine.change, &other.change);
        let group: Vec<usize> =
            (0..changes.len()).filter(|j| *j == i || alike(&&changes[*j])).take(NAMED).collect();
        if group.len() > 1 {
            let letters = group.iter().map(|j| changes[*j].change.id.clone()).collect();
            changes[i].change.together = letters;
        }
        found[i] = group.into_iter().filter(|j| *j != i).collect();
    }
    found
}

/// Whether two changes cannot be told apart by their times.
fn one_moment(a: &Change, b: &Change) -> bool {
    let ((Some(a_lo), Some(a_hi)), (Some(b_lo), Some(b_hi))) = ((a.lo, a.hi), (b.lo, b.hi)) else {
        return a.id == b.id;
    };
    let overlap = a_lo < b_hi && b_lo < a_hi || (a_lo, a_hi) == (b_lo, b_hi);
    overlap || a.is_instant() && b.is_instant() && a_lo.seconds_since(b_lo).abs() <= SLACK
}
