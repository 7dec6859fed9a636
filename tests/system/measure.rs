//! Commands that measure captures: what they print, in all forms, and how they end.

use std::fs;
use std::net::UdpSocket;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::kit::{Scratch, data, flowz, flowz_fed};

/// The first capture of the project from its first packet on: 48, 121 packets in a second each.
fn web(words: &str) -> String {
    let web = data("web.pcap");
    let words: Vec<_> = words.split('|').chain([web.as_str()]).collect();
    flowz(&Scratch::new(), &words).well().stdout
}

#[test]
fn intervals() {
    assert_eq!(
        web("stat|-i|1|--compat"),
        "Time:1795235597\tn=48\tavg=84.19\tstddev=52.72\tbps=32328.00\n\
         Time:1795235598\tn=121\tavg=541.22\tstddev=665.86\tbps=523904.00\n"
    );
    assert_eq!(
        web("stat|-i|1|--align|wall|-o|%S %n %N\\n"),
        "1795235596 4 230\n1795235597 44 3811\n1795235598 121 65488\n"
    );
    assert_eq!(web("stat|-i|1|-s|1|-o|%r %n\\n"), "0.500000 48\n");
    assert_eq!(web("stat|-i|all|-o|%n %N %M %m\\n"), "169 69529 1500 28\n");
    assert_eq!(web("stat|-i|-1|-l|-o|%N\\n"), format!("{}\n", 69_529 + 169 * 14));
    let all = web("stat|-i|0.1|-o|%n\\n").lines().count();
    let some = web("stat|-i|0.1|-e|-o|%n\\n");
    assert!(some.lines().count() < all && !some.lines().any(|line| line == "0"));
}

#[test]
fn forms_of_a_table() {
    let csv = web("stat|-i|1|--csv");
    let json = web("stat|-i|1|--json");
    let people = web("stat|-i|1");
    assert!(csv.starts_with("time,duration,packets,bytes,") && csv.lines().count() == 3);
    let first: serde_json::Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!((first["packets"].as_u64(), first["tcp"].as_u64()), (Some(48), Some(34)));
    assert!(people.ends_with("\n\nPackets read: 169 = 169 counted\n"), "{people}");
    assert!(!people.contains('\u{1b}'), "no colours where there is no terminal");
}

#[test]
fn sums_of_intervals() {
    let bits = web("stat|-B|100000|-i|0.1|--csv");
    assert!(bits.starts_with("limit,exceeded,duration,part,peak\n100000,0.4"), "{bits}");
    assert!(web("stat|-a|--compat").starts_with("Bytes/sec\t=      6.8 KB\n"));
    assert!(
        web("stat|-b|100000|-i|0.1|--compat")
            .contains("% of the time)\nPeak Bandwidth: 4922720.00 bps\n")
    );
}

#[test]
fn filters_and_damage() {
    let dir = Scratch::new();
    let done =
        flowz(&dir, &["stat", "-o", "%n\\n", "-i", "all", &data("web.pcap"), "tcp", "port", "80"]);
    assert_eq!(done.well().stdout, "143\n");
    let bytes = fs::read(data("web.pcap")).unwrap();
    let done = flowz_fed(&dir, &["stat", "-r", "-", "--csv"], bytes[..5_000].to_vec());
    assert_eq!(done.code, 3, "{}", done.stderr);
    assert!(done.stdout.lines().nth(1).unwrap().contains(",42,"), "{}", done.stdout);
    for words in [
        "stat",
        "stat -i 0 x.pcap",
        "stat -i all --align wall x.pcap",
        "stat -a -b 1 x.pcap",
        "stat --csv --json x.pcap",
        "stat --csv -o %n x.pcap",
        "icmp-srt",
    ] {
        let words: Vec<_> = words.split(' ').collect();
        assert_eq!(flowz(&dir, &words).code, 2, "{words:?}");
    }
    assert_eq!(flowz(&dir, &["stat", "nothing.pcap"]).code, 1);
}

