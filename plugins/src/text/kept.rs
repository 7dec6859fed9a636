//! Lists that a flow keeps, bounded in number and length.

use super::line::head;

/// What a list takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Bounds {
    /// Most entries.
    pub(crate) most: usize,
    /// Most bytes of a text.
    pub(crate) longest: usize,
    /// The same entry only once.
    pub(crate) distinct: bool,
}

/// Appends to a list of texts. Yields whether it was full.
pub(crate) fn keep_text(list: &mut Vec<Vec<u8>>, text: &[u8], bounds: Bounds) -> bool {
    let text = head(text, bounds.longest);
    if bounds.distinct && list.iter().any(|kept| kept == text) {
        return false;
    }
    if list.len() >= bounds.most {
        return true;
    }
    list.push(text.to_vec());
    false
}

/// Appends to a list. Yields whether it was full.
pub(crate) fn keep<T: PartialEq>(list: &mut Vec<T>, item: T, bounds: Bounds) -> bool {
    if bounds.distinct && list.contains(&item) {
        return false;
    }
    if list.len() >= bounds.most {
        return true;
    }
    list.push(item);
    false
}

#[cfg(test)]
mod tests {
    use super::{Bounds, keep, keep_text};

    #[test]
    fn bounded() {
        let bounds = Bounds { most: 2, longest: 3, distinct: true };
        let mut list = Vec::new();
        let full = [&b"abcd"[..], b"abce", b"x", b"y"].map(|t| keep_text(&mut list, t, bounds));
        assert_eq!(
            (list, full),
            (vec![b"abc".to_vec(), b"x".to_vec()], [false, false, false, true])
        );
        let (mut list, bounds) = (Vec::new(), Bounds { distinct: false, ..bounds });
        assert_eq!([1, 1, 1].map(|n| keep(&mut list, n, bounds)), [false, false, true]);
    }
}
