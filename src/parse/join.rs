//! [`Join`]: the facts of the pieces of one artifact as the facts of the whole.
//!
//! A supportconfig file is many dumps under headings, and a log too large to hold is read a stretch at a time. Each
//! piece is read as if it were a file, so that its keys, captures and lines count from its own beginning; joined, they
//! count from the whole's. Pieces are given in file order, so that what is in file order stays so.

use crate::model::fact::{Capture, Clue, Facts, Rejects, SeriesId};
use crate::model::stamp::Stamp;
use hashbrown::HashMap;

/// See the module.
#[derive(Debug, Default)]
pub struct Join {
    facts: Facts,
    keys: HashMap<SeriesId, u32>,
    /// The capture of pieces that have no time themselves.
    open: Option<u32>,
    /// Spans of a log that goes on from piece to piece, each host's once.
    spans: Vec<Clue>,
    hosts: HashMap<Option<String>, usize>,
}

/// Clues before the present one among which the beginning of the same run is looked for: it can only lie at the end of
/// the piece before.
const BACK: usize = 64;

impl Join {
    /// For an artifact of this path.
    #[must_use]
    pub fn new(path: &str) -> Self {
        Self { facts: Facts { path: path.to_owned(), ..Facts::default() }, ..Self::default() }
    }

    /// What is known so far, for clues, rejects and notes of the whole. Samples come by pieces alone.
    pub fn facts(&mut self) -> &mut Facts {
        &mut self.facts
    }

    /// A time for the pieces that come, where they have none themselves.
    pub fn stamp(&mut self, stamp: Stamp, line: u32) {
        self.open = u32::try_from(self.facts.captures.len()).ok();
        self.facts.captures.push(Capture { stamp: Some(stamp), line });
    }

    /// Adds a piece that is a dump or a log of its own, whose line 1 is line `first` of the whole. The lines of the
    /// whole are not counted by it: between the pieces there are others.
    pub fn section(&mut self, piece: Facts, first: u32) {
        let clues = self.add(piece, first);
        self.facts.clues.extend(clues);
    }

    /// Adds a piece that goes on where the one before ended. Spans of the same host become one, as does the run of a
    /// log daemon's replay that the cut went through.
    pub fn next(&mut self, piece: Facts) {
        let first = u32::try_from(self.facts.lines).unwrap_or(u32::MAX).saturating_add(1);
        self.facts.lines += piece.lines;
        let before = self.facts.clues.len();
        for clue in self.add(piece, first) {
            match clue {
                Clue::LogSpan { .. } => self.span(clue),
                Clue::Replay { .. } => self.replay(clue, before),
                Clue::KernelStamp { .. } if self.is_replayed(&clue, before) => {}
                other => self.facts.clues.push(other),
            }
        }
    }

    /// The facts of the whole.
    #[must_use]
    pub fn finish(mut self) -> Facts {
        self.facts.clues.append(&mut self.spans);
        self.facts
    }

    /// Takes over all but the clues, which are given back moved.
    fn add(&mut self, piece: Facts, first: u32) -> Vec<Clue> {
        let shift = first.saturating_sub(1);
        let captures = self.captures(&piece.captures, shift);
        let capture = |at: u32| captures.get(at as usize).copied().unwrap_or(at);
        let keys: Vec<u32> = piece.keys.into_iter().map(|key| self.key(key)).collect();
        let facts = &mut self.facts;
        for block in piece.samples.into_blocks() {
            for (i, key) in block.key.iter().enumerate() {
                let key = keys.get(*key as usize).copied().unwrap_or(*key);
                let line = block.line[i].saturating_add(shift);
                facts.samples.push(key, capture(block.capture[i]), line, block.value[i]);
            }
        }
        facts.sections.extend(piece.sections.into_iter().map(|mut seen| {
            (seen.capture, seen.line) = (capture(seen.capture), seen.line.saturating_add(shift));
            seen
        }));
        facts.settings.extend(piece.settings.into_iter().map(|mut setting| {
            (setting.capture, setting.line) = (capture(setting.capture), setting.line.saturating_add(shift));
            setting
        }));
        facts.events.extend(piece.events.into_iter().map(|mut event| {
            event.line = event.line.saturating_add(shift);
            event
        }));
        facts.actions.extend(piece.actions.into_iter().map(|mut action| {
            action.line = action.line.saturating_add(shift);
            action
        }));
        piece.formats.into_iter().for_each(|format| facts.met(format));
        rejects(&mut facts.rejects, piece.rejects, shift);
        rejects(&mut facts.notes, piece.notes, shift);
        let moved = piece.clues.into_iter().map(|mut clue| {
            if let Clue::Uptime { capture: at, .. } = &mut clue {
                *at = capture(*at);
            }
            if let Some(line) = line_of(&mut clue) {
                *line = line.saturating_add(shift);
            }
            clue
        });
        moved.collect()
    }

