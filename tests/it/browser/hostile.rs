//! What a browser makes of an input in which everything nameable is hostile: nothing runs, nothing is asked for, nothing
//! breaks out of its place.

use super::page::{LAPTOP, Page, View};
use super::shape::COLLISIONS;
use super::{Turn, folder, turn};
use crate::hostile;
use crate::run::{files, netmortem};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Page, index, comparison and charts of the hostile input.
fn made() -> PathBuf {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| make(&folder().join("hostile"))).clone()
}

fn make(dir: &Path) -> PathBuf {
    let _ = fs::remove_dir_all(dir);
    let input = dir.join("in");
    hostile::write(&input);
    let mut sides: Vec<PathBuf> = fs::read_dir(&input).unwrap().map(|e| e.unwrap().path()).collect();
    sides.sort();
    let run = |verb: &str, inputs: &[PathBuf]| {
        let mut args: Vec<OsString> = vec![verb.into(), "-o".into(), dir.join(verb).into()];
        args.extend(inputs.iter().map(Into::into));
        let run = netmortem(args);
        assert!(run.status.success(), "{verb}: {}", String::from_utf8_lossy(&run.stderr));
    };
    run("report", std::slice::from_ref(&input));
    run("batch", std::slice::from_ref(&input));
    run("diff", &sides[..2]);
    dir.to_owned()
}

/// What is there that we did not write.
const FOREIGN: &str = "(() => {
    const out = window.evil === undefined ? [] : ['window.evil is ' + window.evil];
    const ours = /^(clipPath|canvas|input|button|form|label|time|template|[a-z]+[1-6]?)$/;
    const never = 'evil,img,iframe,object,embed,base,foreignObject,image,animate,set,video,audio,source,portal,frame';
    for (const it of document.querySelectorAll('*')) {
        if (!ours.test(it.localName) || it.matches(never)) out.push('element ' + it.localName);
        for (const { name, value } of it.attributes) {
            if (/^on/i.test(name) || /evil/i.test(name)) out.push('attribute ' + name + ' of ' + it.localName);
            if (/^(href|src|action|formaction|xlink:href|srcset|poster)$/i.test(name) && !/^(#|charts\\/|hosts\\/|[a-z0-9./-]+(#.*)?$)/i.test(value))
                out.push(name + '=' + value.slice(0, 60));
        }
    }
    return out;
})()";

fn clean(page: &Page, name: &str, own: &Path) {
    let found = page.ask(FOREIGN);
    assert!(found.as_array().is_some_and(Vec::is_empty), "{name}: {found:#}");
    let own = format!("request: file://{}", own.display());
    let heard: Vec<String> = page
        .heard()
        .into_iter()
        .filter(|l| !l.starts_with(&own) && !l.contains("request: data:image/svg"))
        .collect();
    assert!(heard.is_empty(), "{name}: {heard:#?}");
}

#[test]
fn hostile_pages_are_only_pages() {
    let Some(turn) = turn() else { return };
    for (file, scripts) in [("report/report.html", 2), ("batch/index.html", 1), ("diff/diff.html", 0)] {
        let path = made().join(file);
        let page = turn.open(&path, View { width: 360, ..LAPTOP });
        page.ask("document.querySelectorAll('details').forEach((it) => { it.open = true; })");
        clean(&page, file, &path);
        let found = page.count("document.scripts.length");
        assert!(found <= scripts, "{file}: {found} scripts");
        let over = page.number("document.documentElement.scrollWidth");
        let wide = "[...document.querySelectorAll('body *')].filter((it) => !it.closest('svg, .off, thead') && it.getBoundingClientRect().right > 361)
            .slice(0, 5).map((it) => it.tagName + '.' + it.className + ' ' + it.textContent.slice(0, 40)).join('; ')";
        assert!(over <= 360.0, "{file} is {over} px wide: {}", page.text(wide));
        for width in [360, 1280] {
            page.view(View { width, ..LAPTOP });
            let found = page.ask(COLLISIONS);
            assert!(found.as_array().is_some_and(Vec::is_empty), "{file} at {width}: {found:#}");
        }
        let slipped =
            "(() => { const it = document.createElement('script'); it.textContent = 'window.evil = 9';
            document.body.append(it); return String(window.evil); })()";
        assert_eq!(page.text(slipped), "undefined", "{file}: an inline script ran");
    }
}

#[test]
fn hostile_charts_are_only_charts_wherever_they_are_shown() {
    let Some(turn) = turn() else { return };
    let charts = made().join("report/charts");
    let all = files(&charts);
    assert!(all.len() > 3);
    let mut inline = String::from("<!doctype html><title>t</title>");
    let mut shown = inline.clone();
    for chart in &all {
        inline += &fs::read_to_string(charts.join(chart)).unwrap();
        shown += &format!("<p><img src=\"charts/{}\">", chart.display());
    }
    // each alone is slow; the first and the last stand for all, which are one program's work
    for chart in [&all[0], &all[all.len() - 1]] {
        let path = charts.join(chart);
        let page = turn.open(&path, LAPTOP);
        clean(&page, &chart.display().to_string(), &path);
        assert_eq!(page.text("document.documentElement.localName"), "svg");
    }
    let path = made().join("report/inline.html");
    fs::write(&path, inline).unwrap();
    let page = turn.open(&path, LAPTOP);
    clean(&page, "inline", &path);
    assert_eq!(page.count("document.querySelectorAll('svg').length"), all.len() as u64);
    fs::write(&path, shown).unwrap();
    let page = turn.open(&path, LAPTOP);
    assert_eq!(
        page.count("[...document.images].filter((it) => it.naturalWidth > 0).length"),
        all.len() as u64
    );
    assert_eq!(page.text("String(window.evil)"), "undefined");
    // charts are asked for by us, and ask for nothing themselves
    let ours = format!("request: file://{}/report/", made().display());
    let heard = page.heard();
    assert!(heard.iter().all(|line| line.starts_with(&ours)), "{heard:#?}");
    assert_eq!(heard.len(), all.len() + 1);
}

