//! Columns of sipDecode.

use std::net::IpAddr;

use flowz_api::Row;
use flowz_api::cell::{Each, Hex16, IpText, Label, List, Text};
use flowz_api::row::NoRow;

use super::state::Side;
use super::toggles::Toggles;

type Texts<'a> = Each<'a, Vec<u8>, Text<'a>>;

/// The packet table has none.
pub(crate) type PacketRow = NoRow<Toggles>;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen, see above.
    #[col(name = "sipFlags")]
    pub(crate) stat: Hex16,
    /// Methods of requests, see above.
    #[col(name = "sipMethods")]
    pub(crate) methods: Hex16,
    /// Number of status codes in the list.
    #[col(name = "sipStatCnt")]
    pub(crate) code_count: u8,
    /// Number of methods in the list.
    #[col(name = "sipReqCnt")]
    pub(crate) method_count: u8,
    /// Program of the sender; the first one.
    #[col(name = "sipUsrAgnt")]
    pub(crate) agent: Text<'a>,
    /// Who asks.
    #[col(name = "sipFrom")]
    pub(crate) from: Texts<'a>,
    /// Who is asked.
    #[col(name = "sipTo")]
    pub(crate) to: Texts<'a>,
    /// Call-IDs.
    #[col(name = "sipCallID")]
    pub(crate) calls: Texts<'a>,
    /// Where the sender can be reached.
    #[col(name = "sipContact")]
    pub(crate) contacts: Texts<'a>,
    /// Status codes.
    #[col(name = "sipStat")]
    pub(crate) codes: List<'a, u16>,
    /// Methods of requests, their first three letters.
    #[col(name = "sipReq")]
    pub(crate) names: Each<'a, Vec<u8>, Label<'a>>,
    /// Numbers of described sessions.
    #[col(name = "sdpSessID")]
    pub(crate) sessions: Texts<'a>,
    /// Where media are wanted.
    #[col(name = "sdpRFAdd")]
    pub(crate) addresses: Each<'a, IpAddr, IpText>,
    /// Ports of audio.
    #[col(name = "sdpRAFPrt")]
    pub(crate) audio: List<'a, u16>,
    /// Ports of video.
    #[col(name = "sdpRVFPrt")]
    pub(crate) video: List<'a, u16>,
    /// Formats: payload type, name, clock.
    #[col(name = "sdpRTPMap")]
    pub(crate) formats: Each<'a, Vec<u8>, Label<'a>>,
}

impl<'a> FlowRow<'a> {
    /// The row of a direction that has said this.
    pub(crate) fn new(stat: u16, side: &'a Side) -> Self {
        let texts = |list: &'a Vec<Vec<u8>>| -> Texts<'a> { Each(list, |text| Text(text)) };
        // Toggles allow up to 255 entries.
        Self {
            stat: Hex16(stat),
            methods: Hex16(side.methods),
            code_count: side.codes.len() as u8,
            method_count: side.names.len() as u8,
            agent: Text(&side.agent),
            from: texts(&side.from),
            to: texts(&side.to),
            calls: texts(&side.calls),
            contacts: texts(&side.contacts),
            codes: List(&side.codes),
            names: Each(&side.names, |text| Label(text)),
            sessions: texts(&side.sessions),
            addresses: Each(&side.addresses, |ip| cell(*ip)),
            audio: List(&side.audio),
            video: List(&side.video),
            formats: Each(&side.formats, |text| Label(text)),
        }
    }
}

/// An address as a value.
pub(crate) fn cell(ip: IpAddr) -> IpText {
    match ip {
        IpAddr::V4(ip) => IpText::V4(ip.octets()),
        IpAddr::V6(ip) => IpText::V6(ip.octets()),
    }
}
