//! What points to machines, nets and people in all that will be shown, gathered before anything is replaced.

use super::address::{self, Addresses};
use super::hardware::{self, Mac};
use super::learn::{Names, is_stand_in};
use super::pieces::Pieces;
use super::redaction::Redaction;
use super::spot::{Kind, Spot, Stand, rewrite};
use super::timeline::machine;
use super::{domain, walk, words::Words};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Everything that gets a stand-in. The order in which it was seen leaves no trace.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub(super) names: Names,
    spots: Spots,
    /// Whether all of the input went through `sos clean`; `None` before any was seen.
    cleaned: Option<bool>,
}

#[derive(Clone, Debug, Default)]
struct Spots {
    v4: BTreeSet<Ipv4Addr>,
    v6: BTreeSet<Ipv6Addr>,
    cut: BTreeSet<String>,
    macs: BTreeSet<Mac>,
    ids: BTreeSet<String>,
    domains: BTreeSet<String>,
}

/// Gathers spots while a text is gone through as it will be when they are replaced.
struct Gather<'a> {
    spots: RefCell<&'a mut Spots>,
    ends: &'a BTreeSet<String>,
}

impl Stand for Gather<'_> {
    fn of(&self, spot: &Spot<'_>) -> Option<String> {
        let mut spots = self.spots.borrow_mut();
        match spot {
            Spot::V4(ip) => {
                spots.v4.insert(*ip);
                return Some(ip.to_string());
            }
            Spot::V6(ip) => {
                match address::embedded(*ip) {
                    Some(inner) => spots.v4.insert(inner),
                    None => spots.v6.insert(*ip),
                };
                return Some(ip.to_string());
            }
            Spot::Cut(text) => spots.cut.insert((*text).to_lowercase()),
            Spot::Mac(mac) => spots.macs.insert(*mac),
            Spot::Bare(_) => return None,
            Spot::Id(id) => spots.ids.insert(id.clone()),
            Spot::Domain(name) => spots.domains.insert(name.clone()),
        };
        Some(String::new())
    }

    fn is_domain(&self, name: &str) -> bool {
        domain::is_domain(name, self.ends)
    }

    fn names(&self, _: Kind, _: &mut Pieces<'_>) {}
}

impl Seen {
    /// All strings of a value that will be shown.
    pub fn value(&mut self, value: &serde_json::Value) {
        walk::each(value, &mut |text, place| match place {
            walk::Place::Host => text.split(", ").for_each(|it| self.names.host(machine(it))),
            walk::Place::User => self.names.user(text),
            walk::Place::Own | walk::Place::Id => {}
            walk::Place::Text(_) => self.names.text(text),
        });
        walk::each(value, &mut |text, place| match place {
            _ if text.is_empty() => {}
            walk::Place::Own => {}
            walk::Place::Host => self.host(text),
            walk::Place::Id => drop(self.spots.ids.insert(text.replace('-', "").to_lowercase())),
            place => self.spots(text, place.kind()),
        });
    }

    /// A text of the input, wherever it is shown.
    pub fn text(&mut self, text: &str, kind: Kind) {
        self.names.text(text);
        self.spots(text, kind);
    }

    /// What names a host: `web7`, `web7 netns blue`, `web7 (machine-id 1b9d6bcd)`.
    fn host(&mut self, name: &str) {
        for name in name.split(", ") {
            self.names.host(machine(name));
            self.spots(name, Kind::Read);
        }
    }

    /// Whether a bundle went through `sos clean`: then addresses are replaced already.
    pub fn cleaned(&mut self, cleaned: bool) {
        self.cleaned = Some(self.cleaned.unwrap_or(true) && cleaned);
    }

    fn spots(&mut self, text: &str, kind: Kind) {
        let gather = Gather { spots: RefCell::new(&mut self.spots), ends: &self.names.domains };
        rewrite(text, kind, &gather);
    }

    /// Adds what another part of the input told.
    pub fn join(&mut self, other: Self) {
        let (Names { hosts, users, domains, archives, taken }, spots) = (other.names, other.spots);
        self.names.hosts.extend(hosts);
        self.names.users.extend(users);
        self.names.domains.extend(domains);
        self.names.archives.extend(archives);
        self.names.taken.extend(taken);
        self.spots.v4.extend(spots.v4);
        self.spots.v6.extend(spots.v6);
        self.spots.cut.extend(spots.cut);
        self.spots.macs.extend(spots.macs);
        self.spots.ids.extend(spots.ids);
        self.spots.domains.extend(spots.domains);
        if let Some(cleaned) = other.cleaned {
            self.cleaned(cleaned);
        }
    }

    /// Gives everything its stand-in, in ascending order.
    #[must_use]
    pub fn settle(mut self) -> Redaction {
        self.names.settle();
        let domains = self.names.domains.clone();
        let hosts = self.numbered(&self.names.hosts, "host");
        self.names.users.retain(|name| !hosts.contains_key(name) && !domains.contains(name)); // a word has one stand-in
        let users = self.numbered(&self.names.users, "user");
        // what stands behind the name of a host is a domain, too
        let parent = |name: &String| {
            let (first, rest) = name.split_once('.')?;
            hosts.contains_key(first).then(|| rest.to_owned())
        };
        let ends: BTreeSet<String> = self.spots.domains.iter().filter_map(parent).collect();
        let whole = self.spots.domains.iter().filter(|name| parent(name).is_none()).cloned();
        let all: BTreeSet<String> = whole.chain(ends).chain(self.names.domains.iter().cloned()).collect();
        let domains = self.numbered(&all, "domain");
        let mut words: BTreeMap<String, String> = domains.clone();
        words.extend(users.clone());
        words.extend(hosts.clone());
        if self.cleaned == Some(true) {
            self.spots.v4.clear();
            self.spots.v6.clear();
        }
        let ids = self.spots.ids.iter().filter(|id| !hardware::is_ours(id));
        let taken = |n: &usize| {
            !self
                .spots
                .ids
                .iter()
                .any(|id| hardware::is_ours(id) && id.trim_start_matches('0') == n.to_string())
        };
        Redaction {
            keep_addresses: self.cleaned == Some(true),
            addresses: Addresses::new(&self.spots.v4, &self.spots.v6),
            cut: self
                .spots
                .cut
                .iter()
                .cloned()
                .zip((1..).map(|n: u32| format!("2001:db8:ffff:ffff::{n:x}")))
                .collect(),
            macs: hardware::macs(&self.spots.macs),
            ids: ids.cloned().zip((1..).filter(taken)).collect(),
            words: Words::new(&words),
            ends: self.names.domains,
            hosts,
            users,
            domains,
        }
    }

    fn numbered(&self, names: &BTreeSet<String>, stem: &str) -> BTreeMap<String, String> {
        let free = (1_u32..).map(|n| format!("{stem}{n}")).filter(|name| !self.names.taken.contains(name));
        names.iter().filter(|name| !is_stand_in(name, stem)).cloned().zip(free).collect()
    }
}
