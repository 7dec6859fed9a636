//! Columns of h323Decode.

use std::net::IpAddr;

use flowz_api::Row;
use flowz_api::cell::{Each, Hex16, IpText, Label, List, Text};
use flowz_api::row::NoRow;

use super::state::Side;
use super::toggles::Toggles;

type Texts<'a> = Each<'a, Vec<u8>, Text<'a>>;
type Labels<'a> = Each<'a, Vec<u8>, Label<'a>>;

/// The packet table has none.
pub(crate) type PacketRow = NoRow<Toggles>;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen, see above.
    #[col(name = "h323Stat")]
    pub(crate) stat: Hex16,
    /// Numbers of messages: RAS, call signalling, H.245.
    #[col(name = "h323RAS_H225_H245")]
    pub(crate) numbers: (u32, u32, u32),
    /// Names of messages.
    #[col(name = "h323Msgs")]
    pub(crate) kinds: Labels<'a>,
    /// Identifiers of calls.
    #[col(name = "h323CallID")]
    pub(crate) calls: Texts<'a>,
    /// Who calls or registers: names and numbers.
    #[col(name = "h323From")]
    pub(crate) from: Texts<'a>,
    /// Who is called.
    #[col(name = "h323To")]
    pub(crate) to: Texts<'a>,
    /// Causes of ends (Q.850).
    #[col(name = "h323Cause")]
    pub(crate) causes: List<'a, u8>,
    /// Why something is refused or ended.
    #[col(name = "h323Reason")]
    pub(crate) reasons: Labels<'a>,
    /// Digits that were pressed.
    #[col(name = "h323Digits")]
    pub(crate) digits: Text<'a>,
    /// Where media are wanted.
    #[col(name = "h323MediaIP")]
    pub(crate) addresses: Each<'a, IpAddr, IpText>,
    /// Ports of audio.
    #[col(name = "h323AudioPort")]
    pub(crate) audio: List<'a, u16>,
    /// Ports of video.
    #[col(name = "h323VideoPort")]
    pub(crate) video: List<'a, u16>,
    /// Formats: payload type, name, clock.
    #[col(name = "h323Formats")]
    pub(crate) formats: Labels<'a>,
}

impl<'a> FlowRow<'a> {
    /// The row of a direction that has said this.
    pub(crate) fn new(stat: u16, side: &'a Side) -> Self {
        let texts = |list: &'a Vec<Vec<u8>>| -> Texts<'a> { Each(list, |text| Text(text)) };
        let labels = |list: &'a Vec<Vec<u8>>| -> Labels<'a> { Each(list, |text| Label(text)) };
        let [ras, signalling, control] = side.numbers;
        Self {
            stat: Hex16(stat),
            numbers: (ras, signalling, control),
            kinds: labels(&side.kinds),
            calls: texts(&side.calls),
            from: texts(&side.from),
            to: texts(&side.to),
            causes: List(&side.causes),
            reasons: labels(&side.reasons),
            digits: Text(&side.digits),
            addresses: Each(&side.addresses, |ip| cell(*ip)),
            audio: List(&side.audio),
            video: List(&side.video),
            formats: labels(&side.formats),
        }
    }
}

/// An address as a value.
fn cell(ip: IpAddr) -> IpText {
    match ip {
        IpAddr::V4(ip) => IpText::V4(ip.octets()),
        IpAddr::V6(ip) => IpText::V6(ip.octets()),
    }
}
