//! What sysstat's own test suite prints of one data file in five forms: the tables of `sar -A`, and `sadf -d`, `-j`,
//! `-p` and `-x`, record by record. The four of `sadf` are written by other code than the tables are, so that each is the
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
    let other = |(key, value): &(&_, &_)| ours.get(*key) != Some(*value);
    theirs
        .iter()
        .filter(other)
        .map(|(key, value)| format!("{key:?}: {:?}, not {value:?}", ours.get(key)))
        .collect()
}

#[test]
fn tables_of_sar_agree_with_sadf() {
    let Some(dir) = sysstat() else { return };
    let table = records(&facts(&dir.join("expected2.sar-all")));
    assert!(table.len() > 3_000, "{}", table.len());
    for form in ["d", "j", "p", "x"] {
        let list = records(&facts(&dir.join(format!("expected.sadf-{form}"))));
        let list: Records = list
            .into_iter()
            .filter(|((_, metric, _), _)| {
                // -j and -x give sectors beside kB, which the tables leave out
                !["rd_sec/s", "wr_sec/s", "dc_sec/s", "avgrq-sz/s", "avgqu-sz/s"].contains(&&metric[4..])
                    || !metric.starts_with("sar.")
            })
            .map(|((at, metric, of), value)| {
                // -p spells out what the tables number; the name of one disk was looked up on another day
                let of = of.replace("ttyS", "").replace("BAT", "").replace("xvdiw", "xvdq");
                ((at, metric, of), value)
            })
            .collect();
        assert_eq!(differences(&table, &list), [""; 0], "sadf -{form} has what the tables lack");
        assert_eq!(differences(&list, &table), [""; 0], "the tables have what sadf -{form} lacks");
    }
}

#[test]
fn every_line_of_sar_in_the_corpus_is_read() {
    let Some(dir) = sysstat() else { return };
    let mut read = 0;
    for file in files(&dir) {
        let name = file.to_string_lossy().into_owned();
        for part in facts(&dir.join(&file)) {
            let sysstat = |format: &str| format == "sar" || format.starts_with("sadf");
            read += usize::from(part.formats.iter().any(|f| sysstat(f)));
            let unread: Vec<_> = part.rejects.kept.iter().filter(|r| !r.why.contains("first?")).collect();
            match name.as_str() {
                // a column short, and USB devices without their header: printed by a test of broken data
                "expected.data-ini" => assert_eq!(unread.len(), 7, "{unread:?}"),
                "expected.sadf-dh" => assert_eq!(unread.len(), 2, "{unread:?}"),
                _ if part.formats.iter().all(|f| sysstat(f)) => {
                    assert!(unread.is_empty(), "{name}: {unread:?}");
                }
                _ => {}
            }
        }
    }
    assert!(read > 80, "{read}");
}
