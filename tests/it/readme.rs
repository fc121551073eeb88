//! Every `console` block of the README runs and prints what it shows.

use crate::run::{project, text, tool};
use std::path::Path;

/// A command and the lines shown below it.
struct Shown {
    command: String,
    output: String,
}

fn blocks(readme: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        match (inside, line) {
            (false, "```console") => inside = true,
            (true, "```") => inside = false,
            (true, line) => match (line.strip_prefix("$ "), found.last_mut()) {
                (Some(command), _) => {
                    found.push(Shown { command: command.to_owned(), output: String::new() });
                }
                (None, Some(last)) => last.output += &format!("{line}\n"),
                (None, None) => panic!("output before any command: {line}"),
            },
            _ => {}
        }
    }
    found
}

/// Runs in a folder that has `fixtures` and nothing else, so that no output lands in the project.
fn run(command: &str, dir: &Path) -> String {
    let words: Vec<&str> = command.split_whitespace().collect();
    let (["netmortem", args @ ..] | ["cargo", "run", "--release", "--", args @ ..]) = words.as_slice() else {
        panic!("the README shows a command that this test cannot run: {command}")
    };
    let run = tool().args(args).current_dir(dir).output().unwrap();
    assert!(run.status.success(), "{command}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn every_console_block_runs_and_prints_what_it_shows() {
    let readme = text(&project().join("README.md"));
    let shown = blocks(&readme);
    assert!(shown.len() >= 4, "the README shows the tool at work");
    let dir = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(project().join("fixtures"), dir.path().join("fixtures")).unwrap();
    for Shown { command, output } in shown {
        if command == "cargo test" {
            continue; // this is it
        }
        let got = run(&command, dir.path());
        if !output.trim().is_empty() {
            assert_eq!(got.trim_end(), output.trim_end(), "{command}");
        }
    }
}
