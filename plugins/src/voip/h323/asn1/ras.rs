//! Messages of registration, admission and status (H.225.0, section 7).

use super::super::schema::Addition::Known;
use super::super::schema::Field::{One, Opt};
use super::super::schema::Growth::Grows;
use super::super::schema::Type::{self, Bool, Choice, List, Null, Oid, Sequence, Unread};
use super::admission::{
    ADMISSION_CONFIRM, ADMISSION_REJECT, ADMISSION_REQUEST, BANDWIDTH_CONFIRM, BANDWIDTH_REJECT,
    BANDWIDTH_REQUEST, DISENGAGE_CONFIRM, DISENGAGE_REJECT, DISENGAGE_REQUEST, INFO_REQUEST,
    LOCATION_CONFIRM, LOCATION_REJECT, LOCATION_REQUEST,
};
use super::common::{
    ADDRESSES, ALIASES, ENDPOINT_TYPE, NON_STANDARD_PARAMETER, TRANSPORT_ADDRESS, VENDOR_IDENTIFIER,
};
use super::{ANY, IDENTIFIER, SEQUENCE_NUMBER};

pub(super) static GATEKEEPER_REQUEST: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("protocolIdentifier", &Oid),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
        One("rasAddress", &TRANSPORT_ADDRESS),
        One("endpointType", &Unread),
        Opt("gatekeeperIdentifier", &Unread),
        Opt("callServices", &Unread),
        Opt("endpointAlias", &Unread),
    ],
    Grows(&[]),
);
pub(super) static GATEKEEPER_CONFIRM: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("protocolIdentifier", &Oid),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
        Opt("gatekeeperIdentifier", &IDENTIFIER),
        One("rasAddress", &TRANSPORT_ADDRESS),
    ],
    Grows(&[]),
);
pub(super) static GATEKEEPER_REJECT_REASON: Type = Choice(
    &[
        One("resourceUnavailable", &Null),
        One("terminalExcluded", &Null),
        One("invalidRevision", &Null),
        One("undefinedReason", &Null),
    ],
    Grows(&[
        Known("securityDenial", &Null),
        Known("genericDataReason", &Null),
        Known("neededFeatureNotSupported", &Null),
        Known("securityError", &Unread),
    ]),
);
pub(super) static GATEKEEPER_REJECT: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("protocolIdentifier", &Oid),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
        Opt("gatekeeperIdentifier", &IDENTIFIER),
        One("rejectReason", &GATEKEEPER_REJECT_REASON),
    ],
    Grows(&[]),
);
pub(super) static REGISTRATION_REQUEST: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("protocolIdentifier", &Oid),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
        One("discoveryComplete", &Bool),
        One("callSignalAddress", &ADDRESSES),
        One("rasAddress", &ADDRESSES),
        One("terminalType", &ENDPOINT_TYPE),
        Opt("terminalAlias", &ALIASES),
        Opt("gatekeeperIdentifier", &IDENTIFIER),
        One("endpointVendor", &VENDOR_IDENTIFIER),
    ],
    Grows(&[]),
);
pub(super) static REGISTRATION_CONFIRM: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("protocolIdentifier", &Oid),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
        One("callSignalAddress", &ADDRESSES),
        Opt("terminalAlias", &ALIASES),
        Opt("gatekeeperIdentifier", &IDENTIFIER),
        One("endpointIdentifier", &IDENTIFIER),
    ],
    Grows(&[]),
);
pub(super) static REGISTRATION_REJECT_REASON: Type = Choice(
    &[
        One("discoveryRequired", &Null),
        One("invalidRevision", &Null),
        One("invalidCallSignalAddress", &Null),
        One("invalidRASAddress", &Null),
        One("duplicateAlias", &ALIASES),
        One("invalidTerminalType", &Null),
        One("undefinedReason", &Null),
        One("transportNotSupported", &Null),
    ],
    Grows(&[
        Known("transportQOSNotSupported", &Null),
        Known("resourceUnavailable", &Null),
        Known("invalidAlias", &Null),
        Known("securityDenial", &Null),
        Known("fullRegistrationRequired", &Null),
        Known("additiveRegistrationNotSupported", &Null),
        Known("invalidTerminalAliases", &Unread),
        Known("genericDataReason", &Null),
        Known("neededFeatureNotSupported", &Null),
        Known("securityError", &Unread),
        Known("registerWithAssignedGK", &Null),
    ]),
);
pub(super) static REGISTRATION_REJECT: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("protocolIdentifier", &Oid),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
        One("rejectReason", &REGISTRATION_REJECT_REASON),
        Opt("gatekeeperIdentifier", &IDENTIFIER),
    ],
    Grows(&[]),
);
pub(super) static UNREGISTRATION_REQUEST: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("callSignalAddress", &ADDRESSES),
        Opt("endpointAlias", &ALIASES),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
        Opt("endpointIdentifier", &IDENTIFIER),
    ],
    Grows(&[]),
);
pub(super) static UNREGISTRATION_CONFIRM: Type = Sequence(
    &[One("requestSeqNum", &SEQUENCE_NUMBER), Opt("nonStandardData", &Unread)],
    Grows(&[]),
);
pub(super) static UNREG_REJECT_REASON: Type = Choice(
    &[
        One("notCurrentlyRegistered", &Null),
        One("callInProgress", &Null),
        One("undefinedReason", &Null),
    ],
    Grows(&[
        Known("permissionDenied", &Null),
        Known("securityDenial", &Null),
        Known("securityError", &Unread),
    ]),
);
pub(super) static UNREGISTRATION_REJECT: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("rejectReason", &UNREG_REJECT_REASON),
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
    ],
    Grows(&[]),
);
pub(super) static INFO_REQUEST_RESPONSE: Type = Sequence(
    &[
        Opt("nonStandardData", &NON_STANDARD_PARAMETER),
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("endpointType", &Unread),
        One("endpointIdentifier", &Unread),
        One("rasAddress", &Unread),
        One("callSignalAddress", &Unread),
        Opt("endpointAlias", &Unread),
        Opt("perCallInfo", &Unread),
    ],
    Grows(&[]),
);
pub(super) static NON_STANDARD_MESSAGE: Type = Sequence(
    &[One("requestSeqNum", &SEQUENCE_NUMBER), One("nonStandardData", &Unread)],
    Grows(&[]),
);
pub(super) static UNKNOWN_MESSAGE_RESPONSE: Type =
    Sequence(&[One("requestSeqNum", &SEQUENCE_NUMBER)], Grows(&[]));
