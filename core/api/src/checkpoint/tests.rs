//! Values that are written and read back.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};
use std::fmt::Debug;
use std::net::IpAddr;
use std::time::Duration;

use super::{Checkpoint, LoadError, Reader, Resume, Writer};
use crate::{Merge, Resume as DeriveResume};

fn saved(write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    write(&mut out);
    out.finish().unwrap();
    bytes
}

fn back<T: Checkpoint + PartialEq + Debug>(value: &T) {
    let bytes = saved(|out| value.save(out));
    let mut from = Reader::new(&bytes);
    assert_eq!(T::load(&mut from).as_ref(), Ok(value));
    assert!(from.is_empty());
    // Cut anywhere they are no value, and nothing panics.
    for end in 0..bytes.len() {
        assert!(T::load(&mut Reader::new(&bytes[..end])).is_err(), "{value:?} cut at {end}");
    }
}

#[derive(crate::Checkpoint, PartialEq, Debug, Default)]
struct Named<T> {
    number: u32,
    inside: Option<Box<T>>,
}

#[derive(crate::Checkpoint, PartialEq, Debug, Default)]
struct Unnamed(u8, [u16; 3]);

#[derive(crate::Checkpoint, PartialEq, Debug)]
struct Nothing;

#[derive(crate::Checkpoint, PartialEq, Debug)]
enum Choice {
    One,
    Two(u8, String),
    Three { list: Vec<Unnamed>, flag: bool },
}

#[test]
fn what_is_written_is_read() {
    back(&(1_u8, -2_i16, 3_u32, -4_i64, 5_u128, 6_usize));
    back(&(0.5_f32, f64::NEG_INFINITY, 'é', true, -7_isize));
    back(&Named { number: 7, inside: Some(Box::new(Unnamed(1, [2, 3, 4]))) });
    back(&Named::<Unnamed>::default());
    back(&vec![
        Choice::One,
        Choice::Two(3, "text".to_owned()),
        Choice::Three { list: vec![Unnamed(1, [9; 3])], flag: true },
    ]);
    back(&vec![(Box::<str>::from("a"), "static", Duration::new(3, 999_999_999))]);
    back(&("10.0.0.1".parse::<IpAddr>().unwrap(), "2001:db8::1".parse::<IpAddr>().unwrap()));
    back(&(3_u64..9, BTreeMap::from([(1_u8, 2_u8)]), BTreeSet::from([4_u16])));
    back(&(HashMap::<u8, u16>::from([(3, 4), (1, 2)]), HashSet::<u8>::from([9, 7])));
    back(&VecDeque::from([1_u8, 2, 3]));
    assert_eq!(saved(|out| Nothing.save(out)), [0_u8; 0]);
}

/// Not equal to themselves, but the same bits.
#[test]
fn no_numbers_stay_as_they_are() {
    let bits = 0x7ff8_0000_0000_1234_u64;
    let bytes = saved(|out| f64::from_bits(bits).save(out));
    assert_eq!(f64::load(&mut Reader::new(&bytes)).map(f64::to_bits), Ok(bits));
}

#[test]
fn the_same_state_has_the_same_bytes() {
    let map = |keys: &[u32]| keys.iter().map(|key| (*key, 1)).collect::<HashMap<u32, u8>>();
    let (one, other) = (map(&[1, 2, 3, 4, 5, 6, 7]), map(&[7, 6, 5, 4, 3, 2, 1]));
    assert_eq!(saved(|out| one.save(out)), saved(|out| other.save(out)));
    let heap = |items: [u8; 4]| saved(|out| BinaryHeap::from(items).save(out));
    assert_eq!(heap([1, 2, 3, 4]), heap([4, 2, 1, 3]));
}

#[test]
fn wrong_bytes_are_refused() {
    assert_eq!(bool::load(&mut Reader::new(&[2])), Err(LoadError::Value("truth value")));
    assert!(matches!(Choice::load(&mut Reader::new(&[3])), Err(LoadError::Value(_))));
    assert_eq!(char::load(&mut Reader::new(&[0, 0xd8, 0, 0])), Err(LoadError::Value("character")));
    // A count of 2^60 asks for no memory.
    let mut bytes = (1_u64 << 60).to_le_bytes().to_vec();
    bytes.extend([0; 100]);
    assert_eq!(Vec::<u64>::load(&mut Reader::new(&bytes)), Err(LoadError::Short));
    assert_eq!(String::load(&mut Reader::new(&bytes)), Err(LoadError::Short));
    assert_eq!(Vec::<Nothing>::load(&mut Reader::new(&bytes)), Err(LoadError::Short));
}

/// A plugin as authors write it.
#[derive(Merge, DeriveResume, Default, PartialEq, Debug)]
struct Counts {
    #[merge(keep)]
    setting: u8,
    #[merge(sum)]
    packets: u64,
    #[merge(nested)]
    inside: Inside,
    #[merge(state)]
    found: Vec<u8>,
}

#[derive(Merge, DeriveResume, Default, PartialEq, Debug)]
struct Inside {
    #[merge(max)]
    most: u32,
    #[merge(keep)]
    limit: u32,
}

#[test]
fn settings_stay_those_of_the_new_run() {
    let inside = Inside { most: 5, limit: 6 };
    let old = Counts { setting: 1, packets: 2, inside, found: vec![3] };
    let bytes = saved(|out| old.save(out));
    let inside = Inside { most: 0, limit: 60 };
    let mut new = Counts { setting: 10, inside, ..Counts::default() };
    let mut from = Reader::new(&bytes);
    new.resume(&mut from).unwrap();
    assert!(from.is_empty());
    let inside = Inside { most: 5, limit: 60 };
    assert_eq!(new, Counts { setting: 10, packets: 2, inside, found: vec![3] });
}
