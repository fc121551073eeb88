//! The other forms of a report and of its samples: for terminals, for tools that look for changes, for rezolus and
//! Grafana.

use crate::run::{json, netmortem, project, text, tool};
use serde_json::Value;
use std::path::PathBuf;

fn case(name: &str) -> String {
    project().join("fixtures/cases").join(name).display().to_string()
}

fn printed<'a>(args: impl IntoIterator<Item = &'a str>) -> String {
    let args: Vec<&str> = args.into_iter().collect();
    let run = netmortem(&args);
    assert!(run.status.success(), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

fn refused<'a>(args: impl IntoIterator<Item = &'a str>) -> String {
    let run = netmortem(args);
    assert_eq!(run.status.code(), Some(2));
    String::from_utf8(run.stderr).unwrap()
}

/// `--format text` of a case, on a terminal of so many columns.
fn console(name: &str, columns: usize) -> String {
    let report = project().join("reports").join(name).join("report.json");
    let mut tool = tool();
    let run = tool.env("COLUMNS", columns.to_string()).args(["render".as_ref(), report.as_os_str()]);
    let run = run.args(["--format", "text"]).output().unwrap();
    assert!(run.status.success());
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn the_terminal_shows_what_the_kept_ones_show() {
    for (name, columns) in [("conntrack", 60), ("two-hosts", 80), ("accept-queue", 120)] {
        let kept = project().join("fixtures/console").join(format!("{name}-{columns}.txt"));
        let now = console(name, columns);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&kept, &now).unwrap();
        }
        assert!(now == text(&kept), "{} is not what the code gives; look, then BLESS=1", kept.display());
    }
}

#[test]
fn the_readme_shows_a_part_of_a_kept_one() {
    let readme = text(&project().join("README.md"));
    let kept = text(&project().join("fixtures/console/conntrack-60.txt"));
    let shown =
        readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a text block");
    assert!(kept.contains(shown), "{shown}");
}

#[test]
fn nothing_on_the_terminal_is_wider_than_it() {
    for name in [
        "accept-queue",
        "collector",
        "conntrack",
        "receive-buffer",
        "single-snapshot",
        "sosreport",
        "two-hosts",
    ] {
        for columns in [60, 80, 120] {
            for line in console(name, columns).lines() {
                // a command to copy is not broken, and a path has no place to break at
                let whole = line.trim_start().starts_with("$ ") || !line.trim().contains(' ');
                assert!(whole || line.chars().count() <= columns, "{name} at {columns}: {line}");
                assert!(!line.contains('\u{1b}') && line.trim_end() == line, "{name} at {columns}: {line:?}");
            }
        }
    }
}

#[test]
fn one_form_alone_is_the_one_in_the_folder() {
    let report = project().join("reports/two-hosts/report.json").display().to_string();
    for (form, file) in [("md", "summary.md"), ("html", "report.html"), ("json", "report.json")] {
        let kept = text(&project().join("reports/two-hosts").join(file));
        assert!(printed(["render", &report, "--format", form]) == kept, "{form} to standard output");
        assert!(printed(["render", &report, "--format", form, "-o", "-"]) == kept, "{form} to -");
        let out = tempfile::tempdir().unwrap();
        let path = out.path().join(file);
        assert_eq!(printed(["render", &report, "--format", form, "-o", path.to_str().unwrap()]), "");
        assert!(text(&path) == kept, "{form} to a file");
    }
    let fresh = printed(["report", &case("two-hosts"), "--format", "grafana"]);
    assert!(
        fresh == printed(["render", &report, "--format", "grafana"]),
        "from the input and from report.json"
    );
}

#[test]
fn annotations_have_the_shape_that_grafana_takes() {
    let report = project().join("reports/two-hosts/report.json");
    let annotations = printed(["render", &report.display().to_string(), "--format", "grafana"]);
    let annotations: Vec<Value> = serde_json::from_str(&annotations).unwrap();
    let window = &json(&report)["window"];
    assert_eq!(window["from"], "2026-11-20T11:02:18Z");
    for it in &annotations {
        let time = it["time"].as_i64().unwrap();
        assert!((1_795_172_538_000..=1_795_173_376_000).contains(&time), "{it}");
        assert!(it.get("timeEnd").is_none_or(|end| end.as_i64().unwrap() > time), "{it}");
        assert_eq!(it["tags"][0], "netmortem");
        assert!(it["text"].as_str().is_some_and(|text| !text.is_empty()));
    }
    let tagged = |tag: &str| {
        annotations.iter().filter(|a| a["tags"].as_array().unwrap().contains(&tag.into())).count()
    };
    assert_eq!((tagged("change"), tagged("restart"), tagged("finding")), (4, 1, 6));
    assert_eq!((tagged("improved"), tagged("worsened"), tagged("host:web1")), (2, 1, 2));
}

