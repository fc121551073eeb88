//! A file that was cut anywhere says nothing that the whole file does not say.

use crate::run::{files, project};
use netmortem::parse::{self, Parsed};
use std::collections::HashSet;

/// Folders of `fixtures/formats` whose inputs are cut here.
const FORMATS: [&str; 9] = [
    "_proc_net_dev",
    "ethtool_-S",
    "ifconfig",
    "ip_-s_link",
    "iproute2_-j",
    "netstat_-i",
    "per-CPU_interrupts",
    "tc_-s_qdisc",
    "vmstat",
];

/// Metric, of, capture, bits of the value.
type Sample = (String, String, u32, u64);

fn samples(bytes: &[u8]) -> HashSet<Sample> {
    let Parsed::Read(parts) = parse::file("a/lie.bin", bytes) else { return HashSet::new() };
    let mut found = HashSet::new();
    for facts in &parts {
        for i in 0..facts.samples.key.len() {
            let id = &facts.keys[facts.samples.key[i] as usize];
            let (capture, value) = (facts.samples.capture[i], facts.samples.value[i]);
            found.insert((id.metric.clone(), id.of.clone(), capture, value));
        }
    }
    found
}

#[test]
fn a_dump_cut_anywhere_yields_no_number_that_was_not_there() {
    for format in FORMATS {
        let root = project().join("fixtures/formats").join(format);
        for file in files(&root).into_iter().filter(|file| file.extension().is_none_or(|e| e != "facts")) {
            let bytes = std::fs::read(root.join(&file)).unwrap();
            let whole = samples(&bytes);
            // every byte of a small file; at some hundred places of a long one, none of which is special
            let step = bytes.len() / 150 + 1;
            for end in (1..bytes.len()).step_by(step) {
                let strange: Vec<Sample> = samples(&bytes[..end]).difference(&whole).cloned().collect();
                assert!(strange.is_empty(), "{format}/{} cut at {end}: {strange:?}", file.display());
            }
        }
    }
}
