//! Prefixes of addresses, and tables of them in which the longest match is found.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Bits of addresses.
const V4_BITS: u8 = 32;
const V6_BITS: u8 = 128;

/// The first bits of addresses of one version, RFC 4632 and RFC 4291, section 2.3: `192.0.2.0/24`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Prefix {
    /// The address as a number; bits behind the prefix are 0.
    bits: u128,
    len: u8,
    is_v4: bool,
}

impl Prefix {
    /// The first `len` bits of an address; all if it has fewer.
    pub fn of(address: IpAddr, len: u8) -> Self {
        let (bits, most) = number(address);
        let len = len.min(most);
        Self { bits: bits & mask(len, most), len, is_v4: address.is_ipv4() }
    }

    /// How many bits count, from 0 to 32 or 128.
    #[expect(clippy::len_without_is_empty, reason = "a prefix of 0 bits is that of all addresses")]
    pub fn len(&self) -> u8 {
        self.len
    }

    /// How many addresses it has, as a power of two: 8 for a network with 256.
    pub fn free_bits(&self) -> u8 {
        (if self.is_v4 { V4_BITS } else { V6_BITS }) - self.len
    }

    /// Whether an address begins so.
    pub fn contains(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.is_v4 && Self::of(address, self.len) == *self
    }
}

/// An address and how many of its bits count; an address alone is itself.
impl FromStr for Prefix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (address, len) = text.split_once('/').map_or((text, None), |(a, n)| (a, Some(n)));
        let address: IpAddr = address.parse().map_err(|_| {
            format!("'{text}' is neither an address nor a prefix such as 192.0.2.0/24")
        })?;
        let (bits, most) = number(address);
        let Some(len) = len else { return Ok(Self::of(address, most)) };
        let digits = !len.is_empty() && len.bytes().all(|b| b.is_ascii_digit());
        let len = len.parse().ok().filter(|n| digits && *n <= most);
        let len = len
            .ok_or_else(|| format!("'{text}': behind the / a number from 0 to {most} is needed"))?;
        let prefix = Self::of(address, len);
        if prefix.bits == bits {
            Ok(prefix)
        } else {
            Err(format!("'{text}' has bits behind its prefix; is {prefix} meant?"))
        }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_v4 {
            write!(f, "{}/{}", Ipv4Addr::from_bits(self.bits as u32), self.len)
        } else {
            write!(f, "{}/{}", Ipv6Addr::from_bits(self.bits), self.len)
        }
    }
}

/// An address as a number, and how many bits it has.
fn number(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(a) => (a.to_bits().into(), V4_BITS),
        IpAddr::V6(a) => (a.to_bits(), V6_BITS),
    }
}

/// The first `len` of `most` bits.
fn mask(len: u8, most: u8) -> u128 {
    let all = u128::MAX >> (V6_BITS - most);
    all & !all.checked_shr(len.into()).unwrap_or(0)
}

/// Values of prefixes. A search asks once for each length that there is: at most 33 or 129 times, however many
/// prefixes there are.
#[derive(Clone, Debug)]
pub struct PrefixTable<T> {
    values: HashMap<Prefix, T>,
    /// How many prefixes there are of each length, by version.
    lengths: [BTreeMap<u8, usize>; 2],
}

impl<T> Default for PrefixTable<T> {
    fn default() -> Self {
        Self { values: HashMap::new(), lengths: Default::default() }
    }
}

impl<T> PrefixTable<T> {
    /// The value of exactly this prefix; makes one where there is none.
    pub fn entry(&mut self, prefix: Prefix, make: impl FnOnce() -> T) -> &mut T {
        let lengths = &mut self.lengths[usize::from(prefix.is_v4)];
        self.values.entry(prefix).or_insert_with(|| {
            *lengths.entry(prefix.len).or_default() += 1;
            make()
        })
    }

    /// The value of exactly this prefix.
    pub fn get(&self, prefix: &Prefix) -> Option<&T> {
        self.values.get(prefix)
    }

