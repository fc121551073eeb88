//! Which files a profile of tuned is made of.

use super::{Account, Host};
use crate::parse::tuned;
use std::collections::BTreeMap;

/// The files of some profiles.
#[derive(Debug)]
pub struct Profile {
    /// Artifacts in the order in which they apply: what a profile includes comes before it.
    pub files: Vec<u32>,
    /// Every file that they include is in the input.
    pub whole: bool,
}

/// The files of profiles, by their names with a blank between them, the last in force over the others. In `/etc/tuned`
/// a profile replaces its namesake.
#[must_use]
pub fn files(names: &str, host: &Host, accounts: &[Account]) -> Profile {
    let mut known: BTreeMap<&str, (bool, u32)> = BTreeMap::new();
    for (i, account) in accounts.iter().enumerate() {
        let named = tuned::profile(&account.path).filter(|_| account.hosts.contains(&host.name));
        if let (Some(name), Ok(i)) = (named, u32::try_from(i)) {
            let file = known.entry(name).or_default();
            *file = (*file).max((account.path.contains("etc/tuned/"), i));
        }
    }
    let includes = host.settings.get(tuned::INCLUDE).map(Vec::as_slice).unwrap_or_default();
    let (mut files, mut whole) = (Vec::new(), true);
    // last first, and each before what it includes; the other way round in the end
    let mut open: Vec<&str> = names.split_whitespace().collect();
    while let Some(name) = open.pop() {
        let optional = name.strip_prefix('-');
        let Some((_, file)) = known.get(optional.unwrap_or(name)) else {
            whole &= optional.is_some();
            continue;
        };
        if files.contains(file) {
            continue;
        }
        files.push(*file);
        let included = includes.iter().filter(|o| o.artifact == *file);
        open.extend(included.flat_map(|o| o.value.split([',', ' '])).filter(|name| !name.is_empty()));
    }
    files.reverse();
    Profile { files, whole }
}
