//! # drift
//!
//! *What it sees*: a runtime sysctl that differs from what the configuration files in the input say; of no more
//! than a note where none of them bears on the network.
//!
//! *Why it matters*: the next boot (or `sysctl --system`) takes the file's value: a fix made at runtime is lost, or
//! an edit that was never applied comes into force.
//!
//! *What else looks like it*: a file that overrides this one and is not in the input; keys that a module sets when it
//! loads; values of another network namespace; `/etc/sysctl.conf` where systemd does not read it.
//!
//! *What to check next*: all of `/etc/sysctl.d`, `/run/sysctl.d`, `/usr/lib/sysctl.d`, tuned profiles.

use super::{Rule, Scene};
use crate::catalogue::sysctls;
use crate::correlate::drift::drifted;
use crate::correlate::persisted::{Files, Said};
use crate::model::fact::Layer;
use crate::model::report::{Finding, Severity};

/// See the module.
pub const RULE: Rule = Rule { id: "drift", watches: &[], manual: include_str!("drift.rs"), look };

fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let files = Files::new(scene.timeline, scene.host);
    let mut exhibits = Vec::new();
    let mut keys = Vec::new();
    let (mut conf, mut of_network) = (false, false);
    for (key, seen) in &scene.host.settings {
        let Some((runtime, said)) = drifted(&files, key, seen) else { continue };
        keys.push(format!("{key} runs with {}, {}", runtime.value, told(&files, &said)));
        exhibits.push(scene.exhibit(runtime.artifact, runtime.line, true));
        exhibits.push(scene.exhibit(said.winner.artifact, said.winner.line, false));
        let overridden = said.overridden.iter().filter(|(o, _)| o.layer == Layer::Persisted);
        exhibits.extend(overridden.map(|(o, _)| scene.exhibit(o.artifact, o.line, false)));
        conf |= files.in_conf(said.winner);
        of_network |= is_of_network(key);
    }
    if keys.is_empty() {
        return Vec::new();
    }
    let severity = if of_network { Severity::Warning } else { Severity::Info };
    let mut finding = scene.finding(RULE.id, "", severity);
    finding.title = match keys.len() {
        1 => "One setting differs from its configuration file".to_owned(),
        n => format!("{n} settings differ from their configuration files"),
    };
    finding.seen = format!("{}.", keys.iter().take(6).cloned().collect::<Vec<_>>().join("; "));
    finding.why = "The next boot takes the file's value: what was set at runtime is lost.".to_owned();
    finding.otherwise =
        "A file that overrides this one and is not in the input; a value of another network namespace; a value that a module sets when it loads."
            .to_owned();
    if conf && !files.links_conf() {
        finding.otherwise += " systemd reads /etc/sysctl.conf only where /etc/sysctl.d/99-sysctl.conf links to it, and no such link is in the input.";
    }
    finding.next =
        "All of /etc/sysctl.d, /run/sysctl.d and /usr/lib/sysctl.d, and tuned profiles.".to_owned();
    exhibits.truncate(12);
    finding.exhibits = exhibits;
    vec![finding]
}

/// Whether a setting bears on the network: `fs.protected_fifos` differs on every host that does not boot by systemd.
fn is_of_network(key: &str) -> bool {
    let others = ["abi.", "debug.", "dev.", "fs.", "kernel.", "user.", "vm."];
    let governs = sysctls::sysctl(key).is_some_and(|row| !row.governs.is_empty());
    governs || !others.iter().any(|folder| key.starts_with(folder))
}

/// `sysctl.conf says 300`, with what it overrides where the files differ.
fn told(files: &Files<'_>, said: &Said<'_>) -> String {
    let mut text = format!("{} says {}", files.name(said.winner), said.winner.value);
    let others = said.overridden.iter().filter(|(o, _)| o.value != said.winner.value);
    let others: Vec<String> = others
        .filter(|(o, _)| o.layer == Layer::Persisted)
        .map(|(o, _)| format!("{} ({})", files.name(o), o.value))
        .collect();
    if !others.is_empty() {
        text += &format!(" over {}", others.join(", "));
    }
    if let Some(other) = files.for_systemd(said) {
        text += &format!(
            " for sysctl --system, and {} says {} for a systemd that does not read sysctl.conf",
            files.name(other),
            other.value
        );
    }
    text
}
