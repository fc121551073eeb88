//! Facts of all artifacts to a [`Timeline`].

use super::clock::{self, Basis, Dated, HostClock, LearnFrom, Resolved};
use super::gather::{self, gather};
use super::hosts::{Claim, Named, assign, short};
use super::once;
use super::readings::{Reading, Readings, UNDATED};
use super::{Account, Action, Event, Host, Observed, Series, SeriesId, Timeline, Uptime};
use crate::catalogue::events;
use crate::model::fact::{Clue, Facts, Kind, Layer, Samples, Setting};
use crate::model::report::Window;
use crate::model::time::Time;
use crate::parse::{Parsed, stamp};
use std::collections::BTreeMap;

/// Values of several lines, printed as the same key again and again.
const LINES: [&str; 2] = ["kernel.core_modes", "dev.cdrom.info"];

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
    /// Size.
    pub bytes: u64,
    /// Modification time.
    pub modified: Option<Time>,
    /// Facts, or why there are none.
    pub parsed: Parsed,
}

/// Puts everything on one axis. `inputs` are in path order; the result keeps that order.
#[must_use]
pub fn build(mut inputs: Vec<Input>, options: Options<'_>) -> Timeline {
    let claims: Vec<Claim> = inputs.iter().map(|i| Claim::new(&i.path, i.parts())).collect();
    let read: Vec<usize> = (0..inputs.len()).filter(|&i| !inputs[i].parts().is_empty()).collect();
    let names = assign(&read.iter().map(|&i| claims[i].clone()).collect::<Vec<_>>());
    let mut members: BTreeMap<String, (Named, Vec<usize>)> = BTreeMap::new();
    for (&i, named) in read.iter().zip(names) {
        members.entry(named.name.clone()).or_insert_with(|| (named, Vec::new())).1.push(i);
    }
    let mut timeline =
        Timeline { artifacts: inputs.iter().map(Input::account).collect(), ..Timeline::default() };
    // apart from the other facts, so that they can be given back while those are still read
    let mut samples: Vec<Vec<Samples>> = inputs.iter_mut().map(Input::take_samples).collect();
    let mut hosts: BTreeMap<String, Host> = BTreeMap::new();
    for (named, members) in members.into_values() {
        let central: Vec<bool> = members.iter().map(|&i| claims[i].names_several_hosts()).collect();
        let members: Vec<(usize, bool)> = members.into_iter().zip(central).collect();
        join(&inputs, &mut samples, &members, &named, options, &mut hosts, &mut timeline.artifacts);
    }
    // a central log lies in a folder that is no host's
    timeline.hosts = hosts.into_values().filter(Host::is_known).map(finished).collect();
    if let Some(only) = options.host {
        timeline.hosts.retain(|host| host.name == only);
    }
    timeline.asked = options.window;
    timeline
}

impl Input {
    fn parts(&self) -> &[Facts] {
        match &self.parsed {
            Parsed::Read(parts) => parts,
            Parsed::Skipped(_) => &[],
        }
    }

    fn take_samples(&mut self) -> Vec<Samples> {
        match &mut self.parsed {
            Parsed::Read(parts) => parts.iter_mut().map(|facts| std::mem::take(&mut facts.samples)).collect(),
            Parsed::Skipped(_) => Vec::new(),
        }
    }

    fn account(&self) -> Account {
        let mut account = Account { path: self.path.clone(), bytes: self.bytes, ..Account::default() };
        if let Parsed::Skipped(why) = &self.parsed {
            account.skipped = Some(why.clone());
        }
        for facts in self.parts() {
            for &format in &facts.formats {
                if !account.formats.contains(&format) {
                    account.formats.push(format);
                }
            }
            account.lines += facts.lines;
            let counted =
                facts.samples.key.len() + facts.settings.len() + facts.events.len() + facts.actions.len();
            account.facts += counted as u64;
            account.rejects.count += facts.rejects.count;
            account.rejects.kept.extend(facts.rejects.kept.iter().cloned());
        }
        account.rejects.kept.truncate(crate::model::fact::Rejects::KEPT);
        account
    }
}

