//! What each side says of itself: kernel, distribution, boot, interfaces.

use super::interfaces::interfaces;
use super::relation::booted;
use super::{Pair, Subject};
use crate::model::diff::{Fact, Party};
use crate::model::fact::Layer;
use crate::model::words;
use crate::timeline::Told;
use std::collections::BTreeSet;

/// Interfaces named; a host of containers has hundreds.
const NAMED: usize = 12;

/// Rows that at least one side fills.
pub(super) fn facts(pair: &Pair<'_>) -> Vec<Fact> {
    let (a, b) = (&pair.a, &pair.b);
    let [x, y] = &pair.parties;
    let (only_a, only_b) = devices(a, b);
    let last = |told: &[Told]| told.last().map(|t| t.text.clone()).unwrap_or_default();
    let up = |p: &Party| p.uptime.map(words::duration).unwrap_or_default();
    let boot = |s: &Subject<'_>| booted(s.host).map(words::instant).unwrap_or_default();
    let read = |p: &Party| p.at.map(words::instant).unwrap_or_default();
    let id = |s: &Subject<'_>| s.host.machine_id.clone().unwrap_or_default();
    let rows = [
        ("Host", x.host.clone(), y.host.clone()),
        ("Network namespace", a.host.netns.clone(), b.host.netns.clone()),
        ("Machine-id", id(a), id(b)),
        ("Distribution", last(&a.host.os), last(&b.host.os)),
        ("Kernel", last(&a.host.kernel), last(&b.host.kernel)),
        ("Kernel build", running(a, "kernel.version"), running(b, "kernel.version")),
        ("Profile of tuned", running(a, "tuned.profile"), running(b, "tuned.profile")),
        ("Zone", a.host.zone.clone(), b.host.zone.clone()),
        ("Interfaces", only_a, only_b),
        ("Booted (UTC)", boot(a), boot(b)),
        ("Up for", up(x), up(y)),
        ("Counters last read (UTC)", read(x), read(y)),
    ];
    let filled = rows.into_iter().filter(|(_, a, b)| !(a.is_empty() && b.is_empty()));
    filled
        .map(|(name, a, b)| {
            let differs = a != b && !a.is_empty() && !b.is_empty();
            Fact { name: name.to_owned(), differs, a, b }
        })
        .collect()
}

fn running(side: &Subject<'_>, key: &str) -> String {
    let seen = side.host.settings.get(key).map(Vec::as_slice).unwrap_or_default();
    seen.iter().rfind(|o| o.layer == Layer::Runtime).map(|o| o.value.clone()).unwrap_or_default()
}

/// Interfaces of both sides in words: all of them where they are few.
fn devices(a: &Subject<'_>, b: &Subject<'_>) -> (String, String) {
    let (mine, theirs) = (interfaces(a.host), interfaces(b.host));
    if mine.len().max(theirs.len()) <= NAMED {
        return (list(&mine), list(&theirs));
    }
    let words = |own: &BTreeSet<&str>, other: &BTreeSet<&str>| {
        let alone: BTreeSet<&str> = own.difference(other).copied().collect();
        let all = words::things(own.len() as u64, "interface", "interfaces");
        match alone.len() {
            0 => all,
            n => format!("{all}, {n} only here: {}", list(&alone)),
        }
    };
    (words(&mine, &theirs), words(&theirs, &mine))
}

fn list(names: &BTreeSet<&str>) -> String {
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if names.len() > NAMED { format!("{shown}, …") } else { shown }
}