pub(super) static REQUEST_IN_PROGRESS: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        Opt("nonStandardData", &Unread),
        Opt("tokens", &Unread),
        Opt("cryptoTokens", &Unread),
        Opt("integrityCheckValue", &Unread),
        One("delay", &Unread),
    ],
    Grows(&[]),
);
pub(super) static RESOURCES_AVAILABLE_INDICATE: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("protocolIdentifier", &Unread),
        Opt("nonStandardData", &Unread),
        One("endpointIdentifier", &Unread),
        One("protocols", &Unread),
        One("almostOutOfResources", &Unread),
        Opt("tokens", &Unread),
        Opt("cryptoTokens", &Unread),
        Opt("integrityCheckValue", &Unread),
    ],
    Grows(&[]),
);
pub(super) static RESOURCES_AVAILABLE_CONFIRM: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        One("protocolIdentifier", &Unread),
        Opt("nonStandardData", &Unread),
        Opt("tokens", &Unread),
        Opt("cryptoTokens", &Unread),
        Opt("integrityCheckValue", &Unread),
    ],
    Grows(&[]),
);
pub(super) static INFO_REQUEST_ACK: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        Opt("nonStandardData", &Unread),
        Opt("tokens", &Unread),
        Opt("cryptoTokens", &Unread),
        Opt("integrityCheckValue", &Unread),
    ],
    Grows(&[]),
);
pub(super) static INFO_REQUEST_NAK: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        Opt("nonStandardData", &Unread),
        One("nakReason", &Unread),
        Opt("altGKInfo", &Unread),
        Opt("tokens", &Unread),
        Opt("cryptoTokens", &Unread),
        Opt("integrityCheckValue", &Unread),
    ],
    Grows(&[]),
);
pub(super) static SERVICE_CONTROL_INDICATION: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        Opt("nonStandardData", &Unread),
        One("serviceControl", &Unread),
        Opt("endpointIdentifier", &Unread),
        Opt("callSpecific", &Unread),
        Opt("tokens", &Unread),
        Opt("cryptoTokens", &Unread),
        Opt("integrityCheckValue", &Unread),
        Opt("featureSet", &Unread),
        Opt("genericData", &Unread),
    ],
    Grows(&[]),
);
pub(super) static SERVICE_CONTROL_RESPONSE: Type = Sequence(
    &[
        One("requestSeqNum", &SEQUENCE_NUMBER),
        Opt("result", &Unread),
        Opt("nonStandardData", &Unread),
        Opt("tokens", &Unread),
        Opt("cryptoTokens", &Unread),
        Opt("integrityCheckValue", &Unread),
        Opt("featureSet", &Unread),
        Opt("genericData", &Unread),
    ],
    Grows(&[]),
);
pub(in super::super) static RAS_MESSAGE: Type = Choice(
    &[
        One("gatekeeperRequest", &GATEKEEPER_REQUEST),
        One("gatekeeperConfirm", &GATEKEEPER_CONFIRM),
        One("gatekeeperReject", &GATEKEEPER_REJECT),
        One("registrationRequest", &REGISTRATION_REQUEST),
        One("registrationConfirm", &REGISTRATION_CONFIRM),
        One("registrationReject", &REGISTRATION_REJECT),
        One("unregistrationRequest", &UNREGISTRATION_REQUEST),
        One("unregistrationConfirm", &UNREGISTRATION_CONFIRM),
        One("unregistrationReject", &UNREGISTRATION_REJECT),
        One("admissionRequest", &ADMISSION_REQUEST),
        One("admissionConfirm", &ADMISSION_CONFIRM),
        One("admissionReject", &ADMISSION_REJECT),
        One("bandwidthRequest", &BANDWIDTH_REQUEST),
        One("bandwidthConfirm", &BANDWIDTH_CONFIRM),
        One("bandwidthReject", &BANDWIDTH_REJECT),
        One("disengageRequest", &DISENGAGE_REQUEST),
        One("disengageConfirm", &DISENGAGE_CONFIRM),
        One("disengageReject", &DISENGAGE_REJECT),
        One("locationRequest", &LOCATION_REQUEST),
        One("locationConfirm", &LOCATION_CONFIRM),
        One("locationReject", &LOCATION_REJECT),
        One("infoRequest", &INFO_REQUEST),
        One("infoRequestResponse", &INFO_REQUEST_RESPONSE),
        One("nonStandardMessage", &NON_STANDARD_MESSAGE),
        One("unknownMessageResponse", &UNKNOWN_MESSAGE_RESPONSE),
    ],
    Grows(&[
        Known("requestInProgress", &REQUEST_IN_PROGRESS),
        Known("resourcesAvailableIndicate", &RESOURCES_AVAILABLE_INDICATE),
        Known("resourcesAvailableConfirm", &RESOURCES_AVAILABLE_CONFIRM),
        Known("infoRequestAck", &INFO_REQUEST_ACK),
        Known("infoRequestNak", &INFO_REQUEST_NAK),
        Known("serviceControlIndication", &SERVICE_CONTROL_INDICATION),
        Known("serviceControlResponse", &SERVICE_CONTROL_RESPONSE),
        Known("admissionConfirmSequence", &List(&ADMISSION_CONFIRM, ANY)),
    ]),
);
