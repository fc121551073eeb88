//! One row a bundle.

use crate::model::index::{Counter, Row, Status, Turned};
use crate::model::report::Severity;
use crate::model::words::{self, things};
use crate::render::escape::slug;
use crate::render::html::Html;

/// Changes named in a row; the report has them all.
const CHANGES: usize = 2;
/// Characters of two values that fit a line of the column.
const LINE: usize = 24;

/// Shapes of the severities, drawn once. Critical is filled, a warning hollow: they differ without colour.
pub const MARKS: &str = "<svg class=\"off\" aria-hidden=\"true\"><symbol id=\"m-critical\" viewBox=\"0 0 14 14\">\
     <path class=\"f-harm\" d=\"M7 .5 14 13H0z\"/><path class=\"s-paper\" stroke-width=\"1.6\" d=\"M7 4.6v4M7 9.8v1.7\"/></symbol>\
     <symbol id=\"m-warning\" viewBox=\"0 0 14 14\"><path class=\"s-harm\" stroke-width=\"1.6\" stroke-linejoin=\"round\" \
     d=\"M7 1.8 12.9 12.2H1.1z\"/></symbol>\
     <symbol id=\"m-info\" viewBox=\"0 0 14 14\"><circle class=\"s-ink3\" stroke-width=\"1.6\" cx=\"7\" cy=\"7\" r=\"5.4\"/></symbol></svg>\n";

/// Writes the row of a bundle with a report.
///
/// Its path is shown from behind `common`, which all share.
pub fn write(page: &mut Html, row: &Row, common: &str) {
    let found = &row.found;
    let report = row.report.as_deref().unwrap_or_default();
    page.raw("<tr data-w=\"").raw(word(found.severity)).raw("\"><th scope=\"row\" data-k=\"");
    page.text(&found.host).raw("\"><a href=\"").text(report).raw("/report.html\">");
    page.text(if found.host.is_empty() { "unnamed" } else { &found.host }).raw("</a>");
    let others = found.hosts.len().saturating_sub(1) as u64;
    if others > 0 {
        page.raw("<span class=\"small\">and ").text(&things(others, "more host", "more hosts"));
        page.raw("</span>");
    }
    let ran: Vec<&str> = [&found.kernel, &found.os].into_iter().flatten().map(String::as_str).collect();
    page.wrap("<span class=\"small\">", &ran.join(" · "), "</span>");
    if own(row, common) != found.host {
        page.raw("<code class=\"small\">").place(own(row, common), 0).raw("</code>");
    }
    page.raw("</th>");
    worst(page, row);
    page.raw("<td class=\"say\">").text(&found.headline);
    if row.status == Status::Partial {
        page.raw("<span class=\"small\"><b>Read in part:</b> ").text(&row.why).raw("</span>");
    }
    page.raw("</td>");
    changes(page, row);
    let none = found.counters.is_empty();
    page.raw(if none { "<td class=\"some nil\"" } else { "<td class=\"some\"" });
    page.raw(" data-l=\"Worst counters\"><span>");
    found.counters.iter().for_each(|it| counter(page, it));
    page.raw(if none { "<span class=\"soft\">none seen</span>" } else { "" });
    page.raw("</span></td>");
    collected(page, row, report);
    page.raw("</tr>\n");
}

fn own<'a>(row: &'a Row, common: &str) -> &'a str {
    row.path.strip_prefix(common).unwrap_or(&row.path)
}

fn word(severity: Option<Severity>) -> &'static str {
    match severity {
        None => "none",
        Some(Severity::Info) => "info",
        Some(Severity::Warning) => "warning",
        Some(Severity::Critical) => "critical",
    }
}