#[test]
fn echoes() {
    let dir = Scratch::new();
    let frag = data("frag.pcap");
    let csv = flowz(&dir, &["icmp-srt", "--csv", &frag]).well().stdout;
    let rows: Vec<_> = csv.lines().collect();
    assert_eq!(rows[1], "ICMP,2,2,0,0,0.052,0.079,0.0655,0.0655,0.019091883092036785,12,6,0,0,0");
    assert!(rows[2].starts_with("ICMPv6,2,2,0,0,0.016,0.045,"));
    let packets = flowz(&dir, &["icmp-srt", "-p", "--csv", &frag]).well().stdout;
    assert!(packets.starts_with(
        "frame.time_epoch,ip.src,ip.dst,icmp.type,icmp.ident,icmp.seq,ip.len,ip.hdr_len,icmp.resptime\n\
         1795235636.188856000,10.1.0.10,10.1.0.2,8,19009,1,1500,20,\n\
         1795235636.188935000,10.1.0.2,10.1.0.10,0,19009,1,1500,20,0.079\n"
    ));
    let tshark = flowz(&dir, &["icmp-srt", "--compat", &frag]).well().stdout;
    assert!(tshark.contains("\nMinimum   Maximum   Mean      Median    SDeviation     Min Frame Max Frame\n0.052     0.079     "));
}

#[test]
fn pairs_of_captures_flow_files_and_lists() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let of_capture = flowz(&dir, &["pairs", "--csv", &web]).well().stdout;
    assert_eq!(
        of_capture,
        "host1,host2,flows,packets,bytes\n10.1.0.2,10.1.0.10,,153,68154\n\
         2001:db8:1::2,2001:db8:1::10,,13,1247\n2001:db8:1::10,ff02::1:ff00:2,,1,72\n"
    );
    let flows = flowz(&dir, &["-r", &web, "-w", "-", "-q"]).well().stdout;
    dir.write("web_flows.txt", flows.as_bytes());
    let of_flows = flowz(&dir, &["pairs", "--csv", "-n", "1", "web_flows.txt"]).well().stdout;
    assert_eq!(of_flows, "host1,host2,flows,packets,bytes\n10.1.0.2,10.1.0.10,30,153,60646\n");
    let piped = flowz_fed(&dir, &["pairs", "--csv", "-n", "1", "-"], flows.into_bytes());
    assert_eq!(piped.well().stdout, of_flows);
    let piped = flowz_fed(&dir, &["pairs", "--csv", "-r", "-"], fs::read(&web).unwrap());
    assert_eq!(piped.well().stdout, of_capture, "a capture whose first bytes were looked at");
    dir.write("list", b"d4f22123 c0a80102\nc0a80102 d4f22123\n0a000001 0a000002\n");
    let of_list = flowz(&dir, &["pairs", "--csv", "-n", "1", "list"]).well().stdout;
    assert_eq!(of_list, "host1,host2,flows,packets,bytes\n192.168.1.2,212.242.33.35,2,0,0\n");
    let xor = flowz(&dir, &["pairs", "--csv", "--xor", "-n", "1", "list"]).well().stdout;
    assert_eq!(xor, "hash,flows\n0x347b,2\n");
    let sketch = flowz(&dir, &["pairs", "--csv", "--sketch=2", "-n", "1", &web]).well().stdout;
    assert_eq!(sketch, "host1,host2,bytes,error\n10.1.0.2,10.1.0.10,68154,0\n");
    let words = ["pairs", "--csv", "--sketch=count-min", "-n", "9", &web];
    let sketch = flowz(&dir, &words).well().stdout;
    assert_eq!(
        sketch,
        "host1,host2,bytes,error\n10.1.0.2,10.1.0.10,68154,0\n\
         2001:db8:1::2,2001:db8:1::10,1247,0\n2001:db8:1::10,ff02::1:ff00:2,72,0\n"
    );
    // One counter: it has all bytes, of which the first pair had none before it came.
    let words = ["pairs", "--sketch=count-min:1x1", "-n", "1", &web];
    let sketch = flowz(&dir, &words).well().stdout;
    assert!(
        sketch.contains("; by more than 188847 (271.8282 % of all) with a chance of no more than 36.79 %; pairs that are not shown have no more than "),
        "{sketch}"
    );
    let unknown = flowz(&dir, &["pairs", "--sketch=bloom", &web]);
    assert!(unknown.code == 2 && unknown.stderr.contains("give space-saving, count-min"));
    flowz(&dir, &["pairs", "web_flows.txt", "tcp"]).is_refused(&["'web_flows.txt' is a text"]);
    flowz(&dir, &["pairs", "--by", "flows", &web]).is_refused(&["flows are in flow files"]);
    dir.write("bad", b"c0a80102 d4f22123\nhello world\n");
    flowz(&dir, &["pairs", "bad"]).fails_with(&["'bad', line 2", "'hello' is no address"]);
}

