//! Connections of small networks.

use std::collections::BTreeSet;

use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use flowz_api::report::{Report, Totals};

use super::connections::{Connections, Counts};
use super::endpoints::Endpoints;
use super::index::Index;
use super::places::{Host, State};
use super::row::FlowRow;

/// A flow from one host to another, by the last byte of their addresses.
fn key(source: u8, destination: u8, ports: (u16, u16)) -> FlowKey {
    let mut key =
        FlowKey { net: Net::V4, src_port: ports.0, dst_port: ports.1, ..FlowKey::default() };
    key.src[..4].copy_from_slice(&[10, 0, 0, source]);
    key.dst[..4].copy_from_slice(&[10, 0, 0, destination]);
    key
}

/// A conversation of two directions that lives.
struct Talk {
    key: FlowKey,
    request: State,
    reply: State,
}

/// Begins a conversation; the client sends twice 100 bytes, the server once 50.
fn talk(all: &mut Connections, client: u8, server: u8, port: u16) -> Talk {
    let key = key(client, server, (4000, port));
    let endpoints = Endpoints::from_key(&key, false).unwrap();
    let request = all.begin(&endpoints, false);
    let reply = request.reversed();
    all.add(&Endpoints::from_key(&key.reversed(), true).unwrap(), reply);
    for _ in 0..2 {
        all.sent(&request, &key, 100);
    }
    all.sent(&reply, &key.reversed(), 50);
    Talk { key, request, reply }
}

fn end(all: &mut Connections, talk: &Talk) -> [Counts; 2] {
    [all.end(&talk.request, &talk.key), all.end(&talk.reply, &talk.key.reversed())]
}

/// Source, destination, pair, port.
fn peers(counts: Counts) -> [u32; 4] {
    [counts.source, counts.destination, counts.pair, counts.port]
}

fn sent(counts: Counts) -> (u64, u64) {
    (counts.packets, counts.bytes)
}

#[test]
fn state_stays_small() {
    assert!(size_of::<State>() <= 64, "{}", size_of::<State>());
    assert!(size_of::<Host>() <= 56, "{}", size_of::<Host>());
}

/// A model that counts all flows that live, against hosts that have many peers and ports, in no order.
#[test]
fn many_flows_of_many_hosts() {
    let mut all = Connections::new(true, false, usize::MAX);
    let mut flows: Vec<(State, FlowKey)> = Vec::new();
    let mut seed = 1_u32;
    let mut random = |n: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) % n
    };
    for step in 0..4_000 {
        if flows.is_empty() || random(4_000) > step {
            let key = key(random(6) as u8, random(6) as u8, (4000, 80 + random(4) as u16));
            let endpoints = Endpoints::from_key(&key, false).unwrap();
            flows.push((all.begin(&endpoints, false), key));
            continue;
        }
        let (state, ended) = flows.swap_remove(random(flows.len() as u32) as usize);
        let living = || flows.iter().map(|f| f.1).chain([ended]);
        let count = |is: &dyn Fn(&FlowKey) -> bool| living().filter(is).count() as u32;
        let pair = count(&|k| (k.src, k.dst) == (ended.src, ended.dst));
        let port = count(&|k| (k.src, k.dst_port) == (ended.src, ended.dst_port));
        let servers: BTreeSet<_> = living().filter(|k| k.src == ended.src).map(|k| k.dst).collect();
        let clients: BTreeSet<_> = living().filter(|k| k.dst == ended.dst).map(|k| k.src).collect();
        let expected = [servers.len() as u32, clients.len() as u32, pair, port];
        assert_eq!(peers(all.end(&state, &ended)), expected, "step {step}");
    }
}

#[test]
fn things_keep_their_places() {
    let mut index = Index::<u8, u32>::new(false, 9);
    let (one, two) = (index.enter(1).unwrap(), index.enter(2).unwrap());
    assert_eq!((one, two), ((0, true), (1, true)));
    *index.get_mut(0) = 7;
    assert_eq!((index.enter(1), index.find(2), index.find(3)), (Some((0, false)), Some(1), None));
    index.leave(0);
    assert_eq!(index.find(1), None);
    index.leave(0);
    assert_eq!((index.enter(9), index.enter(8)), (Some((0, true)), Some((2, true))), "left once");
    assert_eq!(*index.get(0), 0);
    let mut stale = Index::<u8, u32>::new(true, 9);
    stale.enter(1);
    *stale.get_mut(0) = 7;
    stale.leave(0);
    assert_eq!((stale.enter(2), *stale.get(0)), (Some((0, true)), 7));
}

#[test]
fn one_conversation() {
    for compat in [false, true] {
        let mut all = Connections::new(true, compat, usize::MAX);
        let talk = talk(&mut all, 1, 2, 80);
        let [a, b] = end(&mut all, &talk);
        assert_eq!((peers(a), sent(a)), ([1, 1, 2, 2], (2, 200)));
        assert_eq!((peers(b), sent(b)), ([1, 1, 1, 1], (1, 50)));
    }
}

#[test]
fn a_client_of_two_servers() {
    let mut all = Connections::new(true, false, usize::MAX);
    let first = talk(&mut all, 1, 2, 80);
    let second = talk(&mut all, 1, 3, 80);
    let third = talk(&mut all, 1, 3, 443);
    let [a, b] = end(&mut all, &third);
    assert_eq!((peers(a), peers(b)), ([2, 1, 4, 2], [1, 2, 3, 1]));
    assert_eq!((sent(a), sent(b)), ((6, 600), (2, 100)));
    let [a, b] = end(&mut all, &first);
    assert_eq!((peers(a), peers(b)), ([2, 1, 2, 4], [1, 2, 1, 3]));
    let [a, b] = end(&mut all, &second);
    assert_eq!((peers(a), peers(b)), ([1, 1, 2, 2], [1, 1, 1, 1]));
}

