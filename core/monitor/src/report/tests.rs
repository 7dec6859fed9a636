use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flowz_api::packet::{NANOS, Timestamp};
use flowz_api::report::{Part, Report};
use flowz_api::settings::CoreToggles;

use super::{Reporter, Settings};
use crate::clock::Moment;
use crate::snapshot::Snapshot;
use crate::snapshot::tests::{live_sample, sample};

/// What was written, for a look at it.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn settings(machine: bool, differences: bool) -> Settings {
    let core =
        CoreToggles { machine_report: machine, diff_report: differences, ..CoreToggles::default() };
    Settings { process: 1234, ..Settings::new(&core, "flowz 0.1.0".to_owned()) }
}

/// The lines of reports of these moments.
fn reports(settings: Settings, moments: &[Snapshot]) -> Vec<String> {
    let paper = Paper::default();
    let mut reporter = Reporter::new(settings, Box::new(paper.clone()));
    let mut plugins = Report::default();
    plugins.section("basicStats");
    plugins.line("Biggest talker", [Part::Count(2000)]);
    for moment in moments {
        reporter.report(moment, &plugins).unwrap();
    }
    let text = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
    text.lines().map(str::to_owned).collect()
}

const HEADER: &str = "%repType	sensorID	time	duration	memUsageKB	fillSzHashMap	numFlows	numAFlows	numBFlows	\
    numPkts	numAPkts	numBPkts	numL2Pkts	numV4Pkts	numV6Pkts	numVxPkts	numBytes	numABytes	numBBytes	\
    numFrgV4Pkts	numFrgV6Pkts	numAlarms	rawBandwidth	globalWarn	0x0806Pkts	0x0806Bytes	0x8035Pkts	0x8035Bytes	\
    TCPPkts	TCPBytes	UDPPkts	UDPBytes	ICMPPkts	ICMPBytes	ICMPv6Pkts	ICMPv6Bytes	SCTPPkts	SCTPBytes";

#[test]
fn machine_lines() {
    let lines = reports(settings(true, false), &[sample(1), sample(2)]);
    let first = "USR1MR_A	666	1700000010.000000000	10.000000000	8192	40	120	70	50	1000	600	387	17	900	70	1	\
        500000	400000	90000	6	7	2	480000.000	0x0400000000004001	15	630	2	84	700	450000	200	40000	20	2000	5	\
        400	4	360";
    let second = "USR1MR_A	666	1700000020.000000000	20.000000000	8192	40	240	140	100	2000	1200	774	34	1800	140	2	\
        1000000	800000	180000	12	14	4	480000.000	0x0400000000004001	30	1260	4	168	1400	900000	400	80000	40	4000	\
        10	800	8	720";
    assert_eq!(lines, [HEADER, first, second]);
}

/// The first one is about all since the beginning; the next one is the difference.
#[test]
fn machine_differences() {
    let lines = reports(settings(true, true), &[sample(1), sample(3)]);
    let second = "USR1MR_D	666	1700000030.000000000	20.000000000	8192	40	240	140	100	2000	1200	774	34	1800	140	2	\
        1000000	800000	180000	12	14	4	480000.000	0x0400000000004001	30	1260	4	168	1400	900000	400	80000	40	4000	\
        10	800	8	720";
    assert_eq!((lines.len(), lines[2].as_str()), (3, second));
    assert!(lines[1].starts_with("USR1MR_D	666	1700000010.000000000	10.000000000	"));
}

#[test]
fn as_many_values_as_names() {
    let columns = |line: &String| line.split('\t').map(str::to_owned).collect::<Vec<_>>();
    for (moment, more) in [(sample(1), 0), (live_sample(1), 3), (Snapshot::default(), 0)] {
        let lines = reports(settings(true, false), &[moment]);
        let [names, values] = [columns(&lines[0]), columns(&lines[1])];
        assert_eq!((names.len(), values.len()), (38 + more, 38 + more));
    }
    let lines = reports(settings(true, false), &[live_sample(1)]);
    assert_eq!(columns(&lines[0])[3..8], ["duration", "pktsRec", "pktsDrp", "ifDrp", "memUsageKB"]);
    assert_eq!(columns(&lines[1])[3..8], ["10.000000000", "1100", "90", "10", "8192"]);
    let compat = Snapshot { compat: true, ..sample(1) };
    let lines = reports(settings(true, false), &[compat]);
    let at = columns(&lines[0]).iter().position(|name| name == "numVxPkts").unwrap();
    assert_eq!(columns(&lines[1])[at], "2", "the reference counts each twice");
}

