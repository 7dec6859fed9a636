//! Logical channels of H.245: opened, confirmed, closed.

use super::super::schema::Addition::{Known, Skip};
use super::super::schema::Field::{One, Opt};
use super::super::schema::Growth::{Fixed, Grows};
use super::super::schema::Size::Exactly;
use super::super::schema::Type::{
    self, Bool, Choice, Integer, List, Null, Octets, Sequence, Unread,
};
use super::capability::{DATA_TYPE, H245_NON_STANDARD};
use super::{ANY, BYTE, DYNAMIC, NUMBER, SEQUENCE_NUMBER, SIXTEEN};

pub(super) static HOST_ADDRESS: Type =
    Sequence(&[One("network", &Octets(Exactly(4))), One("tsapIdentifier", &NUMBER)], Grows(&[]));
pub(super) static HOST_ADDRESS_IPX: Type = Sequence(
    &[
        One("node", &Octets(Exactly(6))),
        One("netnum", &Octets(Exactly(4))),
        One("tsapIdentifier", &Octets(Exactly(2))),
    ],
    Grows(&[]),
);
pub(super) static HOST_ADDRESS_6: Type =
    Sequence(&[One("network", &SIXTEEN), One("tsapIdentifier", &NUMBER)], Grows(&[]));
pub(super) static MEDIA_ROUTING: Type = Choice(&[One("strict", &Null), One("loose", &Null)], Fixed);
pub(super) static MEDIA_SOURCE_ROUTE: Type = Sequence(
    &[
        One("routing", &MEDIA_ROUTING),
        One("network", &Octets(Exactly(4))),
        One("tsapIdentifier", &NUMBER),
        One("route", &List(&Octets(Exactly(4)), ANY)),
    ],
    Grows(&[]),
);
pub(super) static UNICAST_ADDRESS: Type = Choice(
    &[
        One("iPAddress", &HOST_ADDRESS),
        One("iPXAddress", &HOST_ADDRESS_IPX),
        One("iP6Address", &HOST_ADDRESS_6),
        One("netBios", &SIXTEEN),
        One("iPSourceRouteAddress", &MEDIA_SOURCE_ROUTE),
    ],
    Grows(&[Known("nsap", &Unread), Known("nonStandardAddress", &Unread)]),
);
pub(super) static GROUP_ADDRESS: Type =
    Sequence(&[One("network", &Octets(Exactly(4))), One("tsapIdentifier", &NUMBER)], Grows(&[]));
pub(super) static GROUP_ADDRESS_6: Type =
    Sequence(&[One("network", &SIXTEEN), One("tsapIdentifier", &NUMBER)], Grows(&[]));
pub(super) static MULTICAST_ADDRESS: Type = Choice(
    &[One("iPAddress", &GROUP_ADDRESS), One("iP6Address", &GROUP_ADDRESS_6)],
    Grows(&[Known("nsap", &Unread), Known("nonStandardAddress", &Unread)]),
);
pub(super) static MEDIA_ADDRESS: Type = Choice(
    &[One("unicastAddress", &UNICAST_ADDRESS), One("multicastAddress", &MULTICAST_ADDRESS)],
    Grows(&[]),
);
pub(super) static TERMINAL_LABEL: Type = Sequence(
    &[One("mcuNumber", &Integer(0, 192)), One("terminalNumber", &Integer(0, 192))],
    Grows(&[]),
);
pub(super) static MEDIA_PACKETIZATION: Type =
    Choice(&[One("h261aVideoPacketization", &Null)], Grows(&[Known("rtpPayloadType", &Unread)]));
