//! One listener under one name, whichever tool was asked.
//!
//! The wildcard has several spellings, and one artifact alone cannot always tell which socket is meant (see
//! `parse/sockets/listeners.rs`): `/proc/net/tcp6` in a file of its own and busybox say `[::]:80` of what `ss`
//! calls `*:80`, and an old `ss` said `*:80` of what all others call `0.0.0.0:80`, which its other sockets
//! may not tell. sysdig tells the port only.
//!
//! Two names are of one listener when no dump has both. A dump is what one tool printed at one time in one artifact;
//! which tool is told by the limit, which `ss` alone prints. A port that is held at `0.0.0.0` has its `[::]` for
//! itself. The name that is kept is that of the dumps with a limit, `*` where both or neither have one.
//!
//! A service that is bound anew, from `0.0.0.0` or `[::]` to `*`, is another listener. So what one `ss` of today calls by two
//! names is two, and `*` is the one at `0.0.0.0` only where the table could not tell (the parser notes it) and there is
//! exactly one socket on each side.

use super::Host;
use super::readings::{Reading, Readings};
use crate::model::fact::SeriesId;
use std::collections::BTreeSet;

const QUEUE: &str = "listener.queue";
const LIMIT: &str = "listener.limit";

/// Joins the series of listeners that have several names.
pub(super) fn join(host: &mut Host) {
    let names: Vec<String> = host.gauges(QUEUE).map(|(of, _)| of.to_owned()).collect();
    let held: BTreeSet<&str> = names.iter().filter_map(|of| of.strip_prefix("0.0.0.0:")).collect();
    let shared: Vec<&str> = names.iter().filter_map(|of| of.strip_prefix("*:")).collect();
    for port in shared.iter().filter(|port| !port.contains('#')) {
        for other in ["[::]", "0.0.0.0"] {
            // old ss: IPv4's wildcard, so IPv6's beside it is another socket
            let apart = other == "[::]" && held.contains(port);
            if !apart {
                wildcard(host, port, other, &names);
            }
        }
    }
    // sysdig, when the others have their names
    for port in names.iter().filter_map(|of| of.strip_prefix(':')) {
        let behind = format!(":{port}");
        let numbered = format!("{behind}#");
        let of_port =
            |of: &&str| of.len() > behind.len() && (of.ends_with(&behind) || of.contains(&numbered));
        let found: Vec<&str> = host.gauges(QUEUE).map(|(of, _)| of).filter(of_port).collect();
        if let [only] = found[..] {
            let only = only.to_owned();
            rename(host, &[QUEUE, LIMIT], &behind, &only);
        }
    }
}

/// Joins `*:port` and `other:port`, and the further sockets of each, if they are one listener.
fn wildcard(host: &mut Host, port: &str, other: &str, names: &[String]) {
    let (star, other) = (format!("*:{port}"), format!("{other}:{port}"));
    let (Some(mine), Some(theirs)) = (dumps(host, &star), dumps(host, &other)) else { return };
    if !mine.is_disjoint(&theirs) {
        return;
    }
    let by_ss = |dumps: &BTreeSet<(i64, u32, bool)>| dumps.iter().any(|(_, _, limited)| *limited);
    let told = |dumps: &BTreeSet<(i64, u32, bool)>, today: bool| {
        dumps.iter().any(|(_, artifact, limited)| *limited && host.wildcards.contains(&(*artifact, today)))
    };
    if other.starts_with('0') {
        // of two sockets it may be either, and so may the one that netstat calls `*`
        let unlimited = mine.iter().any(|(_, _, limited)| !*limited);
        let several = names.iter().any(|of| *of == format!("[::]:{port}") || *of == format!("{star}#2"));
        if unlimited || several || !told(&mine, false) || told(&mine, true) {
            return;
        }
    } else if told(&theirs, true) {
        // the same ss has a `*`, so its `[::]` takes no IPv4
        return;
    }
    let kept = if by_ss(&theirs) && !by_ss(&mine) { (&other, &star) } else { (&star, &other) };
    let numbered = format!("{}#", kept.1);
    for name in names.iter().filter(|name| *name == kept.1 || name.starts_with(&numbered)) {
        let to = name.replacen(kept.1.as_str(), kept.0, 1);
        rename(host, &[QUEUE, LIMIT, "skmem.drops"], name, &to);
    }
}

/// The dumps that show a listener: time, artifact, and whether it printed a limit.
fn dumps(host: &Host, of: &str) -> Option<BTreeSet<(i64, u32, bool)>> {
    let queue = &host.series.get(&SeriesId::gauge(QUEUE, of))?.readings;
    let limits = host.series.get(&SeriesId::gauge(LIMIT, of)).map(|series| &series.readings);
    let dump = |at: Reading| (at.time.0, at.artifact, limits.is_some_and(|limits| has(limits, at)));
    Some(queue.iter().map(dump).collect())
}

/// Whether there is a limit on the same line. Readings are sorted.
fn has(limits: &Readings, at: Reading) -> bool {
    let from = limits.time.partition_point(|t| *t < at.time.0);
    let to = limits.time.partition_point(|t| *t <= at.time.0);
    (from..to).any(|i| limits.artifact[i] == at.artifact && limits.line[i] == at.line)
}

