//! Streams from packets to files.

use flowz_api::cell::{Cell, Label, List, Text};
use flowz_api::column::Column;
use flowz_api::record::Record;
use flowz_api::sink::Destination;
use flowz_api::toggles::Toggles;
use flowz_api::value::Value;

use super::row::{Mark, Row};
use super::settings::Settings;
use super::srtp::tests::{KEY, seal};
use super::stream::{Stream, Written};
use super::toggles::WavToggles;
use crate::test_support::{TempDir, column};

const SECOND: i64 = 1_000_000_000;
const START: i64 = 1_700_000_000 * SECOND;

/// A packet of PCMU with eight octets of one kind: its number, its place in time in packets, its octet.
#[derive(Clone, Copy)]
struct Sent<'a> {
    number: i64,
    tick: u32,
    millis: i64,
    packet: &'a [u8],
    codec: &'a str,
    clock: u32,
}

fn plain(number: i64, packet: &[u8]) -> Sent<'_> {
    Sent { number, tick: number as u32 * 8, millis: number, packet, codec: "PCMU", clock: 8000 }
}

impl<'a> Sent<'a> {
    fn row(&self) -> Row<'a> {
        Row {
            file: b"a",
            time: START + self.millis * 1_000_000,
            sequence: self.number,
            timestamp: self.tick,
            payload_type: 97,
            is_media: true,
            codec: self.codec.as_bytes(),
            clock: self.clock,
            channels: 1,
            payload_at: 2,
            len: self.packet.len() as u32,
            packet: self.packet,
            ..Row::default()
        }
    }
}

fn settings(dir: &TempDir, settings: &[&str]) -> Settings {
    let mut toggles = WavToggles::default();
    for setting in ["WAV_WINDOW=3", "WAV_G711=1"].iter().chain(settings) {
        let (name, value) = setting.split_once('=').unwrap();
        let index = WavToggles::TABLE.iter().position(|info| info.name == name).unwrap();
        Toggles::set(&mut toggles, index, value).unwrap();
    }
    Settings::new(&toggles, &Destination { prefix: dir.path("p"), ..Destination::default() })
}