#[test]
fn volume_of_flows_and_packets() {
    let dir = Scratch::new();
    let header = "%dir\tflowInd\ttimeFirst\ttimeLast\tsrcIP\tdstIP\tpktsSnt\tl7BytesSnt\n";
    let row = "A\t1\t3.4\t7.8\t10.0.0.1\t10.0.0.2\t0\t100000\n";
    dir.write("x_flows.txt", format!("{header}{row}").as_bytes());
    let bytes = |words: &str| {
        let words: Vec<_> = ["volume", "--csv"].into_iter().chain(words.split(' ')).collect();
        let table = flowz(&dir, &words).well().stdout;
        let cells = table
            .lines()
            .skip(1)
            .map(|line| line.split(',').nth(1).unwrap().parse::<u64>().unwrap());
        cells.collect::<Vec<_>>()
    };
    assert_eq!(bytes("--mode naive x_flows.txt"), [20_000; 5]);
    assert_eq!(bytes("x_flows.txt"), [13_637, 22_727, 22_727, 22_727, 18_182]);
    let web = data("web.pcap");
    let table = flowz(&dir, &["volume", "--csv", &web]).well().stdout;
    assert!(table.ends_with("\n1795235598.000000000,3582,61906,121\n"), "{table}");
    let sum = |mode: &str| {
        let table =
            flowz(&dir, &["volume", "-w", "10ms", "--mode", mode, "--csv", &web]).well().stdout;
        let cells = |line: &str| {
            line.split(',').skip(1).map(|cell| cell.parse::<u64>().unwrap()).collect::<Vec<_>>()
        };
        table
            .lines()
            .skip(1)
            .map(cells)
            .fold([0; 3], |sum, row| [sum[0] + row[0], sum[1] + row[1], sum[2] + row[2]])
    };
    assert_eq!(sum("pkt"), [5_441, 64_032, 167]);
    assert_eq!(sum("frac"), sum("pkt"));
    assert_eq!(sum("naive"), sum("pkt"));
    flowz(&dir, &["volume", "--mode", "pkt", "x_flows.txt"])
        .is_refused(&["--mode pkt is for captures"]);
}

