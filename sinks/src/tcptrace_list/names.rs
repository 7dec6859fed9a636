//! Letters of connections: the sides of the first one are a and b, of the second one c and d; behind z come aa, ab, behind zz aaa.

use flowz_api::connections::letters;

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
        letters(number + before as u64)
    }

    /// The sides of the conversation with this place in the list, counted from 0.
    pub(super) fn of_udp(&self, at: usize) -> [String; 2] {
        let before = self.tcp_before.get(at).copied().unwrap_or(0);
        letters(at as u64 + 1 + before)
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

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
