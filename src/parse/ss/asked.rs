//! What `ss` was asked for, by the command line above its output or by the file's name: the state of `ss state X`, and that
//! the sockets of `ss -un` are UDP's, neither of which its output says.

use crate::parse::heading;
use crate::parse::sockets::state::State;

/// Whether a line is a command line that asks for a state, or for UDP alone.
#[must_use]
pub fn is_command(line: &[u8]) -> bool {
    // a cheap test before the words are looked at
    let state = || memchr::memmem::find(line, b" state ").is_some();
    let words = || heading::arguments(line, "ss");
    (state() && words().is_some_and(|mut words| words.any(|word| word == b"state")))
        || (memchr::memmem::find(line, b"ss -").is_some() && udp_by_command(line))
}

/// Whether a command line asks for connected sockets of UDP and of nothing else: `# ss -un`.
#[must_use]
pub fn udp_by_command(line: &[u8]) -> bool {
    heading::arguments(line, "ss").is_some_and(udp_alone)
}

/// Whether a file's name says so: `ss_-un`, `ss-unp.txt`.
#[must_use]
pub fn udp_by_path(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let file = [".txt", ".log", ".out"].iter().find_map(|end| file.strip_suffix(end)).unwrap_or(file);
    let options = file.strip_prefix("ss").and_then(|rest| rest.strip_prefix(['_', ' ', '-']));
    let word = |rest: &str| format!("-{}", rest.trim_start_matches('-'));
    options.is_some_and(|rest| udp_alone([word(rest)].iter().map(String::as_bytes)))
}

/// All sockets, and those that listen, are printed with their states.
fn udp_alone<'a>(words: impl Iterator<Item = &'a [u8]>) -> bool {
    let mut udp = false;
    for word in words {
        match word.strip_prefix(b"-") {
            Some(b"-udp") => udp = true,
            Some(b"-numeric") => {}
            Some(letters) if !letters.is_empty() && letters.iter().all(|l| b"unopemiOrHZ46".contains(l)) => {
                udp |= letters.contains(&b'u');
            }
            _ => return false,
        }
    }
    udp
}

/// The state in `# ss -tn state syn-recv`; none when a filter, a family or a pipe leaves some of its sockets out.
#[must_use]
pub fn by_command(line: &[u8]) -> Option<State> {
    let mut words = heading::arguments(line, "ss")?;
    let options = words.by_ref().take_while(|word| *word != b"state");
    if !options.into_iter().all(|word| word.strip_prefix(b"-").is_some_and(are_harmless)) {
        return None;
    }
    let state = named(words.next()?)?;
    words.next().is_none().then_some(state)
}

/// The state in `ss_-n_state_syn-recv`, `ss-state-time-wait.txt`.
#[must_use]
pub fn by_path(path: &str) -> Option<State> {
    const BETWEEN: [char; 4] = ['_', '-', ' ', '.'];
    let file = path.rsplit('/').next().unwrap_or(path);
    let file = [".txt", ".log", ".out"].iter().find_map(|end| file.strip_suffix(end)).unwrap_or(file);
    let (options, state) = file.strip_prefix("ss")?.split_once("state")?;
    let options = options.split(BETWEEN).filter(|letters| !letters.is_empty());
    let whole = options.into_iter().all(|letters| are_harmless(letters.as_bytes()));
    let behind = state.strip_prefix(BETWEEN).filter(|_| whole)?;
    named(behind.replace('_', "-").as_bytes())
}

/// Options that change what is printed of a socket, not which sockets. `-4` and `-6` list half of them.
fn are_harmless(letters: &[u8]) -> bool {
    matches!(letters, b"-numeric" | b"-tcp")
        || (!letters.is_empty() && letters.iter().all(|letter| b"ntoempiaOrsbZ".contains(letter)))
}

/// As ss takes it. Of sockets that listen or are closed other figures are given.
fn named(word: &[u8]) -> Option<State> {
    State::of_number(match word.to_ascii_lowercase().as_slice() {
        b"established" => 1,
        b"syn-sent" => 2,
        b"syn-recv" | b"syn-rcv" => 3,
        b"fin-wait-1" => 4,
        b"fin-wait-2" => 5,
        b"time-wait" => 6,
        b"close-wait" => 8,
        b"last-ack" => 9,
        b"closing" => 11,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYN_RECV: Option<State> = State::of_number(3);

    #[test]
    fn a_command_line_tells_the_state() {
        for line in ["$ ss -n state syn-recv", "# ss state SYN-RECV", "ss -tn -o state syn-rcv"] {
            assert!(is_command(line.as_bytes()), "{line}");
            assert_eq!(by_command(line.as_bytes()), SYN_RECV, "{line}");
        }
        assert!(!is_command(b"ss -tan") && !is_command(b"the ss state syn-recv of it"));
    }

    #[test]
    fn a_command_line_or_a_name_tells_udp() {
        for line in ["$ ss -un", "# /usr/sbin/ss -u -n -p", "ss --udp -n"] {
            assert!(is_command(line.as_bytes()) && udp_by_command(line.as_bytes()), "{line}");
        }
        for line in ["ss -tun", "ss -unl", "ss -una", "ss -n", "ss -un sport = :53", "ss -un | wc -l"] {
            assert!(!udp_by_command(line.as_bytes()), "{line}");
        }
        for (path, udp) in [("net/ss_-un", true), ("ss-unp.txt", true), ("ss_-tun", false), ("ss.txt", false)]
        {
            assert_eq!(udp_by_path(path), udp, "{path}");
        }
    }

    #[test]
    fn a_filter_leaves_sockets_out() {
        for line in [
            "ss -n state syn-recv sport = :80",
            "ss -4 state syn-recv",
            "ss -n state syn-recv | wc -l",
            "ss state connected",
            "ss state syn-recv state time-wait",
        ] {
            assert_eq!(by_command(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn a_name_of_a_file_tells_the_state() {
        for path in ["net/ss_-n_state_syn-recv", "ss-n-state-syn-recv.txt", "ss_state_syn_recv.log"] {
            assert_eq!(by_path(path), SYN_RECV, "{path}");
        }
        for path in ["ss_-n_state_syn-recv_sport_80", "ss_-4_state_syn-recv", "ss.txt", "state_syn-recv"] {
            assert_eq!(by_path(path), None, "{path}");
        }
    }
}
