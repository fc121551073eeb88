//! Counters as rates, side by side.

use super::page::{Column, heads};
use super::words as said;
use super::{harmful, is_traffic, traffic};
use crate::model::diff::{Class, Counter, Diff, Kind, Measure};
use crate::model::words::things;
use crate::render::html::Html;

/// Rows before the rest folds.
const OPEN: usize = 12;
/// Rows of what folds anyway; diff.json has them all.
const FOLDED: usize = 200;

/// Writes the tables of counters.
pub fn write(page: &mut Html, diff: &Diff) {
    page.raw("<section class=\"first\" aria-labelledby=\"harmful-counters\">\n<h2 id=\"harmful-counters\">Harmful counters</h2>\n<p class=\"sub\">");
    page.raw(match diff.relation.kind {
        Kind::Between => "Those of which more is worse, and whose rate from A to B is not what it was until A; the largest change first.",
        Kind::Apart => "Those of which more is worse, and whose rate or share of the traffic differs; the largest difference first.",
    });
    page.raw("</p>\n");
    let rows = harmful(diff);
    if rows.is_empty() {
        page.raw("<p class=\"none\">");
        page.raw(match diff.relation.kind {
            _ if diff.counters.is_empty() => "No counter above zero was read of either side.",
            Kind::Between => "None grew at another rate than before.",
            Kind::Apart => "None that both sides counted differs.",
        });
        page.raw("</p>\n");
    }
    let (first, rest) = rows.split_at(rows.len().min(OPEN));
    table(page, diff, first);
    fold(
        page,
        diff,
        rest,
        &things(rest.len() as u64, "more harmful counter differs", "more harmful counters differ"),
    );
    let of =
        |wanted: &dyn Fn(&&Counter) -> bool| diff.counters.iter().filter(|c| wanted(c)).collect::<Vec<_>>();
    let alike = of(&|c| c.harm && c.class == Class::Alike);
    fold(
        page,
        diff,
        &alike,
        &things(alike.len() as u64, "harmful counter is alike", "harmful counters are alike"),
    );
    let unclear = of(&|c| c.harm && c.class == Class::Unclear);
    let words = things(
        unclear.len() as u64,
        "harmful counter cannot be compared",
        "harmful counters cannot be compared",
    );
    fold(page, diff, &unclear, &words);
    page.raw("<h3>Traffic and other counters</h3>\n");
    let load = traffic(diff);
    if load.is_empty() {
        page.raw("<p class=\"none\">No traffic was counted on both sides, so it is not known whether their loads were alike.</p>\n");
    }
    table(page, diff, &load);
    let others = of(&|c| !c.harm && !is_traffic(c) && c.class == Class::Differs);
    fold(page, diff, &others, &things(others.len() as u64, "other counter differs", "other counters differ"));
    let same = of(&|c| !c.harm && !is_traffic(c) && c.class == Class::Alike);
    fold(page, diff, &same, &things(same.len() as u64, "other counter is alike", "other counters are alike"));
    if diff.zero > 0 {
        let zero = match diff.relation.kind {
            Kind::Between => "did not count at all",
            Kind::Apart => "are zero on both sides",
        };
        page.raw("<p class=\"small\">").text(&things(diff.zero, "counter", "counters")).raw(" ").raw(zero);
        page.raw(".</p>\n");
    }
    page.raw("</section>\n");
}

fn fold(page: &mut Html, diff: &Diff, rows: &[&Counter], words: &str) {
    if rows.is_empty() {
        return;
    }
    page.raw(super::page::fold(rows.len())).raw("<summary>").text(words).raw("</summary>\n");
    table(page, diff, rows.get(..FOLDED).unwrap_or(rows));
    if rows.len() > FOLDED {
        page.raw("<p class=\"small\">")
            .text(&format!("and {} more in diff.json", rows.len() - FOLDED))
            .raw("</p>\n");
    }
    page.raw("</details>\n");
}

fn table(page: &mut Html, diff: &Diff, rows: &[&Counter]) {
    if rows.is_empty() {
        return;
    }
    let columns = Column::both(diff, said::heads(diff));
    let last = match diff.relation.kind {
        Kind::Between => "Change",
        Kind::Apart => "B / A",
    };
    heads(page, "Counter", &columns, last);
    for row in rows {
        page.raw("<tr><th scope=\"row\">").text(&row.title);
        if row.title != row.metric {
            page.raw("<code class=\"small\">").name(&row.metric).raw("</code>");
        }
        if !row.of.is_empty() {
            page.raw(" <code class=\"small\">").text(&row.of).raw("</code>");
        }
        page.wrap("<span class=\"small\">", &row.help, "</span>");
        for (i, key) in row.differing.iter().enumerate() {
            page.raw(if i == 0 { "<span class=\"small acts\"><code>" } else { ", <code>" });
            page.name(key).raw("</code>");
        }
        match row.differing.len() {
            0 => {}
            1 => _ = page.raw(" acts on it, and differs</span>"),
            _ => _ = page.raw(" act on it, and differ</span>"),
        }
        page.raw("</th>");
        cell(page, &columns[0], &row.a);
        cell(page, &columns[1], &row.b);
        page.raw("<td class=\"last\" data-l=\"").raw(last).raw("\"><span>");
        page.raw("<b>").text(&said::ratio(diff, row)).raw("</b>");
        page.wrap("<span class=\"small\">", &said::by_share(row), "</span>");
        if row.mixed {
            page.raw("<span class=\"small\">one since boot,<br>one over samples</span>");
        }
        page.raw("</span></td></tr>\n");
    }
    page.raw("</tbody></table>\n");
}

fn cell(page: &mut Html, column: &Column<'_>, measure: &Measure) {
    column.open(page);
    page.raw("<b>").text(&said::measure(measure)).raw("</b>");
    page.wrap("<span class=\"small\">", &said::share(measure), "</span>");
    page.wrap("<span class=\"small\">", &said::over(measure), "</span>");
    if let Some(at) = &measure.exhibit {
        column.place(page, &at.path, at.line);
    }
    page.raw("</span></td>");
}
