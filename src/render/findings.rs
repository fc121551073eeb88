//! Findings: what was seen, why it matters, what else looks like it, what to check next, and the lines.

use super::html::Html;
use crate::model::report::{Exhibit, Finding, Report, Severity};
use crate::model::words;

/// Findings shown before the rest folds.
const OPEN: usize = 20;

/// The word for a severity.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// Writes the section.
pub fn write(page: &mut Html, report: &Report) {
    page.raw("<section>\n<h2>Findings</h2>\n");
    if report.findings.is_empty() {
        page.raw("<p class=\"none\">No rule found anything in what could be read. That is not a clean bill: see what could not be seen.</p>\n");
    }
    let (open, folded) = report.findings.split_at(report.findings.len().min(OPEN));
    for finding in open {
        one(page, report, finding);
    }
    if !folded.is_empty() {
        page.raw("<details><summary>");
        page.text(&words::things(folded.len() as u64, "more finding", "more findings"));
        page.raw("</summary>\n");
        for finding in folded {
            one(page, report, finding);
        }
        page.raw("</details>\n");
    }
    page.raw("</section>\n");
}

fn one(page: &mut Html, report: &Report, finding: &Finding) {
    page.raw("<article class=\"finding two\" id=\"")
        .text(&super::escape::slug(&finding.id))
        .raw("\">\n<div>");
    page.raw("<h3>").text(&finding.title).raw("</h3>\n<p class=\"small\">");
    page.raw(match finding.severity {
        Severity::Critical => "<b class=\"sev bad\">critical</b>",
        Severity::Warning => "<b class=\"sev bad\">warning</b>",
        Severity::Info => "<b class=\"sev\">info</b>",
    });
    page.raw(" · ").text(&finding.rule);
    if report.hosts.len() > 1 {
        page.wrap(" · ", &finding.host, "");
    }
    page.raw("</p>\n");
    page.wrap("<p>", &finding.seen, "</p>\n");
    page.raw("<dl>");
    page.wrap("<dt>Why it matters</dt><dd>", &finding.why, "</dd>");
    page.wrap("<dt>What else looks like it</dt><dd>", &finding.otherwise, "</dd>");
    page.wrap("<dt>What to check next</dt><dd>", &finding.next, "</dd>");
    page.raw("</dl>\n</div>\n<div>");
    exhibits(page, &finding.exhibits);
    page.raw("</div>\n</article>\n");
}

/// Characters of a path that fit beside the quoted text, the line number still behind it.
const PLACE: usize = 22;

/// Lines as they were read, the one that carries the point tinted.
pub fn exhibits(page: &mut Html, exhibits: &[Exhibit]) {
    if exhibits.is_empty() {
        return;
    }
    // beside the text only what fits there in one line: a place broken over three lines is hard to read
    let longest = exhibits.iter().map(|e| e.path.chars().count()).max().unwrap_or(0);
    page.raw(if longest > PLACE { "<ul class=\"exhibits stacked\">\n" } else { "<ul class=\"exhibits\">\n" });
    for it in exhibits {
        page.raw(if it.key { "<li class=\"key\">" } else { "<li>" });
        page.raw("<code class=\"place\">").place(&it.path, it.line).raw("</code>");
        page.raw("<code class=\"line\">").text(it.text.trim_end()).raw("</code></li>\n");
    }
    page.raw("</ul>\n");
}
