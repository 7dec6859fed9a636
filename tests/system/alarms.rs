//! Alarms: of plugins and of rules, and rows that are only written for one.

use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Human;
use flowz_api::settings::Run;
use flowz_api::status::Mark;
use flowz_api::toggles::NoToggles;
use flowz_engine::output::Choice;

use crate::kit::engines::Job;
use crate::kit::{Scratch, Table, analyse, data, flowz};

/// The bit of `flowStat`.
const ALARM: u64 = 1 << 49;

/// Number 1 raises an alarm at the second packet of flows with an even number, number 2 at the end of those that had more than
/// ten packets, and number 3 at the first packet on the peer.
#[derive(Merge)]
struct Watch<const N: usize> {
    #[merge(sum)]
    raised: u64,
}

#[derive(Default, Debug)]
struct Seen {
    packets: u64,
}

#[derive(Row, Debug)]
#[row(toggles = NoToggles)]
struct Columns<const N: usize> {
    /// Packets.
    #[col(name = format!("watch{N}"))]
    packets: u64,
}

impl<const N: usize> Plugin for Watch<N> {
    const INFO: Info =
        Info::new(["", "watchA", "watchB", "watchC"][N], 700 + N as u16, "Watches").alarms();
    type Toggles = NoToggles;
    type Flow = Seen;
    type Row<'a> = Columns<N>;
    type PacketRow<'a> = Columns<N>;

    fn new(_: &mut PluginSetup<'_, NoToggles>) -> Result<Self, PluginError> {
        Ok(Self { raised: 0 })
    }

    fn on_layer2(&mut self, cx: &mut PacketContext<'_>, flow: &mut Seen, peer: Option<&mut Seen>) {
        self.on_packet(cx, flow, peer);
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut Seen, _: Option<&mut Seen>) {
        flow.packets += 1;
        match (N, flow.packets) {
            (1, 2) if cx.flow.id.0.is_multiple_of(2) => {
                self.raised += 1;
                cx.raise_alarm::<Self>();
                // A plugin counts once.
                cx.mark::<Self>(Mark::ALARM);
            }
            (3, 1) if cx.peer.is_some() => {
                self.raised += 1;
                cx.mark_peer::<Self>(Mark::ALARM);
            }
            _ => {}
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, flow: &'a Seen) -> Columns<N> {
        Columns { packets: flow.packets }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut Seen,
        _: Option<&'a mut Seen>,
    ) -> Columns<N> {
        if N == 2 && flow.packets > 10 {
            self.raised += 1;
            cx.raise_alarm::<Self>();
        }
        Columns { packets: flow.packets }
    }

    fn report(&self, _: &flowz_api::report::Totals, out: &mut Report) {
        out.line(format!("raised{N} {}", self.raised), []);
    }
}

fn job<'a>(
    path: &'a str,
    names: &'a [&'a str],
    (only, all): (bool, bool),
    rules: &[&str],
) -> Job<'a> {
    let plugins = vec![
        PluginEntry::new::<Watch<1>>(),
        PluginEntry::new::<Watch<2>>(),
        PluginEntry::new::<Watch<3>>(),
    ];
    let mut run = Run::default();
    (run.core.alarm_mode, run.core.alarm_and) = (only, all);
    let alarms = rules.iter().map(|rule| (*rule).to_owned()).collect();
    Job { plugins, names, run, choice: Choice { alarms, ..Choice::default() }, path }
}

const WATCHES: [&str; 5] = ["basicFlow", "basicStats", "watchA", "watchB", "watchC"];

fn number(text: &str) -> u64 {
    text.strip_prefix("0x")
        .map_or_else(|| text.parse(), |hex| u64::from_str_radix(hex, 16))
        .unwrap()
}

/// How many plugins and rules raise an alarm on a row, without looking at its status.
fn raised(table: &Table, row: &[String]) -> usize {
    let value = |name: &str| number(&row[table.place(name)]);
    // B had come when A had its last packet, or the other way round.
    let has_peer =
        table.numbers("flowInd").iter().filter(|id| **id == value("flowInd")).count() == 2;
    let of_peer = has_peer && row[table.place("dir")] == "A";
    let plugins =
        [value("flowInd") % 2 == 0 && value("pktsSnt") > 1, value("pktsSnt") > 10, of_peer];
    plugins.into_iter().chain([value("l4Proto") == 17]).map(usize::from).sum()
}

#[test]
fn of_plugins_and_rules() {
    for capture in ["web.pcap", "many.pcap", "loss.pcap"] {
        let path = data(capture);
        let rules = ["l4Proto == 17"];
        let all = job(&path, &WATCHES, (false, false), &rules).everywhere();
        let table = all.flow_table();
        let (mut alarms, mut flows, mut full) = (0, 0, 0);
        for row in &table.rows {
            let n = raised(&table, row);
            let status = number(&row[table.place("flowStat")]);
            assert_eq!(status & ALARM != 0, n > 0, "{capture}: {row:?}");
            alarms += n;
            flows += usize::from(n > 0);
            full += usize::from(n == 4);
        }
        assert!(flows > 0 && flows < table.rows.len(), "{capture}");
        assert_eq!((all.counters.alarms, all.counters.alarm_flows), (alarms as u64, flows as u64));
        let percent = 100.0 * flows as f64 / table.rows.len() as f64;
        let begins = |words: &str| all.report.iter().any(|line| line.starts_with(words));
        let (n, m) = (Human(alarms as u64, ""), Human(flows as u64, ""));
        let line = format!("{alarms}{n} alarms in {flows}{m} flows [{percent:.2}%]");
        assert!(begins(&line), "{line}: {:?}", all.report);
        assert!(all.counters.status.bits() & ALARM != 0);

        let only = job(&path, &WATCHES, (true, false), &rules).everywhere();
        let with = |row: &&Vec<String>| raised(&table, row) > 0;
        assert_eq!(
            only.flow_table().rows,
            table.rows.iter().filter(with).cloned().collect::<Vec<_>>()
        );
        let left_out = table.rows.len() - flows;
        assert!(
            only.says(&format!("Number of flows that alarm mode left out: {left_out} [")),
            "{:?}",
            only.report
        );

        let and = job(&path, &WATCHES, (true, true), &rules).everywhere();
        assert_eq!(and.flow_table().rows.len(), full);
        assert_eq!((and.counters.alarms, and.counters.alarm_flows), (alarms as u64, full as u64));
    }
}

