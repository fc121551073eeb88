//! One card a change, or a group of one moment: the chart, the numbers of both sides, how the change is known, what
//! weakens it.

mod counts;
mod interval;
mod known;
mod metrics;

use super::behind;
use super::groups::{self, Group};
use super::html::Html;
use super::moved;
use super::svg::card;
use crate::model::report::Report;
use crate::model::report::effect::{Change, Effect, SideState};
use crate::model::words;

/// Cards shown before the rest folds.
pub const OPEN: usize = 12;
/// Folded cards, which have no chart; beyond them a change has its row alone, so that many make no endless page.
pub const BRIEF: usize = 24;
/// Settings of a group that its head names before the rest folds.
const NAMED: usize = 8;

/// Writes the section of changes.
pub fn write(page: &mut Html, report: &Report, groups: &[Group<'_>]) {
    if groups.is_empty() {
        return; // said in the rows
    }
    page.raw("<section class=\"changes\" aria-labelledby=\"changes\">\n<h2 id=\"changes\">Changes</h2>\n");
    page.raw("<p class=\"sub\">Before and after each change. The bracket, from the old value last seen to the new value first seen, is left out.</p>\n");
    let (open, folded) = groups::first(groups, OPEN);
    for (i, group) in open.iter().enumerate() {
        card(page, report, group, Some(i));
    }
    if !folded.is_empty() {
        page.raw("<details><summary>").text(&groups::more(&folded)).raw("</summary>\n");
        for group in folded.iter().take(BRIEF) {
            card(page, report, group, None);
        }
        let rest = folded.iter().skip(BRIEF).map(|g| g.changes.len() as u64).sum::<u64>();
        if rest > 0 {
            page.raw("<p class=\"sub\">").text(&words::things(rest, "more change", "more changes"));
            page.raw(" stand in the rows at the top, and in full in report.json.</p>\n");
        }
        page.raw("</details>\n");
    }
    page.raw("</section>\n");
}

/// One card; without a number it has no chart.
fn card(page: &mut Html, report: &Report, group: &Group<'_>, index: Option<usize>) {
    let first = group.changes.first().copied().unwrap_or(group.head);
    page.raw("<article class=\"card\" id=\"change-").text(&super::escape::slug(&first.id));
    page.raw("\">\n<div class=\"head\"><h3>");
    head(page, report, group, first);
    page.raw("</h3><p class=\"answer\">");
    groups::verdict(page, report, group);
    page.raw("</p></div>\n");
    if group.changes.len() > NAMED {
        page.raw("<details><summary>").text(&words::things(
            (group.changes.len() - NAMED) as u64,
            "more setting",
            "more settings",
        ));
        page.raw(" of the same moment</summary>\n<p class=\"names\">");
        for change in group.changes.iter().skip(NAMED) {
            setting(page, change, first);
        }
        page.raw("</p></details>\n");
    }
    for sentence in group.sentences(report) {
        page.wrap("<p class=\"sentence\">", sentence, "</p>\n");
    }
    page.raw("<div class=\"two\"><div>\n");
    evidence(page, report, group, index);
    page.raw("</div><div class=\"known\">\n");
    known::write(page, report, group);
    page.raw("</div></div>\n</article>\n");
}

/// The settings with their values, then host and time.
fn head(page: &mut Html, report: &Report, group: &Group<'_>, first: &Change) {
    for change in group.changes.iter().take(NAMED) {
        setting(page, change, first);
    }
    page.raw("<span class=\"aside\">");
    if report.hosts.len() > 1 {
        page.raw("on ").bdi(&group.head.host).raw(", ");
    }
    page.text(&moved::when(report, group.head)).raw("</span>");
}

/// One setting; the card itself has the anchor of its first.
fn setting(page: &mut Html, change: &Change, first: &Change) {
    if std::ptr::eq(change, first) {
        page.raw("<span class=\"of\">");
    } else {
        page.raw("<span class=\"of\" id=\"change-").text(&super::escape::slug(&change.id)).raw("\">");
    }
    page.badge(&change.id).raw(" <code>").name(&change.key).raw("</code> <b>");
    page.bdi(&moved::values(change)).raw("</b></span>");
}

/// Chart and numbers; or, where nothing can be compared, that in words.
fn evidence(page: &mut Html, report: &Report, group: &Group<'_>, index: Option<usize>) {
    let effects = group.effects(report);
    if effects.is_empty() {
        page.raw("<p>Nothing that ");
        page.raw(if group.is_joint() { "these settings govern" } else { "this setting governs" });
        page.raw(" is in the archive, so nothing can be compared.</p>\n");
        return;
    }
    let known = |e: &Effect| e.before.state != SideState::Unknown && e.after.state != SideState::Unknown;
    let all = std::iter::once(group.head).chain(group.changes.iter().copied());
    let charted = all.into_iter().find(|change| moved::charted(report, change).is_some_and(known));
    if let (Some(change), Some(index)) = (charted, index) {
        chart(page, report, change, index);
    }
    metrics::table(page, &effects);
    if index.is_some() {
        counts::table(page, &effects);
    }
}

fn chart(page: &mut Html, report: &Report, change: &Change, index: usize) {
    let wide = card::embedded(report, change, 640.0, &format!("c{index}w"));
    let narrow = card::embedded(report, change, 358.0, &format!("c{index}n"));
    let (Some(wide), Some(narrow)) = (wide, narrow) else { return };
    if let Some(effect) = moved::charted(report, change) {
        page.raw("<p class=\"what\">").text(&effect.title);
        page.wrap(" <code>", &effect.metric, "</code>");
        page.wrap(" <code>", &effect.of, "</code>").raw("</p>\n");
    }
    page.raw("<figure><div class=\"beside\">").svg(&wide).raw("</div><div class=\"narrow\">");
    page.svg(&narrow).raw("</div></figure>\n");
    behind::change(page, report, change);
}
