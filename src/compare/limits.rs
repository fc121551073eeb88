//! Ceilings of both sides: those of the kernel, of processes by name, and what files grant to logins.

use super::settings::value;
use super::{Pair, Subject};
use crate::correlate::persisted::Files;
use crate::model::diff::{Limit, Value};
use crate::model::fact::Layer;
use crate::timeline::Observed;
use std::collections::{BTreeMap, BTreeSet};

/// Ceilings that a network service meets; shown though equal, for a full one looks like a bug of the service.
const KERNEL: [&str; 9] = [
    "net.core.somaxconn",
    "net.ipv4.tcp_max_syn_backlog",
    "net.core.netdev_max_backlog",
    "net.netfilter.nf_conntrack_max",
    "net.ipv4.tcp_mem",
    "net.ipv4.udp_mem",
    "net.ipv4.tcp_max_orphans",
    "fs.file-max",
    "fs.nr_open",
];

/// Limits that at least one side has.
pub(super) fn limits(pair: &Pair<'_>) -> Vec<Limit> {
    let kernel = |side: &Subject<'_>, key: &str| {
        let seen = side.host.settings.get(key)?;
        seen.iter().rfind(|o| o.layer == Layer::Runtime).map(|o| value(side, o))
    };
    let rows = KERNEL.iter().map(|key| ((*key).to_owned(), kernel(&pair.a, key), kernel(&pair.b, key)));
    let (a, b) = (named(&pair.a), named(&pair.b));
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let others = names.into_iter().map(|name| (name.clone(), a.get(name).cloned(), b.get(name).cloned()));
    let all = rows.chain(others).filter(|(_, a, b)| a.is_some() || b.is_some());
    all.map(|(name, a, b)| {
        let differs = a.as_ref().zip(b.as_ref()).is_some_and(|(a, b)| a.value != b.value);
        Limit { name, differs, a, b }
    })
    .collect()
}

/// Limits of processes by their name, and of `limits.conf`.
fn named(side: &Subject<'_>) -> BTreeMap<String, Value> {
    let mut found: BTreeMap<String, Value> = BTreeMap::new();
    for (key, seen) in
        side.host.settings.range("proc.".to_owned()..).take_while(|(key, _)| key.starts_with("proc."))
    {
        let Some((pid, item)) = key.trim_start_matches("proc.").split_once(".limits.") else { continue };
        let name = pid.parse().ok().and_then(|pid: u32| side.host.pids.get(&pid));
        let Some((name, seen)) = name.zip(running(seen)) else { continue };
        let told = value(side, seen);
        // workers of one service have one limit; where they have not, all are told
        match found.get_mut(&format!("{name}: {item}")) {
            Some(known) if known.value.split("; ").any(|v| v == told.value) => {}
            Some(known) => known.value += &format!("; {}", told.value),
            None => {
                found.insert(format!("{name}: {item}"), told);
            }
        }
    }
    let files = Files::new(side.timeline, side.host);
    for key in side.host.settings.keys().filter(|key| key.starts_with("limits.")) {
        if let Some(said) = files.of_key(key) {
            let name = key.trim_start_matches("limits.").replace('.', " ");
            found.insert(format!("limits.conf: {name}"), value(side, said.winner));
        }
    }
    found
}

fn running(seen: &[Observed]) -> Option<&Observed> {
    seen.iter().rfind(|o| o.layer == Layer::Runtime)
}
