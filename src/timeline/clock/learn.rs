//! Learning a host's clock: zones, then the latest date, then boots, each from what came before.

use super::boot::{Boots, Tie, second};
use super::{Basis, HostClock, Input, LearnFrom};
use crate::model::fact::Clue;
use crate::model::stamp::Stamp;
use crate::timeline::clock::zone::Zones;
use std::collections::{BTreeMap, BTreeSet};

impl HostClock {
    /// Reads all of a host's artifacts for what they tell about its clocks.
    #[must_use]
    pub fn learn(from: &LearnFrom<'_>) -> Self {
        let mut named = BTreeSet::new();
        let mut offsets = from.offsets.to_vec();
        let mut homes = Vec::new();
        for input in from.inputs {
            let zone = |stamp: &Stamp| match stamp {
                Stamp::Wall(wall) => wall.zone.clone(),
                _ => None,
            };
            named.extend(dated_stamps(input).filter_map(zone));
            offsets.extend(input.facts.clues.iter().filter_map(|clue| match clue {
                Clue::Offset { east, at, .. } => Some((*at, *east)),
                _ => None,
            }));
            homes.extend(input.facts.clues.iter().filter_map(|clue| match clue {
                Clue::Zone { name, from, .. } => Some((*from, name.as_str())),
                _ => None,
            }));
        }
        let zones = Zones::learn(from.tz, named, offsets, &homes);
        let mut clock = Self { zones, year: from.year, ..Self::default() };
        let dated = from.inputs.iter().flat_map(dated_stamps);
        clock.anchor = dated.filter_map(|stamp| clock.stamp(stamp, None, None)).map(|r| r.time).max();
        clock.learn_chains(from.inputs);
        clock.boots = clock.learn_boots(from.inputs);
        clock
    }

    fn learn_boots(&self, inputs: &[Input<'_>]) -> BTreeMap<Option<String>, Boots> {
        let mut ties: BTreeMap<Option<String>, Vec<Tie>> = BTreeMap::new();
        for input in inputs {
            for (host, tie) in self.ties(input) {
                ties.entry(host).or_default().push(tie);
            }
        }
        // one name, or one name and dumps without: one machine
        if ties.keys().flatten().count() <= 1 {
            let all: Vec<Tie> = ties.into_values().flatten().collect();
            return if all.is_empty() {
                BTreeMap::new()
            } else {
                BTreeMap::from([(None, Boots::learn(all))])
            };
        }
        ties.into_iter().map(|(host, ties)| (host, Boots::learn(ties))).collect()
    }

    /// Uptimes with their instants in one artifact.
    fn ties(&self, input: &Input<'_>) -> Vec<(Option<String>, Tie)> {
        let years = self.years(input);
        let at = |stamp: &Stamp, line: u32| {
            self.stamp(stamp, years.by_line.get(&line).copied(), None).map(|r| r.time)
        };
        let mut ties = Vec::new();
        let mut runs: BTreeMap<Run, Vec<(f64, f64)>> = BTreeMap::new();
        for clue in &input.facts.clues {
            let Clue::Replay { host, stamp, first, last, line, .. } = clue else { continue };
            let Some(at) = at(stamp, *line) else { continue };
            runs.entry((host.clone(), second(at))).or_default().push((*first, *last));
            ties.push((host.clone(), Tie { at, uptime: *last, replayed_from: Some(*first) }));
        }
        let mut live = |host: &Option<String>, stamp: &Stamp, uptime: f64, line: u32| {
            let Some(at) = at(stamp, line) else { return };
            let runs = runs.get(&(host.clone(), second(at)));
            let replayed =
                runs.is_some_and(|runs| runs.iter().any(|(first, last)| (*first..=*last).contains(&uptime)));
            if !replayed {
                ties.push((host.clone(), Tie { at, uptime, replayed_from: None }));
            }
        };
        for event in &input.facts.events {
            if let Some(uptime) = event.uptime {
                live(&event.host, &event.stamp, uptime, event.line);
            }
        }
        for clue in &input.facts.clues {
            match clue {
                Clue::KernelStamp { host, stamp, uptime, line } => live(host, stamp, *uptime, *line),
                // the journal's first entry of a boot is the kernel's first line
                Clue::Boot { first, line, .. } => live(&None, first, 0.0, *line),
                _ => {}
            }
        }
        ties.extend(self.uptimes(input).map(|tie| (None, tie)));
        ties
    }

    /// Uptimes printed beside a capture. A capture dated by its file's age may be dated by a copy: no tie.
    fn uptimes(&self, input: &Input<'_>) -> impl Iterator<Item = Tie> {
        let captures = self.captures(input);
        input.facts.clues.iter().filter_map(move |clue| {
            let Clue::Uptime { seconds, capture, .. } = clue else { return None };
            let at = captures.get(usize::try_from(*capture).ok()?).copied().flatten()?;
            (at.basis != Basis::Mtime).then_some(Tie { at: at.time, uptime: *seconds, replayed_from: None })
        })
    }
}

/// Host and second of a replay.
type Run = (Option<String>, i64);

/// Stamps of an artifact that may hold a full date: captures, the file's name, ends of logs, a
/// collector's records.
fn dated_stamps<'a>(input: &'a Input<'a>) -> impl Iterator<Item = &'a Stamp> {
    let captures = input.facts.captures.iter().filter_map(|c| c.stamp.as_ref());
    let spans = input.facts.clues.iter().filter_map(|clue| match clue {
        Clue::LogSpan { first, last, .. } | Clue::Boot { first, last, .. } => Some([first, last]),
        _ => None,
    });
    let dates = input.facts.clues.iter().filter_map(|clue| match clue {
        Clue::Taken { stamp, .. } | Clue::Date { stamp, .. } => Some(stamp),
        _ => None,
    });
    captures.chain(&input.name).chain(spans.flatten()).chain(dates)
}
