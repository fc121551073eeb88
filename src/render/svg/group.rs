//! Parts of a drawing by name. A drawing is complete without them: they tell the script of the page which marks
//! stretch with the time axis, which only move along, and which words stand for which stretch. All in the
//! drawing's own tenths of a pixel.

use super::scale::Axis;
use crate::render::escape::escape;

/// A part of a drawing.
#[derive(Clone, Debug, PartialEq)]
pub enum Group {
    /// A lane, by its place in the figure: top and end, the baseline of its words, the top and the base of its plot.
    Lane { index: usize, ends: (f64, f64), words: f64, plot: (f64, f64) },
    /// The lane of tuning changes: top of the badges, feet of the poles.
    Changes { top: f64, foot: f64 },
    /// A badge with these letters.
    Badge(String),
    /// What lies behind all lanes, between these two heights.
    Back { top: f64, base: f64 },
    /// What lies below all lanes.
    Foot,
    /// Marks at times: they stretch with the axis.
    Data,
    /// A hatched stretch, whose lines keep their slant.
    Hatch(f64, f64),
    /// A mark that keeps its shape and moves with its time, which is at this pixel.
    At(f64),
    /// Words that stand for a stretch, in pixels.
    Words(f64, f64),
    /// Lines of labelled times through all lanes.
    Grid,
    /// Ticks of the axis and their labels, below this height.
    Ticks { y: f64 },
}

impl Group {
    /// The opening tag.
    pub fn open(self) -> String {
        let t = |pixels: f64| format!("{:.0}", pixels * 10.0);
        match self {
            Self::Lane { index, ends, words, plot } => {
                let ys = [ends.0, ends.1, words, plot.0, plot.1].map(t).join(" ");
                format!("<g class=\"lane\" data-n=\"{index}\" data-y=\"{ys}\">")
            }
            Self::Changes { top, foot } => format!("<g class=\"flags\" data-y=\"{} {}\">", t(top), t(foot)),
            Self::Badge(letters) => format!("<g class=\"l\" data-l=\"{}\">", escape(&letters)),
            Self::Back { top, base } => format!("<g class=\"back\" data-y=\"{} {}\">", t(top), t(base)),
            Self::Foot => "<g class=\"foot\">".to_owned(),
            Self::Data => "<g class=\"z\">".to_owned(),
            Self::Hatch(from, to) => format!("<g class=\"h\" data-x=\"{} {}\">", t(from), t(to)),
            Self::At(x) => format!("<g class=\"p\" data-x=\"{}\">", t(x)),
            Self::Words(from, to) => format!("<g class=\"w\" data-x=\"{} {}\">", t(from), t(to)),
            Self::Grid => "<g class=\"grid\">".to_owned(),
            Self::Ticks { y } => format!("<g class=\"ticks\" data-y=\"{}\">", t(y)),
        }
    }
}

/// The figure and its axis as attributes of the drawing: ends in tenths of a pixel, times in milliseconds since 1970.
pub fn axis(axis: &Axis, figure: usize) -> String {
    let (from, to) = axis.ends();
    let milliseconds = |micros: i64| micros.div_euclid(1_000);
    format!(
        " data-f=\"{figure}\" data-x0=\"{:.0}\" data-x1=\"{:.0}\" data-from=\"{}\" data-to=\"{}\"",
        axis.x0 * 10.0,
        axis.x1 * 10.0,
        milliseconds(from.0),
        milliseconds(to.0)
    )
}