fn rename(host: &mut Host, metrics: &[&str], from: &str, to: &str) {
    for metric in metrics {
        let Some(moved) = host.series.remove(&SeriesId::gauge(metric, from)) else { continue };
        match host.series.get_mut(&SeriesId::gauge(metric, to)) {
            Some(kept) => {
                kept.readings.append(moved.readings);
                kept.readings.sort();
            }
            None => {
                host.series.insert(SeriesId::gauge(metric, to), moved);
            }
        }
    }
    if let Some(process) = host.processes.remove(from) {
        host.processes.entry(to.to_owned()).or_insert(process);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Time;
    use crate::timeline::Series;

    /// Name, second, artifact, and whether a limit was printed; each on a line of its own.
    fn joined(looks: &[(&str, i64, u32, bool)]) -> Vec<(String, usize)> {
        told(looks, &[(0, false)])
    }

    /// The same, with what the artifacts tell of their wildcards.
    fn told(looks: &[(&str, i64, u32, bool)], wildcards: &[(u32, bool)]) -> Vec<(String, usize)> {
        let mut host = Host { wildcards: wildcards.iter().copied().collect(), ..Host::default() };
        for (line, (of, second, artifact, limited)) in (1..).zip(looks) {
            for metric in [QUEUE].into_iter().chain(limited.then_some(LIMIT)) {
                let empty = || Series { clock: String::new(), readings: Readings::default() };
                let at = Reading { time: Time::from_secs(*second), value: 0, artifact: *artifact, line };
                host.series.entry(SeriesId::gauge(metric, of)).or_insert_with(empty).readings.push(at);
            }
        }
        host.series.values_mut().for_each(|series| series.readings.sort());
        join(&mut host);
        host.gauges(QUEUE).map(|(of, series)| (of.to_owned(), series.readings.len())).collect()
    }

    fn are(found: &[(String, usize)], expected: &[(&str, usize)]) {
        let found: Vec<(&str, usize)> = found.iter().map(|(of, n)| (of.as_str(), *n)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_tables_of_the_kernel_join_the_name_of_ss() {
        are(&joined(&[("*:80", 1, 0, true), ("[::]:80", 1, 1, false)]), &[("*:80", 2)]);
        // one log of both tools
        are(&joined(&[("*:80", 1, 0, true), ("[::]:80", 1, 0, false)]), &[("*:80", 2)]);
        are(&joined(&[("[::]:80", 1, 0, true), ("*:80", 1, 1, false)]), &[("[::]:80", 2)]);
    }

    #[test]
    fn sockets_that_one_dump_shows_side_by_side_are_two() {
        let looks = [("*:80", 1, 0, true), ("[::]:80", 1, 0, true), ("[::]:80", 2, 0, true)];
        are(&joined(&looks), &[("*:80", 1), ("[::]:80", 2)]);
    }

    #[test]
    fn a_port_held_by_ipv4_has_another_listener_for_ipv6() {
        let looks = [("*:80", 1, 0, true), ("0.0.0.0:80", 1, 1, false), ("[::]:80", 1, 1, false)];
        are(&joined(&looks), &[("*:80", 1), ("0.0.0.0:80", 1), ("[::]:80", 1)]);
        let netstat = [("*:80", 1, 0, false), ("0.0.0.0:80", 2, 1, false)];
        are(&joined(&netstat), &[("*:80", 1), ("0.0.0.0:80", 1)]);
    }

    #[test]
    fn a_service_that_is_bound_anew_is_another_listener() {
        let moved = [("0.0.0.0:80", 1, 0, true), ("*:80", 2, 0, true)];
        are(&told(&moved, &[(0, true)]), &[("*:80", 1), ("0.0.0.0:80", 1)]);
        let alone = [("[::]:80", 1, 0, true), ("*:80", 2, 0, true)];
        are(&told(&alone, &[(0, true)]), &[("*:80", 1), ("[::]:80", 1)]);
        // a table that cannot tell, and exactly one socket on each side
        let either = [("0.0.0.0:80", 1, 1, true), ("*:80", 2, 0, true)];
        are(&told(&either, &[(0, false)]), &[("*:80", 2)]);
        let two = [("0.0.0.0:80", 1, 1, true), ("*:80", 2, 0, true), ("*:80#2", 2, 0, true)];
        assert_eq!(told(&two, &[(0, false)]).len(), 3);
    }

    #[test]
    fn what_sysdig_calls_a_port_joins_its_only_listener() {
        are(&joined(&[(":80", 1, 0, true), ("10.0.0.1:80", 1, 1, true)]), &[("10.0.0.1:80", 2)]);
        let two = [(":80", 1, 0, true), ("10.0.0.1:80", 1, 1, true), ("10.0.0.2:80", 1, 1, true)];
        assert_eq!(joined(&two).len(), 3);
        let shared = [(":80", 1, 0, true), ("*:80", 1, 1, true), ("*:80#2", 1, 1, true)];
        assert_eq!(joined(&shared).len(), 3);
        are(&joined(&[(":80", 1, 0, true), ("*:8080", 1, 1, true)]), &[("*:8080", 1), (":80", 1)]);
    }
}
