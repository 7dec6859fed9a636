//! What a terminal of H.245 can do, and what is sent in a channel.

use super::super::schema::Addition::Known;
use super::super::schema::Field::{One, Opt};
use super::super::schema::Growth::{Fixed, Grows};
use super::super::schema::Size::Within;
use super::super::schema::Type::{
    self, Bool, Choice, Integer, List, Null, Octets, Oid, Sequence, Text, Unread,
};
use super::{ANY, BYTE, DYNAMIC, FRAMES, LARGE, NUMBER, SIXTEEN};

pub(super) static H245_MANUFACTURER: Type = Sequence(
    &[One("t35CountryCode", &BYTE), One("t35Extension", &BYTE), One("manufacturerCode", &NUMBER)],
    Fixed,
);
pub(super) static H245_NON_STANDARD_IDENTIFIER: Type =
    Choice(&[One("object", &Oid), One("h221NonStandard", &H245_MANUFACTURER)], Fixed);
pub(super) static H245_NON_STANDARD: Type = Sequence(
    &[One("nonStandardIdentifier", &H245_NON_STANDARD_IDENTIFIER), One("data", &Octets(ANY))],
    Fixed,
);
pub(super) static H261_VIDEO_CAPABILITY: Type = Sequence(
    &[
        Opt("qcifMPI", &Integer(1, 4)),
        Opt("cifMPI", &Integer(1, 4)),
        One("temporalSpatialTradeOffCapability", &Bool),
        One("maxBitRate", &Integer(1, 19_200)),
        One("stillImageTransmission", &Bool),
    ],
    Grows(&[]),
);
pub(super) static H263_VIDEO_CAPABILITY: Type = Sequence(
    &[
        Opt("sqcifMPI", &Integer(1, 32)),
        Opt("qcifMPI", &Integer(1, 32)),
        Opt("cifMPI", &Integer(1, 32)),
        Opt("cif4MPI", &Integer(1, 32)),
        Opt("cif16MPI", &Integer(1, 32)),
        One("maxBitRate", &Integer(1, 192_400)),
        One("unrestrictedVector", &Bool),
        One("arithmeticCoding", &Bool),
        One("advancedPrediction", &Bool),
        One("pbFrames", &Bool),
        One("temporalSpatialTradeOffCapability", &Bool),
        Opt("hrd-B", &Integer(0, 524_287)),
        Opt("bppMaxKb", &NUMBER),
    ],
    Grows(&[]),
);
pub(super) static CAPABILITY_IDENTIFIER: Type = Choice(
    &[
        One("standard", &Oid),
        One("h221NonStandard", &H245_NON_STANDARD),
        One("uuid", &SIXTEEN),
        One("domainBased", &Text(Within(1, 64))),
    ],
    Grows(&[]),
);
pub(super) static PARAMETER_IDENTIFIER: Type = Choice(
    &[
        One("standard", &Integer(0, 127)),
        One("h221NonStandard", &H245_NON_STANDARD),
        One("uuid", &SIXTEEN),
        One("domainBased", &Text(Within(1, 64))),
    ],
    Grows(&[]),
);
pub(super) static PARAMETER_VALUE: Type = Choice(
    &[
        One("logical", &Null),
        One("booleanArray", &BYTE),
        One("unsignedMin", &NUMBER),
        One("unsignedMax", &NUMBER),
        One("unsigned32Min", &LARGE),
        One("unsigned32Max", &LARGE),
        One("octetString", &Octets(ANY)),
        One("genericParameter", &List(&GENERIC_PARAMETER, ANY)),
    ],
    Grows(&[]),
);
pub(super) static GENERIC_PARAMETER: Type = Sequence(
    &[
        One("parameterIdentifier", &PARAMETER_IDENTIFIER),
        One("parameterValue", &PARAMETER_VALUE),
        Opt("supersedes", &List(&PARAMETER_IDENTIFIER, ANY)),
    ],
    Grows(&[]),
);
pub(super) static DATA_PROTOCOL_CAPABILITY: Type = Choice(
    &[
        One("nonStandard", &H245_NON_STANDARD),
        One("v14buffered", &Null),
        One("v42lapm", &Null),
        One("hdlcFrameTunnelling", &Null),
        One("h310SeparateVCStack", &Null),
        One("h310SingleVCStack", &Null),
        One("transparent", &Null),
    ],
    Grows(&[
        Known("segmentationAndReassembly", &Null),
        Known("hdlcFrameTunnelingwSAR", &Null),
        Known("v120", &Null),
        Known("separateLANStack", &Null),
        Known("v76wCompression", &Unread),
        Known("tcp", &Null),
        Known("udp", &Null),
    ]),
);
pub(super) static GENERIC_CAPABILITY: Type = Sequence(
    &[
        One("capabilityIdentifier", &CAPABILITY_IDENTIFIER),
        Opt("maxBitRate", &LARGE),
        Opt("collapsing", &List(&GENERIC_PARAMETER, ANY)),
        Opt("nonCollapsing", &List(&GENERIC_PARAMETER, ANY)),
        Opt("nonCollapsingRaw", &Octets(ANY)),
        Opt("transport", &DATA_PROTOCOL_CAPABILITY),
    ],
    Grows(&[]),
);
pub(super) static VIDEO_CAPABILITY: Type = Choice(
    &[
        One("nonStandard", &H245_NON_STANDARD),
        One("h261VideoCapability", &H261_VIDEO_CAPABILITY),
        One("h262VideoCapability", &Unread),
        One("h263VideoCapability", &H263_VIDEO_CAPABILITY),
        One("is11172VideoCapability", &Unread),
    ],
    Grows(&[
        Known("genericVideoCapability", &GENERIC_CAPABILITY),
        Known("extendedVideoCapability", &Unread),
    ]),
);
pub(super) static G7231: Type =
    Sequence(&[One("maxAl-sduAudioFrames", &FRAMES), One("silenceSuppression", &Bool)], Fixed);
