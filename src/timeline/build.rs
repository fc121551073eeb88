//! Facts of all artifacts to a [`Timeline`].

use super::bundle::Bundles;
use super::clock::{self, Basis, By, HostClock, LearnFrom};
use super::filed::Filed;
use super::gather::gather;
use super::host::NETNS;
use super::hosts::{Claim, Named, assign};
use super::units::{self, Unit};
use super::{Account, Host, Timeline, Told, loads, once, one_listener, place};
use crate::model::fact::{Facts, Layer, Rejects, Samples};
use crate::model::report::Window;
use crate::model::time::Time;
use crate::parse::{Parsed, stamp};
use std::collections::{BTreeMap, BTreeSet};

/// Archives made reproducible carry an age of 1970 or 1980.
const OLD: Time = Time(946_684_800_000_000);

/// What the user said about clocks, spans and hosts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Zone of wall clocks without one.
    pub tz: Option<chrono_tz::Tz>,
    /// Year of the last line of logs that have none.
    pub year: Option<i32>,
    /// Only evidence from this span.
    pub window: Option<Window>,
    /// Only this host.
    pub host: Option<&'a str>,
}

/// One artifact as it comes from parsing.
#[derive(Debug)]
pub struct Input {
    /// Path.
    pub path: String,
    /// Where its bytes lie, when a link to them gave the path.
    pub kept_as: Option<String>,
    /// Size.
    pub bytes: u64,
    /// Modification time.
    pub modified: Option<Time>,
    /// Time of the last change of its inode, where an archive kept it.
    pub changed: Option<Time>,
    /// What of it could not be read, though it is there.
    pub lost: Option<String>,
    /// Facts, or why there are none.
    pub parsed: Parsed,
}

/// Puts everything on one axis. `inputs` are in path order; the result keeps that order.
#[must_use]
pub fn build(mut inputs: Vec<Input>, options: Options<'_>) -> Timeline {
    let mut timeline =
        Timeline { artifacts: inputs.iter().map(Input::account).collect(), ..Timeline::default() };
    let bundles = Bundles::learn(inputs.iter().map(|i| (i.path.as_str(), i.parts())));
    let mut units: Vec<Unit> =
        inputs.iter_mut().enumerate().flat_map(|(i, input)| units::of(i, input)).collect();
    let claims: Vec<Claim> = units.iter().map(|u| Claim::new(&inputs[u.artifact].path, &u.parts)).collect();
    // what a fleet's dump says of one host names it itself, and says nothing of the folder
    let unnamed = units.iter().zip(&claims).filter(|(unit, _)| unit.host.is_none());
    let mut names = assign(&unnamed.map(|(_, claim)| claim.clone()).collect::<Vec<_>>()).into_iter();
    let mut members: BTreeMap<String, (Named, Vec<usize>)> = BTreeMap::new();
    for (i, unit) in units.iter().enumerate() {
        let of = |name: &String| Named { name: name.clone(), basis: units::BASIS.to_owned(), machine: None };
        let Some(named) = unit.host.as_ref().map(of).or_else(|| names.next()) else { continue };
        let (first, of_name) =
            members.entry(named.name.clone()).or_insert_with(|| (named.clone(), Vec::new()));
        first.machine = first.machine.take().or(named.machine);
        of_name.push(i);
    }
    // apart from the other facts, so that they can be given back while those are still read
    let mut samples: Vec<Vec<Samples>> = units.iter_mut().map(Unit::take_samples).collect();
    let mut hosts: BTreeMap<String, Host> = BTreeMap::new();
    for (account, input) in timeline.artifacts.iter_mut().zip(&inputs) {
        account.bundle = bundles.root(&input.path).map(str::to_owned);
        let own = |time: Option<Time>| time.filter(|t| *t > OLD && bundles.is_configuration(&input.path));
        (account.modified, account.changed) = (own(input.modified), own(input.changed));
    }
    for (named, members) in members.into_values() {
        let central: Vec<bool> = members.iter().map(|&i| claims[i].names_several_hosts()).collect();
        let members: Vec<(usize, bool)> = members.into_iter().zip(central).collect();
        let input = Machine {
            inputs: &inputs,
            units: &units,
            bundles: &bundles,
            members: &members,
            named: &named,
            options,
        };
        join(&input, &mut samples, &mut hosts, &mut timeline.artifacts);
    }
    // a central log lies in a folder that is no host's
    let known = hosts.into_values().filter(Host::is_known);
    timeline.hosts = known.map(|host| finished(host, &timeline.artifacts)).collect();
    if let Some(only) = options.host {
        timeline
            .hosts
            .retain(|host| [host.name.as_str(), host.machine(), host.shared_name()].contains(&only));
    }
    timeline.asked = options.window;
    timeline.survey();
    timeline
}

