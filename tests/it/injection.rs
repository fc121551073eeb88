//! Nothing that was read ever becomes markup, in any form of the output. What a browser makes of the pages is in
//! `browser`; here are the bytes.

use crate::hostile::{self, PAYLOADS};
use crate::run::{files, netmortem, text};
use std::ffi::OsStr;
use std::path::Path;

/// Runs a verb that writes a folder on the hostile input.
fn run(verb: &str, input: &Path, out: &Path) {
    let run = netmortem([OsStr::new(verb), input.as_os_str(), OsStr::new("-o"), out.as_os_str()]);
    assert!(run.status.success(), "{verb}: {}", String::from_utf8_lossy(&run.stderr));
    for said in [&run.stdout, &run.stderr] {
        assert!(
            !said.contains(&0x1b) && !said.contains(&0),
            "{verb} writes control characters to the terminal"
        );
    }
}

#[test]
fn no_form_of_a_report_carries_markup_that_was_read() {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("in"), dir.path().join("out"));
    hostile::write(&input);
    run("report", &input, &out.join("report"));
    run("batch", &input, &out.join("batch"));
    let mut kinds = std::collections::BTreeSet::new();
    for file in files(&out) {
        let name = file.to_str().expect("file names are plain");
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b)), "{name}");
        let kind = name.rsplit('.').next().unwrap();
        if name.starts_with("batch/.netmortem/") || name.ends_with("/archive_id") {
            continue; // the tool's own notes
        }
        kinds.insert(kind.to_owned());
        if kind == "parquet" {
            continue; // columns of bytes
        }
        let text = text(&out.join(&file));
        assert!(text.len() < 4 << 20, "{name}: {} bytes of a line of 1 MB", text.len());
        match kind {
            "html" | "svg" => markup(name, &text),
            "md" => markdown(name, &text),
            "json" => drop(serde_json::from_str::<serde_json::Value>(&text).expect(name)),
            other => panic!("{name}: no check for {other}"),
        }
    }
    assert!(["html", "json", "md", "parquet", "svg"].iter().all(|k| kinds.contains(*k)), "{kinds:?}");
    let report = text(&out.join("report/report.json"));
    for payload in PAYLOADS {
        let seen = payload.chars().take_while(|c| !c.is_control()).collect::<String>();
        let as_json = serde_json::to_string(&seen).unwrap();
        assert!(report.contains(as_json.trim_matches('"')), "{payload:?} came into the report at all");
    }
}

/// What was smuggled in stands only as text.
fn markup(name: &str, text: &str) {
    // what the page's own script reads is JSON: quotes in it are the data's
    let data = "<script type=\"application/json\" id=\"data\">";
    let (before, after) = text.split_once(data).unwrap_or((text, "</script>"));
    let (inside, after) = after.split_once("</script>").expect("the data end");
    assert!(!inside.contains('<'), "{name}: the data could end early");
    let lower = (before.to_owned() + after).to_lowercase();
    for bad in [
        "<evil",
        "<img",
        "<script>window",
        "</textarea",
        "\"onevil",
        "onevil=\"",
        "'><",
        "<![cdata",
        "<!--",
        "href=\"javascript",
        "src=\"http",
        "src=\"//",
        "\0",
        "\u{1b}",
        "\u{202e}",
        "\u{2066}",
        "\u{200f}",
    ] {
        if let Some(at) = lower.find(bad) {
            let around: String = lower.get(at.saturating_sub(80)..).unwrap_or("").chars().take(200).collect();
            panic!("{name}: {bad:?} in {around:?}");
        }
    }
    if Path::new(name).extension().is_some_and(|kind| kind == "svg") {
        let drawing = roxmltree::Document::parse(text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let known = ["svg", "title", "desc", "rect", "g", "path", "text", "defs", "clipPath"];
        for node in drawing.descendants().filter(roxmltree::Node::is_element) {
            assert!(known.contains(&node.tag_name().name()), "{name}: {node:?}");
        }
    }
}

/// As GitHub reads it: no HTML, no link and no picture but the charts beside it, no mention outside of code.
fn markdown(name: &str, text: &str) {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    for bad in ["\0", "\u{1b}", "\u{202e}", "\u{2066}"] {
        assert!(!text.contains(bad), "{name}: {bad:?}");
    }
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => panic!("{name}: HTML {html:?}"),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                assert!(dest_url.starts_with("charts/"), "{name}: a link to {dest_url:?}");
            }
            Event::Text(words) => assert!(!words.contains("@evil"), "{name}: {words:?} is a mention"),
            _ => {}
        }
    }
}
