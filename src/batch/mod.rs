//! Many bundles, each analysed in its own right: [`read`](crate::read) and [`report`](crate::report) for every one, and
//! one index over all.
//!
//! The bundles are found, hashed, told apart, analysed side by side and put into the index in an order that is theirs and
//! not the run's: neither the order of the PATHs nor the number of jobs leaves a trace. A bundle that fails costs one
//! row. Files appear under their names when they are whole (see [`state`]).

mod digest;
mod find;
mod names;
mod one;
mod place;
mod row;
mod state;
mod who;

use crate::error::Error;
use crate::model::index::{Index, Row, SCHEMA, Status};
use crate::redact::Redaction;
use crate::source::archive::Budget;
use crate::timeline::{Options, archives};
use crate::{render, source, write};
use digest::Identity;
pub use digest::inputs;
use find::Bundle;
use rayon::prelude::*;
use state::Store;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;

/// Name and version of the writer.
const TOOL: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

/// Of each thread: as much as the main thread has, which does the same work for one bundle.
const STACK: usize = 8 << 20;

/// Whether two bundles, or folders of them, are known to be the same bytes.
#[must_use]
pub fn same_bytes(a: &Path, b: &Path) -> bool {
    let id = |path: &Path| digest::identity(path).ok();
    id(a).is_some_and(|a| id(b) == Some(a))
}

/// What is to be done.
pub struct Plan<'a> {
    /// Bundles, or folders of bundles.
    pub paths: &'a [PathBuf],
    /// Where to.
    pub out: &'a Path,
    /// What the user said about clocks, spans and hosts.
    pub options: Options<'a>,
    /// How far archives are trusted.
    pub budget: Budget,
    /// Threads in all.
    pub jobs: usize,
    /// What is done and unchanged is not done again.
    pub resume: bool,
    /// No bundle is begun after one that failed.
    pub fail_fast: bool,
    /// Stable names stand for those of the input. They are known when all bundles are read, so each is read twice; nothing
    /// that is not redacted is ever written.
    pub redact: bool,
}

/// What each bundle needs.
struct Job<'a> {
    plan: &'a Plan<'a>,
    store: &'a Store,
    names: Option<&'a Redaction>,
}

/// What a run tells while it goes on.
pub enum Step<'a> {
    /// So many bundles are to be read.
    Found { bundles: usize },
    /// One more is read and known by its bytes.
    Hashed { done: usize, of: usize },
    /// So many bytes in so many bundles are to be analysed; the others are done.
    Begun { bundles: usize, bytes: u64 },
    /// One more is done.
    Done { row: &'a Row },
}

/// What came of a run.
pub struct Outcome {
    /// The index, as written.
    pub index: Index,
    /// Bundles that were done before.
    pub resumed: usize,
    /// Which name stands for what, where names are hidden.
    pub names: Option<Redaction>,
}

/// Does all bundles, then writes the index.
///
/// # Errors
/// When there is no bundle, or the output cannot be written.
pub fn run(plan: &Plan<'_>, tell: &(dyn Fn(&Step<'_>) + Sync)) -> Result<Outcome, Error> {
    let bundles = find::bundles(plan.paths, plan.out)?;
    if bundles.is_empty() {
        return Err(Error::NothingKnown("no bundle in the given paths".to_owned()));
    }
    // of options with a name in them nothing is kept
    let options =
        if plan.redact { "redact".to_owned() } else { format!("{:?} {:?}", plan.options, plan.budget) };
    let store = Store::open(plan.out, &options)?;
    tell(&Step::Found { bundles: bundles.len() });
    let (mut rows, mut work) = sorted_out(&bundles, hashed(&bundles, plan.jobs, tell)?);
    if plan.redact {
        names::number(&mut rows, &mut work);
    }
    let published = store.published();
    let done = |(bundle, known): &(&Bundle, Identity)| {
        store.resumed(bundle, known, &published).filter(|_| plan.resume)
    };
    let before = rows.len();
    let (resumed, mut work): (Vec<_>, Vec<_>) =
        work.into_iter().map(|it| (done(&it), it)).partition(|(row, _)| row.is_some());
    rows.extend(resumed.into_iter().filter_map(|(row, _)| row));
    let resumed = rows.len() - before;
    // the largest first, so that none of them is left for the end
    work.sort_by_key(|(_, (_, known))| std::cmp::Reverse(known.size));
    let work: Vec<(&Bundle, Identity)> = work.into_iter().map(|(_, it)| it).collect();
    tell(&Step::Begun { bundles: work.len(), bytes: work.iter().map(|(_, known)| known.size).sum() });
    let names = if plan.redact { Some(names::gathered(&bundles, &rows, &work, plan)?) } else { None };
    rows.extend(analysed(&work, &Job { plan, store: &store, names: names.as_ref() }, tell)?);
    if let Some(names) = &names {
        // rows without a report are not redacted yet, and to the others it does nothing
        rows = rows.iter().map(|row| names.part(row)).collect::<Result<_, _>>()?;
    }
    let index = indexed(rows);
    store.publish(&index.bundles)?;
    write_index(&index, plan.out)?;
    Ok(Outcome { index, resumed, names })
}

