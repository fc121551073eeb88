//! Many bundles in one run: what each becomes, and that neither order, jobs nor an earlier run leave a trace.

use crate::run::{files, json, project, text, tool};
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

/// Runs `batch ARGS… -o OUT`.
fn batch<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>, out: &Path) -> Output {
    tool().arg("batch").args(args).arg("-o").arg(out).output().unwrap()
}

/// Copies a case, so that its host is called by its folder.
fn copy(case: &str, to: &Path) {
    let from = project().join("fixtures/cases").join(case);
    for file in files(&from) {
        fs::create_dir_all(to.join(&file).parent().unwrap()).unwrap();
        fs::copy(from.join(&file), to.join(&file)).unwrap();
    }
}

/// Three bundles: two hosts, and something that is none.
fn three(dir: &Path) {
    copy("accept-queue", &dir.join("web7"));
    copy("receive-buffer", &dir.join("db1"));
    fs::write(dir.join("minutes.txt"), "we met and talked\n").unwrap();
}

/// Every file of a batch, hidden ones too, as name and bytes.
fn whole(out: &Path) -> Vec<(String, Vec<u8>)> {
    let name = |f: &std::path::PathBuf| f.to_string_lossy().into_owned();
    files(out).iter().map(|f| (name(f), fs::read(out.join(f)).unwrap())).collect()
}

fn row<'a>(index: &'a Value, name: &str) -> &'a Value {
    let rows = index["bundles"].as_array().unwrap();
    rows.iter().find(|row| row["path"].as_str().unwrap().ends_with(name)).expect("a row")
}

fn said(run: &Output) -> String {
    String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr)
}

#[test]
fn each_bundle_is_a_row_and_a_report_and_a_broken_one_costs_one_row() {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("in"), dir.path().join("out"));
    three(&input);
    let run = batch([&input], &out);
    assert_eq!(run.status.code(), Some(2), "{}", said(&run));
    let index = json(&out.join("index.json"));
    assert_eq!(index["bundles"].as_array().unwrap().len(), 3);
    assert_eq!(row(&index, "web7")["report"], "hosts/web7");
    assert_eq!(row(&index, "web7")["severity"], "critical");
    assert_eq!(row(&index, "web7")["changes"][0]["key"], "net.core.somaxconn");
    let broken = row(&index, "minutes.txt");
    assert_eq!((&broken["status"], &broken["report"]), (&"failed".into(), &Value::Null));
    assert!(broken["why"].as_str().unwrap().contains("not a known format"));
    for file in ["report.html", "report.json", "summary.md", "charts/timeline-web7.svg"] {
        assert!(out.join("hosts/web7").join(file).is_file(), "{file}");
    }
    let alone = dir.path().join("alone");
    let report = tool().arg("report").arg(input.join("web7")).arg("-o").arg(&alone).output().unwrap();
    assert!(report.status.success());
    assert_eq!(text(&alone.join("report.html")), text(&out.join("hosts/web7/report.html")));
    let page = text(&out.join("index.html"));
    assert!(page.contains("hosts/db1/report.html") && page.contains("minutes.txt"));
    assert_eq!(page.matches("<script").count(), 1);
}

#[test]
fn jobs_and_the_order_of_paths_leave_no_trace() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in");
    three(&input);
    copy("receive-buffer", &input.join("zz-same"));
    let paths = |names: [&str; 4]| names.map(|name| input.join(name));
    let runs = [
        (paths(["web7", "db1", "minutes.txt", "zz-same"]), "1"),
        (paths(["zz-same", "minutes.txt", "db1", "web7"]), "3"),
    ];
    let mut seen = None;
    for (i, (paths, jobs)) in runs.iter().enumerate() {
        let out = dir.path().join(format!("out{i}"));
        let run = tool().arg("batch").args(paths).args(["-j", jobs, "-o"]).arg(&out).output().unwrap();
        assert_eq!(run.status.code(), Some(2), "{}", said(&run));
        let now = whole(&out);
        assert!(seen.as_ref().is_none_or(|before| *before == now), "jobs {jobs}");
        seen = Some(now);
    }
}

