//! Words of a timeline touch neither each other nor the edge; nothing is wider than a phone.

use super::page::{LAPTOP, View};
use super::{index, pages, turn};

/// Texts of the timelines that are shown: what overlaps, and what leaves its drawing by more than the overhang of a `j`. A pixel of air is asked for
/// sideways only: lines of text stand closer than their boxes.
pub const COLLISIONS: &str = "(() => {
    const out = [];
    for (const svg of document.querySelectorAll('figure svg')) {
        if (!svg.getClientRects().length) continue;
        const [, , width, height] = svg.getAttribute('viewBox').split(' ').map(Number);
        const boxes = [...svg.querySelectorAll('text')].filter((t) => t.getClientRects().length).map((t) => {
            const b = t.getBBox(), size = parseFloat(getComputedStyle(t).fontSize);
            return { words: t.textContent, l: b.x, r: b.x + b.width, t: b.y + 0.2 * size, b: b.y + b.height - 0.2 * size };
        });
        for (const it of boxes) if (it.l < -15 || it.r > width + 5 || it.t < 0 || it.b > height) out.push('cut: ' + it.words + ' at ' + [it.l, it.r, it.t, it.b].map(Math.round) + ' of ' + width + ' by ' + height);
        boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
            if (a.l < b.r && b.l < a.r && a.t < b.b && b.t < a.b) out.push('overlap: ' + a.words + ' | ' + b.words);
        }));
    }
    return out;
})()";

#[test]
fn no_words_of_a_chart_touch_or_are_cut() {
    let Some(turn) = turn() else { return };
    let mut found = Vec::new();
    for (name, file) in pages() {
        let page = turn.open(&file, LAPTOP);
        for width in [360, 800, 1440] {
            page.view(View { width, ..LAPTOP });
            let told = page.ask(COLLISIONS);
            let told = told.as_array().unwrap().iter().map(|it| format!("{name} at {width}: {it}"));
            found.extend(told);
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_words_touch_in_a_stretch_of_the_timeline() {
    let Some(turn) = turn() else { return };
    let mut found = Vec::new();
    for (name, file) in pages() {
        let page = turn.open(&file, LAPTOP);
        if page.number("document.querySelectorAll('.time-slider').length") < 1.0 {
            continue;
        }
        for width in [360, 800, 1440] {
            page.view(View { width, ..LAPTOP });
            page.ask("document.querySelector('.time-slider').focus()");
            for _ in 0..3 {
                page.key("+", false);
                let told = page.ask(COLLISIONS);
                let told =
                    told.as_array().unwrap().iter().map(|it| format!("{name} at {width}, zoomed: {it}"));
                found.extend(told);
            }
            page.key("0", false);
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn nothing_scrolls_sideways_on_a_phone() {
    let Some(turn) = turn() else { return };
    let mut found = Vec::new();
    let all = pages().into_iter().chain([("index".to_owned(), index())]);
    for (name, file) in all {
        let page = turn.open(&file, View { width: 360, ..LAPTOP });
        page.ask("document.querySelectorAll('details').forEach((it) => { it.open = true; })");
        let wide = "[...document.querySelectorAll('main *')].filter((it) => !it.closest('svg, .off, thead') && it.getBoundingClientRect().right > 361)
            .slice(0, 5).map((it) => it.tagName + '.' + it.className + ' ' + it.textContent.slice(0, 40)).join('; ')";
        let over = page.number("document.documentElement.scrollWidth");
        if over > 360.0 {
            found.push(format!("{name} is {over} px wide: {}", page.text(wide)));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