/// The identity of each bundle, or why it cannot be read.
fn hashed(
    bundles: &[Bundle],
    jobs: usize,
    tell: &(dyn Fn(&Step<'_>) + Sync),
) -> Result<Vec<Result<Identity, String>>, Error> {
    let done = AtomicUsize::new(0);
    let pool = pool(jobs)?;
    Ok(pool.install(|| {
        let each = bundles.par_iter().map(|bundle| {
            let known = digest::identity(&bundle.path).map_err(|e| source::words(&e));
            tell(&Step::Hashed { done: done.fetch_add(1, Relaxed) + 1, of: bundles.len() });
            known
        });
        each.collect()
    }))
}

fn pool(threads: usize) -> Result<rayon::ThreadPool, Error> {
    let built = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).stack_size(STACK).build();
    built.map_err(|e| Error::Argument(format!("--jobs {threads}: {e}")))
}

/// Rows of bundles that need no analysis, and what is to be analysed. Of equal bundles it is the first by name.
fn sorted_out(
    bundles: &[Bundle],
    known: Vec<Result<Identity, String>>,
) -> (Vec<Row>, Vec<(&Bundle, Identity)>) {
    let mut first: BTreeMap<String, &str> = BTreeMap::new();
    let (mut rows, mut work) = (Vec::new(), Vec::new());
    for (bundle, known) in bundles.iter().zip(known) {
        match known {
            Err(why) => rows.push(one::empty(bundle, None, Status::Failed, why)),
            Ok(known) => {
                let Some(same) = first.get(&known.archive_id) else {
                    first.insert(known.archive_id.clone(), &bundle.shown);
                    work.push((bundle, known));
                    continue;
                };
                let why = format!("same bytes as {same}");
                rows.push(one::empty(bundle, Some(&known), Status::Duplicate, why));
            }
        }
    }
    (rows, work)
}

/// Analyses all, as many at once as there are jobs. Threads that are left over help within the bundles.
fn analysed(
    work: &[(&Bundle, Identity)],
    job: &Job<'_>,
    tell: &(dyn Fn(&Step<'_>) + Sync),
) -> Result<Vec<Row>, Error> {
    let plan = job.plan;
    let side_by_side = plan.jobs.min(work.len()).max(1);
    let each = plan.jobs / side_by_side;
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let rows = Mutex::new(Vec::new());
    let worker = || -> Result<(), Error> {
        let pool = pool(each)?;
        while let Some((bundle, known)) = work.get(next.fetch_add(1, Relaxed)) {
            let row = if stop.load(Relaxed) {
                let why = "not analysed: another bundle failed before".to_owned();
                one::empty(bundle, Some(known), Status::Failed, why)
            } else {
                let row = pool.install(|| one::analyse(bundle, known, job));
                row.inspect_err(|_| stop.store(true, Relaxed))?
            };
            if plan.fail_fast && row.status == Status::Failed {
                stop.store(true, Relaxed);
            }
            let row = job.names.map_or(Ok(row.clone()), |names| names.part(&row))?;
            tell(&Step::Done { row: &row });
            // a poisoned lock holds whole rows all the same
            rows.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(row);
        }
        Ok(())
    };
    let ended: Vec<Result<(), Error>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..side_by_side).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    ended.into_iter().collect::<Result<(), Error>>()?;
    Ok(rows.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
}

/// The index, with a place for every report.
fn indexed(mut bundles: Vec<Row>) -> Index {
    bundles.sort_by(|a, b| a.path.cmp(&b.path));
    let with_report: Vec<bool> = bundles.iter().map(|row| !row.found.headline.is_empty()).collect();
    let reported: Vec<Row> =
        bundles.iter().zip(&with_report).filter(|(_, has)| **has).map(|(row, _)| row.clone()).collect();
    let mut folders = place::folders(&reported).into_iter();
    for (row, _) in bundles.iter_mut().zip(with_report).filter(|(_, has)| *has) {
        row.report = folders.next().flatten().map(|folder| format!("hosts/{folder}"));
        row.series = row.archive_id.as_deref().map(state::series);
    }
    bundles.sort_by(|a, b| a.order().cmp(&b.order()));
    Index { schema: SCHEMA, tool: TOOL.to_owned(), bundles }
}

fn write_index(index: &Index, out: &Path) -> Result<(), Error> {
    let table = out.join("data/archives.parquet");
    write::whole(&table, |sink| archives::parquet(index, sink)).map_err(|e| write::failed(&table, &e))?;
    write::text(&out.join("index.json"), &render::value(index))?;
    write::text(&out.join("index.html"), &render::index(index))
}
