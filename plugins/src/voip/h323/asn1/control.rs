//! Messages of H.245.

use super::super::schema::Addition::Known;
use super::super::schema::Field::{One, Opt};
use super::super::schema::Growth::{Fixed, Grows};
use super::super::schema::Size::{Exactly, Within};
use super::super::schema::Type::{self, Chars, Choice, List, Null, Octets, Oid, Sequence, Unread};
use super::capability::{CAPABILITY, H245_NON_STANDARD};
use super::channel::{CLOSE_LOGICAL_CHANNEL, OPEN_LOGICAL_CHANNEL, OPEN_LOGICAL_CHANNEL_ACK};
use super::{ANY, BYTE, LARGE, SEQUENCE_NUMBER};

pub(super) static NON_STANDARD_CONTROL: Type =
    Sequence(&[One("nonStandardData", &H245_NON_STANDARD)], Grows(&[]));
pub(super) static MULTIPLEX_CAPABILITY: Type = Choice(
    &[
        One("nonStandard", &H245_NON_STANDARD),
        One("h222Capability", &Unread),
        One("h223Capability", &Unread),
        One("v76Capability", &Unread),
    ],
    Grows(&[Known("h2250Capability", &Unread), Known("genericMultiplexCapability", &Unread)]),
);
pub(super) static CAPABILITY_TABLE_ENTRY: Type = Sequence(
    &[One("capabilityTableEntryNumber", &SEQUENCE_NUMBER), Opt("capability", &CAPABILITY)],
    Fixed,
);
pub(super) static TERMINAL_CAPABILITY_SET: Type = Sequence(
    &[
        One("sequenceNumber", &BYTE),
        One("protocolIdentifier", &Oid),
        Opt("multiplexCapability", &MULTIPLEX_CAPABILITY),
        Opt("capabilityTable", &List(&CAPABILITY_TABLE_ENTRY, Within(1, 256))),
        Opt("capabilityDescriptors", &Unread),
    ],
    Grows(&[]),
);
pub(super) static REQUEST_CHANNEL_CLOSE: Type =
    Sequence(&[One("forwardLogicalChannelNumber", &SEQUENCE_NUMBER)], Grows(&[]));
pub(super) static REQUEST_MESSAGE: Type = Choice(
    &[
        One("nonStandard", &NON_STANDARD_CONTROL),
        One("masterSlaveDetermination", &Unread),
        One("terminalCapabilitySet", &TERMINAL_CAPABILITY_SET),
        One("openLogicalChannel", &OPEN_LOGICAL_CHANNEL),
        One("closeLogicalChannel", &CLOSE_LOGICAL_CHANNEL),
        One("requestChannelClose", &REQUEST_CHANNEL_CLOSE),
        One("multiplexEntrySend", &Unread),
        One("requestMultiplexEntry", &Unread),
        One("requestMode", &Unread),
        One("roundTripDelayRequest", &Unread),
        One("maintenanceLoopRequest", &Unread),
    ],
    Grows(&[
        Known("communicationModeRequest", &Unread),
        Known("conferenceRequest", &Unread),
        Known("multilinkRequest", &Unread),
        Known("logicalChannelRateRequest", &Unread),
        Known("genericRequest", &Unread),
    ]),
);
pub(super) static CAUSE: Type = Choice(
    &[
        One("unspecified", &Null),
        One("unsuitableReverseParameters", &Null),
        One("dataTypeNotSupported", &Null),
        One("dataTypeNotAvailable", &Null),
        One("unknownDataType", &Null),
        One("dataTypeALCombinationNotSupported", &Null),
    ],
    Grows(&[
        Known("multicastChannelNotAllowed", &Null),
        Known("insufficientBandwidth", &Null),
        Known("separateStackEstablishmentFailed", &Null),
        Known("invalidSessionID", &Null),
        Known("masterSlaveConflict", &Null),
        Known("waitForCommunicationMode", &Null),
        Known("invalidDependentChannel", &Null),
        Known("replacementForRejected", &Null),
        Known("securityDenied", &Null),
        Known("qoSControlNotSupported", &Null),
    ]),
);
pub(super) static OPEN_LOGICAL_CHANNEL_REJECT: Type = Sequence(
    &[One("forwardLogicalChannelNumber", &SEQUENCE_NUMBER), One("cause", &CAUSE)],
    Grows(&[]),
);
pub(super) static CLOSE_LOGICAL_CHANNEL_ACK: Type =
    Sequence(&[One("forwardLogicalChannelNumber", &SEQUENCE_NUMBER)], Grows(&[]));
