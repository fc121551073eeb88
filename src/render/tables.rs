//! Averages since boot, listeners, settings: every number drawn is in a table too.

use super::html::Html;
use super::moved;
use crate::model::report::{Listener, ListenerPhase, Report, Setting, SettingValue, SinceBoot};
use crate::model::words;

/// Rows shown before the rest folds.
const OPEN: usize = 20;
/// Counters of one host that are shown, greatest first: the others happened a few times.
const COUNTERS: usize = 12;

/// Writes a table whose rows beyond [`OPEN`] fold.
pub fn table<T>(page: &mut Html, head: &'static str, rows: &[T], row: impl FnMut(&mut Html, &T)) {
    folding(page, head, rows.split_at(rows.len().min(OPEN)), row);
}

fn folding<T>(
    page: &mut Html,
    head: &'static str,
    (open, folded): (&[T], &[T]),
    mut row: impl FnMut(&mut Html, &T),
) {
    let mut part = |page: &mut Html, rows: &[T]| {
        page.raw("<table class=\"list\"><thead><tr>").raw(head).raw("</tr></thead>\n<tbody>\n");
        for it in rows {
            page.raw("<tr>");
            row(page, it);
            page.raw("</tr>\n");
        }
        page.raw("</tbody></table>\n");
    };
    part(page, open);
    if !folded.is_empty() {
        page.raw("<details><summary>");
        page.text(&words::things(folded.len() as u64, "more row", "more rows"));
        page.raw("</summary>\n");
        part(page, folded);
        page.raw("</details>\n");
    }
}

const SINCE_BOOT: &str = "<th scope=\"col\">Counter</th><th scope=\"col\" class=\"n\">Since boot</th>\
     <th scope=\"col\" class=\"n\">Average</th><th scope=\"col\" class=\"n\">Share</th>\
     <th scope=\"col\">Uptime</th><th scope=\"col\">Read at</th>";
const WHILE_COLLECTED: &str = "<th scope=\"col\">Counter</th><th scope=\"col\" class=\"n\">Since boot</th>\
     <th scope=\"col\" class=\"n\">Average</th><th scope=\"col\" class=\"n\">While the bundle was collected</th>\
     <th scope=\"col\" class=\"n\">Share</th><th scope=\"col\">Uptime</th><th scope=\"col\">Read at</th>";

/// Averages since boot: all that a single snapshot can say.
pub fn since_boot(page: &mut Html, report: &Report) {
    if report.since_boot.is_empty() {
        return;
    }
    page.raw("<section>\n<h2>Averages since boot</h2>\n<p class=\"sub\">Average since boot: hides bursts. A counter read once says how much, not when.</p>\n");
    let collected = report.since_boot.iter().any(|it| it.at_collection.is_some());
    let head = if collected { WHILE_COLLECTED } else { SINCE_BOOT };
    let open = if report.hosts.len() > 1 { OPEN } else { COUNTERS };
    let rows = report.since_boot.split_at(report.since_boot.len().min(open));
    folding(page, head, rows, |page, it: &SinceBoot| {
        page.raw("<th scope=\"row\">").text(&it.title).raw("<code class=\"small\">");
        page.name(&it.metric).raw("</code>");
        if !it.of.is_empty() {
            page.raw(" <code class=\"small\">");
            page.name(&it.of).raw("</code>");
        }
        if report.hosts.len() > 1 {
            page.wrap("<span class=\"small\">", &it.host, "</span>");
        }
        page.raw("</th>");
        #[allow(clippy::cast_precision_loss)] // a count that long is read to three figures anyway
        page.cell("n", "Since boot", &words::count(it.count as f64));
        page.cell("n strong", "Average", &it.rate.map_or_else(|| words::UNKNOWN.to_owned(), words::rate));
        if collected {
            page.cell("n", "While collected", &while_collected(it));
        }
        let share = it
            .share
            .as_ref()
            .map_or_else(|| "–".to_owned(), |s| format!("{} of {}", words::share(s.per_million), s.title));
        page.cell("n", "Share", &share);
        let up = it.seconds.map(|seconds| words::duration(seconds) + ", ").unwrap_or_default();
        page.cell("", "Uptime", &format!("{up}{}", it.uptime_basis));
        page.raw("<td data-l=\"Read at\"><code>");
        page.place(&it.exhibit.path, it.exhibit.line).raw("</code></td>");
    });
    page.raw("</section>\n");
}

