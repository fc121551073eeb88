//! Listening sockets of both sides.

use super::{Pair, Subject};
use crate::model::diff::{Listener, Listening};
use crate::timeline::readings::Reading;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// All listeners, those that differ first, then by port.
pub(super) fn listeners(pair: &Pair<'_>) -> Vec<Listener> {
    let (mut a, mut b) = (of_side(&pair.a), of_side(&pair.b));
    let mut found = Vec::new();
    let names: BTreeSet<String> = a.iter().map(|l| l.of.clone()).collect();
    for of in names {
        if let Some(theirs) = take(&mut b, |l| l.of == of) {
            found.push(both(of.clone(), take(&mut a, |l| l.of == of), Some(theirs)));
        }
    }
    if !pair.relation.same_host {
        for port in a.iter().map(|l| port(&l.of).to_owned()).collect::<BTreeSet<_>>() {
            // two hosts bind a service each to its own address
            let own = |l: &&Listening| self::port(&l.of) == port && is_own(&l.of);
            if a.iter().filter(own).count() == 1 && b.iter().filter(own).count() == 1 {
                let mine = take(&mut a, |l| own(&l));
                found.push(both(format!(":{port}"), mine, take(&mut b, |l| own(&l))));
            }
        }
    }
    found.extend(a.into_iter().map(|l| both(l.of.clone(), Some(l), None)));
    found.extend(b.into_iter().map(|l| both(l.of.clone(), None, Some(l))));
    let number = |l: &Listener| port(&l.of).parse::<u32>().unwrap_or(u32::MAX);
    found.sort_by(|x, y| {
        let rank = |l: &Listener| {
            let full = [&l.a, &l.b].iter().any(|side| side.as_ref().is_some_and(|it| it.at_limit > 0));
            (!l.differs, !full, l.a.is_none() || l.b.is_none(), number(l))
        };
        rank(x).cmp(&rank(y)).then_with(|| x.of.cmp(&y.of))
    });
    found
}

fn take(from: &mut Vec<Listening>, which: impl Fn(&Listening) -> bool) -> Option<Listening> {
    let at = from.iter().position(which)?;
    Some(from.remove(at))
}

fn both(of: String, a: Option<Listening>, b: Option<Listening>) -> Listener {
    let differs = match (&a, &b) {
        (Some(a), Some(b)) => {
            let known = a.limit.is_some() && b.limit.is_some();
            let named = a.process.is_some() && b.process.is_some();
            (known && a.limit != b.limit)
                || (a.at_limit > 0) != (b.at_limit > 0)
                || (named && a.process != b.process)
        }
        _ => true,
    };
    Listener { of, differs, a, b }
}

/// The last stretch of one limit of each listener.
fn of_side(side: &Subject<'_>) -> Vec<Listening> {
    let mine = side.report.listeners.iter().filter(|l| l.host == side.host.name);
    let limited = mine.filter_map(|listener| {
        let phase = listener.phases.last()?;
        Some(Listening {
            of: listener.of.clone(),
            process: listener.process.clone(),
            limit: Some(phase.limit),
            peak: phase.peak,
            at_limit: phase.at_limit,
            samples: phase.samples,
            somaxconn: phase.somaxconn,
            exhibit: phase.exhibit.clone(),
        })
    });
    let mut found: Vec<Listening> = limited.collect();
    for (of, readings) in side.host.unlimited() {
        let longest = readings.iter().max_by_key(|r| (queue(r), Reverse((r.time, r.line))));
        let Some(longest) = longest.filter(|_| !found.iter().any(|l| l.of == of)) else { continue };
        found.push(Listening {
            of: of.to_owned(),
            process: side.host.processes.get(of).cloned(),
            limit: None,
            peak: queue(longest),
            at_limit: 0,
            samples: readings.len() as u64,
            somaxconn: None,
            exhibit: side.exhibit(longest.artifact, longest.line),
        });
    }
    found
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // lengths of queues; `as` saturates
fn queue(reading: &Reading) -> u64 {
    f64::from_bits(reading.value) as u64
}

fn port(of: &str) -> &str {
    of.rsplit_once(':').map_or(of, |(_, port)| port)
}

/// Whether an address is a host's own: neither a wildcard nor loopback.
fn is_own(of: &str) -> bool {
    let address = of.rsplit_once(':').map_or(of, |(address, _)| address);
    !["*", "0.0.0.0", "::", "[::]", "[::1]", "::1"].contains(&address) && !address.starts_with("127.")
}
