//! Which reply is which command's, also where a client does not wait for replies (RFC 2920), and where some are missing.
//!
//! As long as nothing is missing, the first reply is the first command's, whichever comes first in the capture. Of what is near a gap nothing is said at
//! once: when a reply comes that can only be one command's, or when the client goes on, which it does when it has all replies, what is
//! behind the gaps is paired from the end back, what is in front of them from the beginning on, and the rest stays alone.

use std::collections::VecDeque;

use flowz_api::Checkpoint;

/// More commands or replies do not wait.
pub(crate) const MOST: usize = 128;

/// Commands and replies that wait for each other; nothing stands for a gap, in which there may have been any number of them.
#[derive(Debug, Checkpoint)]
pub(crate) struct Pairs<C, R> {
    commands: VecDeque<Option<C>>,
    replies: VecDeque<Option<R>>,
    /// What is found, in order.
    found: VecDeque<Pair<C, R>>,
    /// The server has said something since the client did.
    is_clients_turn: bool,
}

/// What belongs together.
#[derive(Clone, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) enum Pair<C, R> {
    Both(C, R),
    /// A command whose reply is not known.
    Command(C),
    /// A reply whose command is not known.
    Reply(R),
}

impl<C, R> Default for Pairs<C, R> {
    fn default() -> Self {
        let (commands, replies, found) = (VecDeque::new(), VecDeque::new(), VecDeque::new());
        Self { commands, replies, found, is_clients_turn: false }
    }
}

impl<C, R> Pairs<C, R> {
    /// The next pair that was found.
    pub(crate) fn next(&mut self) -> Option<Pair<C, R>> {
        self.found.pop_front()
    }

    /// Commands that wait for their replies.
    pub(crate) fn waiting(&self) -> impl DoubleEndedIterator<Item = &C> {
        self.commands.iter().flatten()
    }

    /// How many replies wait for their commands.
    pub(crate) fn replies(&self) -> impl Iterator<Item = &R> {
        self.replies.iter().flatten()
    }

    /// What was said so far is not known.
    pub(crate) fn begin_in_the_middle(&mut self) {
        push_gap(&mut self.commands);
        push_gap(&mut self.replies);
    }

    /// The client says something.
    pub(crate) fn client_speaks(&mut self) {
        if std::mem::take(&mut self.is_clients_turn) && self.has_gap() {
            self.settle();
        }
    }

    /// A command.
    pub(crate) fn command(&mut self, command: C) {
        self.client_speaks();
        if self.commands.len() >= MOST {
            if let Some(Some(first)) = self.commands.pop_front() {
                self.found.push_back(Pair::Command(first));
            }
            // Its reply may come yet.
            if let Some(front) = self.commands.front_mut()
                && let Some(second) = front.take()
            {
                self.found.push_back(Pair::Command(second));
            }
        }
        self.commands.push_back(Some(command));
        self.pair();
    }

    /// A command in front of all others: that of the connection, which the greeting replies to.
    pub(crate) fn first_command(&mut self, command: C) {
        self.commands.push_front(Some(command));
    }

    /// Perhaps commands are missing.
    pub(crate) fn commands_missing(&mut self) {
        self.client_speaks();
        push_gap(&mut self.commands);
    }

    /// A reply.
    pub(crate) fn reply(&mut self, reply: R) {
        self.is_clients_turn = true;
        if self.replies.len() >= MOST {
            self.settle();
        }
        self.replies.push_back(Some(reply));
        self.pair();
    }

    /// A reply that can only be one to such a command. Whether that was in a gap.
    pub(crate) fn reply_to(&mut self, reply: R, mut is_it: impl FnMut(&C) -> bool) -> bool {
        self.is_clients_turn = true;
        let at = self.commands.iter().position(|command| command.as_ref().is_some_and(&mut is_it));
        match at {
            Some(at) if self.has_gap() => {
                let behind = self.commands.split_off(at + 1);
                self.replies.push_back(Some(reply));
                self.settle();
                self.commands = behind;
            }
            None if self.commands.iter().any(Option::is_none) => {
                self.settle();
                self.found.push_back(Pair::Reply(reply));
                return true;
            }
            _ => self.reply(reply),
        }
        false
    }

    /// Perhaps replies are missing.
    pub(crate) fn replies_missing(&mut self) {
        self.is_clients_turn = true;
        push_gap(&mut self.replies);
    }

