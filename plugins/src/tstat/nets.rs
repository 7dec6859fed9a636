//! The networks that are inside.

use std::net::{IpAddr, Ipv4Addr};

use flowz_api::cell::IpText;

/// Networks as bits in front; none at all means that everything is inside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nets {
    list: Vec<Net>,
    /// There is a list, perhaps an empty one.
    has_list: bool,
}

/// Address in the upper bits, IPv4 as 32 of them, and how many of them count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Net {
    is_v6: bool,
    bits: u128,
    len: u32,
}

fn upper_bits(ip: IpAddr) -> (bool, u128) {
    match ip {
        IpAddr::V4(ip) => (false, u128::from(ip.to_bits()) << 96),
        IpAddr::V6(ip) => (true, ip.to_bits()),
    }
}

/// The upper `len` bits.
fn mask(len: u32) -> u128 {
    u128::MAX.checked_shl(128 - len).unwrap_or(0)
}

/// Most bytes of a file of networks.
const MOST: u64 = 16 << 20;

impl Nets {
    /// Reads the file; without a name everything is inside.
    pub(super) fn read(file: &str, original: bool) -> Result<Self, String> {
        if file.is_empty() {
            return Ok(Self::default());
        }
        let failed = |error: std::io::Error| format!("cannot read TSTAT_NETS {file}: {error}");
        let metadata = std::fs::metadata(file).map_err(failed)?;
        if !metadata.is_file() || metadata.len() > MOST {
            return Err(format!(
                "cannot read TSTAT_NETS {file}: a plain file of at most {} MiB is needed",
                MOST >> 20
            ));
        }
        let text = std::fs::read_to_string(file).map_err(failed)?;
        Self::parse(&text, original).map_err(|why| format!("TSTAT_NETS {file}: {why}"))
    }

    /// Takes the lines of a list. To Tstat a network of the address 0.0.0.0 is all of IPv4, however long it is.
    pub(super) fn parse(text: &str, original: bool) -> Result<Self, String> {
        let mut list = Vec::new();
        // An address whose mask is in the next line.
        let mut waits: Option<(usize, IpAddr)> = None;
        for (n, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let at = |why: String| format!("line {}: {why}", n + 1);
            if let Some((_, ip)) = waits.take() {
                list.push(Net::new(ip, line).map_err(at)?);
            } else if let Some((ip, len)) = line.split_once('/') {
                list.push(Net::new(address(ip).map_err(at)?, len).map_err(at)?);
            } else {
                waits = Some((n + 1, address(line).map_err(at)?));
            }
        }
        if let Some((n, ip)) = waits {
            return Err(format!(
                "line {n}: {ip} has no mask; write {ip}/LENGTH, or the mask in the next line"
            ));
        }
        for net in list.iter_mut().filter(|net| original && !net.is_v6 && net.bits == 0) {
            net.len = 0;
        }
        Ok(Self { list, has_list: true })
    }

    /// Whether an address is inside.
    pub(crate) fn contains(&self, ip: IpText) -> bool {
        let (is_v6, bits) = match ip {
            IpText::V4(ip) => upper_bits(Ipv4Addr::from(ip).into()),
            IpText::V6(ip) => (true, u128::from_be_bytes(ip)),
            IpText::None => return !self.has_list,
        };
        let is_in = |net: &Net| net.is_v6 == is_v6 && (net.bits ^ bits) & mask(net.len) == 0;
        !self.has_list || self.list.iter().any(is_in)
    }
}

fn address(text: &str) -> Result<IpAddr, String> {
    let text = text.trim();
    text.parse().map_err(|_| {
        format!("'{text}' is no address; write a network as 10.0.0.0/8 or 2001:db8::/32")
    })
}

impl Net {
    /// A network of an address and its length, or its mask.
    fn new(ip: IpAddr, len: &str) -> Result<Self, String> {
        let len = len.trim();
        let most = if ip.is_ipv4() { 32 } else { 128 };
        let of_mask = || {
            let bits = len.parse::<Ipv4Addr>().ok().filter(|_| ip.is_ipv4())?.to_bits();
            (bits.leading_ones() + bits.trailing_zeros() >= 32).then(|| bits.leading_ones())
        };
        let number = len.parse().ok().filter(|len| *len <= most);
        let len = number.or_else(of_mask).ok_or_else(|| {
            format!("'{len}' is neither a length of 0 to {most} nor a mask of an IPv4 network")
        })?;
        let (is_v6, bits) = upper_bits(ip);
        Ok(Self { is_v6, bits, len })
    }
}
