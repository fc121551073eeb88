//! Logs that programs write themselves, without a host behind the time.

use super::Shape;
use memchr::{memchr, memmem, memrchr};

/// Levels as Python's loggers, dnf, Chef and libdnf write them behind the time.
const LEVELS: [&[u8]; 12] = [
    b"DDEBUG",
    b"SUBDEBUG",
    b"DEBUG",
    b"INFO",
    b"INFO:",
    b"NOTICE",
    b"WARNING",
    b"WARN:",
    b"WARNING:",
    b"ERROR",
    b"ERROR:",
    b"CRITICAL",
];
/// What dpkg.log says behind the time.
const DPKG: [&[u8]; 9] = [
    b"status",
    b"startup",
    b"install",
    b"upgrade",
    b"configure",
    b"trigproc",
    b"remove",
    b"purge",
    b"conffile",
];

/// Levels as Puppet writes them into its own log, in brackets behind the source of a message.
const PUPPET: [&[u8]; 8] = [b"debug", b"info", b"notice", b"warning", b"err", b"alert", b"emerg", b"crit"];

/// What stands behind a time that a host could stand behind, when a program wrote the line itself.
pub(super) fn own(shape: Shape, rest: &[u8]) -> (Shape, &[u8]) {
    if !matches!(shape, Shape::Classic | Shape::Own("")) {
        return (shape, rest);
    }
    let end = memchr(b' ', rest).unwrap_or(rest.len());
    let (word, behind) = (&rest[..end], rest[end..].trim_ascii_start());
    if LEVELS.contains(&word) {
        let tuned = behind.starts_with(b"tuned.");
        return (Shape::Own(if tuned { "tuned" } else { "" }), behind);
    }
    // the kubelet's container logs: a stream, and whether the line is full or a part
    if matches!(word, b"stdout" | b"stderr") && matches!(behind, [b'F' | b'P', b' ', ..]) {
        return (Shape::Own(""), &behind[2..]);
    }
    if puppet(word, rest) {
        return (Shape::Own("puppet"), rest);
    }
    // `[info]:` of fluentd
    if word.starts_with(b"[") && word.ends_with(b"]:") {
        return (Shape::Own(""), rest);
    }
    if shape == Shape::Classic {
        // a host may be called `install`, but then a program's tag stands behind it
        let tagged = behind.split(|b| *b == b' ').next().is_some_and(|second| second.ends_with(b":"));
        let dpkg = DPKG.contains(&word) && !tagged;
        return if dpkg { (Shape::Own("dpkg"), rest) } else { (shape, rest) };
    }
    if word.starts_with(b"[salt.") {
        let text = memmem::find(rest, b"] ").map_or(rest, |at| rest[at + 2..].trim_ascii_start());
        return (Shape::Own("salt"), text);
    }
    // `[crit] 431#0: `
    let level = word.starts_with(b"[") && word.ends_with(b"]");
    let nginx = level && behind.iter().take(24).any(|b| *b == b'#');
    (Shape::Own(if nginx { "nginx" } else { "" }), rest)
}

/// `Puppet (notice): `, `/Stage[main]/Net/Exec[sysctl -p]/returns (notice): `: a source that is no host, and a level.
fn puppet(word: &[u8], rest: &[u8]) -> bool {
    let source = matches!(word, b"Puppet" | b"Facter") || word.iter().any(|b| matches!(b, b'/' | b'['));
    let level = || {
        let colon = memmem::find(rest, b"): ")?;
        let open = memrchr(b'(', &rest[..colon])?;
        (rest[..open].ends_with(b" ") && PUPPET.contains(&&rest[open + 1..colon])).then_some(())
    };
    source && level().is_some()
}
