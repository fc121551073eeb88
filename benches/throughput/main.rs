//! Whole runs of the release binary over inputs of archive size: `cargo bench --bench throughput`.
//!
//! Prints the median of several runs in MB/s, process start included, and the greatest amount of memory that
//! the process held beside mapped files (sampled from `/proc/PID/status`: `RssAnon`). The syslog is held against
//! `rg -c` over the catalogue's needles where `rg` is installed, run by run in turn, for machines drift.
//! `cargo bench --bench throughput -- DIR` only writes the inputs to DIR.

mod inputs;
mod run;

use netmortem::parse::syslog::needles;

use run::run;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

const RUNS: usize = 7;
const SNAPSHOTS: u32 = 5_000;
const COUNTERS: usize = 300;
/// Rows of each table of `sar`: most of a day, one a second.
const SECONDS: u32 = 80_000;
const SYSLOG: u64 = 512_000_000;
const SOCKETS: u64 = 200_000_000;
const JOURNAL: u64 = 256_000_000;
/// One line in so many is of a kind in the catalogue.
const RARE: u64 = 2_000;

fn main() -> io::Result<()> {
    if let Some(dir) = std::env::args().skip(1).find(|arg| !arg.starts_with('-')) {
        return write_inputs(Path::new(&dir));
    }
    let dir = tempfile::tempdir()?;
    write_inputs(dir.path())?;
    netstat(dir.path())?;
    sockets(dir.path())?;
    sar(dir.path())?;
    journal(dir.path())?;
    syslog(dir.path())
}

fn write_inputs(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    inputs::netstat_loop(&dir.join("netstat.log"), SNAPSHOTS, COUNTERS)?;
    inputs::sockets(&dir.join("ss.log"), SOCKETS)?;
    inputs::sar(&dir.join("sar20"), SECONDS)?;
    inputs::syslog(&dir.join("messages"), SYSLOG, RARE)?;
    inputs::journal(&dir.join("journal.export"), JOURNAL, RARE)?;
    fs::write(dir.join("needles"), needles().join("\n"))
}

fn netstat(dir: &Path) -> io::Result<()> {
    let input = dir.join("netstat.log");
    let size = fs::metadata(&input)?.len();
    for format in ["parquet", "csv"] {
        let out = dir.join("samples");
        let mut command = netmortem();
        command.args(["export", "--format", format, "-o"]).arg(&out).arg(&input);
        let runs = (0..RUNS).map(|_| run(&mut command)).collect::<io::Result<Vec<_>>>()?;
        println!("netstat -s to {format}: {}", run::figures(&runs, size));
    }
    let mut command = netmortem();
    command.args(["report", "-o"]).arg(dir.join("report")).arg(&input);
    let runs = (0..RUNS).map(|_| run(&mut command)).collect::<io::Result<Vec<_>>>()?;
    println!("netstat -s to report: {}", run::figures(&runs, size));
    let samples = u64::from(SNAPSHOTS) * COUNTERS as u64;
    println!("{samples} samples");
    Ok(())
}

/// On one core and on all.
fn sockets(dir: &Path) -> io::Result<()> {
    let input = dir.join("ss.log");
    let size = fs::metadata(&input)?.len();
    for (threads, cores) in [("1", "one core"), ("0", "all cores")] {
        let mut command = netmortem();
        command.env("RAYON_NUM_THREADS", threads);
        command.args(["export", "--format", "csv", "-o"]).arg(dir.join("sockets")).arg(&input);
        let runs = (0..RUNS).map(|_| run(&mut command)).collect::<io::Result<Vec<_>>>()?;
        println!("ss -peaonmi, {cores}: {}", run::figures(&runs, size));
    }
    Ok(())
}

fn sar(dir: &Path) -> io::Result<()> {
    let input = dir.join("sar20");
    let size = fs::metadata(&input)?.len();
    let mut command = netmortem();
    command.arg("scan").arg(&input);
    let runs = (0..RUNS).map(|_| run(&mut command)).collect::<io::Result<Vec<_>>>()?;
    println!("sar, scan: {}", run::figures(&runs, size));
    Ok(())
}

fn journal(dir: &Path) -> io::Result<()> {
    let input = dir.join("journal.export");
    let mut scan = netmortem();
    scan.arg("scan").arg(&input);
    let runs = (0..RUNS).map(|_| run(&mut scan)).collect::<io::Result<Vec<_>>>()?;
    println!("journal export, scan: {}", run::figures(&runs, fs::metadata(&input)?.len()));
    Ok(())
}

fn syslog(dir: &Path) -> io::Result<()> {
    let input = dir.join("messages");
    let size = fs::metadata(&input)?.len();
    let mut scan = netmortem();
    scan.arg("scan").arg(&input);
    let mut rg = Command::new("rg");
    rg.args(["-c", "-F", "-f"]).arg(dir.join("needles")).arg(&input);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(run(&mut scan)?);
        theirs.extend(run(&mut rg));
    }
    println!("syslog, scan:  {}", run::figures(&ours, size));
    if theirs.len() == RUNS {
        println!("syslog, rg -c: {}", run::figures(&theirs, size));
    }
    Ok(())
}

fn netmortem() -> Command {
    Command::new(env!("CARGO_BIN_EXE_netmortem"))
}
