//! The page in a real browser: Debian's chromium, spoken to by its own protocol. Where there is none, these tests say
//! so and pass. Tests take turns: one browser, two slow cores.

mod access;
mod acts;
mod hostile;
mod page;
mod print;
mod quiet;
mod shape;
mod words;

use crate::run::{project, tool};
use headless_chrome::{Browser, LaunchOptions};
use netmortem::render;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;
use std::{env, ffi, fs};

/// A turn with the browser.
pub struct Turn {
    browser: Arc<Browser>,
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());
static BROWSER: Mutex<Weak<Browser>> = Mutex::new(Weak::new());

/// The browser's program; `NETMORTEM_CHROMIUM` names another one.
fn program() -> Option<PathBuf> {
    let named = env::var_os("NETMORTEM_CHROMIUM").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let mut found = env::split_paths(&path).flat_map(|dir| names.map(|name| dir.join(name)));
    named.or_else(|| found.find(|file| file.is_file()))
}

/// Waits for the browser; `None` where there is none.
pub fn turn() -> Option<Turn> {
    let Some(program) = program() else {
        eprintln!("skipped: no chromium in PATH, and NETMORTEM_CHROMIUM is not set");
        return None;
    };
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut shared = BROWSER.lock().unwrap_or_else(PoisonError::into_inner);
    let browser = shared.upgrade().unwrap_or_else(|| Arc::new(launch(program)));
    *shared = Arc::downgrade(&browser);
    Some(Turn { browser, _turn: turn })
}

fn launch(program: PathBuf) -> Browser {
    let options = LaunchOptions {
        path: Some(program),
        // there is no sandbox for root, and the pages are our own
        sandbox: false,
        idle_browser_timeout: Duration::from_mins(10),
        args: ["--hide-scrollbars", "--disable-component-update", "--disable-quic"]
            .map(ffi::OsStr::new)
            .to_vec(),
        ..LaunchOptions::default()
    };
    Browser::new(options).expect("chromium starts")
}

/// Where the pages lie that are looked at.
fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The page of every case, made anew from the report beside it.
pub fn pages() -> Vec<(String, PathBuf)> {
    static PAGES: OnceLock<Vec<(String, PathBuf)>> = OnceLock::new();
    PAGES.get_or_init(all_pages).clone()
}

fn all_pages() -> Vec<(String, PathBuf)> {
    let reports = fs::read_dir(project().join("reports")).unwrap().map(|e| e.unwrap().path());
    let mut pages: Vec<(String, PathBuf)> =
        reports.filter(|r| r.join("report.json").is_file()).map(|r| page_of(&r)).collect();
    pages.sort();
    assert!(pages.len() >= 5);
    pages
}

/// The page of one case.
pub fn page(case: &str) -> PathBuf {
    pages().into_iter().find(|(name, _)| name == case).expect("a case").1
}

fn page_of(report: &Path) -> (String, PathBuf) {
    let name = report.file_name().unwrap().to_string_lossy().into_owned();
    let value = render::parse_json(&crate::run::text(&report.join("report.json"))).unwrap();
    let file = folder().join(format!("{name}.html"));
    fs::write(&file, render::html(&value)).unwrap();
    (name, file)
}

/// The index of a small batch.
pub fn index() -> PathBuf {
    static INDEX: OnceLock<PathBuf> = OnceLock::new();
    INDEX.get_or_init(batch).clone()
}

fn batch() -> PathBuf {
    let out = folder().join("batch");
    let cases = ["accept-queue", "receive-buffer", "single-snapshot"];
    let inputs = cases.map(|name| project().join("fixtures/cases").join(name));
    let run = tool().arg("batch").args(inputs).arg("-o").arg(&out).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    out.join("index.html")
}
