//! Parts that several messages of H.225.0 have.

use super::super::schema::Addition::Known;
use super::super::schema::Field::{One, Opt};
use super::super::schema::Growth::{Fixed, Grows};
use super::super::schema::Size::{Exactly, Within};
use super::super::schema::Type::{
    self, Bool, Chars, Choice, List, Null, Octets, Oid, Sequence, Text, Unread, Wide,
};
use super::{ANY, BYTE, DIGITS, NUMBER, SIXTEEN};

pub(super) static IP_ADDRESS: Type =
    Sequence(&[One("ip", &Octets(Exactly(4))), One("port", &NUMBER)], Fixed);
pub(super) static ROUTING: Type = Choice(&[One("strict", &Null), One("loose", &Null)], Grows(&[]));
pub(super) static IP_SOURCE_ROUTE: Type = Sequence(
    &[
        One("ip", &Octets(Exactly(4))),
        One("port", &NUMBER),
        One("route", &List(&Octets(Exactly(4)), ANY)),
        One("routing", &ROUTING),
    ],
    Grows(&[]),
);
pub(super) static IPX_ADDRESS: Type = Sequence(
    &[
        One("node", &Octets(Exactly(6))),
        One("netnum", &Octets(Exactly(4))),
        One("port", &Octets(Exactly(2))),
    ],
    Fixed,
);
pub(super) static IP6_ADDRESS: Type =
    Sequence(&[One("ip", &SIXTEEN), One("port", &NUMBER)], Grows(&[]));
pub(super) static H221_NON_STANDARD: Type = Sequence(
    &[One("t35CountryCode", &BYTE), One("t35Extension", &BYTE), One("manufacturerCode", &NUMBER)],
    Grows(&[]),
);
pub(super) static NON_STANDARD_IDENTIFIER: Type =
    Choice(&[One("object", &Oid), One("h221NonStandard", &H221_NON_STANDARD)], Grows(&[]));
pub(super) static NON_STANDARD_PARAMETER: Type = Sequence(
    &[One("nonStandardIdentifier", &NON_STANDARD_IDENTIFIER), One("data", &Octets(ANY))],
    Fixed,
);
pub(super) static TRANSPORT_ADDRESS: Type = Choice(
    &[
        One("ipAddress", &IP_ADDRESS),
        One("ipSourceRoute", &IP_SOURCE_ROUTE),
        One("ipxAddress", &IPX_ADDRESS),
        One("ip6Address", &IP6_ADDRESS),
        One("netBios", &SIXTEEN),
        One("nsap", &Octets(Within(1, 20))),
        One("nonStandardAddress", &NON_STANDARD_PARAMETER),
    ],
    Grows(&[]),
);
pub(super) static PUBLIC_TYPE_OF_NUMBER: Type = Choice(
    &[
        One("unknown", &Null),
        One("internationalNumber", &Null),
        One("nationalNumber", &Null),
        One("networkSpecificNumber", &Null),
        One("subscriberNumber", &Null),
        One("abbreviatedNumber", &Null),
    ],
    Grows(&[]),
);
pub(super) static PUBLIC_PARTY_NUMBER: Type = Sequence(
    &[
        One("publicTypeOfNumber", &PUBLIC_TYPE_OF_NUMBER),
        One("publicNumberDigits", &Chars(DIGITS, Within(1, 128))),
    ],
    Fixed,
);
pub(super) static PRIVATE_TYPE_OF_NUMBER: Type = Choice(
    &[
        One("unknown", &Null),
        One("level2RegionalNumber", &Null),
        One("level1RegionalNumber", &Null),
        One("pISNSpecificNumber", &Null),
        One("localNumber", &Null),
        One("abbreviatedNumber", &Null),
    ],
    Grows(&[]),
);
pub(super) static PRIVATE_PARTY_NUMBER: Type = Sequence(
    &[
        One("privateTypeOfNumber", &PRIVATE_TYPE_OF_NUMBER),
        One("privateNumberDigits", &Chars(DIGITS, Within(1, 128))),
    ],
    Fixed,
);
pub(super) static PARTY_NUMBER: Type = Choice(
    &[
        One("e164Number", &PUBLIC_PARTY_NUMBER),
        One("dataPartyNumber", &Chars(DIGITS, Within(1, 128))),
        One("telexPartyNumber", &Chars(DIGITS, Within(1, 128))),
        One("privateNumber", &PRIVATE_PARTY_NUMBER),
        One("nationalStandardPartyNumber", &Chars(DIGITS, Within(1, 128))),
    ],
    Grows(&[]),
);
pub(super) static ALIAS_ADDRESS: Type = Choice(
    &[One("dialledDigits", &Chars(DIGITS, Within(1, 128))), One("h323-ID", &Wide(Within(1, 256)))],
    Grows(&[
        Known("url-ID", &Text(Within(1, 512))),
        Known("transportID", &Unread),
        Known("email-ID", &Text(Within(1, 512))),
        Known("partyNumber", &PARTY_NUMBER),
        Known("mobileUIM", &Unread),
        Known("isupNumber", &Unread),
    ]),
);
pub(super) static VENDOR_IDENTIFIER: Type = Sequence(
    &[
        One("vendor", &H221_NON_STANDARD),
        Opt("productId", &Octets(Within(1, 256))),
        Opt("versionId", &Octets(Within(1, 256))),
    ],
    Grows(&[]),
);
pub(super) static CAPS: Type =
    Sequence(&[Opt("nonStandardData", &NON_STANDARD_PARAMETER)], Grows(&[]));
