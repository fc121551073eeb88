//! What looks like a domain, among file names, dotted keys and versions.

use std::collections::BTreeSet;

/// Ends of names on the public Internet, and of those that are kept for private ones.
const ENDS: &str = "com org net edu gov mil int info biz name pro io ai app dev cloud online site tech xyz shop store blog page \
    club live me tv digital agency systems services solutions group bank global world media team \
    local lan internal intra intranet corp home localdomain private test example invalid onion arpa domain ad adds site \
    ac ad ae af ag al am ao ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch \
    ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh \
    gi gl gm gn gp gq gr gt gu gw gy hk hm hn hr ht hu id ie il im in iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw \
    ky kz la lb lc li lk lr ls lt lu lv ly ma mc md mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng \
    ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm \
    sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf \
    ws ye za zm zw";

/// Ends of file names and keys that are ends of domains, too: with two parts alone they are no domain.
const FILES: &str = "sh py pl md rs so cc ps pm mo st in id is so ko la lo ad do ss sc tc it at to as me no na my name info \
    app dev page test example domain site ms us re im am pa us";

/// What stays: names of nobody.
const PLAIN: [&str; 12] = [
    "example.com",
    "example.org",
    "example.net",
    "www.example.com",
    "localhost.localdomain",
    "localhost6.localdomain6",
    "localdomain",
    "local",
    "in-addr.arpa",
    "ip6.arpa",
    "dev.cdrom.info",
    "systemd.io",
];

fn among(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|it| it == word)
}

/// Whether a name with dots in it is a domain; `known` are ends that the input told. In small letters.
#[must_use]
pub fn is_domain(name: &str, known: &BTreeSet<String>) -> bool {
    if PLAIN.contains(&name) || is_ours(name) {
        return false;
    }
    let labels: Vec<&str> = name.split('.').collect();
    let [.., last] = labels.as_slice() else { return false };
    if labels.len() < 2
        || labels.iter().any(|label| label.is_empty() || label.len() > 63 || label.contains('_'))
    {
        return known.iter().any(|end| ends_with(name, end));
    }
    let shaped = if last.is_ascii() {
        (among(ENDS, last) && (labels.len() > 2 || !among(FILES, last))) || last.starts_with("xn--")
    } else {
        last.chars().all(char::is_alphabetic) && last.chars().count() > 1
    };
    let named = labels.iter().any(|label| label.contains(char::is_alphabetic));
    (shaped && named) || known.iter().any(|end| ends_with(name, end))
}

/// Whether a name is an end, or has it behind a dot.
#[must_use]
pub fn ends_with(name: &str, end: &str) -> bool {
    name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether a name is a stand-in of ours or of `sos clean`.
#[must_use]
pub fn is_ours(name: &str) -> bool {
    let numbered = |label: &str, stem: &str| {
        label.strip_prefix(stem).is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut labels = name.split('.');
    let first = labels.next().unwrap_or_default();
    let host = numbered(first, "host") || first == "unknown";
    let domain = if host { labels.next().unwrap_or_default() } else { first };
    let rest = labels.count();
    numbered(domain, "obfuscateddomain") || (numbered(domain, "domain") && rest == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_told_from_files_keys_and_versions() {
        let none = BTreeSet::new();
        for yes in [
            "web2.prod.acme.com",
            "acme.de",
            "ip-10-1-2-3.ec2.internal",
            "3.2.1.10.in-addr.arpa",
            "xn--bcher-kva.xn--p1ai",
            "bücher.рф",
            "db.lan",
            "a.b.sh",
            "secret.example.com",
        ] {
            assert!(is_domain(yes, &none), "{yes}");
        }
        for no in [
            "sysctl.conf",
            "net.core.somaxconn",
            "vm.max_map_count",
            "ss-lnt.log",
            "collect.sh",
            "6.18.44",
            "tcpext.listenoverflows",
            "nginx.service",
            "host0.obfuscateddomain0.com",
            "host2.domain1",
            "domain3",
            "localhost.localdomain",
            "kernel.random.boot_id",
            "net.ipv4.conf.all.rp_filter",
        ] {
            assert!(!is_domain(no, &none), "{no}");
        }
        assert!(is_domain("web2.acmenet", &["acmenet".to_owned()].into()));
    }
}
