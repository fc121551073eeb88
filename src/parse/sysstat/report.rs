//! [`Report`]: one table of sysstat, whatever its form: which series its columns are, and where averages begin.

use super::number::Cell;
use crate::catalogue::sar::{self, Column};
use crate::model::fact::{Facts, Kind};
use crate::parse::intern::Intern;
use hashbrown::HashMap;

/// A column of a header.
#[derive(Debug)]
struct Named {
    name: String,
    known: Option<Column>,
}

/// The series of one row: what it is of, the index of each column's series, and the capture it was last seen at.
#[derive(Debug)]
struct Entity {
    name: Vec<u8>,
    keys: Vec<u32>,
    last: Option<u32>,
}

/// The kinds of series that sysstat's numbers are.
#[derive(Debug)]
pub struct Interns {
    rates: Intern,
    gauges: Intern,
}

impl Default for Interns {
    fn default() -> Self {
        Self { rates: Intern::new(Kind::Rate), gauges: Intern::new(Kind::Gauge) }
    }
}

/// One table.
#[derive(Debug, Default)]
pub struct Report {
    columns: Vec<Named>,
    entities: Vec<Entity>,
    index: HashMap<Vec<u8>, usize>,
    /// The entity of the row before: tables keep their order.
    at: usize,
    /// Captures of the present rows and of those before: averages are over the time between.
    present: Option<u32>,
    before: Option<u32>,
    /// CPUs are counted, and what stands for all of them is the sum: it counts only where it stands alone.
    summed: bool,
    held: Option<(u32, Vec<Option<Cell>>)>,
}

impl Report {
    /// With these columns; the name of what a row is of is none of them.
    #[must_use]
    pub fn new(names: &[&str]) -> Self {
        let named = |name: &&str| Named { name: (*name).to_owned(), known: sar::column(name, names) };
        Self::of(names.iter().map(named).collect())
    }

    /// With one column out of the report that `beside` belongs to.
    #[must_use]
    pub fn of_one(name: &str, beside: &str) -> Self {
        Self::of(vec![Named { name: name.to_owned(), known: sar::column(name, &[name, beside]) }])
    }

    fn of(columns: Vec<Named>) -> Self {
        let per_cpu = |c: &Named| {
            c.known.is_some_and(|k| k.metric.starts_with("softnet.") || k.metric.starts_with("softirq."))
        };
        Self { summed: columns.first().is_some_and(per_cpu), columns, ..Self::default() }
    }

    /// How many columns there are.
    #[must_use]
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// The capture of the rows read last, or of the header.
    #[must_use]
    pub fn present(&self) -> Option<u32> {
        self.present
    }

    /// What follows is of this capture, averaged since the one before.
    pub fn enter(&mut self, capture: u32, interns: &mut Interns, facts: &mut Facts) {
        if self.present != Some(capture) {
            self.finish(interns, facts);
            self.before = self.present.replace(capture);
        }
    }

    /// Files what was held back. To be called behind the last row.
    pub fn finish(&mut self, interns: &mut Interns, facts: &mut Facts) {
        if let Some((line, cells)) = self.held.take() {
            self.file(b"", &cells, line, interns, facts);
        }
    }

    /// A row of the capture entered. `of` is empty where there is one a host. Cells without a number are absent.
    pub fn row(
        &mut self,
        of: &[u8],
        cells: &[Option<Cell>],
        line: u32,
        interns: &mut Interns,
        facts: &mut Facts,
    ) {
        if !self.summed {
            self.file(of, cells, line, interns, facts);
        } else if of == b"all" {
            self.held = Some((line, cells.to_vec()));
        } else {
            self.held = None;
            self.file(&[b"cpu", of].concat(), cells, line, interns, facts);
        }
    }

    fn file(
        &mut self,
        of: &[u8],
        cells: &[Option<Cell>],
        line: u32,
        interns: &mut Interns,
        facts: &mut Facts,
    ) {
        let at = self.entity(of, line, interns, facts);
        let (Some(entity), Some(present)) = (at.and_then(|at| self.entities.get_mut(at)), self.present)
        else {
            return;
        };
        let first = entity.last != Some(present) && entity.last != self.before;
        if let Some(before) = self.before.filter(|_| first) {
            for (column, key) in self.columns.iter().zip(&entity.keys) {
                if column.known.is_some_and(|c| c.kind == Kind::Rate) {
                    facts.samples.push(*key, before, line, f64::NAN.to_bits());
                }
            }
        }
        entity.last = Some(present);
        for ((column, key), cell) in self.columns.iter().zip(&entity.keys).zip(cells) {
            let Some(cell) = cell else { continue };
            match cell.of(column.known, &column.name) {
                Some(value) => facts.samples.push(*key, present, line, value.to_bits()),
                None => facts.rejects.push(line, format!("{}: a number in a unit of its own", column.name)),
            }
        }
    }

    /// Index of an entity: mostly the one behind the last, for tables keep their order. None of those that are too many.
    fn entity(&mut self, of: &[u8], line: u32, interns: &mut Interns, facts: &mut Facts) -> Option<usize> {
        let next = if self.at + 1 < self.entities.len() { self.at + 1 } else { 0 };
        if self.entities.get(next).is_some_and(|e| e.name == of) {
            self.at = next;
        } else if let Some(&known) = self.index.get(of) {
            self.at = known;
        } else {
            let name = String::from_utf8_lossy(of);
            let mut key = |column: &Named| match column.known {
                Some(Column { metric, kind: Kind::Rate, .. }) => {
                    interns.rates.key(metric, &name, line, facts)
                }
                Some(Column { metric, .. }) => interns.gauges.key(metric, &name, line, facts),
                None => interns.gauges.key(&format!("sar.{}", column.name), &name, line, facts),
            };
            let keys = self.columns.iter().map(&mut key).collect::<Option<_>>()?;
            self.at = self.entities.len();
            self.index.insert(of.to_vec(), self.at);
            self.entities.push(Entity { name: of.to_vec(), keys, last: None });
        }
        Some(self.at)
    }
}
