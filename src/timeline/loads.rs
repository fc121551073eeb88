//! What a load of configuration files set: `sysctl -p FILE`, `sysctl --system` and a profile of tuned name files, and the
//! files are in the same input as often as not. As archived, that is: a file may have been edited since.

use super::{Account, Action, Host, Observed, profiles};
use crate::model::fact::{Act, Layer, Load, Outcome, Way};
use crate::model::time::Time;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Folders of `sysctl.d`, the one whose file counts first.
const FOLDERS: [&str; 4] = ["etc/sysctl.d/", "run/sysctl.d/", "usr/local/lib/sysctl.d/", "lib/sysctl.d/"];

/// Puts behind each load, and behind each profile that tuned applied, one act for each key that its files set.
pub(super) fn resolve(host: &mut Host, accounts: &[Account]) {
    let mut found = Vec::new();
    let mut actions = std::mem::take(&mut host.actions);
    // tuned puts in force again what the administrator's files say, and only then tells that the profile is applied
    let mut again: BTreeSet<&str> = BTreeSet::new();
    for action in actions.iter_mut().filter(|a| a.outcome != Outcome::Failed) {
        let path = |artifact: u32| accounts.get(artifact as usize).map_or("", |a| a.path.as_str());
        let tuned = action.way == Way::Tuned;
        let (files, layer) = match &action.what {
            Act::Load(load) => (files(load, tuned, &host.settings, &path), Layer::Persisted),
            Act::Profile(names) if tuned => {
                let profile = profiles::files(names, host, accounts);
                action.file = profile.files.first().filter(|_| profile.whole).map(|artifact| (*artifact, 1));
                (profile.files, Layer::Profile)
            }
            _ => continue,
        };
        if layer == Layer::Persisted {
            action.file = files.first().map(|artifact| (*artifact, 1));
        }
        let mut set = BTreeSet::new();
        for (key, seen) in in_force(&files, layer, &host.settings) {
            if layer == Layer::Profile && (again.contains(key) || is_own(key)) {
                continue;
            }
            set.insert(key);
            let before = || in_force_at(action.time, &host.settings[key]);
            let Some(value) = written(seen, before) else { continue };
            let what = Act::Set { key: key.to_owned(), value: Some(value) };
            found.push(Action { what, file: Some((seen.artifact, seen.line)), ..action.clone() });
        }
        if tuned {
            again = if layer == Layer::Persisted { set } else { BTreeSet::new() };
        }
    }
    actions.extend(found);
    actions.sort_by_key(|a| (a.time, a.artifact, a.line));
    host.actions = actions;
}

/// Whether a key is netmortem's own and no sysctl.
fn is_own(key: &str) -> bool {
    key.starts_with("tuned.")
}

/// What a line of a file writes. Of a profile `>2048` writes 2048 where less is in force, and nothing where more is; and
/// what a variable holds is not known.
fn written<'a>(seen: &Observed, before: impl Fn() -> Option<&'a str>) -> Option<String> {
    let value = seen.value.as_str();
    if seen.layer != Layer::Profile {
        return Some(value.to_owned());
    }
    let (wanted, value) = match value.chars().next() {
        Some('>') => (Ordering::Greater, &value[1..]),
        Some('<') => (Ordering::Less, &value[1..]),
        _ => (Ordering::Equal, value),
    };
    let value = value.trim();
    let figure = |text: &str| text.parse::<i64>().ok();
    let order = before().and_then(|before| Some(figure(value)?.cmp(&figure(before)?)));
    let writes = wanted == Ordering::Equal || order.is_none_or(|order| order == wanted);
    (writes && !value.is_empty() && !value.contains("${")).then(|| value.to_owned())
}

/// What the last dump up to a time shows.
fn in_force_at(time: Option<Time>, seen: &[Observed]) -> Option<&str> {
    let dumped = |o: &&Observed| o.layer == Layer::Runtime && o.time.is_some() && o.time <= time;
    seen.iter().rfind(dumped).map(|o| o.value.as_str())
}

/// The artifacts that a load read, in the order in which it read them.
fn files<'a>(
    load: &Load,
    tuned: bool,
    settings: &BTreeMap<String, Vec<Observed>>,
    path: &impl Fn(u32) -> &'a str,
) -> Vec<u32> {
    let mut persisted: Vec<u32> =
        settings.values().flatten().filter(|o| o.layer == Layer::Persisted).map(|o| o.artifact).collect();
    persisted.sort_unstable();
    persisted.dedup();
    match load {
        Load::File(name) => {
            let name = name.trim_start_matches("./").trim_start_matches('/');
            let ends = |path: &str| path.strip_suffix(name).is_some_and(|b| b.is_empty() || b.ends_with('/'));
            // copies of one file say the same: the first counts
            persisted.into_iter().filter(|a| !name.is_empty() && ends(path(*a))).take(1).collect()
        }
        Load::System => {
            // by name; of one name the folder that counts first; sysctl.conf last
            let mut by_name: BTreeMap<(bool, &str), (usize, u32)> = BTreeMap::new();
            for artifact in persisted {
                let path = path(artifact);
                let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
                let folders = if tuned { &FOLDERS[..2] } else { &FOLDERS[..] };
                let rank = folders.iter().position(|f| format!("{folder}/").ends_with(f));
                let conf = name == "sysctl.conf";
                if let Some(rank) = rank.or(conf.then_some(FOLDERS.len())) {
                    let slot = by_name.entry((conf, name)).or_insert((rank, artifact));
                    *slot = (*slot).min((rank, artifact));
                }
            }
            by_name.into_values().map(|(_, artifact)| artifact).collect()
        }
    }
}

/// Each key's last line in the files.
fn in_force<'a>(
    files: &[u32],
    layer: Layer,
    settings: &'a BTreeMap<String, Vec<Observed>>,
) -> impl Iterator<Item = (&'a str, &'a Observed)> {
    let place = |o: &Observed| files.iter().position(|f| *f == o.artifact).map(|at| (at, o.line));
    let last = move |seen: &'a Vec<Observed>| {
        let written = seen.iter().filter(|o| o.layer == layer);
        written.filter_map(|o| Some((place(o)?, o))).max_by_key(|(at, _)| *at).map(|(_, o)| o)
    };
    settings
        .iter()
        .filter_map(move |(key, seen)| Some((key.as_str(), last(seen)?)))
        .collect::<Vec<_>>()
        .into_iter()
}