pub(super) static RESPONSE_MESSAGE: Type = Choice(
    &[
        One("nonStandard", &NON_STANDARD_CONTROL),
        One("masterSlaveDeterminationAck", &Unread),
        One("masterSlaveDeterminationReject", &Unread),
        One("terminalCapabilitySetAck", &Unread),
        One("terminalCapabilitySetReject", &Unread),
        One("openLogicalChannelAck", &OPEN_LOGICAL_CHANNEL_ACK),
        One("openLogicalChannelReject", &OPEN_LOGICAL_CHANNEL_REJECT),
        One("closeLogicalChannelAck", &CLOSE_LOGICAL_CHANNEL_ACK),
        One("requestChannelCloseAck", &Unread),
        One("requestChannelCloseReject", &Unread),
        One("multiplexEntrySendAck", &Unread),
        One("multiplexEntrySendReject", &Unread),
        One("requestMultiplexEntryAck", &Unread),
        One("requestMultiplexEntryReject", &Unread),
        One("requestModeAck", &Unread),
        One("requestModeReject", &Unread),
        One("roundTripDelayResponse", &Unread),
        One("maintenanceLoopAck", &Unread),
        One("maintenanceLoopReject", &Unread),
    ],
    Grows(&[
        Known("communicationModeResponse", &Unread),
        Known("conferenceResponse", &Unread),
        Known("multilinkResponse", &Unread),
        Known("logicalChannelRateAcknowledge", &Unread),
        Known("logicalChannelRateReject", &Unread),
        Known("genericResponse", &Unread),
    ]),
);
pub(super) static GSTN_OPTIONS: Type = Choice(
    &[
        One("telephonyMode", &Null),
        One("v8bis", &Null),
        One("v34DSVD", &Null),
        One("v34DuplexFAX", &Null),
        One("v34H324", &Null),
    ],
    Grows(&[]),
);
pub(super) static END_SESSION_COMMAND: Type = Choice(
    &[
        One("nonStandard", &H245_NON_STANDARD),
        One("disconnect", &Null),
        One("gstnOptions", &GSTN_OPTIONS),
    ],
    Grows(&[Known("isdnOptions", &Unread), Known("genericInformation", &Unread)]),
);
pub(super) static COMMAND_MESSAGE: Type = Choice(
    &[
        One("nonStandard", &NON_STANDARD_CONTROL),
        One("maintenanceLoopOffCommand", &Unread),
        One("sendTerminalCapabilitySet", &Unread),
        One("encryptionCommand", &Unread),
        One("flowControlCommand", &Unread),
        One("endSessionCommand", &END_SESSION_COMMAND),
        One("miscellaneousCommand", &Unread),
    ],
    Grows(&[
        Known("communicationModeCommand", &Unread),
        Known("conferenceCommand", &Unread),
        Known("h223MultiplexReconfiguration", &Unread),
        Known("newATMVCCommand", &Unread),
        Known("mobileMultilinkReconfigurationCommand", &Unread),
        Known("genericCommand", &Unread),
    ]),
);
pub(super) static RTP: Type = Sequence(
    &[
        Opt("timestamp", &LARGE),
        Opt("expirationTime", &LARGE),
        One("logicalChannelNumber", &SEQUENCE_NUMBER),
    ],
    Grows(&[]),
);
pub(super) static SIGNAL: Type = Sequence(
    &[
        One("signalType", &Chars(b"!#*0123456789ABCD", Exactly(1))),
        Opt("duration", &SEQUENCE_NUMBER),
        Opt("rtp", &RTP),
    ],
    Grows(&[]),
);
pub(super) static USER_INPUT_INDICATION: Type = Choice(
    &[One("nonStandard", &H245_NON_STANDARD), One("alphanumeric", &Octets(ANY))],
    Grows(&[
        Known("userInputSupportIndication", &Unread),
        Known("signal", &SIGNAL),
        Known("signalUpdate", &Unread),
        Known("extendedAlphanumeric", &Unread),
        Known("encryptedAlphanumeric", &Unread),
        Known("genericInformation", &Unread),
    ]),
);
pub(super) static INDICATION_MESSAGE: Type = Choice(
    &[
        One("nonStandard", &NON_STANDARD_CONTROL),
        One("functionNotUnderstood", &Unread),
        One("masterSlaveDeterminationRelease", &Unread),
        One("terminalCapabilitySetRelease", &Unread),
        One("openLogicalChannelConfirm", &Unread),
        One("requestChannelCloseRelease", &Unread),
        One("multiplexEntrySendRelease", &Unread),
        One("requestMultiplexEntryRelease", &Unread),
        One("requestModeRelease", &Unread),
        One("miscellaneousIndication", &Unread),
        One("jitterIndication", &Unread),
        One("h223SkewIndication", &Unread),
        One("newATMVCIndication", &Unread),
        One("userInput", &USER_INPUT_INDICATION),
    ],
    Grows(&[
        Known("h2250MaximumSkewIndication", &Unread),
        Known("mcLocationIndication", &Unread),
        Known("conferenceIndication", &Unread),
        Known("vendorIdentification", &Unread),
        Known("functionNotSupported", &Unread),
        Known("multilinkIndication", &Unread),
        Known("logicalChannelRateRelease", &Unread),
        Known("flowControlIndication", &Unread),
        Known("mobileMultilinkReconfigurationIndication", &Unread),
        Known("genericIndication", &Unread),
    ]),
);
pub(in super::super) static CONTROL_MESSAGE: Type = Choice(
    &[
        One("request", &REQUEST_MESSAGE),
        One("response", &RESPONSE_MESSAGE),
        One("command", &COMMAND_MESSAGE),
        One("indication", &INDICATION_MESSAGE),
    ],
    Grows(&[]),
);
