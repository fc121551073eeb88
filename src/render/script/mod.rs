//! What a reader may do with the page when scripts run: crosshair, zoom, sorting, copies. The page is complete
//! without it, and it adds its own controls: none of them is there where scripts are off.

mod data;

use super::html::Html;
use crate::model::report::Report;
use std::sync::LazyLock;

/// The look of what the script adds.
pub const STYLE: &str = concat!(include_str!("sort.css"), include_str!("script.css"));

/// A module: strict, run when the page is there, its names to itself. Without its comments and indents, which are for
/// those who read the parts.
pub static SOURCE: LazyLock<String> = LazyLock::new(|| lean(PARTS));

const PARTS: &str = concat!(
    include_str!("words.js"),
    include_str!("data.js"),
    include_str!("flags.js"),
    include_str!("zoom.js"),
    include_str!("cross.js"),
    include_str!("figure.js"),
    include_str!("picture.js"),
    include_str!("sort.js"),
    include_str!("tables.js"),
    include_str!("findings.js"),
    include_str!("start.js"),
);

/// Writes the script, and what it knows.
pub fn write(page: &mut Html, report: &Report) {
    let data = data::json(report);
    if !data.is_empty() {
        page.raw("<script type=\"application/json\" id=\"data\">").json(&data).raw("</script>\n");
    }
    page.raw("<script type=\"module\">").raw(SOURCE.as_str()).raw("</script>\n");
}

/// A script without the lines that are comments and without indents. Lines stay lines, and none of them begins inside
/// a string.
fn lean(source: &str) -> String {
    let lines = source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indents_stay_at_home() {
        assert_eq!(lean("// why\n\n  a(\"//\");\n"), "a(\"//\");\n");
        assert!(!SOURCE.contains("\n//") && !SOURCE.contains("\n "));
    }
}
