//! `ip -s -j link` and `tc -s -j qdisc`: the statistics of iproute2 as JSON.
//!
//! Written by iproute2 with `-j`, on one line, or with `-p` too, on many. Bundles do not have it yet; collection loops
//! do. `ip -j addr`, `route`, `neigh` print JSON of the same shape, which is known and holds nothing.
//!
//! ```text
//! [{"ifindex":2,"ifname":"eth0","stats64":{"rx":{"bytes":3193,"packets":29,…},"tx":{…}}},…]
//! [{"kind":"fq_codel","handle":"0:","dev":"eth0","parent":":1","bytes":90,"packets":1,"drops":0,…},…]
//! ```
//!
//! *Yields* what `ip -s link` and `tc -s qdisc` do, under the same names; of kernels without 64-bit statistics
//! (`stats`) counters that begin again at 2^32. JSON has no room for `missed` unless `-s` was given twice.
//! *Hides* everything else.
//! *Keeps unnamed* fields nobody knows, as `dev.rx_` or `dev.tx_` and their names.
//! *Rejects* what is no JSON, as at the end of a file that was cut.

use serde_json::Value;

use super::intern::Intern;
use super::lines::Lines;
use super::qdisc::MORE;
use super::{Dump, Reader};
use crate::model::fact::{Facts, Kind};

/// See the module.
pub const DUMP: Dump = Dump {
    name: "iproute2 -j",
    begins,
    open: || {
        Box::new(Objects {
            counters: Intern::new(Kind::Counter),
            counters32: Intern::new(Kind::Counter32),
            gauges: Intern::new(Kind::Gauge),
        })
    },
};

/// `[{"ifindex":…` and the like, or the `[ {` that `-p` makes of it.
fn begins(line: &[u8]) -> bool {
    const FIRST: [&str; 8] = ["ifindex", "link_index", "ifname", "kind", "dst", "dev", "type", "deleted"];
    if line.trim_ascii_end() == b"[ {" {
        return true;
    }
    let Some(field) = line.strip_prefix(b"[{\"") else { return false };
    FIRST
        .iter()
        .any(|first| field.strip_prefix(first.as_bytes()).is_some_and(|rest| rest.starts_with(b"\":")))
}

struct Objects {
    counters: Intern,
    counters32: Intern,
    gauges: Intern,
}

impl Reader for Objects {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        facts.met(DUMP.name);
        let line = lines.number();
        let mut found = serde_json::Deserializer::from_slice(lines.rest()).into_iter::<Vec<Value>>();
        if let Some(Ok(objects)) = found.next() {
            let read = &lines.rest()[..found.byte_offset().min(lines.rest().len())];
            for _ in 0..=memchr::memchr_iter(b'\n', read).count() {
                lines.advance();
            }
            for object in &objects {
                self.link(object, line, facts);
                self.qdisc(object, line, facts);
            }
        } else {
            facts.rejects.push(line, "not JSON to its end: cut off?");
            lines.advance();
            while lines.peek().is_some_and(|line| line.starts_with(b"    ")) {
                lines.advance();
            }
        }
    }
}

impl Objects {
    fn link(&mut self, object: &Value, line: u32, facts: &mut Facts) {
        let Some(of) = object["ifname"].as_str() else { return };
        for (field, wide) in [("stats64", true), ("stats", false)] {
            let counters = if wide { &mut self.counters } else { &mut self.counters32 };
            if table(counters, "dev", of, &object[field], line, facts) {
                break;
            }
        }
        for function in object["vfinfo_list"].as_array().into_iter().flatten() {
            if let Some(number) = function["vf"].as_u64() {
                let of = format!("{of} vf {number}");
                table(&mut self.counters, "vf", &of, &function["stats"], line, facts);
            }
        }
    }

    fn qdisc(&mut self, object: &Value, line: u32, facts: &mut Facts) {
        let (Some(kind), Some(handle)) = (object["kind"].as_str(), object["handle"].as_str()) else { return };
        let parts = [object["dev"].as_str(), Some(kind), Some(handle), object["parent"].as_str()];
        let of = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let narrow = ["overlimits", "requeues"].into_iter().chain(MORE).map(|field| (field, field, true));
        let counted = [("bytes", "bytes", false), ("packets", "packets", false), ("drops", "dropped", true)];
        for (field, metric, narrow) in counted.into_iter().chain(narrow) {
            let counters = if narrow { &mut self.counters32 } else { &mut self.counters };
            if let Some(value) = object[field].as_u64() {
                counters.count(&format!("qdisc.{metric}"), &of, value, line, facts);
            }
        }
        for (field, metric) in [("backlog", "qdisc.backlog_bytes"), ("qlen", "qdisc.backlog_packets")] {
            if let Some(value) = object[field].as_f64() {
                self.gauges.measure(metric, &of, value, line, facts);
            }
        }
    }
}

/// `{"rx":{"bytes":…},"tx":{…}}`, if it is one.
fn table(counters: &mut Intern, family: &str, of: &str, stats: &Value, line: u32, facts: &mut Facts) -> bool {
    let mut any = false;
    for way in ["rx", "tx"] {
        for (field, value) in stats[way].as_object().into_iter().flatten() {
            let Some(value) = value.as_u64() else { continue };
            let metric = match field.as_str() {
                "multicast" | "broadcast" | "collisions" | "carrier_changes" => format!("{family}.{field}"),
                _ => format!("{family}.{way}_{field}"),
            };
            counters.count(&metric, of, value, line, facts);
            any = true;
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Facts, String) {
        let mut facts = Facts::default();
        let mut lines = Lines::new(text.as_bytes(), 1);
        assert!((DUMP.begins)(lines.peek().unwrap_or_default()));
        (DUMP.open)().read(&mut lines, &mut facts);
        (facts, String::from_utf8_lossy(lines.rest()).into_owned())
    }

    #[test]
    fn one_line_or_many_say_the_same() {
        let (one, left) =
            read("[{\"ifname\":\"eth0\",\"stats64\":{\"rx\":{\"bytes\":18446744073709551615}}}]\nnext\n");
        let (many, also) = read(
            "[ {\n    \"ifname\": \"eth0\",\n    \"stats64\": {\n \"rx\": { \"bytes\": 18446744073709551615 } }\n    } ]\nnext\n",
        );
        assert_eq!((left.as_str(), also.as_str()), ("next\n", "next\n"));
        assert_eq!((&one.keys, &one.samples.value), (&many.keys, &many.samples.value));
        assert_eq!(one.samples.value, [u64::MAX]);
    }

    #[test]
    fn narrow_statistics_begin_again_at_two_to_the_32() {
        let (facts, _) = read("[{\"ifname\":\"eth0\",\"stats\":{\"tx\":{\"collisions\":7}}}]\n");
        assert_eq!((facts.keys[0].metric.as_str(), facts.keys[0].kind), ("dev.collisions", Kind::Counter32));
    }

    #[test]
    fn what_was_cut_is_one_reject() {
        let (facts, left) = read("[ {\n        \"ifname\": \"eth0\",\n        \"mt");
        assert_eq!((facts.rejects.count, left.as_str()), (1, ""));
    }

    #[test]
    fn json_of_others_does_not_begin_a_dump() {
        for line in ["[{\"a\":1}]", "{\"kernel\":{}}", "[", "[{\"kindred\":1}]"] {
            assert!(!begins(line.as_bytes()), "{line}");
        }
    }
}
