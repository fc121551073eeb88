//! The settings table: what changed, what drifts, and what governs something.

use crate::catalogue::sysctls;
use crate::correlate::drift::{contested, drifted};
use crate::correlate::edited::edited;
use crate::correlate::persisted::{Files, Said};
use crate::model::fact::Layer;
use crate::model::report::effect::Change;
use crate::model::report::{Setting, SettingValue, SettingsCensus};
use crate::timeline::{Observed, Timeline};

/// Distinct runtime values listed for one key.
const VALUES: usize = 40;

/// Listed settings by host and key (`shown` tells whether the report shows a metric of a host), and how many there were in all.
pub(super) fn settings(
    timeline: &Timeline,
    changes: &[Change],
    shown: &dyn Fn(&str, &str) -> bool,
) -> (Vec<Setting>, SettingsCensus) {
    let mut listed = Vec::new();
    let mut census = SettingsCensus::default();
    for host in &timeline.hosts {
        let files = Files::new(timeline, host);
        for (key, seen) in &host.settings {
            let letters: Vec<String> = changes
                .iter()
                .filter(|c| c.host == host.name && c.key == *key)
                .map(|c| c.id.clone())
                .collect();
            let row = sysctls::sysctl(key);
            count(&mut census, key, seen, !letters.is_empty(), row.is_some_and(|row| row.volatile));
            let said = files.of_key(key);
            let drift = drifted(&files, key, seen).is_some();
            let contested = said.as_ref().is_some_and(contested);
            let governs = row.is_some_and(|row| {
                !row.volatile && row.governs.first().is_some_and(|m| shown(&host.name, m))
            });
            let edit = said.as_ref().and_then(|said| edited(timeline, host, seen, said));
            let fresh = edit.as_ref().is_some_and(|edit| edit.since_boot);
            if letters.is_empty() && !drift && !contested && !governs && !fresh {
                continue;
            }
            let for_systemd = said.as_ref().and_then(|said| files.for_systemd(said));
            listed.push(Setting {
                host: host.name.clone(),
                key: key.clone(),
                runtime: distinct(timeline, seen),
                persisted: said
                    .map(|said| persisted(timeline, &said, edit.map(|e| e.text)))
                    .unwrap_or_default(),
                for_systemd: for_systemd.map(|o| value(timeline, o, String::new())),
                drift,
                changes: letters,
            });
        }
    }
    (listed, census)
}

fn count(census: &mut SettingsCensus, key: &str, seen: &[Observed], changed: bool, volatile: bool) {
    if key.starts_with("proc.") {
        return; // what each process of a bundle may open is no setting of the host
    }
    let mut runtime = seen.iter().filter(|o| o.layer == Layer::Runtime);
    let Some(first) = runtime.next() else { return };
    let moved = runtime.any(|o| o.value != first.value);
    census.keys += 1;
    census.changed += u64::from(changed);
    census.volatile += u64::from(!changed && moved && volatile);
    census.constant += u64::from(!changed && !moved);
}

fn distinct(timeline: &Timeline, seen: &[Observed]) -> Vec<SettingValue> {
    let running: Vec<&Observed> = seen.iter().filter(|o| o.layer == Layer::Runtime).collect();
    let changes = running.chunk_by(|a, b| a.value == b.value).filter_map(|g| g.first());
    changes.take(VALUES).map(|o| value(timeline, o, String::new())).collect()
}

/// What files say, the winner last.
fn persisted(timeline: &Timeline, said: &Said<'_>, edited: Option<String>) -> Vec<SettingValue> {
    let overridden = said.overridden.iter().rev().take(VALUES).rev();
    let mut values: Vec<SettingValue> = overridden.map(|(o, why)| value(timeline, o, why.clone())).collect();
    let behind = said.pattern.map(|pattern| format!("as {pattern}"));
    let note = behind.into_iter().chain(edited).collect::<Vec<_>>().join("; ");
    values.push(value(timeline, said.winner, note));
    values
}

fn value(timeline: &Timeline, seen: &Observed, note: String) -> SettingValue {
    SettingValue {
        value: seen.value.clone(),
        since: seen.time,
        path: timeline.path(seen.artifact).to_owned(),
        line: seen.line,
        note,
    }
}
