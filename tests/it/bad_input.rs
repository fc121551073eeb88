//! Everything read is hostile: bad input is named with path and line, costs nothing else, and never a panic.

use crate::run::{json, netmortem, text, tool};
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use tempfile::TempDir;

/// Recorded at a listener whose accept queue overflowed, cut to a few lines: three snapshots.
const NETSTAT: &str = "\
Fri Nov 20 11:03:01 UTC 2026
Ip:
    Forwarding: 2
    21252 total packets received
    7264 requests sent out
Tcp:
    2427 passive connection openings
    7264 segments sent out
TcpExt:
    11561 times the listen queue of a socket overflowed
    11561 SYNs to LISTEN sockets dropped
    TCPDelivered: 2427
IpExt:
    InOctets: 1217008
    OutOctets: 397144
Fri Nov 20 11:03:02 UTC 2026
Ip:
    Forwarding: 2
    21872 total packets received
    7468 requests sent out
Tcp:
    2495 passive connection openings
    7468 segments sent out
TcpExt:
    11899 times the listen queue of a socket overflowed
    11899 SYNs to LISTEN sockets dropped
    TCPDelivered: 2495
IpExt:
    InOctets: 1252512
    OutOctets: 408296
Fri Nov 20 11:03:03 UTC 2026
Ip:
    Forwarding: 2
    22489 total packets received
    7672 requests sent out
Tcp:
    2563 passive connection openings
    7672 segments sent out
TcpExt:
    12233 times the listen queue of a socket overflowed
    12233 SYNs to LISTEN sockets dropped
    TCPDelivered: 2563
IpExt:
    InOctets: 1287848
    OutOctets: 419448
";

/// Recorded while a conntrack table was full.
const KERN: &str = "\
Nov 20 11:04:26 lab kernel: [358.943286] net_ratelimit: 78 callbacks suppressed
Nov 20 11:04:26 lab kernel: [358.943307] nf_conntrack: nf_conntrack: table full in netns 4026532177, dropping packet
Nov 20 11:04:26 lab kernel: [358.993722] nf_conntrack: nf_conntrack: table full in netns 4026532177, dropping packet
Nov 20 11:04:26 lab kernel: [359.044146] nf_conntrack: nf_conntrack: table full in netns 4026532177, dropping packet
";

/// A folder of inputs and what the tool made of it.
struct Run {
    dir: TempDir,
    output: Output,
    report: Value,
}

impl Run {
    /// Samples of a metric, as `export` prints them.
    fn values(&self, metric: &str) -> Vec<String> {
        let input = self.dir.path().join("in");
        let run = netmortem(["export".as_ref(), input.as_os_str()]);
        let text = String::from_utf8(run.stdout).unwrap();
        let cells = |row: &str| row.split(',').map(str::to_owned).collect::<Vec<_>>();
        text.lines().map(cells).filter(|c| c[2] == metric).map(|c| c[5].clone()).collect()
    }

    /// `path:line: why` of all rejects, and `path: why` of all skips.
    fn named(&self) -> Vec<String> {
        let coverage = &self.report["coverage"];
        let word = |v: &Value| v.as_str().unwrap().to_owned();
        let rejects = coverage["rejects"].as_array().unwrap().iter();
        let skips = coverage["artifacts"].as_array().unwrap().iter().filter(|a| a["skipped"] != "");
        let rejects = rejects.map(|r| format!("{}:{}: {}", word(&r["path"]), r["line"], word(&r["why"])));
        rejects.chain(skips.map(|a| format!("{}: {}", word(&a["path"]), word(&a["skipped"])))).collect()
    }

    fn overflows(&self) -> Vec<String> {
        self.values("TcpExt.ListenOverflows")
    }
}

const ALL: [&str; 3] = ["11561", "11899", "12233"];

fn write(dir: &Path, name: &OsStr, bytes: &[u8]) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Runs `report` on a folder of these files.
fn folder(files: &[(&str, &[u8])]) -> Run {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("in")).unwrap();
    for (name, bytes) in files {
        write(&dir.path().join("in"), name.as_ref(), bytes);
    }
    run(dir)
}

