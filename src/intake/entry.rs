//! One file of a bundle, from a stream to pieces.

use super::Dump;
use crate::model::fact::Facts;
use crate::parse::{Kind, PIECE, Parsed, unknown};
use crate::source::archive::Entry;
use crate::source::{self, Artifact, Packed, Text};
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

/// A file that cannot be read in pieces is held in memory up to here.
const MOST: usize = 512 << 20;

/// What has been read of a file of a bundle.
pub(super) struct Reading {
    pub artifact: Artifact,
    /// None when it is skipped.
    kind: Option<Kind>,
    /// Why it is skipped, or what is wrong with it.
    why: String,
    /// What the pieces told, by their order.
    told: Mutex<Vec<(u32, Told)>>,
}

/// What a piece told.
struct Told {
    facts: Facts,
    text: Option<Packed>,
    /// Why nothing came of it.
    unknown: String,
}

/// A piece on its way to be parsed.
pub(super) struct Piece {
    order: u32,
    first_line: u32,
    pub bytes: Vec<u8>,
}

/// The pieces of a file as they are read.
pub(super) struct Pieces<'a> {
    content: &'a mut dyn Read,
    kind: Kind,
    buffer: Vec<u8>,
    /// Size of the file, where the archive says it.
    expected: usize,
    /// How far a place for a cut was looked for.
    searched: usize,
    order: u32,
    line: u32,
    ended: bool,
    /// Bytes read.
    pub bytes: u64,
    /// Damage met, after which nothing more can be read.
    pub damage: Option<io::Error>,
    /// Whether the rest was too much to be held.
    pub cut_off: bool,
}

impl<'a> Pieces<'a> {
    /// Reads the head of a file; an error says why it is skipped.
    pub fn begin(entry: &Entry, content: &'a mut dyn Read) -> Result<Self, (String, Option<io::Error>)> {
        let expected = entry.size.and_then(|n| usize::try_from(n).ok()).unwrap_or(1 << 12).min(MOST);
        let mut buffer = Vec::with_capacity(expected.min(PIECE) + 1);
        let read = content.take(PIECE as u64).read_to_end(&mut buffer);
        let damage = read.err();
        let kind = match Kind::of(&entry.path, &buffer) {
            Ok(kind) => kind,
            Err(why) => return Err((why, damage)),
        };
        let ended = damage.is_some() || buffer.len() < PIECE;
        let bytes = buffer.len() as u64;
        Ok(Self {
            content,
            kind,
            buffer,
            expected,
            searched: PIECE,
            order: 0,
            line: 1,
            ended,
            bytes,
            damage,
            cut_off: false,
        })
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Reads on; more and more where no place for a cut is found.
    fn more(&mut self) {
        let most = if self.buffer.len() < MOST { self.buffer.len().clamp(PIECE, MOST / 4) } else { 0 };
        let before = self.buffer.len();
        let left = self.expected.saturating_sub(usize::try_from(self.bytes).unwrap_or(usize::MAX));
        if before > PIECE && left > 0 {
            self.buffer.reserve_exact(left + 1); // it is not to be cut: room for all of it, and not for twice as much
        }
        let read = self.content.take(most as u64).read_to_end(&mut self.buffer);
        self.bytes += (self.buffer.len() - before) as u64;
        self.damage = read.err();
        self.cut_off = most == 0;
        self.ended = self.damage.is_some() || self.buffer.len() - before < most || self.cut_off;
    }

    /// The next piece.
    pub fn next(&mut self) -> Option<Piece> {
        loop {
            let cut =
                if self.buffer.len() > PIECE { self.kind.cut(&self.buffer, self.searched) } else { None };
            let bytes = match cut {
                Some(end) => {
                    let rest = self.buffer.split_off(end);
                    std::mem::replace(&mut self.buffer, rest)
                }
                None if self.ended => std::mem::take(&mut self.buffer),
                None => {
                    self.searched = self.searched.max(self.kind.searched(&self.buffer));
                    self.more();
                    continue;
                }
            };
            self.searched = PIECE;
            if bytes.is_empty() {
                return None;
            }
            let first_line = self.line;
            let lines = memchr::memchr_iter(b'\n', &bytes).count();
            self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            self.order += 1;
            return Some(Piece { order: self.order, first_line, bytes });
        }
    }
}

impl Reading {
    pub fn new(artifact: Artifact, kind: Kind) -> Self {
        Self { artifact, kind: Some(kind), why: String::new(), told: Mutex::default() }
    }

    /// One that the source floor skips.
    pub fn left_out(path: String, bytes: u64, why: String) -> Self {
        let mut reading = Self::skipped(path, bytes, why);
        reading.artifact.lost = Some(&reading.why).filter(|why| source::is_loss(why)).cloned();
        reading
    }

    pub fn skipped(path: String, bytes: u64, why: String) -> Self {
        Self { artifact: Artifact::new(path, bytes, None), kind: None, why, told: Mutex::default() }
    }

    /// Parses a piece, on whichever thread. Logs are not kept: their facts carry their lines.
    pub fn parse(&self, piece: &Piece) {
        let Some(kind) = self.kind else { return };
        let facts = kind.read(&self.artifact.path, &piece.bytes, piece.first_line);
        let nothing = facts.formats.is_empty();
        let unknown = if nothing && piece.order == 1 { unknown(&piece.bytes) } else { String::new() };
        let kept = !nothing && !kind.is_log();
        let text = kept.then(|| Packed::new(piece.first_line, &piece.bytes).ok()).flatten();
        let told = Told { facts, text, unknown };
        self.told.lock().unwrap_or_else(PoisonError::into_inner).push((piece.order, told));
    }

    /// What came of it, once all pieces are parsed. `end` is what was wrong with its end.
    pub fn finish(mut self, end: &str) -> Dump {
        let Some(kind) = self.kind else { return (self.artifact, Parsed::Skipped(self.why)) };
        let mut told = self.told.into_inner().unwrap_or_else(PoisonError::into_inner);
        told.sort_by_key(|(order, _)| *order);
        let mut pieces = Vec::with_capacity(told.len());
        let mut texts = Vec::with_capacity(told.len());
        let mut why = String::new();
        for (_, piece) in told {
            pieces.push(piece.facts);
            texts.extend(piece.text);
            why += &piece.unknown;
        }
        if let Some(last) = pieces.last_mut().filter(|_| !end.is_empty()) {
            last.notes.push(1, end);
            self.artifact.lost = Some(end.to_owned());
        }
        let parsed = kind.join(pieces, || why);
        if matches!(parsed, Parsed::Read(_)) && !texts.is_empty() {
            self.artifact.text = Text::Packed(texts);
        }
        (self.artifact, parsed)
    }
}
