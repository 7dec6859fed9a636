//! The search for a place behind damage where reading can go on. What is between the place where a
//! search began and where it ended holds none, whoever asks again; so no place is looked at twice,
//! and all searches of a file together take time in proportion to its length.

use crate::file::stream::Stream;

/// How many bytes behind damage are searched for the next records or blocks.
pub(crate) const SEARCH_WINDOW: usize = 1 << 20;

/// What the searches of one file have found so far. Places are counted from the start of the file.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Searched {
    /// The search began behind this place.
    from: u64,
    /// The last place that was looked at.
    to: u64,
    /// Whether that is one where reading can go on.
    found: bool,
}

impl Searched {
    /// How far from where the stream is the next place is where reading can go on, at most
    /// [`SEARCH_WINDOW`]. `fits` looks at a place: whether it is one, `None` if the file ends before.
    /// The answer must follow from the bytes behind that place alone.
    pub(crate) fn next(
        &mut self,
        stream: &mut Stream,
        mut fits: impl FnMut(&mut Stream, usize) -> Option<bool>,
    ) -> Option<usize> {
        let here = stream.offset();
        let known = self.from <= here && here <= self.to && !(self.found && here == self.to);
        if !known {
            *self = Self { from: here, to: here, found: false };
        }
        let mut place = (self.to - here) as usize;
        while !self.found {
            place += 1;
            if place > SEARCH_WINDOW {
                return None;
            }
            self.found = fits(stream, place)?;
            self.to = here + place as u64;
        }
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream of so many bytes, and where it is.
    fn stream(length: usize, at: usize) -> Stream {
        let mut stream = Stream::new();
        stream.restart(Box::new(std::io::Cursor::new(vec![0; length])));
        stream.skip(at as u64);
        stream
    }

    #[test]
    fn no_place_is_looked_at_twice() {
        let (mut searched, mut looks) = (Searched::default(), 0);
        let mut next = |searched: &mut Searched, at: usize| {
            let found = searched.next(&mut stream(5000, at), |stream, place| {
                looks += 1;
                stream.have(place + 1).then_some([900, 2000].contains(&(at + place)))
            });
            (found, std::mem::take(&mut looks))
        };
        assert_eq!(next(&mut searched, 100), (Some(800), 800));
        assert_eq!(next(&mut searched, 164), (Some(736), 0));
        assert_eq!(next(&mut searched, 899), (Some(1), 0));
        assert_eq!(next(&mut searched, 900), (Some(1100), 1100));
        assert_eq!(next(&mut searched, 2000), (None, 3000));
        assert_eq!(next(&mut searched, 3000), (None, 1));
        assert_eq!(next(&mut searched, 50), (Some(850), 850), "back: all anew");
    }

    #[test]
    fn a_search_without_success_goes_on_where_it_ended() {
        let (mut searched, mut looks) = (Searched::default(), 0);
        for (at, expected) in [(0, SEARCH_WINDOW), (16, 16), (32, 16)] {
            let found = searched.next(&mut stream(2 * SEARCH_WINDOW, at), |_, _| {
                looks += 1;
                Some(false)
            });
            assert_eq!((found, std::mem::take(&mut looks)), (None, expected));
        }
    }
}
