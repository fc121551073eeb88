//! Docker's `json-file` driver: `{"log":"text\\n","stream":"stderr","time":"2026-11-20T08:12:10.123456789Z"}`.

use super::{Head, Shape, iso};
use memchr::memmem;

/// How such a line begins.
pub(super) const BEGIN: &[u8] = b"{\"log\":\"";

/// The text stays escaped: what it says is searched, not shown. A text cannot hold the bytes that end it.
pub(super) fn head(line: &[u8]) -> Option<Head<'_>> {
    let text = line.strip_prefix(BEGIN)?;
    let end = memmem::find(text, b"\",\"")?;
    let time = memmem::rfind(text, b"\"time\":\"")? + 8;
    let (_, (written, _)) = iso(text.get(time..)?).ok()?;
    Some(Head { written, shape: Shape::Own(""), rest: &text[..end] })
}
