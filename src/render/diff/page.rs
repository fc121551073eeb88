//! The page: what differs first, what is equal in counts, what could not be compared last.

use super::{counters, rest, settings};
use crate::model::diff::{Diff, Party};
use crate::model::words;
use crate::render::html::Html;
use crate::render::page::{STYLE, first_sentence};
use crate::render::policy;

const LOOK: &str = include_str!("diff.css");

/// One self-contained page: no script, nothing loaded from anywhere.
#[must_use]
pub fn html(diff: &Diff) -> String {
    let mut page = Html::default();
    head(&mut page, diff);
    page.raw("<body>\n");
    masthead(&mut page, diff);
    page.raw("<main>\n");
    if !diff.relation.same_bytes {
        counters::write(&mut page, diff);
        settings::write(&mut page, diff);
        rest::listeners(&mut page, diff);
        rest::limits(&mut page, diff);
        rest::findings(&mut page, diff);
        rest::levels(&mut page, diff);
        rest::facts(&mut page, diff);
        rest::gaps(&mut page, diff);
    }
    page.raw("</main>\n");
    foot(&mut page, diff);
    page.raw("</body>\n</html>\n");
    page.finish()
}

fn head(page: &mut Html, diff: &Diff) {
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    policy::write(page, &format!("{STYLE}{LOOK}"), "");
    page.raw(
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>",
    );
    page.text(&diff.title).raw(" · netmortem</title>\n<style>").raw(STYLE).raw(LOOK);
    page.raw("</style>\n</head>\n");
}

fn masthead(page: &mut Html, diff: &Diff) {
    page.raw("<header>\n<p class=\"mast\"><span><b>").text(&diff.a.host).raw("</b>");
    if diff.a.host != diff.b.host {
        page.raw(" and <b>").text(&diff.b.host).raw("</b>");
    }
    page.raw(" · side by side</span><span>").text(&span(diff)).raw("</span></p>\n<h1>");
    page.text(&diff.title).raw("</h1>\n<p class=\"lede\">");
    let (first, rest) = first_sentence(&diff.lede);
    page.raw("<b>").text(first).raw("</b>").text(rest).raw("</p>\n");
    page.raw("<dl class=\"parties\">\n");
    for (letter, party) in [("A", &diff.a), ("B", &diff.b)] {
        one(page, letter, party);
    }
    page.raw("</dl>\n</header>\n");
}

fn span(diff: &Diff) -> String {
    let windows = || [diff.a.window, diff.b.window].into_iter().flatten();
    let ends = windows().map(|w| w.from).min().zip(windows().map(|w| w.to).max());
    ends.map_or_else(|| "nothing had a time".to_owned(), |(from, to)| words::window(from, to))
}

fn one(page: &mut Html, letter: &'static str, party: &Party) {
    page.raw("<div><dt><span class=\"side\">").raw(letter).raw("</span> <b>").text(&party.host);
    page.raw("</b></dt><dd><code>").place(&party.input, 0).raw("</code>");
    if !party.root.is_empty() && party.root.trim_end_matches('/') != party.input {
        page.raw(", files below <code>").place(&party.root, 0).raw("</code>");
    }
    page.raw("</dd><dd>");
    let when = match (party.window.filter(|_| party.series), party.at) {
        (Some(w), _) => format!("sampled {}", words::window(w.from, w.to)),
        (None, Some(at)) => format!("counters read {} UTC", words::instant(at)),
        (None, None) => "counters undated".to_owned(),
    };
    page.text(&when);
    let up = party.uptime.map(|s| format!(", {} after boot", words::duration(s))).unwrap_or_default();
    page.text(&up).raw("</dd></div>\n");
}

/// One side's column in a table.
pub struct Column<'a> {
    label: String,
    root: &'a str,
}

impl Column<'_> {
    /// Both, under the heads that they have.
    pub fn both(diff: &Diff, (a, b): (String, String)) -> [Column<'_>; 2] {
        [Column { label: a, root: &diff.a.root }, Column { label: b, root: &diff.b.root }]
    }

    /// Opens a cell, with the word that names it where a phone shows rows as lines.
    pub fn open(&self, page: &mut Html) {
        page.raw("<td data-l=\"").text(&self.label).raw("\"><span>");
    }

    /// Where something was read, below the folder that stands at the head of the page.
    pub fn place(&self, page: &mut Html, path: &str, line: u32) {
        let path = path.strip_prefix(self.root).unwrap_or(path);
        page.raw("<code class=\"small\">").place(path, line).raw("</code>");
    }
}

/// Rows of a fold that are worth their paper; a print opens all others.
const PRINTED: usize = 40;

/// What opens a fold of so many rows.
pub fn fold(rows: usize) -> &'static str {
    if rows > PRINTED { "<details class=\"long\">" } else { "<details>" }
}

/// Heads of a table of two sides.
pub fn heads(page: &mut Html, first: &'static str, columns: &[Column<'_>; 2], last: &'static str) {
    page.raw("<table class=\"list pair\"><caption class=\"off\">")
        .raw(first)
        .raw(" on both sides</caption><thead><tr>");
    page.raw("<th scope=\"col\">").raw(first).raw("</th>");
    for column in columns {
        page.wrap("<th scope=\"col\">", &column.label, "</th>");
    }
    if !last.is_empty() {
        page.raw("<th scope=\"col\">").raw(last).raw("</th>");
    }
    page.raw("</tr></thead>\n<tbody>\n");
}

fn foot(page: &mut Html, diff: &Diff) {
    page.raw(
        "<footer>\n<p><b>How numbers were made.</b> Of one boot of one host, “from A to B” is the increase of a counter \
         between its last reading in A and its last reading in B, over the time between them; “until A” is the mean \
         of A’s own samples, or its average since boot. Otherwise each side has its own rate: the mean over its own \
         samples where both were sampled over time, else the average since its own boot, which hides bursts. Rates of \
         different kinds are never divided by each other. A share sets a counter beside the traffic that it is drawn from, for \
         hosts have different loads.</p>\n<p>“Differ” is by more than a quarter (of the share, where there is one) and by \
         more than the steadiest counter would by chance. No interval stands beside a ratio: two totals tell nothing of how \
         much a counter varies by itself, and real ones vary far more than chance. For that a report needs samples over time.</p>\n\
         <p>Setting and counter stand beside each other because the one acts on the other; a comparison of two sides has no \
         cause. Unknown is never read as zero.</p>\n<p>",
    );
    page.text(&diff.tool).raw(" · diff shape ").text(&diff.schema.to_string());
    page.raw(" · defaults of kernel 6.18 · all times in UTC</p>\n</footer>\n");
}
