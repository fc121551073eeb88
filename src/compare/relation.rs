//! What two sides are to each other: one boot of one host, or not.

use super::measure::{is_series, last};
use super::{Claims, Pair, Subject};
use crate::correlate::since_boot::uptime_at;
use crate::model::diff::{Kind, Party, Relation};
use crate::model::fact::{self, Layer, SeriesId};
use crate::model::report::Window;
use crate::model::time::Time;
use crate::model::words;
use crate::timeline::Host;
use crate::timeline::readings::{Reading, UNDATED};

/// `uptime` cuts the minute off, and clocks are set.
const SAME_BOOT: f64 = 150.0;
/// Below this no time has passed between two sides: one collection takes as long.
const LEAST: f64 = 1.0;

/// Both sides in the order in which they are compared.
pub(super) fn pair<'a>(first: Subject<'a>, second: Subject<'a>, claims: Claims) -> Pair<'a> {
    let parties = [party(&first), party(&second)];
    let mut relation = relate(&first, &second, &parties, claims.same_host);
    relation.same_bytes = claims.same_bytes;
    let [mut a, mut b] = parties;
    let (mut x, mut y) = (first, second);
    if relation.swapped {
        std::mem::swap(&mut a, &mut b);
        std::mem::swap(&mut x, &mut y);
    }
    let alike = a.host == b.host;
    (a.label, b.label) =
        if alike { ("A".to_owned(), "B".to_owned()) } else { (a.host.clone(), b.host.clone()) };
    Pair { a: x, b: y, relation, parties: [a, b] }
}

fn party(side: &Subject<'_>) -> Party {
    let at = read_at(side.host);
    let reading = Reading { time: at.unwrap_or(Time(UNDATED)), value: 0, artifact: 0, line: 0 };
    let own = side.host.netns.is_empty();
    Party {
        label: String::new(),
        host: side.host.name.clone(),
        input: side.input.to_owned(),
        root: root(side),
        at,
        window: window(side),
        uptime: uptime_at(side.host, reading).filter(|_| own).map(|(seconds, _)| seconds),
        series: is_series(side.host),
        listeners: ["ss -lnt", "netstat -tan", "/proc/net/tcp"]
            .iter()
            .any(|format| side.host.captured.contains_key(format)),
    }
}

/// The last instant at which counters were read; of a host without any, its last sample.
fn read_at(host: &Host) -> Option<Time> {
    let latest = |counts: bool| {
        let wanted = host.series.iter().filter(|(id, _)| !counts || id.kind.is_since_boot());
        let last = wanted.filter_map(|(_, series)| series.readings.time.last());
        last.copied().filter(|t| *t != UNDATED).max().map(Time)
    };
    latest(true).or_else(|| latest(false))
}

/// The folder that all files of a host lie in.
fn root(side: &Subject<'_>) -> String {
    let mine = side.timeline.artifacts.iter().filter(|a| a.hosts.contains(&side.host.name));
    let folders = mine.map(|a| a.path.rfind('/').and_then(|at| a.path.get(..=at)).unwrap_or_default());
    let common = folders.reduce(|a, b| {
        let mut end = 0;
        for part in a.split_inclusive('/') {
            if b.get(end..end + part.len()) != Some(part) {
                break;
            }
            end += part.len();
        }
        a.get(..end).unwrap_or_default()
    });
    common.unwrap_or_default().to_owned()
}

/// Span of a host's artifacts.
fn window(side: &Subject<'_>) -> Option<Window> {
    let mine = side.timeline.artifacts.iter().filter(|a| a.hosts.contains(&side.host.name));
    let spans: Vec<Window> = mine.filter_map(|a| a.window).collect();
    let (from, to) = (spans.iter().map(|w| w.from).min()?, spans.iter().map(|w| w.to).max()?);
    Some(Window { from, to })
}

fn relate(a: &Subject<'_>, b: &Subject<'_>, parties: &[Party; 2], claimed: bool) -> Relation {
    let apart = |same_host, basis: String| Relation {
        kind: Kind::Apart,
        same_host,
        same_bytes: false,
        swapped: false,
        seconds: None,
        basis,
    };
    // hosts of one input were told apart already
    let told = a.host.name != b.host.name && a.host.netns == b.host.netns;
    if told && std::ptr::eq(a.timeline, b.timeline) {
        return apart(false, "two hosts".to_owned());
    }
    if let Err(why) = same_host(a.host, b.host, claimed) {
        return apart(false, why);
    }
    let seconds = seconds(parties);
    let swapped = seconds.is_some_and(|s| s < 0.0);
    let (earlier, later) = if swapped { (b.host, a.host) } else { (a.host, b.host) };
    let basis = match same_boot(earlier, later) {
        Ok(basis) => basis,
        Err(why) => return apart(true, why),
    };
    let seconds = seconds.map(f64::abs);
    if parties[0].series && parties[1].series {
        let why = format!("one boot of one host ({basis}), and both sides have samples over time");
        return Relation { seconds, ..apart(true, why) };
    }
    if seconds.is_some_and(|s| s < LEAST) {
        return apart(true, "one host, and counters read at the same time".to_owned());
    }
    Relation {
        kind: Kind::Between,
        same_host: true,
        same_bytes: false,
        swapped,
        seconds,
        basis: format!("one boot of one host: {basis}"),
    }
}