/// Addresses that somebody sends.
const FRAGMENTS: [&str; 12] = [
    "#t=<script>window.evil=1</script>,2",
    "#t=%3Cimg%20src=x%20onerror=window.evil=2%3E,%3Cevil%3E",
    "#t=NaN,NaN",
    "#t=1e308,-1e308",
    "#t=+275760-09-13T00:00:00Z,-271821-04-20T00:00:00Z",
    "#t=-271821-04-20T00:00:00Z,+275760-09-13T00:00:00Z",
    "#t=2026-11-20T11:05:00Z,2026-11-20T11:00:00Z",
    "#t=2026-11-20T11:01:00.000Z,2026-11-20T11:01:00.001Z",
    "#%E0%A4%A",
    "#t=%zz,%",
    "#\"onevil=\"x",
    "#javascript:window.evil=3",
];

fn opened<'a>(turn: &'a Turn, file: &str) -> (Page, PathBuf, &'a Turn) {
    let path = made().join(file);
    (turn.open(&path, LAPTOP), path, turn)
}

#[test]
fn addresses_that_somebody_sends_do_no_harm() {
    let Some(turn) = turn() else { return };
    let (page, path, _) = opened(&turn, "report/report.html");
    for (i, fragment) in FRAGMENTS.into_iter().enumerate() {
        let quoted = serde_json::to_string(fragment).unwrap();
        page.ask(&format!("(location.hash = {quoted}, new Promise((done) => setTimeout(done, 60)))"));
        clean(&page, fragment, &path);
        let drawn = "[...document.querySelectorAll('svg *')].some((it) => [...it.attributes].some((a) => /NaN|Infinity/.test(a.value)))";
        assert_eq!(page.ask(drawn), serde_json::json!(false), "{fragment}");
        // who opens the page with it finds all of its parts; a large page, so not for each
        if i % 4 != 0 {
            continue;
        }
        let fresh = turn.open(&PathBuf::from(format!("{}{fragment}", path.display())), LAPTOP);
        clean(&fresh, fragment, &path);
        assert!(fresh.count("document.querySelectorAll('.tools button').length") > 3, "{fragment}");
    }
}

#[test]
fn what_is_taken_along_is_as_harmless() {
    let Some(turn) = turn() else { return };
    let (page, path, _) = opened(&turn, "report/report.html");
    page.ask("(() => { window.kept = []; const keep = async (text) => { window.kept.push(text); };
        Object.defineProperty(navigator, 'clipboard', { value: { writeText: keep, write: async (items) => keep(items[0].types[0]) } }); })()");
    for words in ["Copy SVG", "Copy PNG", "Copy as Markdown"] {
        let taken = format!("(async () => {{ window.kept.length = 0;
            const all = [...document.querySelectorAll('.tools button')].filter((it) => it.textContent === '{words}').slice(0, 6);
            for (const it of all) it.click();
            for (let i = 0; i < 400 && window.kept.length < all.length; i++) await new Promise((done) => setTimeout(done, 25));
            return window.kept.length === all.length ? window.kept : ['missing ' + (all.length - window.kept.length)]; }})()");
        let taken: Vec<String> = serde_json::from_value(page.ask(&taken)).unwrap();
        assert!(!taken.is_empty(), "{words}");
        for text in taken {
            match words {
                "Copy SVG" => {
                    let drawing = roxmltree::Document::parse(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
                    for node in drawing.descendants().filter(roxmltree::Node::is_element) {
                        assert!(
                            [
                                "svg", "title", "desc", "rect", "g", "path", "text", "defs", "clipPath",
                                "circle"
                            ]
                            .contains(&node.tag_name().name()),
                            "{node:?}"
                        );
                        assert!(!node.attributes().any(|a| a.name().starts_with("on")), "{node:?}");
                    }
                }
                "Copy PNG" => assert_eq!(text, "image/png"),
                _ => crate::injection::markdown("a copied finding", &text),
            }
        }
    }
    clean(&page, "after copying", &path);
}

#[test]
fn the_filter_takes_any_words() {
    let Some(turn) = turn() else { return };
    let (page, path, _) = opened(&turn, "batch/index.html");
    for payload in hostile::PAYLOADS {
        let quoted = serde_json::to_string(payload).unwrap();
        page.ask(&format!("(() => {{ const it = document.getElementById('words'); it.value = {quoted}; it.dispatchEvent(new Event('input')); }})()"));
        clean(&page, payload, &path);
    }
    assert!(page.text("document.getElementById('shown').textContent").contains(" of "));
}
