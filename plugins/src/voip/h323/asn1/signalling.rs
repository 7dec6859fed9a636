//! What H.225.0 puts into messages of Q.931 (section 7.3).

use super::super::schema::Addition::{Known, Skip};
use super::super::schema::Field::{One, Opt};
use super::super::schema::Growth::Grows;
use super::super::schema::Size::Within;
use super::super::schema::Type::{self, Bool, Choice, List, Null, Octets, Oid, Sequence, Unread};
use super::admission::CALL_TYPE;
use super::common::{
    ALIASES, CALL_IDENTIFIER, ENDPOINT_TYPE, NON_STANDARD_PARAMETER, QSERIES_OPTIONS,
    TRANSPORT_ADDRESS,
};
use super::{ANY, BYTE, NUMBER, SIXTEEN, STRINGS};

pub(super) static CONFERENCE_GOAL: Type = Choice(
    &[One("create", &Null), One("join", &Null), One("invite", &Null)],
    Grows(&[
        Known("capability-negotiation", &Null),
        Known("callIndependentSupplementaryService", &Null),
    ]),
);
pub(super) static SETUP_UUIE: Type = Sequence(
    &[
        One("protocolIdentifier", &Oid),
        Opt("h245Address", &TRANSPORT_ADDRESS),
        Opt("sourceAddress", &ALIASES),
        One("sourceInfo", &ENDPOINT_TYPE),
        Opt("destinationAddress", &ALIASES),
        Opt("destCallSignalAddress", &TRANSPORT_ADDRESS),
        Opt("destExtraCallInfo", &ALIASES),
        Opt("destExtraCRV", &List(&NUMBER, ANY)),
        One("activeMC", &Bool),
        One("conferenceID", &SIXTEEN),
        One("conferenceGoal", &CONFERENCE_GOAL),
        Opt("callServices", &QSERIES_OPTIONS),
        One("callType", &CALL_TYPE),
    ],
    Grows(&[
        Known("sourceCallSignalAddress", &TRANSPORT_ADDRESS),
        Skip,
        Known("callIdentifier", &CALL_IDENTIFIER),
        Skip,
        Skip,
        Skip,
        Known("fastStart", &STRINGS),
        Skip,
        Skip,
        Skip,
        Skip,
        Skip,
        Skip,
        Skip,
        Skip,
        Skip,
        Skip,
        Skip,
        Skip,
        Skip,
        Skip,
        Skip,
        Skip,
        Skip,
        Known("parallelH245Control", &STRINGS),
    ]),
);
pub(super) static CALL_PROCEEDING_UUIE: Type = Sequence(
    &[
        One("protocolIdentifier", &Oid),
        One("destinationInfo", &ENDPOINT_TYPE),
        Opt("h245Address", &TRANSPORT_ADDRESS),
    ],
    Grows(&[
        Known("callIdentifier", &CALL_IDENTIFIER),
        Skip,
        Skip,
        Skip,
        Known("fastStart", &STRINGS),
    ]),
);
pub(super) static CONNECT_UUIE: Type = Sequence(
    &[
        One("protocolIdentifier", &Oid),
        Opt("h245Address", &TRANSPORT_ADDRESS),
        One("destinationInfo", &ENDPOINT_TYPE),
        One("conferenceID", &SIXTEEN),
    ],
    Grows(&[
        Known("callIdentifier", &CALL_IDENTIFIER),
        Skip,
        Skip,
        Skip,
        Known("fastStart", &STRINGS),
        Skip,
        Skip,
        Skip,
        Known("connectedAddress", &ALIASES),
    ]),
);
pub(super) static ALERTING_UUIE: Type = Sequence(
    &[
        One("protocolIdentifier", &Oid),
        One("destinationInfo", &ENDPOINT_TYPE),
        Opt("h245Address", &TRANSPORT_ADDRESS),
    ],
    Grows(&[
        Known("callIdentifier", &CALL_IDENTIFIER),
        Skip,
        Skip,
        Skip,
        Known("fastStart", &STRINGS),
    ]),
);
pub(super) static INFORMATION_UUIE: Type = Sequence(
    &[One("protocolIdentifier", &Oid)],
    Grows(&[Known("callIdentifier", &CALL_IDENTIFIER), Skip, Skip, Known("fastStart", &STRINGS)]),
);
pub(super) static RELEASE_COMPLETE_REASON: Type = Choice(
    &[
        One("noBandwidth", &Null),
        One("gatekeeperResources", &Null),
        One("unreachableDestination", &Null),
        One("destinationRejection", &Null),
        One("invalidRevision", &Null),
        One("noPermission", &Null),
        One("unreachableGatekeeper", &Null),
        One("gatewayResources", &Null),
        One("badFormatAddress", &Null),
        One("adaptiveBusy", &Null),
        One("inConf", &Null),
        One("undefinedReason", &Null),
    ],
    Grows(&[
        Known("facilityCallDeflection", &Null),
        Known("securityDenied", &Null),
        Known("calledPartyNotRegistered", &Null),
        Known("callerNotRegistered", &Null),
        Known("newConnectionNeeded", &Null),
        Known("nonStandardReason", &Unread),
        Known("replaceWithConferenceInvite", &Unread),
        Known("genericDataReason", &Null),
        Known("neededFeatureNotSupported", &Null),
        Known("tunnelledSignallingRejected", &Null),
        Known("invalidCID", &Null),
        Known("securityError", &Unread),
        Known("hopCountExceeded", &Null),
    ]),
);
pub(super) static RELEASE_COMPLETE_UUIE: Type = Sequence(
    &[One("protocolIdentifier", &Oid), Opt("reason", &RELEASE_COMPLETE_REASON)],
    Grows(&[Known("callIdentifier", &CALL_IDENTIFIER)]),
);
pub(super) static FACILITY_REASON: Type = Choice(
    &[
        One("routeCallToGatekeeper", &Null),
        One("callForwarded", &Null),
        One("routeCallToMC", &Null),
        One("undefinedReason", &Null),
    ],
    Grows(&[
        Known("conferenceListChoice", &Null),
        Known("startH245", &Null),
        Known("noH245", &Null),
        Known("newTokens", &Null),
        Known("featureSetUpdate", &Null),
        Known("forwardedElements", &Null),
        Known("transportedInformation", &Null),
    ]),
);
pub(super) static FACILITY_UUIE: Type = Sequence(
    &[
        One("protocolIdentifier", &Oid),
        Opt("alternativeAddress", &TRANSPORT_ADDRESS),
        Opt("alternativeAliasAddress", &ALIASES),
        Opt("conferenceID", &SIXTEEN),
        One("reason", &FACILITY_REASON),
    ],
    Grows(&[
        Known("callIdentifier", &CALL_IDENTIFIER),
        Skip,
        Skip,
        Skip,
        Skip,
        Skip,
        Known("h245Address", &TRANSPORT_ADDRESS),
        Known("fastStart", &STRINGS),
    ]),
);
pub(super) static PROGRESS_UUIE: Type = Sequence(
    &[
        One("protocolIdentifier", &Oid),
        One("destinationInfo", &ENDPOINT_TYPE),
        Opt("h245Address", &TRANSPORT_ADDRESS),
        One("callIdentifier", &CALL_IDENTIFIER),
        Opt("h245SecurityMode", &Unread),
        Opt("tokens", &List(&Unread, ANY)),
        Opt("cryptoTokens", &List(&Unread, ANY)),
        Opt("fastStart", &STRINGS),
    ],
    Grows(&[]),
);
pub(super) static STATUS_UUIE: Type = Sequence(
    &[
        One("protocolIdentifier", &Oid),
        One("callIdentifier", &CALL_IDENTIFIER),
        Opt("tokens", &List(&Unread, ANY)),
        Opt("cryptoTokens", &List(&Unread, ANY)),
    ],
    Grows(&[]),
);
pub(super) static STATUS_INQUIRY_UUIE: Type = Sequence(
    &[
        One("protocolIdentifier", &Oid),
        One("callIdentifier", &CALL_IDENTIFIER),
        Opt("tokens", &List(&Unread, ANY)),
        Opt("cryptoTokens", &List(&Unread, ANY)),
    ],
    Grows(&[]),
);
pub(super) static SETUP_ACKNOWLEDGE_UUIE: Type = Sequence(
    &[
        One("protocolIdentifier", &Oid),
        One("callIdentifier", &CALL_IDENTIFIER),
        Opt("tokens", &List(&Unread, ANY)),
        Opt("cryptoTokens", &List(&Unread, ANY)),
    ],
    Grows(&[]),
);
pub(super) static NOTIFY_UUIE: Type = Sequence(
    &[
        One("protocolIdentifier", &Oid),
        One("callIdentifier", &CALL_IDENTIFIER),
        Opt("tokens", &List(&Unread, ANY)),
        Opt("cryptoTokens", &List(&Unread, ANY)),
    ],
    Grows(&[]),
);
pub(super) static H323_MESSAGE_BODY: Type = Choice(
    &[
        One("setup", &SETUP_UUIE),
        One("callProceeding", &CALL_PROCEEDING_UUIE),
        One("connect", &CONNECT_UUIE),
        One("alerting", &ALERTING_UUIE),
        One("information", &INFORMATION_UUIE),
        One("releaseComplete", &RELEASE_COMPLETE_UUIE),
        One("facility", &FACILITY_UUIE),
    ],
    Grows(&[
        Known("progress", &PROGRESS_UUIE),
        Known("empty", &Null),
        Known("status", &STATUS_UUIE),
        Known("statusInquiry", &STATUS_INQUIRY_UUIE),
        Known("setupAcknowledge", &SETUP_ACKNOWLEDGE_UUIE),
        Known("notify", &NOTIFY_UUIE),
    ]),
);
pub(super) static H323_UU_PDU: Type = Sequence(
    &[
        One("h323-message-body", &H323_MESSAGE_BODY),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
    ],
    Grows(&[Skip, Known("h245Tunnelling", &Bool), Known("h245Control", &STRINGS)]),
);
pub(super) static USER_DATA: Type = Sequence(
    &[One("protocol-discriminator", &BYTE), One("user-information", &Octets(Within(1, 131)))],
    Grows(&[]),
);
pub(in super::super) static USER_INFORMATION: Type =
    Sequence(&[One("h323-uu-pdu", &H323_UU_PDU), Opt("user-data", &USER_DATA)], Grows(&[]));
