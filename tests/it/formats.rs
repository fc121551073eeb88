//! Every format has a folder in `fixtures/formats/`. Each file in it but `*.facts` is an input, and the file of the
//! same name with `.facts` behind it says what must be read from it, line by line. `BLESS=1` writes these: read
//! them beside the input before they are committed.
//!
//! A folder is named as the format, blanks and slashes as `_` (`netstat_-s`); `sibling-*` inputs are of another
//! format that looks alike, and must not be taken for this one.

use crate::run::project;
use netmortem::model::fact::{Act, Clue, Facts, Layer};
use netmortem::model::stamp::Stamp;
use netmortem::parse::{self, Parsed};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Inputs whose name or folder says what they are; everything else is known by content, whatever its name.
const BY_PATH: [&str; 23] = [
    "OSWatcher",
    "_proc_PID_limits",
    "_proc_sys",
    "_sys_class_net_statistics",
    "date",
    "dmesg",
    "etc_localtime",
    "etc_timezone",
    "ethtool_-S",
    "file-nr",
    "free",
    "hostname",
    "limits.conf",
    "machine-id",
    "nstat",
    "os-release",
    "_proc_net_snmp6",
    "_proc_pressure",
    "shell_history",
    "supportconfig",
    "sysctl.conf",
    "tuned.conf",
    "tuned_active_profile",
];

/// The folders, and in each the inputs with their paths below the folder.
fn inputs() -> Vec<(String, PathBuf)> {
    let root = project().join("fixtures/formats");
    let mut found = Vec::new();
    for folder in entries(&root) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        collect(&folder, &mut |path| found.push((name.clone(), path)));
    }
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    found.sort();
    found
}

fn collect(folder: &Path, take: &mut dyn FnMut(PathBuf)) {
    for path in entries(folder) {
        if path.is_dir() {
            collect(&path, take);
        } else if path.extension().is_none_or(|e| e != "facts") {
            take(path);
        }
    }
}