fn worst(page: &mut Html, row: &Row) {
    let found = &row.found;
    let (rank, mark) = match found.severity {
        None => ("0", "<span class=\"soft\">no finding</span>"),
        Some(Severity::Info) => (
            "1",
            "<svg class=\"g\" aria-hidden=\"true\"><use href=\"#m-info\"/></svg><b class=\"sev\">info</b>",
        ),
        Some(Severity::Warning) => (
            "2",
            "<svg class=\"g\" aria-hidden=\"true\"><use href=\"#m-warning\"/></svg><b class=\"sev bad\">warning</b>",
        ),
        Some(Severity::Critical) => (
            "3",
            "<svg class=\"g\" aria-hidden=\"true\"><use href=\"#m-critical\"/></svg><b class=\"sev bad\">critical</b>",
        ),
    };
    page.raw("<td class=\"v\" data-l=\"Worst\" data-k=\"").raw(rank).raw("\"><span>").raw(mark);
    if !found.findings.is_empty() {
        let n = things(found.findings.len() as u64, "finding", "findings");
        page.wrap("<span class=\"small\">", &n, "</span>");
    }
    page.raw("</span></td>");
}

fn changes(page: &mut Html, row: &Row) {
    let all = &row.found.changes;
    page.raw(if all.is_empty() { "<td class=\"some nil\"" } else { "<td class=\"some\"" });
    page.raw(" data-l=\"Changes\" data-k=\"").text(&all.len().to_string()).raw("\"><span>");
    let report = row.report.as_deref().unwrap_or_default();
    for it in all.iter().take(CHANGES) {
        page.raw("<span class=\"it\"><a href=\"").text(report).raw("/report.html#change-");
        page.text(&slug(&it.id)).raw("\">").badge(&it.id).raw("</a> <code>").name(&it.key);
        let values = values(it);
        let short = values.chars().count() <= LINE;
        page.raw(if short { "</code> <span class=\"v\">" } else { "</code> <span>" });
        page.text(&values).raw("</span>");
        page.wrap(" <b>", it.verdict.as_deref().unwrap_or_default(), "</b>");
        page.raw("</span>");
    }
    let more = all.len().saturating_sub(CHANGES);
    if more > 0 {
        page.raw("<span class=\"it soft\">and ").text(&format!("{more} more")).raw("</span>");
    }
    page.raw(if all.is_empty() { "<span class=\"soft\">none seen</span>" } else { "" });
    page.raw("</span></td>");
}

fn values(it: &Turned) -> String {
    let from = it.from.as_deref().map(|from| format!("{} ", words::setting(from))).unwrap_or_default();
    format!("{from}→\u{a0}{}", words::setting(&it.to))
}

fn counter(page: &mut Html, it: &Counter) {
    page.raw("<span class=\"it\"><span class=\"soft\">").text(&it.title).raw("</span>");
    page.wrap(" <code class=\"small\">", &it.of, "</code>");
    page.raw(" <span class=\"v\">");
    #[allow(clippy::cast_precision_loss)] // read to a few figures
    let told = match (it.count, it.rate) {
        (Some(count), _) => format!("{} since boot", words::count(count as f64)),
        (None, Some(rate)) => words::rate(rate),
        (None, None) => words::UNKNOWN.to_owned(),
    };
    page.text(&told).raw("</span></span>");
}

fn collected(page: &mut Html, row: &Row, report: &str) {
    let last = row.found.last;
    page.raw("<td class=\"some when\" data-l=\"Collected\" data-k=\"");
    page.text(&last.map_or_else(String::new, crate::model::time::Time::rfc3339)).raw("\"><span>");
    let when = last.map_or_else(|| "no time known".to_owned(), |t| t.format("%-d\u{a0}%b\u{a0}%Y, %H:%M"));
    page.raw("<span class=\"it\">").text(&when).raw("</span><span class=\"links\"><a href=\"");
    page.text(report).raw("/summary.md\">summary</a> <a href=\"");
    page.text(report).raw("/report.json\">json</a> <a href=\"");
    page.text(row.series.as_deref().unwrap_or_default()).raw("\">samples</a></span></span></td>");
}

/// Writes the row of a bundle without a report.
pub fn gone(page: &mut Html, row: &Row, common: &str) {
    page.raw("<tr><th scope=\"row\"><code>").place(own(row, common), 0).raw("</code></th>");
    page.cell("v", "What became of it", row.status.word());
    page.raw("<td class=\"why\" data-l=\"Why\"><span>").text(&row.why).raw("</span></td>");
    #[allow(clippy::cast_precision_loss)] // read to a few figures
    page.cell("n v", "Size", &words::bytes(row.size as f64));
    page.raw("</tr>\n");
}