/// What a counter did while its bundle was collected: `12/s, 250 over 20 s`.
fn while_collected(it: &SinceBoot) -> String {
    let Some(short) = &it.at_collection else { return "–".to_owned() };
    #[allow(clippy::cast_precision_loss)] // shown to three figures
    let counted = format!("{} over {}", words::count(short.count as f64), words::duration(short.seconds));
    short.rate.map_or_else(|| counted.clone(), |rate| format!("{}, {counted}", words::rate(rate)))
}

/// Listening sockets, a row a phase.
pub fn listeners(page: &mut Html, report: &Report) {
    page.raw("<section>\n<h2>Listeners</h2>\n");
    if report.listeners.is_empty() {
        page.raw("<p class=\"none\">No listening socket was sampled: no <code>ss -lnt</code> in the archive.</p>\n</section>\n");
        return;
    }
    page.raw("<p class=\"sub\">Accept queues as sampled by <code>ss</code>; peaks between samples are not seen.</p>\n");
    let rows: Vec<(&Listener, &ListenerPhase)> =
        report.listeners.iter().flat_map(|l| l.phases.iter().map(move |p| (l, p))).collect();
    table(
        page,
        "<th scope=\"col\">Listener</th><th scope=\"col\">While</th>\
         <th scope=\"col\" class=\"n\">Limit</th><th scope=\"col\" class=\"n\">Peak</th>\
         <th scope=\"col\" class=\"n\">Peak / limit</th><th scope=\"col\"><span class=\"off\">Bar</span></th>\
         <th scope=\"col\" class=\"n\">At limit</th><th scope=\"col\" class=\"n\">Samples</th>\
         <th scope=\"col\">Whose limit</th>",
        &rows,
        |page, (listener, phase)| listener_row(page, report, listener, phase),
    );
    page.raw("</section>\n");
}

fn listener_row(page: &mut Html, report: &Report, listener: &Listener, phase: &ListenerPhase) {
    page.raw("<th scope=\"row\"><code>").text(&listener.of).raw("</code>");
    if let Some(process) = &listener.process {
        page.wrap("<span class=\"small\">", process, "</span>");
    }
    if report.hosts.len() > 1 {
        page.wrap("<span class=\"small\">on ", &listener.host, "</span>");
    }
    page.raw("</th>");
    let time = match (phase.from, phase.to) {
        (Some(from), Some(to)) => moved::range(report, from, to),
        (Some(at), None) | (None, Some(at)) => moved::range(report, at, at),
        (None, None) => "undated".to_owned(),
    };
    page.cell("", "While", &time);
    let exact = |n: u64| words::setting(&n.to_string());
    page.cell("n", "Limit", &exact(phase.limit)).cell("n", "Peak", &exact(phase.peak));
    #[allow(clippy::cast_precision_loss)] // queue lengths are far below 2^53
    let share = (phase.limit > 0).then(|| phase.peak as f64 / phase.limit as f64);
    let full = phase.at_limit > 0;
    page.cell(
        if full { "n strong" } else { "n" },
        "Peak / limit",
        &share.map_or_else(|| "–".to_owned(), words::percent),
    );
    page.raw("<td class=\"bar\" aria-hidden=\"true\">");
    // a drawing, for the policy forbids the attribute `style`
    page.raw("<svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\"><path class=\"f-load-fill\" d=\"M0 0h100v10H0z\"/><path class=\"");
    page.raw(if full { "f-harm" } else { "f-measure" }).raw("\" d=\"M0 0h");
    page.text(&format!("{:.1}", share.unwrap_or(0.0).clamp(0.0, 1.0) * 100.0)).raw("v10H0z\"/></svg></td>");
    page.cell("n", "At limit", &exact(phase.at_limit));
    page.cell("n", "Samples", &exact(phase.samples));
    page.cell("", "Whose limit", whose(phase));
}

/// The kernel cuts a backlog to `net.core.somaxconn`: a limit equal to it may be the kernel's, a lower one
/// was asked for by the application.
fn whose(phase: &ListenerPhase) -> &'static str {
    match phase.somaxconn {
        Some(max) if phase.limit >= max => "somaxconn",
        Some(_) => "application’s own",
        None => "unknown",
    }
}

