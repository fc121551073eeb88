//! The head of the page: whose evidence, of when, how bad, and the sentence that will be quoted.

use super::findings::severity;
use super::html::Html;
use super::page::first_sentence;
use crate::model::report::{Report, Severity, Window};
use crate::model::words;
use chrono::{DateTime, FixedOffset, Utc};
use chrono_tz::Tz;

/// Hosts and zones that are named; the table of hosts names all.
const NAMED: usize = 4;
const ZONES: usize = 2;

/// Writes the head.
pub fn write(page: &mut Html, report: &Report) {
    page.raw("<header>\n<div class=\"mast\"><p>");
    hosts(page, report);
    page.raw(" · network post-mortem</p><p>");
    if let Some(w) = report.window {
        page.text(&words::window(w.from, w.to));
        if w.seconds() > 0.0 {
            page.raw(" · ").text(&words::duration(w.seconds()));
        }
    } else {
        page.raw("nothing had a time");
    }
    let local = report.window.map(|w| local(report, w)).unwrap_or_default();
    for line in &local {
        page.wrap("<br>", line, "");
    }
    let read = report.coverage.artifacts.iter().filter(|a| a.skipped.is_empty()).count() as u64;
    page.raw("<br>").text(&words::things(read, "source", "sources"));
    if let Some(worst) = report.headline.severity {
        page.raw(" · worst finding <b class=\"sev");
        page.raw(if worst == Severity::Info { "\">" } else { " bad\">" }).raw(severity(worst)).raw("</b>");
    }
    page.raw("</p></div>\n<h1>").text(&unbroken(&report.headline.title)).raw("</h1>\n");
    if !report.headline.lede.is_empty() {
        let (first, rest) = first_sentence(&report.headline.lede);
        page.raw("<p class=\"lede\"><b>").text(first).raw("</b>").text(rest).raw("</p>\n");
    }
    page.raw("</header>\n");
}

/// Hosts by name: all of them, as long as there are few.
fn hosts(page: &mut Html, report: &Report) {
    if report.hosts.is_empty() {
        page.raw("no host");
    }
    let shown = if report.hosts.len() > NAMED { NAMED - 1 } else { NAMED };
    for (i, host) in report.hosts.iter().take(shown).enumerate() {
        page.raw(if i > 0 { ", <b>" } else { "<b>" }).bdi(&host.name).raw("</b>");
    }
    if let Some(more) = report.hosts.len().checked_sub(shown).filter(|n| *n > 0) {
        page.raw(" and ").text(&words::things(more as u64, "more host", "more hosts"));
    }
}

/// The window by the clocks of hosts that are not on UTC: `12:02:18–12:16:16 Europe/Berlin (web2)`.
fn local(report: &Report, window: Window) -> Vec<String> {
    let mut zones: Vec<(&str, Vec<&str>)> = Vec::new();
    for host in &report.hosts {
        match zones.iter_mut().find(|(zone, _)| *zone == host.zone) {
            Some((_, hosts)) => hosts.push(&host.name),
            None => zones.push((&host.zone, vec![&host.name])),
        }
    }
    let several = report.hosts.len() > 1;
    let line = |(zone, hosts): &(&str, Vec<&str>)| {
        let (from, to) = span(zone, window)?;
        let of = match hosts.as_slice() {
            _ if !several => String::new(),
            [one] => format!(" ({one})"),
            many => format!(" ({} hosts)", many.len()),
        };
        Some(format!("{from}–{to} {zone}{of}"))
    };
    zones.iter().filter_map(line).take(ZONES).collect()
}

/// Both ends by the clock of a zone; `None` where that shows what UTC shows, or is no zone that is known.
fn span(zone: &str, window: Window) -> Option<(String, String)> {
    let (from, to) = (window.from.utc()?, window.to.utc()?);
    let clock = |at: DateTime<Utc>| -> Option<String> {
        let day = if words::same_day(window.from, window.to) { "%H:%M:%S" } else { "%-d\u{a0}%b %H:%M" };
        if let Ok(zone) = zone.parse::<Tz>() {
            return Some(at.with_timezone(&zone).format(day).to_string());
        }
        zone.parse::<FixedOffset>().ok().map(|zone| at.with_timezone(&zone).format(day).to_string())
    };
    let utc = |at: DateTime<Utc>| at.with_timezone(&Tz::UTC);
    let moved = zone
        .parse::<Tz>()
        .map(|zone| from.with_timezone(&zone).naive_local() != utc(from).naive_local())
        .or_else(|_| zone.parse::<FixedOffset>().map(|zone| zone.local_minus_utc() != 0))
        .unwrap_or(false);
    moved.then(|| Some((clock(from)?, clock(to)?)))?
}

/// Hyphens that do not break a line: `SYN-cookies` stays one word in a headline.
fn unbroken(title: &str) -> String {
    title.replace('-', "\u{2011}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Time;

    #[test]
    fn only_clocks_that_differ_from_utc_are_told() {
        let from = Time::from_secs(1_795_165_200); // 2026-11-20 09:00 UTC
        let window = Window { from, to: from.plus_seconds(60.0) };
        assert_eq!(span("Europe/Berlin", window), Some(("10:00:00".into(), "10:01:00".into())));
        assert_eq!(span("+05:30", window), Some(("14:30:00".into(), "14:31:00".into())));
        assert_eq!(span("Etc/UTC", window), None);
        assert_eq!(span("no zone", window), None);
    }
}
