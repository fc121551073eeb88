//! `summary.md` as a Markdown reader sees it: what was read stays text, and hundreds of changes stay a summary.

use crate::run::{json, netmortem, project};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};

/// Each of these would do something if it were Markdown, HTML or the plain text that a forge makes links of.
const EVIL: [&str; 10] = [
    "<script>alert(1)</script>",
    "@root #123 GH-7 https://evil.example www.evil.example me@evil.example 1fe3a9c0d21fe3a9",
    "| a | b |\n|---|---|\n`x` ``` y",
    "](http://evil) ![x](http://evil/p.png)\n\n[x]: http://evil",
    "a\\|b\\",
    "\n\n# h\n- l\n> q\n1. x",
    "$\\alpha$ ~~x~~ **b** _i_ <!-- --> &lt;",
    "\n\n<img src=x onerror=alert(1)>\n\n",
    "``a`",
    "\u{202e}rtl\0nul\u{1b}[31m",
];

/// Names of fields that hold what was read, or sentences with it in them.
const READ: [&str; 17] = [
    "key", "to", "from", "host", "title", "text", "path", "seen", "sentence", "words", "name", "lede",
    "next", "why", "of", "collect", "metric",
];

fn poison(value: &mut Value, turn: &mut usize) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let time = field.as_str().is_some_and(|text| text.starts_with("202") && text.ends_with('Z'));
                match field {
                    Value::String(text) if READ.contains(&name.as_str()) && !time => {
                        *turn += 1;
                        *text =
                            format!("{} {text} {}", EVIL[*turn % EVIL.len()], EVIL[(*turn + 3) % EVIL.len()]);
                    }
                    _ => poison(field, turn),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, turn)),
        _ => {}
    }
}

fn markdown(report: &Value) -> String {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("report.json");
    std::fs::write(&path, report.to_string()).unwrap();
    let run = netmortem(["render".as_ref(), path.as_os_str(), "--format".as_ref(), "md".as_ref()]);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn hostile_text_is_text_to_a_reader_of_markdown() {
    let good = json(&project().join("reports/two-hosts/report.json"));
    for start in 0..EVIL.len() {
        let (mut report, mut turn) = (good.clone(), start);
        poison(&mut report, &mut turn);
        report["changes"][0]["caveats"] = json!(EVIL);
        let text = markdown(&report);
        let (mut rows, mut cells) = (Vec::new(), 0);
        for event in Parser::new_ext(&text, Options::all()) {
            match event {
                Event::Html(html) | Event::InlineHtml(html) => panic!("{html}"),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    let own = dest_url.strip_prefix("charts/").is_some_and(|name| !name.contains(['/', ':']));
                    assert!(own, "{dest_url}");
                }
                Event::Start(Tag::BlockQuote(_) | Tag::CodeBlock(_) | Tag::FootnoteDefinition(_)) => {
                    panic!("a block of its own in {text}")
                }
                Event::Start(Tag::Strikethrough | Tag::Emphasis)
                | Event::InlineMath(_)
                | Event::DisplayMath(_) => {
                    panic!("a style of its own in {text}")
                }
                Event::Start(Tag::TableCell) => cells += 1,
                Event::End(TagEnd::TableHead | TagEnd::TableRow) => rows.push(std::mem::take(&mut cells)),
                // what a forge makes links of, outside of code spans
                Event::Text(plain) => {
                    for link in ["@root", "#123", "GH-7", "https://", "www.", "me@evil", "1fe3a9c0d21fe3a9"] {
                        assert!(!plain.contains(link), "{link} in {plain}");
                    }
                }
                _ => {}
            }
        }
        assert_eq!(rows, [7; 5], "a head and four changes");
        assert!(!text.contains(['\0', '\u{1b}', '\u{202e}']));
    }
}

#[test]
fn hundreds_of_changes_fold_with_a_count() {
    let mut report = json(&project().join("reports/two-hosts/report.json"));
    let few = markdown(&report);
    let changes = report["changes"].as_array().unwrap().clone();
    let many = (0..500).map(|i| {
        let mut change = changes[1].clone(); // an inconclusive one
        change["id"] = json!(format!("Z{i}"));
        change
    });
    report["changes"] = changes.iter().cloned().chain(many).collect();
    let findings = report["findings"].as_array().unwrap().clone();
    report["findings"] = findings.iter().cycle().take(600).cloned().collect();
    let text = markdown(&report).replace('\u{a0}', " ");
    assert!(text.contains("And 464 more changes in the report: 464 inconclusive."), "{text}");
    assert!(text.contains("- and 560 more in the report"));
    assert!(text.len() < few.len() + 40_000, "{} and {}", few.len(), text.len());
    for letter in ["**A**", "**C**", "**D**"] {
        assert!(text.contains(letter), "what claims something stays: {letter}");
    }
}
