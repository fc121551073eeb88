//! What a reader may do with the page when scripts run: crosshair, zoom, sorting, copies. The page is complete
//! without it, and it adds its own controls: none of them is there where scripts are off.

use super::html::Html;
use crate::model::report::Report;

/// The look of what the script adds.
pub const STYLE: &str = include_str!("script.css");

/// A module: strict, run when the page is there, its names to itself.
pub const SOURCE: &str = concat!(include_str!("start.js"));

/// Writes the script.
pub fn write(page: &mut Html, _report: &Report) {
    page.raw("<script type=\"module\">").raw(SOURCE).raw("</script>\n");
}