/// Settings that changed, drifted, or govern something shown.
pub fn settings(page: &mut Html, report: &Report) {
    let census = report.settings_census;
    page.raw("<section>\n<h2>Settings</h2>\n<p class=\"sub\">");
    let n = |n: u64| words::setting(&n.to_string());
    if census.keys == 0 {
        page.raw("No <code>sysctl -a</code> was read, so no running value is known.");
    } else {
        page.text(&format!(
            "{} of {} changed. {} never moved; {} that the kernel moves by itself are set aside.",
            n(census.changed),
            words::things(census.keys, "key", "keys"),
            n(census.constant),
            n(census.volatile)
        ));
    }
    page.raw("</p>\n");
    if report.settings.is_empty() {
        page.raw(
            "<p class=\"none\">No setting changed, drifted, or governs anything shown.</p>\n</section>\n",
        );
        return;
    }
    let many = report.hosts.len() > 1;
    table(
        page,
        "<th scope=\"col\">Key</th><th scope=\"col\" class=\"n\">Was</th>\
         <th scope=\"col\" class=\"n\">Became</th><th scope=\"col\" class=\"n\">In files</th>\
         <th scope=\"col\">Survives a reboot</th>",
        &report.settings,
        |page, setting| setting_row(page, setting, files_of(report, &setting.host), many),
    );
    page.raw("</section>\n");
}

/// Whether the input has configuration files of a host at all: without them nothing is known of a reboot.
fn files_of(report: &Report, host: &str) -> bool {
    report.coverage.artifacts.iter().any(|a| a.format == "sysctl.conf" && (a.host == host || host.is_empty()))
}

fn setting_row(page: &mut Html, setting: &Setting, files: bool, many: bool) {
    page.raw("<th scope=\"row\">");
    for id in &setting.changes {
        page.badge(id).raw(" ");
    }
    page.raw("<code>").name(&setting.key).raw("</code>");
    if many {
        page.wrap("<span class=\"small\">on ", &setting.host, "</span>");
    }
    page.raw("</th>");
    let (first, rest) = setting.runtime.split_first().map_or((None, &[][..]), |(f, r)| (Some(f), r));
    page.cell("n", "Was", &first.map_or_else(|| "–".to_owned(), |v| words::setting(&v.value)));
    page.raw("<td class=\"n\" data-l=\"Became\"><span>");
    if rest.is_empty() {
        page.raw("<span class=\"soft\">same</span>");
    }
    for (i, value) in rest.iter().enumerate() {
        page.raw(if i > 0 { " → <b>" } else { "<b>" }).text(&words::setting(&value.value)).raw("</b>");
    }
    page.raw("</span></td><td class=\"n\" data-l=\"In files\"><span>");
    match setting.persisted.split_last() {
        Some((winner, overridden)) => {
            persisted(page, winner);
            for value in overridden.iter().rev() {
                page.raw("<span class=\"small over\">over ");
                persisted(page, value);
                page.raw("</span>");
            }
        }
        None => {
            page.raw(if files {
                "<span class=\"soft\">not set</span>"
            } else {
                "<span class=\"soft\">no files</span>"
            });
        }
    }
    page.raw("</span></td>");
    let class = if setting.drift || setting.for_systemd.is_some() { "drift" } else { "" };
    page.cell(class, "Survives a reboot", &survives(setting, files, !rest.is_empty()));
}

/// Whether the next boot gives the running value; `moved` says that this one is not the first that was read.
fn survives(setting: &Setting, files: bool, moved: bool) -> String {
    if let Some((winner, other)) = setting.persisted.last().zip(setting.for_systemd.as_ref()) {
        return format!(
            "depends: sysctl.conf gives {} (procps’ sysctl --system), systemd-sysctl gives {}",
            words::setting(&winner.value),
            words::setting(&other.value)
        );
    }
    let told = match (setting.persisted.is_empty(), setting.drift, moved) {
        (_, true, _) => "no: running and files differ",
        (false, false, _) => "yes",
        (true, false, _) if !files => "unknown: no files in the input",
        (true, false, true) => "not by these files",
        (true, false, false) => "–",
    };
    told.to_owned()
}

fn persisted(page: &mut Html, value: &SettingValue) {
    page.text(&words::setting(&value.value)).raw("<code class=\"small\">");
    page.place(&value.path, value.line).raw("</code>");
    if !value.note.is_empty() {
        page.wrap("<span class=\"small\">", &value.note, "</span>");
    }
}
