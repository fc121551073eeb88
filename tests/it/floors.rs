//! The floors of DESIGN.md: a floor uses the floors before it and none behind it; polars, plotters and the
//! file system each have one place.

use crate::run::{files, project, text};
use std::path::{Path, PathBuf};

/// In the order in which the data meets them.
const FLOORS: [&str; 15] = [
    "model",
    "catalogue",
    "source",
    "parse",
    "intake",
    "timeline",
    "stats",
    "correlate",
    "diagnose",
    "assemble",
    "compare",
    "redact",
    "render",
    "batch",
    "cli",
];

/// Source without its tests and comments.
fn code(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]").next().unwrap_or(text);
    before_tests.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The code below a folder; scripts, styles and fonts lie beside it.
fn sources(dir: &Path) -> Vec<PathBuf> {
    files(dir).into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "rs")).collect()
}

#[test]
fn no_floor_uses_one_behind_it() {
    for (level, floor) in FLOORS.iter().enumerate() {
        for file in sources(&project().join("src").join(floor)) {
            let source = code(&text(&project().join("src").join(floor).join(&file)));
            for behind in &FLOORS[level + 1..] {
                let upward = source.contains(&format!("crate::{behind}"));
                assert!(!upward, "src/{floor}/{} uses {behind}", file.display());
            }
        }
    }
}

#[test]
fn every_folder_is_a_floor() {
    for entry in std::fs::read_dir(project().join("src")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        assert!(
            entry.path().is_file() || FLOORS.contains(&name.as_str()),
            "src/{name} has no place in the order"
        );
    }
}

#[test]
fn polars_plotters_and_files_have_one_place_each() {
    let places: [(&str, &[&str]); 3] = [
        ("polars", &["timeline/"]),
        ("plotters", &["render/svg/canvas.rs"]),
        (
            "std::fs",
            &["source/", "main.rs", "write.rs", "batch/find.rs", "batch/digest.rs", "batch/state.rs"],
        ),
    ];
    for file in sources(&project().join("src")) {
        let shown = file.to_string_lossy().into_owned();
        if shown.ends_with("tests.rs") {
            continue;
        }
        let source = code(&text(&project().join("src").join(&file)));
        for (name, allowed) in places {
            let named = source.contains(&format!("{name}::")) || source.contains(&format!("use {name}"));
            assert!(!named || allowed.iter().any(|a| shown.starts_with(a)), "src/{shown} names {name}");
        }
    }
}

#[test]
fn only_main_prints() {
    for file in sources(&project().join("src")) {
        let shown = file.to_string_lossy().into_owned();
        let source = code(&text(&project().join("src").join(&file)));
        let prints = ["println!", "print!(", "eprintln!", "dbg!("].iter().any(|m| source.contains(m));
        assert!(shown == "main.rs" || !prints, "src/{shown} prints");
    }
}
