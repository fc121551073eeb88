//! Charts as files: what a month, many listeners and many changes become, and pictures beside the drawings.

use crate::run::{files, netmortem, project, report, text};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// 2026-10-01 00:00 UTC.
const START: u64 = 1_790_812_800;

fn stamp(second: u64) -> String {
    let at = START + second;
    let (day, rest) = ((at - START) / 86_400, at % 86_400);
    format!("# 2026-10-{:02}T{:02}:{:02}:{:02}Z\n", day + 1, rest / 3_600, rest % 3_600 / 60, rest % 60)
}

/// `count` snapshots over ten days, with one interval in which 400 segments a second were sent again.
fn snapshots(dir: &Path, count: u64) {
    let step = 864_000 / count;
    let (mut text, mut again) = (String::new(), 100);
    for i in 0..count {
        again += if i == count / 3 { 400 * step } else { i % 3 };
        let received = i * step * 300;
        let _ = write!(
            text,
            "{}Tcp:\n    {received} segments received\n    {received} segments sent out\n    \
             {again} segments retransmitted\n",
            stamp(i * step)
        );
    }
    fs::write(dir.join("netstat-s.log"), text).unwrap();
}

fn sized(count: u64) -> (u64, Value) {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("in"), dir.path().join("out"));
    fs::create_dir(&input).unwrap();
    snapshots(&input, count);
    let value = report(&input, &out);
    (fs::metadata(out.join("report.html")).unwrap().len(), value)
}

#[test]
fn a_spike_of_one_interval_survives_and_the_page_does_not_grow_with_the_samples() {
    let (few, _) = sized(1_000);
    let (many, value) = sized(8_000);
    assert!(many < few + few / 4, "{few} bytes of 1,000 snapshots, {many} of 8,000");
    let series = value["series"].as_array().unwrap();
    let again = series.iter().find(|s| s["metric"] == "Tcp.RetransSegs").expect("drawn");
    assert!(again["start"].as_array().unwrap().len() <= 1_000);
    let highest = |column: &str| {
        let values = again[column].as_array().unwrap().iter().filter_map(Value::as_f64);
        values.fold(0.0, f64::max)
    };
    assert!((highest("max") - 400.0).abs() < 1.0, "{}", highest("max"));
    assert!(highest("mean") < 100.0, "the mean of a bucket is not its highest value");
}

#[test]
fn pictures_stand_beside_the_drawings_and_are_the_same_each_time() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let case = project().join("fixtures/cases/single-snapshot");
    for out in [&one, &two] {
        let out = out.path().as_os_str();
        let run = netmortem(["report".as_ref(), case.as_os_str(), "-o".as_ref(), out, "--png".as_ref()]);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    }
    let charts = files(&one.path().join("charts"));
    assert_eq!(charts.len() % 2, 0);
    for chart in &charts {
        let name = chart.to_str().unwrap();
        let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b));
        assert!(plain && name.len() < 120, "{name}");
        let bytes = fs::read(one.path().join("charts").join(chart)).unwrap();
        assert!(bytes == fs::read(two.path().join("charts").join(chart)).unwrap(), "{name}");
        if chart.extension().is_some_and(|kind| kind == "png") {
            assert!(bytes.starts_with(b"\x89PNG\r\n"), "{name}");
            assert!(charts.contains(&chart.with_extension("svg")), "{name}");
        }
    }
}

#[test]
fn every_chart_of_the_gallery_is_small_and_says_what_it_is() {
    for file in files(&project().join("reports")).iter().filter(|f| f.extension().is_some_and(|e| e == "svg"))
    {
        let svg = text(&project().join("reports").join(file));
        let name = file.file_name().unwrap().to_str().unwrap();
        let most = if name.starts_with("timeline") { 60_000 } else { 200_000 };
        assert!(svg.len() < most, "{name}: {}", svg.len());
        assert!(svg.contains("host ") && svg.contains("UTC"), "{name}");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
    }
}

#[test]
fn thirty_listeners_and_sixty_changes_are_seven_lanes_and_few_badges() {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("in"), dir.path().join("out"));
    fs::create_dir(&input).unwrap();
    let (mut sockets, mut settings) = (String::new(), String::new());
    for i in 0..61_u64 {
        let at = stamp(i * 60);
        let _ = writeln!(sockets, "{at}State  Recv-Q Send-Q Local Address:Port Peer Address:Port");
        for port in 8_000..8_030 {
            let _ = writeln!(sockets, "LISTEN {} 128 10.0.0.1:{port} 0.0.0.0:*", (i + port) % 100);
        }
        let _ = write!(settings, "{at}kernel.hostname = many\nnet.core.somaxconn = {}\n", 100 + i);
    }
    fs::write(input.join("ss-lnt.log"), sockets).unwrap();
    fs::write(input.join("sysctl-a.log"), settings).unwrap();
    let value = report(&input, &out);
    let figure = &value["figures"][0];
    assert!(figure["lanes"].as_array().unwrap().len() <= 7);
    assert!(figure["folded"].to_string().contains("other listeners"), "{}", figure["folded"]);
    assert!(value["changes"].as_array().unwrap().len() >= 55);
    let svg = text(&out.join("charts").join("timeline-many.svg"));
    assert!(svg.len() < 60_000, "{}", svg.len());
}
