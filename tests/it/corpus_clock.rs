//! Clocks of real hosts. Expectations are what the texts say, read by hand.

use crate::corpus::{corpus, facts};
use netmortem::model::fact::Clue;

#[test]
fn zones_of_timedatectl_are_what_it_prints() {
    let Some(corpus) = corpus() else { return };
    let dir = corpus.join("RedHatInsights+insights-core/insights/tests/parsers/test_date");
    for (name, zone, east) in [
        ("TIMEDATECTL_CONTENT1", "America/New_York", -18_000),
        ("TIMEDATECTL_CONTENT2", "US/Pacific", -28_800),
        ("TIMEDATECTL_CONTENT3", "America/New_York", -18_000),
        ("TIMEDATECTL_CONTENT_WRONG_DATE_FORMAT", "America/New_York", -18_000),
    ] {
        let clues: Vec<Clue> =
            facts(&dir.join(format!("{name}.txt"))).into_iter().flat_map(|f| f.clues).collect();
        let named = |c: &Clue| matches!(c, Clue::Zone { name, .. } if name == zone);
        let ahead = |c: &Clue| matches!(c, Clue::Offset { east: found, .. } if *found == east);
        assert!(clues.iter().any(named) && clues.iter().any(ahead), "{name}: {clues:?}");
    }
}

#[test]
fn boots_of_a_real_journal_are_listed() {
    let Some(corpus) = corpus() else { return };
    let vault = corpus.join("canonical+hotsos/tests/unit/fake_data_root/vault");
    let clues: Vec<Clue> = facts(&vault.join("sos_commands/systemd/journalctl_--list-boots"))
        .into_iter()
        .flat_map(|f| f.clues)
        .collect();
    assert_eq!(clues.iter().filter(|c| matches!(c, Clue::Boot { .. })).count(), 2);
}
