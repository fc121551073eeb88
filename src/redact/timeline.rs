//! The table of samples, which is written from the timeline and not from the report.

use super::{Kind, Redaction, Seen};
use crate::model::fact::SeriesId;
use crate::timeline::{Series, Timeline};
use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

/// Keys whose values name the host.
const NAMING: [&str; 2] = ["kernel.hostname", "kernel.domainname"];
/// Keys whose values are ids.
const BOOT: &str = "kernel.random.boot_id";

/// The name without the namespace and the id behind it.
pub(super) fn machine(name: &str) -> &str {
    let end = [" netns ", " (machine-id "].iter().filter_map(|sign| name.find(sign)).min();
    &name[..end.unwrap_or(name.len())]
}

impl Seen {
    /// Names that the evidence tells, whether they are shown or not: of hosts, and of those who acted.
    pub fn evidence(&mut self, timeline: &Timeline) {
        for host in &timeline.hosts {
            self.names.host(machine(&host.name));
            for (key, values) in host.settings.iter().filter(|(key, _)| NAMING.contains(&key.as_str())) {
                for value in values {
                    if key.ends_with("hostname") {
                        self.names.host(&value.value);
                    } else {
                        self.names.domain(&value.value);
                    }
                }
            }
            for action in &host.actions {
                action.user.iter().for_each(|user| self.names.user(user));
                self.names.text(&action.text);
            }
        }
        timeline.artifacts.iter().flat_map(|a| &a.hosts).for_each(|host| self.names.host(machine(host)));
    }

    /// What a table of all samples shows.
    pub fn samples(&mut self, timeline: &Timeline) {
        let mut texts: BTreeSet<(&str, Kind)> = BTreeSet::new();
        for host in &timeline.hosts {
            texts.insert((&host.name, Kind::Read));
            texts.extend(host.series.keys().map(|id| (id.metric.as_str(), Kind::Key)));
            texts.extend(host.series.keys().map(|id| (id.of.as_str(), Kind::Read)));
            for value in host.settings.get(BOOT).into_iter().flatten() {
                texts.insert((&value.value, Kind::Read));
            }
        }
        for account in &timeline.artifacts {
            texts.extend([(account.path.as_str(), Kind::Read), (account.clock.as_str(), Kind::Said)]);
        }
        for (text, kind) in texts {
            self.text(text, kind);
        }
    }
}

impl Redaction {
    /// What the table of samples shows, with stand-ins. Two spellings of one name become one series.
    pub fn timeline(&self, timeline: &mut Timeline) {
        for account in &mut timeline.artifacts {
            account.path = self.text(&account.path, Kind::Read);
            account.kept_as = self.text(&account.kept_as, Kind::Read);
            account.clock = self.text(&account.clock, Kind::Said);
            account.hosts = account.hosts.iter().map(|host| self.host(host)).collect();
        }
        for host in &mut timeline.hosts {
            host.name = self.host(&host.name);
            host.kernel
                .iter_mut()
                .chain(&mut host.os)
                .for_each(|it| it.text = self.text(&it.text, Kind::Release));
            host.netns = self.text(&host.netns, Kind::Read);
            for value in host.settings.get_mut(BOOT).into_iter().flatten() {
                value.value = self.id(&value.value);
            }
            let mut all: BTreeMap<SeriesId, Series> = BTreeMap::new();
            for (id, series) in take(&mut host.series) {
                let metric = self.text(&id.metric, Kind::Key);
                let id = SeriesId { metric, of: self.text(&id.of, Kind::Read), kind: id.kind };
                match all.get_mut(&id) {
                    Some(same) => {
                        same.readings.append(series.readings);
                        same.readings.sort();
                    }
                    None => drop(all.insert(id, series)),
                }
            }
            host.series = all;
        }
        timeline.hosts.sort_by(|a, b| a.name.cmp(&b.name));
    }
}
