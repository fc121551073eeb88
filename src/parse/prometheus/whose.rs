//! Whose the series of a text are, as their `instance` labels say.

use hashbrown::HashMap;
use std::net::IpAddr;

/// What the `instance` labels of a text say.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Whose {
    /// Nobody looked.
    #[default]
    Unread,
    /// One instance or none: the series are one host's, with its name where it has one.
    One(Option<String>),
    /// Several: each series is the host's that its label names. What names none is nobody's, and keeps its own name,
    /// for under the kernel's the series of two hosts would be one.
    Several(Hosts),
}

/// Hosts of instances.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hosts {
    /// Instance as written (`web1:9100`) to host; `None` where it does not tell one host.
    of: HashMap<String, Option<String>>,
    /// Whether there are more than [`MOST`].
    pub too_many: bool,
}

/// A fleet, not what a file makes up.
const MOST: usize = 1_000;

impl Hosts {
    /// The host of an instance; `None` where that does not tell one.
    pub fn host(&self, instance: &str) -> Option<&str> {
        self.of.get(instance)?.as_deref()
    }
}

/// Looks through a whole text for instances: what is read first may be one host's, and the rest another's.
pub fn whose(text: &[u8]) -> Whose {
    let mut found: HashMap<&[u8], Option<&str>> = HashMap::new();
    let mut too_many = false;
    for instance in instances(text) {
        if found.len() < MOST {
            found.entry(instance).or_insert_with(|| host(instance));
        } else {
            too_many |= !found.contains_key(instance);
        }
    }
    // exporters of one host have several ports; behind one address or localhost there may be several hosts
    let named = |host: &str| host.parse::<IpAddr>().is_err();
    let mut ports: HashMap<&str, usize> = HashMap::new();
    found.values().flatten().for_each(|host| *ports.entry(*host).or_default() += 1);
    let alone = found.len() == 1 || (ports.len() == 1 && found.values().all(|h| h.is_some_and(named)));
    if found.is_empty() || (alone && !too_many) {
        let name = ports.keys().find(|host| named(host)).map(|host| (*host).to_owned());
        return Whose::One(name);
    }
    let told = |host: &&str| named(host) || ports.get(host) == Some(&1);
    let of = found.into_iter().filter_map(|(instance, host)| {
        let instance = std::str::from_utf8(instance).ok()?;
        Some((instance.to_owned(), host.filter(told).map(str::to_owned)))
    });
    Whose::Several(Hosts { of: of.collect(), too_many })
}

/// Values of `instance` as written, in JSON (`"instance":"web1:9100"`) and in the text of `/metrics`
/// (`{instance="web1:9100"}`).
fn instances(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    memchr::memmem::find_iter(text, b"instance").filter_map(|at| {
        let before = text.get(at.checked_sub(1)?)?;
        let behind = text.get(at + b"instance".len()..)?;
        let value = match before {
            b'"' => behind.strip_prefix(b"\"")?.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start(),
            b'{' | b',' | b' ' => behind.strip_prefix(b"=")?,
            _ => return None,
        };
        let value = value.strip_prefix(b"\"")?;
        value.get(..memchr::memchr(b'"', value)?)
    })
}

/// The host of an instance: a name, or an address that others reach.
fn host(instance: &[u8]) -> Option<&str> {
    let instance = std::str::from_utf8(instance).ok()?;
    let port = |(_, port): &(&str, &str)| port.bytes().all(|b| b.is_ascii_digit());
    let host = instance.rsplit_once(':').filter(port).map_or(instance, |(host, _)| host);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if host.contains(|c: char| c.is_ascii_alphabetic()) && host.chars().all(plain) {
        return (host != "localhost" && !host.starts_with("localhost.")).then_some(host);
    }
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let address: IpAddr = bare.parse().ok()?;
    (!address.is_loopback() && !address.is_unspecified()).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn several(text: &str) -> Hosts {
        match whose(text.as_bytes()) {
            Whose::Several(hosts) => hosts,
            one => panic!("{one:?}"),
        }
    }

    #[test]
    fn a_text_of_one_instance_is_one_hosts() {
        let web1 = Whose::One(Some("web1".to_owned()));
        let json = r#"{"metric":{"instance":"web1:9100"}},{"metric":{"job":"instance","instance" : "#;
        assert_eq!(whose(format!("{json}\"web1:9100\"}}}}").as_bytes()), web1);
        let text = "up{instance=\"web1:9100\"} 1\nup{job=\"x\",instance=\"web1:9113\"} 1\n";
        assert_eq!(whose(text.as_bytes()), web1, "two ports of one host");
        assert_eq!(whose(b"node_load1 1\n"), Whose::One(None));
        assert_eq!(whose(b"up{instance=\"10.0.0.3:9100\"} 1\n"), Whose::One(None), "an address is no name");
    }

    #[test]
    fn each_of_several_instances_tells_its_host() {
        let json = r#"{"metric":{"instance":"web1:9100"}},{"metric":{"instance":"10.0.0.3:9100"}}"#;
        let hosts = several(json);
        assert_eq!(hosts.host("web1:9100"), Some("web1"));
        assert_eq!(hosts.host("10.0.0.3:9100"), Some("10.0.0.3"));
        assert_eq!(hosts.host("web2:9100"), None);
        let v6 = several("up{instance=\"[2001:db8::1]:9100\"} 1\nup{instance=\"[2001:db8::2]:9100\"} 1\n");
        assert_eq!(v6.host("[2001:db8::2]:9100"), Some("2001:db8::2"));
    }

    #[test]
    fn behind_one_address_there_may_be_several_hosts() {
        for nameless in ["127.0.0.1", "localhost", "[::1]", "10.0.0.3"] {
            let of = |port: u16| format!("up{{instance=\"{nameless}:{port}\"}} 1\n");
            assert_eq!(whose(of(9100).as_bytes()), Whose::One(None), "{nameless}");
            assert_eq!(several(&(of(9100) + &of(9101))).host(&format!("{nameless}:9100")), None, "forwarded");
        }
    }
}