#[test]
fn roles_count_apart() {
    let mut all = Connections::new(true, false, usize::MAX);
    let up = talk(&mut all, 1, 2, 80);
    let _down = talk(&mut all, 2, 3, 80);
    let [a, b] = end(&mut all, &up);
    assert_eq!((peers(a), peers(b)), ([1, 1, 2, 2], [1, 1, 1, 1]));
    assert_eq!(sent(b), (3, 250), "as client too");
}

#[test]
fn a_host_that_talks_to_itself() {
    let mut all = Connections::new(true, false, usize::MAX);
    let talk = talk(&mut all, 1, 1, 80);
    let [a, b] = end(&mut all, &talk);
    assert_eq!((peers(a), peers(b)), ([1, 1, 2, 2], [1, 1, 1, 1]));
    assert_eq!((sent(a), sent(b)), ((3, 250), (3, 250)));
}

#[test]
fn an_address_that_comes_again() {
    let mut all = Connections::new(true, false, usize::MAX);
    let first = talk(&mut all, 1, 2, 80);
    end(&mut all, &first);
    let second = talk(&mut all, 3, 2, 80);
    let [a, b] = end(&mut all, &second);
    assert_eq!((sent(a), sent(b)), ((2, 200), (1, 50)));
}

#[test]
fn memory_of_the_reference() {
    let mut all = Connections::new(true, true, usize::MAX);
    let first = talk(&mut all, 1, 2, 80);
    end(&mut all, &first);
    let second = talk(&mut all, 3, 4, 80);
    let [a, b] = end(&mut all, &second);
    assert_eq!((sent(a), sent(b)), ((4, 400), (1, 50)), "the place of the first client");
    let (up, down) = (talk(&mut all, 5, 6, 80), talk(&mut all, 6, 5, 80));
    end(&mut all, &up);
    let [_, b] = end(&mut all, &down);
    assert_eq!(sent(b), (0, 4_198_402), "no client any more");
}

#[test]
fn flows_that_count_for_good() {
    let mut all = Connections::new(false, false, usize::MAX);
    let first = talk(&mut all, 1, 2, 80);
    end(&mut all, &first);
    let second = talk(&mut all, 1, 3, 80);
    let [a, b] = end(&mut all, &second);
    assert_eq!((peers(a), peers(b)), ([2, 1, 2, 4], [1, 2, 2, 4]));
    assert_eq!(sent(a), (4, 400));
}

#[test]
fn flows_that_are_not_counted() {
    let mut all = Connections::new(true, false, usize::MAX);
    assert_eq!(all.end(&State::default(), &FlowKey::default()), Counts::default());
    assert!(Endpoints::from_key(&FlowKey::default(), false).is_none(), "layer 2");
    let row = FlowRow::from_counts(Counts::default());
    assert_eq!((row.port_by_source, row.port_by_pair), (0.0, 0.0));
}

#[test]
fn the_report() {
    let mut all = Connections::new(true, false, usize::MAX);
    let talks = [talk(&mut all, 1, 2, 80), talk(&mut all, 1, 3, 80), talk(&mut all, 4, 3, 53)];
    for talk in &talks {
        end(&mut all, talk);
    }
    let lines = |peers, senders| {
        let mut report = Report::default();
        let totals = Totals { packets: 10, flow_bytes: 1000, ..Totals::default() };
        all.maxima.report(&totals, peers, senders, &mut report);
        report.lines.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let expected = [
        "Number of unique source IPs: 2",
        "Number of unique destination IPs: 2",
        "Number of unique source/destination IPs connections: 2",
        "Max unique number of source IP / destination port connections: 4",
        "IP connF=connSipDprt/connSip: 2.000000",
        "IP connG=connSipDprt/connSipDip: 2.000000",
        "Source IP with max connections: 10.0.0.1: 2 connections",
        "Destination IP with max connections: 10.0.0.3: 2 connections",
        "Biggest L3 talker: 10.0.0.1: 4 [40.00%] packets",
        "Biggest L3 talker: 10.0.0.1: 400 [40.00%] bytes",
    ];
    assert_eq!(lines(true, true), expected);
    assert_eq!(lines(false, false), expected[..6]);
    assert_eq!(lines(false, true).len(), 8);
}

#[test]
fn no_report_of_nothing() {
    let mut report = Report::default();
    Connections::new(true, false, usize::MAX).maxima.report(
        &Totals::default(),
        true,
        true,
        &mut report,
    );
    assert!(report.lines.is_empty());
}

/// What outlives its flows keeps to its share of the memory; flows that find no room show 0.
#[test]
fn what_is_not_forgotten_has_a_limit() {
    const SHARE: usize = 100_000;
    assert_eq!(Connections::new(true, false, SHARE).kept(), 0);
    for (live, compat) in [(false, false), (true, true), (false, true)] {
        let mut all = Connections::new(live, compat, SHARE);
        assert!((SHARE / 2..=SHARE).contains(&all.kept()), "{live} {compat}: {}", all.kept());
        let counted = (0..10_000_u16).filter(|n| {
            let [a, b] = n.to_be_bytes();
            let mut client = key(b, 1, (4000, 80));
            client.src[2] = a;
            let endpoints = Endpoints::from_key(&client, false).unwrap();
            let state = all.begin(&endpoints, false);
            all.end(&state, &client);
            state.is_counted()
        });
        let counted = counted.count();
        assert_eq!(counted < 1000, !live, "{live} {compat}: {counted}");
    }
}
