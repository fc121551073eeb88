//! The page: answer first, then evidence, then tables.

use super::html::Html;
use super::svg::timeline::{self, MEDIUM, NARROW, WIDE};
use super::{
    behind, cards, coverage, events, findings, groups, hosts, masthead, method, missing, moves, policy, rows,
    script, tables,
};
use crate::model::report::Report;

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
    figures(&mut page, report);
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
    policy::write(page, &format!("{STYLE}{}", script::STYLE), script::SOURCE);
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

fn figures(page: &mut Html, report: &Report) {
    if report.figures.is_empty() {
        return; // said in the rows
    }
    page.raw("<section aria-labelledby=\"timeline\">\n<h2 id=\"timeline\">Timeline</h2>\n");
    for (i, figure) in report.figures.iter().enumerate() {
        if report.figures.len() > 1 {
            page.raw("<h3>").bdi(&figure.host).raw("</h3>\n");
        }
        page.raw("<figure class=\"time\">\n");
        page.raw("<div class=\"wide\">");
        page.svg(&timeline::embedded(report, figure, WIDE, &format!("f{i}w")));
        page.raw("</div>\n<div class=\"medium\">");
        page.svg(&timeline::embedded(report, figure, MEDIUM, &format!("f{i}m")));
        page.raw("</div>\n<div class=\"narrow\">");
        page.svg(&timeline::embedded(report, figure, NARROW, &format!("f{i}n")));
        page.raw("</div>\n");
        if !figure.folded.is_empty() {
            let more = figure.folded.join(", ");
            page.raw("<figcaption>Also moved, not drawn: ").text(&more).raw(".</figcaption>\n");
        }
        page.raw("</figure>\n");
        behind::figure(page, report, figure);
    }
    page.raw("</section>\n");
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
