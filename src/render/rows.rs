//! One row a change, or a group of one moment: the answer in ten seconds.

use super::cards::{BRIEF, OPEN};
use super::groups::{self, Group};
use super::html::Html;
use super::moved;
use crate::model::report::Report;
use crate::model::report::effect::{Change, SideState};
use crate::model::words;

/// Folded rows; beyond them a report is for programs.
const MOST: usize = 120;
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
    table(page, report, &open, open.len());
    if !folded.is_empty() {
        page.raw("<details><summary>");
        page.text(&groups::more(&folded)).raw("</summary>\n");
        table(page, report, &folded[..folded.len().min(MOST)], BRIEF);
        let rest = folded.iter().skip(MOST).map(|g| g.changes.len() as u64).sum::<u64>();
        if rest > 0 {
            page.raw("<p class=\"sub\">").text(&words::things(
                rest,
                "more change stands",
                "more changes stand",
            ));
            page.raw(" in report.json alone.</p>\n");
        }
        page.raw("</details>\n");
    }
}

/// Rows, of which the first so many have a card.
fn table(page: &mut Html, report: &Report, groups: &[&Group<'_>], cards: usize) {
    page.raw(
        "<table class=\"rows\">\n<caption class=\"off\">Changes and their verdicts</caption>\n<thead><tr>\
         <th scope=\"col\">Setting</th><th scope=\"col\">Verdict</th><th scope=\"col\">What moved</th>\
         <th scope=\"col\">Between</th></tr></thead>\n<tbody>\n",
    );
    for (i, group) in groups.iter().enumerate() {
        row(page, report, group, i < cards);
    }
    page.raw("</tbody>\n</table>\n");
}

fn row(page: &mut Html, report: &Report, group: &Group<'_>, card: bool) {
    page.raw("<tr><th scope=\"row\">");
    for change in group.changes.iter().take(NAMED) {
        setting(page, change, card);
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

/// Letter beside key and values: a link to the card, or, where there is none, the place that others link to.
fn setting(page: &mut Html, change: &Change, card: bool) {
    let (open, close) = if card {
        ("<span class=\"of\"><a class=\"letter\" href=\"#change-", "</a>")
    } else {
        ("<span class=\"of\"><span class=\"letter\" id=\"change-", "</span>")
    };
    page.raw(open).text(&super::escape::slug(&change.id)).raw("\"><span class=\"off\">Change </span>");
    page.badge(&change.id).raw(close).raw("<code>").name(&change.key).raw("</code><b>");
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
