//! The rows under the lanes: what was captured when. They explain every bracket and every gap.

use crate::model::report::Window;
use crate::model::report::figure::EvidenceRow;
use crate::model::words::things;
use crate::timeline::clock::log_name;
use crate::timeline::{Captured, Host, Timeline};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// More evidence rows than this are a wall; the others share one.
const ROWS: usize = 8;

/// Logs with a row of their own.
const LOGS: usize = 3;

/// What was captured when: a row for each source, the logs and settings that changes are read from before all others,
/// and below them each log by the name of its file.
pub(super) fn rows(host: &Host, timeline: &Timeline, window: Window) -> Vec<EvidenceRow> {
    let sources = host.captured.iter().filter(|(source, _)| **source != LOG);
    let mut rows = sampled(sources.map(|(s, c)| (*s, c)).collect(), window);
    rows.extend(logs(host, timeline));
    rows
}

/// How [`Host::captured`] calls all logs.
const LOG: &str = "syslog";

/// Logs by name, the longest first; of many the rest in one row.
fn logs(host: &Host, timeline: &Timeline) -> Vec<EvidenceRow> {
    let mut named: BTreeMap<String, (u64, Vec<Window>)> = BTreeMap::new();
    for (artifact, span, lines) in &host.log_files {
        let log = named.entry(log_file(timeline, *artifact)).or_default();
        log.0 += lines;
        log.1.push(*span);
    }
    let mut logs: Vec<(String, (u64, Vec<Window>))> = named.into_iter().collect();
    logs.sort_by_key(|(_, (lines, _))| Reverse(*lines));
    if logs.len() > LOGS {
        let others = logs.split_off(LOGS - 1);
        let name = things(others.len() as u64, "other log", "other logs");
        let lines = others.iter().map(|(_, (lines, _))| lines).sum();
        logs.push((name, (lines, others.into_iter().flat_map(|(_, (_, spans))| spans).collect())));
    }
    let row = |(source, (lines, mut spans)): (String, (u64, Vec<Window>))| {
        spans.sort_by_key(|w| (w.from, w.to));
        spans.dedup();
        spans.truncate(400);
        EvidenceRow { source, count: things(lines, "line", "lines"), spans }
    };
    logs.into_iter().map(row).collect()
}

/// `kern.log`, `messages`; of the journal, whose dumps are named after options, `journal`.
pub(super) fn log_file(timeline: &Timeline, artifact: u32) -> String {
    let account = timeline.artifacts.get(artifact as usize);
    let format = account.and_then(|a| a.formats.iter().find(|f| ["journal", "dmesg"].contains(f)));
    format.map_or_else(|| log_name(timeline.path(artifact)), |format| (*format).to_owned())
}

fn sampled(mut sources: Vec<(&str, &Captured)>, window: Window) -> Vec<EvidenceRow> {
    if sources.len() > ROWS {
        let rank = |source: &str| RANKED.iter().position(|s| *s == source).unwrap_or(RANKED.len());
        sources.sort_by_key(|(source, c)| (rank(source), Reverse(c.times.len()), *source));
        let others = sources.split_off(ROWS - 1);
        let mut found = each_row(sources, window);
        let mut all = Captured::default();
        for (_, captured) in &others {
            all.times.extend(&captured.times);
            all.count += captured.count;
        }
        all.times.sort_unstable();
        all.times.dedup();
        let name = format!("{} others", others.len());
        found.extend(evidence(&name, &all, window));
        return found;
    }
    each_row(sources, window)
}

/// What the lanes and changes of most reports rest on.
const RANKED: [&str; 7] =
    ["sysctl -a", "netstat -s", "nstat", "/proc/net/snmp", "ss -lnt", "/proc/sys", "sar"];

fn each_row(mut sources: Vec<(&str, &Captured)>, window: Window) -> Vec<EvidenceRow> {
    sources.sort_by_key(|(source, _)| *source);
    sources.into_iter().filter_map(|(source, c)| evidence(source, c, window)).collect()
}

/// Instants while they can be told apart, stretches when they cannot.
fn evidence(source: &str, captured: &Captured, window: Window) -> Option<EvidenceRow> {
    let noun = match source {
        "sysctl -a" | "/proc/sys" | "uname -a" | "tuned-adm active" => ("dump", "dumps"),
        _ => ("sample", "samples"),
    };
    let mut spans: Vec<Window> = Vec::new();
    let near = window.seconds() / 60.0;
    let usual = crate::timeline::readings::median(
        captured.times.windows(2).map(|pair| pair[1].seconds_since(pair[0])).collect(),
    );
    let dense = usual < near;
    for &time in &captured.times {
        match spans.last_mut() {
            Some(last) if dense && time.seconds_since(last.to) <= usual * 5.0 => last.to = time,
            _ => spans.push(Window { from: time, to: time }),
        }
    }
    spans.truncate(400);
    (!spans.is_empty()).then(|| EvidenceRow {
        source: source.to_owned(),
        count: things(captured.count, noun.0, noun.1),
        spans,
    })
}
