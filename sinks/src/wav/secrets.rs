//! Encrypted packets of a source. The first ones wait for their key: media often come before the answer that tells it.

use std::collections::VecDeque;

use super::packet::Packet;
use super::srtp::{Announced, Decryptor};

/// Most packets that wait for a key, and most bytes of them.
const MOST: usize = 64;
const MOST_BYTES: usize = 128 << 10;

/// What is encrypted.
#[derive(Default)]
pub(super) struct Secrets {
    decryptor: Decryptor,
    waiting: VecDeque<Packet>,
    bytes: usize,
    /// There is a key that fits.
    is_open: bool,
    /// Keys were announced.
    has_keys: bool,
    /// Packets without a key, and those for which none fits.
    pub(super) locked: u64,
    pub(super) not_authentic: u64,
}

impl Secrets {
    /// A packet that waits for its key.
    pub(super) fn keep(&mut self, packet: Packet) {
        self.bytes += packet.size();
        self.waiting.push_back(packet);
        while self.waiting.len() > MOST || self.bytes > MOST_BYTES {
            let Some(oldest) = self.waiting.pop_front() else { break };
            self.bytes -= oldest.size();
            self.give_up();
        }
    }

    /// Takes in a packet; yields those that can be read now, in the order in which they came.
    pub(super) fn open<'k>(
        &mut self,
        packet: Packet,
        keys: impl Iterator<Item = Announced<'k>> + Clone,
    ) -> Vec<Packet> {
        self.has_keys |= keys.clone().next().is_some();
        if self.is_open {
            let opened = self.decrypt(packet, keys);
            return opened.map_or_else(|_| self.refuse(), |opened| vec![opened]);
        }
        match self.decrypt(packet, keys.clone()) {
            Err(packet) => {
                self.keep(packet);
                Vec::new()
            }
            Ok(opened) => {
                self.is_open = true;
                self.bytes = 0;
                let earlier = std::mem::take(&mut self.waiting);
                let mut all = Vec::new();
                for packet in earlier {
                    match self.decrypt(packet, keys.clone()) {
                        Ok(packet) => all.push(packet),
                        Err(_) => self.give_up(),
                    }
                }
                all.push(opened);
                all
            }
        }
    }

    fn refuse(&mut self) -> Vec<Packet> {
        self.give_up();
        Vec::new()
    }

    fn decrypt<'k>(
        &mut self,
        packet: Packet,
        keys: impl Iterator<Item = Announced<'k>>,
    ) -> Result<Packet, Packet> {
        match self.decryptor.open(&packet.bytes, packet.payload_at, keys) {
            Some(payload) => Ok(packet.with_payload(payload)),
            None => Err(packet),
        }
    }

    /// A packet that nobody can read.
    fn give_up(&mut self) {
        let count = if self.has_keys { &mut self.not_authentic } else { &mut self.locked };
        *count += 1;
    }

    /// No key comes any more.
    pub(super) fn close(&mut self) {
        while self.waiting.pop_front().is_some() {
            self.give_up();
        }
    }
}
