//! `src/redact/words.txt`: the words of our own sentences, which a host may be named like.

use crate::run::{files, project, text};
use regex::Regex;
use std::collections::BTreeSet;

/// Floors whose texts end in a report.
const FLOORS: [&str; 8] =
    ["assemble", "catalogue", "compare", "correlate", "diagnose", "model", "render", "timeline"];

fn words() -> BTreeSet<String> {
    let literal = Regex::new(r#"(?s)"((?:[^"\\]|\\.)*)""#).unwrap();
    let word = Regex::new(r"[A-Za-z][A-Za-z0-9]+").unwrap();
    let mut found = BTreeSet::new();
    for floor in FLOORS {
        let folder = project().join("src").join(floor);
        for file in files(&folder) {
            let shown = file.to_string_lossy();
            if !shown.ends_with(".tsv") && !shown.ends_with(".rs") {
                continue; // scripts, styles, fonts
            }
            let source = text(&folder.join(&file));
            let mut add = |text: &str| found.extend(word.find_iter(text).map(|m| m.as_str().to_lowercase()));
            if shown.ends_with(".tsv") {
                add(&source);
            } else if shown.ends_with(".rs") && !shown.ends_with("tests.rs") && !shown.contains("svg/") {
                let code = source.split("#[cfg(test)]").next().unwrap_or_default();
                let code: Vec<&str> =
                    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
                literal.captures_iter(&code.join("\n")).for_each(|found| add(&found[1]));
            }
        }
    }
    found
}

/// A word that is missing harms only the look of a report of a host of that name, so a few may be.
#[test]
fn the_words_of_our_sentences_are_known() {
    let path = project().join("src/redact/words.txt");
    let now = words();
    if std::env::var_os("BLESS").is_some() {
        let all: Vec<&str> = now.iter().map(String::as_str).collect();
        std::fs::write(&path, all.join("\n") + "\n").unwrap();
    }
    let listed = text(&path);
    let listed: BTreeSet<&str> = listed.split_whitespace().collect();
    let missing: Vec<&String> = now.iter().filter(|word| !listed.contains(word.as_str())).collect();
    assert!(missing.len() * 20 < now.len(), "{} words are new; BLESS=1: {missing:?}", missing.len());
}
