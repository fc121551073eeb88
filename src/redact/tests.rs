use super::{Kind, Redaction, Seen};

/// Learns from texts of the input and gives them back with stand-ins.
fn redacted(texts: &[&str]) -> (Vec<String>, Redaction) {
    let mut seen = Seen::default();
    for text in texts {
        seen.text(text, Kind::Read);
    }
    let names = seen.settle();
    let first: Vec<String> = texts.iter().map(|text| names.text(text, Kind::Read)).collect();
    let mut seen = Seen::default();
    for text in &first {
        seen.text(text, Kind::Read);
    }
    let again = seen.settle();
    let twice: Vec<String> = first.iter().map(|text| again.text(text, Kind::Read)).collect();
    assert_eq!(first, twice, "redacting twice is redacting once");
    (first, names)
}

fn one(text: &str) -> String {
    redacted(&[text]).0.remove(0)
}

#[test]
fn one_address_is_one_name_in_every_spelling() {
    for (text, to) in [
        ("10.1.2.3:8080", "192.0.2.1:8080"),
        ("[::ffff:10.1.2.3]:80", "[::ffff:192.0.2.1]:80"),
        ("IP 10.1.2.3.8080 > 10.1.2.9.443: Flags", "IP 192.0.2.1.8080 > 192.0.2.2.443: Flags"),
        ("ip-10-1-2-3 up", "ip-192-0-2-1 up"),
        ("x/10%2E1%2E2%2E3/y", "x/192.0.2.1/y"),
        ("0: 0302010A:1F90 00000000:0000 0A", "0: 010200C0:1F90 00000000:0000 0A"),
        ("FD00:0:0:1::00AB%eth0", "2001:db8:0:1::1%eth0"),
        ("fe80::0211:22FF:fe33:4455%eth0/64", "fe80::db8:1%eth0/64"),
        ("tcp6 0 0 fd00::1:443", "tcp6 0 0 2001:db8:0:1::1"),
        ("fd00::7.8080 > ::1.22", "2001:db8:0:1::1.8080 > ::1.22"),
        ("2600:1f18:85a3:8d3:1319", "2001:db8:ffff:ffff::1"),
        ("tcp6 0 0 ::1:25 :::*", "tcp6 0 0 ::1:25 :::*"),
        ("net 10.1.2.0/24 via 10.1.2.1", "net 192.0.2.0/24 via 192.0.2.1"),
        ("src=10.1.2.3 dst=10.9.9.9", "src=192.0.2.1 dst=198.51.100.1"),
    ] {
        assert_eq!(one(text), to, "{text}");
    }
}

#[test]
fn what_says_nothing_or_is_no_address_stays() {
    for text in [
        "Linux version 6.1.0.28-amd64 and kernel 6.1.0.28",
        "11:03:18 up 12:00, load 0.00 0.01",
        "iso.3.6.1.2.1.1.3.0 and 1.3.6.1.4.1.8072",
        "net.ipv4.tcp_rmem = 4096 87380 6291456",
        "ffffffff81a2b3c4 call 0x00000010 CPU: 3 PID: 1234",
        "0.0.0.0:22 [::]:22 *:80 127.0.0.53%lo:53 ::1 255.255.255.0 224.0.0.251 ff02::fb",
        "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fe80::/64",
        "192.0.2.7 198.51.100.8 2001:db8::5 www.example.com",
        "host0.obfuscateddomain0.com 53:4f:53:aa:bb:cc obfuscateduser3",
        "01:00:5e:00:00:01 ff:ff:ff:ff:ff:ff 33:33:00:00:00:01",
        "eth0: Detected Tx Unit Hang in nginx.service, /etc/sysctl.d/99-net.conf",
        "0000:03:00.0 e1000e 1b:00.0",
        "2026-11-20T11:03:18.123456+01:00 sysctl-20261120T110219Z.txt",
        "std::io::Error Foo::bar",
        "TcpExt: 0 0 12 4096 00000000 DEADBEEF",
    ] {
        assert_eq!(one(text), text);
    }
}

#[test]
fn hardware_and_ids_have_names_of_their_own() {
    for (text, to) in [
        (
            "link/ether 00:11:22:33:44:55 brd ff:ff:ff:ff:ff:ff",
            "link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff",
        ),
        ("00:11:22:33:44:55 enx001122334455", "02:00:00:00:00:01 enx020000000001"),
        (
            "MAC=00:11:22:33:44:55:66:77:88:99:aa:bb:08:00 SRC",
            "MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 SRC",
        ),
        ("0011.2233.4455 00-11-22-33-44-55", "0200.0000.0001 02-00-00-00-00-01"),
        ("00:11:22:33:44:55 port 001122334455", "02:00:00:00:00:01 port 020000000001"),
        ("journal/1b9d6bcdbbfd4b2d9b5dab8dfbbd4bed/x", "journal/00000000000000000000000000000001/x"),
        ("1B9D6BCD-BBFD-4B2D-9B5D-AB8DFBBD4BED", "00000000-0000-0000-0000-000000000001"),
    ] {
        assert_eq!(one(text), to, "{text}");
    }
}

