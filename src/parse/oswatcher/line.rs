//! The lines that the two tools write themselves.

use crate::parse::stamp;
use crate::parse::uname::is_host_name;

/// Settings in the head of `oswvmstat`.
const SETTINGS: [&[u8]; 7] = [
    b"SNAP_INTERVAL ",
    b"CPU_CORES ",
    b"CPU_COUNT ",
    b"VCPUS ",
    b"OSWBB_ARCHIVE_DEST ",
    b"OSWBB_HOME ",
    b"It is recommended to use System Health Monitor",
];

/// Keys in the head of `ExaWatcher`'s files, between two lines of `#`.
const KEYS: [&[u8]; 7] = [
    b"Starting Time:",
    b"Sample Interval(s):",
    b"Archive Count:",
    b"Collection Module:",
    b"Collection Command:",
    b"Misc Info:",
    b"Version:",
];

const SPANNING: &[u8] = b"response is spanning snapshot intervals";

/// A line that one of the two tools wrote.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Line<'a> {
    /// `Linux OSWbb v8.3.2 web1`; the host may be left out.
    Title(Option<&'a str>),
    /// Another line of the head, or of its log.
    Head,
    /// `***Warning. NETSTAT response …`, and what was late.
    Late(&'a [u8]),
    /// A mark whose time cannot be read.
    Undated,
}

/// What a line is, where it is one of theirs.
pub(super) fn line(line: &[u8]) -> Option<Line<'_>> {
    match line.first()? {
        b'L' => title(line),
        b'#' => is_head(line).then_some(Line::Head),
        b'z' | b'*' => mark(line),
        b'S' | b'C' | b'V' | b'O' | b'I' => {
            SETTINGS.iter().any(|s| line.starts_with(s)).then_some(Line::Head)
        }
        b'o' => (line.starts_with(b"oswbb heartbeat:") || line.starts_with(b"osw heartbeat:"))
            .then_some(Line::Head),
        _ => None,
    }
}

/// `Linux OSWbb v8.3.2 web1`, `Linux    OSW v2.1.2    web1`: the host, where there is one.
fn title(line: &[u8]) -> Option<Line<'_>> {
    let mut words = std::str::from_utf8(line.get(..line.len().min(400))?).ok()?.split_whitespace();
    let known = words.next() == Some("Linux") && matches!(words.next(), Some("OSW" | "OSWbb"));
    let version = words.next()?.strip_prefix(['v', 'V'])?;
    let known = known && version.starts_with(|c: char| c.is_ascii_digit());
    known.then(|| Line::Title(words.next().filter(|w| is_host_name(w))))
}

fn is_head(line: &[u8]) -> bool {
    is_bar(line) || is_key(line)
}

/// A line above and below a head. Scripts and configuration files have such lines, too.
pub(super) fn is_bar(line: &[u8]) -> bool {
    line.len() >= 40 && line.iter().all(|b| *b == b'#')
}

/// `# Starting Time:        11/21/2026 15:00:05`.
pub(super) fn is_key(line: &[u8]) -> bool {
    line.strip_prefix(b"# ").is_some_and(|rest| KEYS.iter().any(|key| rest.starts_with(key)))
}

fn mark(line: &[u8]) -> Option<Line<'_>> {
    let rest = line.strip_prefix(b"zzz").unwrap_or(line).trim_ascii_start();
    if let Some(warning) = rest.strip_prefix(b"***Warning. ") {
        return memchr::memmem::find(warning, SPANNING).map(|at| Line::Late(warning[..at].trim_ascii()));
    }
    let marked = line.starts_with(b"zzz") && rest.starts_with(b"***") || line.starts_with(b"zzz <");
    (marked && stamp::separator(line).is_none()).then_some(Line::Undated)
}

/// Whether a line is a mark of either kind, and so ends what was below the mark before.
pub(super) fn is_time(text: &[u8]) -> bool {
    text.starts_with(b"zzz") && (stamp::separator(text).is_some() || line(text) == Some(Line::Undated))
}

/// The host in a file's name: `web1_netstat_25.11.22.0400.dat`, `2025_11_22_04_00_05_NetstatExaWatcher_web1.dat`.
pub(super) fn named(path: &str) -> Option<&str> {
    let file = path.rsplit('/').next()?;
    let (stem, packed) = file.rsplit_once(".dat")?;
    let host = if let Some((_, host)) = stem.split_once("ExaWatcher_") {
        host
    } else {
        let (rest, hour) = stem.rsplit_once('_')?;
        hour.bytes().all(|b| b.is_ascii_digit() || b == b'.').then_some(())?;
        rest.rsplit_once('_')?.0
    };
    (packed.len() < 5 && is_host_name(host)).then_some(host)
}
