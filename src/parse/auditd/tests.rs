use super::read;
use crate::model::act::{Act, Outcome};
use crate::model::fact::Facts;

const EXEC: &str = "type=SYSCALL msg=audit(1763629940.123:456): arch=c000003e syscall=59 success=yes exit=0 a0=55 a1=56 a2=57 a3=0 items=2 ppid=1 pid=2 auid=1000 uid=0 tty=pts0 ses=3 comm=\"sysctl\" exe=\"/usr/sbin/sysctl\" key=(null)\n";
const ARGS: &str = "type=EXECVE msg=audit(1763629940.123:456): argc=3 a0=\"sysctl\" a1=\"-w\" a2=\"net.core.somaxconn=4096\"\n";
const WRITE: &str = "syscall=257 success=yes exit=3 a0=ffffff9c a1=55d0 a2=241";

type Seen = (String, Option<String>, Option<String>, Outcome);

fn acts(log: &str) -> Vec<Seen> {
    let mut facts = Facts::default();
    read(log.as_bytes(), &mut facts);
    let seen = facts.actions.into_iter().map(|a| match a.what {
        Act::Set { key, value } => (key, value, a.user, a.outcome),
        other => (format!("{other:?}"), None, a.user, a.outcome),
    });
    seen.collect()
}

fn act(key: &str, value: Option<&str>, user: &str, outcome: Outcome) -> Seen {
    (key.into(), value.map(str::to_owned), Some(user.into()), outcome)
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |hex, b| hex + &format!("{b:02X}"))
}

#[test]
fn records_of_one_serial_are_one_event() {
    let log = format!("{EXEC}type=CWD msg=audit(1763629940.100:455): cwd=\"/\"\n{ARGS}");
    assert_eq!(acts(&log), [act("net.core.somaxconn", Some("4096"), "uid 1000", Outcome::Untold)]);
}

#[test]
fn arguments_with_blanks_are_hexadecimal_and_users_may_have_names() {
    let argument = |n: u32, text: &str| {
        let head = if n == 2 { "a0=\"sysctl\" a1=\"-w\"" } else { "a0=\"sh\" a1=\"-c\"" };
        format!("type=EXECVE msg=audit(1763629940.123:456): argc=3 {head} a2={}\n", hex(text))
    };
    let named = EXEC.replace("key=(null)", "key=(null)\u{1d}AUID=\"bob\" UID=\"root\"");
    let log = named + &argument(2, "net.ipv4.tcp_rmem=4096 131072 6291456");
    let rmem = Some("4096 131072 6291456");
    assert_eq!(acts(&log), [act("net.ipv4.tcp_rmem", rmem, "bob", Outcome::Untold)]);
    let log = EXEC.to_owned() + &argument(0, "echo 4096 > /proc/sys/net/core/somaxconn");
    let want = [act("net.core.somaxconn", Some("4096"), "uid 1000", Outcome::Untold)];
    assert_eq!(acts(&log), want);
    let cmd = hex("sysctl -w net.core.somaxconn=4096");
    let log = format!(
        "type=USER_CMD msg=audit(1763629940.123:450): pid=9 uid=1000 auid=1000 ses=3 msg='cwd=\"/home/bob\" cmd={cmd} exe=\"/usr/bin/sudo\" terminal=pts/0 res=success'\n"
    );
    assert_eq!(acts(&log), want);
}

fn opened(syscall: &str, name: &str) -> String {
    format!(
        "type=SYSCALL msg=audit(1763629941.200:460): arch=c000003e {syscall} a3=0 items=1 auid=1000 uid=0 comm=\"vi\"\n\
         type=CWD msg=audit(1763629941.200:460): cwd=\"/proc/sys/net/core\"\n\
         type=PATH msg=audit(1763629941.200:460): item=0 name=\"{name}\" inode=1 nametype=NORMAL\n"
    )
}

#[test]
fn a_write_without_its_value_is_an_act_without_one() {
    let silent = |outcome| [act("net.core.somaxconn", None, "uid 1000", outcome)];
    assert_eq!(acts(&opened(WRITE, "/proc/sys/net/core/somaxconn")), silent(Outcome::Done));
    assert_eq!(acts(&opened(WRITE, "somaxconn")), silent(Outcome::Done));
    let refused = WRITE.replace("success=yes exit=3", "success=no exit=-13");
    assert_eq!(acts(&opened(&refused, "somaxconn")), silent(Outcome::Failed));
    assert_eq!(acts(&opened(&WRITE.replace("a2=241", "a2=80000"), "somaxconn")), []);
    assert_eq!(acts(&opened(WRITE, "../../../etc/passwd")), []);
}

#[test]
fn a_command_and_its_own_write_are_one_act() {
    let write = opened(WRITE, "somaxconn");
    assert_eq!(acts(&format!("{EXEC}{ARGS}{write}")).len(), 1);
    let sudo = ARGS
        .replace(":456)", ":450)")
        .replace("argc=3 a0=\"sysctl\" a1=\"-w\" a2=", "argc=4 a0=\"sudo\" a1=\"sysctl\" a2=\"-w\" a3=");
    assert_eq!(acts(&format!("{sudo}{EXEC}{ARGS}{write}")).len(), 1);
}

#[test]
fn no_bytes_make_it_panic() {
    let seed = format!("node=web1 {EXEC}{}", opened(WRITE, "somaxconn")).into_bytes();
    for at in 0..seed.len() {
        for byte in [0, b'\n', b'"', b'=', b')', 0xff] {
            let mut log = seed.clone();
            log[at] = byte;
            read(&log, &mut Facts::default());
            read(&log[at..], &mut Facts::default());
        }
    }
}