/// Exports one series and lets `changepoints` find where it moved.
fn found(case: &str, args: &[&str]) -> Vec<(String, f64, f64)> {
    let out = tempfile::tempdir().unwrap();
    let path: PathBuf = out.path().join("series.csv");
    let path = path.to_str().unwrap();
    let export = ["export", case, "--format", "series", "-o", path];
    printed(export.into_iter().chain(args.iter().copied()));
    let found: Value = serde_json::from_str(&printed(["changepoints", path, "--json"])).unwrap();
    let points = found["points"].as_array().unwrap().iter();
    let number = |point: &Value, name: &str| point[name].as_f64().unwrap();
    points
        .map(|p| (p["time"].as_str().unwrap().to_owned(), number(p, "before"), number(p, "after")))
        .collect()
}

#[test]
fn an_exported_series_has_its_change_point_where_the_report_has_the_change() {
    let report = json(&project().join("reports/accept-queue/report.json"));
    let (lo, hi) =
        (report["changes"][0]["lo"].as_str().unwrap(), report["changes"][0]["hi"].as_str().unwrap());
    let before = &report["effects"][0]["before"];
    assert_eq!(report["effects"][0]["metric"], "TcpExt.ListenOverflows");
    for bin in [&[][..], &["--bin", "2"], &["--bin", "2s"]] {
        let args = [&["--metric", "TcpExt.ListenOverflows"], bin].concat();
        let points = found(&case("accept-queue"), &args);
        let [(time, was, is)] = points.as_slice() else { panic!("{points:?}") };
        assert!(lo <= time.as_str() && time.as_str() <= hi, "{lo} {time} {hi}");
        assert!((was / before["rate"].as_f64().unwrap() - 1.0).abs() < 0.02, "{was} {before}");
        assert!(is.abs() < 1e-9, "{is}");
    }
}

#[test]
fn a_restart_and_a_pause_are_rows_without_a_value() {
    let args =
        ["export", &case("two-hosts"), "--format", "series", "--host", "web2", "--metric", "Tcp.InSegs"];
    let csv = printed(args);
    let empty: Vec<&str> = csv.lines().filter(|line| line.ends_with(',')).collect();
    assert_eq!(empty, ["2026-11-20T11:04:15Z,"], "the ten minutes with the boot in them");
    let values =
        csv.lines().skip(1).filter_map(|line| line.split_once(',')).filter(|(_, value)| !value.is_empty());
    for (time, value) in values {
        assert!(value.parse::<f64>().is_ok_and(|rate| rate >= 0.0), "{time}: no fall is a rate: {value}");
    }
    let binned = printed(args.into_iter().chain(["--bin", "60"]));
    assert!(binned.contains("2026-11-20T11:08:00Z,\n"), "{binned}");
}

#[test]
fn what_is_not_one_series_is_asked_back() {
    let two = case("two-hosts");
    let series = |more: &[&'static str]| {
        let all: Vec<&str> =
            ["export", &two, "--format", "series"].into_iter().chain(more.iter().copied()).collect();
        refused(all)
    };
    assert!(series(&[]).contains("needs one --metric"));
    assert!(series(&["--metric", "Tcp.InSegs"]).contains("is on web1, web2: choose a --host"));
    assert!(series(&["--metric", "listenoverflow"]).contains("there is TcpExt.ListenOverflows"));
    assert!(series(&["--metric", "listener.queue", "--of", "x"]).contains("there is \"10.77.0.1:8080\""));
    assert!(series(&["--metric", "TcpExt.L*", "--host", "web2"]).contains("choose one with --of"));
    assert!(refused(["export", &two, "--format", "rezolus"]).contains("needs -o FILE"));
}

