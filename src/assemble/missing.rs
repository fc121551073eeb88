//! What could not be seen of a host, and the command that would have shown it.

use super::untaken::{self, untaken};
use crate::catalogue::joined;
use crate::correlate::Placed;
use crate::model::fact::{Kind, SeriesId};
use crate::model::report::coverage::Missing;
use crate::model::words::{dated, instant, things};
use crate::timeline::{Host, Timeline};

const COUNTERS: &str = "while sleep 10; do date -u; netstat -s; done >> netstat-s.log";
const UPTIME: &str = "(date -u; uptime) >> uptime.log";
const LOGS: &str =
    "dmesg --time-format=iso > dmesg.txt; cp /var/log/kern.log /var/log/messages . 2>/dev/null";
const FILES: &str = "cp -r --parents /etc/sysctl.conf /etc/sysctl.d /run/sysctl.d /usr/local/lib/sysctl.d /usr/lib/sysctl.d . 2>/dev/null";

/// Everything, what matters most first.
pub(super) fn missing(timeline: &Timeline, host: &Host, changes: &[Placed]) -> Vec<Missing> {
    let mut list = List { host: &host.name, found: Vec::new() };
    // logs, files and uptimes are the machine's, not a namespace's
    if host.netns.is_empty() {
        dumps(timeline, host, changes, &mut list);
        logs(host, &mut list);
        tails(timeline, host, &mut list);
        list.found.extend(untaken(timeline, host));
    }
    contradictions(timeline, host, &mut list);
    list.found
}

/// Files named of those that were lost.
const LOST: usize = 3;

/// What was handed over and could not be read: an archive that is damaged, a file without permission.
pub(super) fn lost(timeline: &Timeline) -> Option<Missing> {
    let all: Vec<String> = timeline
        .artifacts
        .iter()
        .filter_map(|account| Some(format!("{}: {}", account.path, account.lost.as_ref()?)))
        .collect();
    let more = all.len().saturating_sub(LOST);
    let shown = all.get(..all.len().min(LOST)).unwrap_or_default().join("; ");
    let text = match (shown.as_str(), more) {
        ("", _) => return None,
        (shown, 0) => format!("{shown}. What was lost with it is unknown."),
        (shown, more) => format!("{shown}; and {more} more. What was lost with them is unknown."),
    };
    Some(Missing { host: String::new(), title: "Part of the input".to_owned(), text, collect: String::new() })
}

struct List<'a> {
    host: &'a str,
    found: Vec<Missing>,
}

impl List<'_> {
    fn miss(&mut self, title: &str, text: &str, collect: &str) {
        let (host, title) = (self.host.to_owned(), title.to_owned());
        self.found.push(Missing { host, title, text: text.to_owned(), collect: collect.to_owned() });
    }
}

/// Dumps that nobody took.
fn dumps(timeline: &Timeline, host: &Host, changes: &[Placed], list: &mut List<'_>) {
    let changed = changes.iter().any(|c| c.change.host == host.name);
    if host.actions.is_empty() && changed {
        let collect = "cp /var/log/auth.log /var/log/secure . 2>/dev/null";
        list.miss("Who made the changes", "No sudo line that sets a sysctl is in the input.", collect);
    }
    counters(host, list);
    let queues = "while sleep 10; do date -u; ss -lntp; done >> ss-lntp.log";
    if host.gauges("listener.queue").next().is_none() {
        let text = "No dump of listening sockets (ss -lnt): which listener was at its limit is unknown.";
        list.miss("Accept queues", text, queues);
    } else if host.listeners().next().is_none() && !untaken::names(timeline, host, "ss ") {
        let text =
            "No ss -lnt: neither netstat nor /proc/net/tcp prints how many connections a listener lets wait.";
        list.miss("Limits of accept queues", text, queues);
    }
    let has = |format: &str| host.captured.contains_key(format);
    if !has("sysctl -a") && !has("/proc/sys") {
        let text = "No sysctl -a: what was set, and whether it changed, is unknown.";
        list.miss("Settings", text, "(date -u; sysctl -a) >> sysctl-a.log");
    }
    let conf = timeline.artifacts.iter().filter(|a| a.formats.contains(&"sysctl.conf"));
    if !conf.into_iter().any(|a| a.hosts.contains(&host.name)) {
        let text = "No sysctl.conf or sysctl.d file is in the input.";
        list.miss("Whether settings survive a reboot", text, FILES);
    }
}

