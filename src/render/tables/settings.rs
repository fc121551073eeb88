//! Settings: what changed first, then what drifts, and whether a reboot keeps it. What never moved folds.

use super::folding;
use crate::model::report::{Report, Setting, SettingValue};
use crate::model::words;
use crate::render::html::Html;
use crate::render::moved;

const HEAD: &str = "<th scope=\"col\">Key</th><th scope=\"col\" class=\"n\">Was</th>\
    <th scope=\"col\" class=\"n\">Became</th><th scope=\"col\">Changed between</th>\
    <th scope=\"col\" class=\"n\">In files</th><th scope=\"col\">Survives a reboot</th>";

/// Rows shown before the rest folds.
const OPEN: usize = 40;

/// Writes the section.
pub fn write(page: &mut Html, report: &Report) {
    let census = report.settings_census;
    page.raw("<section aria-labelledby=\"settings\">\n<h2 id=\"settings\">Settings</h2>\n<p class=\"sub\">");
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
    let mut rows: Vec<&Setting> = report.settings.iter().collect();
    rows.sort_by_key(|s| rank(s)); // stable: by host and key within
    let open = rows.iter().filter(|s| rank(s) < QUIET).count().min(OPEN);
    if open == 0 {
        page.raw("<p class=\"none\">None of them changed, and none contradicts a file.</p>\n");
    }
    let quiet = rows.iter().position(|s| rank(s) == QUIET).unwrap_or(rows.len());
    let (told, still) = rows.split_at(quiet.max(open));
    folding(page, "Settings", HEAD, told.split_at(open), ("more row", "more rows"), |page, setting| {
        row(page, report, setting);
    });
    unmoved(page, report, still);
    page.raw("</section>\n");
}

/// What never moved, as `key = value`: a table of it would say `same` in every row.
fn unmoved(page: &mut Html, report: &Report, still: &[&Setting]) {
    if still.is_empty() {
        return;
    }
    page.raw("<details><summary>").text(&words::things(still.len() as u64, "more", "more"));
    page.raw(" that never moved, stand in no file and govern something shown</summary>\n");
    for of_host in still.chunk_by(|a, b| a.host == b.host) {
        if let Some(first) = of_host.first().filter(|_| report.hosts.len() > 1) {
            page.raw("<h4>").bdi(&first.host).raw("</h4>\n");
        }
        page.raw("<ul class=\"still\">\n");
        for setting in of_host {
            page.raw("<li><code>").name(&setting.key).raw("</code> = <b>");
            let value = setting.runtime.first().map_or("unknown", |v| v.value.as_str());
            page.bdi(&words::setting(value)).raw("</b></li>\n");
        }
        page.raw("</ul>\n");
    }
    page.raw("</details>\n");
}

/// What never moved and contradicts nothing.
const QUIET: u8 = 3;

/// Changed, at odds with a file, said in a file, or none of these.
fn rank(setting: &Setting) -> u8 {
    match () {
        () if !setting.changes.is_empty() || setting.runtime.len() > 1 => 0,
        () if setting.drift || setting.for_systemd.is_some() => 1,
        () if !setting.persisted.is_empty() => 2,
        () => QUIET,
    }
}

/// Whether the input has configuration files of a host at all: without them nothing is known of a reboot.
fn files_of(report: &Report, host: &str) -> bool {
    report.coverage.artifacts.iter().any(|a| a.format == "sysctl.conf" && (a.host == host || host.is_empty()))
}

fn row(page: &mut Html, report: &Report, setting: &Setting) {
    let files = files_of(report, &setting.host);
    page.raw("<th scope=\"row\">");
    for id in &setting.changes {
        page.badge(id).raw(" ");
    }
    page.raw("<code>").name(&setting.key).raw("</code>");
    if report.hosts.len() > 1 {
        page.raw("<span class=\"small\">on ").bdi(&setting.host).raw("</span>");
    }
    page.raw("</th>");
    let (first, rest) = setting.runtime.split_first().map_or((None, &[][..]), |(f, r)| (Some(f), r));
    page.raw("<td class=\"n\" data-l=\"Was\"><span>");
    match first {
        Some(value) => page.bdi(&words::setting(&value.value)),
        None => page.raw("–"),
    };
    page.raw("</span></td><td class=\"n\" data-l=\"Became\"><span>");
    if rest.is_empty() {
        page.raw(if first.is_some() { "<span class=\"soft\">same</span>" } else { "–" });
    }
    for (i, value) in rest.iter().enumerate() {
        page.raw(if i > 0 { " → <b>" } else { "<b>" }).bdi(&words::setting(&value.value)).raw("</b>");
    }
    page.raw("</span></td>");
    page.cell("", "Changed between", &between(report, setting));
    page.raw("<td class=\"n\" data-l=\"In files\"><span>");
    in_files(page, setting, files);
    page.raw("</span></td>");
    let class = if setting.drift || setting.for_systemd.is_some() { "drift" } else { "" };
    page.cell(class, "Survives a reboot", &survives(setting, files, !rest.is_empty()));
}

/// The brackets of its changes.
fn between(report: &Report, setting: &Setting) -> String {
    let of_it = report.changes.iter().filter(|c| setting.changes.contains(&c.id));
    let brackets: Vec<String> = of_it.map(|c| moved::when(report, c)).collect();
    if brackets.is_empty() { "–".to_owned() } else { brackets.join("; ") }
}

fn in_files(page: &mut Html, setting: &Setting, files: bool) {
    let Some((winner, overridden)) = setting.persisted.split_last() else {
        page.raw(if files {
            "<span class=\"soft\">not set</span>"
        } else {
            "<span class=\"soft\">no files</span>"
        });
        return;
    };
    persisted(page, winner);
    for value in overridden.iter().rev() {
        page.raw("<span class=\"small over\">over ");
        persisted(page, value);
        page.raw("</span>");
    }
}

fn persisted(page: &mut Html, value: &SettingValue) {
    page.bdi(&words::setting(&value.value)).raw("<code class=\"small\">");
    page.place(&value.path, value.line).raw("</code>");
    page.wrap("<span class=\"small\">", &value.note, "</span>");
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
