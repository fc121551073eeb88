//! `--redact`: what the input says of machines, nets and people is in no byte of any output, nor in any file's name.

use crate::run::{files, json, netmortem, project, text};
use polars::prelude::{ParquetReader, SerReader};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

/// What must not be seen, in small letters.
const CANARIES: &[&str] = &[
    "qzalpha",
    "qzbeta",
    "qzalice",
    "qzbob",
    "qzcorp",
    "qzdave",
    "qzprod",
    "qzacme",
    "qzerin",
    "qzfrank",
    "qzcarol",
    "qzgina",
    "qzhans",
    "qzshop",
    "qzzoe",
    "10.83.7",
    "10-83-7",
    "10%2e83",
    "fd83:",
    "00:16:3e:83",
    "00163e83",
    "0016.3e83",
    "bücher",
    "0807530a",
    "7a6361726f6c",
];

/// Lines of logs with all kinds of names in them.
const AUTH: &str = r"
Nov 20 12:05:01 qzbeta sudo: QZCORP\qzdave : TTY=pts/1 ; PWD=/home/QZCORP/qzdave ; USER=root ; COMMAND=/usr/sbin/sysctl -w net.core.netdev_max_backlog=2000 --from=10.83.7.9
Nov 20 12:05:11 qzbeta.qzprod.qzacme.com sudo: qzerin@qzacme.com : TTY=pts/1 ; PWD=/home/qzerin ; USER=root ; COMMAND=/usr/sbin/sysctl -w net.ipv4.tcp_max_syn_backlog=2048 http://QZBETA.qzprod.qzacme.com/?u=%71zerin&ip=10%2E83%2E7%2E9
Nov 20 12:05:21 qzbeta sudo: qzfrank : TTY=pts/1 ; PWD=/home/qzfrank ; USER=root ; COMMAND=/usr/bin/ssh qzcarol@ip-10-83-7-3.ec2.internal sysctl -w net.core.rmem_max=4194304
Nov 20 12:05:31 qzbeta sudo: qzfrank : TTY=pts/1 ; PWD=/home/qzfrank ; USER=root ; COMMAND=/usr/sbin/sysctl -w net.core.wmem_max=4194304 [::ffff:10.83.7.3]:80 10.83.7.3.8080 FD83:0:0:1::00AB%enx00163e830001 00:16:3E:83:00:01 0016.3e83.0001 bücher.рф qzshop.xn--bcher-kva.de.log
Nov 20 12:05:41 qzbeta ansible-ansible.posix.sysctl[9]: Invoked with name=net.core.optmem_max value=131072 state=present ansible_user=qzgina C:\Users\qzhans\x.ps1
";
const KERNEL: &str = "
Nov 20 12:13:01 qzbeta kernel: [   17.000000] TCP: request_sock_TCP: Possible SYN flooding on port [fd83::7]:8080. Sending cookies.
Nov 20 12:13:02 qzbeta kernel: [   18.000000] NETDEV WATCHDOG: enx00163e830001 (e1000e): transmit queue 0 timed out
Nov 20 12:13:03 qzbeta kernel: [   19.000000] neighbour: arp_cache: neighbor table overflow! MAC=00:16:3e:83:00:01:00:16:3e:83:00:02:08:00 SRC=10.83.7.9
Nov 20 12:13:04 qzbeta kernel: [   20.000000] IPv4: martian source 10.83.7.9 from 10.83.7.3, on dev enx00163e830001
";

