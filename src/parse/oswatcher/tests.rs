use super::other::tool;
use super::{DUMP, Line, line, named};
use crate::model::fact::{Clue, Facts};
use crate::parse::{Parsed, file};

fn read(path: &str, text: &str) -> Facts {
    match file(path, text.as_bytes()) {
        Parsed::Read(mut parts) if parts.len() == 1 => parts.remove(0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_head_names_the_host_or_the_file_does() {
    assert_eq!(line(b"Linux OSWbb v22.1.0AHF web1"), Some(Line::Title(Some("web1"))));
    assert_eq!(line(b"Linux    OSW v2.1.2"), Some(Line::Title(None)));
    for none in
        ["Linux web1 6.1.0 #1 SMP", "Linux OSWbb", "# a comment", "####", "zzz", "***", "SunOS OSWbb v8.0"]
    {
        assert_eq!(line(none.as_bytes()), None, "{none}");
    }
    assert_eq!(named("a/web_1_netstat_25.11.22.0400.dat.gz"), Some("web_1"));
    assert_eq!(named("2015_01_18_18_02_56_NetstatExaWatcher_db1.x.org.dat"), Some("db1.x.org"));
    assert_eq!(named("a/lie.bin"), None);
    let body =
        "zzz ***Sat Nov 22 04:00:07 CST 2025\nMemTotal:       16393172 kB\nMemFree:        393172 kB\n";
    let host = |path: &str, head: &str| read(path, &format!("{head}\n{body}")).clues;
    let is = |name: &str| vec![Clue::Host { name: name.into(), line: 1 }];
    assert_eq!(host("web1_meminfo_25.11.22.0400.dat", "Linux OSWbb v7.3.3"), is("web1"));
    assert_eq!(host("web1_meminfo_25.11.22.0400.dat", "Linux OSWbb v7.3.3 db9"), is("db9"));
    assert_eq!(host("x", "Linux OSWbb v7.3.3"), []);
}

#[test]
fn a_late_tool_is_said_and_an_unreadable_time_is_no_other() {
    let body = "MemTotal:       16393172 kB\nMemFree:        393172 kB\n";
    let text = format!(
        "Linux OSWbb v7.3.3\nzzz ***Sat Nov 22 04:00:07 CST 2025\n{body}***Warning. MEMINFO response is spanning snapshot intervals.\nzzz ***\u{10d}t 22. xyz 04:00:37\n{body}zzz ***\u{10d}t 22. xyz 04:01:07\n{body}zzz ***Sat Nov 22 04:01:37 CST 2025\n{body}"
    );
    let facts = read("x", &text);
    assert_eq!(facts.formats, [DUMP.name, "meminfo"]);
    assert_eq!((facts.notes.kept[0].line, facts.rejects.kept[0].line), (5, 9));
    assert_eq!((facts.rejects.count, facts.samples.key.len()), (1, 4));
}

#[test]
fn what_is_of_a_later_moment_than_its_time_line_is_a_gap() {
    let at = |second: u32| {
        format!("zzz ***Sat Nov 22 04:00:{second:02} CST 2025\nMemTotal:  {second} kB\nMemFree:  1 kB\n")
    };
    let late = "***Warning. MEMINFO response is spanning snapshot intervals.\n";
    let text = ["Linux OSWbb v7.3.3\n", &at(7), late, &at(17), &at(27), &at(37)].concat();
    let facts = read("x", &text);
    let lines: Vec<u32> = facts.captures.iter().map(|capture| capture.line).collect();
    assert_eq!((lines, facts.rejects.count, facts.notes.count), (vec![2, 9, 12], 0, 1));
}

#[test]
fn tools_that_nobody_reads_are_passed_over_with_a_word() {
    let at = "Linux OSWbb v8.1.2 web1\nzzz ***Mon Mar 11 18:00:18 JST 2019\n";
    for (body, word) in [
        (
            "top - 18:00:19 up 139 days,  9:56,  1 user,  load average: 79.77, 69.85, 49.34\nTasks: 1\n",
            "top: passed over",
        ),
        (
            "Linux 5.4.17 (web1) \t03/11/2019 \t_x86_64_\t(1 CPU)\n\navg-cpu:  %user\n   1.0\n",
            "iostat: passed over",
        ),
        ("F S UID        PID\n4 S root         1\n", "ps: passed over"),
        ("whatever this is\n", "a tool that is not read: passed over"),
    ] {
        let facts = read("x", &format!("{at}{body}{}", at.replace("Linux OSWbb v8.1.2 web1\n", "")));
        assert_eq!(facts.formats, [DUMP.name, word], "{body}");
        assert_eq!((facts.rejects.count, facts.clues.len()), (0, 1));
    }
    for (body, none) in [
        ("procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n", "vmstat"),
        (
            "Linux 5.4.17 (web1) \t03/11/2019 \t_x86_64_\t(1 CPU)\n\n18:00:19     CPU    %usr   %idle\n",
            "mpstat",
        ),
        ("", "nothing"),
    ] {
        assert_eq!(tool(format!("{at}{body}").as_bytes()), None, "{none}");
    }
    assert_eq!(tool(b"2026-11-20 09:12:10\nwhatever\n"), None, "no mark of theirs");
}

#[test]
fn no_bytes_make_it_panic() {
    let seed = "############################################################\n# Starting Time:        01/17/2015 09:02:39\nzzz <01/17/2015 09:02:39> Count:720\nKernel Interface table\nzzz ***Warning. A response is spanning snapshot intervals.\n";
    for at in 0..seed.len() {
        for byte in [0, b'\n', b'*', b'<', b'>', 0xff] {
            let mut bytes = seed.as_bytes().to_vec();
            bytes[at] = byte;
            let _ = file("a_b_25.11.22.0400.dat", &bytes);
        }
        let _ = file("x", &seed.as_bytes()[at..]);
    }
}