/// Runs `report` on `in` below a folder.
fn run(dir: TempDir) -> Run {
    let (input, out) = (dir.path().join("in"), dir.path().join("out"));
    let output = netmortem([OsStr::new("report"), input.as_os_str(), "-o".as_ref(), out.as_os_str()]);
    let report = if output.status.success() { json(&out.join("report.json")) } else { Value::Null };
    Run { dir, output, report }
}

/// Runs `report` on one file that must be analysed.
fn netstat(bytes: &[u8]) -> Run {
    let run = folder(&[("netstat-s.log", bytes)]);
    assert_eq!(run.output.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.output.stderr));
    run
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Nothing could be analysed: status 2, one message, nothing written.
fn refused(files: &[(&str, &[u8])]) -> String {
    let run = folder(files);
    let said = stderr(&run.output);
    assert_eq!(run.output.status.code(), Some(2), "{said}");
    assert!(said.starts_with("netmortem: ") && run.output.stdout.is_empty(), "{said}");
    assert!(!run.dir.path().join("out").exists(), "nothing is written");
    said
}

#[test]
fn a_line_cut_by_the_end_of_the_file_is_rejected_and_named() {
    let cut = NETSTAT.find("12233 times the listen").unwrap() + 3;
    let run = netstat(&NETSTAT.as_bytes()[..cut]);
    assert_eq!(
        run.named(),
        ["in/netstat-s.log:40: truncated: the file ends here, perhaps in the middle of this line"]
    );
    assert_eq!(run.overflows(), ALL[..2]);
    assert_eq!(run.values("Tcp.PassiveOpens"), ["2427", "2495", "2563"]);
}

#[test]
fn a_file_cut_anywhere_yields_no_number_that_was_not_there() {
    let whole = netstat(NETSTAT.as_bytes()).overflows();
    for cut in (200..NETSTAT.len()).step_by(61) {
        let run = folder(&[("netstat-s.log", &NETSTAT.as_bytes()[..cut])]);
        assert_eq!(run.output.status.code(), Some(0), "cut at {cut}");
        let left = run.overflows();
        assert!(whole.starts_with(&left) || left.is_empty(), "cut at {cut}: {left:?}");
    }
}

#[test]
fn a_file_that_lost_its_head_is_read_from_its_first_time_on() {
    let (_, tail) = NETSTAT.split_at(NETSTAT.find("TcpExt").unwrap());
    let run = netstat(tail.as_bytes());
    assert_eq!(run.overflows(), ALL);
    let findings = run.report["findings"].to_string();
    assert!(!findings.contains("restart"), "no reset is made up: {findings}");
    let window = &run.report["window"];
    assert_eq!(
        (&window["from"], &window["to"]),
        (&"2026-11-20T11:03:02Z".into(), &"2026-11-20T11:03:03Z".into())
    );
}

#[test]
fn carriage_returns_and_a_byte_order_mark_cost_nothing() {
    let dos = format!("\u{feff}{}", NETSTAT.replace('\n', "\r\n"));
    let run = netstat(dos.as_bytes());
    assert_eq!(run.overflows(), ALL);
    assert!(run.named().is_empty(), "{:?}", run.named());
    let sysctl = |value: u32| format!("\u{feff}net.core.somaxconn = {value}\r\n");
    let run = folder(&[
        ("sysctl-20261120T110301Z.txt", sysctl(16).as_bytes()),
        ("sysctl-20261120T110303Z.txt", sysctl(32).as_bytes()),
    ]);
    assert_eq!(
        run.report["changes"][0]["evidence"][0]["text"], "net.core.somaxconn = 16",
        "nor are they quoted"
    );
}

#[test]
fn a_run_of_nuls_costs_its_own_line() {
    let nuls = "\0".repeat(4_096);
    let log = KERN.replacen(
        "Nov 20 11:04:26 lab kernel: [358.993722]",
        &format!("{nuls}Nov 20 11:04:26 lab kernel: [358.993722]"),
        1,
    );
    let dump = NETSTAT.replacen("    11899 SYNs", &format!("{nuls}    11899 SYNs"), 1);
    let run = folder(&[("kern.log", log.as_bytes()), ("netstat-s.log", dump.as_bytes())]);
    let named = run.named();
    assert!(
        named.contains(&"in/kern.log:3: 4096 NUL bytes, as a crash leaves behind".to_owned()),
        "{named:?}"
    );
    // what stood in the hole is not known, a heading perhaps: up to the next one, nothing has a section
    let lost = |line: u32| format!("in/netstat-s.log:{line}: not a line of any known dump");
    assert_eq!(named[1..], [lost(26), lost(27)]);
    assert_eq!(run.overflows(), ALL);
    let full =
        run.report["events"].as_array().unwrap().iter().filter(|e| e["kind"] == "conntrack-table-full");
    assert_eq!(full.count(), 3);
}

