//! Columns of characters for one lane: eighths of a block, two rows high. What was not sampled stays blank.

use crate::model::report::figure::{Curve, Form, Lane, Series};
use crate::render::svg::bars;
use crate::render::svg::scale::Axis;

/// Rows of a plot.
pub const ROWS: usize = 2;
const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// What one column of a lane shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell {
    /// No sample.
    Blank,
    /// No evidence: unknown, not zero.
    Unknown,
    /// Measured; the highest value.
    Value(f64),
}

/// A lane in characters.
#[derive(Debug)]
pub struct Spark {
    /// Left to right.
    pub cells: Vec<Cell>,
    /// Value at the top.
    pub ceiling: f64,
}

impl Spark {
    /// The first curve of a lane, or its bars, on `columns` characters.
    pub fn new(lane: &Lane, series: &[Series], axis: &Axis, columns: usize) -> Self {
        let mut cells = vec![Cell::Blank; columns];
        let silent = lane.unknown.is_empty() && lane.bars.is_empty() && lane.curves.is_empty();
        if silent {
            cells.fill(Cell::Unknown);
        }
        for span in lane.unknown.iter().filter(|s| axis.meets(s.from, s.to)) {
            let (x0, x1) = axis.span(span.from, span.to);
            covered(x0, x1, columns).for_each(|k| cells[k] = Cell::Unknown);
        }
        for bar in lane.bars.iter().filter(|b| axis.meets(b.from, b.to)) {
            let count = bar.printed.saturating_add(bar.added_back);
            let (x0, x1) = (axis.x(bar.from), axis.x(bar.to));
            let value = bars::height(bar, count, &lane.unit);
            covered(x0, x1, columns).for_each(|k| raise(&mut cells[k], value));
        }
        if let Some(curve) = lane.curves.first() {
            sample(&mut cells, curve, series, axis);
        }
        let max = cells.iter().map(|c| if let Cell::Value(v) = c { *v } else { 0.0 }).fold(0.0, f64::max);
        let ceiling = if lane.form == Form::Fill { 1.0 } else { ceiling(max) };
        Self { cells, ceiling }
    }

    /// True where a second row would be empty.
    pub fn is_flat(&self) -> bool {
        !self.cells.iter().any(|c| matches!(c, Cell::Value(v) if *v > 0.0))
    }

    /// True where any column is so.
    pub fn has(&self, cell: Cell) -> bool {
        self.cells.contains(&cell)
    }

    /// The characters of a row, the upper one being 0. A measured zero is the lowest eighth, and anything above zero is
    /// higher than that.
    pub fn row(&self, row: usize) -> String {
        let below = (ROWS - 1 - row) * 8;
        self.cells
            .iter()
            .map(|cell| match cell {
                Cell::Value(value) => EIGHTHS[self.level(*value).saturating_sub(below).min(8)],
                Cell::Unknown if below == 0 => '·',
                Cell::Unknown | Cell::Blank => ' ',
            })
            .collect()
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 1 and 16
    fn level(&self, value: f64) -> usize {
        if value <= 0.0 {
            return 1;
        }
        let all = 8.0 * f64::from(u8::try_from(ROWS).unwrap_or(1));
        (value / self.ceiling * all).round().clamp(2.0, all) as usize
    }
}

/// The next round number that is not below `max`. Two rows show sixteenths: a scale that is twice too large would leave
/// eight of them.
fn ceiling(max: f64) -> f64 {
    if !max.is_finite() || max <= 0.0 {
        return 1.0;
    }
    let base = 10_f64.powf(max.log10().floor());
    let tops = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    tops.into_iter().map(|m| m * base).find(|top| *top >= max * 0.999_999).unwrap_or(max)
}

fn sample(cells: &mut [Cell], curve: &Curve, series: &[Series], axis: &Axis) {
    let Some(series) = series.get(curve.series) else { return };
    let offset = axis.offset(series.origin);
    for ((start, end), max) in series.start.iter().zip(&series.end).zip(&series.max) {
        let (start, end) = (start + offset, end + offset);
        if max.is_finite() && axis.meets_at(start, end) {
            let (x0, x1) = (axis.at(start), axis.at(end));
            covered(x0, x1, cells.len()).for_each(|k| raise(&mut cells[k], *max));
        }
    }
}

fn raise(cell: &mut Cell, value: f64) {
    *cell = match *cell {
        Cell::Value(before) => Cell::Value(before.max(value)),
        _ => Cell::Value(value),
    };
}

/// Columns whose middle is in the span; of a span too short for that, the one that it is in.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // a few hundred
fn covered(x0: f64, x1: f64, columns: usize) -> std::ops::Range<usize> {
    let last = columns.saturating_sub(1);
    let at = |x: f64| (x.max(0.0) as usize).min(last);
    let (first, end) = ((x0 - 0.5).ceil().max(0.0) as usize, (x1 - 0.5).ceil().max(0.0) as usize);
    if first < end.min(columns) { first..end.min(columns) } else { at(x0)..(at(x0) + 1).min(columns) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spark(values: &[Cell]) -> Spark {
        Spark { cells: values.to_vec(), ceiling: 10.0 }
    }

    #[test]
    fn zero_blank_and_unknown_look_different() {
        let spark = spark(&[Cell::Value(0.0), Cell::Blank, Cell::Unknown, Cell::Value(0.01)]);
        assert_eq!([spark.row(0), spark.row(1)], ["    ", "▁ ·▂"]);
    }

    #[test]
    fn two_rows_show_sixteenths() {
        let spark = spark(&[Cell::Value(5.0), Cell::Value(7.5), Cell::Value(10.0), Cell::Value(12.0)]);
        assert_eq!([spark.row(0), spark.row(1)], [" ▄██", "████"]);
    }

    #[test]
    fn a_span_has_a_column_however_short() {
        assert_eq!(covered(3.1, 3.2, 10), 3..4);
        assert_eq!(covered(2.0, 4.0, 10), 2..4);
        assert_eq!(covered(9.9, 10.0, 10), 9..10);
        assert_eq!(covered(0.0, 0.0, 0), 0..0);
    }
}