/// What is not known of the counters of TCP, UDP and IP, whichever tool read them.
fn counters(host: &Host, list: &mut List<'_>) {
    let of_kernel = |id: &&SeriesId| id.metric.split('.').next().is_some_and(joined::is_section);
    let known: Vec<&SeriesId> =
        host.series.keys().filter(of_kernel).filter(|id| id.kind != Kind::Gauge).collect();
    if known.is_empty() {
        let text = "No netstat -s, nstat or /proc/net/snmp and netstat: every counter of TCP, UDP and IP is unknown, not zero.";
        list.miss("Kernel counters", text, COUNTERS);
        return;
    }
    if !known.iter().any(|id| id.metric.starts_with("TcpExt.")) {
        let text = "None of TcpExt's counters (overflows, prunes, drops, timeouts) was read: sar and /proc/net/snmp have none of them.";
        list.miss("Kernel counters of TcpExt", text, COUNTERS);
    }
    let several = |id: &&&SeriesId| host.increments_of(id).iter().any(|i| i.count.is_some());
    if !known.iter().any(|id| several(&id)) {
        let collected = |id: &SeriesId| {
            let of_last = host.series.get(id).and_then(|series| host.of_last_collection(&series.readings));
            of_last.is_some_and(|readings| readings.len() > 1)
        };
        let text = if known.iter().any(|id| collected(id)) {
            "The kernel's counters were read within the seconds of one collection: they say what happened in those, and averages since boot."
        } else {
            "The kernel's counters were read at one time: averages since boot are all that they can say."
        };
        list.miss("Rates", text, COUNTERS);
        if host.uptimes.is_empty() && host.boots.is_empty() {
            let text = "No uptime: the counters cannot be divided by a time.";
            list.miss("How long the counters had been counting", text, UPTIME);
        }
    }
}

/// Where logs are silent or cannot be dated.
fn logs(host: &Host, list: &mut List<'_>) {
    let ends = host.logs.iter().map(|w| w.from).min().zip(host.logs.iter().map(|w| w.to).max());
    match ends {
        Some((from, to)) => {
            let span = dated(from, to);
            let silent = host.captured.get("syslog").is_none_or(|log| log.count == 0);
            let told = if silent { "It was read, and has no line, from" } else { "Its lines span" };
            let text = format!("{told} {span} UTC. Before and after, silence is unknown, not zero.");
            list.miss("The log outside its lines", &text, "");
        }
        None if host.events.is_empty() => {
            list.miss("The log", "No syslog with a line in it: what the kernel said is unknown.", LOGS);
        }
        None => {
            let text = "Its lines have no date: a year is missing, or they count seconds since a boot that is not known.";
            list.miss("When the log's lines were written", text, &format!("{UPTIME}; {LOGS}"));
        }
    }
    let undated = host.events.iter().filter(|e| e.time.is_none()).count() as u64;
    if undated > 0 && ends.is_some() {
        let lines = things(undated, "recognised line", "recognised lines");
        let text =
            format!("{lines} could not be put on the axis: a year (--year) or a known boot would date them.");
        list.miss("Log lines without a date", &text, "");
    }
    if host.repeated_lines > 0 {
        let lines = things(host.repeated_lines, "line stands", "lines stand");
        list.miss(
            "Log lines in several files",
            &format!("{lines} in more than one file and counted once."),
            "",
        );
    }
}

/// Logs of which the collector kept the end.
fn tails(timeline: &Timeline, host: &Host, list: &mut List<'_>) {
    let of_host = timeline.artifacts.iter().filter(|a| a.is_tail() && a.hosts.contains(&host.name));
    let starts: Vec<String> = of_host
        .filter_map(|a| Some(format!("{} starts at {} UTC", a.path, instant(a.window?.from))))
        .collect();
    if !starts.is_empty() {
        let text = format!(
            "{}: what stood before was too large for the bundle and cut off. That is no quiet time.",
            starts.join("; ")
        );
        list.miss("Heads of large files", &text, "sos report --all-logs");
    }
}

/// Evidence that contradicts itself or has lost its order.
fn contradictions(timeline: &Timeline, host: &Host, list: &mut List<'_>) {
    for (dropped, kept) in &host.disputed {
        let text = format!(
            "{} contradicts {} at the same time, as dumps of two network namespaces do. Its counters are left out of rates.",
            timeline.path(*dropped),
            timeline.path(*kept)
        );
        list.miss("Counters that contradict each other", &text, "");
    }
    if !host.repeated_keys.is_empty() {
        let keys: Vec<&str> = host.repeated_keys.iter().take(5).map(String::as_str).collect();
        let keys = keys.join(", ");
        let text =
            format!("Read several times without a time in between, so only the last value counts: {keys}.");
        let collect = "while sleep 10; do date -u; netstat -s; sysctl -a; done >> loop.log";
        list.miss("Order of values", &text, collect);
    }
}
