//! Changes of one moment are judged together, so they are told together: one row and one card.

use super::html::Html;
use super::moved;
use crate::model::report::Report;
use crate::model::report::effect::{Change, Effect};
use crate::model::report::verdict::Verdict;
use crate::model::words;
use std::collections::BTreeMap;

/// Changes that cannot be told apart by their time; one, as a rule.
pub struct Group<'a> {
    /// The one that speaks for all: of those that claim most, the first.
    pub head: &'a Change,
    /// All, in the report's order; `head` among them.
    pub changes: Vec<&'a Change>,
}

/// All changes, in the order of the first of each group.
pub fn groups(report: &Report) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut of_first: BTreeMap<(&str, &[String]), usize> = BTreeMap::new();
    for change in &report.changes {
        let key = (change.host.as_str(), change.together.as_slice());
        if let Some(at) = of_first.get(&key).filter(|_| change.together.len() > 1) {
            groups[*at].add(change);
        } else {
            of_first.insert(key, groups.len());
            groups.push(Group { head: change, changes: vec![change] });
        }
    }
    groups
}

/// Groups that are shown before the others fold: where there are many, those that were judged before those that were
/// not; each part in its own order.
pub fn first<'g, 'a>(groups: &'g [Group<'a>], room: usize) -> (Vec<&'g Group<'a>>, Vec<&'g Group<'a>>) {
    if groups.len() <= room {
        return (groups.iter().collect(), Vec::new());
    }
    let judged = |g: &&Group<'_>| g.verdicts().iter().any(|v| v.claims() > 1);
    let (mut open, mut folded): (Vec<_>, Vec<_>) = groups.iter().partition(judged);
    if open.is_empty() {
        open = folded.drain(..room).collect();
    }
    folded.splice(..0, open.drain(room.min(open.len())..));
    (open, folded)
}

