//! Who changed what: acts in logs, audit trails and histories, and how a change is known by them.

use crate::honest::Case;
use serde_json::Value;

/// `sysctl -a` at a minute after nine, UTC.
fn dump(minute: u32, value: u32) -> String {
    format!("Fri Nov 20 09:{minute:02}:00 UTC 2026\nkernel.hostname = web1\nnet.core.somaxconn = {value}\n")
}

fn dumps() -> Case {
    Case::new().file("web1/sysctl.log", &(dump(10, 128) + &dump(20, 4096)))
}

/// The only change, its evidence as `kind way user`.
fn change(case: &Case) -> (Value, Vec<String>) {
    let report = case.report();
    let changes = report["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    let word = |v: &Value| v.as_str().unwrap_or("-").to_owned();
    let evidence = changes[0]["evidence"].as_array().unwrap().iter();
    let told = evidence.map(|e| [word(&e["kind"]), word(&e["way"]), word(&e["user"])].join(" "));
    (changes[0].clone(), told.collect())
}

const SUDO: &str =
    "2026-11-20T09:12:10+00:00 web1 sudo: bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/sbin/";

#[test]
fn a_load_of_a_file_sets_what_the_file_says() {
    let case = dumps()
        .file("web1/auth.log", &format!("{SUDO}sysctl -p /etc/sysctl.d/90-net.conf\n"))
        .file("web1/etc/sysctl.d/90-net.conf", "# ours\nnet.core.somaxconn = 4096\n");
    let (change, evidence) = change(&case);
    assert_eq!(evidence, ["action sudo bob", "file - -", "dump - -", "dump - -"]);
    assert_eq!(
        (&change["lo"], &change["hi"]),
        (&"2026-11-20T09:12:10Z".into(), &"2026-11-20T09:12:10Z".into())
    );
    assert_eq!(change["evidence"][1]["line"], 2);
}

#[test]
fn a_load_of_a_file_that_is_not_there_is_a_possible_cause() {
    let case = dumps().file("web1/auth.log", &format!("{SUDO}sysctl --system\n"));
    let (change, evidence) = change(&case);
    assert_eq!(evidence, ["dump - -", "dump - -", "inferred sudo bob"]);
    assert_eq!(change["lo"], "2026-11-20T09:10:00Z");
}

#[test]
fn all_files_are_loaded_in_the_order_of_their_names() {
    let case = dumps()
        .file("web1/auth.log", &format!("{SUDO}sysctl --system\n"))
        .file("web1/usr/lib/sysctl.d/10-net.conf", "net.core.somaxconn = 4096\n")
        .file("web1/usr/lib/sysctl.d/50-net.conf", "net.core.somaxconn = 1\n")
        .file("web1/etc/sysctl.d/50-net.conf", "net.core.somaxconn = 4096\n");
    let (change, evidence) = change(&case);
    assert_eq!(evidence[..2], ["action sudo bob", "file - -"]);
    assert_eq!(change["evidence"][1]["path"], "in/web1/etc/sysctl.d/50-net.conf");
}

/// A write at 09:12:10.5.
const WRITE: &str = "type=SYSCALL msg=audit(1795165930.500:470): arch=c000003e syscall=257 success=yes a0=ffffff9c a1=7f a2=201 auid=1000 uid=0\n\
                 type=PATH msg=audit(1795165930.500:470): item=0 name=\"/proc/sys/net/core/somaxconn\" nametype=NORMAL\n";

/// A shell's history with one line, seconds after the write.
fn typed(after: u32, value: u32) -> String {
    format!(
        "#{}\nsysctl -w net.core.somaxconn={value}\n#{}\nls\n",
        1_795_165_930 + after,
        1_795_165_931 + after
    )
}

#[test]
fn a_write_on_record_comes_before_what_was_typed() {
    let case = |after, value| {
        dumps().file("web1/audit.log", WRITE).file("web1/root/.bash_history", &typed(after, value))
    };
    for (after, value, caveat) in [
        (60, 4096, "at another time than the record"),
        (60, 2048, "was set to 2048, and the next dump says 4096"),
    ] {
        let (change, evidence) = change(&case(after, value));
        assert_eq!(evidence, ["action audit uid 1000", "action history root", "dump - -", "dump - -"]);
        assert_eq!((&change["from"], &change["to"]), (&"128".into(), &"4096".into()));
        assert_eq!((&change["lo"], &change["hi"]), (&change["hi"], &"2026-11-20T09:12:10.500Z".into()));
        assert!(change["caveats"].to_string().contains(caveat), "{change}");
    }
    // after the second dump it says nothing new
    let (_, evidence) = change(&case(900, 4096));
    assert_eq!(evidence, ["action audit uid 1000", "dump - -", "dump - -"]);
    // of the same moment it is the same act
    let (change, evidence) = change(&case(0, 4096));
    assert_eq!(evidence, ["action history root", "action audit uid 1000", "dump - -", "dump - -"]);
    assert_eq!(change["caveats"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_write_at_another_time_than_sudos_is_shown() {
    let sudo = format!("{SUDO}sysctl -w net.core.somaxconn=4096\n").replace("09:12:10", "09:15:00");
    let (change, evidence) = change(&dumps().file("web1/auth.log", &sudo).file("web1/audit.log", WRITE));
    assert_eq!(evidence, ["action sudo bob", "action audit uid 1000", "dump - -", "dump - -"]);
    assert_eq!(change["hi"], "2026-11-20T09:15:00Z");
    assert!(change["caveats"].to_string().contains("written at another time, too"), "{change}");
}

#[test]
fn a_write_belongs_to_the_line_beside_it() {
    let sudo = |at: &str, value: u32| {
        format!("{SUDO}sysctl -w net.core.somaxconn={value}\n").replace("09:12:10", at)
    };
    let log = sudo("09:12:10", 1024) + &sudo("09:15:00", 4096);
    let report = dumps().file("web1/auth.log", &log).file("web1/audit.log", WRITE).report();
    let told = |n: usize| report["changes"][n]["evidence"].to_string().matches("\"way\":\"audit\"").count();
    assert_eq!((told(0), told(1)), (1, 0), "{report}");
}

#[test]
fn a_write_without_a_value_says_when() {
    let case = dumps().file("web1/audit.log", WRITE);
    let (change, evidence) = change(&case);
    assert_eq!(evidence, ["action audit uid 1000", "dump - -", "dump - -"]);
    assert_eq!(change["hi"], "2026-11-20T09:12:10.500Z");
    assert!(change["caveats"].to_string().contains("not with what"), "{change}");
}

#[test]
fn sudo_and_the_audit_trail_tell_of_one_act() {
    let audit = "type=EXECVE msg=audit(1795165930.600:470): argc=3 a0=\"sysctl\" a1=\"-w\" a2=\"net.core.somaxconn=4096\"\n\n";
    let case = dumps()
        .file("web1/auth.log", &format!("{SUDO}sysctl -w net.core.somaxconn=4096\n"))
        .file("web1/audit.log", audit);
    let (_, evidence) = change(&case);
    assert_eq!(evidence, ["action sudo bob", "dump - -", "action audit -", "dump - -"]);
}

#[test]
fn a_profile_in_between_is_a_possible_cause_and_a_refused_write_is_none() {
    let tuned = "2026-11-20 09:12:09,500 ERROR    tuned.plugins.plugin_sysctl: Failed to set sysctl parameter 'net.core.somaxconn' to '9', the parameter does not exist\n\
                 2026-11-20 09:12:10,123 INFO     tuned.daemon.daemon: static tuning from profile 'network-latency' applied\n";
    let (_, evidence) = change(&dumps().file("web1/tuned.log", tuned));
    assert_eq!(evidence, ["dump - -", "dump - -", "inferred tuned -"]);
}

const APPLIED: &str =
    "2026-11-20 09:12:10,123 INFO     tuned.daemon.daemon: static tuning from profile 'web' applied\n";

#[test]
fn a_profile_sets_what_its_files_say() {
    let case = dumps()
        .file("web1/tuned.log", APPLIED)
        .file("web1/usr/lib/tuned/base/tuned.conf", "[sysctl]\nnet.core.somaxconn=>2048\nvm.swappiness=10\n")
        .file("web1/etc/tuned/web/tuned.conf", "[main]\ninclude=base\n[sysctl]\nnet.core.somaxconn=>4096\n");
    let (change, evidence) = change(&case);
    assert_eq!(evidence, ["action tuned -", "file - -", "dump - -", "dump - -"]);
    assert_eq!((&change["to"], &change["hi"]), (&"4096".into(), &"2026-11-20T09:12:10.123Z".into()));
    assert_eq!(change["evidence"][1]["path"], "in/web1/etc/tuned/web/tuned.conf");
}

#[test]
fn a_profile_that_asks_for_less_than_there_is_sets_nothing() {
    let log = APPLIED.replace("09:12", "09:30");
    let case = dumps()
        .file("web1/tuned.log", &log)
        .file("web1/etc/tuned/web/tuned.conf", "[sysctl]\nnet.core.somaxconn=>2048\n");
    let (_, evidence) = change(&case);
    assert_eq!(evidence, ["dump - -", "dump - -"]);
}

#[test]
fn a_profile_that_the_next_dump_contradicts_set_nothing() {
    let case = dumps()
        .file("web1/tuned.log", APPLIED)
        .file("web1/etc/tuned/web/tuned.conf", "[sysctl]\nnet.core.somaxconn=1024\n");
    let (change, evidence) = change(&case);
    assert_eq!(evidence, ["dump - -", "dump - -"]);
    assert_eq!(change["from"], "128");
}

#[test]
fn what_tuned_applies_again_wins_over_the_profile() {
    let log = "2026-11-20 09:12:10,100 INFO     tuned.plugins.plugin_sysctl: reapplying system sysctl\n"
        .to_owned()
        + APPLIED;
    let case = Case::new()
        .file("web1/sysctl.log", &dump(10, 128))
        .file("web1/tuned.log", &log)
        .file("web1/etc/sysctl.d/90-net.conf", "net.core.somaxconn = 4096\n")
        .file("web1/etc/tuned/web/tuned.conf", "[sysctl]\nnet.core.somaxconn=1024\n");
    let (change, evidence) = change(&case);
    assert_eq!(evidence[..2], ["action tuned -", "file - -"]);
    assert_eq!((&change["from"], &change["to"]), (&"128".into(), &"4096".into()));
}

#[test]
fn puppets_own_log_names_no_host() {
    for said in [
        "Puppet (notice): /Stage[main]/Net/Sysctl[net.core.somaxconn]/value:",
        "/Stage[main]/Net/Sysctl[net.core.somaxconn]/value (notice):",
    ] {
        let log = format!(
            "2026-11-20 10:12:05 +0100 Puppet (notice): Applying configuration version '7'\n\
             2026-11-20 10:12:10 +0100 {said} value changed '128' to '4096'\n"
        );
        let case = dumps().file("web1/puppet.log", &log);
        let (change, evidence) = change(&case);
        assert_eq!(evidence, ["action puppet -", "dump - -", "dump - -"]);
        assert_eq!((&change["host"], &change["hi"]), (&"web1".into(), &"2026-11-20T09:12:10Z".into()));
        assert_eq!(case.report()["hosts"].as_array().map(Vec::len), Some(1));
    }
}

#[test]
fn what_every_boot_loads_is_no_change_by_itself() {
    let log = "2026-11-20T09:00:05+00:00 web1 systemd[1]: Finished Apply Kernel Variables.\n";
    let case = Case::new()
        .file("web1/messages", log)
        .file("web1/etc/sysctl.conf", "net.core.somaxconn = 4096\n")
        .file("web1/sysctl.log", &dump(10, 4096));
    assert_eq!(case.report()["changes"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_file_that_was_edited_after_it_was_loaded_says_nothing_of_the_load() {
    let log = "2026-11-20T09:00:05+00:00 web1 systemd[1]: Finished Apply Kernel Variables.\n";
    let case = Case::new()
        .file("web1/messages", log)
        .file("web1/etc/sysctl.conf", "net.core.somaxconn = 4096\n")
        .file("web1/sysctl.log", &dump(10, 128));
    assert_eq!(case.report()["changes"].as_array().map(Vec::len), Some(0));
}