#[test]
fn lines_for_people() {
    let lines = reports(settings(false, false), &[sample(1)]);
    let ([double, single, wavy], shown) = (["=", "-", "~"].map(|sign| sign.repeat(80)), lines);
    let expected = [
        &double,
        "USR1 A type report: flowz 0.1.0. PID: 1234, SID: 666",
        &double,
        "Date: 1700000100.250000000 sec (Tue 14 Nov 2023 22:15:00 GMT)",
        "Dump time: 1700000010.000000000 sec (Tue 14 Nov 2023 22:13:30 GMT)",
        "Dump duration: 10.000000000 sec",
        "Elapsed time: 5.000000000 sec",
        "Percentage completed: 12.50%",
        "Remaining time: 35.000000000 sec",
        "ETF: 1700000135.250000000 sec (Tue 14 Nov 2023 22:15:35 GMT)",
        "Fill size of main hash map: 40 [20.00%]",
        "Max number of flows in memory: 90",
        "Memory usage: 8.39 MB",
        "Max memory usage: 9.44 MB",
        "Number of processed packets: 1000",
        "Number of processed bytes: 500000 (500.00 K)",
        "Number of raw bytes: 600000 (600.00 K)",
        "Number of pcap bytes: 500",
        "Number of L2 packets: 17 [1.70%]",
        "Number of IPv4 packets: 900 [90.00%]",
        "Number of IPv6 packets: 70 [7.00%]",
        "Number of IPvX packets: 1 [0.10%]",
        "Number of packets without flow: 10 [1.00%]",
        "Number of duplicate packets dropped: 3 [0.30%]",
        "Number of A packets: 600 [60.79%]",
        "Number of B packets: 387 [39.21%]",
        "Number of A bytes: 400000 (400.00 K) [81.63%]",
        "Number of B bytes: 90000 (90.00 K) [18.37%]",
        "<A packet load>: 666.67",
        "<B packet load>: 232.56",
        &single,
        "basicStats: Biggest talker: 2000 (2.00 K)",
        &single,
    ];
    assert_eq!(shown[..expected.len()], expected);
    let rest = shown[expected.len()..].join("\n");
    for line in [
        "\nNumber of ARP packets: 15 [1.50%]\n",
        &format!("\n{wavy}\nNumber of processed      flows: 120 [100.00%]\n"),
        "\nNumber of ended          flows: 80\nNumber of ended flows, timeout: 60 [75.00%]\n",
        "\nNumber of ended flows, end of input: 2 [2.50%]\n",
        "\n[WRN] 2 alarms in 120 flows\n",
        "\nNumber of processed total packets/s: 100.00\n",
        "\n<Raw bandwidth>: 480000 b/s (480.00 Kb/s)\n",
        "\nRows of txt: 80, 1 dropped, 2 errors, 300 of 1000 bytes wait\n",
        &format!("\nAggregated flowStat=0x0400000000004001\n{double}"),
    ] {
        assert!(rest.contains(line), "{line} is not in {rest}");
    }
}

/// Interfaces have their lines; what is not known of the input is not told.
#[test]
fn lines_for_people_of_an_interface() {
    let live = reports(settings(false, true), &[live_sample(1), live_sample(2)]);
    let second = live.iter().rposition(|line| line.starts_with("USR1 D type report")).unwrap();
    let second = &live[second..];
    assert_eq!(
        second[6..9],
        [
            "Number of packets received on eth0: 1100 (1.10 K) [100.00%]",
            "Number of packets dropped by kernel on eth0: 90 [8.18%]",
            "Number of packets dropped by interface on eth0: 10 [0.91%]"
        ]
    );
    assert!(second.iter().any(|line| line == "Number of processed packets: 1000"));
    let about_the_end = |line: &&String| line.starts_with("ETF") || line.starts_with("Percentage");
    assert_eq!(live.iter().find(about_the_end), None);
}

fn at(millis: u64) -> Moment {
    Moment { elapsed: Duration::from_millis(millis), ..Moment::default() }
}

#[test]
fn intervals_by_the_clock() {
    let mut reporter = Reporter::new(settings(true, false), Box::new(io::sink()));
    assert!(!reporter.is_due(at(9000), None), "only when asked for");
    assert!(reporter.toggle_periodic(at(500), None) && reporter.is_periodic());
    let times = [600, 1499, 1500, 1501, 2700, 2800, 9600, 10_400, 10_500].into_iter();
    let due: Vec<_> = times.filter(|millis| reporter.is_due(at(*millis), None)).collect();
    assert_eq!(due, [1500, 2700, 9600, 10_500], "what was missed is not made up for");
    assert!(!reporter.toggle_periodic(at(10_600), None) && !reporter.is_due(at(99_000), None));
}

#[test]
fn intervals_by_packets() {
    let core = CoreToggles { moninttmpcp: true, monintv: 2.0, ..CoreToggles::default() };
    let settings = Settings::new(&core, String::new());
    assert_eq!((settings.packet_time, settings.interval), (true, Duration::from_secs(2)));
    let mut reporter = Reporter::new(settings, Box::new(io::sink()));
    assert!(reporter.toggle_periodic(at(0), None));
    let due: Vec<_> = [7, 8, 9, 10, 12, 13, 20]
        .into_iter()
        .filter(|second| reporter.is_due(at(0), Some(Timestamp(second * NANOS))))
        .collect();
    assert_eq!(due, [9, 12, 13, 20]);
}
