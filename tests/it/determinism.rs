//! Same bytes in, same bytes out: in any order on disk, any zone, any number of threads.

use crate::run::{files, netmortem, project, text, tool};
use std::fs;
use std::path::Path;

/// Every file of a report as one text.
fn whole(out: &Path) -> String {
    files(out)
        .iter()
        .fold(String::new(), |all, f| all + &format!("== {}\n{}", f.display(), text(&out.join(f))))
}

/// Copies a tree, its files in the order given by `turn`, each copy with another age.
fn copy(from: &Path, to: &Path, turn: usize) {
    let mut all = files(from);
    let n = all.len().max(1);
    all.rotate_left(turn % n);
    if turn % 2 == 1 {
        all.reverse();
    }
    for file in all {
        fs::create_dir_all(to.join(&file).parent().unwrap()).unwrap();
        fs::write(to.join(&file), fs::read(from.join(&file)).unwrap()).unwrap();
        let aged = std::time::SystemTime::now() - std::time::Duration::from_secs(86_400 * 40 * turn as u64);
        fs::File::options().append(true).open(to.join(&file)).unwrap().set_modified(aged).unwrap();
    }
}

#[test]
fn order_on_disk_age_zone_and_threads_leave_no_trace() {
    for case in ["two-hosts", "single-snapshot", "conntrack"] {
        let mut seen: Option<String> = None;
        for (turn, zone, threads) in
            [(0, "UTC", "1"), (5, "Asia/Kathmandu", "2"), (3, "America/St_Johns", "7")]
        {
            let dir = tempfile::tempdir().unwrap();
            let input = dir.path().join(case);
            copy(&project().join("fixtures/cases").join(case), &input, turn);
            let out = dir.path().join("out");
            let run = tool()
                .args(["report".as_ref(), input.as_os_str(), "-o".as_ref(), out.as_os_str()])
                .env("TZ", zone)
                .env("LANG", "tr_TR.UTF-8")
                .env("RAYON_NUM_THREADS", threads)
                .output()
                .unwrap();
            assert!(run.status.success());
            let now = whole(&out);
            assert!(seen.as_ref().is_none_or(|before| *before == now), "{case} differs in turn {turn}");
            seen = Some(now);
        }
    }
}

#[test]
fn exports_agree_in_all_forms() {
    let case = project().join("fixtures/cases/two-hosts");
    let export = |format: &str| {
        let run = netmortem(["export".as_ref(), case.as_os_str(), "--format".as_ref(), format.as_ref()]);
        assert!(run.status.success());
        String::from_utf8(run.stdout).unwrap()
    };
    let (csv, json) = (export("csv"), export("json"));
    let mut rows = csv.lines();
    assert_eq!(rows.next(), Some("host,netns,metric,of,time,value,kind,unit,clock,path,line"));
    assert_eq!(rows.clone().count(), json.lines().count());
    for (row, object) in rows.zip(json.lines()).step_by(97) {
        let object: serde_json::Value = serde_json::from_str(object).unwrap();
        let cells: Vec<&str> = row.split(',').collect();
        assert_eq!(cells[2], object["metric"]);
        assert_eq!(cells[4], object["time"]);
        let value = object["value"].as_f64().unwrap();
        assert!((cells[5].parse::<f64>().unwrap() - value).abs() < 1e-9, "{row}");
    }
}

#[test]
fn the_same_input_twice_counts_once() {
    let case = project().join("fixtures/cases/single-snapshot");
    let once = netmortem(["export".as_ref(), case.as_os_str()]);
    let twice = netmortem(["export".as_ref(), case.as_os_str(), case.as_os_str()]);
    let count = |out: &[u8]| String::from_utf8_lossy(out).lines().count();
    assert_eq!(count(&once.stdout), count(&twice.stdout));
}