pub(super) static G723_ANNEX_C_MODE: Type = Sequence(
    &[
        One("highRateMode0", &Integer(27, 78)),
        One("highRateMode1", &Integer(27, 78)),
        One("lowRateMode0", &Integer(23, 66)),
        One("lowRateMode1", &Integer(23, 66)),
        One("sidMode0", &Integer(6, 17)),
        One("sidMode1", &Integer(6, 17)),
    ],
    Grows(&[]),
);
pub(super) static G7231_ANNEX_C: Type = Sequence(
    &[
        One("maxAl-sduAudioFrames", &FRAMES),
        One("silenceSuppression", &Bool),
        Opt("g723AnnexCAudioMode", &G723_ANNEX_C_MODE),
    ],
    Grows(&[]),
);
pub(super) static GSM_AUDIO: Type = Sequence(
    &[One("audioUnitSize", &FRAMES), One("comfortNoise", &Bool), One("scrambled", &Bool)],
    Grows(&[]),
);
pub(super) static G729_EXTENSIONS: Type = Sequence(
    &[
        Opt("audioUnit", &FRAMES),
        One("annexA", &Bool),
        One("annexB", &Bool),
        One("annexD", &Bool),
        One("annexE", &Bool),
        One("annexF", &Bool),
        One("annexG", &Bool),
        One("annexH", &Bool),
    ],
    Grows(&[]),
);
pub(super) static AUDIO_CAPABILITY: Type = Choice(
    &[
        One("nonStandard", &H245_NON_STANDARD),
        One("g711Alaw64k", &FRAMES),
        One("g711Alaw56k", &FRAMES),
        One("g711Ulaw64k", &FRAMES),
        One("g711Ulaw56k", &FRAMES),
        One("g722-64k", &FRAMES),
        One("g722-56k", &FRAMES),
        One("g722-48k", &FRAMES),
        One("g7231", &G7231),
        One("g728", &FRAMES),
        One("g729", &FRAMES),
        One("g729AnnexA", &FRAMES),
        One("is11172AudioCapability", &Unread),
        One("is13818AudioCapability", &Unread),
    ],
    Grows(&[
        Known("g729wAnnexB", &FRAMES),
        Known("g729AnnexAwAnnexB", &FRAMES),
        Known("g7231AnnexCCapability", &G7231_ANNEX_C),
        Known("gsmFullRate", &GSM_AUDIO),
        Known("gsmHalfRate", &GSM_AUDIO),
        Known("gsmEnhancedFullRate", &GSM_AUDIO),
        Known("genericAudioCapability", &GENERIC_CAPABILITY),
        Known("g729Extensions", &G729_EXTENSIONS),
        Known("vbd", &Unread),
        Known("audioTelephonyEvent", &Unread),
        Known("audioTone", &Unread),
    ]),
);
pub(super) static APPLICATION: Type = Choice(
    &[
        One("nonStandard", &H245_NON_STANDARD),
        One("t120", &DATA_PROTOCOL_CAPABILITY),
        One("dsm-cc", &DATA_PROTOCOL_CAPABILITY),
        One("userData", &DATA_PROTOCOL_CAPABILITY),
        One("t84", &Unread),
        One("t434", &DATA_PROTOCOL_CAPABILITY),
        One("h224", &DATA_PROTOCOL_CAPABILITY),
        One("nlpid", &Unread),
        One("dsvdControl", &Null),
        One("h222DataPartitioning", &DATA_PROTOCOL_CAPABILITY),
    ],
    Grows(&[
        Known("t30fax", &Unread),
        Known("t140", &Unread),
        Known("t38fax", &Unread),
        Known("genericDataCapability", &Unread),
    ]),
);
pub(super) static DATA_APPLICATION_CAPABILITY: Type =
    Sequence(&[One("application", &APPLICATION), One("maxBitRate", &LARGE)], Grows(&[]));
