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
    if let Some(asked) = timeline.asked {
        found.retain(|p| p.change.hi >= Some(asked.from) && p.change.lo <= Some(asked.to));
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

/// What is known of a key at an instant.
#[derive(Clone, Copy)]
enum Seen<'a> {
    Dump(&'a Observed),
    Act(&'a Action),
}

impl Seen<'_> {
    fn time(&self) -> Option<Time> {
        match self {
            Self::Dump(o) => o.time,
            Self::Act(a) => a.time,
        }
    }

    fn value(&self) -> &str {
        match self {
            Self::Dump(o) => &o.value,
            Self::Act(a) => &a.value,
        }
    }
}

impl Source<'_> {
    /// Walks dumps and acts in time order; whenever the value is another than before, something changed.
    fn of_key(&self, key: &str) -> Vec<Change> {
        let mut found: Vec<Change> = Vec::new();
        let mut last: Option<Seen<'_>> = None;
        for seen in self.in_order(key) {
            match (last, seen) {
                (Some(before), _) if before.value() == seen.value() => {
                    // the first dump that shows what an act set is the second piece of evidence
                    if let (Seen::Act(_), Seen::Dump(dump), Some(change)) = (before, seen, found.last_mut()) {
                        change.evidence.push(self.dump(dump));
                    }
                }
                (Some(Seen::Act(act)), Seen::Dump(dump)) => {
                    if let Some(change) = found.last_mut() {
                        change.caveats.push(format!(
                            "The log says that {key} was set to {}, and the next dump says {}.",
                            act.value, dump.value
                        ));
                    }
                    found.push(self.change(key, last, seen));
                }
                (None, Seen::Dump(_)) => {}
                (_, _) => found.push(self.change(key, last, seen)),
            }
            last = Some(seen);
        }
        found
    }

    /// Dumps and acts by time. A dump of the same moment that still (or already) shows the other value stands on
    /// the side of the act where it belongs: stamps are whole seconds, and a dump takes a while.
    fn in_order(&self, key: &str) -> Vec<Seen<'_>> {
        let dumps = self.host.settings.get(key).into_iter().flatten();
        let dumps = dumps.filter(|o| o.layer == Layer::Runtime && o.time.is_some()).map(Seen::Dump);
        let acts = self.host.actions.iter().filter(|a| a.time.is_some());
        let acts = acts.filter(|a| sysctls::canonical(&a.key) == sysctls::canonical(key)).map(Seen::Act);
        let mut all: Vec<Seen<'_>> = dumps.chain(acts).collect();
        all.sort_by_key(Seen::time);
        for i in 1..all.len() {
            let (a, b) = (all[i - 1], all[i]);
            let near = a.time().zip(b.time()).is_some_and(|(a, b)| b.seconds_since(a) <= SLACK);
            let early = matches!((a, b), (Seen::Dump(d), Seen::Act(act)) if d.value == act.value);
            let late = matches!((a, b), (Seen::Act(act), Seen::Dump(d)) if d.value != act.value);
            let known = |v: &str| i < 2 || all[i - 2].value() == v;
            if near && (early && !known(a.value()) || late && known(b.value())) {
                all.swap(i - 1, i);
            }
        }
        all
    }

    fn change(&self, key: &str, before: Option<Seen<'_>>, seen: Seen<'_>) -> Change {
        let mut change = blank(self.host, key, before.map(|b| b.value().to_owned()), seen.value());
        change.hi = seen.time();
        match seen {
            Seen::Act(act) => {
                change.lo = act.time;
                change.evidence.push(self.act(act));
                if !self.host.settings.get(key).is_some_and(|s| s.iter().any(|o| o.layer == Layer::Runtime)) {
                    change.caveats.push(format!("No dump shows {key}: the log line is all that is known."));
                }
            }
            Seen::Dump(_) => change.lo = before.and_then(|b| b.time()),
        }
        change.evidence.extend(before.map(|before| match before {
            Seen::Dump(dump) => self.dump(dump),
            Seen::Act(act) => self.act(act),
        }));
        if let Seen::Dump(dump) = seen {
            change.evidence.push(self.dump(dump));
        }
        change
    }

    fn act(&self, act: &Action) -> Evidence {
        self.evidence("action", act.time, act.artifact, act.line, act.text.clone())
    }

    fn dump(&self, seen: &Observed) -> Evidence {
        self.evidence("dump", seen.time, seen.artifact, seen.line, (self.quote)(seen.artifact, seen.line))
    }

    fn evidence(&self, kind: &str, time: Option<Time>, artifact: u32, line: u32, text: String) -> Evidence {
        let path = self.timeline.path(artifact).to_owned();
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
        boot: None,
        evidence: Vec::new(),
        bites: sysctls::sysctl(key).map(|row| row.bites.to_owned()).unwrap_or_default(),
        caveats: Vec::new(),
        settle: Vec::new(),
    }
}