#[test]
fn people_hosts_and_domains_are_one_name_each_wherever_they_stand() {
    let sudo = "Nov 20 12:03:18 web2 sudo: alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/x";
    let (to, _) = redacted(&[
        sudo,
        "ssh alice@web2.prod.acme.com from WEB2.prod.acme.com",
        r"ACME\Alice opened C:\Users\Alice.Smith\x",
        "/home/alice/web2.log web2-eth0 http://web2.prod.acme.com/~alice/ shop.acme.com.log",
        "a=%2Fhome%2Falice and web2%2Eprod.acme.com",
        "dev-disk-web2\\x2ddata.mount",
    ]);
    assert_eq!(
        to[0],
        "Nov 20 12:03:18 host1 sudo: user1 : TTY=pts/0 ; PWD=/home/user1 ; USER=root ; COMMAND=/bin/x"
    );
    assert_eq!(to[1], "ssh user1@host1.domain2 from host1.domain2");
    assert_eq!(to[2], r"domain1\user1 opened C:\Users\user2\x");
    assert_eq!(to[3], "/home/user1/host1.log host1-eth0 http://host1.domain2/~user1/ domain3.log");
    assert_eq!(to[4], "a=/home/user1 and host1.domain2");
    assert_eq!(to[5], "dev-disk-host1-data.mount");
}

#[test]
fn a_host_may_have_a_version_and_a_log_several_hosts() {
    let mut seen = Seen::default();
    let artifact =
        serde_json::json!({"host": "centos-7.7, 10.1.2.3, web2.acme.net", "path": "x/centos-7.7/a"});
    seen.value(&artifact);
    let hidden = seen.settle().part(&artifact).unwrap();
    assert_eq!(hidden["host"], "host1, 192.0.2.1, host2.domain1");
    assert_eq!(hidden["path"], "x/host1/a");
}

fn digits(text: &str) -> String {
    text.bytes().fold(String::new(), |hex, b| hex + &format!("{b:02X}"))
}

#[test]
fn audit_writes_in_digits_and_is_read_so() {
    let hex = digits("ssh\0carol@10.1.2.3");
    let text = format!("type=PROCTITLE msg=audit(1.2:3): proctitle={hex}");
    let (to, names) = redacted(&[&text, "acct=\"carol\" saddr=020000160A010203"]);
    let hex = digits("ssh\0user1@192.0.2.1");
    assert_eq!(
        to,
        [
            format!("type=PROCTITLE msg=audit(1.2:3): proctitle={hex}"),
            "acct=\"user1\" saddr=(redacted)".to_owned()
        ]
    );
    assert!(names.map().contains("user\tcarol\tuser1\n"));
}

#[test]
fn order_leaves_no_trace_and_a_cut_word_goes() {
    let texts = ["to 10.1.2.3", "to 10.9.9.9", "user=zed", "user=amy"];
    let mut seen = (Seen::default(), Seen::default());
    for (text, last) in texts.iter().zip(texts.iter().rev()) {
        seen.0.text(text, Kind::Read);
        seen.1.text(last, Kind::Read);
    }
    assert_eq!(seen.0.settle().map(), seen.1.settle().map());
    let long = format!("{} secre", "x ".repeat(197));
    assert_eq!(long.chars().count(), 400);
    assert!(!one(&long).contains("secre"));
}

#[test]
fn deep_and_long_encodings_cost_no_stack() {
    let deep = format!("%{}41", "25".repeat(2_000));
    assert!(!one(&deep).is_empty());
    assert!(!one(&"%2E".repeat(1_000)).is_empty());
}

/// A field that is added to the model is text of the input until the walk says otherwise.
#[test]
fn a_canary_in_any_string_of_a_report_is_gone_but_from_fields_of_ours() {
    use serde_json::Value;
    fn plant(value: &mut Value) {
        match value {
            Value::String(text) => text.push_str(" qzhost.qzdom.com 10.83.7.9 00:16:3e:83:00:01"),
            Value::Array(all) => all.iter_mut().for_each(plant),
            Value::Object(fields) => fields.values_mut().for_each(plant),
            _ => {}
        }
    }
    fn left(value: &Value, field: &str, found: &mut std::collections::BTreeSet<String>) {
        match value {
            Value::String(text)
                if text.contains("qz") || text.contains("10.83.7") || text.contains("16:3e") =>
            {
                found.insert(field.to_owned());
            }
            Value::Array(all) => all.iter().for_each(|it| left(it, field, found)),
            Value::Object(fields) => fields.iter().for_each(|(name, it)| left(it, name, found)),
            _ => {}
        }
    }
    let ours = "id rule severity verdict certainty state role form tone kind tier turn way letters together tool unit format \
        source lo hi in_force boot boots time until since origin moved from to what change changes";
    for case in ["two-hosts", "sosreport", "single-snapshot", "collector"] {
        let path = format!("{}/reports/{case}/report.json", env!("CARGO_MANIFEST_DIR"));
        let mut report: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        plant(&mut report);
        let mut seen = Seen::default();
        seen.text("ssh qzhost.qzdom.com", Kind::Read);
        seen.value(&report);
        let hidden = seen.settle().part(&report).unwrap();
        let mut found = std::collections::BTreeSet::new();
        left(&hidden, "", &mut found);
        found.retain(|field| !ours.split_whitespace().any(|it| it == field));
        assert!(found.is_empty(), "{case}: {found:?}");
    }
}
