//! One row a change: the answer in ten seconds.

use super::html::Html;
use super::moved;
use crate::model::report::Report;
use crate::model::report::effect::Change;
use crate::model::report::verdict::Verdict;
use crate::model::words;

/// Rows shown before the rest folds.
const OPEN: usize = 12;

/// Writes the rows, or says that nothing changed.
pub fn write(page: &mut Html, report: &Report) {
    if report.changes.is_empty() {
        page.raw("<p class=\"none rule\">No tuning change was seen in these dumps.</p>\n");
        return;
    }
    let (open, folded) = report.changes.split_at(report.changes.len().min(OPEN));
    table(page, report, open);
    if !folded.is_empty() {
        page.raw("<details><summary>");
        page.text(&words::things(folded.len() as u64, "more change", "more changes"));
        page.raw("</summary>\n");
        table(page, report, folded);
        page.raw("</details>\n");
    }
}

fn table(page: &mut Html, report: &Report, changes: &[Change]) {
    page.raw(
        "<table class=\"rows\">\n<thead><tr><th scope=\"col\"><span class=\"off\">Change</span></th>\
         <th scope=\"col\">Setting</th><th scope=\"col\">Verdict</th><th scope=\"col\">What moved</th>\
         <th scope=\"col\">When</th></tr></thead>\n<tbody>\n",
    );
    for change in changes {
        row(page, report, change);
    }
    page.raw("</tbody>\n</table>\n");
}

fn row(page: &mut Html, report: &Report, change: &Change) {
    page.raw("<tr><th scope=\"row\"><a href=\"#change-").text(&super::escape::slug(&change.id));
    page.raw("\">").badge(&change.id).raw("</a></th><td><code>").name(&change.key);
    page.raw("</code>");
    if report.hosts.len() > 1 {
        page.wrap(" <span class=\"small\">on ", &change.host, "</span>");
    }
    page.raw("<br><b>").text(&moved::values(change)).raw("</b>");
    page.raw("<span class=\"when\">")
        .text(&moved::when(report, change))
        .raw("</span></td><td class=\"verdict\">");
    verdict(page, change);
    page.raw("</td><td>");
    if let Some(effect) = moved::primary(report, change).filter(|e| moved::measured(e)) {
        page.raw("<b>").text(&moved::sentence(effect)).raw("</b>");
        for other in moved::turned(report, change) {
            page.raw("<br><b>").text(&other).raw("</b>");
        }
        page.wrap("<span class=\"small\">", &moved::qualifier(report, change), "</span>");
    } else {
        page.raw("<span class=\"soft\">Nothing that it governs was measured on both sides</span>");
        page.wrap("<span class=\"small\">", &change.bites, "</span>");
    }
    page.raw("</td><td>").text(&moved::when(report, change));
    page.wrap("<span class=\"small\">", &moved::boot(change), "</span>");
    page.raw("</td></tr>\n");
}

/// The verdict with its sign, and how sure it is.
pub fn verdict(page: &mut Html, change: &Change) {
    let Some(verdict) = change.verdict else { return };
    page.raw("<b class=\"verdict ").raw(tone(verdict)).raw("\">").text(&moved::verdict(verdict)).raw("</b>");
    if let Some(certainty) = change.certainty {
        page.wrap("<span class=\"small\">", &format!("certainty {}", certainty.word()), "</span>");
    }
}

/// Class of the word.
fn tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Improved => "good",
        Verdict::Worsened => "bad",
        _ => "open",
    }
}
