//! Data connections that a control connection tells of.

use flowz_api::key::FlowKey;
use flowz_api::plugin::{Context, LiveView};
use flowz_api::prelude::*;

use super::FtpDecode;
use super::address::{self, Place};
use super::command::{Command, Kind};
use super::reply;
use super::session::{Announced, Session};
use super::state::{Role, State};
use super::transfers::{LONGEST_NAME, Mode, expectation};
use crate::text::line::{head, next_line};

/// Most data connections of a control connection that are looked for at once.
pub(crate) const MOST_ANNOUNCED: usize = 16;

impl FtpDecode {
    /// Looks at the beginning of a packet for the announcement of a data connection. The stream brings it later if it waits for a gap to be
    /// given up.
    pub(crate) fn look_ahead(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        let bytes = cx.layers.payload(cx.packet.data);
        if bytes.is_empty() || flow.encrypted {
            return;
        }
        let Some(found) = self.at_the_beginning(flow.role, bytes, cx) else { return };
        let Some(mut session) = flow.take_session(peer) else { return };
        let (key, now) = (*cx.key, cx.packet.ts);
        self.announce(cx, (&key, now), &mut session, (found.0, found.1, false));
        flow.session = Some(session);
    }

    /// What the first line of a packet announces, if it is whole.
    fn at_the_beginning(
        &self,
        role: Role,
        bytes: &[u8],
        cx: &PacketContext<'_>,
    ) -> Option<(Mode, Place)> {
        let line = head(bytes, next_line(bytes)).strip_suffix(b"\n")?;
        if role == Role::Client {
            let command = Command::from_line(line)?;
            let place = match command.kind() {
                Kind::Port => address::port(command.argument),
                Kind::ExtendedPort if !self.compat => {
                    address::extended_port(command.argument, cx.key.net)
                }
                _ => None,
            };
            return Some((Mode::Active, place?));
        }
        let place = match reply::head_of(line)?.0 {
            227 => address::passive(line.get(4..)?),
            229 if !self.compat => address::extended_passive(line.get(4..)?),
            _ => None,
        };
        Some((Mode::Passive, place?))
    }

    /// A data connection will come to this place, or was announced before. Yields its number; none if too many are looked for.
    pub(crate) fn announce<V: LiveView>(
        &mut self,
        cx: &mut Context<'_, V>,
        (key, now): (&FlowKey, Timestamp),
        session: &mut Session,
        (mode, place, is_told): (Mode, Place, bool),
    ) -> Option<u64> {
        // The same once more: the stream comes to what a packet told, or a packet comes again.
        let is_it = |a: &&mut Announced| a.place == place && !(is_told && a.is_told);
        session.announced.retain(|a| a.until >= now);
        if let Some(known) = session.announced.iter_mut().rev().find(is_it) {
            known.is_told |= is_told;
            return Some(known.number);
        }
        if session.announced.len() >= MOST_ANNOUNCED {
            let transfers = &self.transfers;
            let has_come =
                |number| transfers.get(number).is_none_or(|transfer| transfer.data.is_some());
            let place = session.announced.iter().position(|a| has_come(a.number))?;
            session.announced.remove(place);
        }
        let until = Timestamp(now.0.saturating_add(self.patience));
        let server = if mode == Mode::Active { key.dst } else { key.src };
        let number = self.transfers.announce(cx.flow().id, mode, server);
        session.announced.push_back(Announced { place, number, is_told, until });
        cx.expect::<Self>(expectation(key, place, until, number));
        let is_elsewhere = place.address.is_some_and(|address| address != key.src);
        if is_elsewhere && mode == Mode::Passive {
            // Behind a translation of addresses clients use that of the control connection.
            let place = Place { address: None, ..place };
            cx.expect::<Self>(expectation(key, place, until, number));
        }
        Some(number)
    }

    /// A command uses a data connection.
    pub(crate) fn begin_transfer(
        &mut self,
        number: u64,
        verb: &[u8],
        argument: &[u8],
        restart: u64,
    ) {
        let Some(transfer) = self.transfers.get_mut(number) else { return };
        transfer.verb = verb.to_vec();
        transfer.name = head(argument, LONGEST_NAME).to_vec();
        transfer.restart = restart;
    }
}
