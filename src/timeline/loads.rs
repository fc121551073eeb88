//! What a load of configuration files set: `sysctl -p FILE` and `sysctl --system` name files, and the files are in the
//! same input as often as not. As archived, that is: a file may have been edited since.

use super::{Account, Action, Host, Observed};
use crate::model::fact::{Act, Layer, Load, Outcome};
use std::collections::BTreeMap;

/// Folders of `sysctl.d`, the one whose file counts first.
const FOLDERS: [&str; 4] = ["etc/sysctl.d/", "run/sysctl.d/", "usr/local/lib/sysctl.d/", "lib/sysctl.d/"];

/// Puts behind each load one act for each key that its files set.
pub(super) fn resolve(host: &mut Host, accounts: &[Account]) {
    let mut found = Vec::new();
    for action in &mut host.actions {
        let Act::Load(load) = &action.what else { continue };
        if action.outcome == Outcome::Failed {
            continue;
        }
        let path = |artifact: u32| accounts.get(artifact as usize).map_or("", |a| a.path.as_str());
        let files = files(load, &host.settings, &path);
        action.file = files.first().map(|artifact| (*artifact, 1));
        for (key, seen) in in_force(&files, &host.settings) {
            let what = Act::Set { key: key.to_owned(), value: Some(seen.value.clone()) };
            found.push(Action { what, file: Some((seen.artifact, seen.line)), ..action.clone() });
        }
    }
    host.actions.extend(found);
    host.actions.sort_by_key(|a| (a.time, a.artifact, a.line));
}

/// The artifacts that a load read, in the order in which it read them.
fn files<'a>(
    load: &Load,
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
                let rank = FOLDERS.iter().position(|f| format!("{folder}/").ends_with(f));
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
    settings: &'a BTreeMap<String, Vec<Observed>>,
) -> impl Iterator<Item = (&'a str, &'a Observed)> {
    let place = |o: &Observed| files.iter().position(|f| *f == o.artifact).map(|at| (at, o.line));
    let last = move |seen: &'a Vec<Observed>| {
        let persisted = seen.iter().filter(|o| o.layer == Layer::Persisted);
        persisted.filter_map(|o| Some((place(o)?, o))).max_by_key(|(at, _)| *at).map(|(_, o)| o)
    };
    settings
        .iter()
        .filter_map(move |(key, seen)| Some((key.as_str(), last(seen)?)))
        .collect::<Vec<_>>()
        .into_iter()
}