/// The recorded incident of two hosts under other names, with more lines in its logs.
fn planted() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let from = project().join("fixtures/cases/two-hosts");
    let renamed = |text: &str| {
        let pairs = [
            ("web1", "qzalpha"),
            ("web2", "qzbeta"),
            ("alice", "qzalice"),
            ("bob", "qzbob"),
            ("10.77.0.1", "10.83.7.3"),
        ];
        pairs.iter().fold(text.to_owned(), |text, (a, b)| text.replace(a, b))
    };
    for file in files(&from) {
        let to = dir.path().join("case").join(renamed(&file.to_string_lossy()));
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        let mut body = renamed(&text(&from.join(&file)));
        match to.file_name().and_then(OsStr::to_str) {
            Some("auth.log") => body += AUTH.trim_start(),
            Some("kern.log") => body += KERNEL.trim_start(),
            Some("ss-lnt.log") => body = body.replace("0.0.0.0:22 ", "[fd83::7]:22 "),
            _ => {}
        }
        fs::write(to, body).unwrap();
    }
    dir
}

fn run(parts: &[&dyn AsRef<OsStr>]) -> Output {
    let args: Vec<OsString> = parts.iter().map(|part| AsRef::<OsStr>::as_ref(*part).to_owned()).collect();
    netmortem(args)
}

fn found(bytes: &[u8]) -> Vec<&'static str> {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    CANARIES.iter().copied().filter(|canary| text.contains(canary)).collect()
}

fn assert_clean(what: &str, bytes: &[u8]) {
    let found = found(bytes);
    let text = String::from_utf8_lossy(bytes);
    let at = found.first().and_then(|canary| text.to_lowercase().find(canary)).unwrap_or_default();
    let shown: String = text.chars().skip(at.saturating_sub(80)).take(240).collect();
    assert!(found.is_empty(), "{what}: {found:?}: {shown}");
}

/// Every file below, by name and by content; of tables every cell.
fn assert_clean_folder(dir: &Path) {
    for file in files(dir) {
        assert_clean("a name", file.to_string_lossy().as_bytes());
        let shown = file.display().to_string();
        if file.extension().is_some_and(|e| e == "parquet") {
            let table = ParquetReader::new(File::open(dir.join(&file)).unwrap()).finish().unwrap();
            for column in table.columns() {
                let cells = column.str().map(|cells| cells.iter().flatten().collect::<Vec<_>>().join("\n"));
                assert_clean(&shown, cells.unwrap_or_default().as_bytes());
            }
        } else {
            assert_clean(&shown, &fs::read(dir.join(&file)).unwrap());
        }
    }
}

fn assert_same(a: &Path, b: &Path) {
    assert_eq!(files(a), files(b));
    for file in files(a) {
        assert!(fs::read(a.join(&file)).unwrap() == fs::read(b.join(&file)).unwrap(), "{}", file.display());
    }
}

#[test]
fn no_canary_is_in_any_byte_of_any_output() {
    let (input, out) = (planted(), tempfile::tempdir().unwrap());
    let case = input.path().join("case");
    let plain = run(&[&"report", &case, &"-o", &out.path().join("plain")]);
    assert!(plain.status.success());
    let shown = fs::read(out.path().join("plain/report.json")).unwrap();
    for canary in ["qzbeta", "10.83.7", "fd83:", "00163e83", "10%2e83", "bücher"] {
        assert!(found(&shown).contains(&canary), "the input plants what would be seen: {canary}");
    }
    let run = run(&[&"report", &case, &"--redact", &"-o", &out.path().join("hidden")]);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert_clean_folder(&out.path().join("hidden"));
    let digest = json(&out.path().join("plain/report.json"))["coverage"]["inputs"][0]["content_id"].clone();
    assert_eq!(digest.as_str().map(str::len), Some(32), "the page of a plain report has it");
    for name in ["report.json", "report.html", "summary.md"] {
        let hidden = text(&out.path().join("hidden").join(name));
        assert!(!hidden.contains(digest.as_str().unwrap()), "{name}: a digest leads back to the bundle");
    }
    assert_clean("stderr", &run.stderr);
    let told = String::from_utf8_lossy(&run.stdout).replace(&*out.path().to_string_lossy(), "");
    assert_clean("stdout", told.as_bytes());
}