pub(super) static AUDIO_TELEPHONY_EVENT_CAPABILITY: Type = Sequence(
    &[One("dynamicRTPPayloadType", &DYNAMIC), One("audioTelephoneEvent", &Octets(ANY))],
    Grows(&[]),
);
pub(super) static CAPABILITY: Type = Choice(
    &[
        One("nonStandard", &H245_NON_STANDARD),
        One("receiveVideoCapability", &VIDEO_CAPABILITY),
        One("transmitVideoCapability", &VIDEO_CAPABILITY),
        One("receiveAndTransmitVideoCapability", &VIDEO_CAPABILITY),
        One("receiveAudioCapability", &AUDIO_CAPABILITY),
        One("transmitAudioCapability", &AUDIO_CAPABILITY),
        One("receiveAndTransmitAudioCapability", &AUDIO_CAPABILITY),
        One("receiveDataApplicationCapability", &DATA_APPLICATION_CAPABILITY),
        One("transmitDataApplicationCapability", &DATA_APPLICATION_CAPABILITY),
        One("receiveAndTransmitDataApplicationCapability", &DATA_APPLICATION_CAPABILITY),
        One("h233EncryptionTransmitCapability", &Bool),
        One("h233EncryptionReceiveCapability", &Unread),
    ],
    Grows(&[
        Known("conferenceCapability", &Unread),
        Known("h235SecurityCapability", &Unread),
        Known("maxPendingReplacementFor", &Unread),
        Known("receiveUserInputCapability", &Unread),
        Known("transmitUserInputCapability", &Unread),
        Known("receiveAndTransmitUserInputCapability", &Unread),
        Known("genericControlCapability", &Unread),
        Known("receiveMultiplexedStreamCapability", &Unread),
        Known("transmitMultiplexedStreamCapability", &Unread),
        Known("receiveAndTransmitMultiplexedStreamCapability", &Unread),
        Known("receiveRTPAudioTelephonyEventCapability", &AUDIO_TELEPHONY_EVENT_CAPABILITY),
        Known("receiveRTPAudioToneCapability", &Unread),
        Known("depFecCapability", &Unread),
        Known("multiplePayloadStreamCapability", &Unread),
        Known("fecCapability", &Unread),
        Known("redundancyEncodingCap", &Unread),
        Known("oneOfCapabilities", &Unread),
    ]),
);
pub(super) static DATA_TYPE: Type = Choice(
    &[
        One("nonStandard", &H245_NON_STANDARD),
        One("nullData", &Null),
        One("videoData", &VIDEO_CAPABILITY),
        One("audioData", &AUDIO_CAPABILITY),
        One("data", &DATA_APPLICATION_CAPABILITY),
        One("encryptionData", &Unread),
    ],
    Grows(&[
        Known("h235Control", &Unread),
        Known("h235Media", &Unread),
        Known("multiplexedStream", &Unread),
        Known("redundancyEncoding", &Unread),
        Known("multiplePayloadStream", &Unread),
        Known("depFec", &Unread),
        Known("fec", &Unread),
    ]),
);