impl Input {
    fn parts(&self) -> &[Facts] {
        match &self.parsed {
            Parsed::Read(parts) => parts,
            Parsed::Skipped(_) => &[],
        }
    }

    fn account(&self) -> Account {
        let mut account = Account {
            path: self.path.clone(),
            kept_as: self.kept_as.clone().unwrap_or_default(),
            bytes: self.bytes,
            lost: self.lost.clone(),
            ..Account::default()
        };
        if let Parsed::Skipped(why) = &self.parsed {
            account.skipped = Some(why.clone());
        }
        for facts in self.parts().iter().flat_map(|facts| std::iter::once(facts).chain(&facts.others)) {
            for &format in &facts.formats {
                if !account.formats.contains(&format) {
                    account.formats.push(format);
                }
            }
            account.lines += facts.lines;
            let counted =
                facts.samples.count() + facts.settings.len() + facts.events.len() + facts.actions.len();
            account.facts += counted as u64;
            account.rejects.count += facts.rejects.count;
            account.rejects.kept.extend(facts.rejects.kept.iter().cloned());
            account.notes.count += facts.notes.count;
            account.notes.kept.extend(facts.notes.kept.iter().cloned());
        }
        account.rejects.kept.truncate(Rejects::KEPT);
        account.notes.kept.truncate(Rejects::KEPT);
        account
    }
}

/// All that is one machine's.
struct Machine<'a> {
    inputs: &'a [Input],
    units: &'a [Unit],
    bundles: &'a Bundles,
    /// Indices of its units, and whether each is a log of several hosts.
    members: &'a [(usize, bool)],
    named: &'a Named,
    options: Options<'a>,
}

impl Machine<'_> {
    /// Parts of artifacts, with what is known of each beside its text.
    fn parts(&self) -> Vec<(usize, bool, clock::Input<'_>)> {
        let of_one = |&(i, central): &(usize, bool)| {
            let unit = &self.units[i];
            let of = unit.artifact;
            let path = self.inputs[of].path.as_str();
            let has_age = place::has_age(path) && self.bundles.has_age(path);
            let mtime = self.inputs[of].modified.filter(|t| *t > OLD && has_age);
            let (name, taken) = (stamp::file_name(path), self.bundles.taken(path));
            let input = move |facts| {
                let (name, taken) = (name.clone(), taken.clone());
                (of, central, clock::Input { facts, path, name, mtime, taken })
            };
            unit.parts.iter().map(input)
        };
        self.members.iter().flat_map(of_one).collect()
    }

    /// Folders of the bundles that it has artifacts in.
    fn roots(&self) -> Vec<&str> {
        let root = |&(i, _): &(usize, bool)| self.bundles.root(&self.inputs[self.units[i].artifact].path);
        let mut roots: Vec<&str> = self.members.iter().filter_map(root).collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }
}

