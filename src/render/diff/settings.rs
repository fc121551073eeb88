//! Settings, side by side.

use super::page::{Column, heads};
use super::words as said;
use crate::model::diff::{Census, Diff, Setting, SettingKind, Values};
use crate::model::words::{self, things};
use crate::render::html::Html;

/// Rows before the rest folds.
const OPEN: usize = 20;
/// Rows of what folds anyway; diff.json has them all.
const FOLDED: usize = 200;

/// Writes the tables of settings.
pub fn write(page: &mut Html, diff: &Diff) {
    page.raw("<section aria-labelledby=\"settings\">\n<h2 id=\"settings\">Settings</h2>\n");
    let of = |kind| diff.settings.iter().filter(|s| s.kind == kind).collect::<Vec<_>>();
    let census = diff.census;
    let running = of(SettingKind::Running);
    if census.a == 0 || census.b == 0 {
        page.raw("<p class=\"none\">Running values cannot be compared: ");
        page.text(&none(diff)).raw(" has no <code>sysctl -a</code> in its input.</p>\n");
    } else {
        page.raw("<p class=\"sub\">").text(&counted(census, running.len())).raw("</p>\n");
        if running.is_empty() {
            page.raw("<p class=\"none\">No running value differs.</p>\n");
        }
    }
    let (first, rest) = running.split_at(running.len().min(OPEN));
    table(page, diff, first);
    fold(page, diff, rest, &things(rest.len() as u64, "more setting differs", "more settings differ"));
    let files = of(SettingKind::Files);
    let text = things(files.len() as u64, "setting differs in files alone", "settings differ in files alone");
    fold(page, diff, &files, &text);
    for (kind, label) in [(SettingKind::OnlyA, &diff.a.label), (SettingKind::OnlyB, &diff.b.label)] {
        let rows = of(kind);
        let words = things(rows.len() as u64, "setting", "settings");
        fold(page, diff, &rows, &format!("{words} only on {label}"));
    }
    page.raw("</section>\n");
}

fn none(diff: &Diff) -> String {
    match (diff.census.a, diff.census.b) {
        (0, 0) => "neither side".to_owned(),
        (0, _) => diff.a.label.clone(),
        _ => diff.b.label.clone(),
    }
}

fn counted(census: Census, differ: usize) -> String {
    let n = |n: u64| words::setting(&n.to_string());
    let mut text = format!(
        "{} are equal, {differ} {}; {} that the kernel moves by itself or that name the host are set aside.",
        things(census.equal, "running value", "running values"),
        if differ == 1 { "differs" } else { "differ" },
        n(census.aside)
    );
    let alone = census.interfaces_a + census.interfaces_b;
    if alone > 0 {
        text += &format!(
            " {} of interfaces that only one side has are not listed.",
            things(alone, "key", "keys")
        );
    }
    text
}

fn fold(page: &mut Html, diff: &Diff, rows: &[&Setting], words: &str) {
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

fn table(page: &mut Html, diff: &Diff, rows: &[&Setting]) {
    if rows.is_empty() {
        return;
    }
    let columns = Column::both(diff, said::sides(diff));
    heads(page, "Key", &columns, "Default");
    for row in rows {
        page.raw("<tr><th scope=\"row\"><code>").name(&row.key).raw("</code>");
        page.wrap("<span class=\"small\">", &row.title, "</span>");
        if row.interfaces.len() > 1 {
            page.wrap("<span class=\"small\">", &said::interfaces(&row.interfaces), "</span>");
        }
        for (i, metric) in row.differing.iter().enumerate() {
            page.raw(if i == 0 { "<span class=\"small acts\">acts on <code>" } else { ", <code>" });
            page.name(metric).raw("</code>");
        }
        match row.differing.len() {
            0 => {}
            1 => _ = page.raw(", which differs</span>"),
            _ => _ = page.raw(", which differ</span>"),
        }
        page.raw("</th>");
        let in_files = row.a.files.is_some() || row.b.files.is_some();
        cell(page, &columns[0], &row.a, diff.census.files_a && in_files);
        cell(page, &columns[1], &row.b, diff.census.files_b && in_files);
        page.raw("<td class=\"soft last\" data-l=\"Default\"><span>");
        page.text(if row.default.is_empty() { "–" } else { &row.default }).raw("</span></td></tr>\n");
    }
    page.raw("</tbody></table>\n");
}

/// `files`: whether it is worth saying that no file has the key.
fn cell(page: &mut Html, column: &Column<'_>, values: &Values, files: bool) {
    column.open(page);
    page.raw("<b>").text(&said::running(values)).raw("</b>");
    if let Some(at) = &values.running {
        column.place(page, &at.path, at.line);
    }
    if let Some(said) = &values.files {
        page.raw(if values.drift { "<span class=\"small drift\">" } else { "<span class=\"small\">" });
        page.text(&format!("{} in files", words::setting(&said.value)));
        page.raw(if values.drift { ", not in force</span>" } else { "</span>" });
        column.place(page, &said.path, said.line);
    } else if files && values.running.is_some() {
        page.raw("<span class=\"small\">not in files</span>");
    }
    page.raw("</span></td>");
}
