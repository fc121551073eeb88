//! Which sections are read, and under which name: that of the command or file, as other bundles would have it.

use super::section::{Kind, Section};
use std::borrow::Cow;

/// Commands whose output some reader knows. `docker inspect` and hundreds of others are passed over unseen.
const COMMANDS: [&str; 19] = [
    "bridge",
    "chronyc",
    "conntrack",
    "dmesg",
    "ethtool",
    "free",
    "hostname",
    "hostnamectl",
    "ifconfig",
    "ip",
    "journalctl",
    "mpstat",
    "netstat",
    "nstat",
    "ss",
    "sysctl",
    "tc",
    "timedatectl",
    "tuned-adm",
];

/// As [`COMMANDS`], without any arguments, or whatever they are.
const PLAIN: [&str; 3] = ["uname", "uptime", "vmstat"];

/// Folders below which some reader knows files.
const FOLDERS: [&str; 9] = [
    "/proc/",
    "/sys/class/net/",
    "/etc/sysctl.d/",
    "/run/sysctl.d/",
    "/lib/sysctl.d/",
    "/usr/lib/sysctl.d/",
    "/usr/local/lib/sysctl.d/",
    "/etc/security/limits.d/",
    "/var/log/audit/",
];

/// Files that some reader knows, and logs with their rotated copies.
const FILES: [&str; 9] = [
    "/etc/machine-id",
    "/etc/os-release",
    "/etc/timezone",
    "/usr/lib/os-release",
    "/etc/sysctl.conf",
    "/etc/security/limits.conf",
    "/etc/tuned/active_profile",
    "/root/.bash_history",
    "/var/log/tuned/tuned.log",
];
const LOGS: [&str; 8] = [
    "/var/log/messages",
    "/var/log/localmessages",
    "/var/log/warn",
    "/var/log/syslog",
    "/var/log/kern.log",
    "/var/log/boot.msg",
    "/var/log/boot.omsg",
    "/var/log/sapconf.log",
];

/// What is to be done with a section.
#[derive(Debug, PartialEq)]
pub(super) enum Route<'a> {
    /// Given to the reader that knows it, as a file of this path.
    Read(String),
    /// As [`Route::Read`], the text below this command line: `tc … show dev eth0` leaves out of what device it is.
    Below(String, String),
    /// The host's clock.
    Date,
    /// Asked for, and not on the host.
    Absent(Cow<'a, str>),
    /// Of no format that anyone here reads.
    Pass,
}

/// A section's route, and the network namespace that its command ran in.
pub(super) fn route<'a>(section: &Section<'a>) -> (Route<'a>, Option<&'a str>) {
    let Ok(title) = std::str::from_utf8(section.title) else { return (Route::Pass, None) };
    match section.kind {
        Kind::Command => command(title),
        Kind::File | Kind::Log => (file(title), None),
        Kind::Other => (Route::Pass, None),
    }
}

fn file(title: &str) -> Route<'_> {
    let (path, absent) = match title.strip_suffix(" - File not found") {
        Some(path) => (path, true),
        None => (last_lines(title).map_or(title, |(path, _)| path), false),
    };
    // `grep -i chrony /var/log/messages` repeats lines of another section
    if !path.starts_with('/') || path.contains(' ') || !is_known(path) {
        return Route::Pass;
    }
    match path {
        // a pattern that the shell found no file for
        _ if absent && path.contains('*') => Route::Pass,
        _ if absent => Route::Absent(path.into()),
        "/etc/HOSTNAME" => Route::Read("etc/hostname".to_owned()),
        _ => Route::Read(path.trim_start_matches('/').to_owned()),
    }
}

fn is_known(path: &str) -> bool {
    // `/var/log/messages-20261120`
    let rotated = |log: &str| {
        path.strip_prefix(log).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
    };
    FOLDERS.iter().any(|folder| path.starts_with(folder))
        || FILES.contains(&path)
        || matches!(path, "/etc/HOSTNAME" | "/etc/hostname")
        || LOGS.iter().any(|log| rotated(log))
}

/// Path and number in `/var/log/messages - Last 200000 Lines`.
pub(super) fn last_lines(title: &str) -> Option<(&str, u64)> {
    let (path, rest) = title.rsplit_once(" - Last ")?;
    Some((path, rest.strip_suffix(" Lines")?.parse().ok()?))
}

/// How many lines of a journal were asked for: `--lines 500`, `| tail -n 500`.
pub(super) fn asked_for(title: &str) -> Option<u64> {
    let mut words = title.split_whitespace();
    words.find(|word| matches!(*word, "--lines" | "-n"))?;
    words.next()?.parse().ok()
}

