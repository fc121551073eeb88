//! When the file that gives a setting its value was last edited: in a bundle, the age of `/etc`'s files is their own.
//!
//! An edit is no act on the running kernel. It says that someone wanted the value, and when; a file holds other lines,
//! any of which may be what was edited.

use super::drift::agrees;
use super::persisted::Said;
use crate::model::fact::Layer;
use crate::model::time::Time;
use crate::model::words;
use crate::timeline::{Host, Observed, Timeline};

/// An edit beside the boots and the running kernel.
#[derive(Debug, PartialEq)]
pub struct Edited {
    /// Whether the file was edited after the last boot, so that what it says may not have been applied.
    pub since_boot: bool,
    /// For the reader.
    pub text: String,
}

/// What the age of the winning file says of a key.
#[must_use]
pub fn edited(timeline: &Timeline, host: &Host, seen: &[Observed], said: &Said<'_>) -> Option<Edited> {
    let at = timeline.artifacts.get(said.winner.artifact as usize)?.modified?;
    let running = seen.iter().rfind(|o| o.layer == Layer::Runtime)?;
    // a file that is younger than the dumps beside it was written by a copy
    let read = running.time.filter(|read| *read >= at)?;
    let same = agrees(&running.value, &said.winner.value);
    Some(told(at, read, host.boots.iter().rfind(|boot| **boot <= read).copied(), same))
}

fn told(at: Time, read: Time, boot: Option<Time>, same: bool) -> Edited {
    let edited = format!("file last edited {}", words::instant(at));
    let read = words::instant(read);
    let text = match boot {
        None => edited,
        Some(boot) if at < boot => format!("{edited}, before the last boot"),
        Some(_) if same => format!(
            "{edited}, after the last boot; if it was this line, it was applied between then and {read}, when the running value was the same"
        ),
        Some(_) => format!("{edited}, after the last boot; not applied by {read}"),
    };
    Edited { since_boot: boot.is_some_and(|boot| at >= boot), text }
}

#[cfg(test)]
mod tests {
    use super::told;
    use crate::model::time::Time;

    #[test]
    fn an_edit_after_the_boot_is_applied_or_not() {
        let at = Time::from_secs;
        let since = |edited, boot, same| told(at(edited), at(900), Some(at(boot)), same);
        assert!(since(500, 100, true).text.contains("applied between"));
        assert!(since(500, 100, false).text.contains("not applied by"));
        let before = since(50, 100, false);
        assert!(!before.since_boot && before.text.ends_with("before the last boot"));
        assert!(!told(at(50), at(900), None, true).since_boot);
    }
}
