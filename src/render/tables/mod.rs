//! Tables: averages since boot, listeners, settings. Every number drawn is in a table too.

pub mod listeners;
pub mod settings;
pub mod since_boot;

use super::html::Html;
use crate::model::words;

/// Rows shown before the rest folds.
pub const OPEN: usize = 20;
/// Folded rows of a table on a page; beyond them it is for programs.
const MOST: usize = 240;

/// Writes a table whose rows beyond [`OPEN`] fold.
pub fn table<T>(
    page: &mut Html,
    caption: &'static str,
    head: &'static str,
    rows: &[T],
    row: impl FnMut(&mut Html, &T),
) {
    folding(page, caption, head, rows.split_at(rows.len().min(OPEN)), ("more row", "more rows"), row);
}

/// Writes a table of the first rows, and one of the others under a summary line that counts them in `words`.
pub fn folding<T>(
    page: &mut Html,
    caption: &'static str,
    head: &'static str,
    (open, folded): (&[T], &[T]),
    (one, many): (&str, &str),
    mut row: impl FnMut(&mut Html, &T),
) {
    let mut part = |page: &mut Html, rows: &[T]| {
        page.raw("<table class=\"list\"><caption class=\"off\">").raw(caption);
        page.raw("</caption><thead><tr>").raw(head).raw("</tr></thead>\n<tbody>\n");
        for it in rows.iter().take(MOST) {
            page.raw("<tr>");
            row(page, it);
            page.raw("</tr>\n");
        }
        page.raw("</tbody></table>\n");
        if let Some(rest) = rows.len().checked_sub(MOST).filter(|rest| *rest > 0) {
            page.raw("<p class=\"sub\">").text(&words::things(
                rest as u64,
                "more row stands",
                "more rows stand",
            ));
            page.raw(" in report.json alone.</p>\n");
        }
    };
    if !open.is_empty() {
        part(page, open);
    }
    if !folded.is_empty() {
        page.raw("<details><summary>");
        page.text(&words::things(folded.len() as u64, one, many)).raw("</summary>\n");
        part(page, folded);
        page.raw("</details>\n");
    }
}
