//! One row a change, or a group of one moment: the answer in ten seconds.

use super::groups::{self, Group};
use super::html::Html;
use super::moved;
use crate::model::report::Report;
use crate::model::report::effect::{Change, SideState};
use crate::model::words;

/// Rows shown before the rest folds.
const OPEN: usize = 12;
/// Settings of one group named in its row.
const NAMED: usize = 6;

/// Writes the rows, or says that nothing changed.
pub fn write(page: &mut Html, report: &Report, groups: &[Group<'_>]) {
    if groups.is_empty() {
        page.raw("<div class=\"none rule\"><p>No tuning change was seen: no setting took a new value between two dumps, and nobody was seen setting one.</p>\n");
        if report.figures.is_empty() {
            page.raw("<p>No timeline: no counter or gauge was read at two times that are known.</p>\n");
        }
        page.raw("</div>\n");
        return;
    }
    let (open, folded) = groups::first(groups, OPEN);
    table(page, report, &open);
    if !folded.is_empty() {
        page.raw("<details><summary>");
        page.text(&groups::more(&folded)).raw("</summary>\n");
        table(page, report, &folded);
        page.raw("</details>\n");
    }
}

fn table(page: &mut Html, report: &Report, groups: &[&Group<'_>]) {
    page.raw(
        "<table class=\"rows\">\n<caption class=\"off\">Changes and their verdicts</caption>\n<thead><tr>\
         <th scope=\"col\">Setting</th><th scope=\"col\">Verdict</th><th scope=\"col\">What moved</th>\
         <th scope=\"col\">Between</th></tr></thead>\n<tbody>\n",
    );
    for group in groups {
        row(page, report, group);
    }
    page.raw("</tbody>\n</table>\n");
}

fn row(page: &mut Html, report: &Report, group: &Group<'_>) {
    page.raw("<tr><th scope=\"row\">");
    for change in group.changes.iter().take(NAMED) {
        setting(page, change);
    }
    if let Some(more) = group.changes.len().checked_sub(NAMED).filter(|n| *n > 0) {
        page.raw("<span class=\"small\">and ")
            .text(&words::things(more as u64, "more", "more"))
            .raw("</span>");
    }
    if report.hosts.len() > 1 {
        page.raw("<span class=\"small\">on ").bdi(&group.head.host).raw("</span>");
    }
    page.raw("<span class=\"when\">").text(&moved::when(report, group.head));
    page.wrap(", ", &moved::boot(report, group.head), "");
    page.raw("</span></th><td class=\"said\">");
    groups::verdict(page, report, group);
    page.raw("</td><td class=\"moved\">");
    what_moved(page, report, group.head);
    page.raw("</td><td>").text(&moved::when(report, group.head));
    page.wrap("<span class=\"small\">", &moved::boot(report, group.head), "</span>");
    page.raw("</td></tr>\n");
}

/// Letter, a link to the card, beside key and values.
fn setting(page: &mut Html, change: &Change) {
    page.raw("<span class=\"of\"><a class=\"letter\" href=\"#change-").text(&super::escape::slug(&change.id));
    page.raw("\"><span class=\"off\">Change </span>")
        .badge(&change.id)
        .raw("</a><code>")
        .name(&change.key)
        .raw("</code><b>");
    page.bdi(&moved::values(change)).raw("</b></span>");
}

fn what_moved(page: &mut Html, report: &Report, change: &Change) {
    let Some(effect) = moved::primary(report, change).filter(|e| moved::measured(e)) else {
        page.raw("<span class=\"soft\">Nothing that it governs was measured on both sides</span>");
        if !change.bites.is_empty() {
            page.raw("<span class=\"small\">Takes effect: ").text(&change.bites).raw("</span>");
        }
        return;
    };
    if [&effect.before, &effect.after].iter().all(|side| side.state == SideState::None) {
        page.raw("<span class=\"soft\">").text(&effect.title).raw(": none on either side</span>");
    } else {
        page.raw("<b>").text(&moved::sentence(effect)).raw("</b>");
    }
    for other in moved::turned(report, change) {
        page.raw("<br><b>").text(&other).raw("</b>");
    }
    page.wrap("<span class=\"small\">", &moved::qualifier(report, change), "</span>");
}
