//! When settings took new values: from dumps that differ (a bracket of two times), from acts in logs (an
//! instant), and from both joined.

use super::Placed;
use crate::catalogue::sysctls;
use crate::model::fact::Layer;
use crate::model::report::effect::{Change, Evidence};
use crate::model::time::Time;
use crate::timeline::{Action, Host, Observed, Timeline};
use std::cmp::Ordering;

/// Syslog stamps are whole seconds and a dump takes a while: an act this far outside the bracket is the
/// same act.
const SLACK: f64 = 2.0;

/// All changes, in time order, with letters.
#[must_use]
pub fn changes(timeline: &Timeline, quote: &dyn Fn(u32, u32) -> String) -> Vec<Placed> {
    let mut found: Vec<Placed> = Vec::new();
    for (host, h) in timeline.hosts.iter().enumerate() {
        let source = Source { host: h, timeline, quote };
        let mut keys: Vec<&str> =
            h.settings.keys().chain(h.actions.iter().map(|a| &a.key)).map(String::as_str).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys.into_iter().filter(|key| tunable(h, key)) {
            found.extend(source.of_key(key).into_iter().map(|change| Placed { host, change }));
        }
    }
    found.sort_by(|a, b| {
        in_time(&a.change, &b.change).then_with(|| (a.host, &a.change.key).cmp(&(b.host, &b.change.key)))
    });
    for (i, placed) in found.iter_mut().enumerate() {
        placed.change.id = letter(i);
    }
    found
}

/// Not moved by the kernel itself, and not a second name of a key that is there too.
fn tunable(host: &Host, key: &str) -> bool {
    let row = sysctls::sysctl(key);
    let second_name = sysctls::canonical(key) != key && host.settings.contains_key(sysctls::canonical(key));
    !second_name && !row.is_some_and(|row| row.volatile)
}

fn in_time(a: &Change, b: &Change) -> Ordering {
    let when = |c: &Change| c.hi.or(c.lo).map_or(i64::MAX, |t| t.0);
    when(a).cmp(&when(b))
}

/// `A` … `Z`, `A2` … `Z2`, ….
fn letter(i: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(i % 26).unwrap_or(0));
    if i < 26 { letter.to_string() } else { format!("{letter}{}", i / 26 + 1) }
}

struct Source<'a> {
    host: &'a Host,
    timeline: &'a Timeline,
    quote: &'a dyn Fn(u32, u32) -> String,
}

impl Source<'_> {
    fn of_key(&self, key: &str) -> Vec<Change> {
        let empty = Vec::new();
        let seen: Vec<&Observed> = self
            .host
            .settings
            .get(key)
            .unwrap_or(&empty)
            .iter()
            .filter(|o| o.layer == Layer::Runtime && o.time.is_some())
            .collect();
        let mut acts: Vec<&Action> = self
            .host
            .actions
            .iter()
            .filter(|a| a.time.is_some() && sysctls::canonical(&a.key) == sysctls::canonical(key))
            .collect();
        let mut found = Vec::new();
        for pair in seen.windows(2).filter(|pair| pair[0].value != pair[1].value) {
            let (old, new) = (pair[0], pair[1]);
            let inside = |a: &&Action| a.value == new.value && within(a.time, old.time, new.time);
            let act = acts.iter().rposition(inside).map(|i| acts.remove(i));
            found.push(self.between_dumps(key, old, new, act));
        }
        for act in acts {
            found.extend(self.by_act_alone(key, act, &seen));
        }
        found.sort_by(in_time);
        found
    }

    fn between_dumps(&self, key: &str, old: &Observed, new: &Observed, act: Option<&Action>) -> Change {
        let mut change = blank(self.host, key, Some(old.value.clone()), &new.value);
        (change.lo, change.hi) = (old.time, new.time);
        if let Some(act) = act {
            (change.lo, change.hi) = (act.time, act.time);
            change.evidence.push(self.act(act));
        }
        change.evidence.push(self.dump(old));
        change.evidence.push(self.dump(new));
        change
    }

    /// An act that no pair of dumps shows. Setting the value that is there already changes nothing.
    fn by_act_alone(&self, key: &str, act: &Action, seen: &[&Observed]) -> Option<Change> {
        let before = seen.iter().rev().find(|o| o.time < act.time);
        let after = seen.iter().find(|o| o.time > act.time);
        let earlier_act = self.host.actions.iter().rfind(|a| a.key == act.key && a.time < act.time);
        let from = before.map(|o| o.value.clone()).or_else(|| earlier_act.map(|a| a.value.clone()));
        if from.as_deref() == Some(act.value.as_str()) {
            return None;
        }
        let mut change = blank(self.host, key, from, &act.value);
        (change.lo, change.hi) = (act.time, act.time);
        change.evidence.push(self.act(act));
        if let Some(before) = before {
            change.evidence.push(self.dump(before));
        }
        if let Some(after) = after.filter(|after| after.value != act.value) {
            change.evidence.push(self.dump(after));
            change.caveats.push(format!(
                "The log says that {key} was set to {}, and the next dump says {}.",
                act.value, after.value
            ));
        } else if seen.is_empty() {
            change.caveats.push(format!("No dump shows {key}: the log line is all that is known."));
        }
        Some(change)
    }

    fn act(&self, act: &Action) -> Evidence {
        self.evidence("action", act.time, act.artifact, act.line, act.text.clone())
    }

    fn dump(&self, seen: &Observed) -> Evidence {
        self.evidence("dump", seen.time, seen.artifact, seen.line, (self.quote)(seen.artifact, seen.line))
    }

    fn evidence(&self, kind: &str, time: Option<Time>, artifact: u32, line: u32, text: String) -> Evidence {
        let path = self.timeline.artifacts.get(artifact as usize).map(|a| a.path.clone()).unwrap_or_default();
        Evidence { kind: kind.to_owned(), time, path, line, text }
    }
}

fn blank(host: &Host, key: &str, from: Option<String>, to: &str) -> Change {
    Change {
        id: String::new(),
        host: host.name.clone(),
        key: key.to_owned(),
        from,
        to: to.to_owned(),
        lo: None,
        hi: None,
        evidence: Vec::new(),
        bites: sysctls::sysctl(key).map(|row| row.bites.to_owned()).unwrap_or_default(),
        caveats: Vec::new(),
        settle: Vec::new(),
    }
}

fn within(at: Option<Time>, lo: Option<Time>, hi: Option<Time>) -> bool {
    match (at, lo, hi) {
        (Some(at), Some(lo), Some(hi)) => at >= lo.plus_seconds(-SLACK) && at <= hi.plus_seconds(SLACK),
        _ => false,
    }
}
