//! Where badges and their labels stand, so that nothing touches: badges merge until they are clear of each other, a
//! label takes the right side of its badge, else the left, else none.

use super::flags::{Flag, Side};
use super::metrics::{bold, width};
use super::scale::Axis;

/// Badges closer than this are put together.
const CLEAR: f64 = 6.0;
/// A label ends so far before the next badge.
const BEFORE: f64 = 8.0;
/// And stands so far from its own.
pub const BESIDE: f64 = 6.0;
const BADGE: f64 = 18.0;
/// From so many letters on only the first and the last are named.
const NAMED: usize = 4;

/// Changes that share a badge.
pub struct Group<'a, 'b> {
    pub members: &'b [Flag<'a>],
    /// Middle of the badge.
    pub x: f64,
    pub width: f64,
    /// `A`, `C D E`, and from five on `C–G`.
    pub letters: String,
}

/// `Z` comes before `A2`.
fn order(id: &str) -> (u64, &str) {
    (id.get(1..).map_or(0, |n| n.parse().unwrap_or(0)), id)
}

/// Neighbours that share a badge, and the first and the last of their letters: asked for again with each neighbour
/// that joins, of which there may be many thousands.
#[derive(Clone, Copy)]
struct Span<'a> {
    from: usize,
    to: usize,
    first: &'a str,
    last: &'a str,
}

impl Span<'_> {
    fn with(self, next: Self) -> Self {
        Self {
            from: self.from,
            to: next.to,
            first: std::cmp::min_by_key(self.first, next.first, |id| order(id)),
            last: std::cmp::max_by_key(self.last, next.last, |id| order(id)),
        }
    }
}

/// The badges behind a lane's title: one each, or one for all where they are many.
pub fn behind_title(ids: &[String]) -> Vec<String> {
    match ids {
        [first, .., last] if ids.len() > NAMED => vec![format!("{first}–{last}")],
        _ => ids.to_vec(),
    }
}

fn group<'a, 'b>(flags: &'b [Flag<'a>], span: Span<'_>, axis: &Axis) -> Group<'a, 'b> {
    let members = &flags[span.from..span.to];
    let letters = if members.len() > NAMED {
        format!("{}–{}", span.first, span.last)
    } else {
        let mut ids: Vec<&str> = members.iter().map(|f| f.change.id.as_str()).collect();
        ids.sort_by_key(|id| order(id));
        ids.join(" ")
    };
    let width = (width(&letters, bold(12.0)) + 9.0).max(BADGE);
    let first = members.first().map_or(0.0, Flag::middle);
    let last = members.last().map_or(0.0, Flag::middle);
    let half = width / 2.0;
    let x = f64::midpoint(first, last).min(axis.x1 + 8.0 - half).max(axis.x0 - 4.0 + half);
    Group { members, x, width, letters }
}

/// Merges neighbours until all badges stand clear.
pub fn groups<'a, 'b>(flags: &'b [Flag<'a>], axis: &Axis) -> Vec<Group<'a, 'b>> {
    let mut done: Vec<Span<'_>> = Vec::new();
    for (i, flag) in flags.iter().enumerate() {
        let mut span = Span { from: i, to: i + 1, first: &flag.change.id, last: &flag.change.id };
        while let Some(before) = done.last().copied() {
            let left = group(flags, before, axis);
            let right = group(flags, span, axis);
            if right.x - right.width / 2.0 - (left.x + left.width / 2.0) >= CLEAR {
                break;
            }
            span = before.with(span);
            done.pop();
        }
        done.push(span);
    }
    done.into_iter().map(|span| group(flags, span, axis)).collect()
}

