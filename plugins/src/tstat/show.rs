//! Rows of what is over.

use flowz_api::plugin::{Context, FlowView};
use flowz_api::prelude::*;

use super::media_row::{self, MediaRow};
use super::tcp_row::TcpRow;
use super::udp_row::UdpRow;
use super::{Conversation, Ends, Tstat};
use crate::biflow::Side;

impl Tstat {
    /// Who talks, if the conversation has a row; the key is that of packets of `side`.
    fn ends(&self, key: &FlowKey, side: Side, of: &Conversation) -> Option<Ends> {
        let client = match of {
            Conversation::None => return None,
            Conversation::Tcp(connection) => connection.client,
            Conversation::Udp(talk) => talk.client,
        };
        Ends::new(key, side, client, &self.nets)
    }

    /// Writes the rows of a conversation that is over; the key is that of packets of `side`.
    pub(super) fn show<V: FlowView>(
        &mut self,
        cx: &mut Context<'_, V>,
        key: &FlowKey,
        side: Side,
        of: &Conversation,
    ) {
        let Some(ends) = self.ends(key, side, of) else { return };
        let original = self.toggles.original;
        match of {
            Conversation::None => {}
            Conversation::Tcp(of) => {
                self.histograms.connection(of, ends.ports[1]);
                cx.emit(&TcpRow::new(&ends, of, original));
            }
            Conversation::Udp(of) => {
                self.histograms.talk(of, ends.ports[1]);
                cx.emit(&UdpRow::new(&ends, of));
                for (from, stream) in of.streams() {
                    let types = media_row::types(stream);
                    cx.emit(&MediaRow::new(&ends, of, (from, stream), &types, original));
                }
            }
        }
    }
}
