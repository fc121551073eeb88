//! What a reader does with a page.

use super::page::{LAPTOP, Page, View};
use super::{index, page, turn};
use serde_json::json;

/// Left end, top, width and height of the surface over the plots of a figure.
fn surface(page: &Page) -> (f64, f64, f64, f64) {
    page.ask("document.querySelector('.time-slider').scrollIntoView({ block: 'center' })");
    let side = |of: &str| {
        page.number(&format!("document.querySelector('.time-slider').getBoundingClientRect().{of}"))
    };
    (side("x"), side("y"), side("width"), side("height"))
}

/// What the surface says of the time that is chosen.
fn told(page: &Page) -> String {
    page.text("document.querySelector('.time-slider').getAttribute('aria-valuetext')")
}

const SHOWN: &str = "[...document.querySelectorAll('.time svg')].find((it) => it.getClientRects().length)";

fn crosses(page: &Page) -> f64 {
    page.number(&format!("{SHOWN}.querySelectorAll('.cross text').length"))
}

#[test]
fn a_line_follows_the_mouse_and_says_what_each_lane_holds() {
    let Some(turn) = turn() else { return };
    let page = turn.open(&page("accept-queue"), LAPTOP);
    let (x, y, width, _) = surface(&page);
    page.mouse("mouseMoved", (x + width * 0.2, y + 60.0), false);
    page.until("document.querySelectorAll('.cross').length > 0");
    let lanes = page.number(&format!("{SHOWN}.querySelectorAll('.lane').length"));
    assert!((crosses(&page) - lanes - 1.0).abs() < 0.1, "a word a lane, and the time");
    let words = told(&page);
    assert!(words.contains("Accept-queue overflows: ") && words.contains("/s ±"), "{words}");
    page.mouse("mouseMoved", (x + width / 2.0, y - 90.0), false);
    page.until("document.querySelectorAll('.cross').length === 0");
}

#[test]
fn a_gap_has_no_sample() {
    let Some(turn) = turn() else { return };
    let page = turn.open(&page("two-hosts"), LAPTOP);
    let (x, y, width, _) = surface(&page);
    page.mouse("mouseMoved", (x + width * 0.7, y + 60.0), false);
    page.until("document.querySelectorAll('.cross').length > 0");
    assert!(told(&page).contains("no sample"), "{}", told(&page));
}

#[test]
fn a_drag_shows_a_stretch_and_the_address_keeps_it() {
    let Some(turn) = turn() else { return };
    let file = page("accept-queue");
    let page = turn.open(&file, LAPTOP);
    let (x, y, width, _) = surface(&page);
    let ticks = "[...document.querySelectorAll('.ticks text')].map((it) => it.textContent).join()";
    let before = page.text(ticks);
    page.mouse("mouseMoved", (x + width * 0.25, y + 60.0), false);
    page.mouse("mousePressed", (x + width * 0.25, y + 60.0), true);
    page.mouse("mouseMoved", (x + width * 0.35, y + 60.0), true);
    page.mouse("mouseMoved", (x + width * 0.5, y + 60.0), true);
    page.mouse("mouseReleased", (x + width * 0.5, y + 60.0), false);
    page.until("location.hash.startsWith('#t=')");
    assert_ne!(page.text(ticks), before, "the times of the stretch have labels");
    assert!(page.text("document.querySelector('.z').getAttribute('transform')").starts_with("matrix(4"));
    let address = page.text("location.hash");
    // who is sent the address sees the same
    let again = turn.open(&file, LAPTOP);
    again.ask(&format!("location.hash = '{address}'"));
    again.until("document.querySelector('.z').hasAttribute('transform')");
    assert_eq!(again.text(ticks), page.text(ticks));
    page.ask("document.querySelector('.time-slider').focus()");
    page.key("Escape", false);
    page.until("location.hash === ''");
    assert_eq!(page.text(ticks), before);
    assert_eq!(page.count("document.querySelectorAll('.z[transform]').length"), 0);
}

#[test]
fn keys_step_jump_and_zoom() {
    let Some(turn) = turn() else { return };
    let page = turn.open(&page("accept-queue"), LAPTOP);
    page.ask("document.querySelector('.time-slider').focus()");
    page.key("ArrowRight", false);
    let first = told(&page);
    page.key("ArrowRight", false);
    assert_ne!(told(&page), first);
    page.key("ArrowLeft", false);
    assert_eq!(told(&page), first);
    page.key("ArrowRight", true);
    assert_ne!(told(&page), first);
    page.key("a", false);
    assert!(page.text("document.body.lastElementChild.textContent").starts_with("Change A: "));
    page.key("+", false);
    page.until("location.hash.startsWith('#t=')");
    assert!(page.text("document.body.lastElementChild.textContent").starts_with("Shown: "));
    page.key("0", false);
    assert_eq!(page.text("location.hash"), "");
    assert_eq!(told(&page), "no time chosen");
}

