//! The settings table: what changed, what drifts, and what governs something.

use crate::catalogue::sysctls;
use crate::correlate::drift::drifted;
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
        for (key, seen) in &host.settings {
            let letters: Vec<String> = changes
                .iter()
                .filter(|c| c.host == host.name && c.key == *key)
                .map(|c| c.id.clone())
                .collect();
            let row = sysctls::sysctl(key);
            count(&mut census, seen, !letters.is_empty(), row.is_some_and(|row| row.volatile));
            let drift = drifted(timeline, key, seen).is_some();
            let governs = row.is_some_and(|row| {
                !row.volatile && row.governs.first().is_some_and(|m| shown(&host.name, m))
            });
            if letters.is_empty() && !drift && !governs {
                continue;
            }
            listed.push(Setting {
                host: host.name.clone(),
                key: key.clone(),
                runtime: distinct(timeline, seen, Layer::Runtime),
                persisted: distinct(timeline, seen, Layer::Persisted),
                drift,
                changes: letters,
            });
        }
    }
    (listed, census)
}

fn count(census: &mut SettingsCensus, seen: &[Observed], changed: bool, volatile: bool) {
    let mut runtime = seen.iter().filter(|o| o.layer == Layer::Runtime);
    let Some(first) = runtime.next() else { return };
    let moved = runtime.any(|o| o.value != first.value);
    census.keys += 1;
    census.changed += u64::from(changed);
    census.volatile += u64::from(!changed && moved && volatile);
    census.constant += u64::from(!changed && !moved);
}

fn distinct(timeline: &Timeline, seen: &[Observed], layer: Layer) -> Vec<SettingValue> {
    let of_layer: Vec<&Observed> = seen.iter().filter(|o| o.layer == layer).collect();
    let value = |o: &&Observed| SettingValue {
        value: o.value.clone(),
        since: o.time,
        path: timeline.path(o.artifact).to_owned(),
        line: o.line,
    };
    of_layer.chunk_by(|a, b| a.value == b.value).filter_map(|g| g.first()).take(VALUES).map(value).collect()
}