#[test]
fn flow_tables_of_intervals() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let words = ["t2", "-Ci=1", "-cl", "-Tf60", "-O", "x/%i.t2", "-Cai=1", &web];
    assert_eq!(flowz(&dir, &words).well().stdout, "");
    assert_eq!(dir.names_in("x"), ["1.t2", "2.t2", "3.t2"]);
    // Nothing is silent for a minute: all flows are in the last table, with their times of before.
    let (first, last) = (dir.read("x/1.t2"), dir.read("x/3.t2"));
    assert!(first.contains("# begin trace interval: 1795235596.000000\n"), "{first}");
    assert!(first.lines().all(|line| line.starts_with('#')), "{first}");
    let row =
        "\n10.1.0.2\t10.1.0.10\t6\t1\t80\t44660\t5\t485\t1\t1795235597.491133\t1795235597.496225\n";
    assert!(last.contains(row), "{last}");
    let rows = |text: &str| text.lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(rows(&last), 34);
    let done =
        flowz(&dir, &["t2", "-i", "1", "--align", "wall", "-c", "l", "-T", "60", "-O", "-", &web]);
    assert_eq!(done.well().stdout, [first, dir.read("x/2.t2"), last].concat());
    // Packets and bytes are the same, wherever flows end.
    let sum = |words: &str| {
        let words: Vec<_> = ["t2", "--csv", &web].into_iter().chain(words.split(' ')).collect();
        let table = flowz(&dir, &words).well().stdout;
        let number = |line: &str, n: usize| line.split(',').nth(n).unwrap().parse::<u64>().unwrap();
        let rows = table.lines().skip(1);
        rows.fold((0, 0), |sum, row| (sum.0 + number(row, 9), sum.1 + number(row, 10)))
    };
    assert_eq!(sum("-i 0.1"), (167, 69_473));
    assert_eq!(sum("-i all -Tf0.001"), sum("-i 0.1"));
    assert_eq!(sum("-i 0.1 -Tf0.01 -cl"), sum("-i 0.1"));
    let json = flowz(&dir, &["t2", "-Ci=1", "-O", "all", "--json", &web]).well().stdout;
    assert_eq!((json.as_str(), dir.read("all").lines().count()), ("", 34));
    flowz(&dir, &["t2", "-Cai=1", &web]).is_refused(&["one interval for all packets"]);
    assert_eq!(flowz(&dir, &["t2", "-Ta60", &web]).code, 2);
    flowz(&dir, &["t2", "-O", "%!", &web]).is_refused(&["-O '%!': '%!' is no sign"]);
    dir.write("in.pcap", fs::read(&web).unwrap());
    flowz(&dir, &["t2", "-O", "in.pcap", "in.pcap"]).is_refused(&["'in.pcap' is read by this run"]);
    assert_eq!(fs::read(dir.path("in.pcap")).unwrap(), fs::read(&web).unwrap());
    flowz(&dir, &["t2", "-O", "all/x", &web]).fails_with(&["all"]);
}

/// A counter of lo, as the kernel has it now.
fn of_lo(name: &str) -> u64 {
    let path = format!("/sys/class/net/lo/statistics/{name}");
    fs::read_to_string(path).unwrap().trim().parse().unwrap()
}

#[test]
fn counters_of_interfaces() {
    let dir = Scratch::new();
    let before = of_lo("rx_bytes");
    let row = flowz(&dir, &["if", "--json", "lo"]).well().stdout;
    let row: serde_json::Value = serde_json::from_str(&row).unwrap();
    assert_eq!((row["name"].as_str(), row["txErrors"].as_u64()), (Some("lo"), Some(0)));
    assert!((before..=of_lo("rx_bytes")).contains(&row["rxBytes"].as_u64().unwrap()), "{row}");
    let all = flowz(&dir, &["if", "--csv"]).well().stdout;
    assert!(all.starts_with("name,state,rxBytes,") && all.contains("\nlo,"), "{all}");
    let unknown = flowz(&dir, &["if", "lo", "no such"]);
    unknown.is_refused(&["there is no interface `no such`; there "]);
    for words in ["if -i 0", "if -n 3", "if -i 1 -n 0", "if --csv --json"] {
        let words: Vec<_> = words.split(' ').collect();
        assert_eq!(flowz(&dir, &words).code, 2, "{words:?}");
    }
}