/// Dates the artifacts of one machine, and files them under it and under its network namespaces.
fn join(
    machine: &Machine<'_>,
    samples: &mut [Vec<Samples>],
    hosts: &mut BTreeMap<String, Host>,
    accounts: &mut [Account],
) {
    let Machine { inputs, members, named, options, .. } = *machine;
    let parts = machine.parts();
    let seen: Vec<clock::Input<'_>> = parts.iter().map(|(_, _, input)| input.clone()).collect();
    let roots = machine.roots();
    let offsets: Vec<(i64, i32)> = roots.iter().filter_map(|root| machine.bundles.offset(root)).collect();
    let learn = LearnFrom { tz: options.tz, year: options.year, inputs: &seen, offsets: &offsets };
    let clock = HostClock::learn(&learn);
    // a name with odd characters is written in two ways
    let netns = members.iter().filter_map(|&(i, _)| place::netns(&inputs[machine.units[i].artifact].path));
    let spelt: BTreeMap<String, &str> =
        netns.map(|name| (place::spelt(name), name)).filter(|(spelt, name)| spelt != name).collect();
    let mut subjects: BTreeMap<&str, Vec<(Filed<'_>, Samples)>> = BTreeMap::new();
    let samples = members.iter().flat_map(|&(i, _)| std::mem::take(&mut samples[i]));
    for ((i, central, input), samples) in parts.iter().zip(samples) {
        let artifact = u32::try_from(*i).unwrap_or(u32::MAX);
        let dated = clock.date(input);
        let filed = Filed { artifact, part: input.facts, dated, options, central: *central };
        let netns = place::netns(&inputs[*i].path).unwrap_or_default();
        let netns = spelt.get(netns).copied().unwrap_or(netns);
        subjects.entry(netns).or_default().push((filed, samples));
    }
    for (netns, filed) in subjects {
        let name = if netns.is_empty() { named.name.clone() } else { [&named.name, NETNS, netns].concat() };
        let host = hosts.entry(name.clone()).or_default();
        (host.name, host.netns) = (name.clone(), netns.to_owned());
        host.name_basis = named.basis.clone();
        host.machine_id.clone_from(&named.machine);
        host.boots.extend(clock.boots(None).iter().map(|boot| boot.at));
        host.zone = clock.zone().unwrap_or_default();
        let (filed, samples): (Vec<Filed<'_>>, Vec<Samples>) = filed.into_iter().unzip();
        gather(
            filed.iter().zip(samples).map(|(filed, samples)| filed.samples(samples)).collect(),
            &mut host.series,
        );
        for filed in filed {
            let precise = |basis: Basis| matches!(basis, Basis::Bundle(By::Manifest | By::Log, _));
            let root = machine.bundles.root(&inputs[filed.artifact as usize].path);
            let number = root.and_then(|root| u32::try_from(roots.binary_search(&root).ok()?).ok());
            if let (Some(number), Some(host)) = (number, hosts.get_mut(&name))
                && filed.dated.captures.iter().flatten().any(|r| precise(r.basis))
            {
                host.collected.insert(filed.artifact, number);
            }
            let account = &mut accounts[filed.artifact as usize];
            filed.part(&name, hosts, account);
        }
    }
}

/// Kernel and distribution: each that is told once, by the first artifact. The setting of the running kernel stands in
/// where nothing else tells its release.
fn told_once(host: &mut Host) {
    let release =
        host.settings.get("kernel.osrelease").into_iter().flatten().filter(|_| host.kernel.is_empty());
    let read: Vec<Told> = release
        .filter(|o| o.layer == Layer::Runtime)
        .map(|o| Told { artifact: o.artifact, line: o.line, text: o.value.clone() })
        .collect();
    host.kernel.extend(read);
    for told in [&mut host.kernel, &mut host.os] {
        told.sort();
        let mut seen = BTreeSet::new();
        told.retain(|it| seen.insert(it.text.clone()));
    }
}

/// Sorts what was filed in the order of artifacts.
fn finished(mut host: Host, accounts: &[Account]) -> Host {
    host.series.values_mut().for_each(|series| series.readings.sort());
    one_listener::join(&mut host);
    host.sections.values_mut().for_each(|printed| printed.sort_by_key(|r| (r.time, r.artifact, r.line)));
    host.settings.values_mut().for_each(|seen| seen.sort_by_key(|o| (o.time, o.artifact, o.line)));
    host.events.sort_by_key(|e| (e.time, e.artifact, e.line));
    host.repeated_lines = once::events(&mut host.events);
    super::background::settle(&mut host);
    once::actions(&mut host.actions);
    loads::resolve(&mut host, accounts);
    host.boots.sort();
    told_once(&mut host);
    host.logs.sort_by_key(|w| (w.from, w.to));
    host.kernel_logs.sort_by_key(|w| (w.from, w.to));
    for captured in host.captured.values_mut() {
        captured.times.sort();
        captured.times.dedup();
    }
    let mut clocks: Vec<&str> =
        host.series.values().flat_map(|s| s.clock.split("; ")).filter(|c| !c.is_empty()).collect();
    clocks.sort_unstable();
    clocks.dedup();
    host.clock = clocks.into_iter().chain(host.accuracy.as_deref()).collect::<Vec<_>>().join("; ");
    host.not_taken.sort_by_key(|it| (it.artifact, it.line));
    host.survey();
    host
}
