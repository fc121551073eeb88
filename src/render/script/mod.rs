//! What a reader may do with the page when scripts run: crosshair, zoom, sorting, copies. The page is complete
//! without it, and it adds its own controls: none of them is there where scripts are off.

mod data;

use super::html::Html;
use crate::model::report::Report;

/// The look of what the script adds.
pub const STYLE: &str = concat!(include_str!("sort.css"), include_str!("script.css"));

/// A module: strict, run when the page is there, its names to itself.
pub const SOURCE: &str = concat!(
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
    page.raw("<script type=\"module\">").raw(SOURCE).raw("</script>\n");
}
