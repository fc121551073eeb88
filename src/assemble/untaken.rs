//! What a bundle's collector did not take: commands that it left out, that failed, or that it never started.

use crate::model::report::coverage::Missing;
use crate::timeline::{Host, NotTaken, Timeline};

/// Evidence that a command of a bundle gives.
struct Wanted {
    /// How its commands begin.
    commands: &'static [&'static str],
    /// Formats any of which shows the same.
    formats: &'static [&'static str],
    /// What cannot be seen without it.
    without: &'static str,
    /// Whether it is looked for where a bundle does not even name it.
    usual: bool,
    /// What takes it next time.
    collect: &'static str,
}

/// What matters most first.
const WANTED: &[Wanted] = &[
    Wanted {
        commands: &["ss "],
        formats: &["ss -lnt"],
        without: "limits of accept queues, and the state of each socket",
        usual: true,
        collect: "modprobe -a inet_diag tcp_diag udp_diag unix_diag; (date -u; ss -lntp; ss -peaonmi) > ss.txt",
    },
    Wanted {
        commands: &["nstat", "netstat -s"],
        formats: &["nstat", "netstat -s", "/proc/net/snmp"],
        without: "the counters of TCP, UDP and IP",
        usual: true,
        collect: "(date -u; cat /proc/net/snmp /proc/net/netstat) > counters.txt",
    },
    Wanted {
        commands: &["conntrack -S"],
        formats: &["conntrack -S", "/proc/net/stat/nf_conntrack"],
        without: "what connection tracking dropped",
        usual: true,
        collect: "(date -u; conntrack -S; cat /proc/net/stat/nf_conntrack) > conntrack.txt",
    },
    Wanted {
        commands: &["sysctl -a"],
        formats: &["sysctl -a", "/proc/sys"],
        without: "settings of the running kernel",
        usual: true,
        collect: "(date -u; sysctl -a) > sysctl-a.txt",
    },
    Wanted {
        commands: &["ip -s", "netstat -i", "ifconfig"],
        formats: &["ip -s link", "iproute2 -j", "ifconfig", "netstat -i", "/proc/net/dev"],
        without: "counters of interfaces",
        usual: false,
        collect: "(date -u; ip -s link) > ip-s-link.txt",
    },
    Wanted {
        commands: &["tc -s qdisc"],
        formats: &["tc -s qdisc"],
        without: "drops of queueing disciplines",
        usual: false,
        collect: "(date -u; tc -s qdisc show) > tc.txt",
    },
    Wanted {
        commands: &["dmesg", "journalctl"],
        formats: &["dmesg", "journal", "syslog"],
        without: "what the kernel said",
        usual: false,
        collect: "dmesg --time-format=iso > dmesg.txt; journalctl --no-pager -o short-iso > journal.txt",
    },
];

/// Names of other commands that are listed.
const OTHERS: usize = 12;

/// One row for each evidence that is not there, and one for all other commands that gave nothing.
pub(super) fn untaken(timeline: &Timeline, host: &Host) -> Vec<Missing> {
    if !host.recorded && host.not_taken.is_empty() {
        return Vec::new();
    }
    let there = |wanted: &&Wanted| {
        let has = |format: &&str| wanted.formats.contains(format);
        let of_host = timeline.artifacts.iter().filter(|a| a.hosts.contains(&host.name));
        of_host.flat_map(|a| &a.formats).any(has)
    };
    let missed = WANTED.iter().filter(|wanted| !there(wanted));
    let row = |wanted: &Wanted| {
        let why = host.not_taken.iter().find(|it| is_of(wanted, it));
        let text = match why {
            Some(it) => {
                let (path, line) = (timeline.path(it.artifact), it.line);
                format!(
                    "{}: {} ({path}:{line}). Without it {} cannot be seen.",
                    it.command, it.why, wanted.without
                )
            }
            None if wanted.usual && host.recorded => {
                format!(
                    "The bundle's records do not name it: it was never run. Without it {} cannot be seen.",
                    wanted.without
                )
            }
            None => return None,
        };
        let title = format!("{}: not in the bundle", wanted.commands.first()?.trim());
        Some(Missing { host: host.name.clone(), title, text, collect: wanted.collect.to_owned() })
    };
    let mut found: Vec<Missing> = missed.filter_map(row).collect();
    found.extend(others(host));
    found
}

/// Whether a row says already that this command gave nothing.
pub(super) fn names(timeline: &Timeline, host: &Host, command: &str) -> bool {
    untaken(timeline, host).iter().any(|row| row.title.starts_with(&format!("{}:", command.trim())))
}

fn is_of(wanted: &Wanted, it: &NotTaken) -> bool {
    wanted.commands.iter().any(|command| it.command.starts_with(command))
}

/// Commands without any output, whichever they were. One that ended with another status has usually printed why.
fn others(host: &Host) -> Option<Missing> {
    let silent = |it: &&NotTaken| !it.why.starts_with("exit status");
    let known = |it: &&NotTaken| !WANTED.iter().any(|wanted| is_of(wanted, it));
    let mut names: Vec<&str> =
        host.not_taken.iter().filter(silent).filter(known).map(|it| it.command.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let shown = |name: &&str| name.chars().take(40).collect::<String>();
    let listed: Vec<String> = names.iter().take(OTHERS).map(shown).collect();
    let more = names.len().saturating_sub(OTHERS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| Missing {
        host: host.name.clone(),
        title: "Other commands of the bundle".to_owned(),
        text: format!("Left out or without output: {}{more}.", listed.join(", ")),
        collect: String::new(),
    })
}
