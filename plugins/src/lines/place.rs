//! Where rows of tables are.

use flowz_api::cell::Dir;
use flowz_api::flow::Direction;
use flowz_api::key::FlowKey;

/// Where a row is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Direction of the client.
    pub(crate) direction: Dir,
    /// From 1.
    pub(crate) connection: u32,
    /// In the client's direction.
    pub(crate) key: FlowKey,
}

impl Place {
    /// From the key and the letter of a direction, which is the client's or the other one.
    pub(crate) fn of(key: FlowKey, direction: Dir, is_client: bool, connection: u32) -> Self {
        if is_client {
            return Self { direction, connection, key };
        }
        let other = if direction.0 == b'A' { b'B' } else { b'A' };
        Self { direction: Dir(other), connection, key: key.reversed() }
    }
}

/// The letter of a direction.
pub(crate) fn letter(direction: Direction) -> Dir {
    Dir(match direction {
        Direction::A => b'A',
        Direction::B => b'B',
    })
}
