//! Log events per bucket: solid what was printed, light what a logger said it left out.

use super::canvas::{Canvas, stroke};
use super::curve::{Plot, fill_of, line_of};
use super::scale::Axis;
use crate::model::report::figure::{Bar, Lane};

/// Height of `count` events in the unit of the lane: a rate over the bar's own time, or plain events.
#[allow(clippy::cast_precision_loss)] // a pixel is far coarser
pub fn height(bar: &Bar, count: u64, unit: &str) -> f64 {
    let seconds = bar.to.seconds_since(bar.from);
    if unit == "/s" && seconds > 0.0 { count as f64 / seconds } else { count as f64 }
}

/// Draws the bars of a lane.
pub fn draw(canvas: &mut Canvas<'_>, lane: &Lane, plot: &Plot, axis: &Axis) {
    let shown: Vec<&Bar> = lane.bars.iter().filter(|b| axis.meets(b.from, b.to)).collect();
    let ends = |b: &Bar| {
        let x0 = axis.x(b.from);
        // an instant still has to be seen
        (x0, axis.x(b.to).max(x0 + 1.5))
    };
    for bar in shown.iter().filter(|b| b.added_back > 0) {
        let (x0, x1) = ends(bar);
        let all = plot.y(height(bar, bar.printed.saturating_add(bar.added_back), &lane.unit));
        canvas.rect((x0, all), (x1, plot.base), fill_of(lane.tone));
    }
    // one outline over bars that touch: a dash over each would look like a broken line
    let all = |bar: &Bar| plot.y(height(bar, bar.printed.saturating_add(bar.added_back), &lane.unit));
    for run in shown.chunk_by(|a, b| a.to >= b.from && a.added_back > 0 && b.added_back > 0) {
        let tops = run.iter().filter(|b| b.added_back > 0);
        let outline: Vec<(f64, f64)> = tops
            .flat_map(|bar| {
                let (x0, x1) = ends(bar);
                [(x0, all(bar)), (x1, all(bar))]
            })
            .collect();
        canvas.path(&outline, stroke(line_of(lane.tone), 1.25));
    }
    for bar in shown.iter().filter(|b| b.printed > 0) {
        let (x0, x1) = ends(bar);
        // a printed line is at least a pixel high, or it would look like none
        let y = plot.y(height(bar, bar.printed, &lane.unit)).min(plot.base - 1.5);
        canvas.rect((x0, y), (x1, plot.base), line_of(lane.tone));
    }
}
