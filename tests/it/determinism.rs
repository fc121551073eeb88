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

/// One form each, as arguments behind the input; `OUT` is what is written to.
const FORMS: [&[&str]; 14] = [
    &["report", "--format", "text"],
    &["report", "--format", "md"],
    &["report", "--format", "html"],
    &["report", "--format", "json"],
    &["report", "--format", "grafana"],
    &["diff", "--hosts", "web1,web2", "-o", "OUT"],
    &["diff", "--hosts", "web2,web1", "--json"],
    &["effects", "--format", "csv"],
    &["export", "--format", "csv"],
    &["export", "--format", "json"],
    &["export", "--format", "series", "--host", "web1", "--metric", "Tcp.InSegs"],
    &["export", "--format", "wide", "--bin", "10"],
    &["export", "--format", "parquet", "-o", "OUT"],
    &["export", "--format", "rezolus", "-o", "OUT"],
];

/// What a form prints and writes, from a copy of the case made in another order and age.
fn made(form: &[&str], turn: usize) -> Vec<u8> {
    let (zone, locale, threads) = [("UTC", "C", "1"), ("Asia/Kathmandu", "tr_TR.UTF-8", "8")][turn % 2];
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("two-hosts"), dir.path().join("out"));
    copy(&project().join("fixtures/cases/two-hosts"), &input, turn);
    let mut tool = tool();
    tool.arg(form[0]).arg(&input).env("TZ", zone).env("LC_ALL", locale).env("RAYON_NUM_THREADS", threads);
    tool.args(form[1..].iter().map(|arg| if *arg == "OUT" { out.as_os_str() } else { arg.as_ref() }));
    let run = tool.output().unwrap();
    assert!(run.status.success(), "{form:?}: {}", String::from_utf8_lossy(&run.stderr));
    let mut all = run.stdout;
    if out.is_file() {
        all = fs::read(&out).unwrap();
    } else if out.is_dir() {
        all = files(&out).iter().flat_map(|f| fs::read(out.join(f)).unwrap()).collect();
    }
    assert!(!all.is_empty(), "{form:?}");
    all
}

#[test]
fn every_form_alone_is_the_same_anywhere() {
    for form in FORMS {
        assert!(made(form, 0) == made(form, 5), "{form:?} differs");
    }
}

#[test]
fn a_picture_is_the_same_anywhere() {
    let charts = project().join("reports/conntrack/charts");
    let (chart, _) = files(&charts)
        .into_iter()
        .filter(|f| f.extension().is_some_and(|e| e == "svg"))
        .map(|f| (charts.join(&f), fs::metadata(charts.join(&f)).unwrap().len()))
        .min_by_key(|(_, size)| *size)
        .expect("a chart");
    let png = || netmortem::render::png(&text(&chart)).unwrap();
    let elsewhere = std::thread::spawn({
        let chart = chart.clone();
        move || netmortem::render::png(&text(&chart)).unwrap()
    });
    assert!(png() == elsewhere.join().unwrap());
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
