//! The page: answer first, then evidence, then tables.

use super::html::Html;
use super::svg::timeline::{self, MEDIUM, NARROW, WIDE};
use super::{behind, cards, coverage, events, findings, missing, moves, policy, rows, script, tables};
use crate::model::report::Report;
use crate::model::words;

/// The look of every page.
pub const STYLE: &str = concat!(include_str!("style.css"), include_str!("behind.css"));

/// One self-contained page: complete without its script, nothing loaded from anywhere.
#[must_use]
pub fn html(report: &Report) -> String {
    let mut page = Html::default();
    head(&mut page, report);
    page.raw("<body>\n<main>\n");
    masthead(&mut page, report);
    rows::write(&mut page, report);
    figures(&mut page, report);
    cards::write(&mut page, report);
    moves::write(&mut page, report);
    findings::write(&mut page, report);
    tables::since_boot(&mut page, report);
    missing::write(&mut page, report);
    tables::listeners(&mut page, report);
    tables::settings(&mut page, report);
    events::write(&mut page, report);
    coverage::write(&mut page, report);
    foot(&mut page, report);
    page.raw("</main>\n");
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

/// Hosts by name: all of them, as long as there are few.
fn hosts(report: &Report) -> String {
    let names: Vec<&str> = report.hosts.iter().map(|h| h.name.as_str()).collect();
    match names.as_slice() {
        [] => "no host".to_owned(),
        few if few.len() <= 4 => few.join(", "),
        [first, ..] => format!("{first} and {} more hosts", names.len() - 1),
    }
}

fn masthead(page: &mut Html, report: &Report) {
    page.raw("<header>\n<p class=\"mast\"><span><b>").text(&hosts(report));
    page.raw("</b> · network post-mortem</span><span>");
    if let Some(w) = report.window {
        page.text(&words::window(w.from, w.to));
        if w.seconds() > 0.0 {
            page.raw(" · ").text(&words::duration(w.seconds()));
        }
    } else {
        page.raw("nothing had a time");
    }
    page.raw("</span></p>\n<h1>").text(&unbroken(&report.headline.title)).raw("</h1>\n");
    if !report.headline.lede.is_empty() {
        let (first, rest) = first_sentence(&report.headline.lede);
        page.raw("<p class=\"lede\"><b>").text(first).raw("</b>").text(rest).raw("</p>\n");
    }
    page.raw("</header>\n");
}

/// Hyphens that do not break a line: `SYN-cookies` stays one word in a headline.
fn unbroken(title: &str) -> String {
    title.replace('-', "\u{2011}")
}

/// The first sentence and what follows it.
pub fn first_sentence(text: &str) -> (&str, &str) {
    match text.find(". ") {
        Some(end) => text.split_at(end + 1),
        None => (text, ""),
    }
}

fn figures(page: &mut Html, report: &Report) {
    page.raw("<section>\n<h2>Timeline</h2>\n");
    if report.figures.is_empty() {
        page.raw("<p class=\"none\">Nothing could be put on a time axis: no dump had a time and a neighbour to compare it with.</p>\n");
    }
    for (i, figure) in report.figures.iter().enumerate() {
        if report.figures.len() > 1 {
            page.wrap("<h3>", &figure.host, "</h3>\n");
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

fn foot(page: &mut Html, report: &Report) {
    page.raw(
        "<footer>\n<p><b>How numbers were made.</b> A rate is the increase of a counter between two \
         snapshots over the time between them; it belongs to that interval, so it is drawn as a step. \
         Before and after are sums of such increases over the time in which there is evidence: gaps, \
         restarts of the counters and the bracket of the change itself are left out. Where nothing was \
         counted, “at most” is the rate that could have been missed at 95 % (3 / seconds). Verdicts compare \
         the same hours of earlier days where there are four, else four to six long blocks a side, with the \
         load taken out; five in a hundred would be wrong by chance, over all primary pairs of the report \
         together (Benjamini and Hochberg). Averages since \
         boot hide bursts. Unknown is never read as zero. “After” is not “because of”.</p>\n<p>",
    );
    page.text(&report.tool).raw(" · report shape ").text(&report.schema.to_string());
    page.raw(" · all times in UTC</p>\n</footer>\n");
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
