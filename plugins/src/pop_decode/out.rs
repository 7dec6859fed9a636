//! Where rows and files of popDecode go.

use flowz_api::plugin::{Context, FlowView};
use flowz_api::prelude::*;

use super::session::Row;
use super::stat;
use super::table::{CommandRow, MailRow};
use super::toggles::Toggles;
use crate::lines::mail::Body;
use crate::lines::place::{Place, letter};

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
        let letter = char::from(letter(self.cx.direction()).0);
        let name = format!("{}_{letter}_{}.eml", self.cx.flow.id.0, body.number);
        self.cx.append_to_file(&name, &bytes[..most]);
    }

    /// Writes that bytes of a mail are missing.
    pub(crate) fn save_gap(&mut self, stat: &mut u16, body: &mut Body, len: u64) {
        self.save(stat, body, format!("\r\n[{len} bytes missing]\r\n").as_bytes());
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
        Row::Mail(mail, user) => {
            *mails += 1;
            if toggles.mail_table {
                let digest = mail.body.digest();
                cx.emit(&MailRow::new(place, mail, user, &digest));
            }
        }
        Row::Command(command, reply) if toggles.command_table => {
            cx.emit(&CommandRow::new(place, command, reply));
        }
        Row::Command(..) => {}
    }
}