/// Dates and files the artifacts of one host.
fn join(
    inputs: &[Input],
    samples: &mut [Vec<Samples>],
    members: &[(usize, bool)],
    named: &Named,
    options: Options<'_>,
    hosts: &mut BTreeMap<String, Host>,
    accounts: &mut [Account],
) {
    let parts: Vec<(usize, bool, clock::Input<'_>)> = members
        .iter()
        .flat_map(|&(i, central)| {
            // archives made reproducible carry an age of 1970 or 1980
            let mtime = inputs[i].modified.filter(|t| *t > Time::from_secs(946_684_800));
            let name = stamp::file_name(&inputs[i].path);
            inputs[i]
                .parts()
                .iter()
                .map(move |facts| (i, central, clock::Input { facts, name: name.clone(), mtime }))
        })
        .collect();
    let seen: Vec<clock::Input<'_>> = parts.iter().map(|(_, _, input)| input.clone()).collect();
    let clock = HostClock::learn(&LearnFrom { tz: options.tz, year: options.year, inputs: &seen });
    let host = hosts.entry(named.name.clone()).or_default();
    (host.name, host.name_basis) = (named.name.clone(), named.basis.clone());
    host.boots.extend(clock.boots(None).iter().map(|boot| boot.at));
    let filed: Vec<Filed<'_>> = parts
        .iter()
        .map(|(i, central, input)| {
            let artifact = u32::try_from(*i).unwrap_or(u32::MAX);
            Filed { artifact, part: input.facts, dated: clock.date(input), options, central: *central }
        })
        .collect();
    let samples = members.iter().flat_map(|&(i, _)| std::mem::take(&mut samples[i]));
    gather(
        filed.iter().zip(samples).map(|(filed, samples)| filed.samples(samples)).collect(),
        &mut host.series,
    );
    for ((i, ..), filed) in parts.iter().zip(filed) {
        filed.part(&named.name, hosts, &mut accounts[*i]);
    }
}

/// One part of one artifact, with the clock that dates it.
struct Filed<'a> {
    artifact: u32,
    part: &'a Facts,
    dated: Dated,
    options: Options<'a>,
    /// A log of several hosts: each line belongs to the host that it names.
    central: bool,
}

