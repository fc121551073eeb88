//! Where series moved by themselves, and what the log said meanwhile.

use super::html::Html;
use crate::model::report::Report;

/// Sentences shown before the rest folds.
const OPEN: usize = 12;

/// Writes the section; nothing where nothing moved.
pub fn write(page: &mut Html, report: &Report) {
    let several = report.hosts.len() > 1;
    let points = report.points.iter().map(|p| (p.host.as_str(), p.sentence.as_str()));
    let bursts = report.bursts.iter().map(|b| (b.host.as_str(), b.sentence.as_str()));
    let told: Vec<(&str, &str)> = bursts.chain(points).collect();
    if told.is_empty() {
        return;
    }
    page.raw("<section aria-labelledby=\"moved\">\n<h2 id=\"moved\">Where it moved</h2>\n");
    page.raw("<p class=\"sub\">Bursts in the log, and change points that were looked for without knowing the changes.</p>\n");
    let (open, folded) = told.split_at(told.len().min(OPEN));
    list(page, open, several);
    if !folded.is_empty() {
        page.raw("<details><summary>More</summary>\n");
        list(page, folded, several);
        page.raw("</details>\n");
    }
    page.raw("</section>\n");
}

fn list(page: &mut Html, told: &[(&str, &str)], several: bool) {
    page.raw("<ul>\n");
    for (host, sentence) in told {
        page.raw("<li>").text(sentence);
        if several {
            page.raw(" <span class=\"small\">").bdi(host).raw("</span>");
        }
        page.raw("</li>\n");
    }
    page.raw("</ul>\n");
}
