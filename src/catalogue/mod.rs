//! What is known about the world, as tables compiled in. Adding knowledge is adding a row, no Rust.
//!
//! * [`counters`]: what each kernel counter means, and which settings act on it.
//! * [`sentences`]: the sentences of `netstat -s` and the counters that they carry.
//! * [`joined`]: counters whose section and name are written as one word.
//! * [`sar`]: which field of the kernel each column of sysstat shows.
//! * [`ethtool`]: which of the many names that network cards count by mean loss, and of what kind.
//! * [`logged`]: which log event tells of the same trouble as a metric.
//! * [`sysctls`]: what each setting governs, when it bites, which values move by themselves.
//! * [`events`]: log lines worth knowing, each with real samples that a test holds against all patterns.

pub mod counters;
pub mod ethtool;
pub mod events;
pub mod joined;
pub mod logged;
pub mod sar;
pub mod sentences;
pub mod sysctls;

/// Rows of a tab-separated table: no comment lines, no header, cells trimmed.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table
        .lines()
        .skip(1)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').map(str::trim).collect())
}
