//! Changes of one moment are judged together, so they are told together: one row and one card.

use super::html::Html;
use super::moved;
use crate::model::report::Report;
use crate::model::report::effect::{Change, Effect};
use crate::model::report::verdict::Verdict;

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
    let mut of_first: std::collections::BTreeMap<(&str, &[String]), usize> =
        std::collections::BTreeMap::new();
    for change in &report.changes {
        let key = (change.host.as_str(), change.together.as_slice());
        match of_first.get(&key).filter(|_| change.together.len() > 1) {
            Some(at) => groups[*at].add(change),
            None => {
                of_first.insert(key, groups.len());
                groups.push(Group { head: change, changes: vec![change] });
            }
        }
    }
    groups
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
            if !change.sentence.is_empty() && !metrics.contains(&metric) {
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