    fn key(&mut self, key: SeriesId) -> u32 {
        let facts = &mut self.facts;
        *self.keys.entry(key).or_insert_with_key(|key| {
            facts.keys.push(key.clone());
            u32::try_from(facts.keys.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// Where the captures of a piece are in the whole: those without a time are all one.
    fn captures(&mut self, captures: &[Capture], shift: u32) -> Vec<u32> {
        let place = |capture: &Capture| {
            if capture.stamp.is_none() {
                return *self.open.get_or_insert_with(|| push(&mut self.facts, None, 1));
            }
            push(&mut self.facts, capture.stamp.clone(), capture.line.saturating_add(shift))
        };
        captures.iter().map(place).collect()
    }

    fn span(&mut self, clue: Clue) {
        let Clue::LogSpan { host, last, lines, .. } = &clue else { return };
        let at = *self.hosts.entry(host.clone()).or_insert(self.spans.len());
        match self.spans.get_mut(at) {
            Some(Clue::LogSpan { last: end, lines: all, .. }) => {
                *end = last.clone();
                *all = all.saturating_add(*lines);
            }
            _ => self.spans.push(clue),
        }
    }

    /// A run under one stamp that the cut went through is one run. Its first lines, where too few for a run stood before
    /// the cut, were taken for a tie of the two clocks, which they are not.
    fn replay(&mut self, clue: Clue, before: usize) {
        let Clue::Replay { host, stamp, first, last, lines, .. } = &clue else { return };
        let from = before.saturating_sub(BACK);
        let mut at = 0;
        self.facts.clues.retain(|other| {
            at += 1;
            at <= from || !is_tie(other, host.as_deref(), stamp)
        });
        let same = self.facts.clues.iter_mut().skip(from).find_map(|other| match other {
            Clue::Replay { host: h, stamp: s, last, lines, .. } if (&*h, &*s) == (host, stamp) => {
                (*last <= *first).then_some((last, lines))
            }
            _ => None,
        });
        match same {
            Some((end, all)) => (*end, *all) = (*last, all.saturating_add(*lines)),
            None => self.facts.clues.push(clue),
        }
    }

    /// Whether a tie of the clocks is the rest of a run that began in the piece before, or the same tie again.
    fn is_replayed(&self, clue: &Clue, before: usize) -> bool {
        let Clue::KernelStamp { host, stamp, .. } = clue else { return false };
        let known = self.facts.clues.iter().skip(before.saturating_sub(BACK));
        known.into_iter().any(|other| match other {
            Clue::Replay { host: h, stamp: s, .. } => (h, s) == (host, stamp),
            _ => false,
        })
    }
}

fn push(facts: &mut Facts, stamp: Option<Stamp>, line: u32) -> u32 {
    facts.captures.push(Capture { stamp, line });
    u32::try_from(facts.captures.len() - 1).unwrap_or(u32::MAX)
}

fn is_tie(clue: &Clue, host: Option<&str>, stamp: &Stamp) -> bool {
    matches!(clue, Clue::KernelStamp { host: h, stamp: s, .. } if h.as_deref() == host && s == stamp)
}

/// The line of a clue that has one.
fn line_of(clue: &mut Clue) -> Option<&mut u32> {
    match clue {
        Clue::Host { line, .. }
        | Clue::Uptime { line, .. }
        | Clue::Offset { line, .. }
        | Clue::Process { line, .. }
        | Clue::KernelStamp { line, .. }
        | Clue::Replay { line, .. }
        | Clue::Taken { line, .. }
        | Clue::NotTaken { line, .. }
        | Clue::Date { line, .. }
        | Clue::Zone { line, .. }
        | Clue::Accuracy { line, .. }
        | Clue::Boot { line, .. }
        | Clue::Wildcard { line, .. }
        | Clue::Machine { line, .. }
        | Clue::Kernel { line, .. }
        | Clue::Os { line, .. } => Some(line),
        Clue::LogSpan { .. } => None,
    }
}

fn rejects(all: &mut Rejects, piece: Rejects, shift: u32) {
    let unkept = piece.count.saturating_sub(piece.kept.len() as u64);
    for reject in piece.kept {
        all.push(reject.line.saturating_add(shift), reject.why);
    }
    all.count += unkept;
}

#[cfg(test)]
mod tests {
    use super::Join;
    use crate::model::fact::{Clue, Facts, Kind, Layer, Setting};
    use crate::model::stamp::Stamp;
    use crate::parse::intern::Intern;
    use crate::parse::{Parsed, file};

    fn counted(metric: &str, of: &str, value: u64) -> Facts {
        let mut facts = Facts::default();
        Intern::new(Kind::Counter).count(metric, of, value, 2, &mut facts);
        facts
    }

    #[test]
    fn keys_are_shared_and_lines_counted_from_the_whole() {
        let mut join = Join::new("network.txt");
        join.section(counted("dev.rx_bytes", "eth0", 5), 10);
        join.section(counted("dev.rx_bytes", "eth1", 6), 20);
        join.section(counted("dev.rx_bytes", "eth0", 7), 30);
        let facts = join.finish();
        assert_eq!((facts.keys.len(), facts.samples.key.as_slice()), (2, &[0, 1, 0][..]));
        assert_eq!(facts.samples.line, [11, 21, 31]);
        assert_eq!((facts.captures.len(), facts.samples.capture.as_slice()), (1, &[0, 0, 0][..]));
        assert_eq!(facts.path, "network.txt");
    }

    #[test]
    fn pieces_without_a_time_have_the_one_given_before_them() {
        let mut join = Join::new("");
        join.section(counted("a", "", 1), 1);
        join.stamp(Stamp::Instant(5), 7);
        join.section(counted("a", "", 2), 8);
        let mut timed = counted("a", "", 3);
        timed.captures[0].stamp = Some(Stamp::Instant(9));
        timed.clues.push(Clue::Uptime { seconds: 1.0, capture: 0, line: 2 });
        let setting = |key: &str| Setting {
            key: key.into(),
            value: "1".into(),
            layer: Layer::Runtime,
            capture: 0,
            line: 1,
        };
        timed.settings.push(setting("vm.x"));
        join.section(timed, 20);
        join.section(counted("a", "", 4), 30);
        let facts = join.finish();
        assert_eq!(facts.samples.capture, [0, 1, 2, 1]);
        assert_eq!(facts.captures[2].line, 20);
        assert_eq!((facts.settings[0].capture, facts.settings[0].line), (2, 20));
        assert_eq!(facts.clues, [Clue::Uptime { seconds: 1.0, capture: 2, line: 21 }]);
    }

    #[test]
    fn rejects_beyond_those_kept_are_counted() {
        let mut many = Facts::default();
        (1..=50).for_each(|line| many.rejects.push(line, "why"));
        let mut join = Join::new("");
        let mut one = Facts::default();
        one.rejects.push(3, "first");
        join.section(one, 5);
        join.section(many, 101);
        let facts = join.finish();
        assert_eq!((facts.rejects.count, facts.rejects.kept.len()), (51, 20));
        assert_eq!((facts.rejects.kept[0].line, facts.rejects.kept[1].line), (7, 101));
    }

    fn parsed(text: &str) -> Facts {
        match file("messages", text.as_bytes()) {
            Parsed::Read(mut parts) if parts.len() == 1 => parts.remove(0),
            other => panic!("{other:?}"),
        }
    }

    /// A log of six hours, with an event in each and an action, cut at any line: the same as in one.
    #[test]
    fn a_log_in_pieces_is_the_log() {
        let line = |n: u32| match n % 4 {
            0 => format!(
                "Nov 20 {:02}:12:10 web1 kernel: [{n}00.000001] nf_conntrack: nf_conntrack: table full, dropping packet\n",
                n % 24
            ),
            1 => format!(
                "Nov 20 {:02}:12:10 web1 sudo:      bob : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/sbin/sysctl -w net.core.somaxconn={n}\n",
                n % 24
            ),
            _ => format!("Nov 20 {:02}:12:10 web1 cron[{n}]: nothing of interest\n", n % 24),
        };
        let lines: Vec<String> = (0..24).map(line).collect();
        let whole = parsed(&lines.concat());
        for cut in 1..24 {
            let mut join = Join::new("");
            join.next(parsed(&lines[..cut].concat()));
            join.next(parsed(&lines[cut..].concat()));
            let joined = join.finish();
            assert_eq!((&joined.events, &joined.actions), (&whole.events, &whole.actions), "{cut}");
            assert_eq!((joined.lines, joined.formats), (whole.lines, whole.formats.clone()), "{cut}");
            let spans = |facts: &[Clue]| -> Vec<Clue> {
                facts.iter().filter(|c| matches!(c, Clue::LogSpan { .. })).cloned().collect()
            };
            assert_eq!(spans(&joined.clues), spans(&whole.clues), "{cut}");
        }
    }

    #[test]
    fn a_replay_that_the_cut_went_through_is_one() {
        let stamp = Stamp::Instant(7);
        let replay = |first: f64, last: f64, lines, line| Clue::Replay {
            host: None,
            stamp: stamp.clone(),
            first,
            last,
            lines,
            line,
        };
        let tie = |uptime, line| Clue::KernelStamp { host: None, stamp: stamp.clone(), uptime, line };
        let with = |clue: Clue| Facts { clues: vec![clue], lines: 100, ..Facts::default() };
        let mut join = Join::new("");
        join.next(with(replay(0.0, 3.5, 90, 5)));
        join.next(with(replay(3.6, 9.0, 40, 1)));
        join.next(with(tie(9.1, 1)));
        assert_eq!(join.finish().clues, [replay(0.0, 9.0, 130, 5)]);
        let mut join = Join::new("");
        join.next(with(tie(0.0, 100)));
        join.next(with(replay(0.1, 9.0, 40, 1)));
        assert_eq!(join.finish().clues, [replay(0.1, 9.0, 40, 101)]);
    }

    #[test]
    fn many_pieces_with_keys_of_their_own_take_linear_time() {
        let begun = std::time::Instant::now();
        let mut join = Join::new("");
        for n in 0..20_000 {
            join.section(counted("ethtool.rx", &format!("eth{n}"), 1), n);
        }
        assert_eq!(join.finish().keys.len(), 20_000);
        assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    }
}
