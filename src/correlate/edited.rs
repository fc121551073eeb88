//! When the file that gives a setting its value was last edited or put in place: in a bundle, the ages of `/etc`'s files
//! are their own.
//!
//! Neither is an act on the running kernel. They say that someone wanted the value, and when; a file holds other lines,
//! any of which may be what was edited. A file that is moved, unpacked by a package or copied with its age is old by
//! its mtime and new by its ctime, which pax headers keep; a change of its rights moves the ctime, too.

use super::drift::agrees;
use super::persisted::Said;
use crate::model::fact::Layer;
use crate::model::time::Time;
use crate::model::words;
use crate::timeline::{Account, Host, Observed, Timeline};

/// An edit beside the boots and the running kernel.
#[derive(Debug, PartialEq)]
pub struct Edited {
    /// Whether the file was edited or put in place after the last boot, so that what it says may not have been applied.
    pub since_boot: bool,
    /// For the reader.
    pub text: String,
}

/// Seconds between the two ages of a file that was written in one go.
const AT_ONCE: f64 = 2.0;

/// When a file was put in place, where that is another time than that of its last edit.
pub(super) fn placed(account: &Account) -> Option<Time> {
    let edited = account.modified?;
    account.changed.filter(|at| *at > edited.plus_seconds(AT_ONCE))
}

/// What the age of the winning file says of a key.
#[must_use]
pub fn edited(timeline: &Timeline, host: &Host, seen: &[Observed], said: &Said<'_>) -> Option<Edited> {
    let account = timeline.artifacts.get(said.winner.artifact as usize)?;
    let at = account.modified?;
    let running = seen.iter().rfind(|o| o.layer == Layer::Runtime)?;
    // a file that is younger than the dumps beside it was written by a copy, and so was an inode
    let read = running.time.filter(|read| *read >= at)?;
    let placed = placed(account).filter(|at| *at <= read);
    let same = agrees(&running.value, &said.winner.value);
    Some(told([Some(at), placed], read, host.boots.iter().rfind(|boot| **boot <= read).copied(), same))
}

/// `ages` are when the file was last edited, and when it was put in place after that.
fn told(ages: [Option<Time>; 2], read: Time, boot: Option<Time>, same: bool) -> Edited {
    let [edited, placed] = ages.map(|at| at.map(words::instant));
    let edited = edited.map_or_else(String::new, |at| format!("file last edited {at}"));
    let both = match &placed {
        Some(at) => format!("{edited}, put in place or its rights changed {at}"),
        None => edited,
    };
    let read = words::instant(read);
    let latest = ages.into_iter().flatten().max();
    let since_boot = boot.is_some_and(|boot| latest >= Some(boot));
    let text = match boot {
        None => both,
        Some(_) if !since_boot => format!("{both}, before the last boot"),
        Some(_) if same => format!(
            "{both}, after the last boot; if it was this line, it was applied between then and {read}, when the running value was the same"
        ),
        Some(_) => format!("{both}, after the last boot; not applied by {read}"),
    };
    Edited { since_boot, text }
}

#[cfg(test)]
mod tests {
    use super::told;
    use crate::model::time::Time;

    #[test]
    fn an_edit_after_the_boot_is_applied_or_not() {
        let at = Time::from_secs;
        let since = |edited, boot, same| told([Some(at(edited)), None], at(900), Some(at(boot)), same);
        assert!(since(500, 100, true).text.contains("applied between"));
        assert!(since(500, 100, false).text.contains("not applied by"));
        let before = since(50, 100, false);
        assert!(!before.since_boot && before.text.ends_with("before the last boot"));
        assert!(!told([Some(at(50)), None], at(900), None, true).since_boot);
    }

    #[test]
    fn a_file_that_was_moved_keeps_its_age_and_was_put_in_place_later() {
        let at = Time::from_secs;
        let moved = told([Some(at(50)), Some(at(500))], at(900), Some(at(100)), false);
        assert!(moved.since_boot);
        let text = "file last edited 1 Jan 1970, 00:00:50, put in place or its rights changed 1 Jan 1970, 00:08:20, after the last boot; not applied by 1 Jan 1970, 00:15:00";
        assert_eq!(moved.text.replace('\u{a0}', " "), text);
        let before = told([Some(at(50)), Some(at(80))], at(900), Some(at(100)), false);
        assert!(!before.since_boot && before.text.ends_with("00:01:20, before the last boot"));
    }
}
