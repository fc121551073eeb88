//! The script writes numbers and times as the page does.

use super::page::LAPTOP;
use super::{page, turn};
use netmortem::model::words;
use serde_json::{Value, json};

const WORDS: &str = include_str!("../../../src/render/script/words.js");
const SORT: &str = include_str!("../../../src/render/script/sort.js");

#[test]
fn script_and_page_have_the_same_words_for_a_number() {
    let Some(turn) = turn() else { return };
    let page = turn.open(&page("single-snapshot"), LAPTOP);
    page.ask(WORDS);
    let values = [
        0.0,
        0.000_001,
        0.0004,
        0.003,
        0.02,
        0.147,
        0.5,
        0.9996,
        1.0,
        2.345,
        9.994,
        9.996,
        57.94,
        99.96,
        100.4,
        269.0,
        999.4,
        999.6,
        1_234.0,
        9_994.0,
        9_996.0,
        12_345.6,
        99_960.0,
        1_234_567.0,
        4.2e9,
        7.0e13,
        -3.2,
        -12_000.0,
    ];
    for unit in ["/s", "", "%", "B", "connections"] {
        let said = page.ask(&format!("{}.map((v) => quantity(v, {}))", json!(values), json!(unit)));
        let own: Vec<Value> = values.iter().map(|v| words::quantity(*v, unit).into()).collect();
        assert_eq!(said, Value::from(own), "{unit}");
    }
    page.ask(SORT);
    // a column of rates in any unit is sorted by what they are
    let mut shown = [5e-7, 2e-5, 0.0009, 0.02, 0.5, 7.0, 300.0, 15_000.0].map(words::rate);
    shown.reverse();
    let sorted = page.ask(&format!("{}.sort((a, b) => amount(a) - amount(b))", json!(shown)));
    shown.reverse();
    assert_eq!(sorted, json!(shown));
}