#[test]
fn the_same_bytes_are_one_bundle_under_the_first_name() {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("in"), dir.path().join("out"));
    copy("accept-queue", &input.join("web7"));
    copy("accept-queue", &input.join("web7-again"));
    assert!(batch([&input], &out).status.success());
    let index = json(&out.join("index.json"));
    let again = row(&index, "web7-again");
    assert_eq!((&again["status"], &again["archive_id"]), (&"duplicate".into(), &Value::Null));
    assert!(again["why"].as_str().unwrap().ends_with("in/web7"), "{again}");
    assert_eq!(files(&out.join("data/series")).len(), 1, "samples are counted once");
    assert_eq!(fs::read_dir(out.join("hosts")).unwrap().count(), 1);
    // reached twice, it is not even a duplicate
    let out = dir.path().join("twice");
    assert!(batch([&input.join("web7"), &input.join("web7")], &out).status.success());
    assert_eq!(json(&out.join("index.json"))["bundles"].as_array().unwrap().len(), 1);
}

#[test]
fn a_resumed_run_does_what_is_new_and_ends_as_a_fresh_one() {
    let dir = tempfile::tempdir().unwrap();
    let (input, out, fresh) = (dir.path().join("in"), dir.path().join("out"), dir.path().join("fresh"));
    three(&input);
    batch([&input], &out);
    let age = |host: &str| {
        fs::metadata(out.join("hosts").join(host).join("report.html")).unwrap().modified().unwrap()
    };
    let (web7, db1) = (age("web7"), age("db1"));
    copy("single-snapshot", &input.join("kafka3"));
    fs::write(input.join("db1/more.txt"), "changed").unwrap();
    let run = batch([input.as_os_str(), OsStr::new("--resume")], &out);
    assert!(said(&run).contains("1 of them were done before"), "{}", said(&run));
    assert_eq!(web7, age("web7"), "unchanged");
    assert_ne!(db1, age("db1"), "done again");
    batch([&input], &fresh);
    assert_eq!(whole(&out), whole(&fresh));
    // other options are another result
    let run =
        batch(["--tz".as_ref(), "Asia/Kathmandu".as_ref(), input.as_os_str(), "--resume".as_ref()], &out);
    assert!(!said(&run).contains("done before"), "{}", said(&run));
    // what is no longer among the inputs goes
    batch([input.join("web7")], &out);
    assert_eq!(fs::read_dir(out.join("hosts")).unwrap().count(), 1);
    assert_eq!(files(&out.join("data/series")).len(), 1);
}

#[test]
fn a_second_bundle_of_a_host_moves_the_first_and_back() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b, out) = (dir.path().join("a/web7"), dir.path().join("b/web7"), dir.path().join("out"));
    copy("accept-queue", &a);
    copy("receive-buffer", &b);
    let names = || {
        let all =
            fs::read_dir(out.join("hosts")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut all: Vec<String> = all.collect();
        all.sort();
        all
    };
    assert!(batch([&a], &out).status.success());
    assert_eq!(names(), ["web7"]);
    assert!(batch([a.as_os_str(), b.as_os_str(), "--resume".as_ref()], &out).status.success());
    assert_eq!(names(), ["web7-20261120T110417Z", "web7-20261120T110819Z"]);
    assert!(batch([b.as_os_str(), "--resume".as_ref()], &out).status.success());
    assert_eq!(names(), ["web7"]);
    assert_eq!(row(&json(&out.join("index.json")), "web7")["changes"][0]["key"], "net.ipv4.tcp_rmem");
}

