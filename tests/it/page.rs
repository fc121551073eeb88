//! The page: what holds of every one, and what many changes and long lines make of it.

use crate::run::{project, report, text};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

/// The pages of all cases.
fn pages() -> Vec<(String, String)> {
    let reports = project().join("reports");
    let folders = fs::read_dir(reports).unwrap().map(|entry| entry.unwrap().path());
    let page = |folder: std::path::PathBuf| {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        folder.join("report.html").is_file().then(|| (name, text(&folder.join("report.html"))))
    };
    folders.filter_map(page).collect()
}

/// The attributes of every element of a name.
fn tags<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let open = format!("<{name}");
    let after = page.split(open.as_str()).skip(1);
    let whole = after.filter(|rest| rest.starts_with([' ', '>']));
    whole.filter_map(|rest| rest.split_once('>').map(|(attributes, _)| attributes)).collect()
}

#[test]
fn every_page_can_be_read_by_ear() {
    for (name, page) in pages() {
        assert_eq!(tags(&page, "h1").len(), 1, "{name}: one h1");
        for landmark in ["header", "main", "footer"] {
            assert_eq!(tags(&page, landmark).len(), 1, "{name}: one {landmark}");
        }
        assert_eq!(tags(&page, "table").len(), tags(&page, "caption").len(), "{name}: captions");
        assert!(tags(&page, "th").iter().all(|th| th.contains("scope=")), "{name}: scopes");
        let told = |svg: &&str| svg.contains("aria-hidden") || svg.contains("aria-label");
        assert!(tags(&page, "svg").iter().all(told), "{name}: drawings");
        assert!(tags(&page, "section").iter().all(|s| s.contains("aria-labelledby=")), "{name}: sections");
    }
}

#[test]
fn no_id_stands_twice_and_every_link_leads_somewhere() {
    for (name, page) in pages() {
        let mut ids = BTreeSet::new();
        for id in page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(ids.insert(id), "{name}: {id} twice");
        }
        for link in page.split(" href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(ids.contains(link), "{name}: nothing is called {link}");
        }
    }
}

#[test]
fn a_row_of_numbers_is_cut_around_the_one_it_is_quoted_for() {
    let (_, page) = pages().into_iter().find(|(name, _)| name == "collector").unwrap();
    assert!(page.contains("ListenOverflows = <b>"), "the column by its name");
    assert!(!page.contains("0 0 0 0 0 0 0 0"), "no wall of zeros");
}

#[test]
fn changes_of_one_moment_share_a_row_and_a_card() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in");
    fs::create_dir_all(&input).unwrap();
    let mut log = String::new();
    for minute in 0..10 {
        let (somaxconn, backlog) = if minute < 5 { (128, 256) } else { (4096, 8192) };
        let _ = write!(
            log,
            "Fri Nov 20 09:{minute:02}:00 UTC 2026\nkernel.hostname = web1\n\
             net.core.somaxconn = {somaxconn}\nnet.ipv4.tcp_max_syn_backlog = {backlog}\n"
        );
    }
    fs::write(input.join("sysctl.log"), log).unwrap();
    let out = dir.path().join("out");
    let told = report(&input, &out);
    assert_eq!(told["changes"].as_array().unwrap().len(), 2);
    let page = text(&out.join("report.html"));
    assert_eq!(page.matches("<article class=\"card\"").count(), 1, "one card");
    assert_eq!(page.matches("href=\"#change-").count(), 2, "each letter leads to it");
    assert!(page.contains("id=\"change-a\"") && page.contains("id=\"change-b\""));
    assert!(page.contains("judged together"));
}
