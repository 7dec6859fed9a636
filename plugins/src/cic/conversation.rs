//! Where a row ends and the next one begins.

use super::flow::{ACK, FIN, Flow, Mode, RST, Rules, SYN, Seen};
use crate::biflow::Side;
use flowz_api::Checkpoint;

/// A conversation: the row that has not ended, and what is known of those before.
#[derive(Clone, Debug, Default, Checkpoint)]
pub(crate) struct Conversation {
    flow: Option<Flow>,
    /// How far the end of the TCP connection has come.
    phase: Phase,
    /// What was forward in the row that time has ended.
    kept: Option<Side>,
    /// When the connection began.
    since: Option<i64>,
}

/// How far the end of a TCP connection has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
enum Phase {
    #[default]
    Open,
    /// Both have sent FIN.
    BothFin,
    /// It is over: what comes is the rest of it, until a SYN.
    Over,
    /// The same, and its row, which began at this moment, has ended: what comes does not count.
    Ignored(i64),
}

fn opposite(side: Side) -> Side {
    if side == Side::Forward { Side::Backward } else { Side::Forward }
}

impl Conversation {
    /// Takes a packet in. `ended` is called with each row that ends in front of it or with it.
    pub(super) fn add(&mut self, packet: &Seen, rules: &Rules, mut ended: impl FnMut(&Flow)) {
        let ended = |flow: &Flow| {
            if is_written(flow, rules) {
                ended(flow);
            }
        };
        match rules.mode {
            Mode::Corrected => self.add_corrected(packet, rules, ended),
            Mode::Original => self.add_original(packet, rules, ended),
            Mode::Lycos => self.add_lycos(packet, rules, ended),
        }
    }

    /// The row that ends with the conversation. Of LycoSTand only if its time is over, `now` being the newest packet's moment: what the
    /// end of a capture cuts off it does not write.
    pub(super) fn end(mut self, now: i64, rules: &Rules) -> Option<Flow> {
        self.flow.take().filter(|flow| is_written(flow, rules)).filter(|flow| {
            rules.mode != Mode::Lycos || now.abs_diff(flow.first.min(now)) > rules.timeout
        })
    }

    /// Ends the row, if the packet comes too late for it; which side of it was forward.
    fn end_late(&mut self, packet: &Seen, rules: &Rules, ended: impl FnMut(&Flow)) -> Option<Side> {
        let flow = self.flow.as_ref()?;
        let is_late = packet.micros.max(flow.first).abs_diff(flow.first) > rules.timeout;
        is_late.then_some(flow.forward).inspect(|_| self.end_row(ended))
    }

    /// Ends the row.
    fn end_row(&mut self, mut ended: impl FnMut(&Flow)) {
        if let Some(flow) = &self.flow {
            ended(flow);
        }
        self.flow = None;
    }

    /// The row that the packet belongs to.
    fn open(&mut self, packet: &Seen, forward: Side) -> &mut Flow {
        let since = *self.since.get_or_insert(packet.micros);
        self.flow.get_or_insert_with(|| Flow::new(forward, packet.micros, since))
    }

    fn add_corrected(&mut self, packet: &Seen, rules: &Rules, mut ended: impl FnMut(&Flow)) {
        let late = self.end_late(packet, rules, &mut ended);
        self.kept = late.or(self.kept);
        if self.phase == Phase::Over && packet.has(SYN) {
            self.end_row(&mut ended);
        }
        if self.phase == Phase::Over && self.flow.is_none() {
            (self.phase, self.kept, self.since) = (Phase::Open, None, None);
        }
        let by_flags = if packet.has(SYN | ACK) { opposite(packet.side) } else { packet.side };
        let forward = self.kept.unwrap_or(by_flags);
        let flow = self.open(packet, forward);
        flow.add(packet, false, rules);
        let both = flow.ways.iter().all(|way| way.fins > 0);
        self.phase = match self.phase {
            _ if packet.has(RST) => Phase::Over,
            Phase::BothFin if packet.has(ACK) => Phase::Over,
            Phase::Open if both => Phase::BothFin,
            phase => phase,
        };
    }

    fn add_original(&mut self, packet: &Seen, rules: &Rules, mut ended: impl FnMut(&Flow)) {
        self.end_late(packet, rules, &mut ended);
        let is_first = self.flow.is_none();
        if is_first {
            self.since = None;
        }
        let flow = self.open(packet, packet.side);
        let way = usize::from(packet.side != flow.forward);
        let has_fin = packet.has(FIN);
        // A second FIN of a side is passed over.
        if is_first || !has_fin || flow.ways[way].fins == 0 {
            // The backward count stands in for both, and the first packet of a row ends none.
            let ends = !is_first && (packet.has(RST) || (has_fin && way == 1));
            flow.add(packet, ends, rules);
            if ends {
                self.end_row(&mut ended);
            }
        }
    }

    fn add_lycos(&mut self, packet: &Seen, rules: &Rules, mut ended: impl FnMut(&Flow)) {
        let late = self.end_late(packet, rules, &mut ended);
        self.kept = late.or(self.kept);
        if let Phase::Ignored(first) = self.phase {
            if !packet.has(SYN) && packet.micros.abs_diff(first) <= rules.timeout {
                return;
            }
            (self.phase, self.kept, self.since) = (Phase::Open, None, None);
        }
        let by_flags = if packet.answers { opposite(packet.side) } else { packet.side };
        let forward = self.kept.unwrap_or(by_flags);
        let ends = packet.has(FIN) || packet.has(RST);
        let flow = self.open(packet, forward);
        flow.add(packet, ends, rules);
        if ends {
            self.phase = Phase::Ignored(flow.first);
            self.end_row(&mut ended);
        }
    }
}

/// Whether a row is written: the original drops those of one packet, LycoSTand those of TCP.
fn is_written(flow: &Flow, rules: &Rules) -> bool {
    match rules.mode {
        Mode::Corrected => true,
        Mode::Original => flow.packets() > 1,
        Mode::Lycos => flow.packets() > 1 || flow.ways.iter().all(|way| way.window.is_none()),
    }
}
