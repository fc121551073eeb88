//! One bundle: read, judged, and its files laid down.

use super::digest::Identity;
use super::find::Bundle;
use super::{Job, row, who};
use crate::error::Error;
use crate::model::index::{Found, Row, Status};
use crate::timeline::parquet;
use crate::{read, report, write};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A row for a bundle of which nothing is known but this.
pub fn empty(bundle: &Bundle, known: Option<&Identity>, status: Status, why: String) -> Row {
    let id = known.filter(|_| status != Status::Duplicate).map(|known| known.archive_id.clone());
    Row {
        archive_id: id,
        path: bundle.shown.clone(),
        size: known.map_or(0, |known| known.size),
        sha256: known.and_then(|known| known.sha256.clone()),
        status,
        why,
        found: Found::default(),
        report: None,
        series: None,
    }
}

/// Analyses a bundle and stores what came of it. Whatever goes wrong with the bundle, even a panic, is told by its row.
///
/// # Errors
/// When the output cannot be written: that is no matter of one bundle.
pub fn analyse(bundle: &Bundle, known: &Identity, job: &Job<'_>) -> Result<Row, Error> {
    let analysed = guarded(|| whole(bundle, known, job));
    match analysed {
        Ok(Ok(row)) => Ok(row),
        Ok(Err(e @ Error::Output { .. })) => Err(e),
        Ok(Err(e)) => {
            // the row names the bundle already
            let why = e.to_string();
            let name = bundle.shown.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let short = why.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(&why);
            Ok(empty(bundle, Some(known), Status::Failed, short.to_owned()))
        }
        Err(panic) => Ok(empty(bundle, Some(known), Status::Failed, panic)),
    }
}

fn whole(bundle: &Bundle, known: &Identity, job: &Job<'_>) -> Result<Row, Error> {
    let Job { plan, store, names } = job;
    let mut evidence = read(std::slice::from_ref(&bundle.path), plan.options, plan.budget, &|_, _| ())?;
    evidence.inputs = vec![known.input(&bundle.path)];
    let loss = row::loss(&evidence);
    let mut report = report(&evidence);
    if let Some(names) = names {
        report = names.report(&report)?;
        names.timeline(&mut evidence.timeline);
    }
    let status = if loss.is_empty() { Status::Ok } else { Status::Partial };
    let mut row = empty(bundle, Some(known), status, loss);
    row.found = row::found(&evidence, &report);
    let id = &known.archive_id;
    store.begin(id)?;
    let series = store.series(id);
    let timeline = &evidence.timeline;
    let boots = |host: &crate::timeline::Host| who::boot(timeline, host).map(|boot| (boot.id, boot.from));
    write::whole(&series, |sink| parquet::of_bundle(timeline, id, &boots, sink))
        .map_err(|e| write::failed(&series, &e))?;
    store.stage(id, &report)?;
    if let Some(names) = names {
        row = names.part(&row)?;
    }
    store.keep(&row)?;
    Ok(row)
}

/// A panic as a reason.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let told: &(dyn Any + Send) = &*panic;
        let text = told.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| told.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        format!("netmortem failed on it, which is an error in netmortem: {text}")
    })
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_panic_is_a_reason() {
        assert_eq!(guarded(|| 1), Ok(1));
        let why = guarded(|| panic!("index {} out of bounds", 7)).map(|()| 0).unwrap_err();
        assert!(why.ends_with("index 7 out of bounds"), "{why}");
    }
}
