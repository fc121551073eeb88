//! Bundles whose files are many dumps with headings: supportconfig, `OSWatcher`.

use crate::run::{files, netmortem, project, report};
use std::path::Path;

/// Copies the inputs below a folder of fixtures, without their goldens.
fn bundle(from: &str, wanted: impl Fn(&Path) -> bool, to: &Path) {
    let from = project().join("fixtures/formats").join(from);
    for file in files(&from) {
        if file.extension().is_some_and(|e| e == "facts") || !wanted(&file) {
            continue;
        }
        let copy = to.join(&file);
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::copy(from.join(&file), copy).unwrap();
    }
}

#[test]
fn a_supportconfig_is_one_host_and_its_namespaces() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in");
    bundle("supportconfig", |path| path.starts_with("scc_web7_261121_1512"), &input);
    let value = report(&input, &dir.path().join("out"));
    let hosts: Vec<&str> =
        value["hosts"].as_array().unwrap().iter().map(|h| h["name"].as_str().unwrap()).collect();
    assert_eq!(hosts, ["web7", "web7 netns blue"], "{:?}", value["hosts"]);
}

/// The files of two hours and of several tools are one host's, and the wall of processes costs no reject.
#[test]
fn the_hours_of_a_watcher_are_one_series() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in");
    let own = |path: &Path| path.file_name().unwrap().to_string_lossy().starts_with("web1_");
    bundle("OSWatcher/archive", own, &input);
    let scan = netmortem(["scan".as_ref(), input.as_os_str()]);
    let scan = String::from_utf8_lossy(&scan.stdout).into_owned();
    assert!(scan.contains("top: passed over") && scan.contains("iostat: passed over"), "{scan}");
    assert!(!scan.contains("Rejected"), "{scan}");
    let export = netmortem([
        "export".as_ref(),
        input.as_os_str(),
        "-o".as_ref(),
        dir.path().join("x.csv").as_os_str(),
    ]);
    assert!(export.status.success(), "{}", String::from_utf8_lossy(&export.stderr));
    let rows = std::fs::read_to_string(dir.path().join("x.csv")).unwrap();
    let retrans: Vec<&str> = rows.lines().filter(|row| row.contains("Tcp.RetransSegs")).collect();
    assert_eq!(retrans.len(), 6, "{retrans:?}");
    assert!(retrans.iter().all(|row| row.contains("web1")), "{retrans:?}");
}