/// The side on which each label stands, given how wide it is; `None` where it has no room on either.
pub fn sides(groups: &[Group<'_, '_>], needs: &[f64], (left, right): (f64, f64)) -> Vec<Option<Side>> {
    let mut free = left;
    let mut sides = Vec::with_capacity(groups.len());
    for (i, (group, need)) in groups.iter().zip(needs).enumerate() {
        let (start, end) = (group.x - group.width / 2.0, group.x + group.width / 2.0);
        let next = groups.get(i + 1).map_or(right, |g| g.x - g.width / 2.0 - BEFORE);
        let side = if end + BESIDE + need <= next {
            Some(Side::Right)
        } else if start - BESIDE - need >= free + BEFORE {
            Some(Side::Left)
        } else {
            None
        };
        free = if side == Some(Side::Right) { end + BESIDE + need } else { end };
        sides.push(side);
    }
    sides
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::report::Window;
    use crate::model::report::effect::Change;
    use crate::model::time::Time;

    fn change(id: String) -> Change {
        let text = r#"{"id":"","host":"h","key":"net.core.somaxconn","from":"1","to":"2","lo":null,"hi":null,
            "boot":null,"evidence":[],"bites":"","caveats":[],"settle":[]}"#;
        let mut change: Change = serde_json::from_str(text).expect("a change");
        change.id = id;
        change
    }

    fn axis() -> Axis {
        let window = Window { from: Time::from_secs(0), to: Time::from_secs(576) };
        Axis::new(window, 208.0, 784.0)
    }

    fn flags<'a>(changes: &'a [Change], at: &[f64]) -> Vec<Flag<'a>> {
        let flag = |(change, x): (&'a Change, &f64)| Flag { change, x0: *x, x1: *x, open: None };
        changes.iter().zip(at).map(flag).collect()
    }

    fn changes(n: usize) -> Vec<Change> {
        let id = |i: usize| {
            let letter = char::from(b'A' + u8::try_from(i % 26).unwrap_or(0));
            if i < 26 { letter.to_string() } else { format!("{letter}{}", i / 26 + 1) }
        };
        (0..n).map(|i| change(id(i))).collect()
    }

    fn merged(at: &[f64]) -> Vec<String> {
        let changes = changes(at.len());
        let flags = flags(&changes, at);
        groups(&flags, &axis()).into_iter().map(|g| g.letters).collect()
    }

    #[test]
    fn badges_merge_until_they_are_clear() {
        assert_eq!(merged(&[300.0, 330.0]), ["A", "B"]);
        assert_eq!(merged(&[300.0, 320.0, 400.0]), ["A B", "C"]);
        assert_eq!(merged(&[300.0, 302.0, 304.0, 306.0, 308.0]), ["A–E"]);
    }

    #[test]
    fn ten_thousand_are_one_badge() {
        assert_eq!(merged(&vec![300.0; 10_000]), ["A–P385"]);
    }

    #[test]
    fn any_number_of_badges_stays_clear_and_inside() {
        for n in [1_u32, 7, 26, 27, 60, 300] {
            let changes = changes(n as usize);
            let at: Vec<f64> = (0..n).map(|i| 208.0 + 576.0 * f64::from(i) / f64::from(n)).collect();
            let flags = flags(&changes, &at);
            let found = groups(&flags, &axis());
            assert_eq!(found.iter().map(|g| g.members.len()).sum::<usize>(), n as usize);
            for pair in found.windows(2) {
                let apart = pair[1].x - pair[1].width / 2.0 - pair[0].x - pair[0].width / 2.0;
                assert!(apart >= CLEAR, "{n}: {apart}");
            }
            for g in &found {
                assert!(g.x - g.width / 2.0 >= 204.0 && g.x + g.width / 2.0 <= 792.0, "{n}: {}", g.letters);
            }
        }
    }

    #[test]
    fn a_label_stands_right_else_left_else_nowhere() {
        let changes = changes(4);
        let side = |at: &[f64], need: f64| {
            let flags = flags(&changes, at);
            let groups = groups(&flags, &axis());
            sides(&groups, &vec![need; groups.len()], (208.0, 792.0))
        };
        assert_eq!(side(&[300.0], 100.0), [Some(Side::Right)]);
        assert_eq!(side(&[300.0, 360.0], 100.0), [None, Some(Side::Right)]);
        assert_eq!(side(&[400.0, 460.0], 100.0), [Some(Side::Left), Some(Side::Right)]);
        assert_eq!(side(&[770.0], 100.0), [Some(Side::Left)]);
        // the label on the right of the first leaves no room on the left of the second
        assert_eq!(side(&[400.0, 560.0, 600.0], 100.0), [Some(Side::Right), None, Some(Side::Right)]);
    }

    #[test]
    fn sixty_letters_behind_a_title_are_one_badge() {
        let ids: Vec<String> = ["A", "B", "C", "D", "H3"].map(str::to_owned).into();
        assert_eq!(behind_title(&ids), ["A–H3"]);
        assert_eq!(behind_title(&ids[..4]), ids[..4]);
    }

    #[test]
    fn letters_behind_z_sort_behind_it() {
        let changes = vec![change("A2".into()), change("Z".into())];
        let flags = flags(&changes, &[300.0, 301.0]);
        assert_eq!(groups(&flags, &axis())[0].letters, "Z A2");
    }
}
