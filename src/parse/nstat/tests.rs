use super::*;

fn read(path: &str, text: &str) -> Facts {
    let mut facts = Facts { path: path.to_owned(), ..Facts::default() };
    let mut lines = Lines::new(text.as_bytes(), 1);
    let mut reader = (DUMP.open)();
    while let Some(line) = lines.peek() {
        if begins(line) {
            reader.read(&mut lines, &mut facts);
        } else {
            lines.advance();
        }
    }
    facts
}

fn pairs(facts: &Facts) -> Vec<(&str, u64)> {
    let key = |k: &u32| facts.keys[*k as usize].metric.as_str();
    facts.samples.key.iter().map(key).zip(facts.samples.value.iter().copied()).collect()
}

fn kind(facts: &Facts) -> Kind {
    facts.keys[0].kind
}

fn dump(values: &[(&str, u64)]) -> String {
    let lines = values.iter().map(|(name, value)| format!("{name:<32}{value:<16}   0.0\n"));
    std::iter::once("#kernel\n".to_owned()).chain(lines).collect()
}

/// Ten counters, the first at `from`.
fn ten(from: u64) -> String {
    let names: Vec<String> = (0..10).map(|i| format!("IpFrobs{}", char::from(b'A' + i))).collect();
    dump(&names.iter().zip(from..).map(|(name, value)| (name.as_str(), value)).collect::<Vec<_>>())
}

#[test]
fn the_name_of_a_file_tells_totals_from_differences() {
    let text = dump(&[("TcpExtListenOverflows", 36), ("MPTcpExtMPCurrEstab", 4)]);
    let facts = read("sos_commands/networking/nstat_-zas", &text);
    assert_eq!(kind(&facts), Kind::Counter);
    assert_eq!(pairs(&facts)[0], ("TcpExt.ListenOverflows", 36));
    assert_eq!((facts.keys[1].kind, pairs(&facts)[1].1), (Kind::Gauge, 4.0_f64.to_bits()));
    let facts = read("nstat_-s", &text);
    assert_eq!((kind(&facts), pairs(&facts).len()), (Kind::Delta, 1), "a level's difference is none");
}

/// What is said of dumps whose counters begin at these numbers.
fn verdict(path: &str, dumps: &[u64]) -> Option<Kind> {
    let facts = read(path, &dumps.iter().map(|from| ten(*from)).collect::<String>());
    let told = !facts.samples.key.is_empty();
    assert_eq!(facts.rejects.count, if told { 0 } else { dumps.len() as u64 }, "{path} {dumps:?}");
    told.then(|| kind(&facts))
}

#[test]
fn totals_fall_at_a_restart_only() {
    assert_eq!(verdict("x", &[5, 6, 6, 7, 8]), Some(Kind::Counter));
    assert_eq!(verdict("x", &[5, 6, 7, 8, 9, 1, 2]), Some(Kind::Counter), "a restart");
    assert_eq!(verdict("x", &[900, 40, 60, 30]), Some(Kind::Delta));
    assert_eq!(verdict("nstat_-az", &[5, 4]), Some(Kind::Counter), "a restart");
}

#[test]
fn what_nothing_tells_is_not_told() {
    assert_eq!(verdict("nstat.txt", &[5]), None, "since boot or since a minute ago?");
    assert_eq!(verdict("x", &[5, 6]), None, "the second pause may have been the longer one");
    assert_eq!(verdict("x", &[5, 4]), None, "a restart, or the first since long");
    assert_eq!(verdict("x", &[5, 5, 5, 5, 5]), None, "no traffic, or always the same");
    assert_eq!(verdict("nstat_-z", &[5]), Some(Kind::Delta));
}

#[test]
fn what_an_earlier_dump_counted_was_not_counted_by_one_that_leaves_it_out() {
    let facts = read("x", &[ten(5), dump(&[("IpFrobsA", 9)]), ten(7), ten(6)].concat());
    assert_eq!(kind(&facts), Kind::Delta);
    let values: Vec<u64> = pairs(&facts).iter().filter(|p| p.0 == "Ip.FrobsJ").map(|p| p.1).collect();
    assert_eq!(values, [14, 0, 16, 15]);
}

#[test]
fn a_counter_that_leaves_zero_was_zero_before() {
    let facts = read("nstat_-a", &[ten(5), ten(6) + "TcpExtListenDrops 3 0.0\n"].concat());
    let drops: Vec<_> = pairs(&facts).into_iter().filter(|p| p.0 == "TcpExt.ListenDrops").collect();
    assert_eq!(drops, [("TcpExt.ListenDrops", 0), ("TcpExt.ListenDrops", 3)]);
    let with_zeros = read("nstat_-az", &[ten(0), ten(6) + "TcpExtListenDrops 3 0.0\n"].concat());
    assert_eq!(pairs(&with_zeros).len(), 21, "where zeros are printed, one that is not is unknown");
}

