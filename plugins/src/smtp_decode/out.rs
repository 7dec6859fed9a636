//! Where rows and files of smtpDecode go.

use flowz_api::cell::Dir;
use flowz_api::key::FlowKey;
use flowz_api::plugin::{Context, FlowView};
use flowz_api::prelude::*;

use super::mail::Body;
use super::session::Row;
use super::stat;
use super::state::Side;
use super::table::{CommandRow, MailRow, Place};
use super::toggles::Toggles;

/// Where rows and files go.
pub(crate) struct Out<'a, 'c> {
    pub(crate) cx: &'a mut StreamContext<'c>,
    pub(crate) toggles: &'a Toggles,
    pub(crate) compat: bool,
    pub(crate) place: Place,
    pub(crate) mails: &'a mut u64,
}

impl Out<'_, '_> {
    pub(crate) fn show(&mut self, row: Row<'_>) {
        show(self.cx, self.toggles, &self.place, self.mails, row);
    }

    /// Writes bytes of a mail as far as that is allowed.
    pub(crate) fn save(&mut self, stat: &mut u16, body: &mut Body, bytes: &[u8]) {
        if !self.toggles.save || bytes.is_empty() {
            return;
        }
        let left = (u64::from(self.toggles.save_max) * 1024).saturating_sub(body.written);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        if most < bytes.len() {
            *stat |= stat::FILE_CUT;
        }
        if most == 0 {
            return;
        }
        *stat |= stat::FILE;
        body.written += most as u64;
        let name = format!(
            "{}_{}_{}.eml",
            self.cx.flow.id.0,
            char::from(self.place.direction.0),
            body.number
        );
        self.cx.append_to_file(&name, &bytes[..most]);
    }

    /// Writes that bytes of a mail are missing.
    pub(crate) fn save_gap(&mut self, stat: &mut u16, side: Option<&mut Side>, len: u64) {
        if let Some(body) = side.and_then(|side| side.session.body.as_deref_mut()) {
            self.save(stat, body, format!("\r\n[{len} bytes missing]\r\n").as_bytes());
        }
    }
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

/// Writes a row.
pub(crate) fn show<V: FlowView>(
    cx: &mut Context<'_, V>,
    toggles: &Toggles,
    place: &Place,
    mails: &mut u64,
    row: Row<'_>,
) {
    match row {
        Row::Mail(body, envelope, reply) => {
            *mails += 1;
            if toggles.mail_table {
                let digest = body.digest();
                cx.emit(&MailRow::new(place, (body, envelope), reply, &digest));
            }
        }
        Row::Command(command, reply) if toggles.command_table => {
            cx.emit(&CommandRow::new(place, command, reply));
        }
        Row::Command(..) => {}
    }
}

/// The letter of a direction.
pub(crate) fn letter(direction: Direction) -> Dir {
    Dir(match direction {
        Direction::A => b'A',
        Direction::B => b'B',
    })
}
