//! A text in pieces: what a rule has replaced, no later rule sees again.

use regex::{Captures, Regex};
use std::ops::Range;

/// Longer than any name of the DNS.
pub const LONGEST: usize = 256;

enum Piece {
    Left(Range<usize>),
    Done(String),
}

/// A text on its way through the rules.
pub struct Pieces<'a> {
    text: &'a str,
    pieces: Vec<Piece>,
}

/// What a rule found, and what stands around it.
pub struct Match<'c, 'a> {
    /// Groups of the pattern.
    pub groups: Captures<'a>,
    /// The character before the match.
    pub before: Option<char>,
    /// All before the match.
    pub head: &'c str,
    /// All behind the match.
    pub tail: &'c str,
}

impl Match<'_, '_> {
    /// A group, or nothing.
    pub fn group(&self, n: usize) -> &str {
        self.groups.get(n).map_or("", |m| m.as_str())
    }

    /// Whether no letter or digit touches the match.
    pub fn is_word(&self) -> bool {
        !self.before.is_some_and(char::is_alphanumeric) && !self.tail.starts_with(char::is_alphanumeric)
    }
}

impl<'a> Pieces<'a> {
    /// All of it is left.
    pub fn new(text: &'a str) -> Self {
        Self { text, pieces: vec![Piece::Left(0..text.len())] }
    }

    /// All of the text as it was.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Applies a rule wherever its pattern matches in what is left. `None` leaves a match to later rules.
    pub fn rule(&mut self, pattern: &Regex, mut to: impl FnMut(&Match<'_, 'a>) -> Option<String>) {
        if !pattern.is_match(self.text) {
            return;
        }
        let text = self.text;
        self.split(|range, found| {
            let part = &text[..range.end];
            let mut at = range.start;
            while let Some(groups) = pattern.captures_at(part, at) {
                let Some(all) = groups.get(0) else { break };
                let (head, tail) = (&text[..all.start()], &text[all.end()..]);
                let it = Match { before: head.chars().next_back(), head, tail, groups };
                let span = it.groups.get(0).map_or(at..at, |m| m.range());
                if let Some(to) = to(&it) {
                    found.push((span.clone(), to));
                    at = span.end.max(at + 1);
                } else {
                    let step = text[span.start..].chars().next().map_or(1, char::len_utf8);
                    // longer than any name or address: looking at each of its ends would take as long as it is, squared
                    at = if span.len() > LONGEST { span.end } else { span.start + step };
                }
                if at >= range.end || !text.is_char_boundary(at) {
                    break;
                }
            }
        });
    }

    /// Replaces spans of what is left, ascending and apart from each other, as `find` pushes them.
    pub fn split(&mut self, mut find: impl FnMut(Range<usize>, &mut Vec<(Range<usize>, String)>)) {
        let mut pieces = Vec::with_capacity(self.pieces.len());
        for piece in std::mem::take(&mut self.pieces) {
            let Piece::Left(range) = piece else {
                pieces.push(piece);
                continue;
            };
            let mut found = Vec::new();
            find(range.clone(), &mut found);
            let mut at = range.start;
            for (span, to) in found {
                if at < span.start {
                    pieces.push(Piece::Left(at..span.start));
                }
                at = span.end;
                pieces.push(Piece::Done(to));
            }
            if at < range.end {
                pieces.push(Piece::Left(at..range.end));
            }
        }
        self.pieces = pieces;
    }

    /// The text as it is now.
    pub fn join(self) -> String {
        let text = self.text;
        self.pieces
            .into_iter()
            .map(|piece| match piece {
                Piece::Left(range) => text[range].to_owned(),
                Piece::Done(to) => to,
            })
            .collect()
    }
}
