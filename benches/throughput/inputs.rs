//! Inputs of the size that archives have, from a seed: the same bytes on every machine.

use netmortem::catalogue::events;
use netmortem::model::time::Time;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// 2026-11-20 00:00:00 UTC.
const BEGIN: i64 = 1_795_132_800;

/// Splitmix64: enough to look irregular, and no dependency.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut n = self.0;
        n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (n ^ (n >> 31)) % limit
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[usize::try_from(self.below(list.len() as u64)).unwrap_or(0)]
    }
}

/// A loop of `date; netstat -s` every 30 seconds, all `counters` printed each time.
pub fn netstat_loop(path: &Path, snapshots: u32, counters: usize) -> io::Result<()> {
    let lines = netstat_lines(counters);
    let mut random = Random(1);
    let mut values: Vec<u64> = lines.iter().map(|_| 1 << random.below(38)).collect();
    // a third stands still, as on any host
    let rates: Vec<u64> = lines.iter().map(|_| random.below(3).min(1) << random.below(16)).collect();
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    for n in 0..snapshots {
        let at = Time::from_secs(BEGIN + 30 * i64::from(n)).rfc3339();
        writeln!(out, "===== {at} =====")?;
        let mut section = "";
        for ((line, value), rate) in lines.iter().zip(&mut values).zip(&rates) {
            if line.section != section {
                section = line.section;
                writeln!(out, "{section}:")?;
            }
            *value += random.below(rate + 1);
            writeln!(out, "    {}{value}{}", line.before, line.after)?;
        }
    }
    out.flush()
}

struct CounterLine {
    section: &'static str,
    before: String,
    after: String,
}

/// The wording of net-tools where it has one, the raw name else, as the real tool prints them.
fn netstat_lines(counters: usize) -> Vec<CounterLine> {
    const SECTIONS: [&str; 8] = ["Ip", "Tcp", "Udp", "UdpLite", "TcpExt", "IpExt", "MPTcpExt", "Ip6"];
    let sentences: Vec<Vec<&str>> = include_str!("../../src/catalogue/sentences.tsv")
        .lines()
        .map(|row| row.split('\t').collect())
        .collect();
    let names: Vec<(&str, &str)> =
        netmortem::catalogue::counters::all().filter_map(|row| row.name.split_once('.')).collect();
    let of_section = |section| names.iter().filter(move |(s, name)| *s == section && *name != "Forwarding");
    SECTIONS
        .into_iter()
        .flat_map(of_section)
        .take(counters)
        .map(|(section, name)| {
            let metric = format!("{section}.{name}");
            let worded =
                sentences.iter().find(|row| row[0] == *section && row[2] == metric).map(|row| row[1]);
            let raw = format!("{name}: %u");
            let (before, after) = worded.unwrap_or(&raw).split_once("%u").unwrap_or_default();
            CounterLine { section, before: before.to_owned(), after: after.to_owned() }
        })
        .collect()
}

/// A plain syslog of `bytes`, in which one line in `rare` is one of the catalogue's own samples.
pub fn syslog(path: &Path, bytes: u64, rare: u64) -> io::Result<()> {
    const NOISE: [&str; 8] = [
        "systemd[1]: Started Session {} of user root.",
        "sshd[{}]: Accepted publickey for deploy from 10.0.3.17 port 51234 ssh2: ED25519 SHA256:k3Jx0Wm",
        "CRON[{}]: (root) CMD (test -x /usr/sbin/anacron || run-parts --report /etc/cron.hourly)",
        "dockerd[812]: time=\"2026-11-20T09:00:00Z\" level=info msg=\"ignoring event\" container={} module=libcontainerd",
        "nginx: 10.0.3.9 - - \"GET /api/v2/items/{} HTTP/1.1\" 200 5120 \"-\" \"curl/8.5.0\"",
        "postfix/smtpd[{}]: connect from mail.example.org[192.0.2.25]",
        "kernel: [{}.120000] audit: type=1400 apparmor=\"ALLOWED\" operation=\"open\" name=\"/etc/ssl/openssl.cnf\"",
        "dhclient[{}]: bound to 10.0.3.40 -- renewal in 1592 seconds.",
    ];
    let messages: Vec<&str> =
        events::all().iter().filter_map(|kind| kernel_message(&kind.samples[0])).collect();
    let mut random = Random(2);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let (mut written, mut second) = (0, 0);
    while written < bytes {
        let mut lines = Vec::new();
        let stamp = Time::from_secs(BEGIN + second).format("%b %e %H:%M:%S");
        for _ in 0..100 {
            let noise = random.of(&NOISE).replace("{}", &(100_000 + second).to_string());
            match random.below(rare) {
                0 => {
                    let (uptime, message) = (100_000 + second, random.of(&messages));
                    writeln!(lines, "{stamp} web1 kernel: [{uptime}.500000] {message}")?;
                }
                _ => writeln!(lines, "{stamp} web1 {noise}")?,
            }
        }
        out.write_all(&lines)?;
        written += lines.len() as u64;
        second += 1;
    }
    out.flush()
}

/// What the kernel wrote, behind its tag and its clock; `None` for lines of other programs.
fn kernel_message(line: &str) -> Option<&str> {
    let message = line.split_once(" kernel: ")?.1;
    Some(message.split_once("] ").filter(|_| message.starts_with('[')).map_or(message, |(_, text)| text))
}

/// A day of `sar -n DEV,EDEV,IP,TCP,ETCP,UDP -u -P ALL`, a row a second: one table behind the other, and a header
/// again every fifty times.
pub fn sar(path: &Path, times: u32) -> io::Result<()> {
    const DEVICES: [&str; 8] =
        ["lo", "eth0", "eth1", "bond0", "docker0", "veth1a2b3c4", "veth5d6e7f8", "wg0"];
    const CPUS: [&str; 9] = ["all", "0", "1", "2", "3", "4", "5", "6", "7"];
    let tables: [(&str, &str, &[&str]); 7] = [
        ("CPU", "%user %nice %system %iowait %steal %idle", &CPUS),
        ("IFACE", "rxpck/s txpck/s rxkB/s txkB/s rxcmp/s txcmp/s rxmcst/s %ifutil", &DEVICES),
        ("IFACE", "rxerr/s txerr/s coll/s rxdrop/s txdrop/s txcarr/s rxfram/s rxfifo/s txfifo/s", &DEVICES),
        ("", "irec/s fwddgm/s idel/s orq/s asmrq/s asmok/s fragok/s fragcrt/s", &[""]),
        ("", "active/s passive/s iseg/s oseg/s", &[""]),
        ("", "atmptf/s estres/s retrseg/s isegerr/s orsts/s", &[""]),
        ("", "idgm/s odgm/s noport/s idgmerr/s", &[""]),
    ];
    let mut random = Random(11);
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "Linux 6.18.5 (web1) \t11/20/26 \t_x86_64_\t(8 CPU)")?;
    let clock = |second: u32| format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
    for (entity, columns, rows) in tables {
        for second in 0..times {
            if second % 50 == 0 {
                write!(out, "\n{} {entity:>12}", clock(second))?;
                columns.split(' ').try_for_each(|column| write!(out, " {column:>9}"))?;
                writeln!(out)?;
            }
            for row in rows {
                write!(out, "{} {row:>12}", clock(second + 1))?;
                for _ in columns.split(' ') {
                    write!(out, " {:>6}.{:02}", random.below(90_000), random.below(100))?;
                }
                writeln!(out)?;
            }
        }
    }
    out.flush()
}
