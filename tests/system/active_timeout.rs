//! `--active-timeout`: interim records of flows that live long.

use std::collections::{BTreeMap, BTreeSet};

use flowz_api::packet::Timestamp;
use flowz_api::settings::Run;
use flowz_capture::{Input, Options, Source};
use flowz_engine::output::Choice;

use crate::kit::engines::{Job, Left};
use crate::kit::{Scratch, Table, analyse, captures, data, flowz};

/// Bits of `flowStat`.
const INTERIM: u64 = 1 << 53;
const CONTINUED: u64 = 1 << 54;
const INVERTED: u64 = 1;

const NAMES: [&str; 2] = ["basicFlow", "basicStats"];
const WITH_TIMEOUTS: [&str; 4] = ["basicFlow", "basicStats", "tcpFlags", "tcpStates"];

fn job<'a>(path: &'a str, names: &'a [&'a str], seconds: f64) -> Job<'a> {
    let mut run = Run { packet_mode: true, ..Run::default() };
    run.core.active_timeout = seconds;
    Job { plugins: Vec::new(), names, run, choice: Choice::default(), path }
}

fn packets(left: &Left) -> Table {
    let file = left.files.iter().find(|(name, _)| name == "x_packets.txt");
    Table::parse(&String::from_utf8_lossy(&file.unwrap().1))
}

fn status(table: &Table, row: &[String]) -> u64 {
    u64::from_str_radix(&row[table.place("flowStat")][2..], 16).unwrap()
}

/// Nanoseconds of a cell.
fn nanos(cell: &str) -> i128 {
    let (seconds, fraction) = cell.split_once('.').unwrap();
    seconds.parse::<i128>().unwrap() * 1_000_000_000 + fraction.parse::<i128>().unwrap()
}

/// Fragments behind an interim record do not find the flow of their first one.
fn has_fragments(left: &Left) -> bool {
    left.counters.ipv4_fragments + left.counters.ipv6_fragments > 0
}

/// Packets have the flow numbers that they have without interim records, whose rows divide the time of a flow.
#[test]
fn flows_keep_their_numbers() {
    let mut interim = 0;
    for path in captures() {
        let whole = job(&path, &NAMES, 0.0).alone();
        // There times go backwards, so records of a flow may overlap.
        if has_fragments(&whole) || path.contains("backwards") {
            continue;
        }
        for seconds in [0.01, 0.5, 30.0] {
            let cut = job(&path, &NAMES, seconds).everywhere();
            let numbers = |left: &Left| packets(left).numbers("flowInd");
            assert_eq!(numbers(&cut), numbers(&whole), "{path} {seconds}");
            let table = cut.flow_table();
            let longest = (seconds * 1e9) as i128;
            let mut behind: BTreeMap<(u64, &str), i128> = BTreeMap::new();
            let mut seen = BTreeSet::new();
            for (id, row) in table.numbers("flowInd").into_iter().zip(&table.rows) {
                let cell = |name: &str| row[table.place(name)].as_str();
                let (first, last) = (nanos(cell("timeFirst")), nanos(cell("timeLast")));
                assert!(last - first < longest, "{path} {seconds}: {row:?}");
                let status = status(&table, row);
                let before = behind.insert((id, cell("dir")), last);
                if let Some(before) = before {
                    assert!(before < first && status & CONTINUED != 0, "{path} {seconds}: {row:?}");
                }
                if status & CONTINUED != 0 {
                    assert!(seen.contains(&id), "{path} {seconds}: {row:?}");
                }
                if status & INTERIM != 0 {
                    seen.insert(id);
                    interim += 1;
                }
            }
            let marked = table.rows.iter().filter(|row| status(&table, row) & INTERIM != 0).count();
            assert_eq!(cut.counters.interim, marked as u64);
            let line = format!("Number of interim records of flows: {marked}");
            assert_eq!(cut.says(&line), marked > 0, "{:?}", cut.report);
            let sum = |table: &Table| table.numbers("pktsSnt").iter().sum::<u64>();
            assert_eq!(sum(&table), sum(&whole.flow_table()));
        }
    }
    assert!(interim > 1000, "{interim}");
}

/// Where both directions were in the first record, each keeps its letter and its direction bit, also alone.
#[test]
fn directions_keep_their_letters() {
    let mut alone = 0;
    for path in captures() {
        let cut = job(&path, &NAMES, 0.01).alone();
        let table = cut.flow_table();
        let mut ends: BTreeMap<(u64, String, String), (String, u64)> = BTreeMap::new();
        let mut pairs: BTreeMap<u64, usize> = BTreeMap::new();
        let mut paired = BTreeSet::new();
        for (id, row) in table.numbers("flowInd").into_iter().zip(&table.rows) {
            let cell = |name: &str| row[table.place(name)].clone();
            let key = (id, cell("srcIP") + &cell("srcPort"), cell("dstIP") + &cell("dstPort"));
            let value = (cell("dir"), status(&table, row) & INVERTED);
            *pairs.entry(id).or_default() += 1;
            if paired.contains(&id)
                && let Some(before) = ends.get(&key)
            {
                assert_eq!(*before, value, "{path}: {row:?}");
                alone += usize::from(value.0 == "B");
            }
            ends.insert(key, value);
            if pairs[&id] == 2 && ends.keys().filter(|(of, ..)| *of == id).count() == 2 {
                paired.insert(id);
            }
        }
    }
    assert!(alone > 20, "{alone}");
}

