//! Data connections: what a control connection says of one, what comes of it, and which flow it is.

use std::collections::VecDeque;

use flowz_api::Checkpoint;
use flowz_api::expect::Expectation;
use flowz_api::flow::FlowId;
use flowz_api::key::FlowKey;
use flowz_api::packet::Timestamp;

use super::address::Place;

/// Who begins a data connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) enum Mode {
    /// The server, by PORT or EPRT.
    Active,
    /// The client, by PASV or EPSV.
    Passive,
}

impl Mode {
    /// Its word.
    pub(crate) fn word(self) -> &'static [u8] {
        match self {
            Self::Active => b"active",
            Self::Passive => b"passive",
        }
    }
}

/// A data connection that was announced.
#[derive(Clone, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct Transfer {
    /// Flow of the control connection, and of the data connection as soon as that is there.
    pub(crate) control: FlowId,
    pub(crate) data: Option<FlowId>,
    pub(crate) mode: Mode,
    /// Address of the server.
    pub(crate) server: [u8; 16],
    /// The command that it is for, and its argument, as soon as they are known.
    pub(crate) verb: Vec<u8>,
    pub(crate) name: Vec<u8>,
    /// Where the file is begun, by REST.
    pub(crate) restart: u64,
    /// Length of the file, as the server says.
    pub(crate) announced: Option<u64>,
    /// The server has said that the transfer begins.
    pub(crate) has_begun: bool,
}

/// The latest data connections of a run, by number, from 1.
#[derive(Debug, Checkpoint)]
pub(crate) struct Transfers {
    latest: VecDeque<Transfer>,
    /// Number of the oldest one that is kept.
    first: u64,
    most: usize,
}

/// Most bytes of a verb and of a name.
pub(crate) const LONGEST_NAME: usize = 200;
/// Most of them in a run without a limit of memory.
const MOST: usize = 16_384;
/// Bytes of one; room is doubled whenever it is full, and while it is, the old one is there too.
const SIZE: usize = 3 * size_of::<Transfer>() + 2 * LONGEST_NAME;

impl Transfers {
    /// With so many bytes at most.
    pub(crate) fn new(bytes: usize) -> Self {
        Self { latest: VecDeque::new(), first: 1, most: (bytes / SIZE).clamp(1, MOST) }
    }

    /// Most bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.most * SIZE
    }

    /// One is announced. Yields its number.
    pub(crate) fn announce(&mut self, control: FlowId, mode: Mode, server: [u8; 16]) -> u64 {
        if self.latest.len() >= self.most {
            self.latest.pop_front();
            self.first += 1;
        }
        let (verb, name) = (Vec::new(), Vec::new());
        self.latest.push_back(Transfer {
            control,
            data: None,
            mode,
            server,
            verb,
            name,
            restart: 0,
            announced: None,
            has_begun: false,
        });
        self.first + self.latest.len() as u64 - 1
    }

    /// The one with this number.
    pub(crate) fn get(&self, number: u64) -> Option<&Transfer> {
        let place = number.checked_sub(self.first)?;
        self.latest.get(usize::try_from(place).ok()?)
    }

    /// The one with this number, to be changed.
    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut Transfer> {
        let place = number.checked_sub(self.first)?;
        self.latest.get_mut(usize::try_from(place).ok()?)
    }

    /// A flow begins that is the one with this number, unless another flow was it.
    pub(crate) fn begins(&mut self, number: u64, flow: FlowId) -> Option<&mut Transfer> {
        let transfer = self.get_mut(number)?;
        (*transfer.data.get_or_insert(flow) == flow).then_some(transfer)
    }
}

/// A data connection and how it comes about: the client has its address and port for the server, or the other way. `key` is that
/// of the flow which says so. Both ways, for the first packet may be missing.
pub(crate) fn expectation(key: &FlowKey, place: Place, until: Timestamp, tag: u64) -> Expectation {
    Expectation {
        proto: key.proto,
        src: Some(key.dst),
        src_port: None,
        dst: Some(place.address.unwrap_or(key.src)),
        dst_port: Some(place.port),
        both_ways: true,
        until,
        tag,
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::flow::FlowId;

    use super::{Mode, SIZE, Transfers};

    #[test]
    fn the_latest_are_kept() {
        let mut all = Transfers::new(2 * SIZE);
        let numbers = [7, 8, 9].map(|flow| all.announce(FlowId(flow), Mode::Active, [0; 16]));
        assert_eq!((numbers, all.bytes()), ([1, 2, 3], 2 * SIZE));
        assert_eq!([0, 1, 4].map(|number| all.get(number).is_some()), [false; 3]);
        assert_eq!(all.get(3).unwrap().control, FlowId(9));
        assert!(all.begins(2, FlowId(20)).is_some() && all.begins(2, FlowId(20)).is_some());
        assert!(all.begins(2, FlowId(21)).is_none(), "the other address of the same announcement");
    }
}
