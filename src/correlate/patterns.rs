//! Keys with stars, and which of them a key fits, without trying each.
//!
//! A file may have thousands of patterns and a host with thousands of devices tens of thousands of keys. Patterns are kept
//! part by part: parts without a star by what they are, others by what stands in front of their first star and behind
//! their last one. Which pattern counts is no question here: see [`persisted`](super::persisted).

use super::precedence::{fits, part_fits};
use std::collections::HashMap;

/// Patterns by their parts.
#[derive(Debug, Default)]
pub(super) struct Patterns<'a> {
    /// Parts without a star.
    plain: HashMap<&'a str, Patterns<'a>>,
    /// Parts with one: literal beginning, literal end, and the whole part.
    starred: HashMap<&'a str, HashMap<&'a str, HashMap<&'a str, Patterns<'a>>>>,
    /// The pattern that ends here.
    whole: Option<&'a str>,
    /// Patterns of too many parts for a tree.
    deep: Vec<&'a str>,
}

/// Parts of a key; the kernel's deepest have seven.
const DEEPEST: usize = 32;

impl<'a> Patterns<'a> {
    pub(super) fn new(patterns: impl Iterator<Item = &'a str>) -> Self {
        let mut root = Self::default();
        for pattern in patterns {
            if pattern.split('.').count() > DEEPEST {
                root.deep.push(pattern);
                continue;
            }
            let mut node = &mut root;
            for part in pattern.split('.') {
                node = node.below(part);
            }
            node.whole = Some(pattern);
        }
        root
    }

    fn below(&mut self, part: &'a str) -> &mut Self {
        let wild = ['*', '?'];
        let Some((first, last)) = part.find(wild).zip(part.rfind(wild)) else {
            return self.plain.entry(part).or_default();
        };
        let (begin, end) = (&part[..first], &part[last + 1..]);
        self.starred.entry(begin).or_default().entry(end).or_default().entry(part).or_default()
    }

    /// Those that a key fits, in no order.
    pub(super) fn of(&self, key: &str) -> Vec<&'a str> {
        let mut found: Vec<&str> = self.deep.iter().copied().filter(|pattern| fits(pattern, key)).collect();
        self.find(Some(key), &mut found);
        found
    }

    /// `rest` is what of the key is still to be fitted.
    fn find(&self, rest: Option<&str>, found: &mut Vec<&'a str>) {
        let Some(rest) = rest else {
            found.extend(self.whole);
            return;
        };
        let (part, rest) = rest.split_once('.').map_or((rest, None), |(part, rest)| (part, Some(rest)));
        if let Some(node) = self.plain.get(part) {
            node.find(rest, found);
        }
        if self.starred.is_empty() {
            return;
        }
        let cuts = || (0..=part.len()).filter(|at| part.is_char_boundary(*at));
        for ends in cuts().filter_map(|at| self.starred.get(&part[..at])) {
            for fitting in cuts().filter_map(|at| ends.get(&part[at..])) {
                for (pattern, node) in fitting {
                    if part_fits(pattern.as_bytes(), part.as_bytes()) {
                        node.find(rest, found);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Patterns, fits};

    #[test]
    fn what_is_found_is_what_fits() {
        let patterns = [
            "net.ipv4.conf.*.rp_filter",
            "net.ipv4.conf.eth?.rp_*er",
            "net.ipv4.*.rp_filter",
            "net.ipv4.conf.eth*1.rp_filter",
            "net.ipv4.conf.e*t*.*",
            "net.*",
            "*.*",
            "a.b*c",
            "a.*b*",
            "a.??",
            "*",
            "net.ipv4.conf.veth0*.é*",
            "",
            &"*.".repeat(40),
        ];
        let all = Patterns::new(patterns.iter().copied());
        for key in [
            "net.ipv4.conf.eth0/100.rp_filter",
            "net.ipv4.conf.eth0.rp_filter",
            "net.ipv4.conf.eth11.rp_filter",
            "net.ipv4.conf.veth0é.éé",
            "net.core.somaxconn",
            "a.bcd",
            "a.bc",
            "a.xbcb",
            "a.",
            "a",
            ".",
            "",
            &"a.".repeat(40),
        ] {
            let mut found = all.of(key);
            found.sort_unstable();
            let mut want: Vec<&str> = patterns.into_iter().filter(|pattern| fits(pattern, key)).collect();
            want.sort_unstable();
            assert_eq!(found, want, "{key}");
        }
    }
}
