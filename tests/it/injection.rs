//! Nothing that was read ever becomes markup, in any form of the output. What a browser makes of the pages is in
//! `browser`; here are the bytes.

use crate::hostile::{self, PAYLOADS};
use crate::run::{files, netmortem, text};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

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

#[test]
fn no_comparison_carries_markup_that_was_read() {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("in"), dir.path().join("out"));
    hostile::write(&input);
    let mut sides: Vec<PathBuf> = fs::read_dir(&input).unwrap().map(|e| e.unwrap().path()).collect();
    sides.sort();
    for pair in sides.windows(2).step_by(3) {
        let [a, b] = pair else { continue };
        let said = said(&["diff".as_ref(), a.as_os_str(), b.as_os_str(), "-o".as_ref(), out.as_os_str()]);
        assert!(!said.contains(['\0', '\u{1b}', '\u{202e}', '\u{2066}']), "{said}");
        markup("diff.html", &text(&out.join("diff.html")));
        markdown("diff.md", &text(&out.join("diff.md")));
        drop(serde_json::from_str::<serde_json::Value>(&text(&out.join("diff.json"))).unwrap());
    }
}

#[test]
fn no_form_for_programs_and_terminals_carries_what_they_would_obey() {
    let dir = tempfile::tempdir().unwrap();
    let (input, report) = (dir.path().join("in"), dir.path().join("report.json"));
    hostile::write(&input);
    said(&[
        "report".as_ref(),
        input.as_os_str(),
        "--format=json".as_ref(),
        "-o".as_ref(),
        report.as_os_str(),
    ]);
    let form =
        |form: &str| said(&["render".as_ref(), report.as_os_str(), "--format".as_ref(), form.as_ref()]);
    let plain = |name: &str, text: &str| {
        assert!(!text.contains(['\0', '\u{1b}', '\u{202e}', '\u{2066}']), "{name}: {text}");
    };
    plain("text", &form("text"));
    markdown("md", &form("md"));
    markup("html", &form("html"));
    // Grafana shows the text of an annotation as HTML
    let grafana: Vec<serde_json::Value> = serde_json::from_str(&form("grafana")).unwrap();
    assert!(!grafana.is_empty());
    for it in &grafana {
        let text = it["text"].as_str().unwrap();
        plain("grafana", text);
        assert!(!text.replace("<br>", "").contains('<'), "{text}");
    }
}

#[test]
fn no_cell_of_a_csv_is_a_formula() {
    let dir = tempfile::tempdir().unwrap();
    hostile::write(dir.path());
    let mut apostrophes = 0;
    for args in [&["export"][..], &["export", "--format", "wide"], &["effects", "--format", "csv"]] {
        let mut args: Vec<&OsStr> = args.iter().map(|arg| OsStr::new(*arg)).collect();
        args.push(dir.path().as_os_str());
        let table = said(&args);
        assert!(!table.contains(['\0', '\u{1b}']), "{args:?}");
        let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_bytes());
        for row in rows.records() {
            for cell in &row.unwrap() {
                let sign = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
                assert!(!sign || cell.parse::<f64>().is_ok() || cell.len() == 1, "{args:?}: {cell}");
                apostrophes += usize::from(cell.starts_with("'="));
            }
        }
    }
    assert!(apostrophes > 0, "a formula was there");
}

/// What a verb prints.
fn said(args: &[&OsStr]) -> String {
    let run = netmortem(args);
    assert!(run.status.success(), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

/// What was smuggled in stands only as text.
fn markup(name: &str, text: &str) {
    // what the script knows is JSON, in which a quote ends nothing; only `<` could
    let (before, rest) = text.split_once("id=\"data\">").unwrap_or((text, ""));
    let (data, after) = rest.split_once("</script>").unwrap_or(("{}", ""));
    assert!(!data.contains('<') && serde_json::from_str::<serde_json::Value>(data).is_ok(), "{name}: {data}");
    let lower = format!("{before}{after}").to_lowercase();
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
pub fn markdown(name: &str, text: &str) {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    for bad in ["\0", "\u{1b}", "\u{202e}", "\u{2066}"] {
        assert!(!text.contains(bad), "{name}: {bad:?}");
    }
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            // the one way to break a line in a cell
            Event::InlineHtml(html) if html.as_ref() == "<br>" => {}
            Event::Html(html) | Event::InlineHtml(html) => panic!("{name}: HTML {html:?}"),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                assert!(dest_url.starts_with("charts/"), "{name}: a link to {dest_url:?}");
            }
            Event::Text(words) => assert!(!words.contains("@evil"), "{name}: {words:?} is a mention"),
            _ => {}
        }
    }
}
