//! Stand-ins for everything that was [seen](super::Seen), put in wherever it stands.

use super::address::{self, Addresses};
use super::hardware::{self, Mac};
use super::pieces::Pieces;
use super::spot::{Kind, Spot, Stand, rewrite};
use super::words::Words;
use super::{domain, walk};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

/// One stand-in for each name, throughout one output.
#[derive(Debug)]
pub struct Redaction {
    pub(super) keep_addresses: bool,
    pub(super) addresses: Addresses,
    pub(super) cut: BTreeMap<String, String>,
    pub(super) macs: BTreeMap<Mac, Mac>,
    pub(super) ids: BTreeMap<String, usize>,
    pub(super) words: Words,
    pub(super) ends: BTreeSet<String>,
    pub(super) hosts: BTreeMap<String, String>,
    pub(super) users: BTreeMap<String, String>,
    pub(super) domains: BTreeMap<String, String>,
}

/// For what was never seen, and so has no number: a text that is made after the names were gathered.
const UNSEEN: &str = "redacted";

/// First line of a map.
pub const MAP_HEAD: &str = "kind\tname\tstands_for_it\n";

impl Redaction {
    /// A text with stand-ins.
    #[must_use]
    pub fn text(&self, text: &str, kind: Kind) -> String {
        rewrite(text, kind, self)
    }

    /// What names a host, with its namespace.
    #[must_use]
    pub fn host(&self, name: &str) -> String {
        if name.contains(", ") {
            return name.split(", ").map(|each| self.host(each)).collect::<Vec<_>>().join(", "); // of a log of several
        }
        if let Some((machine, netns)) = name.split_once(" netns ") {
            return format!("{} netns {}", self.host(machine), self.text(netns, Kind::Read));
        }
        if let Some((machine, id)) = name.split_once(" (machine-id ") {
            return self.host(machine) + &self.text(&format!(" (machine-id {id}"), Kind::Read);
        }
        let (short, rest) = name.split_once('.').unwrap_or((name, ""));
        match self.hosts.get(&short.to_lowercase()) {
            Some(to) if rest.is_empty() => to.clone(),
            Some(to) => {
                self.domains.get(&rest.to_lowercase()).map_or_else(|| to.clone(), |end| format!("{to}.{end}"))
            }
            None => self.text(name, Kind::Read),
        }
    }

    /// A user's name.
    #[must_use]
    pub fn user(&self, name: &str) -> String {
        let known = self.users.get(&name.to_lowercase()).or_else(|| self.hosts.get(&name.to_lowercase()));
        known.cloned().unwrap_or_else(|| self.text(name, Kind::Read))
    }

    /// Any value of the model with stand-ins in all of its strings; see [`walk`] for which is read how.
    ///
    /// # Errors
    /// When the value cannot take the way through JSON: a number in it is none.
    pub fn value<T: Serialize + DeserializeOwned>(&self, value: &T) -> Result<T, serde_json::Error> {
        let mut json = serde_json::to_value(value)?;
        walk::change(&mut json, &mut |text, place| match place {
            _ if text.is_empty() => String::new(),
            walk::Place::Own => text.to_owned(),
            walk::Place::Host => self.host(text),
            walk::Place::User => self.user(text),
            walk::Place::Id => self.id(text),
            walk::Place::Text(kind) => self.text(text, kind),
        });
        serde_json::from_value(json)
    }

    /// A field that holds an id and nothing else.
    #[must_use]
    pub fn id(&self, id: &str) -> String {
        let plain = id.replace('-', "").to_lowercase();
        match self.of(&Spot::Id(plain)) {
            Some(to) if id.contains('-') => hardware::grouped(&to),
            Some(to) => to,
            None => UNSEEN.to_owned(),
        }
    }

    /// All names and what stands for them, one pair a line, with its kind before it.
    #[must_use]
    pub fn map(&self) -> String {
        let mut text = MAP_HEAD.to_owned();
        let mut lines = |kind: &str, pairs: &mut dyn Iterator<Item = (String, String)>| {
            let plain = |text: String| text.replace(|c: char| c.is_control(), "\u{fffd}");
            pairs.for_each(|(name, to)| text += &format!("{kind}\t{}\t{}\n", plain(name), plain(to)));
        };
        let owned = |map: &BTreeMap<String, String>| map.clone().into_iter();
        lines("host", &mut owned(&self.hosts));
        lines("user", &mut owned(&self.users));
        lines("domain", &mut owned(&self.domains));
        lines("address", &mut self.addresses.pairs());
        lines("address", &mut owned(&self.cut));
        let spelled = |mac: &Mac| hardware::spelled(*mac, ":");
        lines("mac", &mut self.macs.iter().map(|(a, b)| (spelled(a), spelled(b))));
        lines("id", &mut self.ids.iter().map(|(id, n)| (id.clone(), hardware::id(*n, id.len()))));
        text
    }

    /// A host with its domain keeps both apart; any other domain is one name.
    fn domain(&self, name: &str) -> String {
        if let Some(to) = self.domains.get(name) {
            return to.clone();
        }
        if let Some((first, rest)) = name.split_once('.')
            && let Some(host) = self.hosts.get(first)
        {
            return self.domains.get(rest).map_or_else(|| host.clone(), |end| format!("{host}.{end}"));
        }
        let end = self.ends.iter().filter(|end| domain::ends_with(name, end)).max_by_key(|end| end.len());
        end.and_then(|end| self.domains.get(end)).cloned().unwrap_or_else(|| UNSEEN.to_owned())
    }
}

impl Stand for Redaction {
    fn of(&self, spot: &Spot<'_>) -> Option<String> {
        let mac = |mac: &Mac| {
            let to = self.macs.get(mac).copied().or_else(|| hardware::is_plain(*mac).then_some(*mac));
            to.map(|to| hardware::spelled(to, ":"))
        };
        let unseen = || UNSEEN.to_owned();
        Some(match spot {
            Spot::V4(ip) if self.keep_addresses => ip.to_string(),
            Spot::V6(ip) if self.keep_addresses => ip.to_string(),
            Spot::V4(ip) => self.addresses.v4(*ip).map_or_else(unseen, |to| to.to_string()),
            Spot::V6(ip) => match address::embedded(*ip) {
                Some(inner) => self.addresses.v4(inner).map_or_else(unseen, |to| address::embed(*ip, to)),
                None => self.addresses.v6(*ip).map_or_else(unseen, |to| to.to_string()),
            },
            Spot::Cut(text) => self.cut.get(&text.to_lowercase()).cloned().unwrap_or_else(unseen),
            Spot::Mac(it) => mac(it).unwrap_or_else(unseen),
            Spot::Bare(it) => return self.macs.get(it).map(|to| hardware::spelled(*to, ":")),
            Spot::Id(id) if hardware::is_ours(id) => id.clone(),
            Spot::Id(id) => self.ids.get(id).map_or_else(unseen, |n| hardware::id(*n, id.len())),
            Spot::Domain(name) => self.domain(name),
        })
    }

    fn is_domain(&self, name: &str) -> bool {
        domain::is_domain(name, &self.ends)
    }

    fn names(&self, kind: Kind, pieces: &mut Pieces<'_>) {
        self.words.apply(kind, pieces);
    }
}
