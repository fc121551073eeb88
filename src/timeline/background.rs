//! What logs tell that is no symptom: services that started, links that went, cards that were reset. A boot starts two
//! hundred services, cron many more: of services only those are kept that may hold a listener.

use super::{Event, Host, once};

/// Kinds that tell of a server, not of the network.
const SERVERS: [&str; 3] = [STARTED, READY, RELOADED];
/// A service was started; a server said that it is ready; one that runs read its configuration again.
pub const STARTED: &str = "service-started";
/// See [`STARTED`].
pub const READY: &str = "server-ready";
/// See [`STARTED`].
pub const RELOADED: &str = "service-reloaded";

/// Names of servers as units and descriptions have them, where no dump names the processes of the listeners.
const KNOWN: [&str; 20] = [
    "nginx",
    "haproxy",
    "apache",
    "httpd",
    "envoy",
    "traefik",
    "caddy",
    "varnish",
    "squid",
    "redis",
    "valkey",
    "memcached",
    "postgres",
    "mysql",
    "mariadb",
    "mongod",
    "rabbitmq",
    "kafka",
    "tomcat",
    "uwsgi",
];

/// Sorts, counts what stands in several logs once, keeps what may matter.
pub(super) fn settle(host: &mut Host) {
    let mut stems: Vec<String> = host.processes.values().filter_map(|name| stem(name)).collect();
    if stems.iter().any(|stem| stem == "httpd") {
        stems.push("apache".to_owned());
    }
    stems.sort();
    stems.dedup();
    if stems.is_empty() {
        stems.extend(KNOWN.map(str::to_owned));
    }
    let mut kept = std::mem::take(&mut host.background);
    kept.retain(|e| !SERVERS.contains(&e.kind) || stems.iter().any(|stem| names(&e.of, stem)));
    kept.sort_by_key(|e| (e.time, e.artifact, e.line));
    once::events(&mut kept);
    host.background = kept;
}

/// `redis` of `redis-server`, `apache` of `apache2`; none of the init system, which holds listeners for others.
fn stem(process: &str) -> Option<String> {
    let stem: String =
        process.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_lowercase();
    (stem.len() >= 3 && !["systemd", "init"].contains(&stem.as_str())).then_some(stem)
}

/// Whether a word of a unit or of its description begins so.
fn names(of: &str, stem: &str) -> bool {
    let words = of.split(|c: char| !c.is_ascii_alphanumeric());
    words.into_iter().any(|word| word.to_lowercase().starts_with(stem))
}

impl Event {
    /// The unit alone of `nginx.service - A high performance web server`.
    #[must_use]
    pub fn service(&self) -> &str {
        self.of.split_once(".service - ").map_or(self.of.as_str(), |(unit, _)| unit)
    }
}

#[cfg(test)]
mod tests {
    use super::{names, stem};

    #[test]
    fn a_unit_is_known_by_the_process_that_listens() {
        let of = |process: &str, unit: &str| stem(process).is_some_and(|stem| names(unit, &stem));
        assert!(of("nginx", "nginx.service - A high performance web server"));
        assert!(of("redis-server", "Redis persistent key-value database"));
        assert!(of("apache2", "The Apache HTTP Server"));
        assert!(!of("systemd", "systemd-logind.service - User Login Management"));
        assert!(!of("nginx", "Daily rotation of log files"));
    }
}
