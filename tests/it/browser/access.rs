//! What axe-core finds: nothing, by day and by night. `.ci/run` fetches it; `NETMORTEM_AXE` names its file.

use super::page::{LAPTOP, View};
use super::{index, pages, turn};
use std::{env, fs};

const FOUND: &str = "axe.run(document, { resultTypes: ['violations'] }).then((all) => all.violations.flatMap((v) =>
    v.nodes.slice(0, 5).map((n) => v.id + ': ' + n.target.join(' ') + ' ' + (n.any[0] || n.all[0] || n.none[0] || {}).message)))";

#[test]
fn axe_finds_nothing_by_day_and_by_night() {
    let Ok(axe) = fs::read_to_string(env::var_os("NETMORTEM_AXE").unwrap_or_default()) else {
        eprintln!("skipped: NETMORTEM_AXE does not name axe.min.js");
        return;
    };
    let Some(turn) = turn() else { return };
    let mut found = Vec::new();
    let all = pages().into_iter().chain([("index".to_owned(), index())]);
    for (name, file) in all {
        let page = turn.open(&file, LAPTOP);
        page.ask(&axe);
        for (width, dark) in [(1280, false), (1280, true), (360, true)] {
            page.view(View { width, dark, ..LAPTOP });
            let told = page.ask(FOUND);
            let look = if dark { "dark" } else { "light" };
            found.extend(told.as_array().unwrap().iter().map(|it| format!("{name}, {look}, {width}: {it}")));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