fn command(title: &str) -> (Route<'_>, Option<&str>) {
    let (line, netns) = outside(title);
    let mut parts = line.split('|');
    let mut words = parts.next().unwrap_or("").split_whitespace().filter(|word| !word.contains('>'));
    let tool = words.next().unwrap_or("");
    let name = tool.rsplit('/').next().unwrap_or(tool);
    let arguments: Vec<&str> = words.collect();
    // what a filter leaves of a dump is no dump; what it leaves of `sysctl -a` is
    let whole = parts.all(|filter| filter.trim_start().starts_with("tail ")) || name == "sysctl";
    let known = PLAIN.contains(&name) || COMMANDS.contains(&name);
    let route = match name {
        _ if !whole => Route::Pass,
        "date" if arguments.is_empty() => Route::Date,
        "hostname" if !arguments.is_empty() => Route::Pass,
        _ if !known => Route::Pass,
        "tc" => Route::Below(mangled(name, &arguments), format!("tc {}\n", arguments.join(" "))),
        _ => Route::Read(mangled(name, &arguments)),
    };
    (route, netns)
}

/// The command that runs in a network namespace, and its name: `ip netns exec blue ss -nap`.
fn outside(title: &str) -> (&str, Option<&str>) {
    let inside = || {
        let rest = title.split_once(' ').filter(|(tool, _)| *tool == "ip" || tool.ends_with("/ip"))?.1;
        rest.trim_start().strip_prefix("netns exec ")?.trim_start().split_once(' ')
    };
    inside().map_or((title, None), |(netns, line)| (line.trim_start(), Some(netns)))
}

/// A command line as the name of a file, as sosreports have it: `nstat_-az`.
fn mangled(name: &str, arguments: &[&str]) -> String {
    let mut file = name.to_owned();
    for argument in arguments {
        file.push('_');
        file.extend(argument.chars().map(|c| if c == '/' { '.' } else { c }));
    }
    file
}

#[cfg(test)]
mod tests {
    use super::{Route, asked_for, command, file};

    #[test]
    fn commands_are_files_named_after_them() {
        for (title, path) in [
            ("/usr/sbin/ss -nap", "ss_-nap"),
            ("/usr/sbin/nstat -az", "nstat_-az"),
            ("/usr/sbin/ethtool -S eth0", "ethtool_-S_eth0"),
            ("/usr/bin/free -k", "free_-k"),
            ("/bin/hostname", "hostname"),
            ("/sbin/sysctl -a 2>/dev/null | grep ^vm", "sysctl_-a"),
            ("/usr/bin/journalctl --no-pager --boot 0 | tail -n 500", "journalctl_--no-pager_--boot_0"),
            ("ip netns exec blue nstat -az", "nstat_-az"),
        ] {
            assert_eq!(command(title).0, Route::Read(path.to_owned()), "{title}");
        }
        assert_eq!(command("/sbin/ip netns exec my-ns ss -nap").1, Some("my-ns"));
        assert_eq!(
            command("/sbin/tc -s -d qdisc show dev eth0").0,
            Route::Below("tc_-s_-d_qdisc_show_dev_eth0".into(), "tc -s -d qdisc show dev eth0\n".into())
        );
        assert_eq!(command("/bin/date").0, Route::Date);
        for pass in [
            "/usr/bin/docker inspect x",
            "/usr/sbin/ss -nlp | grep cupsd",
            "dmesg -T | grep taint",
            "",
            "date +%s",
        ] {
            assert_eq!(command(pass).0, Route::Pass, "{pass}");
        }
    }

    #[test]
    fn files_are_themselves() {
        let read = |path: &str| Route::Read(path.to_owned());
        assert_eq!(file("/proc/sys/net/core/somaxconn"), read("proc/sys/net/core/somaxconn"));
        assert_eq!(file("/var/log/messages - Last 200000 Lines"), read("var/log/messages"));
        assert_eq!(file("/var/log/messages-20261120"), read("var/log/messages-20261120"));
        assert_eq!(file("/etc/HOSTNAME"), read("etc/hostname"));
        assert_eq!(file("/var/log/messages - File not found"), Route::Absent("/var/log/messages".into()));
        for pass in [
            "grep -i chrony /var/log/messages - Last 500 Lines",
            "/run/sysctl.d/*.conf - File not found",
            "/etc/ssh/sshd_config",
            "/var/log/messages_x",
            "relative",
        ] {
            assert_eq!(file(pass), Route::Pass, "{pass}");
        }
        assert_eq!(
            asked_for("/usr/bin/journalctl --no-pager --output=short-iso --lines 200000"),
            Some(200_000)
        );
        assert_eq!(asked_for("/usr/bin/journalctl --no-pager"), None);
    }
}