/// From the first to the second, by their times, else by their uptimes.
fn seconds(parties: &[Party; 2]) -> Option<f64> {
    let [a, b] = parties;
    let dated = a.at.zip(b.at).map(|(a, b)| b.seconds_since(a));
    dated.or_else(|| Some(b.uptime? - a.uptime?))
}

fn same_host(a: &Host, b: &Host, claimed: bool) -> Result<(), String> {
    if a.netns != b.netns {
        return Err("two network namespaces, each with counters of its own".to_owned());
    }
    match (&a.machine_id, &b.machine_id) {
        (Some(x), Some(y)) if x == y && a.shared_name() != b.shared_name() => {
            // images are cloned with their machine-id, and hosts are renamed
            Err("two names, though of one machine-id: taken as two hosts".to_owned())
        }
        (Some(x), Some(y)) if x != y => Err("two hosts: their machine-ids differ".to_owned()),
        _ if a.shared_name() == b.shared_name() => Ok(()),
        // a folder called `before` is no host; containers share the boot_id, but do tell their names
        _ if unnamed(a) || unnamed(b) => {
            match boot_id(a).zip(boot_id(b)) {
                Some((x, y)) if x == y => Ok(()),
                _ if claimed => Ok(()),
                _ => Err("taken as two hosts: not both name theirs, and --same-host would make them one"
                    .to_owned()),
            }
        }
        _ => Err("two hosts".to_owned()),
    }
}

/// Whether a host goes by the name of a folder, for want of a better one.
fn unnamed(host: &Host) -> bool {
    ["name of the folder", "no name in the evidence"].contains(&host.name_basis.as_str())
}

/// How it is known that no boot lies between two sides, or that one does.
fn same_boot(earlier: &Host, later: &Host) -> Result<String, String> {
    let ids = boot_id(earlier).zip(boot_id(later));
    if ids.is_some_and(|(a, b)| a != b) {
        return Err("one host, rebooted in between: the kernel’s boot_id differs".to_owned());
    }
    let boots = booted(earlier).zip(booted(later));
    let apart = boots.map(|(a, b)| b.seconds_since(a));
    if ids.is_none() && apart.is_some_and(|s| s.abs() > SAME_BOOT) {
        let when = boots.map_or_else(String::new, |(_, b)| words::instant(b));
        return Err(format!("one host, rebooted in between: booted {when} UTC"));
    }
    if fell(earlier, later) {
        return Err("one host, and its counters began again in between: most of them fell".to_owned());
    }
    Ok(match (ids, apart) {
        (Some(_), _) => "the same boot_id",
        (None, Some(_)) => "the same time of boot",
        (None, None) => "no counter says otherwise, and no boot_id or uptime is in both",
    }
    .to_owned())
}

fn boot_id(host: &Host) -> Option<&str> {
    let seen = host.settings.get("kernel.random.boot_id")?;
    seen.iter().rfind(|o| o.layer == Layer::Runtime).map(|o| o.value.as_str())
}

/// When the host booted last, as far as its uptimes tell.
pub(super) fn booted(host: &Host) -> Option<Time> {
    let told = host.uptimes.iter().filter_map(|u| Some(u.time?.plus_seconds(-u.seconds)));
    told.max().or_else(|| host.boots.iter().max().copied())
}

/// Whether most counters that were above zero are lower on the later side.
fn fell(earlier: &Host, later: &Host) -> bool {
    let ids = earlier.series.keys().filter(|id| id.kind == fact::Kind::Counter && id.of.is_empty());
    let both = |id: &SeriesId| Some((last(earlier, &id.metric, "")?, last(later, &id.metric, "")?));
    let pairs: Vec<_> = ids.filter_map(both).filter(|(before, _)| before.value > 0).collect();
    let fallen = pairs.iter().filter(|(before, after)| after.value < before.value).count();
    fallen * 2 > pairs.len()
}