#[test]
fn rates_of_interfaces() {
    let (socket, target) = (UdpSocket::bind("127.0.0.1:0").unwrap(), "127.0.0.1:9");
    let (end, is_ended) = mpsc::channel::<()>();
    let sender = thread::spawn(move || {
        while is_ended.recv_timeout(Duration::from_millis(1)) == Err(RecvTimeoutError::Timeout) {
            // Nobody listens there, which may be told.
            drop(socket.send_to(&[0; 972], target));
        }
    });
    let done = flowz(&Scratch::new(), &["if", "-i", "0.2", "-n", "2", "--json", "lo"]).well();
    drop(end);
    sender.join().unwrap();
    let rows: Vec<serde_json::Value> =
        done.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 2, "{}", done.stdout);
    // What a rate says is what the counter went up by in that time.
    let number = |row: usize, name: &str| rows[row][name].as_f64().unwrap();
    let seconds = number(1, "time") - number(0, "time");
    for (rate, count, factor) in [("txRate", "txBytes", 8.0), ("rxPacketRate", "rxPackets", 1.0)] {
        let mean = (number(1, count) - number(0, count)) * factor / seconds;
        assert!(mean > 0.0 && (number(1, rate) / mean - 1.0).abs() < 0.1, "{rate}: {mean}");
    }
}

#[test]
fn the_largest_flows() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let names = "src,dst,proto,ok,sport,dport,pkts,bytes,flows,first,latest\n";
    let row =
        "10.1.0.2,10.1.0.10,6,1,80,51834,44,59685,1,1795235598.640740000,1795235598.642097000\n";
    let table = |words: &str| {
        let words: Vec<_> = ["top", "--csv"].into_iter().chain(words.split(' ')).collect();
        flowz(&dir, &words).well().stdout
    };
    assert_eq!(table(&format!("-S b -n 1 {web}")), format!("{names}{row}"));
    // By packets and by flows all rows are there, largest first, equal ones in one order.
    let column = |by: &str, n: usize| {
        let table = table(&format!("-S {by} -n 99 -r {web}"));
        let number = |row: &str| row.split(',').nth(n).unwrap().parse::<u64>().unwrap();
        table.lines().skip(1).map(number).collect::<Vec<_>>()
    };
    let (bytes, packets) = (column("b", 7), column("p", 6));
    assert_eq!((bytes.len(), packets.len()), (34, 34));
    assert!(bytes.is_sorted_by(|a, b| a >= b) && packets.is_sorted_by(|a, b| a >= b));
    assert_eq!((bytes.iter().sum(), packets.iter().sum()), (69_473_u64, 167_u64));
    // Two tables in which a flow is make one row; so do flow files and standard input.
    let tables = flowz(&dir, &["t2", "-i", "0.05", "-O", "-", &web]).well().stdout;
    let piped = flowz_fed(&dir, &["top", "-S", "f", "-n", "1", "--csv"], tables.into_bytes());
    let piped = piped.well().stdout;
    assert!(piped.starts_with(names) && !piped.contains(",1,1795"), "{piped}");
    let flows = flowz(&dir, &["-r", &web, "-w", "-", "-q"]).well().stdout;
    let piped = flowz_fed(&dir, &["top", "-Sb", "-n", "1", "--csv"], flows.into_bytes()).well();
    assert_eq!(piped.stdout, format!("{names}{}", row.replace("59685", "57389")));
    flowz(&dir, &["top", "-S", "b", "--once", &web]).is_refused(&["--once means nothing"]);
    for (option, value) in [("--sort", "bytes"), ("--interval", "1"), ("--rows", "1000")] {
        let told = format!("for which {option} means nothing");
        flowz(&dir, &["top", "-S", "b", option, value, &web]).is_refused(&[&told]);
    }
    flowz(&dir, &["top", "--csv", "-r", &web])
        .is_refused(&["--csv and --json print the table of -S"]);
    assert_eq!(flowz(&dir, &["top", "-S", "x", &web]).code, 2);
    // A number is bytes of a packet.
    flowz(&dir, &["top", "-S", "96", "--once", "-r", &web])
        .is_refused(&["--snaplen is for interfaces"]);
}