fn write(settings: &mut Settings, rows: &[Row<'_>]) -> Written {
    let mut stream = Stream::new(&rows[0], settings);
    for row in rows {
        stream.packet(row, settings).unwrap();
    }
    stream.finish(settings).unwrap()
}

/// The octets of the only file with sound.
fn octets(written: &Written) -> Vec<u8> {
    let [part] = &written.parts[..] else { panic!("{written:?}") };
    let bytes = std::fs::read(&part.path).unwrap();
    bytes[58..58 + part.frames as usize].to_vec()
}

/// Two octets of header, eight of a payload.
fn packet(octet: u8) -> [u8; 10] {
    [0x80, 0, octet, octet, octet, octet, octet, octet, octet, octet]
}

#[test]
fn in_order_without_repetitions_and_with_silence() {
    let dir = TempDir::new("wav-order");
    let mut settings = settings(&dir, &[]);
    let packets: Vec<_> = (0..10).map(packet).collect();
    let numbers = [1, 0, 2, 3, 4, 3, 6, 5, 9, 9];
    let mut rows: Vec<_> = numbers.iter().map(|n| plain(*n, &packets[*n as usize]).row()).collect();
    rows[5].mark = Mark::Again;
    let written = write(&mut settings, &rows);
    let expected: Vec<u8> = [0, 1, 2, 3, 4, 5, 6, 0xff, 0xff, 9].repeat_each(8);
    assert_eq!(octets(&written), expected);
    let c = &written.counts;
    assert_eq!((c.packets, c.again, c.late, c.missing), (10, 2, 0, 2));
    assert_eq!((c.gaps, c.silence, c.jumps), (1, 16, 0));
}

trait RepeatEach {
    fn repeat_each(&self, times: usize) -> Vec<u8>;
}

impl RepeatEach for [u8] {
    fn repeat_each(&self, times: usize) -> Vec<u8> {
        self.iter().flat_map(|octet| std::iter::repeat_n(*octet, times)).collect()
    }
}

#[test]
fn too_late_is_not_written_and_gaps_can_be_left_out() {
    let dir = TempDir::new("wav-late");
    let packets: Vec<_> = (0..12).map(packet).collect();
    let numbers = [0, 1, 2, 3, 5, 6, 7, 8, 4];
    let rows: Vec<_> = numbers.iter().map(|n| plain(*n, &packets[*n as usize]).row()).collect();
    let written = write(&mut settings(&dir, &["WAV_FILL=0"]), &rows);
    assert_eq!(octets(&written), [0, 1, 2, 3, 5, 6, 7, 8].repeat_each(8));
    assert_eq!((written.counts.late, written.counts.missing, written.counts.gaps), (1, 1, 0));
}

#[test]
fn noise_is_silence_and_numbers_may_begin_anew() {
    let dir = TempDir::new("wav-noise");
    let bytes = packet(7);
    let noise = Row { is_media: false, ..plain(1, &bytes).row() };
    let again = Sent { number: 500, tick: 16, millis: 2, ..plain(0, &bytes) }.row();
    let rows = [plain(0, &bytes).row(), noise, Row { mark: Mark::Restart, ..again }];
    let written = write(&mut settings(&dir, &[]), &rows);
    assert_eq!(octets(&written), [7, 0xff, 7].repeat_each(8));
    assert_eq!((written.counts.missing, written.counts.silence), (0, 8));
}

#[test]
fn another_rate_is_another_file_and_other_codecs_are_not_decoded() {
    let dir = TempDir::new("wav-parts");
    let bytes = packet(1);
    let mut rows = Vec::new();
    for (n, (codec, clock)) in (0..).zip([
        ("PCMU", 8000),
        ("L16", 44_100),
        ("G729", 8000),
        ("../Wav", 8000),
        ("", 0),
        ("G729", 8000),
        ("PCMU", 8000),
        ("rtp", 9),
        ("one more", 9),
    ]) {
        rows.push(Sent { codec, clock, ..plain(n, &bytes) }.row());
    }
    let written = write(&mut settings(&dir, &[]), &rows);
    let name = |path: &std::path::PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    let parts: Vec<_> = written.parts.iter().map(|part| name(&part.path)).collect();
    assert_eq!(parts, ["a.wav", "a_2.wav", "a_3.wav"]);
    assert_eq!(written.parts.iter().map(|p| p.frames).collect::<Vec<_>>(), [8, 4, 8]);
    let others: Vec<_> = written.others.iter().map(name).collect();
    assert_eq!(others, ["a.g729", "a.wav-payload", "a.pt97", "a.rtp-payload"]);
    assert_eq!(std::fs::read(&written.others[0]).unwrap(), [1; 16]);
    assert_eq!(written.counts.refused, 1);
}

#[test]
fn padding_and_what_was_not_captured() {
    let dir = TempDir::new("wav-padding");
    let padded = [0xa0, 0, 1, 2, 3, 4, 9, 9, 9, 4];
    let wrong = [0xa0, 0, 200];
    let cut = Row { len: 10, ..plain(1, &padded[..6]).row() };
    let rows = [plain(0, &padded).row(), cut, plain(2, &wrong).row(), plain(3, &padded[..2]).row()];
    let written = write(&mut settings(&dir, &["WAV_FILL=0"]), &rows);
    assert_eq!(octets(&written), [1, 2, 3, 4, 1, 2, 3, 4]);
}

#[test]
fn encrypted_media_without_a_key_have_no_file() {
    let dir = TempDir::new("wav-encrypted");
    let bytes = packet(1);
    let rows: Vec<_> =
        (0..9).map(|n| Row { is_encrypted: true, ..plain(n, &bytes).row() }).collect();
    let written = write(&mut settings(&dir, &[]), &rows);
    assert_eq!((written.counts.encrypted, written.parts.len(), written.others.len()), (9, 0, 0));
    let written = write(&mut settings(&dir, &["WAV_RTPDUMP=1"]), &rows);
    assert_eq!((written.parts.len(), written.others.len()), (0, 1));
}

/// The first packets come before anybody says that they are encrypted, the next ones before their key.
#[test]
fn first_packets_wait_for_their_key() {
    let dir = TempDir::new("wav-key");
    let keys = announced_keys();
    let packets: Vec<_> = (0..80).map(|n| seal(n, &[], &[n as u8; 8])).collect();
    let rows = |plain_until: usize, keys_from: usize| {
        let row = |n: usize| {
            let row = Row { payload_at: 12, ..plain(n as i64, &packets[n]).row() };
            let list = keys.0.values(&keys.1).next().filter(|_| n >= keys_from);
            let keys =
                list.and_then(|list| if let Value::List(keys) = list { Some(keys) } else { None });
            Row { is_encrypted: n >= plain_until, keys, ..row }
        };
        (0..80).map(row).collect::<Vec<_>>()
    };
    let window = &["WAV_WINDOW=100"];
    let whole: Vec<u8> = (0..80).collect();
    let written = write(&mut settings(&dir, window), &rows(10, 30));
    assert_eq!(octets(&written), whole.repeat_each(8));
    let written = write(&mut settings(&dir, window), &rows(0, 70));
    assert_eq!(octets(&written), whole[6..].repeat_each(8));
    assert_eq!((written.counts.encrypted, written.counts.not_authentic), (6, 0));
    let wrong = rows(0, 80);
    let written = write(&mut settings(&dir, window), &wrong);
    assert_eq!((written.counts.encrypted, written.parts.len()), (80, 0));
}

/// A list of keys as a record has it, and its column.
fn announced_keys() -> (Record, [Column; 1]) {
    type Keys = List<'static, (Label<'static>, Text<'static>, Text<'static>)>;
    let mut record = Record::new();
    List(&[(Label(b"AES_CM_128_HMAC_SHA1_80"), Text(&KEY), Text(b""))]).put(&mut record);
    (record, [column("suite_key_mki", Keys::TYPE)])
}

