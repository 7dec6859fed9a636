//! Messages of each kind as they are on the wire, made by another encoder.

use std::net::SocketAddr;

use super::codecs::Content;
use super::control::{Channel, Control, Ends};
use super::ras::Ras;
use super::signalling::Signalling;
use crate::voip::media::{Format, Kind, Place};

/// With all that may be absent, names of all kinds, and additions.
const ADMISSION_REQUEST: &str = "\
    27dc1233003000650070002d00370302003b48080012000f683332333a6240622e6578616d706c6582050002\
    6340623020010db800000000000000000000000906b802830401067c63400300c4006e006e006500c0000201\
    06b9400500004d40b500534c0378797a00402122232425262728292a2b2c2d2e2f3049642000018011000102\
    030405060708090a0b0c0d0e0f1005020067006b0100";
/// For a reason that was added.
const ADMISSION_REJECT: &str = "2d123382010040b500534c0378797a";
/// With a place for call signalling.
const ADMISSION_CONFIRM: &str = "2900000080030d4040c0000209071c003b";
/// Of a gateway.
const REGISTRATION_REQUEST: &str = "\
    0ec00008060008914a0005800200c000020106b83020010db800000000000000000000000106b80100c00002\
    011657e880b500534c0378797ae00900003d0370726f6402312e320107062b060104010960033c0504010020\
    332c05010082010040b500534c0378797a80c0040000000502010045640100670077020067006be00900003d\
    0370726f6402312e320107062b0601040109348b00000002003b010001000100";
/// Of the side that was called.
const DISENGAGE_REQUEST: &str = "\
    3efffe0000652122232425262728292a2b2c2d2e2f30000303210011000102030405060708090a0b0c0d0e0f\
    100180";
/// Two places.
const LOCATION_CONFIRM: &str = "4c000100c000020506b800c000020506b7";
/// An addition to the kinds of messages.
const IN_PROGRESS: &str = "800500000503e7";
/// With all that may be absent: a gateway, fast start, H.245 beside it.
const SETUP: &str = "\
    30fe060008914a000500c000020117700201807a4440040061006c006900630065e880b500534c0378797ae0\
    0900003d0370726f6402312e320107062b060104010960033c0504010020332c05010082010040b500534c03\
    78797a80c004000000050140020062006f006200c000020206b8010000400200050006002122232425262728\
    292a2b2c2d2e2f3000dd5d800400133020010db800000000000000000000000106b811000102030405060708\
    090a0b0c0d0e0f1001003202120000000d4001800a04000100c000020113891d400001060401004d40018011\
    14000100c0000201138800c0000201138901000100010001000701056d4002352340b500534c0378797a1080\
    0180";
/// With a place for H.245, and two messages of it, one of which is none.
const CONNECT: &str = "\
    22c0060008914a00053020010db8000000000000000000000002177102002122232425262728292a2b2c2d2e\
    2f301f0d0011000102030405060708090a0b0c0d0e0f100100010004010080cc10c001800902056d40023523\
    01ff";
/// An addition to the kinds of bodies.
const PROGRESS: &str = "\
    28002e04060008914a000502000102030405060708090a0b0c0d0e0f1001120000000d4001800a04000100c0\
    000201138910800100";
/// For a reason that was added.
const RELEASE: &str = "25c0060008914a000582010015000011000102030405060708090a0b0c0d0e0f1010800100";
/// Nothing but H.245.
const EMPTY: &str = "2810010010c001800701056d40023523";
/// Audio, video, data, something else, telephone-events.
const CAPABILITIES: &str = "\
    0270030600088175000d800d00003c0001000001000001000009800000204013800001220003c00002241803\
    00200080000308b1800eff40000409a800280eff0c00050c001560000700088171000001401e000202914002\
    a20032800006483060010040190080000704b500534c0378797a8000088501408000098a061404302d313500\
    800000000000";
/// H.264 with a payload type.
const OPEN_VIDEO: &str = "\
    030001000a001560000700088171000001401e000202914002a20032802145400180b500534c0378797a0208\
    20010db8000000000000000000000001138b04";
/// The answer, with another payload type.
const ACCEPT_VIDEO: &str = "\
    22c0010006802c5e021020010db80000000000000000000000021b580820010db80000000000000000000000\
    021b5910280100";
/// G.723.1.
const OPEN_AUDIO: &str = "030000030d000040000a04000100c00002011389";
/// For a reason that was added.
const REFUSE: &str = "23000100840100";
/// A digit with its duration.
const SIGNAL: &str = "6d810765400063000000";
/// Digits as a text.
const TEXT: &str = "6d40023523";
/// The end of a session.
const END: &str = "4a40";

const CALL: [u8; 16] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const CONFERENCE: [u8; 16] = *b"!\"#$%&'()*+,-./0";

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().as_chunks::<2>().0.iter();
    let digit = |digit: u8| char::from(digit).to_digit(16).expect("a digit") as u8;
    pairs.map(|[high, low]| digit(*high) << 4 | digit(*low)).collect()
}

