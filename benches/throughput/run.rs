//! A process, timed and weighed.

use std::fs;
use std::io;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// One run: how long it took, and its greatest anonymous memory in KiB.
pub struct Run {
    pub took: Duration,
    pub anonymous: Option<u64>,
}

/// Runs a command to its end, its output thrown away.
pub fn run(command: &mut Command) -> io::Result<Run> {
    let begun = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut anonymous = None;
    while child.try_wait()?.is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let kib = line.and_then(|l| l.trim().strip_suffix(" kB")?.parse().ok());
        anonymous = anonymous.max(kib);
        std::thread::sleep(Duration::from_micros(500));
    }
    Ok(Run { took: begun.elapsed(), anonymous })
}

/// What several runs over `size` bytes came to.
#[allow(clippy::cast_precision_loss)] // for printing
pub fn figures(runs: &[Run], size: u64) -> String {
    let seconds = sorted(runs);
    let median = seconds[seconds.len() / 2];
    let memory = runs.iter().filter_map(|r| r.anonymous).max();
    let memory =
        memory.map_or("memory not sampled".to_owned(), |kib| format!("{} MiB anonymous at most", kib / 1024));
    let rate = size as f64 / 1e6 / median;
    format!(
        "{rate:.0} MB/s, median of {} runs {:.0} ms ({:.0} to {:.0}), {memory}",
        runs.len(),
        median * 1e3,
        seconds[0] * 1e3,
        seconds[seconds.len() - 1] * 1e3
    )
}

/// How long each took, in seconds, the shortest first.
pub fn sorted(runs: &[Run]) -> Vec<f64> {
    let mut seconds: Vec<f64> = runs.iter().map(|r| r.took.as_secs_f64()).collect();
    seconds.sort_by(f64::total_cmp);
    seconds
}
