//! The script that `netmortem collector` prints runs here, ends early when it is told to, and leaves what is read.

use crate::run::{files, netmortem, text};
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

#[test]
fn the_collector_packs_what_it_has_when_it_is_interrupted() {
    let dir = tempfile::tempdir().unwrap();
    let script = dir.path().join("collect.sh");
    let printed = netmortem(["collector"]).stdout;
    std::fs::write(&script, &printed).unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new("sh");
        command.arg(&script).args(args).current_dir(dir.path()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().unwrap()
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
    let found = files(dir.path());
    let of = |name: &str| found.iter().find(|f| f.ends_with(name)).map(|f| text(&dir.path().join(f)));
    let counters = of("proc/net/snmp").expect("counters");
    assert!(snapshots(dir.path()) >= 2, "a time stands before each snapshot");
    assert!(counters.lines().next().is_some_and(|first| separator(first.as_bytes()).is_some()));
    let settings = of("sysctl_-a").expect("settings");
    assert!(!settings.contains("stable_secret") && !settings.contains("fastopen_key"));
    assert!(found.iter().all(|f| !f.file_name().unwrap().to_string_lossy().starts_with('.')), "{found:?}");
}
