//! Findings: what was seen, why it matters, what else looks like it, what to check next, and the lines.

use super::excerpt;
use super::html::Html;
use crate::model::report::{Exhibit, Finding, Report, Severity};
use crate::model::words;

/// Findings shown before the rest folds.
const OPEN: usize = 20;
/// Findings of one rule from which on the second and later ones fold under the first.
const ALIKE: usize = 3;

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
    page.raw("<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">Findings</h2>\n");
    if report.findings.is_empty() {
        page.raw("<p class=\"none\">No rule found anything in what could be read. That is not a clean bill: see what could not be seen.</p>\n");
    }
    let alike = alike(&report.findings);
    let (open, folded) = alike.split_at(alike.len().min(OPEN));
    for findings in open {
        several(page, report, findings);
    }
    if !folded.is_empty() {
        page.raw("<details><summary>");
        page.text(&words::things(folded.len() as u64, "more finding", "more findings"));
        page.raw("</summary>\n");
        for findings in folded {
            several(page, report, findings);
        }
        page.raw("</details>\n");
    }
    page.raw("</section>\n");
}

/// Findings of one rule and severity together where they are many, each alone where they are few; in the report's order.
fn alike(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let same = |a: &Finding, b: &Finding| a.rule == b.rule && a.severity == b.severity && a.why == b.why;
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        match groups.iter_mut().find(|g| g.first().is_some_and(|first| same(first, finding))) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    let mut told = Vec::new();
    for group in groups {
        if group.len() < ALIKE {
            told.extend(group.into_iter().map(|one| vec![one]));
        } else {
            told.push(group);
        }
    }
    told
}

fn several(page: &mut Html, report: &Report, findings: &[&Finding]) {
    let Some((first, rest)) = findings.split_first() else { return };
    open_article(page, report, first);
    page.raw("<p>").text(&first.seen).raw("</p>\n<dl>");
    page.wrap("<dt>Why it matters</dt><dd>", &first.why, "</dd>");
    page.wrap("<dt>What else looks like it</dt><dd>", &first.otherwise, "</dd>");
    page.wrap("<dt>What to check next</dt><dd>", &first.next, "</dd>");
    page.raw("</dl>\n</div>\n<div>");
    exhibits(page, &first.exhibits);
    page.raw("</div>\n</article>\n");
    if rest.is_empty() {
        return;
    }
    page.raw("<details class=\"alike\"><summary>The same ");
    page.text(&words::things(rest.len() as u64, "more time", "more times"));
    page.text(&hosts(first, rest)).raw("</summary>\n");
    for finding in rest {
        open_article(page, report, finding);
        page.raw("<p>").text(&finding.seen).raw("</p>\n</div>\n<div>");
        exhibits(page, &finding.exhibits);
        page.raw("</div>\n</article>\n");
    }
    page.raw("</details>\n");
}

/// Hosts named in a summary line.
const NAMED: usize = 6;

/// `: on web2, web3 and 7 more hosts`; empty where all is on one host.
fn hosts(first: &Finding, rest: &[&Finding]) -> String {
    let mut names: Vec<&str> = rest.iter().map(|f| f.host.as_str()).filter(|h| *h != first.host).collect();
    names.dedup();
    if names.is_empty() {
        return String::new();
    }
    let shown = names.get(..names.len().min(NAMED)).unwrap_or_default().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => format!(": on {shown}"),
        more => format!(": on {shown} and {}", words::things(more as u64, "more host", "more hosts")),
    }
}

fn open_article(page: &mut Html, report: &Report, finding: &Finding) {
    let id = super::escape::slug(&finding.id);
    page.raw("<article class=\"finding two\" id=\"").text(&id).raw("\">\n<div>");
    page.raw("<h3>").text(&finding.title).raw("<a class=\"link\" href=\"#").text(&id);
    page.raw("\"><span aria-hidden=\"true\">#</span><span class=\"off\">Link to this finding</span></a></h3>\n<p class=\"small\">");
    page.raw(match finding.severity {
        Severity::Critical => "<b class=\"sev bad\">critical</b>",
        Severity::Warning => "<b class=\"sev bad\">warning</b>",
        Severity::Info => "<b class=\"sev\">info</b>",
    });
    page.raw(" · ").text(&finding.rule);
    if report.hosts.len() > 1 && !finding.host.is_empty() {
        page.raw(" · on ").bdi(&finding.host);
    }
    page.raw("</p>\n");
}

/// Characters of a path that fit beside the quoted text, the line number still behind it.
const PLACE: usize = 22;
/// Characters of a quoted line.
const LINE: usize = 260;

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
        page.raw("<code class=\"line\" dir=\"auto\">");
        let cut = it.column.as_ref().and_then(|column| excerpt::row(&it.text, column.value));
        match (&it.column, cut) {
            (Some(column), Some(cut)) => {
                page.text(&cut).raw("<span class=\"column\">").text(&column.name).raw(" = <b>");
                page.text(&words::setting(&column.value.to_string())).raw("</b></span>");
            }
            _ => {
                page.text(&excerpt::excerpt(it.text.trim_end(), LINE, ""));
            }
        }
        page.raw("</code></li>\n");
    }
    page.raw("</ul>\n");
}
