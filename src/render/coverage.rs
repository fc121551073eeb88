//! What was read: file by file, with the lines that could not be used.

use super::folded::{self, Row};
use super::html::Html;
use super::moved;
use super::tables::table;
use crate::model::report::coverage::{Artifact, Reject};
use crate::model::report::{Report, Window};
use crate::model::words;

/// Writes the sections.
pub fn write(page: &mut Html, report: &Report) {
    page.raw("<section aria-labelledby=\"read\">\n<h2 id=\"read\">What was read</h2>\n<p class=\"sub\">");
    let artifacts = &report.coverage.artifacts;
    let skipped = artifacts.iter().filter(|a| !a.skipped.is_empty()).count();
    page.text(&words::things((artifacts.len() - skipped) as u64, "file", "files")).raw(" read, ");
    page.text(&words::things(skipped as u64, "skipped", "skipped")).raw("; ");
    page.text(&words::things(report.coverage.rejected, "line", "lines"));
    page.raw(" could not be used.");
    let shared = shared(artifacts);
    if !shared.is_empty() {
        page.raw(" All paths begin with <code>").name(shared).raw("</code>, which is left out on this page.");
    }
    page.raw("</p>\n");
    if artifacts.is_empty() {
        page.raw("<p class=\"none\">No file was found.</p>\n");
    } else {
        artifact_table(page, report, artifacts);
    }
    rejects(page, report);
    notes(page, report);
    unknown(page, report);
    page.raw("</section>\n");
}

/// The folders that all paths begin with; empty where that is none, or one file.
pub fn shared(artifacts: &[Artifact]) -> &str {
    let Some((first, rest)) = artifacts.split_first() else { return "" };
    let mut shared = first.path.rfind('/').map_or("", |end| &first.path[..=end]);
    for artifact in rest {
        while !artifact.path.starts_with(shared) {
            let above = shared.trim_end_matches('/');
            shared = above.rfind('/').map_or("", |end| &above[..=end]);
        }
    }
    if rest.is_empty() { "" } else { shared }
}

fn artifact_table(page: &mut Html, report: &Report, artifacts: &[Artifact]) {
    let rows = folded::read(artifacts);
    if !rows.is_empty() {
        read_table(page, report, &rows);
    }
    let rows = folded::skipped(artifacts);
    if !rows.is_empty() {
        page.raw("<h3>Skipped</h3>\n");
        skipped_table(page, &rows);
    }
}

fn skipped_table(page: &mut Html, rows: &[Row<'_>]) {
    let head =
        "<th scope=\"col\">File</th><th scope=\"col\">Why</th><th scope=\"col\" class=\"n xtra\">Size</th>";
    table(page, "Files that were skipped", head, rows, |page, row: &Row<'_>| {
        page.raw("<th scope=\"row\"><code class=\"path\">").place(&row.path, 0).raw("</code></th>");
        page.cell("soft", "Why", &folded::why(row));
        #[allow(clippy::cast_precision_loss)] // shown to three figures
        page.cell("n xtra", "Size", &words::bytes(row.files.iter().map(|a| a.bytes).sum::<u64>() as f64));
    });
}

fn read_table(page: &mut Html, report: &Report, rows: &[Row<'_>]) {
    table(
        page,
        "Files",
        "<th scope=\"col\">File</th><th scope=\"col\">Read as</th>\
         <th scope=\"col\" class=\"n\">Snapshots</th><th scope=\"col\" class=\"n\">Lines</th>\
         <th scope=\"col\" class=\"n xtra\">Size</th><th scope=\"col\">Span</th>\
         <th scope=\"col\" class=\"xtra\">Clock</th><th scope=\"col\" class=\"n\">Rejected</th>",
        rows,
        |page, row: &Row<'_>| {
            let it = row.files[0];
            let sum = |of: fn(&Artifact) -> u64| row.files.iter().map(|a| of(a)).sum::<u64>();
            page.raw("<th scope=\"row\"><code class=\"path\">").place(&row.path, 0).raw("</code>");
            if row.files.len() > 1 {
                page.text(&format!(" ({} files)", row.files.len()));
            }
            if it.tail {
                page.raw(" <span class=\"soft\">starts where its head was cut off; kept as ")
                    .place(&it.kept_as, 0);
                page.raw("</span>");
            }
            page.raw("</th>");
            page.cell("", "Read as", &it.format);
            let n = |n: u64| if n == 0 { "–".to_owned() } else { words::setting(&n.to_string()) };
            page.cell("n", "Snapshots", &n(sum(|a| a.snapshots))).cell("n", "Lines", &n(sum(|a| a.lines)));
            #[allow(clippy::cast_precision_loss)] // shown to three figures
            page.cell("n xtra", "Size", &words::bytes(sum(|a| a.bytes) as f64));
            let window = row
                .files
                .iter()
                .filter_map(|a| a.window)
                .reduce(|all, w| Window { from: all.from.min(w.from), to: all.to.max(w.to) });
            let span = window.map_or_else(|| "–".to_owned(), |w| moved::range(report, w.from, w.to));
            page.cell("", "Span", &span).cell("xtra", "Clock", &it.clock);
            page.cell(
                if sum(|a| a.rejected) > 0 { "n strong" } else { "n" },
                "Rejected",
                &n(sum(|a| a.rejected)),
            );
        },
    );
}

fn rejects(page: &mut Html, report: &Report) {
    let listed = &report.coverage.rejects;
    if listed.is_empty() {
        return;
    }
    page.raw("<h3>Lines that could not be used</h3>\n");
    #[allow(clippy::cast_possible_truncation)] // a list in memory
    let more = report.coverage.rejected.saturating_sub(listed.len() as u64);
    if more > 0 {
        page.raw("<p class=\"sub\">The first of each file; ");
        page.text(&words::things(more, "more is", "more are")).raw(" counted above.</p>\n");
    }
    places(page, "<th scope=\"col\">Where</th><th scope=\"col\">Why</th>", "Why", listed);
}

/// Lines that were used, but could have been read otherwise.
fn notes(page: &mut Html, report: &Report) {
    if report.coverage.notes.is_empty() {
        return;
    }
    page.raw("<h3>How some lines were read</h3>\n<p class=\"sub\">Used, but in one of several ways, or later or less than the file seems to say.</p>\n");
    let head = "<th scope=\"col\">Where</th><th scope=\"col\">Note</th>";
    places(page, head, "Note", &report.coverage.notes);
}

fn places(page: &mut Html, head: &'static str, label: &'static str, listed: &[Reject]) {
    table(page, label, head, listed, |page, it: &Reject| {
        page.raw("<th scope=\"row\"><code class=\"path\">").place(&it.path, it.line).raw("</code></th>");
        page.cell("", label, &it.why);
    });
}

fn unknown(page: &mut Html, report: &Report) {
    let names = &report.coverage.unknown_counters;
    if names.is_empty() {
        return;
    }
    page.raw("<h3>Counters that the catalogue does not know</h3>\n<p class=\"sub\">Kept and compared, but without a meaning.</p>\n");
    page.raw("<details><summary>");
    page.text(&words::things(names.len() as u64, "entry", "entries"));
    page.raw("</summary>\n<p class=\"names\">");
    for name in names {
        page.raw("<code>").text(name).raw("</code> ");
    }
    page.raw("</p></details>\n");
}
