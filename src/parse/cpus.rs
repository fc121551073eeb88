//! [`Cpus`]: which rows of a dump can be CPUs.

use crate::model::fact::Facts;

/// More than any kernel is built for: `NR_CPUS` is at most 8,192.
pub const MOST: u32 = 8_192;

/// The rows of one dump, one for each CPU. A row that is repeated without end would otherwise be CPUs without end,
/// each fifty times the size of its row.
#[derive(Debug, Default)]
pub struct Cpus {
    rows: u32,
    /// Line of the first that is none, and how many.
    others: Option<(u32, u64)>,
}

impl Cpus {
    /// Whether the next row can be a CPU, and one of this number.
    pub fn takes(&mut self, number: u64, line: u32) -> bool {
        let takes = self.rows < MOST && number < u64::from(MOST);
        if takes {
            self.rows += 1;
        } else {
            self.others.get_or_insert((line, 0)).1 += 1;
        }
        takes
    }

    /// Behind the last row: says how many were left out.
    pub fn finish(self, facts: &mut Facts) {
        if let Some((line, rows)) = self.others {
            facts
                .rejects
                .push(line, format!("more CPUs than a kernel can have (8,192): {rows} rows left out"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_kernel_has_is_one_reject() {
        let (mut cpus, mut facts) = (Cpus::default(), Facts::default());
        assert!(cpus.takes(8_191, 1) && !cpus.takes(8_192, 2));
        assert_eq!((0..9_000).filter(|line| cpus.takes(0, 3 + line)).count(), 8_191);
        cpus.finish(&mut facts);
        let why = "more CPUs than a kernel can have (8,192): 810 rows left out";
        assert_eq!(
            (facts.rejects.count, facts.rejects.kept[0].line, &*facts.rejects.kept[0].why),
            (1, 2, why)
        );
        Cpus::default().finish(&mut facts);
        assert_eq!(facts.rejects.count, 1);
    }
}
