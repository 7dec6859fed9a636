//! Which sessions are open, and which flows belong to them.
//!
//! A session is told by a number. Parts have a parent, and what is said of members is about parents: a packet of a part
//! belongs to the session that it is part of.

use std::collections::{BTreeSet, HashMap, VecDeque};

use flowz_api::flow::FlowId;

/// Sessions of a flow to which its packets belong of themselves, the latest ones. Those in front of them have the packets that are
/// [added](Membership::add), so that a connection with thousands of calls is written a bounded number of times.
const MOST_OF_FLOW: usize = 16;

/// What a session is to others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Member {
    /// Its number.
    pub number: u64,
    /// The session that it is part of.
    pub parent: Option<u64>,
}

/// A session that is open.
#[derive(Debug)]
struct Open {
    parent: Option<u64>,
    flows: BTreeSet<FlowId>,
}

/// The sessions of a flow that are open.
#[derive(Default, Debug)]
struct OfFlow {
    count: usize,
    latest: VecDeque<u64>,
}

/// Sessions that are open.
#[derive(Default, Debug)]
pub struct Membership {
    open: HashMap<u64, Open>,
    by_flow: HashMap<FlowId, OfFlow>,
    /// Sessions without a parent that are open.
    count: usize,
    /// None begins, but for parts of those that are open.
    is_closed: bool,
}

impl Membership {
    /// A session opens; whether it is one of those that count.
    pub fn open(&mut self, session: Member) -> bool {
        let belongs = match session.parent {
            Some(parent) => self.open.contains_key(&parent),
            None => !self.is_closed,
        };
        if belongs {
            self.count += usize::from(session.parent.is_none());
            let open = Open { parent: session.parent, flows: BTreeSet::new() };
            self.open.insert(session.number, open);
        }
        belongs
    }

    /// From now on packets of a flow belong to a session.
    pub fn join(&mut self, number: u64, flow: FlowId) {
        let Some(open) = self.open.get_mut(&number) else { return };
        if !open.flows.insert(flow) {
            return;
        }
        let there = self.by_flow.entry(flow).or_default();
        there.count += 1;
        if there.latest.len() == MOST_OF_FLOW {
            there.latest.pop_front();
        }
        there.latest.push_back(number);
    }

    /// A session is over; whether it was one of those that count.
    pub fn close(&mut self, number: u64) -> bool {
        let Some(open) = self.open.remove(&number) else { return false };
        self.count -= usize::from(open.parent.is_none());
        for flow in open.flows {
            if let Some(there) = self.by_flow.get_mut(&flow) {
                there.count -= 1;
                there.latest.retain(|other| *other != number);
                if there.count == 0 {
                    self.by_flow.remove(&flow);
                }
            }
        }
        true
    }

    /// Whether a session is one of those that count, and open.
    pub fn has(&self, number: u64) -> bool {
        self.open.contains_key(&number)
    }

    /// Whether sessions begin from now on that are not part of others.
    pub fn set_open(&mut self, is_open: bool) {
        self.is_closed = !is_open;
    }

    /// Sessions that are open, with parts and without.
    pub fn count(&self) -> (usize, usize) {
        (self.open.len(), self.count)
    }

    /// Whether packets of a flow belong to any session.
    pub fn has_flow(&self, flow: FlowId) -> bool {
        self.by_flow.contains_key(&flow)
    }

    /// Adds the sessions to which packets of a flow belong, the latest ones if there are many: each once, parents in the place of parts.
    pub fn of_flow(&self, flow: FlowId, list: &mut Vec<u64>) {
        let sessions = self.by_flow.get(&flow).map(|there| there.latest.iter());
        for number in sessions.into_iter().flatten() {
            self.add(*number, list);
        }
    }

    /// Adds a session, or the one that it is part of, if it is open and not in the list.
    pub fn add(&self, number: u64, list: &mut Vec<u64>) {
        let Some(open) = self.open.get(&number) else { return };
        let number = open.parent.unwrap_or(number);
        if !list.contains(&number) {
            list.push(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Member, Membership};
    use flowz_api::flow::FlowId;

    fn of(sessions: &Membership, flow: u64) -> Vec<u64> {
        let mut list = Vec::new();
        sessions.of_flow(FlowId(flow), &mut list);
        list
    }

    #[test]
    fn parts_belong_to_their_parents() {
        let mut sessions = Membership::default();
        assert!(sessions.open(Member { number: 1, parent: None }));
        assert!(sessions.open(Member { number: 2, parent: Some(1) }));
        sessions.join(1, FlowId(7));
        sessions.join(2, FlowId(7));
        sessions.join(2, FlowId(8));
        sessions.join(9, FlowId(8));
        assert_eq!(
            (of(&sessions, 7), of(&sessions, 8), of(&sessions, 9)),
            (vec![1], vec![1], vec![])
        );
        assert_eq!(sessions.count(), (2, 1));
        assert!(sessions.close(2) && !sessions.close(2));
        assert_eq!((of(&sessions, 7), of(&sessions, 8)), (vec![1], vec![]));
        assert!(sessions.close(1));
        assert_eq!((of(&sessions, 7), sessions.count()), (vec![], (0, 0)));
    }

    #[test]
    fn a_flow_with_many_sessions() {
        let mut sessions = Membership::default();
        for number in 1..=1000 {
            assert!(sessions.open(Member { number, parent: None }));
            sessions.join(number, FlowId(7));
            sessions.join(number, FlowId(7));
        }
        assert_eq!(of(&sessions, 7), (985..=1000).collect::<Vec<_>>());
        (900..=1000).for_each(|number| assert!(sessions.close(number)));
        assert_eq!(of(&sessions, 7), []);
        assert!(sessions.has_flow(FlowId(7)) && !sessions.has_flow(FlowId(8)));
        (1..900).for_each(|number| assert!(sessions.close(number)));
        assert!(!sessions.has_flow(FlowId(7)));
    }

    #[test]
    fn behind_the_end_only_parts_begin() {
        let mut sessions = Membership::default();
        sessions.open(Member { number: 1, parent: None });
        sessions.set_open(false);
        assert!(!sessions.open(Member { number: 2, parent: None }));
        assert!(!sessions.open(Member { number: 3, parent: Some(2) }));
        assert!(sessions.open(Member { number: 4, parent: Some(1) }));
        assert!(sessions.has(4) && !sessions.has(3));
        assert_eq!(sessions.count(), (2, 1));
        sessions.set_open(true);
        assert!(sessions.open(Member { number: 5, parent: None }));
    }
}