/// Plugins that set timeouts and look at connections see flows that begin anew.
#[test]
fn threads_do_not_matter() {
    for path in captures() {
        for compat in [false, true] {
            let mut job = job(&path, &WITH_TIMEOUTS, 0.02);
            (job.run.packet_mode, job.run.compat) = (compat, compat);
            (job.run.core.tcp_reuse, job.run.core.sctp_activate) = (true, 1);
            job.run.core.fdurlimit = u32::from(compat);
            job.everywhere();
        }
    }
}

/// Cumulative counters are the sums of those of each record, for any number of threads, and no other column changes.
#[test]
fn counters_that_go_on() {
    const COUNTERS: [&str; 3] = ["pktsSnt", "padBytesSnt", "l7BytesSnt"];
    let mut went_on = 0;
    for path in captures() {
        let one = job(&path, &NAMES, 0.02).alone().flow_table();
        let mut job = job(&path, &NAMES, 0.02);
        job.run.core.active_cumulative = true;
        let all = job.everywhere().flow_table();
        assert_eq!(one.rows.len(), all.rows.len(), "{path}");
        let mut sums: BTreeMap<(u64, String), [i64; 3]> = BTreeMap::new();
        for (id, (each, total)) in
            one.numbers("flowInd").into_iter().zip(one.rows.iter().zip(&all.rows))
        {
            let sums = sums.entry((id, each[one.place("dir")].clone())).or_default();
            let places = COUNTERS.map(|name| one.place(name));
            for (sum, place) in sums.iter_mut().zip(places) {
                let value: i64 = each[place].parse().unwrap();
                went_on += usize::from(*sum > 0 && value > 0);
                *sum += value;
                assert_eq!(total[place], sum.to_string(), "{path}: {total:?}");
            }
            let others = |row: &[String]| -> Vec<String> {
                let kept = row.iter().enumerate().filter(|(n, _)| !places.contains(n));
                kept.map(|(_, cell)| cell.clone()).collect()
            };
            assert_eq!(others(each), others(total), "{path}");
        }
    }
    assert!(went_on > 500, "{went_on}");
}

/// A clock that goes on between packets changes the order of rows, and no row.
#[test]
fn time_without_packets() {
    for path in captures() {
        let mut input =
            Input::open(&Source::File(path.clone().into()), &Options::default()).unwrap();
        let mut times = Vec::new();
        while let Some(packet) = input.next_packet() {
            times.push(packet.ts.0);
        }
        for (names, seconds) in
            [(&NAMES[..], 0.3), (&NAMES, 100.0), (&NAMES, 500.0), (&WITH_TIMEOUTS, 2.0)]
        {
            let job = job(&path, names, seconds);
            let mut n = 0_usize;
            let watched = job.watched(|engine| {
                if let (Some(last), Some(next)) = (n.checked_sub(1).map(|n| times[n]), times.get(n))
                    && last < *next
                {
                    for part in 1..=40 {
                        let now = last + (i128::from(next - last - 1) * part / 40) as i64;
                        engine.advance(Timestamp(now)).unwrap();
                    }
                }
                n += 1;
            });
            let sorted = |left: &Left| left.flow_table().rows.into_iter().collect::<BTreeSet<_>>();
            assert_eq!(sorted(&watched), sorted(&job.alone()), "{path} {seconds}");
            assert_eq!(packets(&watched).rows, packets(&job.alone()).rows);
        }
    }
}

#[test]
fn of_the_command_line() {
    let web = data("loss.pcap");
    let rows = |threads: &str| {
        let done = analyse(&["-r", &web, "--active-timeout", "20ms", "--threads", threads]);
        assert!(done.done.stdout.contains("core.ACTIVE_TIMEOUT=0.02"), "{}", done.done.stdout);
        assert!(done.report("Number of interim records of flows").is_some());
        (done.flows, done.packets, done.others)
    };
    let one = rows("1");
    assert!(["2", "3"].into_iter().all(|threads| rows(threads) == one));
    let plain = analyse(&["-r", &web]);
    assert!(one.0.lines().count() > plain.flows.lines().count());
    assert!(plain.report("Number of interim records of flows").is_none());
    let total =
        analyse(&["-r", &web, "--active-timeout", "20ms", "--active-counters", "cumulative"]);
    assert_ne!(total.flows, one.0);
    let dir = Scratch::new();
    let done = flowz(&dir, &["-r", &web, "-w", "x", "--active-counters", "cumulative"]);
    assert!(done.code == 2 && done.stderr.contains("--active-timeout"), "{done:?}");
    for (wrong, why) in [("5m", "'m' is no unit"), ("0", "out of range"), ("x", "is no unit")] {
        let done = flowz(&dir, &["-r", &web, "-w", "x", "--active-timeout", wrong]);
        assert!(done.code == 2 && done.stderr.contains(why), "{done:?}");
    }
}