impl Filed<'_> {
    fn part(&self, name: &str, hosts: &mut BTreeMap<String, Host>, account: &mut Account) {
        let captures = &self.dated.captures;
        let Some(host) = hosts.get_mut(name) else { return };
        if host.zone.is_empty() {
            host.zone = zone(captures.iter().flatten().chain(self.dated.events.iter().flatten()));
        }
        self.sections(captures, host);
        self.settings(captures, host, account);
        self.clues(captures, host, account);
        let mut times: Vec<Time> = Vec::new();
        // A configuration file is no snapshot: when it was saved says nothing of when it was in force.
        if !self.part.formats.contains(&"sysctl.conf") && !captures.is_empty() {
            times.extend(captures.iter().flatten().map(|r| r.time).filter(|t| self.wanted(*t)));
            account.snapshots += captures.len() as u64;
            account.clock = clocks(&account.clock, captures.iter().flatten());
            for &format in &self.part.formats {
                let captured = host.captured.entry(format).or_default();
                captured.times.extend(&times);
                captured.count += captures.len() as u64;
            }
        }
        if let Some(year) = self.dated.year {
            account.clock = join_words(&account.clock, &year.to_string());
        }
        self.log(name, hosts, account, &mut times);
        if !self.central {
            account.hosts.insert(name.to_owned());
        }
        if let (Some(&from), Some(&to)) = (times.iter().min(), times.iter().max()) {
            let old = account.window.unwrap_or(Window { from, to });
            account.window = Some(Window { from: from.min(old.from), to: to.max(old.to) });
        }
    }

    fn wanted(&self, time: Time) -> bool {
        self.options.window.is_none_or(|w| w.from <= time && time <= w.to)
    }

    fn samples(&self, samples: Samples) -> gather::Part<'_> {
        let captures = &self.dated.captures;
        gather::Part {
            artifact: self.artifact,
            keys: &self.part.keys,
            samples,
            captures: self.times(captures),
            clock: clocks("", captures.iter().flatten()),
        }
    }

    /// The time of each capture that is inside the window asked for, [`UNDATED`] when it is not known.
    fn times(&self, captures: &[Option<Resolved>]) -> Vec<Option<i64>> {
        let time = |r: &Option<Resolved>| match r {
            Some(r) => self.wanted(r.time).then_some(r.time.0),
            None => self.options.window.is_none().then_some(UNDATED),
        };
        captures.iter().map(time).collect()
    }

    fn sections(&self, captures: &[Option<Resolved>], host: &mut Host) {
        let times = self.times(captures);
        for seen in &self.part.sections {
            if let Some(time) = times.get(seen.capture as usize).copied().flatten() {
                let reading =
                    Reading { time: Time(time), value: 0, artifact: self.artifact, line: seen.line };
                host.sections.entry(seen.section).or_default().push(reading);
            }
        }
    }

    fn settings(&self, captures: &[Option<Resolved>], host: &mut Host, account: &mut Account) {
        for (i, setting) in self.part.settings.iter().enumerate() {
            let resolved = captures.get(setting.capture as usize).and_then(Option::as_ref);
            let time = if setting.layer == Layer::Runtime { resolved.map(|r| r.time) } else { None };
            // what stood before the span asked for tells from which value a change started
            if time.zip(self.options.window).is_some_and(|(t, w)| t > w.to) {
                continue;
            }
            if setting.key == "net.netfilter.nf_conntrack_count" && setting.layer == Layer::Runtime {
                match setting.value.parse() {
                    Ok(count) => self.conntrack_count(count, setting, resolved, host),
                    Err(_) => {
                        account.rejects.push(setting.line, "nf_conntrack_count: not a number of connections");
                    }
                }
            }
            let seen = host.settings.entry(setting.key.clone()).or_default();
            if let (true, Some(last)) = (self.continues(i), seen.last_mut()) {
                if LINES.contains(&setting.key.as_str()) {
                    last.value = format!("{} {}", last.value, setting.value);
                    continue;
                }
                seen.pop();
                host.repeated_keys.insert(setting.key.clone());
            }
            seen.push(Observed {
                time,
                value: setting.value.clone(),
                layer: setting.layer,
                artifact: self.artifact,
                line: setting.line,
            });
        }
    }

    /// The same key again in the same capture: a value of several lines, or a loop that wrote no time.
    fn continues(&self, i: usize) -> bool {
        let (now, settings) = (&self.part.settings[i], &self.part.settings);
        let before = i.checked_sub(1).and_then(|i| settings.get(i));
        let same = |s: &Setting| s.key == now.key && s.capture == now.capture && s.layer == Layer::Runtime;
        now.layer == Layer::Runtime && before.is_some_and(same)
    }

    /// `sysctl -a` prints the fill of the conntrack table among the settings: a gauge, not a setting.
    fn conntrack_count(&self, count: u32, setting: &Setting, resolved: Option<&Resolved>, host: &mut Host) {
        let time = resolved.map_or(Time(UNDATED), |r| r.time);
        if resolved.map_or(self.options.window.is_some(), |r| !self.wanted(r.time)) {
            return;
        }
        let id = SeriesId { metric: "nf_conntrack_count".to_owned(), of: String::new() };
        let clock = clocks("", resolved.into_iter());
        let empty = || Series { kind: Kind::Gauge, clock, readings: Readings::default() };
        let reading =
            Reading { time, value: f64::from(count).to_bits(), artifact: self.artifact, line: setting.line };
        host.series.entry(id).or_insert_with(empty).readings.push(reading);
    }

    fn clues(&self, captures: &[Option<Resolved>], host: &mut Host, account: &mut Account) {
        for clue in &self.part.clues {
            account.facts += 1;
            match clue {
                Clue::Uptime { seconds, capture, .. } => {
                    // The age of a file that was copied since is no time of capture.
                    let resolved = captures.get(*capture as usize).and_then(|r| r.as_ref());
                    let time = resolved.filter(|r| r.basis != Basis::Mtime).map(|r| r.time);
                    let basis = "uptime in the dumps".to_owned();
                    host.uptimes.push(Uptime { seconds: *seconds, time, basis, artifact: self.artifact });
                }
                Clue::Process { of, name, .. } => {
                    host.processes.insert(of.clone(), name.clone());
                }
                _ => {}
            }
        }
    }

    /// Whose a log line is: the folder's, and in a central log the host's that the line names.
    fn owner<'h>(
        &self,
        line: Option<&str>,
        name: &str,
        hosts: &'h mut BTreeMap<String, Host>,
        account: &mut Account,
    ) -> &'h mut Host {
        let named = line.filter(|_| self.central).and_then(short);
        let basis = if named.is_some() { "host field of a central log" } else { "" };
        let name = named.unwrap_or_else(|| name.to_owned());
        account.hosts.insert(name.clone());
        let host = hosts.entry(name.clone()).or_default();
        if host.name.is_empty() {
            (host.name, host.name_basis) = (name, basis.to_owned());
        }
        host
    }

    fn log(
        &self,
        name: &str,
        hosts: &mut BTreeMap<String, Host>,
        account: &mut Account,
        times: &mut Vec<Time>,
    ) {
        account.clock = clocks(&account.clock, self.dated.events.iter().flatten());
        for (event, resolved) in self.part.events.iter().zip(&self.dated.events) {
            let time = resolved.as_ref().map(|r| r.time);
            if time.map_or(self.options.window.is_some(), |t| !self.wanted(t)) {
                continue;
            }
            times.extend(time);
            self.owner(event.host.as_deref(), name, hosts, account).events.push(Event {
                time,
                kind: event.kind,
                of: event.of.clone(),
                count: event.count,
                added_back: event.added_back,
                artifact: self.artifact,
                line: event.line,
                text: event.text.clone(),
                uptime: event.uptime,
            });
        }
        for (action, resolved) in self.part.actions.iter().zip(&self.dated.actions) {
            let time = resolved.as_ref().map(|r| r.time);
            if time.map_or(self.options.window.is_some(), |t| !self.wanted(t)) {
                continue;
            }
            times.extend(time);
            self.owner(action.host.as_deref(), name, hosts, account).actions.push(Action {
                time,
                key: action.key.clone(),
                value: action.value.clone(),
                artifact: self.artifact,
                line: action.line,
                text: action.text.clone(),
            });
        }
        self.spans(name, hosts, account, times);
    }

    /// Whether this log carries the kernel's lines.
    fn kernel_lines(&self) -> bool {
        let of_kernel = |e: &crate::model::fact::Event| {
            events::event(e.kind).is_some_and(|k| k.source == events::Source::Kernel)
        };
        let stamped = |clue: &Clue| matches!(clue, Clue::KernelStamp { .. } | Clue::Replay { .. });
        self.part.clues.iter().any(stamped) || self.part.events.iter().any(of_kernel)
    }

    fn spans(
        &self,
        name: &str,
        hosts: &mut BTreeMap<String, Host>,
        account: &mut Account,
        times: &mut Vec<Time>,
    ) {
        let spans = self.part.clues.iter().filter_map(|clue| match clue {
            Clue::LogSpan { host, lines, .. } => Some((host, lines)),
            _ => None,
        });
        for ((whose, lines), ends) in spans.zip(&self.dated.spans) {
            let Some((first, last)) = ends else { continue };
            account.clock = clocks(&account.clock, [first, last].into_iter());
            let host = self.owner(whose.as_deref(), name, hosts, account);
            let ends = [first.time.min(last.time), first.time.max(last.time)];
            let span = Window { from: ends[0], to: ends[1] };
            if !self.wanted(span.to) && !self.wanted(span.from) {
                continue;
            }
            host.logs.push(span);
            host.kernel_logs.extend(self.kernel_lines().then_some(span));
            times.extend(ends.into_iter().filter(|t| self.wanted(*t)));
            let captured = host.captured.entry("syslog").or_default();
            captured.times.extend(ends);
            captured.count += lines;
        }
    }
}