#[test]
fn latin_1_is_named_and_the_rest_is_read() {
    let mut bytes =
        NETSTAT.replace("    TCPDelivered: 2495", "    2495 Verbindungen ge\u{1}ffnet").into_bytes();
    bytes.iter_mut().filter(|b| **b == 1).for_each(|b| *b = 0xf6);
    let run = netstat(&bytes);
    assert_eq!(run.named(), ["in/netstat-s.log:27: not text"]);
    assert_eq!(run.overflows(), ALL);
    assert_eq!(run.values("TcpExt.TCPDelivered"), ["2427", "2563"]);
}

#[test]
fn another_language_is_kept_under_its_own_words() {
    let german = NETSTAT.replace("passive connection openings", "passive Verbindungsöffnungen");
    let run = netstat(german.as_bytes());
    assert_eq!(run.values("Tcp.N passive Verbindungsöffnungen"), ["2427", "2495", "2563"]);
    assert!(run.values("Tcp.PassiveOpens").is_empty());
    assert_eq!(
        run.report["coverage"]["unknown_counters"],
        serde_json::json!(["Tcp.N passive Verbindungsöffnungen"])
    );
}

#[test]
fn a_wrapped_negative_is_rejected_and_named() {
    let run = netstat(NETSTAT.replace("InOctets: 1252512", "InOctets: -1125721178").as_bytes());
    assert_eq!(
        run.named(),
        ["in/netstat-s.log:29: IpExt.InOctets: printed as a negative number: 32-bit overflow in netstat"]
    );
    assert_eq!(run.values("IpExt.InOctets"), ["1217008", "1287848"]);
}

#[test]
fn a_counter_above_u64_is_rejected_and_named() {
    let run = netstat(NETSTAT.replace("InOctets: 1252512", "InOctets: 18446744073709551616").as_bytes());
    assert_eq!(run.named(), ["in/netstat-s.log:29: IpExt.InOctets: number above 64 bits"]);
    assert_eq!(run.values("IpExt.InOctets"), ["1217008", "1287848"]);
    let run = netstat(NETSTAT.replace("InOctets: 1252512", "InOctets: 18446744073709551615").as_bytes());
    assert_eq!(run.values("IpExt.InOctets"), ["1217008", "18446744073709551615", "1287848"]);
}

#[test]
fn a_command_that_was_missing_is_named_in_its_own_words() {
    let first = "bash: line 1: netstat: command not found\n";
    let run = netstat(format!("{first}{NETSTAT}").as_bytes());
    assert_eq!(
        run.named(),
        ["in/netstat-s.log:1: the command failed: bash: line 1: netstat: command not found"]
    );
    assert_eq!(run.overflows(), ALL);
    let said = refused(&[("netstat-s.log", first.as_bytes())]);
    assert!(said.contains("in/netstat-s.log: the command failed"), "{said}");
}

#[test]
fn an_empty_file_is_skipped_and_named() {
    let run = folder(&[("netstat-s.log", NETSTAT.as_bytes()), ("ss.log", b""), ("blank.log", b"\n \n")]);
    assert_eq!(run.named(), ["in/blank.log: no text in it", "in/ss.log: empty"]);
    assert_eq!(run.overflows(), ALL);
}

#[test]
fn a_folder_without_anything_known_is_the_end() {
    assert!(refused(&[]).contains("no file in the input"));
    let said = refused(&[("a.txt", b"Dear diary\n"), ("b.bin", &[0, 1, 2, 3]), ("c.gz", b"\x1f\x8b\x08")]);
    for name in ["in/a.txt: not a known format", "in/b.bin: binary", "in/c.gz: cannot be unpacked"] {
        assert!(said.contains(name), "{said}");
    }
}

