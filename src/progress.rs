//! How far a batch is: one line that is written over on a terminal, one line a bundle elsewhere.

use netmortem::batch::Step;
use netmortem::model::index::{Row, Status};
use netmortem::model::words::{NBSP, bytes, duration, things};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Cells of the bar.
const BAR: usize = 24;
/// Back to the beginning of the line, and the line emptied.
const OVER: &str = "\r\x1b[K";

/// A run in progress.
pub struct Progress {
    /// Of the terminal; `None` when there is none.
    width: Option<usize>,
    state: Mutex<State>,
}

struct State {
    begun: Instant,
    bundles: usize,
    bytes: u64,
    done: usize,
    done_bytes: u64,
}

impl Progress {
    pub fn new(width: Option<usize>) -> Self {
        let state = State { begun: Instant::now(), bundles: 0, bytes: 0, done: 0, done_bytes: 0 };
        Self { width, state: Mutex::new(state) }
    }

    /// What a step adds to the screen.
    pub fn text(&self, step: &Step<'_>) -> String {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match step {
            Step::Found { bundles } if self.width.is_none() => {
                format!("{} to read\n", things(*bundles as u64, "bundle", "bundles").replace(NBSP, " "))
            }
            Step::Found { .. } => String::new(),
            Step::Hashed { done, of } => {
                self.width.map_or_else(String::new, |_| format!("{OVER}told apart {done} of {of}"))
            }
            Step::Begun { bundles, bytes } => {
                (state.bundles, state.bytes, state.begun) = (*bundles, *bytes, Instant::now());
                let Some(width) = self.width else { return String::new() };
                let bar = if *bundles == 0 { String::new() } else { bar(&state, width) };
                format!("{OVER}{bar}")
            }
            Step::Done { row } => {
                state.done += 1;
                state.done_bytes += row.size;
                let line = line(&state, row);
                let Some(width) = self.width else { return line };
                let line = if row.status == Status::Failed { line } else { String::new() };
                let bar = if state.done == state.bundles { String::new() } else { bar(&state, width) };
                format!("{OVER}{line}{bar}")
            }
        }
    }
}

/// `12/200  ok       web7.tar.xz  web7  critical: Listener …`
fn line(state: &State, row: &Row) -> String {
    let of = format!("{}/{}", state.done, state.bundles);
    let told = if row.status == Status::Failed { &row.why } else { &row.found.headline };
    // a reason may be a list of files; the first line says what is wrong
    let told = told.lines().next().unwrap_or_default();
    let line = format!("{of:>9}  {:7}  {}: {told}", row.status.word(), row.path);
    let plain = |c: char| match c {
        _ if c.is_whitespace() => ' ',
        _ if c.is_control() => '\u{fffd}',
        _ => c,
    };
    line.chars().map(plain).chain(['\n']).collect()
}

/// `[=======>                ]  12 of 200  61 MB of 1 GB  5.1 MB/s  3 min left`
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a picture
fn bar(state: &State, width: usize) -> String {
    let (done, all) = (state.done_bytes as f64, state.bytes.max(1) as f64);
    let seconds = state.begun.elapsed().max(Duration::from_millis(1)).as_secs_f64();
    let full = ((done / all) * BAR as f64) as usize;
    let bar: String = (0..BAR).map(|i| if i < full { '=' } else { ' ' }).collect();
    let rate = done / seconds;
    let left = if rate > 0.0 { duration(((all - done) / rate).ceil()) } else { "?".to_owned() };
    let text = format!(
        "[{bar}]  {} of {}  {} of {}  {}/s  {left} left",
        state.done,
        state.bundles,
        bytes(done),
        bytes(all),
        bytes(rate)
    );
    let plain = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    plain.take(width.saturating_sub(1)).collect()
}
