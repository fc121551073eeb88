//! The facts of one part of one artifact, filed under the host that they belong to.

use super::build::Options;
use super::clock::{Basis, Dated, Resolved};
use super::gather;
use super::readings::{Reading, UNDATED};
use super::{Account, Host, NotTaken, Observed, Told, Uptime};
use crate::model::fact::{Clue, Facts, Layer, Samples, SectionSeen, Setting};
use crate::model::report::Window;
use crate::model::time::Time;
use std::collections::BTreeMap;

/// Values of several lines, printed as the same key again and again.
const LINES: [&str; 3] = ["kernel.core_modes", "dev.cdrom.info", "sunrpc.transports"];

/// Configuration files, whose age says nothing of when they were in force.
const FILES: [&str; 4] = ["sysctl.conf", "limits.conf", "tuned.conf", "tuned active_profile"];

/// One part of one artifact, with the clock that dates it.
pub(super) struct Filed<'a> {
    /// Index of the artifact.
    pub artifact: u32,
    /// Its facts, without the samples.
    pub part: &'a Facts,
    /// Their times.
    pub dated: Dated,
    /// What the user asked for.
    pub options: Options<'a>,
    /// A log of several hosts: each line belongs to the host that it names.
    pub central: bool,
}

impl Filed<'_> {
    /// Files all but the samples.
    pub fn part(&self, name: &str, hosts: &mut BTreeMap<String, Host>, account: &mut Account) {
        let captures = &self.dated.captures;
        let Some(host) = hosts.get_mut(name) else { return };
        if host.zone.is_empty() {
            host.zone = zone(captures.iter().flatten().chain(self.dated.events.iter().flatten()));
        }
        self.sections(captures, host, account);
        self.settings(captures, host, account);
        self.clues(captures, host, account);
        let mut times: Vec<Time> = Vec::new();
        if !self.part.formats.iter().any(|f| FILES.contains(f)) && !captures.is_empty() {
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

    pub(super) fn wanted(&self, time: Time) -> bool {
        self.options.window.is_none_or(|w| w.from <= time && time <= w.to)
    }

    /// The samples and the times that they belong to.
    pub fn samples(&self, samples: Samples) -> gather::Part<'_> {
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

    fn sections(&self, captures: &[Option<Resolved>], host: &mut Host, account: &Account) {
        let times = self.times(captures);
        // `netstat -s -6` repeats a section or two; a loop without times repeats all of them
        let of_first = |s: &&SectionSeen| s.section == "Ip" && s.capture == 0;
        if self.part.sections.iter().filter(of_first).count() > 1 {
            host.repeated_keys.insert(format!("counters in {}", account.path));
        }
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
            // `sysctl -a` in a namespace also prints what all of them share: that stands in the host's own dump
            if !host.netns.is_empty() && !setting.key.starts_with("net.") {
                continue;
            }
            self.level(setting, resolved, host, account);
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

    fn told(&self, text: &str, line: u32) -> Told {
        Told { artifact: self.artifact, line, text: text.to_owned() }
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
                Clue::Wildcard { today, .. } => {
                    host.wildcards.insert((self.artifact, *today));
                }
                Clue::Process { of, name, pid, .. } => {
                    host.processes.insert(of.clone(), name.clone());
                    host.pids.extend(pid.map(|pid| (pid, name.clone())));
                }
                Clue::Kernel { release, line } => host.kernel.push(self.told(release, *line)),
                Clue::Os { name, line } => host.os.push(self.told(name, *line)),
                Clue::NotTaken { command, why, line } => host.not_taken.push(NotTaken {
                    command: command.clone(),
                    why: why.clone(),
                    artifact: self.artifact,
                    line: *line,
                }),
                Clue::Taken { .. } => host.recorded = true,
                Clue::Accuracy { seconds, .. } => host.accuracy = Some(accuracy(*seconds)),
                _ => {}
            }
        }
    }
}

/// What chrony says of the host's clock.
fn accuracy(seconds: Option<f64>) -> String {
    match seconds {
        None => "not synchronised, by chronyc tracking".to_owned(),
        Some(s) => format!("within {} of true time, by chronyc tracking", crate::model::words::duration(s)),
    }
}

/// The clocks of some stamps in words, joined to those already named.
pub(super) fn clocks<'a>(so_far: &str, resolved: impl Iterator<Item = &'a Resolved>) -> String {
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
        Some(Basis::Given(tz) | Basis::Home(tz, _)) => tz.name().to_owned(),
        Some(_) => "UTC".to_owned(),
    }
}