#[test]
fn lanes_are_put_away_and_dimmed() {
    let Some(turn) = turn() else { return };
    let page = turn.open(&page("accept-queue"), LAPTOP);
    let height = page.number(&format!("{SHOWN}.getBoundingClientRect().height"));
    page.ask("document.querySelector('.pick input').click()");
    page.until(&format!("{SHOWN}.querySelector('.lane').getAttribute('display') === 'none'"));
    assert!(page.number(&format!("{SHOWN}.getBoundingClientRect().height")) < height - 30.0);
    page.ask("document.querySelector('.rows a').focus()");
    let dim = format!("{SHOWN}.querySelectorAll('.lane.dim').length");
    assert!(page.number(&dim) > 0.0, "lanes that A does not govern");
    page.ask("document.activeElement.blur()");
    assert_eq!(page.count(&dim), 0);
}

#[test]
fn a_touch_chooses_a_time() {
    let Some(turn) = turn() else { return };
    let page = turn.open(&page("accept-queue"), View { width: 360, ..LAPTOP });
    surface(&page);
    page.ask("(() => { const it = document.querySelector('.time-slider'), box = it.getBoundingClientRect();
        it.setPointerCapture = () => {};
        for (const type of ['pointerdown', 'pointerup']) it.dispatchEvent(new PointerEvent(type,
            { pointerType: 'touch', pointerId: 9, clientX: box.x + box.width / 5, clientY: box.y + 30, bubbles: true })); })()");
    assert!(crosses(&page) > 1.0);
    assert_eq!(
        page.text("getComputedStyle(document.querySelector('.time-slider')).touchAction"),
        "pan-y pinch-zoom"
    );
}

#[test]
fn tables_are_sorted_by_their_heads() {
    let Some(turn) = turn() else { return };
    let page = turn.open(&page("single-snapshot"), LAPTOP);
    let column = "[...document.querySelectorAll('table.list')].find((it) => it.tHead.textContent.includes('Since boot'))";
    let values = format!(
        "[...{column}.tBodies[0].rows].map((row) => Number(row.cells[1].textContent.replace(/,/g, '')))"
    );
    page.ask(&format!("{column}.tHead.rows[0].cells[1].querySelector('button').click()"));
    let down: Vec<f64> = serde_json::from_value(page.ask(&values)).unwrap();
    assert!(down.len() > 3 && down.is_sorted_by(|a, b| a >= b), "{down:?}");
    page.ask(&format!("{column}.tHead.rows[0].cells[1].querySelector('button').click()"));
    let up: Vec<f64> = serde_json::from_value(page.ask(&values)).unwrap();
    assert!(up.is_sorted_by(|a, b| a <= b), "{up:?}");
    assert_eq!(
        page.ask(&format!("{column}.tHead.rows[0].cells[1].getAttribute('aria-sort')")),
        json!("ascending")
    );
}

#[test]
fn the_index_is_sorted_and_filtered() {
    let Some(turn) = turn() else { return };
    let page = turn.open(&index(), LAPTOP);
    let hosts = "[...document.getElementById('hosts').tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.cells[0].dataset.k)";
    page.ask("document.querySelector('#hosts thead button').click()");
    let names: Vec<String> = serde_json::from_value(page.ask(hosts)).unwrap();
    assert!(names.len() == 3 && names.is_sorted(), "{names:?}");
    page.ask("(() => { const it = document.getElementById('words'); it.value = 'receive'; it.dispatchEvent(new Event('input')); })()");
    assert_eq!(page.ask(hosts).as_array().unwrap().len(), 1);
}

#[test]
fn a_chart_and_a_finding_can_be_taken_along() {
    let Some(turn) = turn() else { return };
    let page = turn.open(&page("accept-queue"), LAPTOP);
    // the clipboard of a browser without a person is refused or not: what would be written is what counts
    page.ask("(() => { window.kept = []; const keep = async (text) => { window.kept.push(text); };
        Object.defineProperty(navigator, 'clipboard', { value: { writeText: keep, write: async (items) => keep(items[0].types[0]) } }); })()");
    let click = |words: &str| {
        page.ask(&format!("[...document.querySelectorAll('.tools button')].find((it) => it.textContent === '{words}').click()"));
    };
    click("Copy SVG");
    page.until("window.kept.length === 1");
    let svg = page.text("window.kept[0]");
    assert!(
        svg.starts_with("<svg") && svg.contains("Timeline of host") && !svg.contains("class="),
        "{}",
        &svg[..300]
    );
    let sound = "new DOMParser().parseFromString(window.kept[0], 'image/svg+xml').querySelector('parsererror') === null";
    assert_eq!(page.ask(sound), json!(true));
    click("Copy PNG");
    page.until("window.kept.length === 2");
    assert_eq!(page.text("window.kept[1]"), "image/png");
    click("Copy as Markdown");
    page.until("window.kept.length === 3");
    let finding = page.text("window.kept[2]");
    assert!(
        finding.starts_with("### ")
            && finding.contains("**Why it matters**")
            && finding.contains(".log:9: `LISTEN"),
        "{finding}"
    );
}