    /// How many prefixes there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The values of all prefixes of an address, the longest first.
    pub fn all(&self, address: IpAddr) -> impl Iterator<Item = &T> {
        let lengths = self.lengths[usize::from(address.is_ipv4())].keys().rev();
        lengths.filter_map(move |len| self.values.get(&Prefix::of(address, *len)))
    }

    /// The value of the longest prefix of an address.
    pub fn longest(&self, address: IpAddr) -> Option<&T> {
        self.all(address).next()
    }
}

#[cfg(test)]
mod tests {
    use super::{IpAddr, Prefix, PrefixTable};

    fn prefix(text: &str) -> Prefix {
        text.parse().unwrap()
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn texts_of_prefixes() {
        for text in ["0.0.0.0/0", "10.0.0.0/8", "192.0.2.7/32", "::/0", "2001:db8::/32", "::1/128"]
        {
            assert_eq!(prefix(text).to_string(), text);
        }
        assert_eq!(prefix("192.0.2.7"), prefix("192.0.2.7/32"));
        assert_eq!(prefix("::1"), prefix("::1/128"));
        assert_eq!([prefix("10.0.0.0/8").free_bits(), prefix("::1").free_bits()], [24, 0]);
        let wrong = |text: &str| text.parse::<Prefix>().unwrap_err();
        assert!(wrong("10.0.0.1/8").ends_with("is 10.0.0.0/8 meant?"));
        for text in ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "::/129", "10.0.0.0/8/8"] {
            assert!(wrong(text).contains("behind the / a number"), "{text}");
        }
        for text in ["", "10.0.0", "x/8", "10.0.0.0 /8", "010.0.0.0/8"] {
            assert!(wrong(text).contains("neither an address nor"), "{text}");
        }
    }

    #[test]
    fn versions_are_apart() {
        assert!(prefix("0.0.0.0/0").contains(address("10.1.2.3")));
        assert!(!prefix("0.0.0.0/0").contains(address("::a01:203")));
        assert!(!prefix("::/0").contains(address("10.1.2.3")));
        assert!(prefix("2001:db8::/33").contains(address("2001:db8:7fff::1")));
        assert!(!prefix("2001:db8::/33").contains(address("2001:db8:8000::1")));
    }

    #[test]
    fn the_longest_first() {
        let mut table = PrefixTable::default();
        for text in ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "10.1.2.2/31", "::/0"] {
            assert_eq!(*table.entry(prefix(text), || text), text);
            assert_eq!(*table.entry(prefix(text), || "again"), text);
        }
        let all = |text| table.all(address(text)).copied().collect::<Vec<_>>();
        let expected = ["10.1.2.3", "10.1.2.2/31", "10.1.0.0/16", "10.0.0.0/8", "0.0.0.0/0"];
        assert_eq!(all("10.1.2.3"), expected);
        assert_eq!(all("10.1.2.2"), expected[1..]);
        assert_eq!(all("10.2.0.0"), expected[3..]);
        assert_eq!(all("2001:db8::1"), ["::/0"]);
        assert_eq!(table.longest(address("11.0.0.0")), Some(&"0.0.0.0/0"));
        assert_eq!((table.len(), table.get(&prefix("10.0.0.0/8"))), (6, Some(&"10.0.0.0/8")));
    }

    /// Against the definition: bits compared one by one.
    #[test]
    fn as_by_comparing_bits() {
        let bit = |a: [u8; 16], n: u8| a[usize::from(n / 8)] >> (7 - n % 8) & 1;
        let mut seed = 7_u128;
        for n in 0..2000_u32 {
            seed = seed.wrapping_mul(0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645).wrapping_add(1);
            let len = (n % 129) as u8;
            let other = if n % 3 == 0 { seed.rotate_left(50) } else { seed ^ (1 << (n % 128)) };
            let [a, b] = [seed, other].map(u128::to_be_bytes);
            let alike = (0..len).all(|n| bit(a, n) == bit(b, n));
            assert_eq!(Prefix::of(IpAddr::from(a), len).contains(IpAddr::from(b)), alike, "{n}");
        }
    }
}
