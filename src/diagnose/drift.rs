//! # drift
//!
//! *What it sees*: a runtime sysctl that differs from what the configuration files in the input say.
//!
//! *Why it matters*: the next boot (or `sysctl --system`) takes the file's value: a fix made at runtime is lost, or
//! an edit that was never applied comes into force.
//!
//! *What else looks like it*: a file that another file overrides and that is not in the input; keys that a module
//! sets when it loads; values of another network namespace.
//!
//! *What to check next*: all of `/etc/sysctl.d`, `/run/sysctl.d`, `/usr/lib/sysctl.d`, tuned profiles.

use super::{Rule, Scene};
use crate::correlate::drift::drifted;
use crate::model::report::{Finding, Severity};

/// See the module.
pub const RULE: Rule = Rule { id: "drift", watches: &[], manual: include_str!("drift.rs"), look };

fn look(scene: &Scene<'_>) -> Vec<Finding> {
    let mut exhibits = Vec::new();
    let mut keys = Vec::new();
    for (key, seen) in &scene.host.settings {
        if let Some((runtime, persisted)) = drifted(scene.timeline, key, seen) {
            let file = scene.timeline.path(persisted.artifact).rsplit('/').next().unwrap_or_default();
            keys.push(format!("{key} runs with {}, {file} says {}", runtime.value, persisted.value));
            exhibits.push(scene.exhibit(runtime.artifact, runtime.line, true));
            exhibits.push(scene.exhibit(persisted.artifact, persisted.line, false));
        }
    }
    if keys.is_empty() {
        return Vec::new();
    }
    let mut finding = scene.finding(RULE.id, "", Severity::Warning);
    finding.title = match keys.len() {
        1 => "One setting differs from its configuration file".to_owned(),
        n => format!("{n} settings differ from their configuration files"),
    };
    finding.seen = format!("{}.", keys.iter().take(6).cloned().collect::<Vec<_>>().join("; "));
    finding.why = "The next boot takes the file's value: what was set at runtime is lost.".to_owned();
    finding.otherwise =
        "A file that overrides this one and is not in the input; a value of another network namespace; a value that a module sets when it loads."
            .to_owned();
    finding.next =
        "All of /etc/sysctl.d, /run/sysctl.d and /usr/lib/sysctl.d, and tuned profiles.".to_owned();
    exhibits.truncate(12);
    finding.exhibits = exhibits;
    vec![finding]
}
