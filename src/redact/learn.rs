//! Names of hosts, users and domains, from where the input says that something is one.

use super::domain;
use super::spot::pattern;
use regex::Regex;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Names as learnt, in small letters.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Short names of hosts, without their domains.
    pub hosts: BTreeSet<String>,
    /// Users, and their full names.
    pub users: BTreeSet<String>,
    /// Domains: ends of names that are taken for domains, whatever they end with.
    pub domains: BTreeSet<String>,
    /// Names of archives of sos: of a host, and of what its owner called the case, where no host is known of that name.
    pub archives: BTreeSet<String>,
    /// Names in the input that look like stand-ins: of `sos clean`, or of an earlier run.
    pub taken: BTreeSet<String>,
}

/// Accounts that every system has.
const SYSTEM: &str = "root nobody daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats \
    _apt systemd-network systemd-resolve systemd-timesync messagebus syslog sshd chrony _chrony ntp ntpsec dbus polkitd tcpdump \
    nginx apache httpd postgres mysql redis rabbitmq kafka zookeeper haproxy memcache etcd prometheus node_exporter \
    adm shutdown halt operator ftp rpc rpcuser nfsnobody sssd libvirt-qemu qemu dnsmasq unbound named bind tss uuidd \
    invalid user unknown (unknown) unset (none) ? none users uid gid";