#[test]
fn a_missing_path_beside_a_good_one_is_named_and_costs_nothing() {
    let run = folder(&[("netstat-s.log", NETSTAT.as_bytes())]);
    let (input, out) = (run.dir.path().join("in"), run.dir.path().join("out"));
    let nowhere = run.dir.path().join("nowhere");
    let both = netmortem([
        "report".as_ref(),
        nowhere.as_os_str(),
        input.as_os_str(),
        "-o".as_ref(),
        out.as_os_str(),
    ]);
    assert_eq!(both.status.code(), Some(0));
    assert_eq!(stderr(&both), format!("netmortem: {}: no such file or directory\n", nowhere.display()));
    let report = json(&out.join("report.json")).to_string();
    assert!(report.contains("\"path\":\"nowhere\"") && report.contains("no such file or directory"));
    let alone = netmortem(["report".as_ref(), nowhere.as_os_str()]);
    assert_eq!(alone.status.code(), Some(2));
    assert_eq!(stderr(&alone), stderr(&both));
}

#[test]
fn a_file_without_read_permission_is_skipped_and_named() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    write(&dir.path().join("in"), "netstat-s.log".as_ref(), NETSTAT.as_bytes());
    write(&dir.path().join("in"), "kern.log".as_ref(), KERN.as_bytes());
    let closed = dir.path().join("in/kern.log");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&closed).is_ok() {
        eprintln!("skipped: permission bits do not bind this user");
        return;
    }
    let run = run(dir);
    assert_eq!(run.named(), ["in/kern.log: permission denied"]);
    assert_eq!(run.overflows(), ALL);
}

#[test]
fn a_device_or_a_fifo_is_refused_without_being_opened() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("in/fifo");
    write(&dir.path().join("in"), "netstat-s.log".as_ref(), NETSTAT.as_bytes());
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    for input in [fifo.as_os_str(), "/dev/zero".as_ref()] {
        let run = netmortem(["report".as_ref(), input]);
        assert_eq!(run.status.code(), Some(2));
        assert!(stderr(&run).contains("FIFOs, sockets and devices are refused"), "{}", stderr(&run));
    }
    let run = run(dir);
    assert_eq!(run.named(), ["in/fifo: FIFO, socket or device"]);
    assert_eq!(run.overflows(), ALL);
}

#[test]
fn strict_ends_with_2_and_names_the_first_reject() {
    let run = netstat(format!("what is this\n{NETSTAT}").as_bytes());
    let input = run.dir.path().join("in");
    let strict = netmortem(["scan".as_ref(), "--strict".as_ref(), input.as_os_str()]);
    assert_eq!(strict.status.code(), Some(2));
    let why = "netmortem: --strict: in/netstat-s.log:1: not a line of any known dump\n";
    assert_eq!(stderr(&strict), why);
}

#[test]
fn standard_input_is_a_dump_like_any_other() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("x"), NETSTAT).unwrap();
    let stdin = fs::File::open(dir.path().join("x")).unwrap();
    let run = tool().args(["export", "-"]).stdin(stdin).output().unwrap();
    assert_eq!(run.status.code(), Some(0));
    let text = String::from_utf8(run.stdout).unwrap();
    assert!(text.contains("TcpExt.ListenOverflows,,2026-11-20T11:03:02Z,11899,counter"), "{text}");
    let empty = tool().args(["export", "-"]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(empty.status.code(), Some(2));
    assert_eq!(stderr(&empty), "netmortem: stdin: empty\n");
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    // more than any buffer between the table and the pipe
    let run = netstat(NETSTAT.repeat(500).as_bytes());
    let input = run.dir.path().join("in");
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        writer
    };
    for verb in ["scan", "export"] {
        let status = tool().args([verb.as_ref(), input.as_os_str()]).stdout(closed()).status().unwrap();
        assert_eq!(status.code(), Some(0), "{verb}");
    }
    let status = tool().args(["scan", "/nowhere"]).stderr(closed()).status().unwrap();
    assert_eq!(status.code(), Some(2), "a closed standard error");
}

