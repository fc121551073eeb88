//! The names in all bundles, before any of them is written.

use super::digest::Identity;
use super::find::Bundle;
use super::{Plan, one, pool};
use crate::error::Error;
use crate::model::index::Row;
use crate::redact::{Kind, Redaction, Seen};
use crate::{read, report};
use rayon::prelude::*;

/// Reads each bundle for its names alone. Names are numbered when all are known, so they are the same whatever the order.
///
/// # Errors
/// When the threads cannot be had.
pub fn gathered(
    bundles: &[Bundle],
    rows: &[Row],
    work: &[(&Bundle, Identity)],
    plan: &Plan<'_>,
) -> Result<Redaction, Error> {
    let mut seen = Seen::default();
    for bundle in bundles {
        seen.text(&bundle.shown, Kind::Read);
    }
    for row in rows {
        seen.text(&row.why, Kind::Read);
    }
    // one after the other, for the order in which names come tells nothing; the threads help within a bundle
    let each = |(bundle, _): &(&Bundle, Identity)| one::guarded(|| names(bundle, plan)).unwrap_or_default();
    let found: Vec<Seen> = pool(plan.jobs)?.install(|| work.par_iter().map(each).collect());
    for more in found {
        seen.join(more);
    }
    Ok(seen.settle())
}

/// Numbers instead of digests, by which a bundle could be found again.
pub fn number(rows: &mut [Row], work: &mut [(&Bundle, Identity)]) {
    for row in rows {
        row.sha256 = None;
    }
    work.sort_by(|(_, a), (_, b)| a.archive_id.cmp(&b.archive_id));
    for ((_, known), n) in work.iter_mut().zip(1_u32..) {
        (known.archive_id, known.sha256) = (format!("{n:032}"), None);
    }
}

fn names(bundle: &Bundle, plan: &Plan<'_>) -> Seen {
    let mut seen = Seen::default();
    match read(std::slice::from_ref(&bundle.path), plan.options, plan.budget, &|_, _| ()) {
        Ok(evidence) => {
            seen.evidence(&evidence.timeline);
            seen.samples(&evidence.timeline);
            seen.report(&report(&evidence));
            evidence.refused.iter().for_each(|refused| seen.text(&refused.to_string(), Kind::Read));
        }
        Err(why) => seen.text(&why.to_string(), Kind::Read),
    }
    seen
}