/// A monitoring report reads them from the counters while the run lasts.
#[test]
fn counters_follow() {
    let path = data("many.pcap");
    let mut last = (0, 0);
    let mut steps = 0;
    let mut job = job(&path, &WATCHES, (false, false), &["pktsSnt > 0"]);
    job.run.core.flow_timeout = 0.5;
    let left = job.watched(|engine| {
        let now = (engine.counters().alarms, engine.counters().alarm_flows);
        assert!(now >= last);
        steps += u32::from(now > last);
        last = now;
    });
    assert!(steps > 1 && left.counters.alarms > last.0, "{steps} {last:?}");
}

#[test]
fn a_plugin_that_has_not_said_so() {
    let info = <Watch<1> as Plugin>::INFO;
    assert!(info.alarms && info.marks && !Info::new("x", 1, "").marks().alarms);
}

#[test]
fn rules_of_the_command_line() {
    let web = data("web.pcap");
    let plain = analyse(&["-r", &web]);
    let rules = ["--alarm", "dstPort == 80", "--alarm", "l4Proto == 6 && pktsSnt > 20"];
    let all = plain.flow_table();
    let column = |row: &[String], name: &str| number(&row[all.place(name)]);
    let port = |row: &&Vec<String>| column(row, "dstPort") == 80;
    let busy = |row: &&Vec<String>| column(row, "l4Proto") == 6 && column(row, "pktsSnt") > 20;
    let ports = all.rows.iter().filter(port).count();
    let (alarms, flows) = (
        ports + all.rows.iter().filter(busy).count(),
        all.rows.iter().filter(|row| port(row) || busy(row)).count(),
    );
    assert!(ports > 0 && alarms > ports && flows < all.rows.len());
    for threads in ["1", "2", "3"] {
        let args = [&["-r", &web, "--threads", threads][..], &rules].concat();
        let told = analyse(&args);
        assert_eq!(told.flow_table().rows.len(), all.rows.len(), "alarm mode is off");
        assert!(told.done.stdout.contains(&format!("{alarms} alarms in {flows} flows [")));
        let only = analyse(&[&args[..], &["-o", "core.ALARM_MODE=1"]].concat());
        let written = only.flow_table();
        assert_eq!(written.rows.len(), flows);
        assert!(written.select(["flowStat"]).iter().all(|row| number(row[0]) & ALARM != 0));
        assert_eq!(only.packets, plain.packets, "packets are those of all flows");
        assert!(only.report("Aggregated flowStat").unwrap().starts_with("0x"));
        let left_out = only.report("Number of flows that alarm mode left out").unwrap();
        assert!(left_out.starts_with(&format!("{} [", all.rows.len() - flows)), "{left_out}");
        let both = ["-o", "core.ALARM_MODE=1", "-o", "core.ALARM_AND=1"];
        let and = analyse(&[&args[..], &both].concat());
        let expected = all.rows.iter().filter(|row| port(row) && busy(row)).count();
        assert_eq!(and.flow_table().rows.len(), expected);
        // --where sees the bit, and chooses among the rows that alarm mode leaves.
        let asked = analyse(&[&args[..], &["--where", "flowStat & 0x2000000000000 == 0"]].concat());
        assert_eq!(asked.flow_table().rows.len(), all.rows.len() - flows);
    }
}

#[test]
fn what_the_headers_and_messages_say() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let args = [
        "-r",
        &web,
        "-w",
        "x",
        "--alarm",
        "dstPort == 80",
        "--alarm",
        "dstPort == 81",
        "--fields",
        "dstPort",
    ];
    let done = flowz(&dir, &args).well();
    let told =
        ", --fields dstPort, --alarm 'dstPort == 80', --alarm 'dstPort == 81', fingerprint 0x";
    assert!(done.stdout.contains(told) && dir.read("x_headers.txt").contains(told));
    let done = flowz(&dir, &["-r", &web, "-w", "y", "--alarm", "srcPrt == 80"]);
    assert_eq!(done.code, 2);
    let told = "flowz: error: --alarm: there is no column 'srcPrt'; did you mean 'srcPort'?";
    assert!(done.stderr.starts_with(told), "{done:?}");
    let nobody = flowz(&dir, &["-r", &web, "-w", "z", "-o", "core.ALARM_MODE=1"]).well();
    assert!(nobody.stdout.contains("no plugin of this run raises alarms and there is no --alarm"));
    assert_eq!(dir.read("z_flows.txt").lines().count(), 1);
}

#[test]
fn one_alarm_in_one_flow() {
    let web = data("web.pcap");
    let told = analyse(&["-r", &web, "--alarm", "flowInd == 1 and dir == \"A\""]);
    let report = &told.done.stdout;
    assert!(report.contains("[WRN] 1 alarm in 1 flow ["), "{report}");
}
