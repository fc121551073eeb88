//! How the numbers were made, by which version, from which bytes.

use super::html::Html;
use crate::model::report::Report;
use crate::model::report::coverage::Input;
use crate::model::words;

/// Inputs listed before they fold.
const OPEN: usize = 5;

/// What a reader must know to repeat a number.
const PARAGRAPHS: [(&str, &str); 4] = [
    (
        "Rates",
        "A rate is the increase of a counter between two snapshots over the time between them; it belongs to that \
         interval, so it is drawn as a step. Averages since boot hide bursts. Where nothing was counted, “at most” is \
         the rate that could have been missed at 95 % (3 / seconds). Unknown is never read as zero.",
    ),
    (
        "Effects",
        "Before and after are sums of increases over the time in which there is evidence: gaps, restarts of the \
         counters and the bracket of the change itself are left out. Points in a chart are means of the blocks that \
         were compared, the band is the 95 % interval of the mean by their spread. Where a metric has traffic to be \
         set beside, its share in the ratio is taken out.",
    ),
    (
        "Verdicts",
        "The same hours of earlier days are compared where there are four of them, else four to six long blocks a \
         side, else two totals. Within a fifth down or a quarter up at 90 % counts as no measurable effect. Five \
         verdicts in a hundred would be wrong by chance, over all primary pairs of the report together (Benjamini \
         and Hochberg). “After” is not “because of”.",
    ),
    (
        "Certainty",
        "High for days, medium for blocks, low for two totals; one step less for each thing that weakens the answer, \
         one more where the value was taken back and the metric turned again.",
    ),
];

/// Writes the section at the foot of the page.
pub fn write(page: &mut Html, report: &Report) {
    page.raw("<footer aria-labelledby=\"method\">\n<h2 id=\"method\">How the numbers were made</h2>\n<dl>");
    for (title, text) in PARAGRAPHS {
        page.raw("<div><dt>").raw(title).raw("</dt><dd>").raw(text).raw("</dd></div>\n");
    }
    page.raw("</dl>\n");
    inputs(page, &report.coverage.inputs);
    page.raw("<p>").text(&report.tool).raw(" · report shape ").text(&report.schema.to_string());
    page.raw(" · all times in UTC</p>\n</footer>\n");
}

fn inputs(page: &mut Html, inputs: &[Input]) {
    if inputs.is_empty() {
        return;
    }
    page.raw("<h3>Inputs</h3>\n");
    let fold = inputs.len() > OPEN;
    if fold {
        page.raw("<details><summary>").text(&words::things(inputs.len() as u64, "input", "inputs"));
        page.raw(" and their digests</summary>\n");
    }
    page.raw("<table class=\"list inputs\"><caption class=\"off\">Inputs and their digests</caption><thead><tr>\
        <th scope=\"col\">Input</th><th scope=\"col\" class=\"n\">Size</th><th scope=\"col\">Digest</th></tr></thead>\n<tbody>\n");
    for input in inputs {
        page.raw("<tr><th scope=\"row\"><code><bdi>").place(&input.name, 0).raw("</bdi></code></th>");
        #[allow(clippy::cast_precision_loss)] // shown to three figures
        page.cell("n", "Size", &words::bytes(input.bytes as f64));
        page.raw("<td data-l=\"Digest\"><span>");
        if input.sha256.is_empty() && input.content_id.is_empty() {
            page.text("withheld"); // of a report whose names are
        } else if input.sha256.is_empty() {
            page.raw("of its contents <code class=\"digest\">").text(&input.content_id).raw("</code>");
        } else {
            page.raw("SHA-256 <code class=\"digest\">").text(&input.sha256).raw("</code>");
        }
        page.raw("</span></td></tr>\n");
    }
    page.raw("</tbody></table>\n");
    if fold {
        page.raw("</details>\n");
    }
}