pub(super) static SUPPORTED_PROTOCOLS: Type = Choice(
    &[
        One("nonStandardData", &NON_STANDARD_PARAMETER),
        One("h310", &CAPS),
        One("h320", &CAPS),
        One("h321", &CAPS),
        One("h322", &CAPS),
        One("h323", &CAPS),
        One("h324", &CAPS),
        One("voice", &CAPS),
        One("t120-only", &CAPS),
    ],
    Grows(&[
        Known("nonStandardProtocol", &Unread),
        Known("t38FaxAnnexbOnly", &Unread),
        Known("sip", &Unread),
    ]),
);
pub(super) static GATEWAY_INFO: Type = Sequence(
    &[
        Opt("protocol", &List(&SUPPORTED_PROTOCOLS, ANY)),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
    ],
    Grows(&[]),
);
pub(super) static ENDPOINT_TYPE: Type = Sequence(
    &[
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
        Opt("vendor", &VENDOR_IDENTIFIER),
        Opt("gatekeeper", &CAPS),
        Opt("gateway", &GATEWAY_INFO),
        Opt("mcu", &CAPS),
        Opt("terminal", &CAPS),
        One("mc", &Bool),
        One("undefinedNode", &Bool),
    ],
    Grows(&[]),
);
pub(super) static CALL_IDENTIFIER: Type = Sequence(&[One("guid", &SIXTEEN)], Grows(&[]));
pub(super) static Q954_DETAILS: Type =
    Sequence(&[One("conferenceCalling", &Bool), One("threePartyService", &Bool)], Grows(&[]));
pub(super) static QSERIES_OPTIONS: Type = Sequence(
    &[
        One("q932Full", &Bool),
        One("q951Full", &Bool),
        One("q952Full", &Bool),
        One("q953Full", &Bool),
        One("q955Full", &Bool),
        One("q956Full", &Bool),
        One("q957Full", &Bool),
        One("q954Info", &Q954_DETAILS),
    ],
    Grows(&[]),
);
pub(super) static ALIASES: Type = List(&ALIAS_ADDRESS, ANY);
pub(super) static ADDRESSES: Type = List(&TRANSPORT_ADDRESS, ANY);
