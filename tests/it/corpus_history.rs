//! What sysstat's own test suite prints of one data file in four forms: the tables of `sar -A`, and `sadf -d`, `-j` and
//! `-p`, record by record. The three of `sadf` are written by other code than the tables are, so that each is the
//! others' expectation; the names of columns are mapped by `catalogue/sar.tsv`, of which the unit is the only judgement:
//! `rxkB/s` times 1024.

use crate::run::{files, project};
use netmortem::model::fact::{Facts, Kind};
use netmortem::model::stamp::Stamp;
use netmortem::parse::{self, Parsed};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn sysstat() -> Option<PathBuf> {
    let dir = project().join("../shared/corpus/sysstat+sysstat/tests");
    if !dir.is_dir() {
        eprintln!("skipped: {} is not here", dir.display());
    }
    dir.is_dir().then_some(dir)
}

fn facts(path: &Path) -> Vec<Facts> {
    match parse::file(&path.to_string_lossy(), &std::fs::read(path).unwrap()) {
        Parsed::Read(parts) => parts,
        Parsed::Skipped(_) => Vec::new(),
    }
}

/// Microseconds of the day, metric and what it is of, to kind and value.
type Records = BTreeMap<(i64, String, String), (Kind, f64)>;

/// Every sample but the marks that an average begins.
fn records(facts: &[Facts]) -> Records {
    let mut found = Records::new();
    for part in facts {
        let samples = &part.samples;
        for i in 0..samples.key.len() {
            let id = &part.keys[samples.key[i] as usize];
            let at = match &part.captures[samples.capture[i] as usize].stamp {
                Some(Stamp::Instant(micros)) => micros.rem_euclid(86_400_000_000),
                Some(Stamp::Wall(wall)) => wall.micros,
                other => panic!("{other:?}"),
            };
            let value = f64::from_bits(samples.value[i]);
            if !value.is_nan() {
                found.insert((at, id.metric.clone(), id.of.clone()), (id.kind, value));
            }
        }
    }
    found
}

/// Records of one that the other lacks or has otherwise.
fn differences(ours: &Records, theirs: &Records) -> Vec<String> {
    theirs
        .iter()
        .filter(|(key, value)| ours.get(key) != Some(value))
        .map(|(key, value)| format!("{key:?}: {:?} for {value:?}", ours.get(key)))
        .collect()
}

#[test]
fn tables_of_sar_agree_with_sadf() {
    let Some(dir) = sysstat() else { return };
    let table = records(&facts(&dir.join("expected2.sar-all")));
    for form in ["d", "j", "p"] {
        let list = records(&facts(&dir.join(format!("expected.sadf-{form}"))));
        let d1 = differences(&table, &list);
        let d2 = differences(&list, &table);
        eprintln!("{form}: {} {} table {} list {}", d1.len(), d2.len(), table.len(), list.len());
        for d in d1.iter().take(60) {
            eprintln!("  table lacks {d}");
        }
        for d in d2.iter().take(60) {
            eprintln!("  list lacks {d}");
        }
    }
}

#[test]
fn rejects() {
    let Some(dir) = sysstat() else { return };
    for file in files(&dir) {
        if file.to_string_lossy().contains("root") {
            continue;
        }
        let parts = facts(&dir.join(&file));
        let formats: Vec<_> = parts.iter().flat_map(|p| p.formats.clone()).collect();
        for part in &parts {
            if part.rejects.count > 0 || formats.is_empty() {
                eprintln!(
                    "{file:?} {formats:?} {} {:?}",
                    part.rejects.count,
                    &part.rejects.kept[..part.rejects.kept.len().min(3)]
                );
            }
        }
        if parts.is_empty() {
            eprintln!("{file:?} skipped");
        }
    }
}
