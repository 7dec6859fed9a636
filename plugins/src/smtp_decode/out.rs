//! Where rows and files of smtpDecode go.

use flowz_api::plugin::{Context, FlowView};
use flowz_api::prelude::*;

use super::session::Row;
use super::stat;
use super::state::Side;
use super::table::{CommandRow, MailRow};
use super::toggles::Toggles;
use crate::lines::mail::Body;
use crate::lines::place::Place;

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
        let most = body.room_in_file(bytes.len(), self.toggles.save_max);
        if most < bytes.len() {
            *stat |= stat::FILE_CUT;
        }
        if most == 0 {
            return;
        }
        *stat |= stat::FILE;
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