#[test]
fn a_killed_run_leaves_nothing_half_under_a_final_name_and_is_resumed() {
    let dir = tempfile::tempdir().unwrap();
    let (input, out, fresh) = (dir.path().join("in"), dir.path().join("out"), dir.path().join("fresh"));
    three(&input);
    for i in 0..4 {
        copy("conntrack", &input.join(format!("lab{i}")));
        fs::write(input.join(format!("lab{i}/n.txt")), i.to_string()).unwrap();
    }
    batch([&input], &fresh);
    let good = whole(&fresh);
    for wait in [5, 40, 120, 250, 400] {
        let mut run = tool();
        run.arg("batch").arg(&input).args(["--resume", "-o"]).arg(&out);
        let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        let _ = run.kill();
        run.wait().unwrap();
        if !out.exists() {
            continue;
        }
        for (name, bytes) in whole(&out).iter().filter(|(name, _)| !name.contains(".partial")) {
            // a report that waits for its place has the bytes that it will have there
            let Some(id) = name.strip_prefix(".netmortem/").and_then(|n| n.split_once('/')) else {
                assert!(good.iter().any(|(n, b)| n == name && b == bytes), "{name} after {wait} ms");
                continue;
            };
            let place = good.iter().any(|(n, b)| n.ends_with(id.1) && b == bytes);
            assert!(place, "{name} after {wait} ms");
        }
    }
    batch([input.as_os_str(), "--resume".as_ref()], &out);
    assert_eq!(whole(&out), good);
}

#[test]
fn two_batches_do_not_write_into_one_folder() {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("in"), dir.path().join("out"));
    copy("accept-queue", &input.join("web7"));
    assert!(batch([&input], &out).status.success());
    let before = whole(&out);
    let lock = fs::File::options().append(true).open(out.join(".netmortem/lock")).unwrap();
    lock.lock().unwrap();
    let run = batch([&input], &out);
    assert_eq!(run.status.code(), Some(2));
    assert!(said(&run).contains("another batch is writing to it"), "{}", said(&run));
    assert_eq!(whole(&out), before);
    drop(lock);
    assert!(batch([&input], &out).status.success());
}

#[test]
fn hostile_names_stay_inside_and_apart() {
    use std::os::unix::ffi::OsStrExt;
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("in"), dir.path().join("deep/out"));
    let long = "x".repeat(200);
    for (i, name) in [
        b"WEB7".as_slice(),
        b"web7",
        b"<script>alert(1)<",
        b"-...",
        b"\xff\xfe\n\x1b[31m",
        b"NUL",
        long.as_bytes(),
    ]
    .iter()
    .enumerate()
    {
        let to = input.join(OsStr::from_bytes(name));
        copy("accept-queue", &to);
        fs::write(to.join("n.txt"), i.to_string()).unwrap();
        // the dumps themselves name a host that leads out
        fs::write(to.join("hostname"), "../../../../evil\n").unwrap();
    }
    let before = files(dir.path()).len();
    let run = batch([&input], &out);
    assert!(run.status.success(), "{}", said(&run));
    let all = files(dir.path());
    assert!(all.iter().filter(|f| !f.starts_with("deep/out")).count() == before, "nothing beside the output");
    let mut names: Vec<String> = fs::read_dir(out.join("hosts"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap().to_lowercase())
        .collect();
    let n = names.len();
    names.sort();
    names.dedup();
    assert_eq!((names.len(), n), (7, 7), "{names:?}");
    assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))));
    let page = text(&out.join("index.html"));
    assert!(!page.contains("<script>alert") && !page.contains('\u{1b}'));
    assert!(!said(&run).contains('\u{1b}'));
}

#[test]
fn what_is_one_bundle() {
    let dir = tempfile::tempdir().unwrap();
    let count = |input: &Path| {
        let out = dir.path().join("out");
        let run = batch([input], &out);
        assert!(run.status.code() != Some(101), "{}", said(&run));
        json(&out.join("index.json"))["bundles"].as_array().unwrap().len()
    };
    let cases = project().join("fixtures/cases");
    assert_eq!(count(&cases.join("accept-queue")), 1, "dumps in it");
    assert_eq!(count(&cases), fs::read_dir(&cases).unwrap().count(), "a folder of bundles");
    let sos = dir.path().join("sosreport-web7");
    copy("accept-queue", &sos.join("var/log"));
    fs::create_dir_all(sos.join("sos_commands")).unwrap();
    assert_eq!(count(&sos), 1, "a sosreport");
    let archives = dir.path().join("archives");
    three(&archives);
    for beside in ["a.tar.xz.md5", "a.tar.xz.sha256", ".hidden"] {
        fs::write(archives.join(beside), "x").unwrap();
    }
    assert_eq!(count(&archives), 3, "checksums are no bundles");
}