#[test]
fn hostile_names_are_escaped_wherever_they_land() {
    let dir = tempfile::tempdir().unwrap();
    let host = "<script>alert(1)</script>";
    let log = KERN.replace("lab", host);
    let input = dir.path().join("in");
    write(&input, OsStr::from_bytes(b"<script>a\x1b[2J\n\xff.log"), log.as_bytes());
    write(&input, OsStr::from_bytes(b"<script>a\x1b[2J\n\xfe.log"), b"Dear diary\n");
    write(&input, "sysctl.txt".as_ref(), b"kernel.hostname = <script>b\nnet.core.somaxconn = <script>c\n");
    let run = run(dir);
    assert_eq!(
        run.named(),
        [r#"in/<script>a\x1b[2J\x0a\xfe.log: not a known format; it begins "Dear diary""#]
    );
    assert!(run.report.to_string().contains(host), "the name is kept as written");
    let out = run.dir.path().join("out");
    let scan = netmortem(["scan".as_ref(), run.dir.path().join("in").as_os_str()]);
    assert!(!String::from_utf8_lossy(&scan.stdout).contains('\u{1b}'));
    for file in crate::run::files(&out).iter().filter(|f| !f.ends_with("report.json")) {
        let text = text(&out.join(file));
        // a code span of Markdown shows markup as it is
        let outside = if file.ends_with("summary.md") { without_code(&text) } else { text };
        assert!(!outside.contains("<script>"), "{}: {outside}", file.display());
        assert!(!outside.contains('\u{1b}'), "{}", file.display());
    }
}

/// Markdown without its code spans: every other piece between backticks.
fn without_code(text: &str) -> String {
    text.lines().map(|line| line.split('`').step_by(2).collect::<String>() + "\n").collect()
}

#[test]
fn an_impossible_uptime_dates_nothing() {
    let up = " 11:04:21 up 999999999999 days,  3:04,  2 users,  load average: 0.00, 0.01, 0.05\n";
    let log = KERN.replace("[358.943307]", "[9999999999.943307]");
    let run = folder(&[("uptime.txt", format!("{up}{NETSTAT}").as_bytes()), ("kern.log", log.as_bytes())]);
    assert_eq!(run.named(), ["in/uptime.txt:1: not a line of any known dump"]);
    assert_eq!(run.overflows(), ALL);
    // what was written is read back
    let again = run.dir.path().join("again");
    let report = run.dir.path().join("out/report.json");
    let render = netmortem(["render".as_ref(), report.as_os_str(), "-o".as_ref(), again.as_os_str()]);
    assert_eq!(render.status.code(), Some(0), "{}", stderr(&render));
    assert_eq!(text(&again.join("report.html")), text(&run.dir.path().join("out/report.html")));
}

#[test]
fn impossible_repeats_are_rejected_and_named() {
    let log = format!(
        "{KERN}\
Nov 20 11:04:27 lab last message repeated 18446744073709551615 times
Nov 20 11:04:27 lab kernel: [359.5] net_ratelimit: 99999999999999999999 callbacks suppressed
Nov 20 11:04:27 lab kernel: message repeated 2147483648 times: [ [359.6] nf_conntrack: table full, dropping packet]
"
    );
    let run = folder(&[("kern.log", log.as_bytes())]);
    let why = |line: u32| format!("in/kern.log:{line}: counts more repeats than any writer can");
    assert_eq!(run.named(), [why(5), why(6), why(7)]);
}

#[test]
fn a_count_that_is_no_number_is_rejected_and_named() {
    let sysctl = "net.core.somaxconn = 16\nnet.netfilter.nf_conntrack_count = 1e400\nnet.netfilter.nf_conntrack_max = 512\n";
    let run = folder(&[("sysctl.txt", sysctl.as_bytes())]);
    assert_eq!(run.named(), ["in/sysctl.txt:2: nf_conntrack_count: not a number"]);
    assert!(run.values("nf_conntrack_count").is_empty());
}

#[test]
fn dates_that_no_calendar_has_are_rejected_and_named() {
    for date in ["Mon Feb 30 11:03:02 UTC 2026", "Fri Nov 20 11:03:02 UTC 9999", "292277-01-01T00:00:00Z"] {
        let run = netstat(NETSTAT.replace("Fri Nov 20 11:03:02 UTC 2026", date).as_bytes());
        assert_eq!(run.named(), ["in/netstat-s.log:16: not a line of any known dump"], "{date}");
    }
}

#[test]
fn the_output_of_an_earlier_run_is_not_evidence() {
    let run = netstat(NETSTAT.as_bytes());
    let input = run.dir.path().join("in");
    fs::rename(run.dir.path().join("out"), input.join("netmortem-report")).unwrap();
    let again = self::run(run.dir);
    let ours = ["charts", "report.html", "report.json", "summary.md"];
    let named: Vec<String> =
        ours.iter().map(|f| format!("in/netmortem-report/{f}: written by netmortem")).collect();
    assert_eq!(again.named(), named);
    assert_eq!(again.overflows(), ALL);
}

#[test]
fn a_folder_of_links_and_loops_is_read_once() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in");
    write(&input, "sos_commands/netstat-s.log".as_ref(), NETSTAT.as_bytes());
    write(dir.path(), "outside.log".as_ref(), KERN.as_bytes());
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, input.join(name)).unwrap();
    link("sos_commands/netstat-s.log", "netstat");
    link("loop", "loop");
    link("..", "sos_commands/up");
    link("../..", "sos_commands/out");
    link("../outside.log", "outside.log");
    let run = run(dir);
    let why = |name: &str| format!("in/{name}: a link to nothing inside the input");
    assert_eq!(run.named(), [why("loop"), why("outside.log"), why("sos_commands/out")]);
    assert_eq!(run.overflows(), ALL);
}

