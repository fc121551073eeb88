//! Listeners, limits, findings, levels, what the sides say of themselves, and what could not be compared.

use super::page::{Column, fold, heads};
use super::words as said;
use crate::model::diff::{Diff, Level, Limit, Listener, Listening, Said, Stood, Value};
use crate::model::words::{self, things};
use crate::render::findings::severity;
use crate::render::html::Html;

/// Names that need no fold.
const FEW: usize = 4;
/// Rows before the rest folds.
const OPEN: usize = 20;

/// A table of two sides whose rows beyond [`OPEN`] fold under `more`.
fn table<T>(
    page: &mut Html,
    first: &'static str,
    columns: &[Column<'_>; 2],
    rows: &[T],
    mut row: impl FnMut(&mut Html, &T),
) {
    let (shown, folded) = rows.split_at(rows.len().min(OPEN));
    for (part, folds) in [(shown, false), (folded, true)].into_iter().filter(|(part, _)| !part.is_empty()) {
        if folds {
            page.raw("<details><summary>").text(&things(part.len() as u64, "more row", "more rows"));
            page.raw("</summary>\n");
        }
        heads(page, first, columns, "");
        for it in part {
            page.raw("<tr>");
            row(page, it);
            page.raw("</tr>\n");
        }
        page.raw("</tbody></table>\n");
        if folds {
            page.raw("</details>\n");
        }
    }
}

/// Listening sockets.
pub fn listeners(page: &mut Html, diff: &Diff) {
    let seen = [diff.a.listeners, diff.b.listeners];
    page.raw("<section aria-labelledby=\"listeners\">\n<h2 id=\"listeners\">Listeners</h2>\n");
    if seen != [true, true] {
        page.raw("<p class=\"none\">Listeners cannot be compared: ");
        let which = match seen {
            [false, false] => "neither side",
            [false, true] => &diff.a.label,
            _ => &diff.b.label,
        };
        page.text(which).raw(
            " has neither <code>ss -lnt</code> nor <code>netstat -tan</code> in its input.</p>\n</section>\n",
        );
        return;
    }
    let rows: Vec<&Listener> = diff.listeners.iter().filter(|l| l.differs).collect();
    let equal = (diff.listeners.len() - rows.len()) as u64;
    page.raw(
        "<p class=\"sub\">Accept queues as sampled by <code>ss</code> or <code>netstat</code>; peaks between samples \
         are not seen.",
    );
    match equal {
        0 => {}
        1 => _ = page.raw(" One listener is alike."),
        _ => _ = page.raw(" ").text(&things(equal, "listener", "listeners")).raw(" are alike."),
    }
    page.raw("</p>\n");
    if rows.is_empty() {
        page.raw("<p class=\"none\">No listener differs.</p>\n");
    }
    let columns = Column::both(diff, said::sides(diff));
    table(page, "Listener", &columns, &rows, |page, row| {
        page.raw("<th scope=\"row\"><code>").text(&row.of).raw("</code></th>");
        listening(page, &columns[0], row, row.a.as_ref());
        listening(page, &columns[1], row, row.b.as_ref());
    });
    page.raw("</section>\n");
}

fn listening(page: &mut Html, column: &Column<'_>, row: &Listener, side: Option<&Listening>) {
    column.open(page);
    let Some(it) = side else {
        page.raw("<span class=\"soft\">nothing listens there</span></span></td>");
        return;
    };
    let exact = |n: u64| words::setting(&n.to_string());
    page.raw("<b>").text(&said::limit(it)).raw("</b>");
    page.raw("<span class=\"small\">longest queue ").text(&exact(it.peak));
    if it.at_limit > 0 {
        page.raw("; <span class=\"drift\">full in ").text(&exact(it.at_limit)).raw("</span> of ");
        page.text(&things(it.samples, "sample", "samples"));
    }
    page.raw("</span><span class=\"small\">").raw(said::whose(it));
    if let Some(process) = &it.process {
        page.raw(", ").text(process);
    }
    page.raw("</span>");
    if it.of != row.of {
        page.raw("<code class=\"small\">").text(&it.of).raw("</code>");
    }
    column.place(page, &it.exhibit.path, it.exhibit.line);
    page.raw("</span></td>");
}

/// Ceilings, equal ones too: a full one looks like a bug of the service.
pub fn limits(page: &mut Html, diff: &Diff) {
    if diff.limits.is_empty() {
        return;
    }
    page.raw("<section aria-labelledby=\"limits\">\n<h2 id=\"limits\">Limits</h2>\n");
    let mut rows: Vec<&Limit> = diff.limits.iter().collect();
    rows.sort_by_key(|limit| !limit.differs);
    let columns = Column::both(diff, said::sides(diff));
    table(page, "Limit", &columns, &rows, |page, row| {
        page.raw("<th scope=\"row\"><code>").name(&row.name).raw("</code></th>");
        limit(page, &columns[0], row.a.as_ref(), row.differs);
        limit(page, &columns[1], row.b.as_ref(), row.differs);
    });
    page.raw("</section>\n");
}

fn limit(page: &mut Html, column: &Column<'_>, value: Option<&Value>, differs: bool) {
    column.open(page);
    match value {
        None => {
            page.raw("<span class=\"soft\">not in the dumps</span>");
        }
        Some(it) => {
            page.raw(if differs { "<b>" } else { "<span>" }).text(&words::setting(&it.value));
            page.raw(if differs { "</b>" } else { "</span>" });
            column.place(page, &it.path, it.line);
        }
    }
    page.raw("</span></td>");
}

/// Findings of each side's own report.
pub fn findings(page: &mut Html, diff: &Diff) {
    page.raw("<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">Findings</h2>\n<p class=\"sub\">What each side’s own report finds; those of one side alone first.</p>\n");
    if diff.findings.is_empty() {
        page.raw("<p class=\"none\">Neither side has one. No finding is no clean bill.</p>\n");
    }
    let columns = Column::both(diff, said::sides(diff));
    table(page, "Severity", &columns, &diff.findings, |page, row| {
        let bad = row.severity > crate::model::report::Severity::Info;
        page.raw(if bad {
            "<th scope=\"row\"><span class=\"sev bad\">"
        } else {
            "<th scope=\"row\"><span class=\"sev\">"
        });
        page.text(severity(row.severity)).raw("</span></th>");
        finding(page, &columns[0], row.a.as_ref());
        finding(page, &columns[1], row.b.as_ref());
    });
    page.raw("</section>\n");
}

fn finding(page: &mut Html, column: &Column<'_>, side: Option<&Said>) {
    column.open(page);
    match side {
        None => {
            page.raw("<span class=\"soft\">not found</span>");
        }
        Some(it) => {
            page.text(&it.title);
            if let Some(at) = &it.exhibit {
                column.place(page, &at.path, at.line);
            }
        }
    }
    page.raw("</span></td>");
}

/// Gauges, folded: what stood there at one instant is weak evidence.
pub fn levels(page: &mut Html, diff: &Diff) {
    if diff.levels.is_empty() {
        return;
    }
    page.raw("<section aria-labelledby=\"levels\">\n<h2 id=\"levels\">Levels</h2>\n<p class=\"sub\">Sockets, memory, tables and load as they stood when read; one look says little.</p>\n<details><summary>");
    page.text(&things(diff.levels.len() as u64, "level", "levels")).raw("</summary>\n");
    let columns = Column::both(diff, said::sides(diff));
    heads(page, "Level", &columns, "");
    for row in &diff.levels {
        page.raw("<tr><th scope=\"row\">").text(&row.title).raw("<code class=\"small\">").name(&row.metric);
        page.raw("</code></th>");
        stood(page, &columns[0], row, row.a.as_ref());
        stood(page, &columns[1], row, row.b.as_ref());
        page.raw("</tr>\n");
    }
    page.raw("</tbody></table>\n</details>\n</section>\n");
}

fn stood(page: &mut Html, column: &Column<'_>, row: &Level, side: Option<&Stood>) {
    column.open(page);
    match side {
        None => {
            page.raw("<span class=\"soft\">not in the dumps</span>");
        }
        Some(it) => {
            page.text(&words::quantity(it.last, unit(&row.unit)));
            if it.samples > 1 {
                let peak = words::quantity(it.peak, unit(&row.unit));
                let of = things(it.samples, "sample", "samples");
                page.wrap("<span class=\"small\">", &format!("last of {of}, highest {peak}"), "</span>");
            }
            column.place(page, &it.exhibit.path, it.exhibit.line);
        }
    }
    page.raw("</span></td>");
}

/// Bytes get their prefix.
fn unit(unit: &str) -> &str {
    if unit == "bytes" { "B" } else { unit }
}

/// What the sides say of themselves.
pub fn facts(page: &mut Html, diff: &Diff) {
    page.raw("<section aria-labelledby=\"the-two-sides\">\n<h2 id=\"the-two-sides\">The two sides</h2>\n");
    let columns = Column::both(diff, said::sides(diff));
    table(page, "", &columns, &diff.facts, |page, row| {
        page.raw("<th scope=\"row\">").text(&row.name).raw("</th>");
        for (column, text) in [(&columns[0], &row.a), (&columns[1], &row.b)] {
            column.open(page);
            if text.is_empty() {
                page.raw("<span class=\"soft\">not told</span>");
            }
            page.raw(if row.differs { "<b>" } else { "<span>" }).text(text);
            page.raw(if row.differs { "</b>" } else { "</span>" }).raw("</span></td>");
        }
    });
    page.raw("</section>\n");
}

/// What could not be compared.
pub fn gaps(page: &mut Html, diff: &Diff) {
    if diff.gaps.is_empty() {
        return;
    }
    page.raw("<section aria-labelledby=\"what-could-not-be-compared\">\n<h2 id=\"what-could-not-be-compared\">What could not be compared</h2>\n<ul class=\"missing\">\n");
    for gap in &diff.gaps {
        page.raw("<li><b>").text(&gap.title).raw("</b><br>").text(&gap.text);
        let folds = gap.names.len() > FEW;
        if folds {
            page.raw(fold(gap.names.len())).raw("<summary>");
            page.text(&things(gap.names.len() as u64, "name", "names")).raw("</summary>");
        }
        for (i, name) in gap.names.iter().enumerate() {
            page.raw(if i == 0 { "<p class=\"small\"><code>" } else { "<br><code>" })
                .name(name)
                .raw("</code>");
        }
        page.raw(if gap.names.is_empty() { "" } else { "</p>" }).raw(if folds { "</details>" } else { "" });
        page.raw("</li>\n");
    }
    page.raw("</ul>\n</section>\n");
}
