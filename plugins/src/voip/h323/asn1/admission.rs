//! Messages of RAS about calls and numbers (H.225.0, sections 7.11 to 7.14).

use super::super::schema::Addition::{Known, Skip};
use super::super::schema::Field::{One, Opt};
use super::super::schema::Growth::Grows;
use super::super::schema::Type::{self, Bool, Choice, Null, Sequence, Unread};
use super::common::{
    ALIASES, CALL_IDENTIFIER, NON_STANDARD_PARAMETER, QSERIES_OPTIONS, TRANSPORT_ADDRESS,
};
use super::{IDENTIFIER, LARGE, NUMBER, SEQUENCE_NUMBER, SIXTEEN};

pub(super) static CALL_TYPE: Type = Choice(
    &[One("pointToPoint", &Null), One("oneToN", &Null), One("nToOne", &Null), One("nToN", &Null)],
    Grows(&[]),
);
pub(super) static CALL_MODEL: Type =
    Choice(&[One("direct", &Null), One("gatekeeperRouted", &Null)], Grows(&[]));
pub(super) static ADMISSION_REQUEST: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("callType", &CALL_TYPE),
        Opt("callModel", &CALL_MODEL),
        One("endpointIdentifier", &IDENTIFIER),
        Opt("destinationInfo", &ALIASES),
        Opt("destCallSignalAddress", &TRANSPORT_ADDRESS),
        Opt("destExtraCallInfo", &ALIASES),
        One("srcInfo", &ALIASES),
        Opt("srcCallSignalAddress", &TRANSPORT_ADDRESS),
        One("bandWidth", &LARGE),
        One("callReferenceValue", &NUMBER),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
        Opt("callServices", &QSERIES_OPTIONS),
        One("conferenceID", &SIXTEEN),
        One("activeMC", &Bool),
        One("answerCall", &Bool),
    ],
    Grows(&[Skip, Known("callIdentifier", &CALL_IDENTIFIER)]),
);
pub(super) static ADMISSION_CONFIRM: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("bandWidth", &LARGE),
        One("callModel", &CALL_MODEL),
        One("destCallSignalAddress", &TRANSPORT_ADDRESS),
        Opt("irrFrequency", &SEQUENCE_NUMBER),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
    ],
    Grows(&[]),
);
pub(super) static ADMISSION_REJECT_REASON: Type = Choice(
    &[
        One("calledPartyNotRegistered", &Null),
        One("invalidPermission", &Null),
        One("requestDenied", &Null),
        One("undefinedReason", &Null),
        One("callerNotRegistered", &Null),
        One("routeCallToGatekeeper", &Null),
        One("invalidEndpointIdentifier", &Null),
        One("resourceUnavailable", &Null),
    ],
    Grows(&[
        Known("securityDenial", &Null),
        Known("qosControlNotSupported", &Null),
        Known("incompleteAddress", &Null),
        Known("aliasesInconsistent", &Null),
        Known("routeCallToSCN", &Unread),
        Known("exceedsCallCapacity", &Null),
        Known("collectDestination", &Null),
        Known("collectPIN", &Null),
        Known("genericDataReason", &Null),
        Known("neededFeatureNotSupported", &Null),
        Known("securityError", &Unread),
        Known("securityDHmismatch", &Null),
        Known("noRouteToDestination", &Null),
        Known("unallocatedNumber", &Null),
        Known("registerWithAssignedGK", &Null),
    ]),
);
pub(super) static ADMISSION_REJECT: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("rejectReason", &ADMISSION_REJECT_REASON),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
    ],
    Grows(&[]),
);
pub(super) static BANDWIDTH_REQUEST: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("endpointIdentifier", &IDENTIFIER),
        One("conferenceID", &SIXTEEN),
        One("callReferenceValue", &NUMBER),
        Opt("callType", &CALL_TYPE),
        One("bandWidth", &LARGE),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
    ],
    Grows(&[
        Known("callIdentifier", &CALL_IDENTIFIER),
        Skip,
        Skip,
        Skip,
        Skip,
        Known("answeredCall", &Bool),
    ]),
);
pub(super) static BANDWIDTH_CONFIRM: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("bandWidth", &Unread),
        Opt("nonStandardData", &Unread),
    ],
    Grows(&[]),
);
pub(super) static BAND_REJECT_REASON: Type = Choice(
    &[
        One("notBound", &Null),
        One("invalidConferenceID", &Null),
        One("invalidPermission", &Null),
        One("insufficientResources", &Null),
        One("invalidRevision", &Null),
        One("undefinedReason", &Null),
    ],
    Grows(&[Known("securityDenial", &Null), Known("securityError", &Unread)]),
);
pub(super) static BANDWIDTH_REJECT: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("rejectReason", &BAND_REJECT_REASON),
        One("allowedBandWidth", &LARGE),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
    ],
    Grows(&[]),
);
pub(super) static DISENGAGE_REASON: Type = Choice(
    &[One("forcedDrop", &Null), One("normalDrop", &Null), One("undefinedReason", &Null)],
    Grows(&[]),
);
pub(super) static DISENGAGE_REQUEST: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("endpointIdentifier", &IDENTIFIER),
        One("conferenceID", &SIXTEEN),
        One("callReferenceValue", &NUMBER),
        One("disengageReason", &DISENGAGE_REASON),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
    ],
    Grows(&[
        Known("callIdentifier", &CALL_IDENTIFIER),
        Skip,
        Skip,
        Skip,
        Skip,
        Known("answeredCall", &Bool),
    ]),
);
pub(super) static DISENGAGE_CONFIRM: Type = Sequence(
    &[One("requestSeqNum", &SEQUENCE_NUMBER), Opt("nonStandardData", &Unread)],
    Grows(&[]),
);
pub(super) static DISENGAGE_REJECT_REASON: Type = Choice(
    &[One("notRegistered", &Null), One("requestToDropOther", &Null)],
    Grows(&[Known("securityDenial", &Null), Known("securityError", &Unread)]),
);
pub(super) static DISENGAGE_REJECT: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("rejectReason", &DISENGAGE_REJECT_REASON),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
    ],
    Grows(&[]),
);
pub(super) static LOCATION_REQUEST: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        Opt("endpointIdentifier", &IDENTIFIER),
        One("destinationInfo", &ALIASES),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
        One("replyAddress", &TRANSPORT_ADDRESS),
    ],
    Grows(&[
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
        Known("callIdentifier", &CALL_IDENTIFIER),
    ]),
);
pub(super) static LOCATION_CONFIRM: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("callSignalAddress", &TRANSPORT_ADDRESS),
        One("rasAddress", &TRANSPORT_ADDRESS),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
    ],
    Grows(&[]),
);
pub(super) static LOCATION_REJECT_REASON: Type = Choice(
    &[
        One("notRegistered", &Null),
        One("invalidPermission", &Null),
        One("requestDenied", &Null),
        One("undefinedReason", &Null),
    ],
    Grows(&[
        Known("securityDenial", &Null),
        Known("aliasesInconsistent", &Null),
        Known("routeCalltoSCN", &Unread),
        Known("resourceUnavailable", &Null),
        Known("genericDataReason", &Null),
        Known("neededFeatureNotSupported", &Null),
        Known("hopCountExceeded", &Null),
        Known("incompleteAddress", &Null),
        Known("securityError", &Unread),
        Known("securityDHmismatch", &Null),
        Known("noRouteToDestination", &Null),
        Known("unallocatedNumber", &Null),
    ]),
);
pub(super) static LOCATION_REJECT: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("rejectReason", &LOCATION_REJECT_REASON),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
    ],
    Grows(&[]),
);
pub(super) static INFO_REQUEST: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("callReferenceValue", &NUMBER),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
        Opt("replyAddress", &TRANSPORT_ADDRESS),
    ],
    Grows(&[Known("callIdentifier", &CALL_IDENTIFIER)]),
);
