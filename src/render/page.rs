//! The page: answer first, then evidence, then tables.

use super::html::Html;
use super::svg::metrics::{bold, wrap};
use super::svg::timeline::{self, Layout, MEDIUM, NARROW, WIDE};
use super::{
    behind, cards, coverage, events, findings, groups, hosts, masthead, method, missing, moves, policy, rows,
    script, tables,
};
use crate::model::report::Report;
use crate::model::report::figure::Figure;
use crate::model::words;

/// The look of every page.
pub const STYLE: &str = concat!(include_str!("style.css"), include_str!("behind.css"));

/// One self-contained page: complete without its script, nothing loaded from anywhere.
#[must_use]
pub fn html(report: &Report) -> String {
    let mut page = Html::default();
    page.share(coverage::shared(&report.coverage.artifacts));
    head(&mut page, report);
    page.raw("<body>\n");
    masthead::write(&mut page, report);
    page.raw("<main>\n");
    let groups = groups::groups(report);
    rows::write(&mut page, report, &groups);
    figures(&mut page, report, groups.len().min(cards::OPEN));
    cards::write(&mut page, report, &groups);
    moves::write(&mut page, report);
    findings::write(&mut page, report);
    tables::since_boot::write(&mut page, report);
    missing::write(&mut page, report);
    tables::listeners::write(&mut page, report);
    tables::settings::write(&mut page, report);
    events::write(&mut page, report);
    hosts::write(&mut page, report);
    coverage::write(&mut page, report);
    page.raw("</main>\n");
    method::write(&mut page, report);
    script::write(&mut page, report);
    page.raw("</body>\n</html>\n");
    page.finish()
}

fn head(page: &mut Html, report: &Report) {
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    policy::write(page, &format!("{STYLE}{}", script::STYLE), &script::SOURCE);
    page.raw(
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>",
    );
    page.text(&report.headline.title);
    page.raw(" · netmortem</title>\n<style>").raw(STYLE).raw(script::STYLE).raw("</style>\n</head>\n");
}

/// The first sentence and what follows it.
pub fn first_sentence(text: &str) -> (&str, &str) {
    match text.find(". ") {
        Some(end) => text.split_at(end + 1),
        None => (text, ""),
    }
}

/// Pixels of the medium layout that a sheet of paper has for the first timeline and the rows, and what a row takes.
const SHEET: f64 = 912.0;
const ROW: f64 = 70.0;
const HOST: f64 = 24.0;
/// Pixels of a line of the headline in print, of which two are reckoned in.
const LINE: f64 = 32.0;
/// Its size and width.
const TITLE: (f64, f64) = (26.7, 700.0);

/// The layout for paper: plots as high as the first sheet has room for beside headline and rows.
fn medium(report: &Report, first: &Figure, rows: usize) -> Layout {
    let named = if report.figures.len() > 1 { HOST } else { 0.0 };
    #[allow(clippy::cast_precision_loss)] // a dozen
    let lines = wrap(&report.headline.title, bold(TITLE.0), TITLE.1).len().saturating_sub(2);
    #[allow(clippy::cast_precision_loss)] // likewise
    let room = SHEET - ROW * rows as f64 - LINE * lines as f64 - named;
    let fits = |plots: &f64| {
        let layout = Layout { plots: *plots, ..MEDIUM };
        timeline::embedded(report, first, layout, "fit").height() <= room
    };
    let plots = [1.0, 0.85, 0.7].into_iter().find(fits).unwrap_or(0.5);
    Layout { plots, ..MEDIUM }
}

fn figures(page: &mut Html, report: &Report, rows: usize) {
    if report.figures.is_empty() {
        return; // said in the rows
    }
    page.raw("<section aria-labelledby=\"timeline\">\n<h2 id=\"timeline\">Timeline</h2>\n");
    let (open, folded) = told(report);
    let medium = open.first().map_or(MEDIUM, |first| medium(report, first, rows));
    for (i, figure) in open.iter().enumerate() {
        drawn(page, report, figure, &format!("f{i}"), (medium, true));
    }
    if !folded.is_empty() {
        page.raw("<details><summary>Timelines of ");
        page.text(&words::things(folded.len() as u64, "more host", "more hosts")).raw("</summary>\n");
        for (i, figure) in folded.iter().take(BRIEF).enumerate() {
            drawn(page, report, figure, &format!("f{}", open.len() + i), (medium, false));
        }
        let rest = &folded[folded.len().min(BRIEF)..];
        if !rest.is_empty() {
            let hosts: Vec<&str> = rest.iter().map(|f| f.host.as_str()).take(NAMED).collect();
            let more = if rest.len() > NAMED { " …" } else { "" };
            page.raw("<p class=\"sub\">Not drawn on this page: ").text(&hosts.join(", ")).raw(more);
            page.raw(". Each has its chart in charts/ and its series in report.json; <code>--host</code> gives one a page of its own.</p>\n");
        }
        page.raw("</details>\n");
    }
    page.raw("</section>\n");
}

/// Timelines shown before the rest folds.
const OPEN: usize = 6;
/// Folded timelines that are drawn: of forty hosts nobody scrolls through all.
const BRIEF: usize = 6;
/// Hosts without a timeline that are named.
const NAMED: usize = 60;

/// Timelines that are shown, and those that fold where hosts are many: what changed or was found comes first.
fn told(report: &Report) -> (Vec<&Figure>, Vec<&Figure>) {
    let mut open: Vec<&Figure> = report.figures.iter().collect();
    if open.len() <= OPEN {
        return (open, Vec::new());
    }
    let quiet = |figure: &&Figure| {
        let changed = report.changes.iter().any(|c| c.host == figure.host);
        (!changed, !report.findings.iter().any(|f| f.host == figure.host))
    };
    open.sort_by_key(quiet); // stable: by name within
    let folded = open.split_off(OPEN);
    (open, folded)
}

/// Whether a figure is on the page.
pub fn is_drawn(report: &Report, figure: &Figure) -> bool {
    let (open, folded) = told(report);
    open.iter().chain(folded.iter().take(BRIEF)).any(|it| std::ptr::eq(*it, figure))
}

/// One timeline in the layouts that pages of three widths need; a folded one does without the widest.
fn drawn(page: &mut Html, report: &Report, figure: &Figure, id: &str, (medium, wide): (Layout, bool)) {
    if report.figures.len() > 1 {
        page.raw("<h3>").bdi(&figure.host).raw("</h3>\n");
    }
    page.raw("<figure class=\"time\">\n");
    if wide {
        page.raw("<div class=\"wide\">");
        page.svg(&timeline::embedded(report, figure, WIDE, &format!("{id}w")));
        page.raw("</div>\n<div class=\"medium\">");
    } else {
        page.raw("<div class=\"medium only\">");
    }
    page.svg(&timeline::embedded(report, figure, medium, &format!("{id}m")));
    page.raw("</div>\n<div class=\"narrow\">");
    page.svg(&timeline::embedded(report, figure, NARROW, &format!("{id}n")));
    page.raw("</div>\n");
    if !figure.folded.is_empty() {
        let more = figure.folded.join(", ");
        page.raw("<figcaption>Also moved, not drawn: ").text(&more).raw(".</figcaption>\n");
    }
    page.raw("</figure>\n");
    behind::figure(page, report, figure);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lede_is_split_after_its_first_sentence() {
        assert_eq!(first_sentence("One. Two."), ("One.", " Two."));
        assert_eq!(first_sentence("At 1.5/s only"), ("At 1.5/s only", ""));
    }
}
