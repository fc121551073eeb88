//! What lies in the output folder: what is done, kept so that a later run knows it.
//!
//! `DIR/.netmortem/<id>.json` is written last of all that belongs to a bundle, so what it tells is there, whole. The
//! report itself waits in `DIR/.netmortem/<id>/` until all bundles are done, for only then is it known which hosts have
//! several, and what their folders are called.

use crate::error::Error;
use crate::model::index::{Found, Row, Status};
use crate::model::report::Report;
use crate::write::{self, failed};
use crate::{batch::digest::Identity, batch::find::Bundle};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Name of the file that tells whose report is in a folder.
const MARK: &str = "archive_id";

/// A folder of outputs, and what they depend on besides the bundle.
pub struct Store {
    out: PathBuf,
    made_by: String,
    /// Held as long as the store: the kernel lets go of it however the run ends.
    #[allow(dead_code)]
    lock: Option<File>,
}

/// What is known of a bundle that is done.
#[derive(Serialize, Deserialize)]
struct Done {
    /// Version and options of the run.
    made_by: String,
    /// Name of the bundle, which stands in its report.
    name: String,
    status: Status,
    why: String,
    found: Found,
}

impl Store {
    /// Makes the folders. `options` is anything else that the output depends on.
    ///
    /// # Errors
    /// [`Error::Output`].
    pub fn open(out: &Path, options: &str) -> Result<Self, Error> {
        let made_by = format!("{} {options}", super::TOOL);
        let mut store = Self { out: out.to_owned(), made_by, lock: None };
        for dir in [store.work(), store.out.join("data/series"), store.hosts()] {
            fs::create_dir_all(&dir).map_err(|e| failed(&dir, &e))?;
        }
        store.lock = locked(&store.work().join("lock"), out)?;
        for dir in [store.work(), store.out.join("data/series")] {
            for left in paths(&dir).filter(|path| path.extension().is_some_and(|e| e == "partial")) {
                remove(&left)?;
            }
        }
        Ok(store)
    }

    fn work(&self) -> PathBuf {
        self.out.join(".netmortem")
    }

    fn hosts(&self) -> PathBuf {
        self.out.join("hosts")
    }

    /// The table of a bundle.
    pub fn series(&self, id: &str) -> PathBuf {
        self.out.join(series(id))
    }

    fn done(&self, id: &str) -> PathBuf {
        self.work().join(format!("{id}.json"))
    }

    fn staged(&self, id: &str) -> PathBuf {
        self.work().join(id)
    }

    /// What was known of a bundle is void from here on.
    ///
    /// # Errors
    /// [`Error::Output`].
    pub fn begin(&self, id: &str) -> Result<(), Error> {
        remove(&self.done(id))
    }

    /// Lays a report down, to be published later.
    ///
    /// # Errors
    /// [`Error::Output`].
    pub fn stage(&self, id: &str, report: &Report) -> Result<(), Error> {
        let partial = self.work().join(format!("{id}.partial"));
        remove(&partial)?;
        write::report(report, &partial)?;
        write::text(&partial.join(MARK), &format!("{id}\n"))?;
        remove(&self.staged(id))?;
        rename(&partial, &self.staged(id))
    }

    /// Notes that a bundle is done.
    ///
    /// # Errors
    /// [`Error::Output`].
    pub fn keep(&self, row: &Row) -> Result<(), Error> {
        let Some(id) = &row.archive_id else { return Ok(()) };
        let done = Done {
            made_by: self.made_by.clone(),
            name: name(&row.path),
            status: row.status,
            why: row.why.clone(),
            found: row.found.clone(),
        };
        write::text(&self.done(id), &crate::render::value(&done))
    }

    /// The row of a bundle that is done: by the same version, with the same options, under the same name, and all of its
    /// files still there.
    pub fn resumed(&self, bundle: &Bundle, known: &Identity, published: &Published) -> Option<Row> {
        let id = &known.archive_id;
        let done: Done = serde_json::from_str(&fs::read_to_string(self.done(id)).ok()?).ok()?;
        let there = self.staged(id).is_dir() || published.of(id).is_some();
        if done.made_by != self.made_by
            || done.name != name(&bundle.shown)
            || !there
            || !self.series(id).is_file()
        {
            return None;
        }
        let row = super::one::empty(bundle, Some(known), done.status, done.why);
        Some(Row { found: done.found, ..row })
    }

    /// The reports that are in their places.
    pub fn published(&self) -> Published {
        let of = |path: PathBuf| Some((fs::read_to_string(path.join(MARK)).ok()?.trim().to_owned(), path));
        let ours = |(id, _): &(String, PathBuf)| is_id(id);
        let mut reports: Vec<(String, PathBuf)> = paths(&self.hosts()).filter_map(of).filter(ours).collect();
        reports.sort();
        Published { reports }
    }

    /// Puts every report into the place that its row names, and takes away what belongs to no row: results of bundles
    /// that are no longer in the batch.
    ///
    /// # Errors
    /// [`Error::Output`].
    pub fn publish(&self, rows: &[Row]) -> Result<(), Error> {
        let places: HashMap<&str, PathBuf> = rows
            .iter()
            .filter_map(|row| Some((row.archive_id.as_deref()?, self.out.join(row.report.as_ref()?))))
            .collect();
        // first all that stand where they shall not stay, for one's place may be another's
        for (id, path) in self.published().reports {
            let staged = self.staged(&id);
            match places.get(id.as_str()) {
                Some(wanted) if *wanted == path && !staged.exists() => {}
                Some(_) if !staged.exists() => rename(&path, &staged)?,
                _ => remove(&path)?,
            }
        }
        for (id, place) in &places {
            if self.staged(id).exists() {
                rename(&self.staged(id), place)?;
            }
        }
        let known = |path: &Path| {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            !is_id(stem) || places.contains_key(stem)
        };
        let data = self.out.join("data/series");
        paths(&self.work()).chain(paths(&data)).filter(|path| !known(path)).try_for_each(|path| remove(&path))
    }
}

/// Two runs in one folder would take away each other's work.
fn locked(lock: &Path, out: &Path) -> Result<Option<File>, Error> {
    let file = File::options().create(true).append(true).open(lock).map_err(|e| failed(lock, &e))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => {
            let why = "another batch is writing to it".to_owned();
            Err(Error::Output { path: out.display().to_string(), why })
        }
        Err(TryLockError::Error(_)) => Ok(None), // a file system without locks
    }
}

/// Reports that are in their places, by id.
pub struct Published {
    reports: Vec<(String, PathBuf)>,
}

impl Published {
    fn of(&self, id: &str) -> Option<&Path> {
        self.reports.iter().find(|(of, _)| of == id).map(|(_, path)| path.as_path())
    }
}

/// Where the table of a bundle lies, from the folder of the index.
pub fn series(id: &str) -> String {
    format!("data/series/{id}.parquet")
}

fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The last part of a path, which a report calls its input by.
fn name(path: &str) -> String {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned()
}

fn paths(dir: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    fs::read_dir(dir).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()))
}

/// Takes away a file, a link or a folder of ours; what is not there is no error.
fn remove(path: &Path) -> Result<(), Error> {
    let gone = match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(e) => Err(e),
    };
    match gone {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(failed(path, &e)),
        _ => Ok(()),
    }
}

fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    fs::rename(from, to).map_err(|e| failed(to, &e))
}
