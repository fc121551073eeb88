use super::{Form, form, read};
use crate::model::fact::{Clue, Facts};
use crate::model::stamp::Stamp;
use crate::parse::{self, Parsed};

/// One journal in every form that `journalctl` of systemd 252 prints, recorded from `fixtures/formats/journal`.
macro_rules! recorded {
    ($name:literal) => {
        include_bytes!(concat!("../../../fixtures/formats/journal/", $name)).as_slice()
    };
}

fn facts(bytes: &[u8]) -> Facts {
    match parse::file("a/lie.bin", bytes) {
        Parsed::Read(mut parts) => parts.remove(0),
        Parsed::Skipped(why) => panic!("{why}"),
    }
}

/// Kind, which one, count, whether added back, and the second where the form has a full time.
type Seen = (&'static str, String, u64, bool, String);

fn second(stamp: &Stamp) -> String {
    match stamp {
        Stamp::Instant(micros) => crate::model::time::Time(micros - micros % 1_000_000).hms(),
        Stamp::Wall(w) => {
            let s = w.micros / 1_000_000 - 3600;
            format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
        }
        _ => String::new(),
    }
}

fn events(facts: &Facts) -> Vec<Seen> {
    let seen = facts.events.iter().map(|e| (e.kind, e.of.clone(), e.count, e.added_back, second(&e.stamp)));
    seen.collect()
}

fn acts(facts: &Facts) -> Vec<String> {
    let said = |a: &crate::model::fact::Action| {
        format!(
            "{:?} {} {:?} {:?} {:?} {}",
            a.what,
            a.way.name(),
            a.user,
            a.outcome,
            a.host,
            second(&a.stamp)
        )
    };
    facts.actions.iter().map(said).collect()
}

/// What only the forms with all fields can show: `short` prints `[25B blob data]` for text that is not UTF-8.
fn without_blobs(mut events: Vec<Seen>) -> Vec<Seen> {
    events.retain(|e| !(e.0 == "open-files" && e.1 == "app" && e.4 == "07:48:33"));
    events
}

#[test]
fn every_form_of_one_journal_tells_the_same() {
    let short = facts(recorded!("sibling-short.txt"));
    assert_eq!((short.events.len(), short.actions.len()), (6, 5));
    for (name, bytes) in [
        ("short-full", recorded!("sibling-short-full.txt")),
        ("short-iso", recorded!("sibling-short-iso.txt")),
        ("short-iso-precise", recorded!("sibling-short-iso-precise.txt")),
        ("short-precise", recorded!("sibling-short-precise.txt")),
        ("short-unix", recorded!("sibling-short-unix.txt")),
        ("with-unit", recorded!("sibling-with-unit.txt")),
        ("export", recorded!("export.txt")),
        ("json", recorded!("json.txt")),
        ("json-sse", recorded!("json-sse.txt")),
        ("json-seq", recorded!("json-seq.txt")),
        ("json-pretty", recorded!("json-pretty.txt")),
        ("verbose", recorded!("verbose.txt")),
    ] {
        let told = facts(bytes);
        assert_eq!(without_blobs(events(&told)), events(&short), "{name}");
        assert_eq!(acts(&told), acts(&short), "{name}");
        let span = |facts: &Facts| {
            facts.clues.iter().find_map(|c| match c {
                Clue::LogSpan { host, first, last, .. } => Some((host.clone(), second(first), second(last))),
                _ => None,
            })
        };
        assert_eq!(span(&told), span(&short), "{name}");
    }
}

#[test]
fn uptimes_of_an_earlier_boot_are_no_times() {
    for form in [recorded!("sibling-short-monotonic.txt"), recorded!("sibling-short-delta.txt")] {
        let told = facts(form);
        let stamps: Vec<_> = told.events.iter().map(|e| e.stamp.clone()).collect();
        assert_eq!(stamps.len(), 6);
        assert!(stamps[..5].iter().all(|s| *s == Stamp::Absent), "{stamps:?}");
        assert_eq!(stamps[5], Stamp::SinceBoot(330.499));
        assert_eq!(told.events[5].host.as_deref(), Some("web1"));
    }
}

#[test]
fn boots_tie_the_two_clocks_and_lines_can_be_quoted() {
    for bytes in [
        recorded!("export.txt"),
        recorded!("json.txt"),
        recorded!("json-pretty.txt"),
        recorded!("verbose.txt"),
    ] {
        let told = facts(bytes);
        let exact = |c: &&Clue| matches!(c, Clue::KernelStamp { uptime, .. } if (uptime - 2.0).abs() < 1e-9);
        assert_eq!(told.clues.iter().filter(exact).count(), 2);
        let lines: Vec<&[u8]> = bytes.split(|b| *b == b'\n').collect();
        for event in &told.events {
            let line = String::from_utf8_lossy(lines[event.line as usize - 1]);
            let bytes = line.contains("[99,97,102") || line.contains("\"MESSAGE\" : [");
            assert!(
                line.contains("full")
                    || line.contains("open files")
                    || line.contains("suppr")
                    || line.contains("SYN")
                    || bytes,
                "{line}"
            );
        }
        assert_eq!(
            told.events.iter().find(|e| e.kind == "syn-flooding").and_then(|e| e.uptime),
            Some(330.499)
        );
    }
}

#[test]
fn forms_are_told_apart_and_others_are_not_taken() {
    assert_eq!(form(recorded!("export.txt")), Some(Form::Export));
    assert_eq!(form(recorded!("json-pretty.txt")), Some(Form::Pretty));
    assert_eq!(form(recorded!("verbose.txt")), Some(Form::Verbose));
    for other in
        ["", "{\n", "{\"a\":1}\n", "A=b\nC=d\n", "Fri 2026-11-20 08:33:22 CET web1 a: x\n", "MESSAGE\n"]
    {
        assert_eq!(form(other.as_bytes()), None, "{other}");
    }
}

#[test]
fn a_length_that_lies_costs_one_entry() {
    let mut bytes = b"__REALTIME_TIMESTAMP=1\nMESSAGE\n\xff\xff\xff\xff\xff\xff\xff\x7fxx\n\n".to_vec();
    bytes.extend(b"__CURSOR=s\n__REALTIME_TIMESTAMP=1795160900123456\n_TRANSPORT=kernel\nMESSAGE=TCP: too many orphaned sockets\n\n");
    let mut facts = Facts::default();
    read(&bytes, &mut facts);
    assert_eq!((facts.events.len(), facts.rejects.count), (1, 1));
}

#[test]
fn no_bytes_make_it_panic() {
    for seed in [recorded!("export.txt"), recorded!("json-pretty.txt"), recorded!("verbose.txt")] {
        for at in (0..seed.len().min(2600)).step_by(7) {
            for byte in [0, b'\n', b'=', b'{', 0xff] {
                let mut bytes = seed[..seed.len().min(3000)].to_vec();
                bytes[at] = byte;
                read(&bytes, &mut Facts::default());
                read(&bytes[at..], &mut Facts::default());
            }
        }
    }
}
