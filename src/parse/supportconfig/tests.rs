use super::{FILE, netns};
use crate::model::fact::{Clue, Facts, Layer};
use crate::parse::{Parsed, file};

const COMMAND: &str = "#==[ Command ]======================================#\n";
const CONF: &str = "#==[ Configuration File ]===========================#\n";
const LOG: &str = "#==[ Log File ]=====================================#\n";

fn read(path: &str, text: &str) -> Facts {
    match file(path, text.as_bytes()) {
        Parsed::Read(mut parts) if parts.len() == 1 => parts.remove(0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_section_is_read_as_what_it_is() {
    let text = format!(
        "{COMMAND}# /bin/date\nFri Nov 20 09:12:10 UTC 2026\n\n{CONF}# /proc/sys/net/core/somaxconn\n4096\n\n\n{CONF}# /etc/sysctl.d/99.conf\nnet.core.somaxconn=8192\n\n\n{COMMAND}# /usr/sbin/nstat -az\n#kernel\nTcpExtListenDrops               7                  0.0\n\n{COMMAND}# /sbin/lspci -b\n00:00.0 Host bridge\n\n"
    );
    let facts = read("scc_x/env.txt", &text);
    assert_eq!(facts.formats, [FILE.name, "/proc/sys", "sysctl.conf", "nstat"]);
    let settings: Vec<_> =
        facts.settings.iter().map(|s| (s.layer, s.value.as_str(), s.line, s.capture)).collect();
    assert_eq!(settings, [(Layer::Runtime, "4096", 7, 0), (Layer::Persisted, "8192", 12, 0)]);
    assert_eq!((facts.samples.line[0], facts.samples.capture[0]), (18, 0));
    assert!(facts.captures[0].stamp.is_some() && facts.captures.len() == 1);
    assert_eq!(
        facts.notes.kept[0].why,
        "1 of 5 sections passed over: of no format that is read here, excerpts, or empty"
    );
    assert_eq!(facts.rejects.count, 0);
}

#[test]
fn what_failed_is_said() {
    let text = format!(
        "{COMMAND}# nstat -az\nERROR: Command not found or not executible\n\n{COMMAND}# CASAcli -l\nERROR: Command not found or not executable\n\n{LOG}# /var/log/messages - File not found\n\n{COMMAND}# /usr/sbin/ss -s\nTotal: 1\n\n# ERROR: Command did not complete within the timeout period.\n\n"
    );
    let facts = read("x", &text);
    let nstat = Clue::NotTaken { command: "nstat -az".into(), why: "not found on the host".into(), line: 2 };
    assert!(facts.clues.contains(&nstat), "{:?}", facts.clues);
    let noted = &facts.notes.kept[0];
    assert_eq!((noted.line, noted.why.as_str()), (10, "/var/log/messages was not found on the host"));
    let late = &facts.rejects.kept[0];
    assert!(late.line == 16 && late.why.contains("did not end in the time"), "{late:?}");
}

#[test]
fn a_log_that_is_a_tail_says_where_it_begins() {
    let line = "Nov 20 09:12:10 web1 kernel: nf_conntrack: nf_conntrack: table full, dropping packet\n";
    let text = |most: u32| format!("{LOG}# /var/log/messages - Last {most} Lines\n{line}{line}\n\n");
    let facts = read("messages.txt", &text(2));
    assert_eq!((facts.events.len(), facts.events[1].line), (2, 4));
    assert_eq!(facts.notes.kept[0].line, 3);
    assert_eq!(read("messages.txt", &text(3)).notes.count, 0, "that is all of it");
}

#[test]
fn the_ring_buffer_below_its_journal_counts_once() {
    let journal = "Nov 20 09:12:10 web1 kernel: nf_conntrack: nf_conntrack: table full, dropping packet\n";
    let ring = "[Fri Nov 20 09:12:10 2026] nf_conntrack: nf_conntrack: table full, dropping packet\n";
    let both = |boot: &str| {
        format!(
            "{COMMAND}# /usr/bin/journalctl --no-pager --boot {boot}\n{journal}\n{COMMAND}# /bin/dmesg -T\n{ring}\n"
        )
    };
    assert_eq!(read("boot.txt", &both("0")).events.len(), 1);
    assert_eq!(read("boot.txt", &both("1")).events.len(), 2, "another boot");
}

#[test]
fn files_of_a_namespace_are_known_by_name_and_folder() {
    assert_eq!(netns("in/scc_web7_261120_0912/network-blue.txt"), Some("blue"));
    assert_eq!(netns("in/web7/network-blue.txt"), None);
    assert_eq!(netns("scc_web7/network.txt"), None);
    let text = format!("{COMMAND}# /sbin/ip netns exec blue nstat -az\n#kernel\nTcpExtListenDrops 7 0.0\n\n");
    assert_eq!(read("scc_web7/network-blue.txt", &text).samples.key.len(), 1);
    let stray = read("web7/network-blue.txt", &text);
    assert_eq!((stray.samples.key.len(), stray.notes.count), (0, 1));
    assert_eq!(read("scc_web7/network-red.txt", &text).samples.key.len(), 0);
}

#[test]
fn nothing_is_said_of_a_file_that_nobody_reads() {
    let facts = read("scc_x/sar.txt", &format!("{COMMAND}# /usr/lib64/sa/sa1 1 1\n\n"));
    assert_eq!((facts.notes.count, facts.rejects.count, facts.formats), (0, 0, vec![FILE.name]));
}

#[test]
fn a_history_is_of_use_where_its_times_were_kept() {
    let history = "#1763629940\nsysctl -w net.core.somaxconn=4096\n";
    let section = |lines: &str| format!("{CONF}# /root/.bash_history\n{lines}\n\n\n");
    let facts = read("scc_x/shell_history.txt", &section(history));
    assert_eq!((facts.actions.len(), facts.actions[0].line), (1, 4));
    assert_eq!(
        read("scc_x/shell_history.txt", &section("sysctl -w net.core.somaxconn=1\n")).actions.len(),
        0
    );
}

#[test]
fn of_the_files_the_one_in_force_counts() {
    let conf = |path: &str, lines: &str| format!("{CONF}# {path}\n{lines}\n\n\n");
    let text = [
        conf("/etc/sysctl.conf", "net.core.somaxconn=1"),
        conf("/usr/lib/sysctl.d/50-default.conf", "net.core.somaxconn=2\nvm.swappiness=2\nvm.laptop_mode=2"),
        conf("/usr/lib/sysctl.d/60-x.conf", "vm.swappiness=3\nkernel.panic=3"),
        conf("/etc/sysctl.d/60-x.conf", "vm.dirty_ratio=4\nkernel.panic=9\nkernel.panic=4"),
        conf("/etc/sysctl.d/99-y.conf", "net.core.somaxconn=5\nvm.laptop_mode=2"),
    ]
    .concat();
    let facts = read("env.txt", &text);
    let settings: Vec<_> = facts.settings.iter().map(|s| format!("{}={}", s.key, s.value)).collect();
    let expected =
        ["net.core.somaxconn=1", "vm.swappiness=2", "vm.dirty_ratio=4", "kernel.panic=4", "vm.laptop_mode=2"];
    assert_eq!(settings, expected);
    let notes: Vec<_> = facts.notes.kept.iter().map(|n| (n.line, n.why.as_str())).collect();
    assert_eq!(notes.len(), 4, "{notes:?}");
    assert_eq!(
        notes[0].1,
        "net.core.somaxconn = 2 of usr/lib/sysctl.d/50-default.conf: etc/sysctl.d/99-y.conf comes later, with 5"
    );
    assert!(notes[1].1.contains("another file of this name"), "{notes:?}");
}

/// No bytes make it panic, and sections without end take linear time.
#[test]
fn hostile_headings_cost_nothing() {
    let begun = std::time::Instant::now();
    let one = format!("{COMMAND}# /usr/sbin/ss -s\nTotal: 1\n\n");
    let facts = read("x", &one.repeat(1_000));
    assert!(facts.rejects.count < 10_000);
    read("x", &format!("{COMMAND}# /usr/sbin/ss -s\n{}", COMMAND.repeat(100_000)));
    read("x", &format!("{one}{}", "#==[ ".repeat(200_000)));
    read("x", &format!("{one}{}", "\n".repeat(2_000_000)));
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    let seed = format!(
        "{one}{CONF}# /etc/sysctl.d/x.conf\na.b=1\n\n{LOG}# /var/log/messages - Last 5 Lines\nNov 20 09:12:10 a b: c\n"
    );
    for at in (0..seed.len()).step_by(2) {
        for byte in [0, b'\n', b'#', b'=', b' ', 0xff] {
            let mut bytes = seed.clone().into_bytes();
            bytes[at] = byte;
            let _ = file("scc_a/env.txt", &bytes);
        }
        let _ = file("scc_a/env.txt", &seed.as_bytes()[at..]);
    }
}
