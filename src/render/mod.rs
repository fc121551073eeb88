//! `&Report` to bytes: page, charts, summary, terminal, JSON. Nothing but the report goes in, so the same
//! report gives the same bytes on any machine.

mod cards;
mod charts;
mod coverage;
mod escape;
mod findings;
mod html;
mod markdown;
mod missing;
mod moved;
mod page;
mod rows;
mod scan;
mod svg;
mod tables;
mod text;

pub use charts::charts;
pub use markdown::markdown;
pub use page::html;
pub use scan::scan;
pub use text::text;

use crate::model::report::Report;

/// `report.json`: the report itself, indented, with a line feed at the end.
#[must_use]
pub fn json(report: &Report) -> String {
    // serialising to a string fails only on maps whose keys are no strings; a report has no maps
    serde_json::to_string_pretty(report).unwrap_or_default() + "\n"
}

/// Reads `report.json`.
///
/// # Errors
/// When the text is not JSON or not of the report's shape.
pub fn parse_json(text: &str) -> Result<Report, serde_json::Error> {
    serde_json::from_str(text)
}
