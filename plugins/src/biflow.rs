//! State of a conversation, both directions in one, for tables with one row for both: it stays with the flow whose packet came first.

use flowz_api::Checkpoint;

/// State of a conversation in the states of its two flows.
#[derive(Debug, Checkpoint)]
pub(crate) struct Biflow<T>(Option<Box<T>>);

/// Which way a packet goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) enum Side {
    /// The way of the conversation's first packet.
    Forward,
    /// The other way.
    Backward,
}

impl<T> Default for Biflow<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Biflow<T> {
    /// Bytes of a state, for [`Plugin::bytes_elsewhere`](flowz_api::plugin::Plugin::bytes_elsewhere).
    pub(crate) const BYTES: usize = size_of::<T>();

    /// The state for a packet of `flow`, made by `begin` if this is the first packet, and the way that the packet goes.
    pub(crate) fn of_packet<'a>(
        flow: &'a mut Self,
        peer: Option<&'a mut Self>,
        begin: impl FnOnce() -> T,
    ) -> (&'a mut T, Side) {
        let of_peer = peer.and_then(|peer| peer.0.as_mut());
        if let Some(state) = of_peer.filter(|_| flow.is_empty()) {
            return (state, Side::Backward);
        }
        (flow.0.get_or_insert_with(|| Box::new(begin())), Side::Forward)
    }

    /// The state, if a packet made one, and the way that what comes from `flow` goes.
    pub(crate) fn existing<'a>(
        flow: &'a mut Self,
        peer: Option<&'a mut Self>,
    ) -> Option<(&'a mut T, Side)> {
        let of_peer = || Some((peer?.0.as_deref_mut()?, Side::Backward));
        flow.0.as_deref_mut().map(|state| (state, Side::Forward)).or_else(of_peer)
    }

    /// The state, when the flow ends, and the way that packets of `flow` went. The other flow's end finds none.
    pub(crate) fn at_end(flow: &mut Self, peer: Option<&mut Self>) -> Option<(Box<T>, Side)> {
        let of_peer = || peer.and_then(|peer| peer.0.take()).map(|state| (state, Side::Backward));
        flow.0.take().map(|state| (state, Side::Forward)).or_else(of_peer)
    }

    /// Whether no packet made a state here.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::{Biflow, Side};

    #[test]
    fn both_directions_find_one_state() {
        let (mut a, mut b) = (Biflow::<u32>::default(), Biflow::default());
        assert_eq!(Biflow::of_packet(&mut b, None, || 7), (&mut 7, Side::Forward));
        let (state, side) = Biflow::of_packet(&mut a, Some(&mut b), || 9);
        *state += 1;
        assert_eq!((*state, side), (8, Side::Backward));
        assert_eq!(Biflow::of_packet(&mut b, Some(&mut a), || 9), (&mut 8, Side::Forward));
        assert!(a.is_empty() && !b.is_empty());
        assert_eq!(Biflow::existing(&mut a, Some(&mut b)), Some((&mut 8, Side::Backward)));
        assert_eq!(Biflow::existing(&mut b, Some(&mut a)), Some((&mut 8, Side::Forward)));
        assert_eq!(Biflow::existing(&mut a, None), None);
        assert_eq!(Biflow::at_end(&mut a, Some(&mut b)), Some((Box::new(8), Side::Backward)));
        assert_eq!(Biflow::at_end(&mut b, Some(&mut a)), None);
    }
}