fn ras(hex: &str) -> Ras {
    Ras::read(&bytes(hex)).expect("a message of RAS")
}

fn signalling(hex: &str) -> Signalling {
    Signalling::read(&bytes(hex)).expect("a body of H.225.0")
}

fn control(hex: &str) -> Control {
    Control::read(&bytes(hex)).expect("a message of H.245")
}

fn shown(places: &[Place]) -> Vec<String> {
    places.iter().map(|place| SocketAddr::from((place.ip(), place.port)).to_string()).collect()
}

#[test]
fn a_request_for_admission() {
    let message = ras(ADMISSION_REQUEST);
    assert_eq!((message.kind, message.number), ("admissionRequest", 0x1234));
    assert_eq!((message.call, message.conference), (Some(CALL), Some(CONFERENCE)));
    assert_eq!((message.call_reference, message.is_from_callee), (77, Some(true)));
    assert_eq!(message.from, ["Änne", "4930"], "names are in front");
    assert_eq!(message.to, ["0815#", "h323:b@b.example", "c@b"]);
    assert_eq!(shown(&message.signalling), ["[2001:db8::9]:1720", "192.0.2.1:1721"]);
    assert!(message.asks() && !message.is_malformed);
}

#[test]
fn answers_of_a_gatekeeper() {
    let message = ras(ADMISSION_REJECT);
    assert_eq!((message.kind, message.number), ("admissionReject", 0x1234));
    assert_eq!((message.reason, message.asks()), ("incompleteAddress", false));
    let message = ras(ADMISSION_CONFIRM);
    assert_eq!((message.kind, message.number), ("admissionConfirm", 1));
    assert_eq!(shown(&message.signalling), ["192.0.2.9:1820"]);
    let message = ras(LOCATION_CONFIRM);
    assert_eq!(shown(&message.signalling), ["192.0.2.5:1720"]);
    assert_eq!(shown(&message.ras), ["192.0.2.5:1719"]);
    let message = ras(IN_PROGRESS);
    assert_eq!((message.kind, message.number), ("requestInProgress", 6));
}

#[test]
fn registration_and_end() {
    let message = ras(REGISTRATION_REQUEST);
    assert_eq!((message.kind, message.number), ("registrationRequest", 9));
    assert_eq!(shown(&message.signalling), ["192.0.2.1:1720", "[2001:db8::1]:1720"]);
    assert_eq!(shown(&message.ras), ["192.0.2.1:5719"]);
    assert_eq!(message.from, ["gw", "123"]);
    let message = ras(DISENGAGE_REQUEST);
    assert_eq!((message.reason, message.number), ("forcedDrop", 65_535));
    assert_eq!((message.call, message.is_from_callee), (Some(CALL), Some(true)));
}

#[test]
fn a_setup_of_a_gateway() {
    let setup = signalling(SETUP);
    assert_eq!((setup.kind, setup.is_malformed), ("setup", false));
    assert_eq!((setup.call, setup.conference), (Some(CALL), Some(CONFERENCE)));
    assert_eq!((setup.from, setup.to), (vec!["alice".into(), "4711".into()], vec!["bob".into()]));
    assert_eq!(shown(&setup.signalling), ["192.0.2.2:1720", "[2001:db8::1]:1720"]);
    assert_eq!(shown(setup.control.as_slice()), ["192.0.2.1:6000"]);
    assert_eq!(setup.tunnelled, [bytes(TEXT)]);
    let channels: Vec<Channel> =
        setup.fast_start.iter().filter_map(|bytes| Channel::read(bytes)).collect();
    let [there, back] = &channels[..] else { panic!("two channels: {channels:?}") };
    let (content, ends) = there.forward.as_ref().expect("from the caller");
    let format = Format { payload_type: 18, name: "G729".into(), clock: 8_000, channels: 1 };
    let g729 = Content { kind: Kind::Audio, format: Some(format), is_encrypted: false };
    assert_eq!((there.number, content, &there.reverse), (1, &g729, &None));
    assert_eq!((ends.media, shown(ends.control.as_slice())), (None, vec!["192.0.2.1:5001".into()]));
    assert_eq!((back.number, &back.forward), (2, &None));
    let (content, ends) = back.reverse.as_ref().expect("to the caller");
    assert_eq!((content, shown(ends.media.as_slice())), (&g729, vec!["192.0.2.1:5000".into()]));
}

#[test]
fn other_bodies() {
    let connect = signalling(CONNECT);
    assert_eq!(
        (connect.kind, connect.call, connect.to),
        ("connect", Some(CALL), vec!["99".into()])
    );
    assert_eq!(shown(connect.control.as_slice()), ["[2001:db8::2]:6001"]);
    assert_eq!(connect.tunnelled, [bytes(TEXT), vec![0xff]]);
    let progress = signalling(PROGRESS);
    assert_eq!(
        (progress.kind, progress.call, progress.fast_start.len()),
        ("progress", Some(CALL), 1)
    );
    let release = signalling(RELEASE);
    assert_eq!((release.kind, release.reason), ("releaseComplete", "calledPartyNotRegistered"));
    assert_eq!(release.call, Some(CALL));
    let empty = signalling(EMPTY);
    assert_eq!((empty.kind, empty.call, empty.tunnelled), ("empty", None, vec![bytes(TEXT)]));
}

