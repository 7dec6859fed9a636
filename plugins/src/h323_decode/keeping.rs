//! What becomes of a message: lists of its flow, the table, facts for others.

use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use flowz_api::plugin::{Context, FlowView};

use super::H323Decode;
use super::bits;
use super::fact::{H323Fact, H323Messages, Layer};
use super::message::Seen;
use super::state::{Side, State};
use super::table::{MessageRow, Now, Words};
use crate::text::kept::{keep, keep_text};
use crate::voip::media::{H323Media, Kind, Place};

/// Most messages of a packet that others are told of.
const MOST_TOLD: usize = 64;
/// Most digits of a direction.
const MOST_DIGITS: usize = 64;

impl H323Decode {
    /// A message: lists, table, facts.
    pub(super) fn seen<V: FlowView>(
        &mut self,
        cx: &mut Context<'_, V>,
        now: Now<'_>,
        seen: Seen<'_>,
        flow: &mut State,
    ) {
        let Seen { bytes, mut fact, is_malformed, is_of_call } = seen;
        fact.time = now.time.0;
        (fact.source, fact.target) = ends(now.key);
        let when = |condition: bool, bit: u16| if condition { bit } else { 0 };
        let is_without_call = is_of_call && fact.call_id.is_empty();
        self.counts.message(&fact, is_without_call);
        let side = flow.side.get_or_insert_with(|| Box::new(Side::NOTHING));
        flow.stat |= when(is_malformed, bits::MALFORMED)
            | when(now.is_cut, bits::CUT)
            | when(is_without_call, bits::NO_CALL)
            | self.keep(side, &fact);
        if self.toggles.table {
            let words = Words::new(&fact);
            cx.emit(&MessageRow::new(now, &fact, &words, bytes.len(), is_malformed));
        }
        tell(cx, fact);
    }

    /// Lists of a direction; yields bits.
    fn keep(&self, side: &mut Side, fact: &H323Fact) -> u16 {
        let bounds = self.toggles.bounds();
        let number = match fact.layer {
            Layer::Ras => &mut side.numbers[0],
            Layer::Signalling => &mut side.numbers[1],
            Layer::Control => &mut side.numbers[2],
        };
        *number = number.saturating_add(1);
        let mut full = keep_text(&mut side.kinds, fact.kind.as_bytes(), bounds);
        let texts = |list: &mut Vec<Vec<u8>>, new: &[String]| {
            let new = new.iter().filter(|text| !text.is_empty());
            new.fold(false, |full, text| {
                full | (text.len() > bounds.longest) | keep_text(list, text.as_bytes(), bounds)
            })
        };
        full |= texts(&mut side.from, &fact.from) | texts(&mut side.to, &fact.to);
        full |= texts(&mut side.reasons, std::slice::from_ref(&fact.reason));
        if !fact.call_id.is_empty() {
            full |= keep_text(&mut side.calls, &fact.call_id, bounds);
        }
        if fact.cause > 0 {
            full |= keep(&mut side.causes, fact.cause, bounds);
        }
        full |= side.digits.len() + fact.digits.len() > MOST_DIGITS;
        let room = MOST_DIGITS.saturating_sub(side.digits.len());
        side.digits.extend(fact.digits.iter().take(room));
        let mut stat = 0;
        for media in &fact.media {
            full |= keep(&mut side.addresses, media.ip(), bounds);
            stat |= if media.is_encrypted { bits::ENCRYPTED } else { 0 };
            let (bit, ports) = match media.kind {
                Kind::Audio => (bits::AUDIO, Some(&mut side.audio)),
                Kind::Video => (bits::VIDEO, Some(&mut side.video)),
                Kind::Other => (0, None),
            };
            stat |= bit;
            if let Some(ports) = ports
                && media.port != 0
            {
                full |= keep(ports, media.port, bounds);
            }
            for format in &media.formats {
                let text = format!("{} {}/{}", format.payload_type, format.name, format.clock);
                full |= keep_text(&mut side.formats, text.as_bytes(), bounds);
            }
        }
        stat | if full { bits::FULL } else { 0 }
    }
}

/// Who sends in a flow, and to whom.
fn ends(key: &FlowKey) -> (Place, Place) {
    let is_v6 = key.net == Net::V6;
    let place = |address, port| Place { address, is_v6, port };
    (place(key.src, key.src_port), place(key.dst, key.dst_port))
}

/// Publishes what the packet at hand tells, with the messages that it told before.
fn tell<V: FlowView>(cx: &mut Context<'_, V>, fact: H323Fact) {
    let told = cx.published::<H323Decode, H323Messages>();
    let mut list = told.map(|messages| messages.list).unwrap_or_default();
    if list.len() >= MOST_TOLD {
        return;
    }
    if !fact.media.is_empty() || !fact.peer_media.is_empty() {
        let told = cx.published::<H323Decode, H323Media>();
        let mut list = told.map(|media| media.list).unwrap_or_default();
        list.extend(fact.media.iter().chain(&fact.peer_media).cloned());
        cx.publish::<H323Decode, _>(&H323Media { call_id: fact.call_id.clone(), list });
    }
    list.push(fact);
    cx.publish::<H323Decode, _>(&H323Messages { list });
}