#[test]
fn a_wide_table_has_a_column_for_each_series_and_a_row_for_each_step() {
    let wide = printed([
        "export",
        &case("accept-queue"),
        "--format",
        "wide",
        "--metric",
        "TcpExt.Listen*",
        "--bin",
        "10",
    ]);
    let mut lines = wide.lines();
    assert_eq!(lines.next(), Some("time,TcpExt.ListenDrops,TcpExt.ListenOverflows"));
    assert!(lines.clone().all(|line| line.split(',').count() == 3));
    let times: Vec<&str> = lines.filter_map(|line| line.split(',').next()).collect();
    assert_eq!((times.first(), times.len()), (Some(&"2026-11-20T11:02:10Z"), 13));
}

#[test]
fn the_long_table_can_be_narrowed() {
    let all = printed(["export", &case("accept-queue"), "--metric", "listener.*"]);
    let metrics: std::collections::BTreeSet<&str> =
        all.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
    assert_eq!(metrics.into_iter().collect::<Vec<_>>(), ["listener.limit", "listener.queue"]);
}

#[test]
fn the_parquet_for_rezolus_begins_with_its_clock() {
    let out = tempfile::tempdir().unwrap();
    let path = out.path().join("rezolus.parquet");
    printed(["export", &case("two-hosts"), "--format", "rezolus", "-o", path.to_str().unwrap()]);
    let bytes = std::fs::read(&path).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    let holds = |text: &str| bytes.windows(text.len()).any(|at| at == text.as_bytes());
    for text in ["timestamp", "sampling_interval_ms", "4000", "netmortem", "ARROW:schema"] {
        assert!(holds(text), "{text}");
    }
    assert!(
        holds("TcpExt_ListenOverflows/web2/1") && holds("TcpExt_ListenOverflows/web2/2"),
        "a run on each side of the boot"
    );
}

#[test]
fn steps_that_no_memory_holds_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("two-years.json");
    let values: Vec<Value> =
        (0..24).map(|i| serde_json::json!([1_700_000_000 + i * 2_592_000, "7"])).collect();
    let metric = serde_json::json!({"__name__": "node_netstat_TcpExt_ListenOverflows", "instance": "a"});
    let result = serde_json::json!([{"metric": metric, "values": values}]);
    let range = format!(r#"{{"status":"success","data":{{"resultType":"matrix","result":{result}}}}}"#);
    std::fs::write(&input, range).unwrap();
    let (input, out) = (input.to_str().unwrap(), dir.path().join("out").display().to_string());
    for format in ["wide", "rezolus", "series"] {
        let args = ["export", input, "--format", format, "--metric", "TcpExt.ListenOverflows", "-o", &out];
        let why = refused(args.into_iter().chain(["--bin", "0.001"]));
        assert!(why.contains("59616000001 rows of 1 series are too many: take steps of 2 s"), "{why}");
        printed(args.into_iter().chain(["--bin", "86400"]));
    }
}

#[test]
fn a_file_is_no_directory_and_standard_output_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("notes.txt");
    std::fs::write(&file, "mine").unwrap();
    let link = dir.path().join("link");
    std::os::unix::fs::symlink("/nonexistent/dir", &link).unwrap();
    let case = case("accept-queue");
    let report = project().join("reports/accept-queue/report.json").display().to_string();
    for out in [&file, &link, &PathBuf::from("/dev/full")] {
        let out = out.to_str().unwrap();
        for verb in [&["report", &case][..], &["render", &report], &["batch", &case], &["diff", &case, &case]]
        {
            let why = refused(verb.iter().copied().chain(["-o", out]));
            assert!(why.contains("it is there, and no directory"), "{verb:?}: {why}");
            let why = refused(verb.iter().copied().chain(["-o", "-"]));
            assert!(why.contains("a directory is meant"), "{verb:?}: {why}");
        }
    }
    assert_eq!(text(&file), "mine");
    let why = refused(["render", &report, "--format", "md", "-o", "/dev/full"]);
    assert!(why.contains("No space left"), "{why}");
}

#[test]
fn a_text_without_an_end_is_refused() {
    for args in [&["render", "/dev/zero", "--format", "md"][..], &["changepoints", "/dev/zero"]] {
        assert!(refused(args.iter().copied()).contains("larger than 256 MiB"));
    }
}
