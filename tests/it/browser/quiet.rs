//! A page says nothing, asks for nothing, runs nothing but its own script, and is complete without it.

use super::page::{LAPTOP, View};
use super::{index, pages, turn};
use serde_json::json;

#[test]
fn no_page_complains_or_asks_for_anything() {
    let Some(turn) = turn() else { return };
    let all = pages().into_iter().chain([("index".to_owned(), index())]);
    for (name, file) in all {
        let page = turn.open(&file, LAPTOP);
        let own = format!("request: file://{}", file.display());
        let heard: Vec<String> = page.heard().into_iter().filter(|line| *line != own).collect();
        assert!(heard.is_empty(), "{name}: {heard:#?}");
        // a second for a person; the machine that tests this may be much slower
        let took = page.number("performance.getEntriesByType('navigation')[0].loadEventEnd");
        assert!(took > 0.0 && took < 5_000.0, "{name} opened in {took} ms");
        assert_eq!(page.ask("document.querySelectorAll('[style]').length === 0 || document.documentElement.classList.contains('scripted')"), json!(true));
    }
}

/// Markup as it might slip in.
const SLIPPED: &str = "(() => {
    const script = document.createElement('script');
    script.textContent = 'window.slipped = 1';
    document.body.append(script);
    const box = document.createElement('div');
    box.innerHTML = '<img src=\"data:,\" onerror=\"window.slipped = 2\"><a id=slip href=\"javascript:window.slipped=3\">x</a><p style=\"color:red\" id=red>x</p>';
    document.body.append(box);
    document.getElementById('slip').click();
    return new Promise((done) => setTimeout(() => done([window.slipped === undefined, getComputedStyle(document.getElementById('red')).color]), 50));
})()";

#[test]
fn the_policy_is_in_force() {
    let Some(turn) = turn() else { return };
    for file in [super::page("accept-queue"), index()] {
        let page = turn.open(&file, LAPTOP);
        let found = page.ask(SLIPPED);
        assert_eq!(found[0], json!(true), "an injected script ran");
        assert_ne!(found[1], json!("rgb(255, 0, 0)"), "an injected style was applied");
        let refused = "fetch('https://example.invalid/').then(() => 'sent', (e) => e.message)";
        assert!(page.text(refused).contains("Failed to fetch"));
        assert!(
            page.heard().iter().any(|line| line.contains("Content Security Policy")),
            "{:#?}",
            page.heard()
        );
    }
}

/// What a reader finds: sections, drawings that are visible, tables.
const CONTENTS: &str =
    "['h2', 'table', 'article'].map((of) => document.querySelectorAll('main ' + of).length)
    .concat([...document.querySelectorAll('main svg')].filter((svg) => svg.getClientRects().length).length)";

#[test]
fn a_page_is_complete_without_its_script() {
    let Some(turn) = turn() else { return };
    for (name, file) in pages() {
        let with = turn.open(&file, LAPTOP).ask(CONTENTS);
        let page = turn.open(&file, View { script: false, ..LAPTOP });
        assert_eq!(page.ask(CONTENTS), with, "{name}");
        assert_eq!(
            page.count("document.querySelectorAll('button, input, [role=slider]').length"),
            0,
            "{name}"
        );
        assert!(page.number("document.querySelectorAll('main h2').length") >= 5.0, "{name}");
    }
}
