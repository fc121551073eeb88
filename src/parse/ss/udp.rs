//! The UDP sockets of a table, and in one that may turn out to be of UDP all its sockets.

use super::row::{Row, process};
use super::told::Told;
use crate::model::fact::Facts;
use crate::parse::sockets::datagrams::Datagram;
use crate::parse::words::number as digits;

/// What a table has shown so far.
#[derive(Default)]
pub struct Udp<'a> {
    /// In the order of the table.
    pub sockets: Vec<Datagram<'a>>,
    /// Whether the line above belongs to the last of them.
    open: bool,
    /// Whether nobody else reads what is told of it.
    untold: bool,
}

impl<'a> Udp<'a> {
    /// The line of any socket.
    pub fn socket(&mut self, row: &Row<'a>, told: &mut Told, line: u32, facts: &mut Facts) {
        self.open = false;
        // a row without Netid is rejected as one of TCP
        if !row.is_udp() && row.netid.is_some() {
            return;
        }
        let [receive, _, local, peer] = row.fields;
        let Some(queue) = digits(receive).filter(|_| !peer.is_empty()) else {
            if row.is_udp() {
                facts.rejects.push(line, "UDP socket without queues and two addresses: cut off?");
            }
            return;
        };
        (self.open, self.untold) = (true, row.is_udp());
        self.sockets.push(Datagram { local, queue, line, memory_line: line, ..Datagram::default() });
        self.more(told, row.rest, line);
    }

    /// The end of a socket's line, or a line below it.
    pub fn more(&mut self, told: &mut Told, text: &'a [u8], line: u32) {
        let Some(socket) = self.sockets.last_mut().filter(|_| self.open && !text.is_empty()) else { return };
        if self.untold {
            told.read(text);
        }
        if let (Some(memory), None) = (told.memory, socket.memory[1]) {
            socket.memory = [memory.rmem_alloc, memory.rcvbuf];
            (socket.drops, socket.memory_line) = (memory.drops, line);
        }
        socket.process = socket.process.or_else(|| process(text));
    }
}
