//! `ss state X`, `ss -tn`, `ss -un`: tables without a State column.

use super::row::Header;
use super::{Ss, asked};
use crate::model::fact::Facts;
use crate::parse::lines::Lines;
use crate::parse::sockets::census::Census;
use crate::parse::sockets::state::State;
use crate::parse::{Dump, Reader};

/// A table of one state, or the command line above it.
pub const DUMP: Dump = Dump {
    name: "ss state",
    begins: |line| is_table(line) || asked::is_command(line),
    open: || Box::new(OneState::default()),
};

fn is_table(line: &[u8]) -> bool {
    matches!(line.first(), Some(b'R' | b'N')) && Header::of(line).is_some_and(|h| !h.state)
}

/// Tables of a capture whose state nobody tells, the first, the second, …, and those of a state that is told.
#[derive(Default)]
struct OneState {
    capture: Option<u32>,
    nth: usize,
    unnamed: Vec<Ss>,
    named: Vec<Ss>,
    udp: Option<Box<Ss>>,
}

/// No one asks for more states one by one in a capture; those beyond share the last name.
const ONE_BY_ONE: usize = 12;

impl Reader for OneState {
    fn read(&mut self, lines: &mut Lines<'_>, facts: &mut Facts) {
        let command = lines.peek().filter(|line| asked::is_command(line));
        let (state, udp) = match command {
            Some(line) => {
                lines.advance();
                (asked::by_command(line), asked::udp_by_command(line))
            }
            None => (asked::by_path(&facts.path), asked::udp_by_path(&facts.path)),
        };
        if command.is_some() {
            while lines.peek().is_some_and(|line| line.trim_ascii().is_empty()) {
                lines.advance();
            }
            if !lines.peek().is_some_and(is_table) {
                return;
            }
        }
        let capture = facts.capture();
        match state {
            _ if udp => {
                let table = self.udp.get_or_insert_with(|| Box::new(Ss { udp: true, ..Ss::new() }));
                table.table(lines, facts);
            }
            Some(state) => self.of(state).table(lines, facts),
            None => self.next(capture).table(lines, facts),
        }
    }
}

impl OneState {
    fn of(&mut self, state: State) -> &mut Ss {
        let known = self.named.iter().position(|table| table.asked == state);
        let at = known.unwrap_or_else(|| {
            self.named.push(Ss { asked: state, ..Ss::new() });
            self.named.len() - 1
        });
        &mut self.named[at]
    }

    fn next(&mut self, capture: u32) -> &mut Ss {
        self.nth = if self.capture == Some(capture) { (self.nth + 1).min(ONE_BY_ONE - 1) } else { 0 };
        self.capture = Some(capture);
        while self.unnamed.len() <= self.nth {
            let behind =
                if self.unnamed.is_empty() { String::new() } else { format!("#{}", self.unnamed.len() + 1) };
            self.unnamed.push(Ss { census: Census::new("", &behind), ..Ss::new() });
        }
        &mut self.unnamed[self.nth]
    }
}
