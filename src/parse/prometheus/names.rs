//! Names of `node_exporter` to names of the kernel, by rule, where they are the same number.

use crate::catalogue::counters;
use crate::model::fact::Kind;

/// What a series is.
#[derive(Clone, Debug, PartialEq)]
pub struct Meaning {
    pub metric: String,
    pub of: String,
    pub kind: Kind,
    /// What its numbers are multiplied with.
    pub scale: f64,
}

type Labels = [(String, String)];

/// A series under its own name; what it is of are its labels.
pub fn unknown(name: &str, labels: &Labels, counts: bool) -> Meaning {
    // seconds are counted in fractions
    let counter = (counts || name.ends_with("_total")) && !name.contains("seconds");
    let mut of: Vec<String> = labels
        .iter()
        .filter(|(key, _)| key != "__name__")
        .map(|(key, value)| format!("{key}=\"{value}\""))
        .collect();
    of.sort();
    let kind = if counter { Kind::Counter } else { Kind::Gauge };
    let metric = if name.is_empty() { "value" } else { name };
    Meaning { metric: metric.to_owned(), of: of.join(","), kind, scale: 1.0 }
}

/// A series under the kernel's name; `None` where no rule says which that is.
pub fn known(name: &str, labels: &Labels) -> Option<Meaning> {
    let name = name.strip_prefix("node_")?;
    let label = |key: &str| labels.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str());
    let of =
        |metric: String, of: &str, kind: Kind| Some(Meaning { metric, of: of.to_owned(), kind, scale: 1.0 });
    let (area, rest) = name.split_once('_').unwrap_or((name, ""));
    match area {
        "netstat" => {
            let (section, counter) = rest.split_once('_')?;
            let metric = format!("{section}.{counter}");
            let kind = counters::counter(&metric)?.kind;
            of(metric, "", kind)
        }
        "network" => {
            of(format!("dev.{}", device(rest.strip_suffix("_total")?)?), label("device")?, Kind::Counter)
        }
        "sockstat" => {
            let (family, field) = rest.split_once('_').filter(|(_, field)| !field.contains('_'))?;
            of(format!("sockstat.{family}.{field}"), "", Kind::Gauge)
        }
        "softnet" => {
            let (field, kind) = match rest {
                "times_squeezed_total" => ("time_squeeze", Kind::Counter32),
                "backlog_len" => ("backlog_len", Kind::Gauge),
                "processed_total"
                | "dropped_total"
                | "cpu_collision_total"
                | "received_rps_total"
                | "flow_limit_count_total" => (rest.strip_suffix("_total")?, Kind::Counter32),
                _ => return None,
            };
            of(format!("softnet.{field}"), &format!("cpu{}", label("cpu")?), kind)
        }
        "nf" if rest == "conntrack_entries" => of("nf_conntrack_count".to_owned(), "", Kind::Gauge),
        "filefd" if rest == "allocated" => of("fs.file-nr.allocated".to_owned(), "", Kind::Gauge),
        "load1" | "load5" | "load15" => of(format!("load.{}", &area[4..]), "", Kind::Gauge),
        "memory" => {
            let field = rest.strip_suffix("_bytes")?;
            let plain = field == "Committed_AS" || field.bytes().all(|b| b.is_ascii_alphanumeric());
            if plain { of(format!("meminfo.{field}"), "", Kind::Gauge) } else { None }
        }
        "pressure" => {
            let (what, how) = rest.strip_suffix("_seconds_total")?.split_once('_')?;
            let share = match how {
                "waiting" => "some",
                "stalled" => "full",
                _ => return None,
            };
            let metric = format!("pressure.{what}.{share}");
            Some(Meaning { metric, of: String::new(), kind: Kind::Counter, scale: 1e6 })
        }
        _ => None,
    }
}

/// The exporter has the columns of `/proc/net/dev`, whichever way it read them.
fn device(field: &str) -> Option<&'static str> {
    Some(match field {
        "receive_bytes" => "rx_bytes",
        "receive_packets" => "rx_packets",
        "receive_errs" => "rx_errors",
        "receive_drop" => "rx_drop",
        "receive_fifo" => "rx_fifo_errors",
        "receive_frame" => "rx_frame",
        "receive_compressed" => "rx_compressed",
        "receive_multicast" => "multicast",
        "transmit_bytes" => "tx_bytes",
        "transmit_packets" => "tx_packets",
        "transmit_errs" => "tx_errors",
        "transmit_drop" => "tx_dropped",
        "transmit_fifo" => "tx_fifo_errors",
        "transmit_colls" => "collisions",
        "transmit_carrier" => "tx_carrier",
        "transmit_compressed" => "tx_compressed",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_exporter_are_the_kernels() {
        let labels = [("device".to_owned(), "eth0".to_owned()), ("cpu".to_owned(), "3".to_owned())];
        for (name, metric, of, kind) in [
            ("node_netstat_TcpExt_ListenOverflows", "TcpExt.ListenOverflows", "", Kind::Counter),
            ("node_netstat_Tcp_CurrEstab", "Tcp.CurrEstab", "", Kind::Gauge),
            ("node_network_receive_drop_total", "dev.rx_drop", "eth0", Kind::Counter),
            ("node_sockstat_TCP_mem", "sockstat.TCP.mem", "", Kind::Gauge),
            ("node_sockstat_UDP6_inuse", "sockstat.UDP6.inuse", "", Kind::Gauge),
            ("node_softnet_times_squeezed_total", "softnet.time_squeeze", "cpu3", Kind::Counter32),
            ("node_load15", "load.15", "", Kind::Gauge),
            ("node_memory_MemAvailable_bytes", "meminfo.MemAvailable", "", Kind::Gauge),
        ] {
            let found = known(name, &labels).map(|m| (m.metric, m.of, m.kind));
            assert_eq!(found, Some((metric.to_owned(), of.to_owned(), kind)), "{name}");
        }
        for name in
            ["node_sockstat_TCP_mem_bytes", "node_network_up", "node_netstat_Tcp_NoSuch", "go_threads"]
        {
            assert_eq!(known(name, &labels), None, "{name}");
        }
    }
}
