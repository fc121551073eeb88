//! Which machine a bundle is of, and what ran on it. The one place where a batch takes these from.

use crate::model::time::Time;
use crate::timeline::{Host, Observed, Timeline};
use std::collections::BTreeMap;

/// The machine that most files are of, and its own (root) namespace.
pub fn main_host(timeline: &Timeline) -> Option<&Host> {
    let mut files: BTreeMap<&str, usize> = BTreeMap::new();
    for name in timeline.artifacts.iter().flat_map(|artifact| &artifact.hosts) {
        *files.entry(name).or_default() += 1;
    }
    let of = |host: &&Host| files.get(host.name.as_str()).copied().unwrap_or_default();
    let own = timeline.hosts.iter().filter(|host| host.netns.is_empty());
    // of equals the first by name, for hosts are sorted
    own.rev().max_by_key(of).or(timeline.hosts.first())
}

/// All machines, by name.
pub fn machines(timeline: &Timeline) -> Vec<String> {
    let mut names: Vec<String> = timeline.hosts.iter().map(|host| host.machine().to_owned()).collect();
    names.sort();
    names.dedup();
    names
}

/// Release of the kernel that was running last.
pub fn kernel(host: &Host) -> Option<String> {
    host.kernel.last().map(|told| told.text.clone())
}

/// Name and version of the operating system.
pub fn os(host: &Host) -> Option<String> {
    host.os.last().map(|told| told.text.clone())
}

/// A boot, and from when on samples are known to be of it.
pub struct Boot {
    /// As the kernel spells it.
    pub id: String,
    /// First instant; `None` when all samples are of it, dated or not.
    pub from: Option<Time>,
}

/// The boot of the machine that a host, or a namespace of it, was running in when the bundle was collected. Samples from
/// before it, which sar keeps, are of others.
pub fn boot(timeline: &Timeline, host: &Host) -> Option<Boot> {
    let own = |other: &&Host| other.netns.is_empty() && other.name == host.machine();
    let host = timeline.hosts.iter().find(own).unwrap_or(host);
    let seen: &Observed = host.settings.get("kernel.random.boot_id")?.last()?;
    let begun = host.boots.iter().filter(|boot| seen.time.is_none_or(|t| **boot <= t)).max();
    match begun {
        Some(from) => Some(Boot { id: seen.value.clone(), from: Some(*from) }),
        None if host.restarts.is_empty() => Some(Boot { id: seen.value.clone(), from: None }),
        None => None,
    }
}
