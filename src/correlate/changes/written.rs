//! Writes of which only the key is known, as auditd records them below `/proc/sys`: they say when a key was written, and
//! a dump says with what. A line of a shell's history says what was typed, and is the weaker witness of the two.

use super::{SLACK, Seen, Source, within};
use crate::model::fact::{Act, Way};
use crate::model::report::effect::Change;
use crate::model::time::Time;
use crate::timeline::Action;

impl Source<'_> {
    fn writes<'k>(&self, key: &'k str) -> impl Iterator<Item = &'_ Action> + use<'_, 'k> {
        self.acts(key).filter(|a| matches!(a.what, Act::Set { value: None, .. }))
    }

    /// A write in the bracket of two dumps says when it was; what the history says of it is shown beside.
    pub(super) fn witnessed(&self, key: &str, change: &mut Change) {
        let inside: Vec<&Action> = self.writes(key).filter(|a| within(a, change)).collect();
        let typed: Vec<&Action> = self.typed(key).filter(|a| within(a, change)).collect();
        change.evidence.extend(inside.iter().flat_map(|act| self.act(act)));
        if let [act] = inside.as_slice() {
            (change.lo, change.hi) = (act.time, act.time);
            change
                .caveats
                .push(format!("The {} record says when {key} was written, not with what.", act.way.name()));
        } else if inside.len() > 1 {
            change.caveats.push(format!("{key} was written {} times in between.", inside.len()));
        }
        // where nobody recorded a write, the history's own line is the change
        for act in typed.into_iter().filter(|_| !inside.is_empty()) {
            change.evidence.extend(self.act(act));
            let said = act.value_of(key).unwrap_or_default();
            change.caveats.push(if said == change.to {
                format!("The shell history sets {key} to {said}, too, at another time than the record.")
            } else {
                format!(
                    "The shell history says that {key} was set to {said}, and the next dump says {}.",
                    change.to
                )
            });
        }
    }

    /// Writes from one time to another are shown with a change whose value a line tells. One of the same moment is the
    /// same act; of another one nobody knows whether it changed anything.
    pub(super) fn also_written(&self, key: &str, act: &Action, span: [Option<Time>; 2], change: &mut Change) {
        let [from, to] = span;
        let near = |a: &Action| apart(a, act) <= SLACK;
        // one beside another line that tells a value belongs to that one
        let others = |a: &Action| self.acts(key).any(|o| o.value_of(key).is_some() && apart(a, o) <= SLACK);
        let inside = |a: &&Action| near(a) || a.time > from && a.time < to && !others(a);
        for write in self.writes(key).filter(inside) {
            if change
                .evidence
                .iter()
                .any(|e| e.line == write.line && e.path == self.timeline.path(write.artifact))
            {
                continue;
            }
            change.evidence.extend(self.act(write));
            if !near(write) {
                let way = write.way.name();
                change
                    .caveats
                    .push(format!("The {way} record says that {key} was written at another time, too."));
            }
        }
    }

    /// Whether a line of the history is not what changed the key: two dumps differ, a write in between is on record, and
    /// nothing that was typed in between was typed then.
    pub(super) fn doubted(&self, key: &str, all: &[Seen<'_>], i: usize) -> bool {
        let dump = |seen: &Seen<'_>| matches!(seen, Seen::Dump(_));
        if all.get(i).is_none_or(dump) {
            return false;
        }
        let (Some(before), Some(after)) = (all[..i].iter().rposition(dump), all[i..].iter().position(dump))
        else {
            return false;
        };
        let between = &all[before + 1..i + after];
        if between.is_empty() || all[before].value() == all[i + after].value() {
            return false;
        }
        let [from, to] = [all[before].time(), all[i + after].time()];
        let recorded = |a: &&Action| a.way != Way::History && a.time > from && a.time < to;
        let writes: Vec<&Action> = self.writes(key).filter(recorded).collect();
        let alone = |seen: &Seen<'_>| match seen {
            Seen::Act(act) => act.way == Way::History && writes.iter().all(|write| apart(write, act) > SLACK),
            Seen::Dump(_) => false,
        };
        !writes.is_empty() && between.iter().all(alone)
    }

    /// Lines of the history that give the key a value.
    fn typed<'k>(&self, key: &'k str) -> impl Iterator<Item = &'_ Action> + use<'_, 'k> {
        self.acts(key).filter(move |a| a.way == Way::History && a.value_of(key).is_some())
    }
}

/// Seconds between two acts.
fn apart(a: &Action, b: &Action) -> f64 {
    a.time.zip(b.time).map_or(f64::INFINITY, |(a, b)| a.seconds_since(b).abs())
}
