//! Where the running kernel and the configuration files disagree, or the files among themselves.

use super::persisted::{Files, Said};
use crate::catalogue::sysctls;
use crate::model::fact::Layer;
use crate::timeline::Observed;

/// The last runtime value and what the files say, when they differ. Keys that the kernel moves by itself do not
/// drift.
#[must_use]
pub fn drifted<'a>(files: &Files<'a>, key: &str, seen: &'a [Observed]) -> Option<(&'a Observed, Said<'a>)> {
    let runtime = seen.iter().rfind(|o| o.layer == Layer::Runtime)?;
    let said = files.of_key(key)?;
    let volatile = sysctls::sysctl(key).is_some_and(|row| row.volatile);
    (!volatile && !agrees(&runtime.value, &said.winner.value)).then_some((runtime, said))
}

/// Whether files give a key different values, so that their order matters.
#[must_use]
pub fn contested(said: &Said<'_>) -> bool {
    said.overridden.iter().any(|(o, _)| o.layer == Layer::Persisted && o.value != said.winner.value)
}

/// Whether a running value is what a file asks for. tuned knows `>4096`, at least; what it computes (`${cores}`)
/// cannot be compared.
pub(super) fn agrees(running: &str, asked: &str) -> bool {
    let than = |limit: &str| Some((running.parse::<i128>().ok()?, limit.parse::<i128>().ok()?));
    match asked.split_at_checked(1) {
        _ if asked.contains("${") => true,
        Some((">", limit)) => than(limit).is_none_or(|(running, limit)| running >= limit),
        Some(("<", limit)) => than(limit).is_none_or(|(running, limit)| running <= limit),
        _ => running == asked,
    }
}

#[cfg(test)]
mod tests {
    use super::agrees;

    #[test]
    fn a_profile_may_ask_for_at_least() {
        assert!(agrees("4096", ">2048") && !agrees("1024", ">2048") && agrees("1", "<2"));
        assert!(agrees("4096 131072 6291456", "4096 131072 6291456") && !agrees("1", "2"));
        assert!(agrees("7", "${cores}"));
    }
}