#[test]
fn channels_are_opened_and_accepted() {
    let open = control(OPEN_VIDEO);
    assert_eq!((open.kind, open.channel), ("openLogicalChannel", 257));
    let (content, ends) = open.open.and_then(|channel| channel.forward).expect("one way");
    let format = Format { payload_type: 97, name: "H264".into(), clock: 90_000, channels: 1 };
    assert_eq!((content.kind, content.format), (Kind::Video, Some(format)));
    assert_eq!(shown(ends.control.as_slice()), ["[2001:db8::1]:5003"]);
    let accept = control(ACCEPT_VIDEO);
    assert_eq!((accept.kind, accept.channel), ("openLogicalChannelAck", 257));
    let Ends { media, control: rtcp, payload_type } = accept.accepted.expect("places");
    assert_eq!(
        (shown(media.as_slice()), payload_type),
        (vec!["[2001:db8::2]:7000".into()], Some(98))
    );
    assert_eq!(shown(rtcp.as_slice()), ["[2001:db8::2]:7001"]);
    let open = control(OPEN_AUDIO).open.and_then(|channel| channel.forward).expect("one way");
    assert_eq!(
        open.0.format.map(|format| (format.payload_type, format.name)),
        Some((4, "G723".into()))
    );
    let refuse = control(REFUSE);
    assert_eq!((refuse.kind, refuse.channel), ("openLogicalChannelReject", 257));
    assert_eq!(refuse.reason, "masterSlaveConflict");
}

#[test]
fn capabilities_digits_and_the_end() {
    let table = control(CAPABILITIES);
    assert_eq!((table.kind, table.events), ("terminalCapabilitySet", Some(101)));
    assert!(table.is_certain && !table.is_malformed);
    assert_eq!(control(SIGNAL).digits, b"*");
    assert_eq!(control(TEXT).digits, b"5#");
    let end = control(END);
    assert_eq!((end.kind, end.reason, end.is_certain), ("endSessionCommand", "disconnect", false));
}

#[test]
fn what_is_of_something_else() {
    let mut other = bytes(REGISTRATION_REQUEST);
    assert_eq!(other[4..9], [0x06, 0, 8, 0x91, 0x4a]);
    other[7] = 0x81;
    assert_eq!(Ras::read(&other), None);
    let mut other = bytes(RELEASE);
    assert_eq!(other[2..7], [0x06, 0, 8, 0x91, 0x4a]);
    other[6] = 0x75;
    assert_eq!(Signalling::read(&other), None);
}

#[test]
fn any_bytes_are_read_within_bounds() {
    let all = [
        ADMISSION_REQUEST,
        REGISTRATION_REQUEST,
        SETUP,
        CONNECT,
        PROGRESS,
        CAPABILITIES,
        OPEN_VIDEO,
        ACCEPT_VIDEO,
        SIGNAL,
    ];
    for whole in all.map(bytes) {
        for at in 0..whole.len() {
            for value in [0, 1, 0x20, 0x40, 0x7f, 0x80, 0xbf, 0xff, whole[at] ^ 0x10] {
                let mut changed = whole.clone();
                changed[at] = value;
                for bytes in [&changed[..], &changed[..at], &whole[at..]] {
                    let _ = (Ras::read(bytes), Control::read(bytes), Channel::read(bytes));
                    if let Some(body) = Signalling::read(bytes) {
                        assert!(body.fast_start.len() <= 32 && body.tunnelled.len() <= 64);
                    }
                }
            }
        }
    }
}

/// A parameter in a parameter in a parameter (H.245, GenericParameter).
const NESTED: &str =
    "030001000a001620000700088171000001010017010017010017010010800b04400200c0000201138b08";
/// Forty of them.
const DEEP: &str = "030001000a00808520000700088171000001010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010017010010800b04400200c0000201138b08";

#[test]
fn what_is_too_deep_is_malformed_and_the_rest_is_read() {
    let port = |message: &Control| {
        let channel = message.open.as_ref()?.forward.as_ref()?;
        channel.1.control.map(|place| place.port)
    };
    let (nested, deep) = (control(NESTED), control(DEEP));
    assert_eq!((nested.is_malformed, port(&nested)), (false, Some(5003)));
    assert_eq!((deep.is_malformed, port(&deep)), (true, Some(5003)));
    // Lengths that promise much more than there is.
    let many = [0x02, 0x70, 1, 6, 0, 8, 0x81, 0x75, 0, 13, 0x80, 0xff, 0xff];
    assert!(Control::read(&many).is_some_and(|message| message.is_malformed));
}
