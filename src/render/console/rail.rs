//! One line of words and letters above or below the lanes, each at its time and none upon another.

use crate::model::report::Report;
use crate::model::report::effect::Change;
use crate::model::report::figure::{Figure, Lane};
use crate::model::words;
use crate::render::escape::printable;
use crate::render::svg::scale::Axis;
use crate::render::svg::ticks;
use crate::render::terminal::plain;

/// The letters of the changes over their brackets.
pub struct Rail {
    columns: usize,
    flags: Vec<Flag>,
}

/// Changes whose columns meet.
struct Flag {
    letters: Vec<String>,
    from: usize,
    to: usize,
}

impl Rail {
    /// The changes of a figure's host that have a time.
    pub fn of(report: &Report, figure: &Figure, axis: &Axis, columns: usize) -> Self {
        let mut flags: Vec<Flag> = Vec::new();
        let dated = |c: &&Change| c.host == figure.host;
        for change in report.changes.iter().filter(dated) {
            let Some((lo, hi)) = change.lo.or(change.hi).zip(change.hi.or(change.lo)) else { continue };
            let (from, to) = (column(axis.x(lo), columns), column(axis.x(hi), columns));
            let id = printable(&change.id);
            match flags.last_mut() {
                // a blank between two badges
                Some(last) if from <= last.end(columns) + 1 => {
                    last.letters.push(id);
                    last.to = last.to.max(to);
                }
                _ => flags.push(Flag { letters: vec![id], from, to }),
            }
        }
        Self { columns, flags }
    }

    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }

    /// `├─A─┤` where a bracket has room for it, else the letter alone.
    pub fn row(&self) -> String {
        let mut row = vec![' '; self.columns];
        for flag in &self.flags {
            let label = letters(flag.letters.iter().map(String::as_str));
            let long = label.chars().count();
            let wide = flag.to.saturating_sub(flag.from) + 1;
            if wide > long + 1 {
                row[flag.from..=flag.to].fill('─');
                row[flag.from] = '├';
                row[flag.to] = '┤';
            }
            put(&mut row, flag.start(self.columns), &label);
        }
        row.into_iter().collect::<String>().trim_end().to_owned()
    }
}

impl Flag {
    fn start(&self, columns: usize) -> usize {
        let long = letters(self.letters.iter().map(String::as_str)).chars().count();
        let middle = usize::midpoint(self.from, self.to);
        middle.saturating_sub((long.saturating_sub(1)) / 2).min(columns.saturating_sub(long))
    }

    /// Last column taken.
    fn end(&self, columns: usize) -> usize {
        let long = letters(self.letters.iter().map(String::as_str)).chars().count();
        self.to.max(self.start(columns) + long.saturating_sub(1))
    }
}

/// `A`, `A B`, and from five on the first and the last.
pub fn letters<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let ids: Vec<String> = ids.map(printable).collect();
    match ids.as_slice() {
        [first, _, _, _, .., last] => format!("{first}…{last}"),
        few => few.join(" "),
    }
}

/// The words of a lane, each within its span, the longest that fits.
pub fn notes(lane: &Lane, axis: &Axis, columns: usize) -> String {
    let mut row = vec![' '; columns];
    let mut free = 0;
    for note in lane.notes.iter().filter(|n| axis.meets(n.from, n.to)) {
        let (x0, x1) = axis.span(note.from, note.to);
        let (from, to) = (column(x0, columns).max(free), column(x1, columns) + 1);
        let fits = |w: &&String| w.chars().count() <= to.saturating_sub(from);
        if let Some(words) = note.words.iter().find(fits) {
            let words = plain(&printable(words));
            free = from + words.chars().count() + 2;
            put(&mut row, from, &words);
        }
    }
    row.into_iter().collect::<String>().trim_end().to_owned()
}

/// The line of the clock and the times under it.
pub fn clock(axis: &Axis, columns: usize) -> (String, String) {
    // the axis chooses its ticks for letters of some 7 pixels
    let ticks = ticks::majors(&axis.stretched(7.0));
    let mut line = vec!['─'; columns];
    let mut labels = vec![' '; columns];
    let mut free = 0;
    for tick in ticks {
        let at = column(axis.x(tick.time), columns);
        let label = plain(&tick.label);
        let long = label.chars().count();
        let start = at.saturating_sub(long / 2).min(columns.saturating_sub(long));
        if let Some(mark) = line.get_mut(at) {
            *mark = '┬';
        }
        if start >= free {
            put(&mut labels, start, &label);
            free = start + long + 1;
        }
    }
    (line.into_iter().collect(), labels.into_iter().collect::<String>().trim_end().to_owned())
}

/// `↻ reboot 11:12:43` at its time.
pub fn restarts(figure: &Figure, axis: &Axis, columns: usize) -> String {
    let mut row = vec![' '; columns];
    let mut free = 0;
    for restart in figure.restarts.iter().filter(|r| axis.holds(r.time)) {
        let at = restart.time;
        let time = if axis.has_days() { words::dated(at, at) } else { at.hms() };
        let text = plain(&printable(&format!("{} {time}", restart.words)));
        let (column, long) = (column(axis.x(at), columns), text.chars().count());
        if column < free {
            continue;
        }
        put(&mut row, column, "↻");
        free = column + 2;
        if column + 2 + long <= columns {
            put(&mut row, column + 2, &text);
            free = column + long + 4;
        } else if let Some(start) = column.checked_sub(long + 1) {
            put(&mut row, start, &text);
        }
    }
    row.into_iter().collect::<String>().trim_end().to_owned()
}

fn put(row: &mut [char], at: usize, text: &str) {
    row.iter_mut().skip(at).zip(text.chars()).for_each(|(cell, c)| *cell = c);
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few hundred
fn column(x: f64, columns: usize) -> usize {
    (x.max(0.0) as usize).min(columns.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_told_singly_up_to_four() {
        assert_eq!(letters(["A", "B"].into_iter()), "A B");
        assert_eq!(letters(["A", "B", "C", "D", "E"].into_iter()), "A…E");
    }

    #[test]
    fn a_bracket_is_a_span_where_there_is_room() {
        let flag = |id: &str, from, to| Flag { letters: vec![id.to_owned()], from, to };
        let rail = Rail { columns: 24, flags: vec![flag("A", 2, 8), flag("B", 14, 15), flag("Z9", 23, 23)] };
        assert_eq!(rail.row(), "  ├──A──┤     B       Z9");
    }
}
