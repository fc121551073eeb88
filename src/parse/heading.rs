//! The command line that a collector wrote above a command's output.
//!
//! `# /usr/sbin/ethtool -S eth0` (supportconfig, and hand-made logs with or without a prompt) says what the output
//! below it leaves out: of which interface it is.

use super::words::words;

/// The arguments of `tool` in a line that is a command line; `None` in any other line.
#[must_use]
pub fn arguments<'a>(line: &'a [u8], tool: &str) -> Option<impl Iterator<Item = &'a [u8]> + use<'a>> {
    memchr::memmem::find(line, tool.as_bytes())?;
    let is_tool = |word: &[u8]| {
        word.strip_suffix(tool.as_bytes()).is_some_and(|path| path.is_empty() || path.ends_with(b"/"))
    };
    // `# /sbin/tool`, `+ tool`, `root@web1:~# tool`, `$ sudo tool`; a log line has more before it
    let prompt =
        |word: &[u8]| word == b"sudo" || word.ends_with(b"#") || word.ends_with(b"$") || word == b"+";
    let at = words(line).take(3).position(is_tool)?;
    words(line).take(at).all(prompt).then(|| words(line).skip(at + 1))
}

#[cfg(test)]
mod tests {
    use super::arguments;

    #[test]
    fn prompts_and_paths_do_not_matter() {
        for line in [
            "ethtool -S eth0",
            "# /usr/sbin/ethtool -S eth0",
            "root@web1:~# ethtool -S eth0",
            "$ sudo ethtool -S eth0",
        ] {
            let words: Vec<&[u8]> = arguments(line.as_bytes(), "ethtool").unwrap().collect();
            assert_eq!(words, [&b"-S"[..], b"eth0"], "{line}");
        }
    }

    #[test]
    fn talk_of_a_command_is_none() {
        for line in ["Mar 1 sudo: COMMAND=/sbin/ethtool -S eth0", "see ethtool -S eth0", "ethtool_-S_eth0"] {
            assert!(arguments(line.as_bytes(), "ethtool").is_none(), "{line}");
        }
    }
}
