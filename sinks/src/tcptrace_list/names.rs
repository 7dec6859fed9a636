//! Letters of connections: the sides of the first one are a and b, of the second one c and d; behind z come aa, ab, behind zz aaa.

/// Names of the sides of connections and conversations, which have one row of letters together, in the order of first packets.
#[derive(Debug)]
pub(super) struct Names {
    /// Of each conversation of UDP, in their order, how many TCP connections were before it.
    tcp_before: Vec<u64>,
}

impl Names {
    /// Those beside conversations with so many TCP connections before each.
    pub(super) fn new(tcp_before: Vec<u64>) -> Self {
        Self { tcp_before }
    }

    /// The sides of the TCP connection with this number, counted from 1.
    pub(super) fn of_tcp(&self, number: u64) -> [String; 2] {
        let before = self.tcp_before.partition_point(|before| *before < number);
        sides(number + before as u64)
    }

    /// The sides of the conversation with this place in the list, counted from 0.
    pub(super) fn of_udp(&self, at: usize) -> [String; 2] {
        let before = self.tcp_before.get(at).copied().unwrap_or(0);
        sides(at as u64 + 1 + before)
    }
}

/// The sides of what is at this place among all, from 1.
fn sides(place: u64) -> [String; 2] {
    let first = place.saturating_sub(1).saturating_mul(2);
    [letters(first), letters(first.saturating_add(1))]
}

/// The name with this number, from 0.
fn letters(number: u64) -> String {
    const LETTERS: u64 = 26;
    let (mut rest, mut name) = (number, Vec::new());
    loop {
        name.push(b'a' + (rest % LETTERS) as u8);
        if rest < LETTERS {
            break;
        }
        rest = rest / LETTERS - 1;
    }
    name.iter().rev().map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn letters_go_on_behind_z() {
        let names = Names::new(Vec::new());
        for (number, sides) in [
            (1, ["a", "b"]),
            (13, ["y", "z"]),
            (14, ["aa", "ab"]),
            (26, ["ay", "az"]),
            (27, ["ba", "bb"]),
            (351, ["zy", "zz"]),
            (352, ["aaa", "aab"]),
            (9139, ["zzy", "zzz"]),
            (9140, ["aaaa", "aaab"]),
        ] {
            assert_eq!(names.of_tcp(number), sides, "{number}");
        }
    }

    #[test]
    fn udp_and_tcp_share_letters() {
        // Two conversations, the second connection's begin, another conversation.
        let names = Names::new(vec![0, 0, 1]);
        assert_eq!(names.of_udp(0), ["a", "b"]);
        assert_eq!(names.of_udp(1), ["c", "d"]);
        assert_eq!(names.of_tcp(1), ["e", "f"]);
        assert_eq!(names.of_udp(2), ["g", "h"]);
        assert_eq!(names.of_tcp(2), ["i", "j"]);
    }
}
