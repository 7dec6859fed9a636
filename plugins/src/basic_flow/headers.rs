//! The header chains seen in a run, each described once.

use std::collections::HashMap;

use flowz_api::token::{Chain, Style};

/// Slots of the cache in front of the map.
const CACHE: usize = 64;

/// A header chain in words.
#[derive(Debug)]
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
}

impl Headers {
    /// None yet.
    pub(crate) fn new(style: Style) -> Self {
        Self { all: Vec::new(), numbers: HashMap::new(), cache: [None; CACHE], style }
    }

    /// The number of a chain's description.
    #[inline]
    pub(crate) fn number(&mut self, chain: &Chain) -> u16 {
        let place = place(chain);
        match &self.cache[place] {
            Some((known, number)) if known.words() == chain.words() => *number,
            _ => {
                let number = self.look_up(chain);
                self.cache[place] = Some((*chain, number));
                number
            }
        }
    }

    /// Whether a number is that of this chain.
    #[inline]
    pub(crate) fn is(&self, number: u16, chain: &Chain) -> bool {
        self.all.get(usize::from(number)).is_some_and(|known| known.chain == chain.words())
    }

    /// The number of a chain that [`Headers::number`] has seen.
    pub(crate) fn peek(&self, chain: &Chain) -> Option<u16> {
        match &self.cache[place(chain)] {
            Some((known, number)) if known == chain => Some(*number),
            _ => self.numbers.get(chain).copied(),
        }
    }

    /// The description with a number that [`Headers::number`] has given out.
    #[inline]
    pub(crate) fn get(&self, number: u16) -> &Description {
        &self.all[usize::from(number)]
    }

    fn look_up(&mut self, chain: &Chain) -> u16 {
        if let Some(number) = self.numbers.get(chain) {
            return *number;
        }
        // Beyond 65,536 different chains the last one stands for all others.
        let Ok(number) = u16::try_from(self.all.len()) else { return u16::MAX };
        let mut text = String::new();
        let cut = chain.describe_in(self.style, &mut text);
        self.all.push(Description { chain: chain.words(), text, depth: chain.depth(), cut });
        self.numbers.insert(*chain, number);
        number
    }
}

fn place(chain: &Chain) -> usize {
    let tokens = chain.tokens().iter();
    let sum = tokens.fold(usize::from(chain.unknown), |sum, t| sum.wrapping_mul(31) + *t as usize);
    sum % CACHE
}
