//! Where the running kernel and the configuration files disagree.

use crate::catalogue::sysctls;
use crate::model::fact::Layer;
use crate::timeline::Observed;

/// The last runtime value and the persisted one, when they differ. Of several files the last by path and line
/// stands; keys that the kernel moves by itself do not drift.
#[must_use]
pub fn drifted<'a>(key: &str, seen: &'a [Observed]) -> Option<(&'a Observed, &'a Observed)> {
    let runtime = seen.iter().rfind(|o| o.layer == Layer::Runtime)?;
    let persisted = persisted(seen)?;
    let volatile = sysctls::sysctl(key).is_some_and(|row| row.volatile);
    (!volatile && runtime.value != persisted.value).then_some((runtime, persisted))
}

/// What the files say: the last by path and line.
#[must_use]
pub fn persisted(seen: &[Observed]) -> Option<&Observed> {
    seen.iter().filter(|o| o.layer == Layer::Persisted).max_by_key(|o| (o.artifact, o.line))
}