pub(super) static H2250_LOGICAL_CHANNEL_PARAMETERS: Type = Sequence(
    &[
        Opt("nonStandard", &List(&H245_NON_STANDARD, ANY)),
        One("sessionID", &BYTE),
        Opt("associatedSessionID", &Integer(1, 255)),
        Opt("mediaChannel", &MEDIA_ADDRESS),
        Opt("mediaGuaranteedDelivery", &Bool),
        Opt("mediaControlChannel", &MEDIA_ADDRESS),
        Opt("mediaControlGuaranteedDelivery", &Bool),
        Opt("silenceSuppression", &Bool),
        Opt("destination", &TERMINAL_LABEL),
        Opt("dynamicRTPPayloadType", &DYNAMIC),
        Opt("mediaPacketization", &MEDIA_PACKETIZATION),
    ],
    Grows(&[]),
);
pub(super) static MULTIPLEX_PARAMETERS: Type = Choice(
    &[
        One("h222LogicalChannelParameters", &Unread),
        One("h223LogicalChannelParameters", &Unread),
        One("v76LogicalChannelParameters", &Unread),
    ],
    Grows(&[
        Known("h2250LogicalChannelParameters", &H2250_LOGICAL_CHANNEL_PARAMETERS),
        Known("none", &Null),
    ]),
);
pub(super) static FORWARD_LOGICAL_CHANNEL_PARAMETERS: Type = Sequence(
    &[
        Opt("portNumber", &NUMBER),
        One("dataType", &DATA_TYPE),
        One("multiplexParameters", &MULTIPLEX_PARAMETERS),
    ],
    Grows(&[]),
);
pub(super) static REVERSE_MULTIPLEX_PARAMETERS: Type = Choice(
    &[One("h223LogicalChannelParameters", &Unread), One("v76LogicalChannelParameters", &Unread)],
    Grows(&[Known("h2250LogicalChannelParameters", &H2250_LOGICAL_CHANNEL_PARAMETERS)]),
);
pub(super) static REVERSE_LOGICAL_CHANNEL_PARAMETERS: Type = Sequence(
    &[One("dataType", &DATA_TYPE), Opt("multiplexParameters", &REVERSE_MULTIPLEX_PARAMETERS)],
    Grows(&[]),
);
pub(in super::super) static OPEN_LOGICAL_CHANNEL: Type = Sequence(
    &[
        One("forwardLogicalChannelNumber", &SEQUENCE_NUMBER),
        One("forwardLogicalChannelParameters", &FORWARD_LOGICAL_CHANNEL_PARAMETERS),
        Opt("reverseLogicalChannelParameters", &REVERSE_LOGICAL_CHANNEL_PARAMETERS),
    ],
    Grows(&[]),
);
pub(super) static REVERSE_ACK_PARAMETERS: Type = Sequence(
    &[
        One("reverseLogicalChannelNumber", &SEQUENCE_NUMBER),
        Opt("portNumber", &NUMBER),
        Opt("multiplexParameters", &REVERSE_MULTIPLEX_PARAMETERS),
    ],
    Grows(&[]),
);
pub(super) static H2250_LOGICAL_CHANNEL_ACK_PARAMETERS: Type = Sequence(
    &[
        Opt("nonStandard", &List(&H245_NON_STANDARD, ANY)),
        Opt("sessionID", &Integer(1, 255)),
        Opt("mediaChannel", &MEDIA_ADDRESS),
        Opt("mediaControlChannel", &MEDIA_ADDRESS),
        Opt("dynamicRTPPayloadType", &DYNAMIC),
    ],
    Grows(&[]),
);
pub(super) static FORWARD_MULTIPLEX_ACK_PARAMETERS: Type = Choice(
    &[One("h2250LogicalChannelAckParameters", &H2250_LOGICAL_CHANNEL_ACK_PARAMETERS)],
    Grows(&[]),
);
pub(super) static OPEN_LOGICAL_CHANNEL_ACK: Type = Sequence(
    &[
        One("forwardLogicalChannelNumber", &SEQUENCE_NUMBER),
        Opt("reverseLogicalChannelParameters", &REVERSE_ACK_PARAMETERS),
    ],
    Grows(&[Skip, Known("forwardMultiplexAckParameters", &FORWARD_MULTIPLEX_ACK_PARAMETERS)]),
);
pub(super) static SOURCE: Type = Choice(&[One("user", &Null), One("lcse", &Null)], Fixed);
pub(super) static CLOSE_LOGICAL_CHANNEL: Type = Sequence(
    &[One("forwardLogicalChannelNumber", &SEQUENCE_NUMBER), One("source", &SOURCE)],
    Grows(&[]),
);
