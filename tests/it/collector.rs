//! The script that `netmortem collector` prints runs here, ends early when it is told to, and leaves what is read.

use crate::run::{files, netmortem, report, text};
use netmortem::parse::stamp::separator;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// How many snapshots of one file are there.
fn snapshots(out: &Path) -> usize {
    let found = if out.is_dir() { files(out) } else { Vec::new() };
    let counters = found.iter().find(|f| f.ends_with("proc/net/snmp"));
    let stamped = |text: String| text.lines().filter(|l| separator(l.as_bytes()).is_some()).count();
    counters.map_or(0, |file| stamped(text(&out.join(file))))
}

/// A command that stands before the system's own.
fn tool(path: &Path, says: &str) {
    std::fs::write(path, format!("#!/bin/sh\n{says}\n")).unwrap();
    assert!(Command::new("chmod").arg("+x").arg(path).status().unwrap().success());
}

/// What the script has between two of its comments, run with other lines before and behind it.
fn part(between: [&str; 2], before: &str, behind: &str, dir: &Path) -> String {
    let script = String::from_utf8(netmortem(["collector"]).stdout).unwrap();
    let [begin, end] = between.map(|comment| script.find(&format!("\n# {comment}")).expect(comment));
    let functions = &script[begin..end];
    let run =
        Command::new("sh").arg("-c").arg([before, functions, behind].join("\n")).current_dir(dir).output();
    let run = run.unwrap();
    assert_eq!(String::from_utf8_lossy(&run.stderr), "", "no noise");
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn settings_are_kept_when_they_change_and_only_then() {
    let dir = tempfile::tempdir().unwrap();
    // each dump has another time and another count; no tool that sums up a text is there
    let before = r#"
n=0 value=1
now() { echo "2026-11-20T09:12:1${n}Z"; }
has() { return 0; }
cksum() { return 127; }
run() { echo "net.core.somaxconn = $value"; echo "net.netfilter.nf_conntrack_count = $n"; }
"#;
    let behind = "for value in 1 1 1 2 2 1; do settings; n=$((n + 1)); done";
    part(["Settings ---", "Beginning and end"], before, behind, dir.path());
    let kept = text(&dir.path().join("sysctl_-a"));
    let of = |value: &str| {
        let told = |line: &&str| line.starts_with(value);
        kept.lines().filter(told).map(|line| line[value.len()..].to_owned()).collect::<Vec<_>>()
    };
    // the first, the last one before each change, and what it became
    assert_eq!(of("2026-11-20T09:12:1"), ["0Z", "2Z", "3Z", "4Z", "5Z"]);
    assert_eq!(of("net.core.somaxconn = "), ["1", "1", "2", "2", "1"]);
}

#[test]
fn the_silence_of_the_kernel_is_told_only_where_nothing_can_be_lost() {
    let old = "2026-11-20T08:00:00,000000+00:00 eth0: link up";
    let new = "2026-11-20T09:12:11,000000+00:00 eth0: link down";
    let since_boot = "<6>[   10.000000] eth0: link up\n[  100.000000] eth0: link down";
    let told = |dmesg: &str, up: &str| {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("ring"), dmesg.replace("\\n", "\n") + "\n").unwrap();
        let iso = if dmesg.starts_with("20") { "cat ring" } else { "return 1" };
        let before = format!(
            r#"
begun=2026-11-20T09:12:10Z up={up}
now() {{ echo 2026-11-20T09:22:10Z; }}
note() {{ echo "$*"; }}
run() {{ case $* in *iso) {iso} ;; *) cat ring ;; esac; }}
"#
        );
        let said = part(["What the kernel said", "How long it has been up"], &before, "kernel", dir.path());
        let kept = std::fs::read_to_string(dir.path().join("dmesg")).unwrap_or_default();
        let lines = said.strip_prefix("kernel log read from 2026-11-20T09:12:10Z to 2026-11-20T09:22:10Z: ");
        (lines.map(|l| l.trim_end().to_owned()), kept.lines().count())
    };
    assert_eq!(told(old, "90"), (Some("0 lines".to_owned()), 0));
    assert_eq!(told(&format!("{old}\n{new}"), "90"), (Some("1 lines".to_owned()), 1));
    assert_eq!(told(new, "90"), (None, 1), "older ones were pushed out, and perhaps younger ones");
    assert_eq!(told(since_boot, "90"), (Some("1 lines".to_owned()), 1));
    assert_eq!(told(since_boot, "200"), (Some("0 lines".to_owned()), 0));
    assert_eq!(told(since_boot, "5"), (None, 2));
}

