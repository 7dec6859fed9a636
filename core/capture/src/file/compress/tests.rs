//! Round trips through the three formats, several members in a row, cuts and corruption.

use std::io::Write;
use std::path::Path;

use flate2::write::GzEncoder;
use lz4_flex::frame::{BlockSize, FrameEncoder, FrameInfo};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use crate::test_support::{Endian, damages, open, remaining, two_packets};
use crate::{CaptureError, Input, Options};

type Encoder = fn(&[u8]) -> Vec<u8>;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let blocks = FrameInfo::new().block_size(BlockSize::Max64KB);
    let mut encoder = FrameEncoder::with_frame_info(blocks, Vec::new());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const ENCODERS: [(&str, Encoder); 3] = [("gzip", gzip), ("zstd", zstd), ("lz4", lz4)];

/// Packets of bytes that do not compress, more than one block of each format.
fn large() -> Vec<u8> {
    let endian = Endian::Little;
    let mut file = endian.pcap(0xa1b2_c3d4, 65_535, 1);
    let mut state = 1_u32;
    for number in 0..6000 {
        let data: Vec<u8> = (0..50)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            })
            .collect();
        file.extend(endian.record(number, 0, 50, &data));
    }
    file
}

#[test]
fn round_trips() {
    for file in [two_packets(), large()] {
        let expected = remaining(&mut open(&file));
        for (name, encode) in ENCODERS {
            let mut input = open(&encode(&file));
            assert!(remaining(&mut input) == expected, "{name}");
            assert_eq!(input.damages(), [], "{name}");
            assert_eq!(input.file_bytes(), file.len() as u64, "{name}");
        }
    }
}

#[test]
fn members_in_a_row_are_one_file() {
    let file = large();
    let expected = remaining(&mut open(&file));
    for (name, encode) in ENCODERS {
        let (first, second) = file.split_at(100_001);
        let mut input = open(&[encode(first), encode(second)].concat());
        assert!(remaining(&mut input) == expected, "{name}");
        assert_eq!(input.damages(), [], "{name}");
    }
}

#[test]
fn zstd_frames_to_be_skipped() {
    let skipped = [&[0x55, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
    let file = zstd(&two_packets());
    let mut input = open(&[&skipped[..], &file, &skipped].concat());
    assert_eq!(remaining(&mut input).len(), 2);
    assert_eq!(input.damages(), []);
}

#[test]
fn layers_of_compression() {
    let mut input = open(&gzip(&zstd(&two_packets())));
    assert_eq!(remaining(&mut input).len(), 2);
}

#[test]
fn a_cut_stream_keeps_its_packets() {
    let file = large();
    for (name, encode) in ENCODERS {
        let packed = encode(&file);
        let mut input = open(&packed[..packed.len() - 6]);
        let packets = remaining(&mut input).len();
        assert!(packets > 3000, "{name}: {packets}");
        let expected = format!("test.pcap: the {name} stream is cut; reading stops");
        assert!(damages(&input)[0].starts_with(&expected), "{:?}", input.damages());
    }
}

fn opened(bytes: &[u8]) -> Result<Input, CaptureError> {
    let source = std::io::Cursor::new(bytes.to_vec());
    Input::from_reader(source, Path::new("x"), &Options::default())
}

#[test]
fn compressions_that_are_not_read_are_named() {
    for (start, program) in [(&[0xfd, b'7', b'z', b'X', b'Z', 0][..], "xz"), (b"BZh91AY", "bzip2")]
    {
        let said = opened(start).unwrap_err().to_string();
        let expected = format!("x is compressed with {program}, which is not read; ");
        assert!(said.starts_with(&expected), "{said}");
    }
    assert!(opened(b"BZhx").unwrap_err().to_string().contains("is not a capture"));
}

#[test]
fn every_cut_of_a_small_stream_is_noticed() {
    for (name, encode) in ENCODERS {
        let packed = encode(&two_packets());
        let said = format!("x: the {name} stream is cut");
        let mut most = 0;
        for length in 4..packed.len() {
            let mut input = match opened(&packed[..length]) {
                Ok(input) => input,
                Err(error) => {
                    let text = error.to_string();
                    let advice = "; there is nothing to read, get the file again";
                    assert!(text.starts_with(&said) && text.ends_with(advice), "{length}: {text}");
                    continue;
                }
            };
            let packets = remaining(&mut input).len();
            assert!(packets >= most, "{name} {length}");
            most = packets;
            assert_eq!(input.damages().len(), 1, "{name} {length}");
            assert!(damages(&input)[0].starts_with(&said), "{length}: {:?}", input.damages());
        }
    }
}

#[test]
fn a_corrupt_stream_is_named_so() {
    let file = large();
    for (name, encode) in ENCODERS {
        let mut packed = encode(&file);
        let middle = packed.len() / 2;
        packed[middle..].fill(0xff);
        let mut input = open(&packed);
        remaining(&mut input);
        // What came out just before may be garbage.
        let last = damages(&input).pop().unwrap();
        assert!(last.contains(&format!("the {name} stream")), "{last}");
    }
    let mut packed = zstd(&two_packets());
    let last = packed.len() - 1;
    packed[last] ^= 1;
    let mut input = open(&packed);
    assert_eq!(remaining(&mut input).len(), 2);
    assert!(damages(&input)[0].contains("the zstd stream is corrupt (wrong checksum)"));
}
