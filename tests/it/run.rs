//! Running the tool as a user does.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The project's folder.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The tool with the environment of nobody in particular.
pub fn tool() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netmortem"));
    command.env("NO_COLOR", "1").env_remove("COLUMNS").env_remove("TZ");
    command
}

/// Runs the tool to its end.
pub fn netmortem<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Output {
    tool().args(args).output().expect("the tool starts")
}

/// Runs `report INPUT -o OUT` and returns the report value.
pub fn report(input: &Path, out: &Path) -> serde_json::Value {
    let run = netmortem([OsStr::new("report"), input.as_os_str(), OsStr::new("-o"), out.as_os_str()]);
    assert!(run.status.success(), "{}: {}", input.display(), String::from_utf8_lossy(&run.stderr));
    json(&out.join("report.json"))
}

/// A JSON file.
pub fn json(path: &Path) -> serde_json::Value {
    serde_json::from_str(&text(path)).expect("valid JSON")
}

/// A text file.
pub fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// All files below a folder, relative to it, sorted.
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).unwrap_or_else(|e| panic!("{}: {e}", next.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(dir).expect("below dir").to_owned());
            }
        }
    }
    found.sort();
    found
}
