//! What the configuration files of a host say of a key: which file's value wins at the next boot, and which values it
//! overrides. A profile of tuned counts while it is active; tuned applies `/run/sysctl.d`, `/etc/sysctl.d` and
//! `/etc/sysctl.conf` again after its profile (`reapply_sysctl=1`, its default), so that these win over it.

use super::patterns::Patterns;
use super::precedence::{Place, is_pattern, root};
use crate::model::fact::Layer;
use crate::model::time::Time;
use crate::parse::supportconfig::FILE as SUPPORTCONFIG;
use crate::parse::tuned;
use crate::timeline::{Account, Host, Observed, Timeline, profiles};
use std::collections::{BTreeMap, BTreeSet};

/// The files of one host that are read at a boot.
pub struct Files<'a> {
    host: &'a Host,
    timeline: &'a Timeline,
    /// Artifacts that another file of the same name replaces, and that one.
    replaced: BTreeMap<u32, u32>,
    /// Artifacts of bundles before the latest one that has configuration files.
    earlier: BTreeSet<u32>,
    /// Artifacts of the active profile, in the order in which they apply.
    profile: Vec<u32>,
    /// Nothing in the input says which profile is active.
    unknown: bool,
    /// Keys with a star.
    patterns: Patterns<'a>,
}

/// What the files say of one key.
#[derive(Debug)]
pub struct Said<'a> {
    /// The value that the last file to be applied gives.
    pub winner: &'a Observed,
    /// The others in the order in which they apply, and why each is of no consequence.
    pub overridden: Vec<(&'a Observed, String)>,
    /// Where the winner stands in `/etc/sysctl.conf`, and so wins for `sysctl --system`: the value that wins for a
    /// systemd that does not read that file, when it is another one. None while a profile of tuned is active, which
    /// reads that file itself, whatever systemd did before.
    pub without_conf: Option<&'a Observed>,
    /// The pattern that the winner stands behind.
    pub pattern: Option<&'a str>,
}

impl<'a> Files<'a> {
    /// Looks at the files of one host.
    #[must_use]
    pub fn new(timeline: &'a Timeline, host: &'a Host) -> Self {
        let patterns = host.settings.iter().filter(|(key, seen)| {
            let in_file = |o: &Observed| o.layer == Layer::Persisted;
            is_pattern(key) && !key.starts_with("limits.") && seen.iter().any(in_file)
        });
        let earlier = earlier(timeline, host);
        Self {
            host,
            timeline,
            replaced: replaced(timeline, host, &earlier),
            earlier,
            profile: profile(timeline, host),
            unknown: !host.settings.contains_key(tuned::ACTIVE),
            patterns: Patterns::new(patterns.map(|(key, _)| key.as_str())),
        }
    }

    /// What they say of a key; `None` when no file that counts mentions it.
    #[must_use]
    pub fn of_key(&self, key: &str) -> Option<Said<'a>> {
        let (found, overridden) = self.values(key);
        if !found.is_empty() {
            return self.said(found, overridden, None);
        }
        // a file that names the key, be it only to except it, keeps it from all patterns
        let counts =
            |o: &Observed| !self.replaced.contains_key(&o.artifact) && !self.earlier.contains(&o.artifact);
        if self.seen(key).any(|o| o.layer == Layer::Exception && counts(o)) {
            return None;
        }
        let mut behind: Vec<(&'a Observed, &'a str)> = Vec::new();
        for pattern in self.patterns.of(key) {
            behind.extend(self.values(pattern).0.into_iter().map(|o| (o, pattern)));
        }
        behind.sort_by_key(|(o, _)| self.rank(o));
        let (_, pattern) = *behind.last()?;
        self.said(behind.into_iter().map(|(o, _)| o).collect(), Vec::new(), Some(pattern))
    }

    /// Whether a link in `sysctl.d` makes systemd read `/etc/sysctl.conf`, as far as the input shows.
    #[must_use]
    pub fn links_conf(&self) -> bool {
        let accounts = || self.timeline.artifacts.iter();
        let mine = |at: &str| accounts().any(|a| a.hosts.contains(&self.host.name) && root(&a.path) == at);
        // the link itself is no file of anyone
        accounts().any(|a| a.path.ends_with("sysctl.d/99-sysctl.conf") && mine(root(&a.path)))
    }

    /// What systemd-sysctl gives instead of the winner: it reads `/etc/sysctl.conf` only through a link.
    #[must_use]
    pub fn for_systemd(&self, said: &Said<'a>) -> Option<&'a Observed> {
        said.without_conf.filter(|_| !self.links_conf())
    }

    /// Whether a value stands in `/etc/sysctl.conf`.
    #[must_use]
    pub fn in_conf(&self, seen: &Observed) -> bool {
        Place::new(self.timeline.path(seen.artifact)) == Place::Conf
    }

    /// The file, below what stands for `/`: `etc/sysctl.d/50-default.conf`, or the profile's name.
    #[must_use]
    pub fn name(&self, seen: &Observed) -> String {
        let path = self.timeline.path(seen.artifact);
        let file = path.strip_prefix(root(path)).unwrap_or(path).trim_start_matches('/');
        let account = self.timeline.artifacts.get(seen.artifact as usize);
        if account.is_some_and(|a| a.formats.contains(&SUPPORTCONFIG.name)) {
            return format!("a file quoted in {file}:{}", seen.line);
        }
        tuned::profile(path).map_or_else(|| file.to_owned(), |profile| format!("tuned profile {profile}"))
    }

    fn seen(&self, key: &str) -> impl Iterator<Item = &'a Observed> {
        self.host.settings.get(key).into_iter().flatten()
    }

    /// Values of a key in the order in which they apply, and those that no program reads, each with the reason.
    fn values(&self, key: &str) -> (Vec<&'a Observed>, Vec<(&'a Observed, String)>) {
        let (mut found, mut unread) = (Vec::new(), Vec::new());
        for seen in self.seen(key) {
            if self.earlier.contains(&seen.artifact) {
                let same = |o: &Observed| o.value == seen.value && !self.earlier.contains(&o.artifact);
                let again = self.seen(key).any(|o| o.layer == Layer::Persisted && same(o));
                if seen.layer == Layer::Persisted && !again {
                    unread.push((seen, "in an earlier bundle".to_owned()));
                }
                continue;
            }
            match (seen.layer, self.replaced.get(&seen.artifact)) {
                (Layer::Persisted, None) => found.push(seen),
                (Layer::Persisted, Some(by)) => {
                    let why = format!("not read: {} has the same name", self.timeline.path(*by));
                    unread.push((seen, why));
                }
                (Layer::Profile, _) if self.profile.contains(&seen.artifact) => found.push(seen),
                (Layer::Profile, _) if self.unknown => {
                    let why = format!("counts while {} is active, which no dump tells", self.name(seen));
                    unread.push((seen, why));
                }
                // a distribution ships dozens of profiles, and only the active one sets anything
                (Layer::Profile | Layer::Runtime | Layer::Exception, _) => {}
            }
        }
        found.sort_by_key(|o| self.rank(o));
        (found, unread)
    }

    /// The order in which values apply. While a profile is active, what tuned applies again comes after it.
    fn rank(&self, seen: &Observed) -> (u8, usize, Place, u32, u32) {
        let place = Place::new(self.timeline.path(seen.artifact));
        let (stage, nth) = match self.profile.iter().position(|artifact| *artifact == seen.artifact) {
            Some(nth) => (1, nth),
            None if self.profile.is_empty() => (0, 0),
            None => (if place.is_own() { 2 } else { 0 }, 0),
        };
        (stage, nth, place, seen.artifact, seen.line)
    }

    fn said(
        &self,
        mut found: Vec<&'a Observed>,
        unread: Vec<(&'a Observed, String)>,
        pattern: Option<&'a str>,
    ) -> Option<Said<'a>> {
        let winner = found.pop()?;
        let before = found.iter().rev().find(|o| !self.in_conf(o)).copied();
        let conf_alone = self.profile.is_empty() && self.in_conf(winner);
        let without_conf = before.filter(|o| conf_alone && o.value != winner.value);
        let later = |o: &'a Observed| (o, format!("{} comes later", self.name(winner)));
        let overridden = unread.into_iter().chain(found.into_iter().map(later)).collect();
        Some(Said { winner, overridden, without_conf, pattern })
    }
}

