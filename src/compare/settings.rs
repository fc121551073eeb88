//! Settings of both sides: running values and what files say.

use super::interfaces::{interface, interfaces};
use super::{Pair, Subject};
use crate::catalogue::sysctls;
use crate::correlate::drift::drifted;
use crate::correlate::persisted::Files;
use crate::model::diff::{Census, Class, Counter, Setting, SettingKind, Value, Values};
use crate::model::fact::Layer;
use crate::timeline::Observed;
use std::collections::{BTreeMap, BTreeSet};

/// What names a host, and is told with its facts.
const IDENTITY: [&str; 6] = [
    "kernel.arch",
    "kernel.domainname",
    "kernel.hostname",
    "kernel.osrelease",
    "kernel.ostype",
    "kernel.version",
];

/// A side's settings, with what is worked out once.
struct Side<'a> {
    subject: &'a Subject<'a>,
    files: Files<'a>,
    interfaces: BTreeSet<&'a str>,
    /// Whether any running value, and any configuration file, was read.
    running: bool,
    persisted: bool,
}

impl<'a> Side<'a> {
    fn new(subject: &'a Subject<'a>) -> Self {
        let has = |layer: Layer| {
            let mut keys = subject.host.settings.iter().filter(|(key, _)| is_setting(key));
            keys.any(|(_, seen)| seen.iter().any(|o| o.layer == layer))
        };
        Self {
            files: Files::new(subject.timeline, subject.host),
            interfaces: interfaces(subject.host),
            running: has(Layer::Runtime),
            persisted: has(Layer::Persisted) || has(Layer::Profile),
            subject,
        }
    }

    fn value(&self, seen: &Observed) -> Value {
        value(self.subject, seen)
    }

    fn values(&self, key: &str) -> Values {
        let seen = self.subject.host.settings.get(key).map(Vec::as_slice).unwrap_or_default();
        Values {
            running: seen.iter().rfind(|o| o.layer == Layer::Runtime).map(|o| self.value(o)),
            files: self.files.of_key(key).map(|said| self.value(said.winner)),
            drift: drifted(&self.files, key, seen).is_some(),
        }
    }
}

pub(super) fn value(side: &Subject<'_>, seen: &Observed) -> Value {
    let path = side.timeline.path(seen.artifact).to_owned();
    Value { value: seen.value.clone(), path, line: seen.line }
}

/// Whether a key is one of sysctl's, or kept like one.
fn is_setting(key: &str) -> bool {
    !key.starts_with("proc.") && !key.starts_with("limits.") && !key.contains('*')
}

/// Settings that differ, those that act on something first, and how many there were.
pub(super) fn settings(pair: &Pair<'_>) -> (Vec<Setting>, Census) {
    let (a, b) = (Side::new(&pair.a), Side::new(&pair.b));
    let mut census = Census { files_a: a.persisted, files_b: b.persisted, ..Census::default() };
    let keys: BTreeSet<&str> = [&a, &b]
        .iter()
        .flat_map(|side| side.subject.host.settings.keys())
        .map(String::as_str)
        .filter(|key| is_setting(key) && sysctls::canonical(key) == *key)
        .collect();
    let mut found = Vec::new();
    for key in keys {
        let values = (a.values(key), b.values(key));
        census.a += u64::from(values.0.running.is_some());
        census.b += u64::from(values.1.running.is_some());
        if sysctls::sysctl(key).is_some_and(|row| row.volatile) || IDENTITY.contains(&key) {
            census.aside += 1;
            continue;
        }
        let alone = |side: &Side<'_>| interface(key).is_some_and(|(of, _)| !side.interfaces.contains(of));
        if alone(&b) || alone(&a) {
            census.interfaces_a += u64::from(alone(&b));
            census.interfaces_b += u64::from(alone(&a));
            continue;
        }
        match kind(&a, &b, &values) {
            Some(kind) => found.push(setting(key, kind, values)),
            None => census.equal += u64::from(values.0.running.is_some() && values.1.running.is_some()),
        }
    }
    (grouped(found), census)
}

fn kind(a: &Side<'_>, b: &Side<'_>, (in_a, in_b): &(Values, Values)) -> Option<SettingKind> {
    let text = |v: &Option<Value>| v.as_ref().map(|v| v.value.clone());
    match (text(&in_a.running), text(&in_b.running)) {
        (Some(x), Some(y)) if x != y => return Some(SettingKind::Running),
        // a side without any running value says nothing of a key
        (Some(_), None) if b.running => return Some(SettingKind::OnlyA),
        (None, Some(_)) if a.running => return Some(SettingKind::OnlyB),
        _ => {}
    }
    let files = a.persisted && b.persisted && text(&in_a.files) != text(&in_b.files);
    files.then_some(SettingKind::Files)
}

fn setting(key: &str, kind: SettingKind, (a, b): (Values, Values)) -> Setting {
    let row = sysctls::sysctl(key);
    Setting {
        key: key.to_owned(),
        interfaces: Vec::new(),
        title: row.map(|row| row.title.to_owned()).unwrap_or_default(),
        default: row.map(|row| row.default.to_owned()).unwrap_or_default(),
        governs: row.map(|row| row.governs.iter().map(|m| (*m).to_owned()).collect()).unwrap_or_default(),
        differing: Vec::new(),
        kind,
        a,
        b,
    }
}

/// Copies of one setting for several interfaces with the same values as one row.
fn grouped(found: Vec<Setting>) -> Vec<Setting> {
    let text = |v: &Option<Value>| v.as_ref().map(|v| v.value.clone());
    let said = |v: &Values| (text(&v.running), text(&v.files));
    let mut copies = BTreeMap::new();
    let mut rows: Vec<Setting> = Vec::new();
    for mut setting in found {
        let Some((of, pattern)) = interface(&setting.key).map(|(of, pattern)| (of.to_owned(), pattern))
        else {
            rows.push(setting);
            continue;
        };
        let same = (pattern, setting.kind, said(&setting.a), said(&setting.b));
        let at = *copies.entry(same).or_insert(rows.len());
        if let Some(first) = rows.get_mut(at) {
            first.interfaces.push(of);
        } else {
            setting.interfaces.push(of);
            rows.push(setting);
        }
    }
    for row in rows.iter_mut().filter(|row| row.interfaces.len() > 1) {
        if let Some((_, pattern)) = interface(&row.key) {
            row.key = pattern;
        }
    }
    rows
}

/// Sets beside each other what differs and what acts on it, and sorts settings: those that act on a counter that differs
/// first, then those that act on anything.
pub(super) fn link(settings: &mut [Setting], counters: &mut [Counter]) {
    for counter in counters.iter_mut().filter(|c| c.class == Class::Differs) {
        for setting in settings.iter_mut().filter(|s| s.kind == SettingKind::Running) {
            if setting.governs.contains(&counter.metric) {
                counter.differing.push(setting.key.clone());
                if !setting.differing.contains(&counter.metric) {
                    setting.differing.push(counter.metric.clone());
                }
            }
        }
    }
    settings.sort_by(|x, y| {
        let network = |s: &Setting| s.key.starts_with("net.") && !s.governs.is_empty();
        let rank = |s: &Setting| (s.kind, s.differing.is_empty(), !network(s), s.governs.is_empty());
        rank(x).cmp(&rank(y)).then_with(|| x.key.cmp(&y.key))
    });
}
