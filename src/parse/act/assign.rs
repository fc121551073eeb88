//! The settings in a `sysctl` command line, as logs write it.
//!
//! sudo writes the arguments with single blanks between them and, before 1.9.13, without quotes: the blanks of
//! `net.ipv4.tcp_rmem="4096 131072 6291456"` look like ends of arguments. A value therefore reaches to the next
//! `key=`, the next option or the end.

use regex::Regex;
use std::sync::LazyLock;

/// A key as sysctl takes it, dotted or with slashes, before `=`.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\s'])-?([A-Za-z][\w\-:@*]*(?:[./][\w\-:@*]+)+) ?= ?").expect("a constant pattern")
});

/// Where a value ends early: another option, or the shell's next command.
static END: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\s(?:-[A-Za-z-]|[;|&>])|;|&&").expect("a constant pattern"));

/// The `(key, value)` pairs, keys dotted, blanks in values single.
pub(super) fn settings(args: &str) -> Vec<(String, String)> {
    let args = args.replace('\\', "").replace('"', "'");
    let keys: Vec<_> = KEY.captures_iter(&args).collect();
    let starts = keys.iter().skip(1).filter_map(|k| k.get(0)).map(|k| k.start());
    let ends = starts.chain([args.len()]);
    keys.iter()
        .zip(ends)
        .filter_map(|(key, end)| {
            let value = args.get(key.get(0)?.end()..end)?;
            let value = END.find(value).map_or(value, |cut| &value[..cut.start()]).replace('\'', " ");
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            (!value.is_empty()).then(|| (dotted(&key[1]), value))
        })
        .collect()
}

/// sysctl(8): the separator is whichever of `.` and `/` comes first; the other one then stands for it.
pub(super) fn dotted(key: &str) -> String {
    let slashed = key.find(['.', '/']).is_some_and(|at| key[at..].starts_with('/'));
    let swap = |c| match c {
        '/' => '.',
        '.' => '/',
        other => other,
    };
    if slashed { key.chars().map(swap).collect() } else { key.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::settings;

    #[test]
    fn values_may_hold_blanks_and_quotes() {
        for (args, want) in [
            ("-w net.core.somaxconn=4096", vec![("net.core.somaxconn", "4096")]),
            (
                "-q -w net.ipv4.tcp_rmem=4096 131072 6291456 net.core.rmem_max=1",
                vec![("net.ipv4.tcp_rmem", "4096 131072 6291456"), ("net.core.rmem_max", "1")],
            ),
            (
                "-w 'net.ipv4.tcp_rmem=4096\t131072   6291456'",
                vec![("net.ipv4.tcp_rmem", "4096 131072 6291456")],
            ),
            (
                r#"-w net.ipv4.tcp_rmem="4096 131072 6291456" -q"#,
                vec![("net.ipv4.tcp_rmem", "4096 131072 6291456")],
            ),
            (
                "-w net.ipv4.tcp_rmem = 4096 131072 6291456",
                vec![("net.ipv4.tcp_rmem", "4096 131072 6291456")],
            ),
            (r"-w net.core.somaxconn\=4096", vec![("net.core.somaxconn", "4096")]),
            ("net/core/somaxconn=1", vec![("net.core.somaxconn", "1")]),
            ("-w net/ipv4/conf/eth0.100/rp_filter=0", vec![("net.ipv4.conf.eth0/100.rp_filter", "0")]),
            ("-w net.core.somaxconn=4096 && reboot", vec![("net.core.somaxconn", "4096")]),
            ("-w kernel.sched_rt_runtime_us=-1", vec![("kernel.sched_rt_runtime_us", "-1")]),
            ("-w a.b=1' ; id", vec![("a.b", "1")]),
        ] {
            let want: Vec<_> = want.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
            assert_eq!(settings(args), want, "{args}");
        }
    }

    #[test]
    fn reading_and_reloading_set_nothing() {
        for args in
            ["-a", "--system", "-p /etc/sysctl.d/90-net.conf", "net.core.somaxconn", "-w net.core.somaxconn="]
        {
            assert_eq!(settings(args), [], "{args}");
        }
    }
}