/// Files of a host's bundles before the latest one that has any: what they said then, others say now, or nobody.
fn earlier(timeline: &Timeline, host: &Host) -> BTreeSet<u32> {
    const FILES: [&str; 3] = ["sysctl.conf", "limits.conf", "tuned.conf"];
    let mine = || timeline.artifacts.iter().zip(0_u32..).filter(|(a, _)| a.hosts.contains(&host.name));
    let has_files = |a: &Account| a.formats.iter().any(|format| FILES.contains(format));
    // when each was taken, by the latest time in it
    let mut bundles: BTreeMap<&str, (bool, Option<Time>)> = BTreeMap::new();
    for (account, _) in mine() {
        let Some(bundle) = &account.bundle else { continue };
        let (files, taken) = bundles.entry(bundle).or_default();
        *files |= has_files(account);
        *taken = (*taken).max(account.window.map(|window| window.to));
    }
    bundles.retain(|_, (files, _)| *files);
    let Some((latest, _)) = bundles.iter().max_by_key(|(_, (_, taken))| *taken) else {
        return BTreeSet::new();
    };
    let before = |a: &Account| a.bundle.as_deref().is_some_and(|bundle| bundle != *latest);
    mine().filter(|(account, _)| before(account)).map(|(_, i)| i).collect()
}

/// Files that another one of the same name replaces: one in a more important folder, also when that one is empty or
/// sets nothing, or a younger copy of the same file.
fn replaced(timeline: &Timeline, host: &Host, earlier: &BTreeSet<u32>) -> BTreeMap<u32, u32> {
    let mine = |a: &Account| a.hosts.contains(&host.name);
    let roots: BTreeSet<&str> =
        timeline.artifacts.iter().filter(|a| mine(a)).map(|a| root(&a.path)).collect();
    let mut best: BTreeMap<String, (u8, u32)> = BTreeMap::new();
    let mut all = Vec::new();
    for (i, account) in timeline.artifacts.iter().enumerate() {
        let masks = account.skipped.as_deref() == Some("empty") && roots.contains(root(&account.path));
        let sysctl = account.path.contains("sysctl.d/");
        let (Place::Folder(name, level), true, Ok(i)) =
            (Place::new(&account.path), sysctl && (mine(account) || masks), u32::try_from(i))
        else {
            continue;
        };
        if earlier.contains(&i) {
            continue;
        }
        let best = best.entry(name.clone()).or_insert((level, i));
        *best = (*best).max((level, i));
        all.push((name, i));
    }
    let by = |(name, i): (String, u32)| best.get(&name).filter(|(_, b)| *b != i).map(|(_, b)| (i, *b));
    all.into_iter().filter_map(by).collect()
}

/// The artifacts of the active profile, what it includes first.
fn profile(timeline: &Timeline, host: &Host) -> Vec<u32> {
    let names = host.settings.get(tuned::ACTIVE).map(Vec::as_slice).unwrap_or_default();
    let running = names.iter().rfind(|o| o.layer == Layer::Runtime).or(names.last());
    running.map(|o| profiles::files(&o.value, host, &timeline.artifacts).files).unwrap_or_default()
}
