use super::sar::{DAILY, DUMP};
use crate::model::fact::Facts;
use crate::parse::lines::Lines;

const HEAD: &str = "Linux 6.18.5 (web1) \t11/20/26 \t_x86_64_\t(2 CPU)\n\n";

fn read(text: &str) -> (Facts, String) {
    let mut facts = Facts::default();
    let mut lines = Lines::new(text.as_bytes(), 1);
    (DUMP.open)().read(&mut lines, &mut facts);
    (facts, String::from_utf8_lossy(lines.rest()).into_owned())
}

/// Metric, what it is of, line of the capture and value.
fn samples(facts: &Facts) -> Vec<String> {
    let of = |i: usize| {
        let (id, value) =
            (&facts.keys[facts.samples.key[i] as usize], f64::from_bits(facts.samples.value[i]));
        let capture = &facts.captures[facts.samples.capture[i] as usize];
        format!("{} {} @{} {value}", id.metric, id.of, capture.line)
    };
    (0..facts.samples.key.len()).map(of).collect()
}

#[test]
fn an_average_begins_at_its_header_and_again_behind_a_restart() {
    let (facts, left) = read(&format!(
        "{HEAD}09:00:00 rxerr/s x/s IFACE\n09:10:00 1.00 2.00 eth0\n\n09:15:00     LINUX RESTART\t(2 CPU)\n\n09:16:00 rxerr/s x/s IFACE\n09:20:00 3.00 4.00 eth0\nTcp:\n"
    ));
    assert_eq!(
        samples(&facts),
        [
            "dev.rx_errors eth0 @3 NaN",
            "dev.rx_errors eth0 @4 1",
            "sar.x/s eth0 @4 2",
            "dev.rx_errors eth0 @8 NaN",
            "dev.rx_errors eth0 @9 3",
            "sar.x/s eth0 @9 4",
        ]
    );
    assert_eq!((left.as_str(), facts.rejects.count), ("Tcp:\n", 0));
}

#[test]
fn a_device_that_was_away_is_averaged_from_the_row_before() {
    let rows = "09:00:00 IFACE rxerr/s\n09:10:00 lo 1.00\n09:10:00 eth0 1.00\n09:20:00 lo 1.00\n09:30:00 lo 1.00\n09:30:00 eth0 7.00\n";
    let (facts, _) = read(&format!("{HEAD}{rows}"));
    let eth0: Vec<String> = samples(&facts).into_iter().filter(|s| s.contains("eth0")).collect();
    assert_eq!(
        eth0,
        [
            "dev.rx_errors eth0 @3 NaN",
            "dev.rx_errors eth0 @4 1",
            "dev.rx_errors eth0 @6 NaN",
            "dev.rx_errors eth0 @7 7"
        ]
    );
}

#[test]
fn all_cpus_are_not_counted_beside_each_of_them() {
    let head = format!("{HEAD}09:00:00 CPU total/s dropd/s\n");
    let names = |rows: &str| -> Vec<String> {
        read(&format!("{head}{rows}"))
            .0
            .keys
            .iter()
            .filter(|k| k.metric == "softnet.dropped")
            .map(|k| k.of.clone())
            .collect()
    };
    assert_eq!(names("09:10:00 all 5.00 1.00\n09:10:00 0 5.00 1.00\n"), ["cpu0"]);
    assert_eq!(names("09:10:00 all 5.00 1.00\n09:20:00 all 5.00 1.00\n"), [""]);
}

#[test]
fn the_name_of_a_file_tells_the_day_where_the_date_does_not() {
    let text = HEAD.replace("11/20/26", "11/12/26") + "09:00:00 rxerr/s\n";
    assert!((DAILY.is)("var/log/sa/sar12", text.as_bytes()));
    assert!(!(DAILY.is)("sar.txt", text.as_bytes()));
    let mut facts = Facts::default();
    (DAILY.read)("var/log/sa/sar11", text.as_bytes(), &mut facts);
    let stamp = format!("{:?}", facts.captures[0].stamp);
    assert!(stamp.contains("month: 12, day: 11"), "{stamp}");
    let (facts, _) = read(&text);
    assert_eq!((facts.rejects.count, facts.notes.count), (0, 1), "the line is read, one way of two");
}

#[test]
fn a_time_whose_half_of_the_day_is_unknown_is_rejected_alone() {
    let (facts, left) = read(&format!("{HEAD}09:00:00 QM rxerr/s x/s\n09:10:00 QM 1.00 2.00\n"));
    assert_eq!((facts.rejects.count, facts.keys.len(), left.as_str()), (2, 0, ""));
}

#[test]
fn no_beginning_of_a_dump_panics() {
    let text = format!(
        "{HEAD}09시 00분 00초 IFACE rxerr/s\n09시 10분 00초 \u{e9} 1.00\n09:10:00\n平均時間： 1\n23:00:00 \u{1b}[0m x 99999999999999999999.99\n"
    );
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        read(&text[..end]);
    }
}