/// The clocks of some stamps in words, joined to those already named.
fn clocks<'a>(so_far: &str, resolved: impl Iterator<Item = &'a Resolved>) -> String {
    let mut last = None;
    let mut words = so_far.to_owned();
    for resolved in resolved {
        if last != Some(resolved.basis) {
            words = join_words(&words, &resolved.basis.words());
        }
        last = Some(resolved.basis);
    }
    words
}

/// `a; b` without saying anything twice.
fn join_words(so_far: &str, more: &str) -> String {
    match so_far {
        "" => more.to_owned(),
        _ if so_far.split("; ").any(|said| said == more) => so_far.to_owned(),
        _ => format!("{so_far}; {more}"),
    }
}

/// The zone of a host's wall clocks, as far as its stamps tell.
fn zone<'a>(mut resolved: impl Iterator<Item = &'a Resolved>) -> String {
    match resolved.next().map(|r| r.basis) {
        None => String::new(),
        Some(Basis::Named(zone) | Basis::Sibling(zone)) => zone.to_owned(),
        Some(Basis::Given(tz)) => tz.name().to_owned(),
        Some(_) => "UTC".to_owned(),
    }
}

/// Sorts what was filed in the order of artifacts.
fn finished(mut host: Host) -> Host {
    host.series.values_mut().for_each(|series| series.readings.sort());
    host.sections.values_mut().for_each(|printed| printed.sort_by_key(|r| (r.time, r.artifact, r.line)));
    host.settings.values_mut().for_each(|seen| seen.sort_by_key(|o| (o.time, o.artifact, o.line)));
    host.events.sort_by_key(|e| (e.time, e.artifact, e.line));
    host.repeated_lines = once::events(&mut host.events);
    once::actions(&mut host.actions);
    host.boots.sort();
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
    host.clock = clocks.join("; ");
    host.survey();
    host
}