/// Path below its format's folder, as a bundle would hold it.
fn inside(path: &Path) -> String {
    let below = path.strip_prefix(project().join("fixtures/formats")).unwrap();
    below.components().skip(1).map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn told(path: &str, bytes: &[u8]) -> String {
    match parse::file(path, bytes) {
        Parsed::Skipped(why) => format!("skipped: {why}\n"),
        Parsed::Read(parts) => parts.iter().map(tell).collect(),
    }
}

/// Everything a parser said, one fact a line.
fn tell(facts: &Facts) -> String {
    let mut text = String::new();
    let mut say = |line: std::fmt::Arguments<'_>| writeln!(text, "{line}").unwrap();
    facts.formats.iter().for_each(|f| say(format_args!("format {f}")));
    for (i, c) in facts.captures.iter().enumerate() {
        say(format_args!("{}: capture {i} at {}", c.line, c.stamp.as_ref().map_or("?".into(), stamp)));
    }
    let samples = &facts.samples;
    for i in 0..samples.key.len() {
        let id = &facts.keys[samples.key[i] as usize];
        let kind = format!("{:?}", id.kind).to_lowercase();
        let value = if id.kind.is_exact() {
            samples.value[i].to_string()
        } else {
            f64::from_bits(samples.value[i]).to_string()
        };
        let of = if id.of.is_empty() { String::new() } else { format!("{{{}}}", id.of) };
        let (line, capture) = (samples.line[i], samples.capture[i]);
        say(format_args!("{line}: {kind} {}{of} = {value} @{capture}", id.metric));
    }
    for s in &facts.sections {
        say(format_args!("{}: section {} @{}", s.line, s.section, s.capture));
    }
    for s in &facts.settings {
        let layer = match s.layer {
            Layer::Runtime => "running",
            Layer::Persisted => "persisted",
            Layer::Profile => "profile",
            Layer::Exception => "except",
        };
        say(format_args!("{}: {layer} {} = {} @{}", s.line, s.key, s.value, s.capture));
    }
    for e in &facts.events {
        let added = if e.added_back { " added back" } else { "" };
        let host = e.host.as_deref().unwrap_or("-");
        let (line, kind, of, count) = (e.line, e.kind, &e.of, e.count);
        say(format_args!("{line}: event {kind}{{{of}}} x{count}{added} at {} on {host}", stamp(&e.stamp)));
    }
    for a in &facts.actions {
        let (host, user) = (a.host.as_deref().unwrap_or("-"), a.user.as_deref().unwrap_or("-"));
        let what = match &a.what {
            Act::Set { key, value } => format!("{key} = {}", value.as_deref().unwrap_or("?")),
            other => format!("{other:?}"),
        };
        let (line, way, outcome, at) = (a.line, a.way.name(), a.outcome, stamp(&a.stamp));
        say(format_args!("{line}: action {what} by {user} ({way}, {outcome:?}) at {at} on {host}"));
    }
    for clue in &facts.clues {
        match clue {
            Clue::LogSpan { host, first, last, lines } => {
                let host = host.as_deref().unwrap_or("-");
                let (first, last) = (stamp(first), stamp(last));
                say(format_args!("clue log of {host}, {lines} lines, {first} to {last}"));
            }
            other => say(format_args!("clue {other:?}")),
        }
    }
    facts.rejects.kept.iter().for_each(|r| say(format_args!("{}: rejected: {}", r.line, r.why)));
    facts.notes.kept.iter().for_each(|r| say(format_args!("{}: note: {}", r.line, r.why)));
    if facts.rejects.count > facts.rejects.kept.len() as u64 {
        say(format_args!("{} rejected in all", facts.rejects.count));
    }
    facts.others.iter().for_each(|other| text += &format!("of another host:\n{}", tell(other)));
    text
}

fn stamp(stamp: &Stamp) -> String {
    match stamp {
        Stamp::Instant(micros) => netmortem::model::time::Time(*micros).rfc3339(),
        Stamp::SinceBoot(seconds) => format!("boot+{seconds}"),
        Stamp::Absent => "no time".to_owned(),
        Stamp::Wall(w) => {
            let year = w.year.map_or("????".to_owned(), |y| format!("{y:04}"));
            let zone = w.zone.as_deref().unwrap_or("");
            let (s, micros) = (w.micros / 1_000_000, w.micros % 1_000_000);
            let (h, m, s) = (s / 3_600, s / 60 % 60, s % 60);
            format!("{year}-{:02}-{:02} {h:02}:{m:02}:{s:02}.{micros:06}{zone}", w.month, w.day)
        }
    }
}

#[test]
fn every_fixture_gives_its_facts() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for (_, path) in inputs() {
        let got = told(&inside(&path), &fs::read(&path).unwrap());
        let mut golden = path.clone().into_os_string();
        golden.push(".facts");
        if bless {
            fs::write(&golden, &got).unwrap();
        }
        let want = fs::read_to_string(&golden).unwrap_or_default();
        if got != want {
            let at = got.lines().zip(want.lines()).position(|(a, b)| a != b);
            let at = at.unwrap_or(got.lines().count().min(want.lines().count()));
            let line = |text: &str| text.lines().nth(at).unwrap_or("nothing").to_owned();
            wrong.push(format!("{}: got {:?}, expected {:?}", path.display(), line(&got), line(&want)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_input_is_known_by_its_content() {
    for (folder, path) in inputs() {
        let bytes = fs::read(&path).unwrap();
        let Parsed::Read(parts) = parse::file(&inside(&path), &bytes) else { continue };
        let formats: Vec<String> =
            parts.iter().flat_map(|p| &p.formats).map(|f| f.replace([' ', '/'], "_")).collect();
        let sibling = path.file_name().unwrap().to_string_lossy().starts_with("sibling-");
        assert_eq!(!formats.contains(&folder), sibling, "{}: {formats:?}", path.display());
        if !BY_PATH.contains(&folder.as_str()) {
            assert_eq!(told("a/lie.bin", &bytes), told(&inside(&path), &bytes), "{}", path.display());
        }
    }
}

#[test]
fn every_format_has_inputs_and_every_golden_an_input() {
    let known = parse::DUMPS.iter().map(|d| d.name).chain(parse::WHOLE.iter().map(|w| w.name));
    let folders: Vec<String> = inputs().into_iter().map(|(folder, _)| folder).collect();
    for name in known {
        assert!(folders.contains(&name.replace([' ', '/'], "_")), "no fixtures/formats/ folder for {name}");
    }
    for folder in entries(&project().join("fixtures/formats")) {
        collect_goldens(&folder);
    }
}

fn collect_goldens(folder: &Path) {
    for path in entries(folder) {
        if path.is_dir() {
            collect_goldens(&path);
        } else if path.extension().is_some_and(|e| e == "facts") {
            assert!(path.with_extension("").is_file(), "{} has no input", path.display());
        }
    }
}

/// A file may end anywhere. Long ones are cut at some two hundred places.
#[test]
fn no_fixture_panics_wherever_it_is_cut() {
    for (_, path) in inputs() {
        let bytes = fs::read(&path).unwrap();
        let step = (bytes.len() / 200).max(1);
        for end in (0..bytes.len()).step_by(step) {
            assert!(!told(&inside(&path), &bytes[..end]).is_empty() || end == 0, "{}", path.display());
        }
    }
}
