//! One bundle, walked front to back.

use super::entry::{Pieces, Reading};
use super::{Dump, Run, link};
use crate::model::time::Time;
use crate::parse::PIECE;
use crate::source::archive::{Entry, Take, is_spent};
use crate::source::{self, Artifact, Bundle, Found, links};
use rayon::Scope;
use std::collections::{BTreeSet, HashMap};
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Bytes that may wait to be parsed, of all bundles that are being read.
const WAITING: usize = 10 * PIECE;

/// All files of a bundle, which lie in `folder` if it is an archive.
pub(super) fn bundle(file: &Found, folder: &str, input: Bundle, run: &Run<'_>) -> Vec<Dump> {
    let mut walked = Walked::default();
    let ended = rayon::in_place_scope(|scope| {
        let mut taker = Taker { scope, run, modified: file.modified, walked: &mut walked };
        input.walk(&file.name, folder, run.budget, &|n| run.read(n), &mut taker)
    });
    let read = walked.files.iter().map(|file| &*file.reading);
    let paths: BTreeSet<String> =
        read.chain(&walked.skipped).map(|reading| reading.artifact.path.clone()).collect();
    let (mut told, mut skipped) = (Vec::new(), Vec::new());
    for (path, target) in links::lost(&paths, &walked.links) {
        match link(path, target) {
            Some(dump) => told.push(dump),
            None => skipped.push(Reading::skipped(path.to_owned(), 0, source::LINK.to_owned())),
        }
    }
    // a packed file that is no archive says itself where it ends
    let alone = paths.contains(&file.name);
    if let Some(e) = ended.err().filter(|_| !alone) {
        let last = walked.files.last().map(|file| format!(", after {}", file.reading.artifact.path));
        let what = if is_spent(&e) { "not read to its end" } else { "damaged" };
        let why = format!("{what}: {e}{}", last.unwrap_or_default());
        skipped.push(Reading::left_out(file.name.clone(), file.bytes, why));
    }
    let names: HashMap<String, String> = links::renamed(&paths, &walked.links).into_iter().collect();
    let finish = |mut reading: Reading, end: &str| {
        let artifact = &mut reading.artifact;
        if let Some(name) = names.get(&artifact.path) {
            artifact.kept_as = Some(std::mem::replace(&mut artifact.path, name.clone()));
        }
        reading.finish(end)
    };
    let skipped = skipped.into_iter().chain(walked.skipped).map(|reading| finish(reading, ""));
    let files = walked.files.into_iter().filter_map(|file| {
        let mut reading = Arc::into_inner(file.reading)?;
        reading.artifact.bytes = file.bytes;
        Some(finish(reading, &file.end))
    });
    files.chain(skipped).chain(told).collect()
}

/// What a walk met.
#[derive(Default)]
struct Walked {
    files: Vec<Walking>,
    links: Vec<(String, String)>,
    skipped: Vec<Reading>,
}

struct Walking {
    reading: Arc<Reading>,
    bytes: u64,
    /// What is wrong with its end.
    end: String,
}

struct Taker<'w, 'scope, 'env: 'scope> {
    scope: &'w Scope<'scope>,
    run: &'env Run<'env>,
    modified: Option<Time>,
    walked: &'w mut Walked,
}

impl Take for Taker<'_, '_, '_> {
    fn file(&mut self, entry: Entry, content: &mut dyn Read) -> io::Result<()> {
        let mut pieces = match Pieces::begin(&entry, content) {
            Ok(pieces) => pieces,
            Err((why, None)) => {
                self.walked.skipped.push(Reading::skipped(entry.path, entry.size.unwrap_or(0), why));
                return Ok(());
            }
            Err((_, Some(damage))) => {
                let why = format!("cannot be unpacked: {damage}");
                self.walked.skipped.push(Reading::left_out(entry.path, entry.size.unwrap_or(0), why));
                return Err(damage);
            }
        };
        let mut artifact = Artifact::new(entry.path, 0, entry.modified.or(self.modified));
        artifact.changed = entry.changed;
        let reading = Arc::new(Reading::new(artifact, pieces.kind()));
        while let Some(piece) = pieces.next() {
            let (run, length) = (self.run, piece.bytes.len());
            if run.waiting.load(Ordering::Relaxed) > WAITING {
                reading.parse(&piece);
                continue;
            }
            run.waiting.fetch_add(length, Ordering::Relaxed);
            let reading = Arc::clone(&reading);
            self.scope.spawn(move |_| {
                reading.parse(&piece);
                run.waiting.fetch_sub(length, Ordering::Relaxed);
            });
        }
        let end = match &pieces.damage {
            Some(e) => format!("cut off: {e}"),
            None if pieces.cut_off => "cut off: a file of this kind is read up to 512 MiB".to_owned(),
            None => String::new(),
        };
        self.walked.files.push(Walking { reading, bytes: pieces.bytes, end });
        pieces.damage.map_or(Ok(()), Err)
    }

    fn link(&mut self, path: String, target: String) {
        self.walked.links.push((path, target));
    }

    fn skip(&mut self, path: String, why: String) {
        self.walked.skipped.push(Reading::left_out(path, 0, why));
    }
}
