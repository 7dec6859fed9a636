//! Fields of LAPD (ITU-T Q.921, sections 3.3 and 3.4).

use flowz_api::cell::Label;
use flowz_api::plugin::PacketContext;
use flowz_api::status::FlowStat;

/// Service access point and terminal of a frame.
pub(crate) type Address = (u8, u8);

/// The control field: letter of the format, function, and the two counters where there are any.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Control {
    pub(crate) format: Label<'static>,
    pub(crate) function: Label<'static>,
    pub(crate) received: Option<u8>,
    pub(crate) sent: Option<u8>,
}

/// Address and control field of the frame at hand, if it is one of LAPD.
pub(crate) fn read(cx: &PacketContext<'_>) -> Option<(Address, Control)> {
    if !cx.layers.status.contains(FlowStat::LAPD) {
        return None;
    }
    parse(cx.packet.data.get(cx.layers.l3 as usize..)?)
}

fn parse(frame: &[u8]) -> Option<(Address, Control)> {
    let [first, second, control, rest @ ..] = frame else { return None };
    let next = rest.first().map(|b| b >> 1);
    let control = match control & 3 {
        1 => supervisory(*control, next),
        3 => unnumbered(*control),
        _ => {
            let (format, function) = (Label(b"I"), Label(b"I"));
            Control { format, function, received: next, sent: Some(control >> 1) }
        }
    };
    Some(((first >> 2, second >> 1), control))
}

fn supervisory(control: u8, received: Option<u8>) -> Control {
    let function: &[u8] = match control >> 2 & 3 {
        0 => b"RR",
        1 => b"RNR",
        2 => b"REJ",
        _ => b"",
    };
    Control { format: Label(b"S"), function: Label(function), received, sent: None }
}

fn unnumbered(control: u8) -> Control {
    // Without the poll or final bit.
    let function: &[u8] = match control & 0xef {
        0x03 => b"UI",
        0x0f => b"DM",
        0x43 => b"DISC",
        0x63 => b"UA",
        0x6f => b"SABME",
        0x87 => b"FRMR",
        0xaf => b"XID",
        _ => b"",
    };
    Control { format: Label(b"U"), function: Label(function), received: None, sent: None }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn three_formats() {
        let shown = |frame: &[u8]| {
            let (address, c) = parse(frame).unwrap();
            (address, c.format.0, c.function.0, c.received, c.sent)
        };
        let of_terminal: (u8, u8) = (16, 64);
        let (i, s, u): (&[u8], &[u8], &[u8]) = (b"I", b"S", b"U");
        assert_eq!(shown(&[0x40, 0x81, 4, 6]), (of_terminal, i, i, Some(3), Some(2)));
        assert_eq!(shown(&[0x40, 0x81, 1, 8]), (of_terminal, s, &b"RR"[..], Some(4), None));
        assert_eq!(shown(&[0x40, 0x81, 0x7f]), (of_terminal, u, &b"SABME"[..], None, None));
        assert_eq!(parse(&[0x40, 0x81]), None);
    }
}
