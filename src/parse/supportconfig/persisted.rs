//! Which value the files of `sysctl.d` give a key, where one artifact holds them all.
//!
//! Elsewhere each file is an artifact, and its path tells the order in which they apply. In `env.txt` of a supportconfig
//! they stand one below the other, `/etc/sysctl.conf` first, which applies last. So the order is settled here: values
//! that another file overrides are left out, with a note where they differ from the one in force.

use crate::model::fact::{Facts, Layer, Setting};
use hashbrown::HashMap;
use std::ops::Range;

/// Folders of `sysctl.d`, those that count first first: of files of one name the first is read alone. See sysctl.d(5).
const FOLDERS: [&str; 5] =
    ["etc/sysctl.d", "run/sysctl.d", "usr/local/lib/sysctl.d", "usr/lib/sysctl.d", "lib/sysctl.d"];

const CONF: &str = "etc/sysctl.conf";

/// The files met, and which settings each gave.
#[derive(Debug, Default)]
pub(super) struct Files(Vec<(String, Range<usize>)>);

impl Files {
    /// Notes which settings are of a file; others than those of `sysctl.d` do not matter.
    pub(super) fn met(&mut self, path: &str, settings: Range<usize>) {
        if path == CONF || folder(path).is_some() {
            self.0.push((path.to_owned(), settings));
        }
    }

    /// Leaves the values in force.
    pub(super) fn settle(&self, facts: &mut Facts) {
        let lost = self.lost(&facts.settings);
        let mut next = lost.iter().map(|lost| lost.at).peekable();
        let mut at = 0;
        facts.settings.retain(|_| {
            let lost = next.next_if_eq(&at).is_some();
            at += 1;
            !lost
        });
        for Lost { line, why, .. } in lost {
            if !why.is_empty() {
                facts.notes.push(line, why);
            }
        }
    }

    /// The values that are of no consequence, in file order.
    fn lost(&self, settings: &[Setting]) -> Vec<Lost> {
        let mut files: Vec<&(String, Range<usize>)> = self.0.iter().collect();
        files.sort_by_key(|(path, _)| (path == CONF, name(path)));
        let mut first: HashMap<&str, usize> = HashMap::new();
        for (path, _) in &files {
            let rank = folder(path).unwrap_or_default();
            let known = first.entry(name(path)).or_insert(rank);
            *known = (*known).min(rank);
        }
        let mut in_force: HashMap<&str, (&Setting, usize, &str)> = HashMap::new();
        let mut lost = Vec::new();
        for (path, range) in files {
            let replaced = first.get(name(path)) != Some(&folder(path).unwrap_or_default());
            for at in range.clone() {
                let Some(new) = settings.get(at).filter(|s| s.layer == Layer::Persisted) else { continue };
                if replaced {
                    let why = format!("{path} is not read: another file of this name replaces it");
                    lost.push(Lost { at, line: new.line, why });
                } else if let Some((old, at, from)) = in_force.insert(&new.key, (new, at, path)) {
                    lost.push(Lost { at, line: old.line, why: overridden(old, from, new, path) });
                }
            }
        }
        lost.sort_by_key(|lost| lost.at);
        lost
    }
}

/// A value of no consequence.
struct Lost {
    /// Index of the setting.
    at: usize,
    line: u32,
    /// Empty where there is nothing to say.
    why: String,
}

/// Why a value is of no consequence; nothing to say where the one in force is the same, or stands further down in
/// the same file.
fn overridden(old: &Setting, from: &str, new: &Setting, by: &str) -> String {
    if old.value == new.value || from == by {
        return String::new();
    }
    format!("{} = {} of {from}: {by} comes later, with {}", old.key, old.value, new.value)
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn folder(path: &str) -> Option<usize> {
    let (folder, _) = path.rsplit_once('/')?;
    FOLDERS.iter().position(|known| *known == folder)
}