/// Runs with arguments that are wrong.
fn wrong(args: &[&OsStr], out: &Path) -> String {
    let run = netmortem(args);
    assert_eq!(run.status.code(), Some(2), "{args:?}");
    assert!(run.stdout.is_empty() && !stderr(&run).contains("panicked"), "{args:?}");
    assert!(!out.exists(), "{args:?} wrote");
    stderr(&run)
}

#[test]
fn wrong_arguments_end_with_2_and_write_nothing() {
    let run = netstat(NETSTAT.as_bytes());
    let (input, out) = (run.dir.path().join("in"), run.dir.path().join("never"));
    let verb: [&OsStr; 4] = ["report".as_ref(), input.as_os_str(), "-o".as_ref(), out.as_os_str()];
    for (args, names) in [
        (&["--window", "yesterday"][..], "--window"),
        (&["--window", "2026-11-20..2026-11-19"], "--window"),
        (&["--window", "2026-11-20T25:00Z.."], "--window"),
        (&["--tz", "Mars/Phobos"], "Mars/Phobos"),
        (&["--year", "abc"], "abc"),
        (&["--year", "292277"], "292277"),
        (&["--fail-on", "panic"], "panic"),
        (&["--frobnicate"], "--frobnicate"),
        (&["--host", "nobody"], "nobody"),
    ] {
        let said = wrong(&verb.into_iter().chain(args.iter().map(OsStr::new)).collect::<Vec<_>>(), &out);
        assert!(said.contains(names), "{args:?}: {said}");
    }
    wrong(&["report".as_ref()], &out);
    wrong(&[], &out);
}

#[test]
fn an_output_that_cannot_be_written_is_named() {
    let run = netstat(NETSTAT.as_bytes());
    let (input, dir) = (run.dir.path().join("in"), run.dir.path());
    fs::write(dir.join("file"), "kept").unwrap();
    let export =
        |out: PathBuf| netmortem(["export".as_ref(), input.as_os_str(), "-o".as_ref(), out.as_os_str()]);
    let report =
        |out: PathBuf| netmortem(["report".as_ref(), input.as_os_str(), "-o".as_ref(), out.as_os_str()]);
    let refused = report(dir.join("file"));
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("it is there, and no directory"), "{}", stderr(&refused));
    for output in [report("/proc/never".into()), export(dir.into()), export(dir.join("no/x"))] {
        assert_eq!(output.status.code(), Some(2));
        let said = stderr(&output);
        assert!(said.starts_with("netmortem: cannot write ") && said.lines().count() == 1, "{said}");
    }
    assert_eq!(text(&dir.join("file")), "kept");
    assert_eq!(export(dir.join("file")).status.code(), Some(0));
    assert!(text(&dir.join("file")).starts_with("host,netns,metric"));
    assert!(!dir.join("file.partial").exists());
}