#[test]
fn no_verb_tells_a_canary() {
    let input = planted();
    let case = input.path().join("case");
    for verb in [
        &["effects"][..],
        &["effects", "--json"],
        &["effects", "--format", "csv"],
        &["scan"],
        &["export"],
        &["export", "--format", "json"],
        &["export", "--format", "wide", "--bin", "30"],
        &["export", "--format", "series", "--metric", "listener.queue", "--of", "10.83.7.3:8080"],
        &["report", "--format", "text"],
        &["report", "--format", "md"],
        &["report", "--format", "html"],
        &["report", "--format", "json"],
        &["report", "--format", "grafana"],
        &["diff", "--hosts", "qzbeta,qzalpha"],
        &["diff", "--hosts", "qzbeta,qzalpha", "--json"],
        &["diff", "--hosts", "qzbeta,nobody"],
        &["diff"],
        &["scan", "--host", "nobody"],
    ] {
        let run = netmortem(verb.iter().map(OsStr::new).chain([case.as_os_str(), OsStr::new("--redact")]));
        assert_clean(&verb.join(" "), &[run.stdout, run.stderr].concat());
    }
    let missing = input.path().join("case/home/qzzoe/none");
    let run = run(&[&"scan", &case, &missing, &"--redact", &"--strict"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(
        !String::from_utf8_lossy(&run.stderr).contains("qzzoe"),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
}

#[test]
fn both_sides_of_a_comparison_have_one_map() {
    let (input, out) = (planted(), tempfile::tempdir().unwrap());
    let host = |name: &str| input.path().join("case").join(name);
    let (map, to) = (out.path().join("map.tsv"), out.path().join("diff"));
    let inside = run(&[
        &"diff",
        &host("qzbeta"),
        &host("qzalpha"),
        &"--redact",
        &"-o",
        &to,
        &"--redact-map",
        &to.join("m"),
    ]);
    assert_eq!(inside.status.code(), Some(2), "the map stays out of the output");
    let run =
        run(&[&"diff", &host("qzbeta"), &host("qzalpha"), &"--redact", &"-o", &to, &"--redact-map", &map]);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let told = String::from_utf8_lossy(&run.stdout).replace(&*out.path().to_string_lossy(), "");
    assert_clean("stdout", &[told.as_bytes(), &run.stderr].concat());
    assert_clean_folder(&to);
    let diff = json(&to.join("diff.json"));
    assert_eq!((&diff["a"]["host"], &diff["b"]["host"]), (&"host2".into(), &"host1".into()));
    let map = text(&map);
    assert!(map.contains("host\tqzalpha\thost1\nhost\tqzbeta\thost2\n"), "{map}");
}

#[test]
fn a_batch_has_one_name_for_one_thing_in_all_of_its_files() {
    let (input, out) = (planted(), tempfile::tempdir().unwrap());
    let case = input.path().join("case");
    let to = |name: &str| out.path().join(name);
    for (name, jobs) in [("one", "1"), ("two", "2")] {
        let run = run(&[
            &"batch",
            &case.join("qzbeta"),
            &case.join("qzalpha"),
            &"--redact",
            &"-j",
            &jobs,
            &"-o",
            &to(name),
        ]);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        assert_clean(
            "stdout",
            String::from_utf8_lossy(&run.stdout).replace(&*out.path().to_string_lossy(), "").as_bytes(),
        );
        assert_clean("stderr", &run.stderr);
        assert_clean_folder(&to(name));
    }
    assert_same(&to("one"), &to("two"));
    let index = json(&to("one").join("index.json"));
    assert_eq!(index["bundles"][0]["sha256"], serde_json::Value::Null);
    let ids: Vec<&str> =
        index["bundles"].as_array().unwrap().iter().map(|row| row["archive_id"].as_str().unwrap()).collect();
    assert!(ids.iter().all(|id| id.starts_with("000000000000000000000000")), "numbers, no digests: {ids:?}");
    let mut hosts: Vec<&str> =
        index["bundles"].as_array().unwrap().iter().map(|row| row["host"].as_str().unwrap()).collect();
    hosts.sort_unstable();
    assert_eq!(hosts, ["host1", "host2"]);
}

#[test]
fn neither_order_nor_repetition_changes_a_byte() {
    let (input, out) = (planted(), tempfile::tempdir().unwrap());
    let hosts = [input.path().join("case/qzalpha"), input.path().join("case/qzbeta")];
    let to = |name: &str| out.path().join(name);
    run(&[&"report", &hosts[0], &hosts[1], &"--redact", &"-o", &to("a")]);
    run(&[&"report", &hosts[1], &hosts[0], &"--redact", &"-o", &to("b")]);
    assert_same(&to("a"), &to("b"));
    run(&[&"render", &to("a").join("report.json"), &"-o", &to("c")]);
    assert_same(&to("a"), &to("c"));
    run(&[&"render", &to("a").join("report.json"), &"--redact", &"-o", &to("d")]);
    assert_same(&to("a"), &to("d"));
}

#[test]
fn every_case_is_redacted_once_and_for_all() {
    for case in fs::read_dir(project().join("reports")).unwrap() {
        let report = case.unwrap().path().join("report.json");
        if !report.is_file() {
            continue; // a comparison, or the gallery's own page
        }
        let out = tempfile::tempdir().unwrap();
        let to = |name: &str| out.path().join(name);
        assert!(run(&[&"render", &report, &"--redact", &"-o", &to("a")]).status.success());
        run(&[&"render", &to("a").join("report.json"), &"--redact", &"-o", &to("b")]);
        assert_same(&to("a"), &to("b"));
        let plain = json(&report);
        let hidden = text(&to("a").join("report.json"));
        assert!(!hidden.contains("10.77.0.1"), "{}", report.display());
        for host in plain["hosts"].as_array().unwrap() {
            let name = format!("\"host\": {}", host["name"]);
            assert!(!hidden.contains(&name), "{}: {name}", report.display());
        }
    }
}

#[test]
fn the_map_is_for_its_owner_and_stays_out_of_the_output() {
    let (input, out) = (planted(), tempfile::tempdir().unwrap());
    let case = input.path().join("case");
    let to = |name: &str| out.path().join(name);
    let refused = run(&[&"report", &case, &"--redact", &"--redact-map", &to("r/../r/map"), &"-o", &to("r")]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("whoever gets the output"));
    assert!(!to("r").exists(), "refused before anything is written");
    let made = run(&[&"report", &case, &"--redact", &"--redact-map", &to("map.tsv"), &"-o", &to("r")]);
    assert!(made.status.success());
    let map = text(&to("map.tsv"));
    assert!(map.contains("host\tqzbeta\thost2\n") && map.contains("user\tqzbob\t"), "{map}");
    assert!(map.contains("address\t10.83.7.3\t192.0.2."), "{map}");
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(to("map.tsv")).unwrap().permissions()) & 0o777,
        0o600
    );
    let alone = run(&[&"report", &case, &"--redact-map", &to("map.tsv"), &"-o", &to("r")]);
    assert_eq!(alone.status.code(), Some(2), "a map of nothing");
    let mine: PathBuf = to("mine");
    fs::write(&mine, "thesis").unwrap();
    let over = run(&[&"scan", &case, &"--redact", &"--redact-map", &mine]);
    assert_eq!((over.status.code(), text(&mine).as_str()), (Some(2), "thesis"));
}

#[test]
fn charts_of_an_earlier_run_are_no_part_of_a_redacted_report() {
    let (input, out) = (planted(), tempfile::tempdir().unwrap());
    let case = input.path().join("case");
    assert!(run(&[&"report", &case, &"-o", &out.path()]).status.success());
    let again = run(&[&"report", &case, &"--redact", &"-o", &out.path()]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("charts of an earlier run"));
}