#[test]
fn the_collector_packs_what_it_has_when_it_is_interrupted() {
    let dir = tempfile::tempdir().unwrap();
    let script = dir.path().join("collect.sh");
    let printed = netmortem(["collector"]).stdout;
    std::fs::write(&script, &printed).unwrap();
    let tools = dir.path().join("tools");
    std::fs::create_dir(&tools).unwrap();
    tool(&tools.join("dmesg"), "echo '2020-11-20T09:12:10,000000+00:00 Linux version 6.1'");
    tool(&tools.join("journalctl"), "exit 1");
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
    let noise = dir.path().join("noise");
    let run = |args: &[&str]| {
        let mut command = Command::new("sh");
        command.arg(&script).args(args).current_dir(dir.path()).env("PATH", &path);
        let noise = std::fs::File::create(&noise).unwrap();
        command.stdout(Stdio::piped()).stderr(noise).spawn().unwrap()
    };
    for wrong in [&["-i", "0"][..], &["-d", "ten"], &["-x"], &["more"]] {
        assert_eq!(run(wrong).wait().unwrap().code(), Some(2), "{wrong:?}");
    }
    let mut child = run(&["-i", "1", "-d", "5", "-o", "out"]);
    for _ in 0..300 {
        std::thread::sleep(Duration::from_millis(100));
        if snapshots(&dir.path().join("out")) >= 2 {
            break;
        }
    }
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    let mut told = String::new();
    child.stdout.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(child.wait().unwrap().success());
    let packed = told.trim_end();
    assert!(packed.ends_with(".tar.gz"), "{packed}");
    let beside = std::fs::read_dir(dir.path().join("out")).unwrap().count();
    assert_eq!(beside, 1, "nothing but the archive is left");
    assert!(Command::new("tar").args(["xzf", packed]).current_dir(dir.path()).status().unwrap().success());
    std::fs::remove_dir_all(dir.path().join("out")).unwrap();
    std::fs::remove_dir_all(&tools).unwrap();
    let unpacked = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path());
    let collected = unpacked.into_iter().find(|path| path.is_dir()).expect("a folder");
    let found = files(dir.path());
    let of = |name: &str| found.iter().find(|f| f.ends_with(name)).map(|f| text(&dir.path().join(f)));
    let counters = of("proc/net/snmp").expect("counters");
    assert!(snapshots(dir.path()) >= 2, "a time stands before each snapshot");
    assert!(counters.lines().next().is_some_and(|first| separator(first.as_bytes()).is_some()));
    let settings = of("sysctl_-a").expect("settings");
    let own = of("collector.log").expect("its own log");
    assert!(own.lines().all(|line| line.contains(" netmortem-collect: ")), "{own}");
    assert!(own.contains("kernel log read from "), "{own}");
    assert!(!text(&noise).contains("not found"), "no word of the shell");
    let report = report(&collected, &dir.path().join("report"));
    let coverage = &report["coverage"];
    let missing = coverage["missing"].as_array().unwrap();
    assert!(
        missing.iter().all(|m| m["title"] != "The log"),
        "the kernel was silent, not unheard: {missing:?}"
    );
    let own = coverage["artifacts"].as_array().unwrap().iter().find(|a| a["format"] == "netmortem-collect");
    assert!(own.is_some_and(|a| a["rejected"] == 0), "{coverage}");
    assert!(!settings.contains("stable_secret") && !settings.contains("fastopen_key"));
    assert!(found.iter().all(|f| !f.file_name().unwrap().to_string_lossy().starts_with('.')), "{found:?}");
}
