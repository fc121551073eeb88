//! The boundary of what the report can know.

use crate::catalogue::counters;
use crate::correlate::Placed;
use crate::model::report::coverage::{Artifact, Coverage, Missing, Reject};
use crate::timeline::{Host, Timeline};

/// Unknown counters listed by name.
const UNKNOWN: usize = 60;

/// What was read, skipped, rejected and missing.
pub(super) fn coverage(timeline: &Timeline, changes: &[Placed]) -> Coverage {
    let mut coverage = Coverage::default();
    for account in &timeline.artifacts {
        coverage.artifacts.push(Artifact {
            path: account.path.clone(),
            host: account.hosts.iter().cloned().collect::<Vec<_>>().join(", "),
            format: account.formats.join(" + "),
            skipped: account.skipped.clone().unwrap_or_default(),
            bytes: account.bytes,
            lines: account.lines,
            snapshots: account.snapshots,
            facts: account.facts,
            window: account.window,
            clock: account.clock.clone(),
            rejected: account.rejects.count,
        });
        coverage.rejected += account.rejects.count;
        let reject = |r: &crate::model::fact::Reject| Reject {
            path: account.path.clone(),
            line: r.line,
            why: r.why.clone(),
        };
        coverage.rejects.extend(account.rejects.kept.iter().map(reject));
    }
    for host in &timeline.hosts {
        coverage.missing.extend(missing(timeline, host, changes));
    }
    let mut unknown: Vec<String> = timeline
        .hosts
        .iter()
        .flat_map(|h| h.series.keys())
        .filter(|id| counters::counter(&id.metric).is_none())
        .map(|id| id.metric.clone())
        .collect();
    unknown.sort();
    unknown.dedup();
    unknown.truncate(UNKNOWN);
    coverage.unknown_counters = unknown;
    coverage
}

/// What nobody collected, and the command that would have.
fn missing(timeline: &Timeline, host: &Host, changes: &[Placed]) -> Vec<Missing> {
    let mut found = Vec::new();
    let mut miss = |title: &str, text: String, collect: &str| {
        found.push(Missing {
            host: host.name.clone(),
            title: title.to_owned(),
            text,
            collect: collect.to_owned(),
        });
    };
    let has = |format: &str| host.captured.contains_key(format);
    let mine = || changes.iter().filter(|c| c.change.host == host.name);
    if host.actions.is_empty() && mine().next().is_some() {
        miss(
            "Who made the changes",
            "No sudo line that sets a sysctl is in the input.".to_owned(),
            "cp /var/log/auth.log /var/log/secure . 2>/dev/null",
        );
    }
    match host.captured.get("netstat -s").map(|c| c.times.len()) {
        None => miss(
            "Kernel counters",
            "No netstat -s: every counter of TCP, UDP and IP is unknown, not zero.".to_owned(),
            LOOP,
        ),
        Some(0 | 1) => miss(
            "Rates",
            "netstat -s was captured once: averages since boot are all that it can say.".to_owned(),
            LOOP,
        ),
        Some(_) => {}
    }
    if !has("ss -lnt") {
        miss(
            "Accept queues",
            "No ss -lnt: which listener was at its limit is unknown.".to_owned(),
            "date -u; ss -lntp",
        );
    }
    if !has("sysctl -a") {
        miss(
            "Settings",
            "No sysctl -a: what was set, and whether it changed, is unknown.".to_owned(),
            "date -u; sysctl -a",
        );
    }
    if host.logs.is_empty() {
        miss(
            "The log",
            "No syslog: what the kernel said is unknown.".to_owned(),
            "dmesg --time-format=iso; cp /var/log/kern.log .",
        );
    } else if let (Some(from), Some(to)) =
        (host.logs.iter().map(|w| w.from).min(), host.logs.iter().map(|w| w.to).max())
    {
        let text = format!(
            "Its lines span {} UTC. Before and after, silence is unknown, not zero.",
            crate::model::words::dated(from, to)
        );
        miss("The log outside its lines", text, "");
    }
    for (dropped, kept) in &host.disputed {
        let text = format!(
            "{} contradicts {} at the same time, as dumps of two network namespaces do. Its counters are left out of rates.",
            timeline.path(*dropped),
            timeline.path(*kept)
        );
        miss("Counters that contradict each other", text, "");
    }
    if host.repeated_lines > 0 {
        let lines = crate::model::words::things(host.repeated_lines, "line stands", "lines stand");
        miss("Log lines in several files", format!("{lines} in more than one file and counted once."), "");
    }
    if !host.repeated_keys.is_empty() {
        let keys: Vec<&str> = host.repeated_keys.iter().take(5).map(String::as_str).collect();
        let text = format!(
            "Read several times without a time in between, so only the last value counts: {}.",
            keys.join(", ")
        );
        miss("Order of values", text, "while sleep 10; do date -u; sysctl -a; done >> sysctl-a.log");
    }
    let undated = host.events.iter().filter(|e| e.time.is_none()).count();
    if undated > 0 {
        miss(
            "Log lines without a date",
            format!("{undated} recognised lines could not be put on the axis: give --year and --tz."),
            "",
        );
    }
    if !host.settings.values().flatten().any(|o| o.layer == crate::model::fact::Layer::Persisted) {
        miss(
            "Whether settings survive a reboot",
            "No sysctl.conf or sysctl.d file is in the input.".to_owned(),
            "cp -r /etc/sysctl.conf /etc/sysctl.d .",
        );
    }
    found
}

const LOOP: &str = "while sleep 10; do date -u; netstat -s; done >> netstat-s.log";