/// `58 more changes: 2 improved, 56 not assessed`.
pub fn more(folded: &[&Group<'_>]) -> String {
    let mut counts: Vec<(Verdict, u64)> = Vec::new();
    let changes: Vec<&Change> = folded.iter().flat_map(|g| g.changes.iter().copied()).collect();
    for verdict in changes.iter().filter_map(|c| c.verdict) {
        match counts.iter_mut().find(|(v, _)| *v == verdict) {
            Some((_, n)) => *n += 1,
            None => counts.push((verdict, 1)),
        }
    }
    counts.sort_by_key(|(v, _)| std::cmp::Reverse(v.claims()));
    let told: Vec<String> =
        counts.iter().map(|(v, n)| format!("{} {}", words::setting(&n.to_string()), v.word())).collect();
    let more = words::things(changes.len() as u64, "more change", "more changes");
    if told.is_empty() { more } else { format!("{more}: {}", told.join(", ")) }
}

impl<'a> Group<'a> {
    fn add(&mut self, change: &'a Change) {
        let claims = |c: &Change| c.verdict.map_or(0, Verdict::claims);
        if claims(change) > claims(self.head) {
            self.head = change;
        }
        self.changes.push(change);
    }

    /// Whether several changes are told as one.
    pub fn is_joint(&self) -> bool {
        self.changes.len() > 1
    }

    /// The answers of its members, each once; what was not assessed says nothing beside what was.
    pub fn verdicts(&self) -> Vec<Verdict> {
        let mut found: Vec<Verdict> = Vec::new();
        for verdict in self.changes.iter().filter_map(|c| c.verdict) {
            if !found.contains(&verdict) {
                found.push(verdict);
            }
        }
        found.sort_by_key(|v| std::cmp::Reverse(v.claims()));
        if found.iter().any(|v| v.claims() > 0) {
            found.retain(|v| v.claims() > 0);
        }
        found
    }

    /// What was measured beside any of them, each metric once: governed, partner, load, in the order of the changes.
    pub fn effects(&self, report: &'a Report) -> Vec<&'a Effect> {
        let mut found: Vec<&Effect> = Vec::new();
        let all = std::iter::once(self.head).chain(self.changes.iter().copied());
        for effect in all.flat_map(|change| moved::effects(report, change)) {
            if !found.iter().any(|e| (&e.metric, &e.of) == (&effect.metric, &effect.of)) {
                found.push(effect);
            }
        }
        found.sort_by_key(|e| e.role as u8);
        found
    }

    /// Sentences of its verdicts: of each answering metric one.
    pub fn sentences(&self, report: &Report) -> Vec<&'a str> {
        let mut metrics: Vec<&str> = Vec::new();
        let mut found = Vec::new();
        let mut all: Vec<&Change> = self.changes.clone();
        all.sort_by_key(|c| !std::ptr::eq(*c, self.head));
        for change in all {
            let metric = moved::primary(report, change).map_or("", |e| e.metric.as_str());
            let says = std::ptr::eq(change, self.head) || change.verdict.is_some_and(|v| v.claims() > 0);
            if says && !change.sentence.is_empty() && !metrics.contains(&metric) {
                metrics.push(metric);
                found.push(change.sentence.as_str());
            }
        }
        found.truncate(3);
        found
    }
}

/// The verdicts of a group, and what stands beside the first.
pub fn verdict(page: &mut Html, report: &Report, group: &Group<'_>) {
    for verdict in group.verdicts() {
        super::glyph::verdict(page, verdict);
        page.raw(" ");
    }
    let mut beside = super::glyph::beside(group.head, moved::primary(report, group.head));
    if group.is_joint() {
        beside = [beside, "judged together".to_owned()]
            .into_iter()
            .filter(|s| !s.is_empty())
            .collect::<Vec<_>>()
            .join(", ");
    }
    page.wrap("<span class=\"small\">", &beside, "</span>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(id: &str, verdict: Verdict, together: &[&str]) -> Change {
        let together: Vec<String> = together.iter().map(|id| (*id).to_owned()).collect();
        let value = serde_json::json!({"id": id, "host": "web1", "key": "k", "from": "1", "to": "2", "lo": null,
            "hi": null, "boot": null, "evidence": [], "bites": "", "caveats": [], "settle": [],
            "together": together, "verdict": verdict});
        serde_json::from_value(value).expect("a change")
    }

    fn group<'a>(changes: &[&'a Change]) -> Group<'a> {
        let mut group = Group { head: changes[0], changes: vec![changes[0]] };
        changes[1..].iter().for_each(|c| group.add(c));
        group
    }

    #[test]
    fn a_group_says_what_any_of_it_says_and_not_that_the_others_say_nothing() {
        let [a, b] = [Verdict::NotAssessed, Verdict::Improved].map(|v| change("A", v, &["A", "B"]));
        let joint = group(&[&a, &b]);
        assert_eq!(joint.verdicts(), [Verdict::Improved]);
        assert!(std::ptr::eq(joint.head, &raw const b), "the one that claims most speaks");
        let c = change("C", Verdict::Worsened, &[]);
        assert_eq!(group(&[&b, &c]).verdicts(), [Verdict::Improved, Verdict::Worsened], "both are told");
    }

    #[test]
    fn where_there_are_many_the_judged_come_first() {
        let quiet = change("A", Verdict::NotAssessed, &[]);
        let judged = change("B", Verdict::Worsened, &[]);
        let groups: Vec<Group<'_>> = [&quiet, &quiet, &judged, &quiet].map(|c| group(&[c])).into();
        let (open, folded) = first(&groups, 2);
        assert_eq!(open.iter().map(|g| g.head.id.as_str()).collect::<Vec<_>>(), ["B"]);
        assert_eq!(more(&folded), "3\u{a0}more changes: 3 not assessed");
        assert_eq!(first(&groups, 4).0.len(), 4, "few are shown in their order");
    }
}
