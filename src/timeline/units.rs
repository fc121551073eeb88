//! What belongs to one host together: most artifacts as a whole, a monitoring server's answer host by host.

use super::Input;
use super::hosts::short;
use crate::model::fact::{Clue, Facts, Samples};
use crate::parse::Parsed;
use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

/// How the host of a series is known.
pub(super) const BASIS: &str = "instance label";

/// Parts of one artifact that are one host's.
#[derive(Debug)]
pub(super) struct Unit {
    /// Index of the artifact.
    pub artifact: usize,
    /// Facts in file order.
    pub parts: Vec<Facts>,
    /// The host that these parts name, where the artifact has several; else its folder has a say.
    pub host: Option<String>,
}

impl Unit {
    /// Samples of each part.
    pub fn take_samples(&mut self) -> Vec<Samples> {
        self.parts.iter_mut().map(|facts| take(&mut facts.samples)).collect()
    }
}

/// Takes an artifact's facts apart.
pub(super) fn of(artifact: usize, input: &mut Input) -> Vec<Unit> {
    let Parsed::Read(parts) = &mut input.parsed else { return Vec::new() };
    let mut parts = take(parts);
    let mut hosts: BTreeMap<String, Vec<Facts>> = BTreeMap::new();
    let others = parts.iter_mut().flat_map(|facts| take(&mut facts.others));
    for facts in others {
        hosts.entry(named(&facts).to_owned()).or_default().push(facts);
    }
    let mut units = Vec::new();
    if hosts.is_empty() || parts.iter().any(says) {
        units.push(Unit { artifact, parts, host: None });
    }
    let names = labels(hosts.keys());
    for (parts, host) in hosts.into_values().zip(names) {
        units.push(Unit { artifact, parts, host: Some(host) });
    }
    units.retain(|unit| !unit.parts.is_empty());
    units
}

/// Whether a part says anything itself, not only of other hosts.
fn says(facts: &Facts) -> bool {
    let counted = facts.samples.count() + facts.settings.len() + facts.events.len() + facts.actions.len();
    counted > 0 || !facts.sections.is_empty() || !facts.clues.is_empty()
}

fn named(facts: &Facts) -> &str {
    let name = facts.clues.iter().find_map(|clue| match clue {
        Clue::Host { name, .. } => Some(name.as_str()),
        _ => None,
    });
    name.unwrap_or_default()
}

/// The short names of hosts, whole where a short one would be that of two: `web1.fra` and `web1.iad`.
fn labels<'a>(hosts: impl Iterator<Item = &'a String> + Clone) -> Vec<String> {
    let brief = |host: &str| short(host).unwrap_or_else(|| host.to_owned());
    let mut whole: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for host in hosts.clone() {
        whole.entry(brief(host)).or_default().insert(host);
    }
    let label = |host: &String| {
        let name = brief(host);
        let one = whole.get(&name).is_none_or(|hosts| hosts.len() == 1);
        if one { name } else { host.clone() }
    };
    hosts.map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::labels;

    #[test]
    fn hosts_of_two_sites_keep_their_whole_names() {
        let hosts = ["10.0.0.3", "db1.fra", "web1.fra", "web1.iad"].map(str::to_owned);
        assert_eq!(labels(hosts.iter()), ["10.0.0.3", "db1", "web1.fra", "web1.iad"]);
    }
}