pattern!(
    HOME,
    r#"(?:/home|/Users|/export/home|/var/mail|/var/spool/mail|/var/spool/cron/crontabs|/var/lib/systemd/linger)/+([^/\s:;,"'<>|\])]+)"#
);
pattern!(
    PROFILE,
    r#"(?i)\b[a-z]:[\\/]+(?:users|documents and settings)[\\/]+([^\\/:;,"'<>|]+?)(?:[\\/]|$|["';,]|\s-)"#
);
pattern!(OF_DOMAIN, r"(?:^|[^\\A-Za-z0-9:])([A-Z][A-Z0-9-]{1,14})\\{1,2}([A-Za-z_][\w.$-]*)");
pattern!(AT, r"([A-Za-z0-9_][\w.+-]*)@([\p{L}\p{N}][\p{L}\p{N}._-]*)");
pattern!(PASSWD, r#"(?:^|")([a-z_][\w.-]*):[^:]*:\d+:\d+:([^:]*):[^:]*:/"#);
pattern!(NUMBERED, r"(?i)\b(?:host|user|obfuscateduser|domain)\d+\b");
pattern!(SEARCH, r##"(?:^|")\s*(?:search|domain)\s+([^"#;]+)"##);
pattern!(
    HOSTS_LINE,
    r##"(?:^|")(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*::[0-9a-f:]*)\s+([A-Za-z][\w.-]*(?:\s+[A-Za-z0-9][\w.-]*)*)\s*(?:["#]|$)"##
);
pattern!(ARCHIVE, r"(?:^|/)sosreport-([A-Za-z0-9][\w.-]*?)(?:-\d{6,})?-\d{4}-\d\d-\d\d");

/// Where a word is a user.
static USERS: [&str; 16] = [
    r"\bsudo(?:\[\d+\])?:\s+(\S+) : ",
    r"\bUSER=([^\s;]+)",
    r"([^\s(]+)\(uid=\d+\)",
    r"\buid=\d+\(([^)]+)\)",
    r"\bsession (?:opened|closed) for user ([^\s(]+)",
    r"\b(?:Accepted|Failed|Postponed) \S+ for (?:invalid user )?(\S+) from",
    r"\b[Ii]nvalid user (\S+) ",
    r#"\b(?:acct|auid|AUID|UID|OUID|SUID|EUID|ruser|user|username|login|logname|LOGNAME|SUDO_USER|ansible_user|remote_user|new_user|owner)[=:]\s?["']?([A-Za-z_][\w.@\\$+-]*)"#,
    r"\bCRON\[\d+\]: \(([^)]+)\)",
    r"\bsu(?:\[\d+\])?: \(to (\S+)\) \S+ on",
    r"\bsu(?:\[\d+\])?: \(to \S+\) (\S+) on",
    r"\bNew session \S+ of user (\S+?)\.?(?:\s|$)",
    r"\b(?:ssh|scp|rsync|sudo|su|runuser|ansible|ansible-playbook|pkexec|doas)\b[^;|]*?\s(?:-u|-l|--user|--login|--become-user|--private-user)[ =]([A-Za-z_][\w.\\@-]*)",
    r"\b(?:useradd|usermod|userdel|passwd|adduser|su -|su)\s+([a-z_][\w.-]+)$",
    r"\bname=([a-z_][\w.-]*), UID=",
    r"~([a-z_][\w.-]+)/",
];

/// Where a word is a host.
static HOSTS: [&str; 11] = [
    r"^(?:<\d+>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*) ([^\s:\[\]]+) [\w./()-]+(?:\[\d+\])?:",
    r#"\b(?:hostname|HOSTNAME|nodename|node|ansible_host|remote_host|inventory_hostname|NODE)=["']?([A-Za-z0-9][\w.-]*)"#,
    r"\bkernel\.hostname\s*=\s*(\S+)",
    r"(?:^|/)netmortem-(\S+?)-\d{8}T",
    r"(?:^|/)(?:scc|nts)_([\w.-]+?)_\d{6}_\d{4}",
    r#"no dump of host "([^"]+)""#, // our own error
    r"^Linux (\S+) \d+\.\d+\.\d+",
    r"^Linux \S+ \(([^)\s]+)\)",
    r"\bssh\s+(?:-\S+\s+)*([A-Za-z][\w-]*(?:\.[\w-]+)*)(?:\s|$)",
    r"^([A-Za-z][\w.-]*) \| (?:CHANGED|SUCCESS|FAILED|UNREACHABLE)",
    r"\b(?:changed|ok|fatal|failed|unreachable): \[([A-Za-z][\w.-]*)[\] ]",
];

/// The patterns, compiled once.
fn compiled(patterns: &[&str]) -> Vec<Regex> {
    patterns.iter().filter_map(|text| Regex::new(text).ok()).collect()
}

pub(super) static USER_PATTERNS: std::sync::LazyLock<Vec<Regex>> =
    std::sync::LazyLock::new(|| compiled(&USERS));
pub(super) static HOST_PATTERNS: std::sync::LazyLock<Vec<Regex>> =
    std::sync::LazyLock::new(|| compiled(&HOSTS));

impl Names {
    /// A host, by its short name or with its domain.
    pub fn host(&mut self, name: &str) {
        let name = clean(name);
        // `centos-7.7` is in no domain
        let split =
            name.split_once('.').filter(|(_, rest)| !rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
        let (short, domain) = split.unwrap_or((&name, ""));
        if name.parse::<IpAddr>().is_ok() || short.is_empty() || is_nobody(short) {
            return;
        }
        if is_any_stand_in(short) {
            self.taken.insert(short.to_owned());
        } else {
            self.hosts.insert(short.to_owned());
        }
        self.domain(domain);
    }

    /// Once all is known: what an archive is called is the name of a host, unless it begins with one.
    pub fn settle(&mut self) {
        for archive in std::mem::take(&mut self.archives) {
            let mut ends = archive.match_indices(['-', '.']).map(|(at, _)| at).chain([archive.len()]);
            if !ends.any(|at| self.hosts.contains(&archive[..at]) || is_stand_in(&archive[..at], "host")) {
                self.host(&archive);
            }
        }
    }

    /// A user: `bob`, `ACME\bob` or `bob@acme.com`.
    pub fn user(&mut self, name: &str) {
        let name = clean(name);
        if let Some((domain, user)) = name.split_once('\\') {
            self.domain(domain);
            return self.user(user.trim_start_matches('\\'));
        }
        if let Some((user, domain)) = name.split_once('@') {
            self.domain(domain);
            return self.user(user);
        }
        let plain = SYSTEM.split_whitespace().any(|it| it == name);
        let numeric = name.bytes().all(|b| b.is_ascii_digit() || b == b'%' || b == b'*');
        if is_any_stand_in(&name) {
            self.taken.insert(name);
        } else if !name.is_empty() && !plain && !numeric && !name.starts_with(['$', '-', '%', '(']) {
            self.users.insert(name);
        }
    }

    /// A domain.
    pub fn domain(&mut self, name: &str) {
        let name = clean(name);
        let known =
            ["", "local", "localdomain", "localhost", "none", "nt authority", "builtin", "(none)", "."];
        let address = name.parse::<IpAddr>().is_ok() || name.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let ours = name.starts_with("obfuscateddomain") || domain::is_ours(&name);
        if !address && !ours && !known.contains(&name.as_str()) && !name.contains(['/', ' ']) {
            self.domains.insert(name);
        }
    }

    /// Whatever a text of the input tells.
    pub fn text(&mut self, text: &str) {
        let first = |found: regex::Captures<'_>, n: usize| {
            found.get(n).map_or(String::new(), |m| m.as_str().to_owned())
        };
        self.taken.extend(NUMBERED.find_iter(text).map(|m| m.as_str().to_lowercase()));
        for pattern in USER_PATTERNS.iter().chain([&*HOME, &*PROFILE]) {
            pattern.captures_iter(text).for_each(|found| self.user(&first(found, 1)));
        }
        for pattern in HOST_PATTERNS.iter() {
            pattern.captures_iter(text).for_each(|found| self.host(&first(found, 1)));
        }
        self.archives.extend(ARCHIVE.captures_iter(text).map(|found| found[1].to_lowercase()));
        for found in OF_DOMAIN.captures_iter(text) {
            self.user(&format!("{}\\{}", &found[1], &found[2]));
        }
        for found in AT.captures_iter(text) {
            let (user, at) = (&found[1], found[2].trim_end_matches('.'));
            let unit = [".service", ".socket", ".timer", ".slice", ".scope", ".target", ".mount", ".device"];
            let digits = at.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            let plain = [".d", ".wants", ".requires"].iter().find_map(|folder| at.strip_suffix(folder));
            if unit.iter().any(|end| plain.unwrap_or(at).ends_with(end)) || at.starts_with("tty") {
                continue;
            }
            self.user(user);
            match at.matches('.').count() {
                _ if digits => {}
                1 => self.domain(at), // of mail, of Kerberos
                _ => self.host(at),
            }
        }
        for found in PASSWD.captures_iter(text) {
            self.user(&found[1]);
            let full = found[2].split(',').next().unwrap_or_default();
            if full.contains(' ') && !SYSTEM.split_whitespace().any(|it| it == &found[1]) {
                self.user(full);
            }
        }
        if let Some(found) = SEARCH.captures(text) {
            found[1]
                .split_whitespace()
                .filter(|it| it.contains('.') || !text.contains("begins"))
                .for_each(|it| self.domain(it));
        }
        if let Some((_, all)) = text.split_once("in the input, which has ") {
            all.split(", ").for_each(|it| self.host(it));
        }
        if let Some(found) = HOSTS_LINE.captures(text).filter(|_| text.contains("it begins \"")) {
            let words = || found[1].split_whitespace();
            let routed = words().any(|it| ["dev", "via", "lladdr", "scope"].contains(&it));
            words().filter(|_| !routed).for_each(|it| self.host(it));
        }
    }
}

fn clean(name: &str) -> String {
    name.trim().trim_matches(['"', '\'', ',', ';', '.', ':']).to_lowercase()
}

/// Names that no host has for itself.
fn is_nobody(name: &str) -> bool {
    let words = [
        "localhost",
        "localhost4",
        "localhost6",
        "localhost.localdomain",
        "(none)",
        "host",
        "unknown",
        "?",
        "none",
        "netns",
        "version",
    ];
    words.contains(&name) || name.starts_with("ip6-") || name.contains('/')
}

fn is_any_stand_in(name: &str) -> bool {
    ["host", "user", "obfuscateduser", "domain"].iter().any(|stem| is_stand_in(name, stem))
}

/// `host12`, as `sos clean` and this write it.
pub fn is_stand_in(name: &str, stem: &str) -> bool {
    name.strip_prefix(stem).is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learnt(text: &str) -> Names {
        let mut names = Names::default();
        names.text(text);
        names
    }

    #[test]
    fn every_pattern_is_one() {
        assert_eq!((USER_PATTERNS.len(), HOST_PATTERNS.len()), (USERS.len(), HOSTS.len()));
    }

    #[test]
    fn lines_of_logs_name_hosts_and_users() {
        let sudo = learnt(
            "Nov 20 12:03:18 Web2 sudo:      bob : TTY=pts/0 ; PWD=/home/bobby ; USER=root ; COMMAND=/usr/sbin/sysctl",
        );
        assert_eq!(sudo.hosts, ["web2".to_owned()].into());
        assert_eq!(sudo.users, ["bob".to_owned(), "bobby".to_owned()].into());
        let ssh = learnt(
            "2026-11-20T11:03:18+01:00 db1.acme.net sshd[12]: Accepted publickey for carol from 10.1.2.3 port 22",
        );
        assert_eq!((ssh.hosts.len(), ssh.users.len(), ssh.domains.len()), (1, 1, 1), "{ssh:?}");
        let windows = learnt(r"user ACME\dave ran C:\Users\dave.smith\x.ps1 as erin@corp.acme.com");
        assert_eq!(windows.users, ["dave", "dave.smith", "erin"].map(str::to_owned).into(), "{windows:?}");
        assert!(windows.domains.contains("acme"));
    }

    #[test]
    fn what_is_nobody_is_not_learnt() {
        let names = learnt(
            "Nov 20 12:03:18 localhost sudo: root : USER=root getty@tty1.service user@1000.service user@0.service.d host3",
        );
        assert!(names.hosts.is_empty() && names.users.is_empty(), "{names:?}");
        assert_eq!(names.taken, ["host3".to_owned()].into());
    }
}