#[test]
fn sections_vouch_for_zeros_of_unfiltered_totals_only() {
    let all = dump(&[("IpInReceives", 1), ("TcpInSegs", 1), ("IpExtInOctets", 1)]);
    let sections = |path: &str, text: &str| read(path, text).sections.len();
    assert_eq!(sections("nstat_-a", &all), 3);
    assert_eq!(sections("nstat_-s", &all), 0, "differences");
    assert_eq!(sections("nstat_-a", &dump(&[("TcpInSegs", 1)])), 0, "perhaps nstat -a 'Tcp*'");
    assert_eq!(sections("nstat_-a", all.trim_end()), 0, "perhaps cut");
}

#[test]
fn only_a_difference_knows_of_zero_for_an_icmp_type() {
    let types = |third| {
        dump(&[("IcmpMsgInType3", 1), ("Icmp6OutType143", 2), ("Icmp6InType136", third), ("IpInDiscards", 0)])
    };
    assert_eq!(kind(&read("x", &types(0))), Kind::Delta);
    assert_eq!(kind(&read("x", &types(1))), Kind::Counter);
    let without_zeros =
        types(1).lines().filter(|line| !line.contains("Discards")).collect::<Vec<_>>().join("\n") + "\n";
    assert_eq!(pairs(&read("x", &without_zeros)), [], "no zero could show");
}

#[test]
fn only_a_difference_overflows() {
    let text = [ten(5), ten(6), "IpFrobsA 0 1.0 (overflow)\n".to_owned()].concat();
    assert_eq!(kind(&read("nstat_-a", &text)), Kind::Delta);
}

#[test]
fn totals_behind_a_lost_history_are_not_differences() {
    let text = ["nstat: history is aged out, resetting\n", &ten(100), &ten(1), &ten(0)].concat();
    let facts = read("nstat_-z", &text);
    assert_eq!((facts.rejects.count, facts.rejects.kept[0].line, pairs(&facts).len()), (1, 2, 20));
}

#[test]
fn json_is_the_same_dump_on_one_line() {
    let facts = read(
        "nstat_-azj",
        "{\"kernel\":{\"TcpExtListenOverflows\":36,\"IpExtInOctets\":18446744073709551615,\"X\":1}}\n",
    );
    assert_eq!(pairs(&facts), [("IpExt.InOctets", u64::MAX), ("TcpExt.ListenOverflows", 36)]);
    assert_eq!(facts.rejects.count, 1);
    assert_eq!(read("x", "{\"kernel\":{\"IpInReceives\":66").rejects.count, 1);
}

#[test]
fn torn_lines_are_rejected_and_cost_no_other() {
    let text =
        "#kernel\nIpInReceives  12x  0.0\nIpInDeliv\nTcpInSegs 5 0.0\nTcpExtTCPTimeouts               21";
    let facts = read("nstat_-a", text);
    assert_eq!((pairs(&facts), facts.rejects.count), (vec![("Tcp.InSegs", 5)], 3));
}

#[test]
fn a_time_between_two_counters_parts_two_dumps() {
    let one = |time: &str, value| {
        format!(
            "2026-11-21T12:00:{time}+00:00\nTcpExtListenDrops               {value}                 0.0\n"
        )
    };
    let crate::parse::Parsed::Read(parts) =
        crate::parse::file("nstat_-a", [one("00", 5), one("10", 7)].concat().as_bytes())
    else {
        panic!("not read");
    };
    assert_eq!((pairs(&parts[0]).len(), parts[0].captures.len(), parts[0].rejects.count), (2, 2, 0));
}

#[test]
fn an_unreadable_counter_is_no_zero() {
    let torn = ten(6).replace("IpFrobsB                        7 ", "IpFrobsB                        7x");
    let facts = read("nstat_-a", &[ten(5), torn, ten(9), "{\"kernel\":{\"IpFr\n".to_owned()].concat());
    let values: Vec<u64> = pairs(&facts).iter().filter(|p| p.0 == "Ip.FrobsB").map(|p| p.1).collect();
    assert_eq!((values, facts.rejects.count), (vec![6, 10], 2));
}

#[test]
fn no_beginning_of_a_file_panics() {
    let text = [
        "nstat: history is stale, ignoring it.\n",
        &ten(5),
        &ten(0),
        "{\"kernel\":{\"IpA\":1}}\n#1.2 sampling_interval=60\nIpA 1 1.0 (overflow)\n",
    ]
    .concat();
    for end in 0..=text.len() {
        read("nstat", &text[..end]);
    }
}
