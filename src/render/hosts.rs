//! The hosts: what they are, which clock dated them, and of when the evidence is.

use super::html::Html;
use super::tables::folding;
use crate::model::report::{Host, Report, Window};
use crate::model::words;

/// Hosts shown before the rest folds, and boots of one that are listed.
const OPEN: usize = 12;
const BOOTS: usize = 3;

const HEAD: &str = "<th scope=\"col\">Host</th><th scope=\"col\">System</th><th scope=\"col\">Zone and clock</th>\
    <th scope=\"col\">Boots known</th><th scope=\"col\">Evidence</th><th scope=\"col\" class=\"n\">Sources</th>";

/// Writes the section.
pub fn write(page: &mut Html, report: &Report) {
    page.raw("<section aria-labelledby=\"hosts\">\n<h2 id=\"hosts\">Hosts</h2>\n");
    if report.hosts.is_empty() {
        page.raw("<p class=\"none\">No host was recognised.</p>\n</section>\n");
        return;
    }
    let rows = report.hosts.split_at(report.hosts.len().min(OPEN));
    folding(page, "Hosts", HEAD, rows, ("more host", "more hosts"), |page, host| row(page, report, host));
    page.raw("</section>\n");
}

fn row(page: &mut Html, report: &Report, host: &Host) {
    page.raw("<th scope=\"row\">").bdi(&host.name);
    page.raw("<span class=\"small\">by ").text(&host.name_basis).raw("</span></th>");
    let told = [&host.os, &host.kernel].map(String::as_str);
    let known: Vec<&str> = told.into_iter().filter(|text| !text.is_empty()).collect();
    page.cell("", "System", &if known.is_empty() { "not told".to_owned() } else { known.join(", ") });
    page.raw("<td data-l=\"Zone and clock\"><span>").text(&host.zone);
    page.wrap("<span class=\"small\">", &host.clock, "</span>").raw("</span></td>");
    page.cell("", "Boots known", &boots(host));
    page.cell("", "Evidence", &window(report, &host.name));
    page.cell("n", "Sources", &words::setting(&host.artifacts.to_string()));
}

/// The latest boots, oldest first.
fn boots(host: &Host) -> String {
    let from = host.boots.len().saturating_sub(BOOTS);
    let shown: Vec<String> = host.boots.iter().skip(from).map(|t| words::instant(*t)).collect();
    match (shown.is_empty(), from) {
        (true, _) => "none".to_owned(),
        (_, 0) => shown.join("; "),
        (_, more) => format!("{} earlier; {}", words::setting(&more.to_string()), shown.join("; ")),
    }
}

/// Span of a host's dated sources.
fn window(report: &Report, host: &str) -> String {
    let of_host = report.coverage.artifacts.iter().filter(|a| a.host.split(", ").any(|h| h == host));
    let span = of_host
        .filter_map(|a| a.window)
        .reduce(|all, w| Window { from: all.from.min(w.from), to: all.to.max(w.to) });
    span.map_or_else(|| "undated".to_owned(), |w| words::dated(w.from, w.to))
}
