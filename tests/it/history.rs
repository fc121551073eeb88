//! Histories that another tool kept: a folder with nothing but `sar`, and what netmortem itself exported.

use crate::run::{netmortem, project, report};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// A day of `sar -n ETCP -n SOCK` in Berlin: retransmissions rise at noon.
fn day(path: &Path) {
    let mut sar = "Linux 6.18.5 (web1) \t11/20/26 \t_x86_64_\t(4 CPU)\n\n".to_owned();
    sar.push_str("00:00:01     atmptf/s  estres/s retrans/s isegerr/s   orsts/s\n");
    for i in 1..144 {
        let (hour, minute) = (i / 6, i % 6 * 10);
        let retransmitted = if hour < 12 { 0.5 } else { 20.0 };
        writeln!(
            sar,
            "{hour:02}:{minute:02}:01         0.00      0.00 {retransmitted:9.2}      0.00      0.00"
        )
        .unwrap();
    }
    sar.push_str("Average:         0.00      0.00     10.25      0.00      0.00\n\n");
    sar.push_str("00:00:01       totsck    tcpsck    udpsck    rawsck   ip-frag    tcp-tw\n");
    sar.push_str("00:10:01          170         7         6         0         0         2\n");
    fs::write(path, sar).unwrap();
}

/// Cells of an export without where they stood: host, metric, of, time, value, kind.
fn rows(csv: &str) -> BTreeSet<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let cells = |record: csv::StringRecord| [0, 2, 3, 4, 5, 6].map(|i| record[i].to_owned()).to_vec();
    reader.records().map(|record| cells(record.unwrap())).collect()
}

fn export(input: &Path, zone: &str) -> String {
    let args =
        [OsStr::new("export"), input.as_os_str(), "--format".as_ref(), "csv".as_ref(), "--tz".as_ref()];
    let run = netmortem(args.into_iter().chain([OsStr::new(zone)]));
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn a_folder_with_only_sar_has_a_history() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("case");
    fs::create_dir_all(input.join("var/log/sa")).unwrap();
    day(&input.join("var/log/sa/sar20"));
    let rows = rows(&export(&input, "Europe/Berlin"));
    let has = |metric: &str, at: &str, value: &str, kind: &str| {
        rows.contains(&["web1", metric, "", at, value, kind].map(str::to_owned)[..])
    };
    // one hour east of UTC
    assert!(has("Tcp.RetransSegs", "2026-11-19T23:00:01Z", "NaN", "rate"), "{rows:?}");
    assert!(has("Tcp.RetransSegs", "2026-11-19T23:10:01Z", "0.5", "rate"));
    assert!(has("Tcp.RetransSegs", "2026-11-20T22:50:01Z", "20", "rate"));
    assert!(has("sockstat.TCP.inuse", "2026-11-19T23:10:01Z", "7", "gauge"));
    let out = dir.path().join("out");
    let report = report(&input, &out);
    let lanes = report["figures"][0]["lanes"].as_array().unwrap();
    assert!(lanes.iter().any(|lane| lane["name"] == "Tcp.RetransSegs"), "{lanes:?}");
    let series = report["series"].as_array().unwrap();
    let retransmits = series.iter().find(|series| series["metric"] == "Tcp.RetransSegs").unwrap();
    assert_eq!((&retransmits["host"], &retransmits["samples"]), (&"web1".into(), &143.into()));
    assert!(out.join("report.html").is_file());
    let scan = netmortem(["scan".as_ref(), input.as_os_str(), "--tz".as_ref(), "Europe/Berlin".as_ref()]);
    let scan = String::from_utf8_lossy(&scan.stdout).into_owned();
    assert!(scan.contains("sar") && scan.contains("23:00:01"), "{scan}");
}

#[test]
fn what_was_exported_is_read_back() {
    let dir = tempfile::tempdir().unwrap();
    day(&dir.path().join("sar20"));
    for input in [project().join("fixtures/cases/receive-buffer"), dir.path().join("sar20")] {
        let first = export(&input, "UTC");
        let copy = dir.path().join("copy.csv");
        fs::write(&copy, &first).unwrap();
        assert_eq!(rows(&export(&copy, "UTC")), rows(&first), "{}", input.display());
    }
}

/// A colleague's export joins the axis of the dumps, though no catalogue knows its names.
#[test]
fn a_grafana_export_has_a_lane_beside_the_dumps() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("incident");
    fs::create_dir(&input).unwrap();
    let case = project().join("fixtures/cases/accept-queue");
    for file in ["netstat-s.log", "ss-lnt.log"] {
        fs::copy(case.join(file), input.join(file)).unwrap();
    }
    let mut csv = "Time,p99 latency,workers\n".to_owned();
    (10..60).for_each(|s| writeln!(csv, "2026-11-20 11:03:{s},0.{s},7").unwrap());
    fs::write(input.join("grafana.csv"), csv).unwrap();
    let out = dir.path().join("out");
    let run = netmortem(["report".as_ref(), input.as_os_str(), "-o".as_ref(), out.as_os_str()]);
    assert!(run.status.success());
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("report.json")).unwrap()).unwrap();
    let lanes = report["figures"][0]["lanes"].as_array().unwrap();
    for title in ["p99 latency", "workers"] {
        let lane = lanes.iter().find(|lane| lane["title"] == title).unwrap_or_else(|| panic!("no {title}"));
        let at = usize::try_from(lane["curves"][0]["series"].as_u64().unwrap()).unwrap();
        assert_eq!(report["series"][at]["samples"], 50, "{title}");
        assert_eq!(lane["name"], "grafana.csv");
    }
}
