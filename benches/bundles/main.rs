//! Whole runs of the release binary over archives: `cargo bench --bench bundles`.
//!
//! One archive like a large sosreport (1 GB unpacked, `.tar.xz`) is held against `xz -dc FILE | cat`, run by run in turn,
//! for machines drift; then a batch of 200 small ones with one job against the same with two.
//! `cargo bench --bench bundles -- DIR` only writes the inputs to DIR; with `--large` they are kept to the first.

#[path = "../throughput/inputs.rs"]
#[allow(dead_code)]
mod inputs;
#[path = "../throughput/run.rs"]
#[allow(dead_code)]
mod run;

use liblzma::write::XzEncoder;
use run::{Run, run, sorted};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

const RUNS: usize = 5;
const MB: u64 = 1_000_000;
/// Level of compression; the decoder's work hardly depends on it.
const LEVEL: u32 = 2;
const ARCHIVES: u32 = 200;
/// Files of `/proc/sys` and the like.
const SMALL: u32 = 3_000;

fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let given = args.iter().find(|arg| !arg.starts_with('-')).map(PathBuf::from);
    let dir = tempfile::tempdir()?;
    let at = given.clone().unwrap_or_else(|| dir.path().to_owned());
    fs::create_dir_all(&at)?;
    let large = at.join("sosreport-web7-2026-11-20-abcdefg.tar.xz");
    sosreport(&large, &at.join("parts"), &LARGE)?;
    let small = at.join("archives");
    if !args.iter().any(|arg| arg == "--large") {
        archives(&small, &at.join("parts"))?;
    }
    if given.is_some() {
        return Ok(());
    }
    against_xz(&large, dir.path())?;
    if small.exists() { jobs(&small, dir.path()) } else { Ok(()) }
}

/// What an archive is made of.
struct Sizes {
    /// Rotated logs, and MB of each, of the journal too.
    logs: u64,
    log: u64,
    /// MB of text that nobody knows.
    unknown: u64,
    /// MB of tables of sockets.
    sockets: u64,
    /// Rows of each table of `sar`.
    history: u32,
}

const LARGE: Sizes = Sizes { logs: 7, log: 100, unknown: 150, sockets: 40, history: 8_000 };
const SMALLER: Sizes = Sizes { logs: 2, log: 5, unknown: 10, sockets: 4, history: 800 };

/// A sosreport-like archive: logs, text, history, counters, and thousands of small files.
fn sosreport(path: &Path, parts: &Path, sizes: &Sizes) -> io::Result<()> {
    let &Sizes { logs, log, unknown, sockets, history } = sizes;
    fs::create_dir_all(parts)?;
    let top = "sosreport-web7-2026-11-20-abcdefg";
    let mut tar = tar::Builder::new(XzEncoder::new(BufWriter::new(File::create(path)?), LEVEL));
    let mut add = |name: &str, make: &dyn Fn(&Path) -> io::Result<()>| {
        let part = parts.join("part");
        make(&part)?;
        let mut header = header(fs::metadata(&part)?.len());
        tar.append_data(&mut header, format!("{top}/{name}"), File::open(&part)?)
    };
    add("etc/hostname", &|part| fs::write(part, "web7\n"))?;
    add("sos_commands/networking/netstat_-s", &|part| inputs::netstat_loop(part, 5, 300))?;
    for n in 0..SMALL {
        let name = format!("proc/sys/net/ipv4/conf/eth{n}/rp_filter");
        add(&name, &|part| fs::write(part, format!("{}\n", n % 3)))?;
    }
    add("sos_commands/networking/ss_-peaonmi", &|part| inputs::sockets(part, sockets * MB))?;
    add("var/log/sa/sar20", &|part| inputs::sar(part, history))?;
    add("sos_commands/process/lsof_-b_M_-n_-l_-c", &|part| open_files(part, unknown * MB))?;
    for n in 0..logs {
        add(&format!("var/log/messages-2026111{n}"), &|part| inputs::syslog(part, log * MB, 2_000))?;
    }
    add("sos_commands/logs/journal.export", &|part| inputs::journal(part, log * MB, 2_000))?;
    tar.into_inner()?.finish()?.flush()
}

fn header(size: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(size);
    header.set_mode(0o644);
    header.set_mtime(1_795_166_400);
    header
}

/// Text of no known format, as most of a sosreport is.
fn open_files(path: &Path, bytes: u64) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let (mut written, mut n) = (0, 7_u64);
    while written < bytes {
        n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let line = format!(
            "java {:>9} {:>6}u  IPv4 {:>10} 0t0  TCP 10.0.3.9:{}\n",
            n >> 48,
            n % 997,
            n >> 33,
            n % 65_536
        );
        out.write_all(line.as_bytes())?;
        written += line.len() as u64;
    }
    out.flush()
}

/// Archives that differ in their host name and a log only: one stream for what they share, and one for the rest.
fn archives(dir: &Path, parts: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let shared = parts.join("shared.tar.xz");
    sosreport(&shared, parts, &SMALLER)?;
    let mut common = Vec::new();
    File::open(&shared)?.read_to_end(&mut common)?;
    for n in 0..ARCHIVES {
        let mut tar = tar::Builder::new(XzEncoder::new(Vec::new(), LEVEL));
        let name = format!("web{n}\n");
        let path = "sosreport-web7-2026-11-20-abcdefg/etc/hostname";
        tar.append_data(&mut header(name.len() as u64), path, name.as_bytes())?;
        let own = tar.into_inner()?.finish()?;
        fs::write(dir.join(format!("sosreport-web{n}.tar.xz")), [common.as_slice(), &own].concat())?;
    }
    Ok(())
}

/// Prints how long both take, and by which factor.
fn against_xz(archive: &Path, dir: &Path) -> io::Result<()> {
    let (mut ours, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        plain.push(run(Command::new("sh").args(["-c", "xz -dc \"$0\" | cat"]).arg(archive))?);
        let mut command = Command::new(env!("CARGO_BIN_EXE_netmortem"));
        ours.push(run(command.args(["report", "-o"]).arg(dir.join("report")).arg(archive))?);
    }
    let size = fs::metadata(archive)?.len();
    println!("a sosreport of {} MB, xz -dc | cat: {}", size / MB, run::figures(&plain, size));
    println!("a sosreport of {} MB, report:       {}", size / MB, run::figures(&ours, size));
    println!("factor of the medians: {:.2}", median(&ours) / median(&plain));
    Ok(())
}

fn median(runs: &[Run]) -> f64 {
    sorted(runs)[runs.len() / 2]
}

/// Prints how a batch scales.
fn jobs(archives: &Path, dir: &Path) -> io::Result<()> {
    let mut took = [Vec::new(), Vec::new()];
    for _ in 0..3 {
        for (jobs, took) in ["1", "2"].into_iter().zip(&mut took) {
            let out = dir.join("batch");
            let mut command = Command::new(env!("CARGO_BIN_EXE_netmortem"));
            took.push(run(command.args(["batch", "--jobs", jobs, "-o"]).arg(&out).arg(archives))?);
            fs::remove_dir_all(out)?;
        }
    }
    let size = fs::read_dir(archives)?.map(|e| e?.metadata().map(|m| m.len())).sum::<io::Result<u64>>()?;
    for (jobs, took) in ["1 job: ", "2 jobs:"].into_iter().zip(&took) {
        println!("a batch of {ARCHIVES} archives, {jobs} {}", run::figures(took, size));
    }
    println!("factor of the medians: {:.2}", median(&took[0]) / median(&took[1]));
    Ok(())
}
