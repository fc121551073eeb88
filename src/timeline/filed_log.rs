//! Log lines: events, acts, and when a log was alive.

use super::filed::{Filed, clocks};
use super::hosts::short;
use super::{Account, Action, Event, Host};
use crate::catalogue::events;
use crate::model::fact::Clue;
use crate::model::report::Window;
use crate::model::time::Time;
use crate::parse::collector;
use std::collections::BTreeMap;

impl Filed<'_> {
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

    /// Files log lines and notes their times.
    pub(super) fn log(
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
            let background = events::event(event.kind).is_some_and(|kind| kind.background);
            // a boot that nothing else is known of does not make the report longer
            times.extend(time.filter(|_| !background));
            let owner = self.owner(event.host.as_deref(), name, hosts, account);
            let filed = if background { &mut owner.background } else { &mut owner.events };
            filed.push(Event {
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
                what: action.what.clone(),
                way: action.way,
                user: action.user.clone(),
                outcome: action.outcome,
                artifact: self.artifact,
                line: action.line,
                text: action.text.clone(),
                file: None,
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
        // the collector's own log has a span only of the kernel's
        let collected = self.part.formats.contains(&collector::LOG.name);
        collected || self.part.clues.iter().any(stamped) || self.part.events.iter().any(of_kernel)
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
            host.log_files.push((self.artifact, span, *lines));
            host.kernel_logs.extend(self.kernel_lines().then_some(span));
            times.extend(ends.into_iter().filter(|t| self.wanted(*t)));
            let captured = host.captured.entry("syslog").or_default();
            captured.times.extend(ends);
            captured.count += lines;
        }
    }
}