#[test]
fn too_many_files() {
    let dir = TempDir::new("wav-many");
    let bytes = packet(1);
    let mut settings = settings(&dir, &["WAV_MAX_FILES=1"]);
    let rows = [plain(0, &bytes).row(), Sent { codec: "G729", ..plain(1, &bytes) }.row()];
    assert_eq!(write(&mut settings, &rows).counts.refused, 1);
    let named = Row { file: b"b", ..plain(0, &bytes).row() };
    let written = write(&mut settings, &[named]);
    assert_eq!((written.counts.refused, written.parts.len()), (1, 0));
}

#[test]
fn a_rate_that_changes_with_each_packet() {
    let dir = TempDir::new("wav-changes");
    let bytes = packet(1);
    let clock = |n| if n % 2 == 0 { 8000 } else { 16_000 };
    let rows: Vec<_> =
        (0..200).map(|n| Sent { clock: clock(n), ..plain(n, &bytes) }.row()).collect();
    let written = write(&mut settings(&dir, &[]), &rows);
    assert_eq!((written.parts.len(), written.counts.refused), (64, 136));
}

/// Whatever timestamps and numbers say, files are not longer than the time that has passed, and some seconds.
#[test]
fn hostile_timestamps() {
    let dir = TempDir::new("wav-hostile");
    let (bytes, mut seed) = (packet(5), 1_u32);
    let mut next = |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % below
    };
    for round in 0..20 {
        let mut rows = Vec::new();
        for n in 0..500_i64 {
            let tick = if round % 2 == 0 { next(1 << 24) << 8 } else { (n as u32) * 80_000 };
            let number = if next(10) == 0 { i64::from(next(70_000)) } else { n };
            let millis = n * 20 + i64::from(next(40));
            let sent = Sent { number, tick, millis, ..plain(n, &bytes) };
            let mark = if next(50) == 0 { Mark::Restart } else { Mark::New };
            rows.push(Row { file: b"x", mark, ..sent.row() });
        }
        let written = write(&mut settings(&dir, &[]), &rows);
        let frames: u64 = written.parts.iter().map(|part| part.frames).sum();
        assert!(frames <= (10 + 10) * 8000 + 500 * 8 + 40 * 8, "{frames} in round {round}");
        assert_eq!(written.counts.packets, 500);
    }
}
