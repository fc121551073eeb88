//! Long lines cut around what matters: a wall of zeros hides the one number that the line is quoted for.

/// What stands for the part that was left out.
const CUT: &str = "…";

/// `line` in at most `room` characters, with its beginning (which tells what it is) and the first `focus` in it.
pub fn excerpt(line: &str, room: usize, focus: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    if chars.len() <= room {
        return line.to_owned();
    }
    let at = if focus.is_empty() { None } else { line.find(focus).map(|byte| line[..byte].chars().count()) };
    let take = |from: usize, to: usize| -> String {
        chars.get(from..to.min(chars.len())).unwrap_or_default().iter().collect()
    };
    match at {
        Some(at) if at > room / 2 => {
            let head = room / 4;
            let from = at.saturating_sub(room / 8).max(head);
            let to = from + (room - head);
            let end = if to < chars.len() { CUT } else { "" };
            format!("{} {CUT} {}{end}", take(0, head).trim_end(), take(from, to).trim())
        }
        _ => format!("{}{CUT}", take(0, room).trim_end()),
    }
}

/// Numbers kept on both sides of the one that matters.
const BESIDE: usize = 2;
/// A row of fewer numbers is shown whole.
const WALL: usize = 12;

/// A row of a table such as `TcpExt: 0 0 787 …` cut around `value`; `None` of a line that is no such row.
pub fn row(line: &str, value: u64) -> Option<String> {
    let mut words = line.split_whitespace();
    let name = words.next().filter(|name| name.ends_with(':'))?;
    let numbers: Vec<&str> = words.collect();
    let plain = |n: &&str| n.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if numbers.len() < WALL || !numbers.iter().all(plain) {
        return None;
    }
    let wanted = value.to_string();
    let Some(at) = numbers.iter().position(|n| *n == wanted) else {
        return Some(format!("{name} {CUT} {wanted} {CUT}")); // behind the end of what is quoted
    };
    let (from, to) = (at.saturating_sub(BESIDE), (at + BESIDE + 1).min(numbers.len()));
    let near = numbers.get(from..to).unwrap_or_default().join(" ");
    let before = if from > 0 { " …" } else { "" };
    let after = if to < numbers.len() { " …" } else { "" };
    Some(format!("{name}{before} {near}{after}"))
}

#[cfg(test)]
mod tests {
    use super::{excerpt, row};

    #[test]
    fn a_wall_of_zeros_is_cut_around_the_number() {
        let wall = format!("TcpExt: {}787 {}", "0 ".repeat(20), "0 ".repeat(90));
        assert_eq!(row(&wall, 787).as_deref(), Some("TcpExt: … 0 0 787 0 0 …"));
        assert_eq!(row(&wall, 999).as_deref(), Some("TcpExt: … 999 …"), "cut off before it");
        assert_eq!(row("LISTEN 17 16 10.77.0.1:8080", 17), None);
        assert_eq!(row("Udp: 1 2 3", 2), None, "short enough");
    }

    #[test]
    fn a_long_line_keeps_its_beginning_and_the_point() {
        let line = format!("Nov 20 web2 sudo: {} COMMAND=/sbin/sysctl -w a=1", "x".repeat(400));
        let cut = excerpt(&line, 100, "COMMAND=");
        assert!(
            cut.starts_with("Nov 20 web2 sudo:") && cut.ends_with("COMMAND=/sbin/sysctl -w a=1"),
            "{cut}"
        );
        assert_eq!(excerpt("short", 100, "x"), "short");
        assert!(excerpt(&"é".repeat(300), 100, "").chars().count() <= 101);
    }
}
