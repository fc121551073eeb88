//! What could not be seen, and the commands that would have shown it.

use super::html::Html;
use crate::model::report::Report;

/// What collects on a host nearly all that may be missing: one line instead of the others.
pub const COLLECTOR: &str = "netmortem collector > collect.sh; sudo sh collect.sh";

/// Writes the section.
pub fn write(page: &mut Html, report: &Report) {
    let missing = &report.coverage.missing;
    page.raw("<section>\n<h2>What could not be seen</h2>\n");
    if missing.is_empty() && report.coverage.artifacts.iter().all(|a| !a.skipped.is_empty()) {
        page.raw("<p class=\"none\">Nothing was read, so nothing could be seen.</p>\n</section>\n");
        return;
    }
    if missing.is_empty() {
        page.raw("<p class=\"none\">Nothing that the rules look for was missing from the archive.</p>\n</section>\n");
        return;
    }
    page.raw("<p class=\"sub\">The archive is silent on these. None of them is read as “fine”.</p>\n<ul class=\"missing\">\n");
    for it in missing {
        page.raw("<li><b>").text(&it.title).raw("</b>");
        if report.hosts.len() > 1 && !it.host.is_empty() {
            page.wrap(" <span class=\"small\">", &it.host, "</span>");
        }
        page.raw("<br>").text(&it.text).raw("</li>\n");
    }
    page.raw("</ul>\n");
    let mut commands: Vec<&str> = Vec::new();
    for it in missing {
        if !it.collect.is_empty() && !commands.contains(&it.collect.as_str()) {
            commands.push(&it.collect);
        }
    }
    if !commands.is_empty() {
        page.raw("<h3>To collect next time</h3>\n<p class=\"sub\">Dumps, settings and logs at once, by a script that needs nothing but a shell:</p>\n<pre class=\"collect\">");
        page.text(COLLECTOR).raw("</pre>\n<p class=\"sub\">Or one by one:</p>\n<pre class=\"collect\">");
        page.text(&commands.join("\n")).raw("</pre>\n");
    }
    page.raw("</section>\n");
}
