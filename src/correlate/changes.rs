//! When settings took new values: from dumps that differ (a bracket of two times), from acts in logs (an
//! instant), and from both joined.

mod written;

use super::Placed;
use super::edited::placed;
use crate::catalogue::sysctls;
use crate::model::fact::{Act, Layer, Outcome};
use crate::model::report::effect::{Change, Evidence};
use crate::model::time::Time;
use crate::timeline::{Action, Host, Observed, Timeline};
use std::cmp::Ordering;

/// Syslog stamps are whole seconds and a dump takes a while: an act this far outside the bracket is the
/// same act.
const SLACK: f64 = 2.0;
/// Possible causes that are listed with a change.
const INFERRED: usize = 5;

/// All changes, in time order, with letters.
#[must_use]
pub fn changes(timeline: &Timeline, quote: &dyn Fn(u32, u32) -> String) -> Vec<Placed> {
    let mut found: Vec<Placed> = Vec::new();
    for (host, h) in timeline.hosts.iter().enumerate() {
        let source = Source { host: h, timeline, quote };
        let mut keys: Vec<&str> =
            h.settings.keys().map(String::as_str).chain(h.actions.iter().filter_map(Action::key)).collect();
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
            Self::Act(a) => a.key().and_then(|key| a.value_of(key)).unwrap_or_default(),
        }
    }
}

impl Source<'_> {
    /// Walks dumps and acts in time order; whenever the value is another than before, something changed.
    fn of_key(&self, key: &str) -> Vec<Change> {
        let mut found: Vec<Change> = Vec::new();
        let mut last: Option<Seen<'_>> = None;
        for seen in self.in_order(key) {
            last = last.filter(|before| !self.is_other_process(key, before, &seen));
            match (last, seen) {
                (Some(before), _) if before.value() == seen.value() => {
                    // the first dump that shows what an act set is the second piece of evidence
                    match (before, seen, found.last_mut()) {
                        (Seen::Act(act), Seen::Dump(dump), Some(change)) => {
                            self.also_written(key, act, [act.time, dump.time], change);
                            change.evidence.push(self.dump(dump));
                        }
                        // two logs tell of one act: sudo and the audit trail
                        (Seen::Act(first), Seen::Act(act), Some(change)) if one_act(first, act) => {
                            change.evidence.extend(self.act(act));
                        }
                        _ => {}
                    }
                }
                (Some(before @ Seen::Act(_)), Seen::Dump(dump)) => {
                    if let Some(change) = found.last_mut() {
                        change.caveats.push(format!(
                            "The log says that {key} was set to {}, and the next dump says {}.",
                            before.value(),
                            dump.value
                        ));
                    }
                    found.push(self.change(key, last, seen));
                }
                (None, Seen::Dump(_)) => {}
                // all files at every boot: where nothing is known from before, it says what was in force, not that
                // anything changed
                (None, Seen::Act(act)) if act.file.is_some() => {}
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
        let acts =
            self.acts(key).filter(|a| a.key().and_then(|key| a.value_of(key)).is_some()).map(Seen::Act);
        let mut all: Vec<Seen<'_>> = dumps.chain(acts).collect();
        all.sort_by_key(Seen::time);
        for i in 1..all.len() {
            let (a, b) = (all[i - 1], all[i]);
            let near = a.time().zip(b.time()).is_some_and(|(a, b)| b.seconds_since(a) <= SLACK);
            let early = matches!((a, b), (Seen::Dump(_), Seen::Act(_))) && a.value() == b.value();
            let late = matches!((a, b), (Seen::Act(_), Seen::Dump(_))) && a.value() != b.value();
            let known = |v: &str| i < 2 || all[i - 2].value() == v;
            if near && (early && !known(a.value()) || late && known(b.value())) {
                all.swap(i - 1, i);
            }
        }
        (0..all.len())
            .filter(|i| !contradicted(&all, *i) && !self.doubted(key, &all, *i))
            .map(|i| all[i])
            .collect()
    }

    fn change(&self, key: &str, before: Option<Seen<'_>>, seen: Seen<'_>) -> Change {
        let mut change = blank(self.host, key, before.map(|b| b.value().to_owned()), seen.value());
        change.hi = seen.time();
        match seen {
            Seen::Act(act) => {
                change.lo = act.time;
                change.evidence.extend(self.act(act));
                self.also_written(
                    key,
                    act,
                    [before.and_then(|b| b.time()).or(act.time), act.time],
                    &mut change,
                );
                if act.file.is_some() {
                    change.caveats.push("What was loaded is read from the file as archived.".to_owned());
                }
                if !self.host.settings.get(key).is_some_and(|s| s.iter().any(|o| o.layer == Layer::Runtime)) {
                    change.caveats.push(format!("No dump shows {key}: the log line is all that is known."));
                }
            }
            Seen::Dump(_) => {
                change.lo = before.and_then(|b| b.time());
                self.witnessed(key, &mut change);
            }
        }
        match before {
            Some(Seen::Dump(dump)) => change.evidence.push(self.dump(dump)),
            Some(Seen::Act(act)) => change.evidence.extend(self.act(act)),
            None => {}
        }
        if let Seen::Dump(dump) = seen {
            change.evidence.push(self.dump(dump));
            self.inferred(&mut change);
            self.edited(key, &mut change);
        }
        change
    }

    /// Dated acts on a key, whatever they set it to.
    fn acts<'k>(&self, key: &'k str) -> impl Iterator<Item = &'_ Action> + use<'_, 'k> {
        let same =
            move |a: &&Action| a.key().is_some_and(|k| sysctls::canonical(k) == sysctls::canonical(key));
        self.host.actions.iter().filter(|a| a.time.is_some() && a.outcome != Outcome::Failed).filter(same)
    }

    /// Whether a number of a process may be that of another one by now: in a later bundle.
    fn is_other_process(&self, key: &str, before: &Seen<'_>, now: &Seen<'_>) -> bool {
        let bundle = |seen: &Seen<'_>| match seen {
            Seen::Dump(o) => self.timeline.artifacts.get(o.artifact as usize)?.bundle.as_deref(),
            Seen::Act(_) => None,
        };
        key.starts_with("proc.") && bundle(before) != bundle(now)
    }

    /// What else was done in the bracket that may have done this.
    fn inferred(&self, change: &mut Change) {
        if change.is_instant() {
            return;
        }
        let may = |a: &&Action| match a.what {
            Act::Set { .. } => false,
            // files that are in the input either set the key, and are acts of their own, or do not
            Act::Load(_) | Act::Profile(_) => a.file.is_none() && a.outcome != Outcome::Failed,
            _ => a.outcome != Outcome::Failed,
        };
        let acts: Vec<&Action> = self.host.actions.iter().filter(may).filter(|a| within(a, change)).collect();
        for act in acts.into_iter().take(INFERRED) {
            change.evidence.push(Evidence { kind: "inferred".to_owned(), ..self.told(act) });
        }
    }

    /// A file of a bundle that says the new value, and was last edited in the bracket, or put in place then.
    fn edited(&self, key: &str, change: &mut Change) {
        let said = self.host.settings.get(key).into_iter().flatten();
        for file in said.filter(|o| o.layer == Layer::Persisted && o.value == change.to) {
            let Some(account) = self.timeline.artifacts.get(file.artifact as usize) else { continue };
            for (kind, at) in [("edited", account.modified), ("placed", placed(account))] {
                if at.is_some_and(|t| Some(t) > change.lo && Some(t) <= change.hi) {
                    let text = (self.quote)(file.artifact, file.line);
                    change.evidence.push(self.evidence(kind, at, file.artifact, file.line, text));
                }
            }
        }
    }

    /// An act's own line, and that of the file it loaded.
    fn act(&self, act: &Action) -> Vec<Evidence> {
        let file = act.file.map(|(artifact, line)| {
            self.evidence("file", None, artifact, line, (self.quote)(artifact, line))
        });
        [self.told(act)].into_iter().chain(file).collect()
    }

    fn told(&self, act: &Action) -> Evidence {
        let seen = self.evidence("action", act.time, act.artifact, act.line, act.text.clone());
        Evidence { way: act.way.name().to_owned(), user: act.user.clone(), ..seen }
    }

    fn dump(&self, seen: &Observed) -> Evidence {
        self.evidence("dump", seen.time, seen.artifact, seen.line, (self.quote)(seen.artifact, seen.line))
    }

    fn evidence(&self, kind: &str, time: Option<Time>, artifact: u32, line: u32, text: String) -> Evidence {
        let path = self.timeline.path(artifact).to_owned();
        Evidence { kind: kind.to_owned(), way: String::new(), user: None, time, path, line, text }
    }
}