    /// Nothing more comes to what waits.
    pub(crate) fn settle(&mut self) {
        let (mut commands, mut replies) =
            (std::mem::take(&mut self.commands), std::mem::take(&mut self.replies));
        let mut behind = Vec::new();
        // With nothing missing at the end, the last ones belong together.
        while let (Some(Some(_)), Some(Some(_))) = (commands.back(), replies.back()) {
            if let (Some(Some(command)), Some(Some(reply))) =
                (commands.pop_back(), replies.pop_back())
            {
                behind.push(Pair::Both(command, reply));
            }
        }
        while let (Some(Some(_)), Some(Some(_))) = (commands.front(), replies.front()) {
            if let (Some(Some(command)), Some(Some(reply))) =
                (commands.pop_front(), replies.pop_front())
            {
                self.found.push_back(Pair::Both(command, reply));
            }
        }
        self.found.extend(commands.into_iter().flatten().map(Pair::Command));
        self.found.extend(replies.into_iter().flatten().map(Pair::Reply));
        self.found.extend(behind.into_iter().rev());
    }

    fn has_gap(&self) -> bool {
        self.commands.iter().any(Option::is_none) || self.replies.iter().any(Option::is_none)
    }

    /// Pairs what is certain.
    fn pair(&mut self) {
        while let (Some(Some(_)), Some(Some(_))) = (self.commands.front(), self.replies.front()) {
            if let (Some(Some(command)), Some(Some(reply))) =
                (self.commands.pop_front(), self.replies.pop_front())
            {
                self.found.push_back(Pair::Both(command, reply));
            }
        }
    }
}

/// Gaps that touch are one.
fn push_gap<T>(list: &mut VecDeque<Option<T>>) {
    if !matches!(list.back(), Some(None)) {
        list.push_back(None);
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Pair, Pairs};

    /// What comes of a conversation: commands in small letters, replies in digits, `_` and `-` what is missing of both,
    /// `~` a beginning in the middle.
    fn pairs(talk: &str) -> String {
        let mut pairs = Pairs::default();
        for word in talk.chars() {
            match word {
                '_' => pairs.commands_missing(),
                '-' => pairs.replies_missing(),
                '~' => pairs.begin_in_the_middle(),
                'a'..='z' => pairs.command(word),
                // Only one to D.
                '3' => _ = pairs.reply_to(word, |command| *command == 'd'),
                _ => pairs.reply(word),
            }
        }
        pairs.settle();
        let mut text = String::new();
        while let Some(pair) = pairs.next() {
            match pair {
                Pair::Both(command, reply) => text.extend([command, reply, ' ']),
                Pair::Command(command) => text.extend([command, '?', ' ']),
                Pair::Reply(reply) => text.extend(['?', reply, ' ']),
            }
        }
        text
    }

    #[test]
    fn one_after_the_other_and_in_groups() {
        assert_eq!(pairs("a1b2c4"), "a1 b2 c4 ");
        assert_eq!(pairs("abd123c4"), "a1 b2 d3 c4 ");
        assert_eq!(pairs("abd12"), "a1 b2 d? ");
        assert_eq!(pairs("1a2b"), "a1 b2 ", "what was lost at first comes late");
        assert_eq!(pairs("3d1"), "d3 ?1 ");
    }

    #[test]
    fn missing_replies() {
        assert_eq!(pairs("a1b-c2"), "a1 b? c2 ");
        assert_eq!(pairs("abcd1-23e4"), "a1 b? c2 d3 e4 ", "one that is certain");
        assert_eq!(pairs("abc-12d3"), "a? b1 c2 d3 ", "the client goes on");
        assert_eq!(pairs("abc-124d3"), "a1 b2 c4 d3 ", "nothing was in the gap");
    }

    #[test]
    fn missing_commands() {
        assert_eq!(pairs("a1_2c4"), "a1 ?2 c4 ");
        assert_eq!(pairs("a_bd1223c4"), "a1 ?2 b2 d3 c4 ");
        assert_eq!(pairs("_1_2a4"), "?1 ?2 a4 ");
        assert_eq!(pairs("_12243a5"), "?1 ?2 ?2 ?4 ?3 a5 ", "all in one hole");
        assert_eq!(pairs("_a1b2"), "a1 b2 ", "nothing was in it");
        assert_eq!(pairs("a_b-12c4"), "a? ?1 b2 c4 ", "of both");
    }

    #[test]
    fn beginnings_in_the_middle() {
        assert_eq!(pairs("~a12b4"), "?1 a2 b4 ");
        assert_eq!(pairs("~1a2b4"), "?1 a2 b4 ");
        assert_eq!(pairs("~abd123"), "a1 b2 d3 ", "one that is certain");
    }

    #[test]
    fn bounded() {
        let mut pairs = Pairs::<usize, usize>::default();
        for n in 0..10 * MOST {
            pairs.command(n);
            assert!(pairs.waiting().count() <= MOST);
            while pairs.next().is_some() {}
        }
        pairs.reply(0);
        assert_eq!(pairs.next(), None, "some have gone");
        for n in 0..10 * MOST {
            pairs.reply(n);
            assert!(pairs.replies().count() <= MOST);
            while pairs.next().is_some() {}
        }
    }
}