#[test]
fn the_output_is_no_input_and_the_exit_status_tells() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in");
    copy("accept-queue", &input.join("web7"));
    let out = input.join("out");
    for _ in 0..2 {
        assert!(batch([&input], &out).status.success());
        assert_eq!(json(&out.join("index.json"))["bundles"].as_array().unwrap().len(), 1);
    }
    let run = batch([input.join("web7")], &input.join("web7/out"));
    assert_eq!(run.status.code(), Some(2));
    assert!(said(&run).contains("which is a bundle"), "{}", said(&run));
    assert!(!input.join("web7/out").exists(), "nothing is left in the evidence");
    let fail_on =
        |level: &str| batch([input.as_os_str(), "--fail-on".as_ref(), level.as_ref()], &out).status.code();
    assert_eq!(fail_on("critical"), Some(1));
    assert_eq!(batch([dir.path().join("nowhere")], &dir.path().join("o")).status.code(), Some(2));
    assert_eq!(batch(["-"], &out).status.code(), Some(2));
}

#[test]
fn what_cannot_be_read_is_a_row_with_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("in"), dir.path().join("deep/out"));
    copy("accept-queue", &input.join("web7"));
    fs::create_dir(input.join("empty")).unwrap();
    std::os::unix::fs::symlink("nowhere", input.join("dangling")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(input.join("fifo")).status().unwrap().success());
    fs::write(input.join("web7/messages-1.gz"), b"\x1f\x8b\x08\0\0\0\0\0\0\x03no deflate").unwrap();
    // a link to a bundle is that bundle, once
    std::os::unix::fs::symlink("web7", input.join("link")).unwrap();
    assert_eq!(batch([&input], &out).status.code(), Some(2));
    let index = json(&out.join("index.json"));
    assert_eq!(index["bundles"].as_array().unwrap().len(), 4);
    // what is damaged in a bundle costs that, and is told
    let part = index["bundles"].as_array().unwrap().iter().find(|row| row["status"] == "partial").unwrap();
    assert_eq!((&part["severity"], &part["report"]), (&"critical".into(), &"hosts/web7".into()));
    assert!(part["why"].as_str().unwrap().contains("messages-1.gz"), "{part}");
    for (name, why) in [("empty", "no file"), ("dangling", "no such file"), ("fifo", "FIFOs")] {
        let row = row(&index, name);
        assert_eq!(row["status"], "failed");
        assert!(row["why"].as_str().unwrap().contains(why), "{row}");
    }
}

#[test]
fn fail_fast_begins_nothing_more() {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("in"), dir.path().join("out"));
    three(&input);
    // the largest is the first that is begun
    fs::write(input.join("minutes.txt"), "we met and talked\n".repeat(100_000)).unwrap();
    let run = batch([input.as_os_str(), "--fail-fast".as_ref(), "-j1".as_ref()], &out);
    assert_eq!(run.status.code(), Some(2));
    let index = json(&out.join("index.json"));
    let failed = index["bundles"].as_array().unwrap().iter().filter(|row| row["status"] == "failed").count();
    assert_eq!(failed, 3);
    assert!(row(&index, "web7")["why"].as_str().unwrap().starts_with("not analysed"));
    batch([input.as_os_str(), "--resume".as_ref(), "--keep-going".as_ref()], &out);
    assert_eq!(row(&json(&out.join("index.json")), "web7")["status"], "ok");
}
