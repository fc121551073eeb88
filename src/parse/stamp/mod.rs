//! Times as dumps, logs and file names write them, without guessing what they leave out.
//!
//! * [`separator`]: a line that is nothing but a time, as `date` in a collection loop prints it.
//! * [`file_name`]: a time in the name of a file.
//! * [`syslog`]: the time at the start of a log line.
//!
//! *Yields* a [`Stamp`]. *Hides* which of the many spellings it was. *Keeps unnamed* the zone of a wall
//! clock that did not write one, and the year where there is none. *Rejects* dates that no calendar has.

mod date;
mod field;
mod log;
mod name;
mod zzz;

use crate::model::stamp::Stamp;

pub use log::Shape;

/// The time that the whole line consists of: `date` in its default, `-u`, `-R`, `-I` and `+%s` forms, with
/// decoration (`===== … =====`, `zzz ***…`, `Timestamp: …`) or without. Refuses other lines after a byte or two.
#[must_use]
pub fn separator(line: &[u8]) -> Option<Stamp> {
    date::alone(line)?.stamp()
}

/// The numeric offset of a separating line, in seconds east of UTC. [`separator`] turns such a time into an
/// instant, which forgets what the host's wall clock showed; `Clue::Offset` keeps it.
#[must_use]
pub fn offset(line: &[u8]) -> Option<i32> {
    date::alone(line)?.offset()
}

/// A time in a file's name, or failing that in the name of the directory it lies in. Names with a date only
/// (`messages-20261120`) tell when a log was rotated, not when something was captured: `None`.
#[must_use]
pub fn file_name(path: &str) -> Option<Stamp> {
    let mut parts = path.rsplit(['/', '\\']).filter(|part| !part.is_empty());
    let file = parts.next()?;
    name::find(file.as_bytes()).or_else(|| name::find(parts.next()?.as_bytes()))
}

/// The time a log line starts with, and the rest of the line behind it.
#[must_use]
pub fn syslog(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let head = log::head(line)?;
    Some((head.written.stamp()?, head.rest))
}

/// As [`syslog`], with the layout of what follows.
#[must_use]
pub fn syslog_shape(line: &[u8]) -> Option<(Stamp, Shape, &[u8])> {
    let head = log::head(line)?;
    Some((head.written.stamp()?, head.shape, head.rest))
}

/// The numeric offset a log line's time carries, in seconds east of UTC.
#[must_use]
pub fn syslog_offset(line: &[u8]) -> Option<i32> {
    log::head(line)?.written.offset()
}

/// The kernel's own clock at the start of a message, `[   12.345678]`, and what is behind it (and behind the
/// `[  T123]` that `CONFIG_PRINTK_CALLER` adds).
#[must_use]
pub fn kernel_clock(message: &[u8]) -> Option<(f64, &[u8])> {
    log::kernel_clock(message).ok().map(|(rest, seconds)| (seconds, rest))
}
