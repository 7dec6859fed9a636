//! The header chains seen in a run, each of the usual ones described once.

use std::collections::HashMap;

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Resume, Writer};
use flowz_api::token::{Chain, Style};

/// So many chains are described once for all flows. Further ones are kept by their flows, and described for each of them:
/// who makes a capture can make any number, and what is shown must not depend on which came first in a lane.
pub(crate) const MOST: u16 = 4096;

/// Slots of the cache in front of the map.
const CACHE: usize = 64;

/// A header chain in words.
#[derive(Debug, Default)]
pub(crate) struct Description {
    /// The chain, as words.
    chain: [u64; 3],
    /// Its text.
    pub(crate) text: String,
    /// Number of headers.
    pub(crate) depth: u16,
    /// The text or the chain had to be cut.
    pub(crate) cut: bool,
}

/// Numbered descriptions.
#[derive(Debug)]
pub(crate) struct Headers {
    all: Vec<Description>,
    numbers: HashMap<Chain, u16>,
    cache: [Option<(Chain, u16)>; CACHE],
    style: Style,
    /// The chain beyond these that was described last.
    latest: (Chain, Description),
    /// The chains that the flow which ends keeps.
    own: Vec<Description>,
}

/// The chains that have numbers, in their order.
impl Resume for Headers {
    fn save(&self, out: &mut Writer<'_>) {
        let mut chains: Vec<_> = self.numbers.iter().collect();
        chains.sort_by_key(|(_, number)| **number);
        out.count(chains.len());
        for (chain, _) in chains {
            chain.save(out);
        }
    }

    fn resume(&mut self, from: &mut Reader<'_>) -> Result<(), LoadError> {
        for (number, chain) in Vec::<Chain>::load(from)?.iter().enumerate() {
            if self.look_up(chain).map(usize::from) != Some(number) {
                return Err(LoadError::Value("list of header chains"));
            }
        }
        Ok(())
    }
}

impl Headers {
    /// None yet.
    pub(crate) fn new(style: Style) -> Self {
        Self {
            all: Vec::new(),
            numbers: HashMap::new(),
            cache: [None; CACHE],
            style,
            latest: Default::default(),
            own: Vec::new(),
        }
    }

    /// The number of a chain's description; none if the flow has to keep the chain.
    #[inline]
    pub(crate) fn number(&mut self, chain: &Chain) -> Option<u16> {
        let place = place(chain);
        match &self.cache[place] {
            Some((known, number)) if known.words() == chain.words() => Some(*number),
            _ => {
                let number = self.look_up(chain)?;
                self.cache[place] = Some((*chain, number));
                Some(number)
            }
        }
    }

    /// Whether a number is that of this chain.
    #[inline]
    pub(crate) fn is(&self, number: u16, chain: &Chain) -> bool {
        self.all.get(usize::from(number)).is_some_and(|known| known.chain == chain.words())
    }

    /// The text of a chain that [`Headers::number`] or [`Headers::is_cut`] has seen last; else nothing.
    pub(crate) fn text(&self, chain: &Chain) -> &str {
        let number = match &self.cache[place(chain)] {
            Some((known, number)) if known == chain => Some(*number),
            _ => self.numbers.get(chain).copied(),
        };
        match number {
            Some(number) => &self.get(number).text,
            None if self.latest.0 == *chain => &self.latest.1.text,
            None => "",
        }
    }

    /// Whether a text or chain had to be cut.
    pub(crate) fn is_cut(&mut self, number: Option<u16>, chain: &Chain) -> bool {
        if let Some(number) = number {
            return self.get(number).cut;
        }
        if self.latest.0 != *chain {
            self.latest = (*chain, self.describe(chain));
        }
        self.latest.1.cut
    }

    /// Describes the chains that a flow keeps, for [`Headers::get`] until the next flow ends.
    pub(crate) fn describe_own(&mut self, chains: &[Chain]) {
        self.own.clear();
        for chain in chains {
            let description = self.describe(chain);
            self.own.push(description);
        }
    }

    /// The description with a number that [`Headers::number`] has given out, or the flow that ends.
    #[inline]
    pub(crate) fn get(&self, number: u16) -> &Description {
        match number.checked_sub(MOST) {
            None => &self.all[usize::from(number)],
            Some(own) => &self.own[usize::from(own)],
        }
    }

    fn look_up(&mut self, chain: &Chain) -> Option<u16> {
        if let Some(number) = self.numbers.get(chain) {
            return Some(*number);
        }
        let number = self.all.len() as u16;
        if number >= MOST {
            return None;
        }
        let description = self.describe(chain);
        self.all.push(description);
        self.numbers.insert(*chain, number);
        Some(number)
    }

    fn describe(&self, chain: &Chain) -> Description {
        let mut text = String::new();
        let cut = chain.describe_in(self.style, &mut text);
        Description { chain: chain.words(), text, depth: chain.depth(), cut }
    }
}

/// The number of a chain in the list of a flow: one that the flow has to keep is put among its own, if `room` allows.
pub(crate) fn own_number(own: &mut Vec<Chain>, chain: &Chain, room: bool) -> Option<u16> {
    let place = own.iter().position(|known| known == chain).or_else(|| {
        room.then(|| {
            own.push(*chain);
            own.len() - 1
        })
    });
    place.map(|place| MOST + place as u16)
}

fn place(chain: &Chain) -> usize {
    let tokens = chain.tokens().iter();
    let sum = tokens.fold(usize::from(chain.unknown), |sum, t| sum.wrapping_mul(31) + *t as usize);
    sum % CACHE
}
