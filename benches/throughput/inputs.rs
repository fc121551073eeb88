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

/// A loop of `date; ss -peaonmi` of `bytes` on a host with a few listeners and twenty thousand connections.
pub fn sockets(path: &Path, bytes: u64) -> io::Result<()> {
    const SERVICES: [&str; 4] = ["443", "8080", "22", "9092"];
    let mut random = Random(3);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let (mut written, mut n) = (0, 0);
    while written < bytes {
        let mut lines = Vec::new();
        writeln!(lines, "===== {} =====", Time::from_secs(BEGIN + 60 * n).rfc3339())?;
        writeln!(lines, "Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process")?;
        for port in SERVICES {
            let (queue, fd) = (random.below(600), random.below(64));
            writeln!(
                lines,
                "tcp   LISTEN {queue} 511 0.0.0.0:{port} 0.0.0.0:* users:((\"nginx\",pid=812,fd={fd})) ino:88493 sk:1013 cgroup:/system.slice/nginx.service <->"
            )?;
            writeln!(lines, "\t skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d{n}) cubic cwnd:10")?;
        }
        for _ in 0..20_000 {
            connection(&mut lines, &mut random, &SERVICES)?;
        }
        out.write_all(&lines)?;
        written += lines.len() as u64;
        n += 1;
    }
    out.flush()
}

/// Half of the connections are to a database.
fn connection(lines: &mut Vec<u8>, random: &mut Random, services: &[&str]) -> io::Result<()> {
    let state = random.of(&["ESTAB", "ESTAB", "ESTAB", "CLOSE-WAIT", "FIN-WAIT-2", "TIME-WAIT"]);
    let (far, ephemeral, bytes) = (random.below(250), 32_768 + random.below(28_000), random.below(4_000));
    let (local, peer) = match random.below(2) {
        0 => (random.of(services).to_owned(), ephemeral.to_string()),
        _ => (ephemeral.to_string(), "3306".to_owned()),
    };
    let (rtt, cwnd, lost) = (random.below(90_000), 1 + random.below(90), random.below(9));
    writeln!(
        lines,
        "tcp   {state} 0      {bytes}      10.99.0.1:{local}     10.99.1.{far}:{peer} users:((\"nginx\",pid=812,fd=17)) timer:(on,204ms,0) ino:{ephemeral} sk:{far:x} cgroup:/system.slice/nginx.service <->"
    )?;
    writeln!(
        lines,
        "\t skmem:(r{bytes},rb131072,t0,tb69120,f0,w{bytes},o0,bl0,d0) ts sack cubic wscale:10,10 rto:204 rtt:{}.{:03}/0.003 mss:1448 pmtu:1500 rcvmss:536 advmss:1448 cwnd:{cwnd} bytes_acked:{bytes} segs_out:{cwnd} segs_in:2 send 16548571429bps lastsnd:3924 lastrcv:3924 lastack:3924 pacing_rate 47293359864bps delivered:1 app_limited retrans:0/{lost} rcv_space:14480 rcv_ssthresh:64088 minrtt:0.007 snd_wnd:64512",
        rtt / 1_000,
        rtt % 1_000
    )
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

/// A journal of `bytes` in export format, in which one entry in `rare` is of the kernel and in the catalogue; one in
/// a thousand has bytes that are not text.
pub fn journal(path: &Path, bytes: u64, rare: u64) -> io::Result<()> {
    let messages: Vec<&str> =
        events::all().iter().filter_map(|kind| kernel_message(&kind.samples[0])).collect();
    let (cursor, boot) = ("d1".repeat(16), "0f".repeat(16));
    let mut random = Random(3);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let (mut written, mut n) = (0, 0_u64);
    while written < bytes {
        n += 1;
        let (monotonic, realtime) = (100_000_000 + n * 1_000, BEGIN.unsigned_abs() * 1_000_000 + n * 1_000);
        let mut entry = Vec::new();
        write!(
            entry,
            "__CURSOR=s={cursor};i={n:x};b={boot};m={monotonic:x};t={realtime:x};x={:x}\n\
             __REALTIME_TIMESTAMP={realtime}\n__MONOTONIC_TIMESTAMP={monotonic}\n_BOOT_ID={boot}\n\
             _MACHINE_ID={boot}\n_HOSTNAME=web1\nPRIORITY=6\n",
            random.below(u64::MAX)
        )?;
        let from_kernel = random.below(rare) == 0;
        if from_kernel {
            writeln!(entry, "_TRANSPORT=kernel\nSYSLOG_IDENTIFIER=kernel\nMESSAGE={}", random.of(&messages))?;
        } else {
            write!(
                entry,
                "_TRANSPORT=journal\nSYSLOG_IDENTIFIER=nginx\n_PID=431\n_UID=33\n_GID=33\n_COMM=nginx\n\
                 _EXE=/usr/sbin/nginx\n_CMDLINE=nginx: worker process\n_CAP_EFFECTIVE=0\n_SYSTEMD_CGROUP=\
                 /system.slice/nginx.service\n_SYSTEMD_UNIT=nginx.service\n_SYSTEMD_SLICE=system.slice\n\
                 MESSAGE=10.0.3.9 - - \"GET /api/v2/items/{n} HTTP/1.1\" 200 5120 \"-\" \"curl/8.5.0\"\n"
            )?;
        }
        if n.is_multiple_of(1_000) {
            entry.extend(b"BLOB\n\x04\0\0\0\0\0\0\0\xff\n\n\xfe\n");
        }
        entry.push(b'\n');
        out.write_all(&entry)?;
        written += entry.len() as u64;
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
