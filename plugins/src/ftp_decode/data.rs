//! Data connections: how much they bring, and the files that are saved.

use flowz_api::cell::Dir;
use flowz_api::prelude::*;
use flowz_api::stream::{Next, StreamEvent, StreamStart};

use super::FtpDecode;
use super::command::{Kind, kind};
use super::state::State;
use super::table::DataRow;

/// Most zero bytes that stand for a gap in a file.
const MOST_ZEROS: u64 = 1 << 20;
const ZEROS: [u8; 4096] = [0; 4096];

impl FtpDecode {
    /// Something comes in a direction of a data connection. If the ports are used again, that is none of its business.
    pub(crate) fn data(
        &mut self,
        cx: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut State,
    ) -> Next {
        if cx.connection > 0 {
            return Next::Stop;
        }
        let Some(mut data) = flow.data.take() else { return Next::Stop };
        let next = match event {
            StreamEvent::Data(part) => {
                data.bytes += part.bytes.len() as u64;
                self.save(cx, flow.transfer, &mut data, part.bytes);
                Next::Take(part.bytes.len())
            }
            StreamEvent::Gap(gap) => {
                data.missing += gap.len;
                let mut left = gap.len.min(MOST_ZEROS);
                while left > 0 && self.toggles.save {
                    let now = left.min(ZEROS.len() as u64);
                    self.save(cx, flow.transfer, &mut data, &ZEROS[..now as usize]);
                    left -= now;
                }
                Next::Take(0)
            }
            StreamEvent::End(end) => {
                data.end = Some(end.reason);
                Next::Take(0)
            }
            StreamEvent::Closed(_) => {
                self.data_row(cx, flow.transfer, &data);
                Next::Take(0)
            }
        };
        flow.data = Some(data);
        next
    }

    fn save(&self, cx: &mut StreamContext<'_>, number: u64, data: &mut super::Data, bytes: &[u8]) {
        if !self.toggles.save || bytes.is_empty() {
            return;
        }
        let file = data.file.get_or_insert_with(|| {
            let name = self.transfers.get(number).map(|transfer| &transfer.name[..]);
            let name =
                name.filter(|name| !name.is_empty()).unwrap_or(self.toggles.no_name.as_bytes());
            let Dir(letter) = letter(cx);
            format!("{}_{}_{}", cx.flow.id.0, char::from(letter), String::from_utf8_lossy(name))
        });
        cx.append_to_file(file, bytes);
    }

    /// Writes the row of a direction that brought something, or that would have if the file were not empty.
    fn data_row(&self, cx: &mut StreamContext<'_>, number: u64, data: &super::Data) {
        let Some(transfer) = self.transfers.get(number).filter(|_| self.toggles.data_table) else {
            return;
        };
        let from_server = transfer.server == cx.key.src;
        let is_sender = match kind(&transfer.verb) {
            Kind::Download => from_server,
            Kind::Upload => !from_server,
            _ => false,
        };
        if is_sender || data.bytes + data.missing > 0 {
            cx.emit(&DataRow::new(letter(cx), transfer, data, cx.start == StreamStart::Syn));
        }
    }
}

/// The letter of the direction.
fn letter(cx: &StreamContext<'_>) -> Dir {
    Dir(match cx.direction() {
        Direction::A => b'A',
        Direction::B => b'B',
    })
}