/// Whether what a load is said to have set, by its files as archived, is not what the next dump shows: then the files
/// were others when they were loaded.
fn contradicted(all: &[Seen<'_>], i: usize) -> bool {
    let loaded = |seen: &Seen<'_>| matches!(seen, Seen::Act(act) if act.file.is_some());
    let Some(load) = all.get(i).filter(|seen| loaded(seen)) else { return false };
    let next = all[i + 1..].iter().find(|seen| !loaded(seen));
    next.is_some_and(|next| matches!(next, Seen::Dump(_)) && next.value() != load.value())
}

/// Whether two logs of different kinds tell of one act; of two copies of one log the first is enough.
fn one_act(a: &Action, b: &Action) -> bool {
    a.way != b.way && a.time.zip(b.time).is_some_and(|(a, b)| b.seconds_since(a).abs() <= SLACK)
}

/// Whether an act lies in a change's bracket.
fn within(act: &Action, change: &Change) -> bool {
    let after = |a: Time, b: Time| a.seconds_since(b) >= -SLACK;
    act.time.zip(change.lo).is_some_and(|(at, lo)| after(at, lo))
        && act.time.zip(change.hi).is_some_and(|(at, hi)| after(hi, at))
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
        together: Vec::new(),
        in_force: None,
        verdict: None,
        certainty: None,
        sentence: String::new(),
    }
}
