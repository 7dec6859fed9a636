use std::collections::BTreeMap;

use flowz_api::key::{FlowKey, TCP};
use flowz_api::layers::Net;
use flowz_api::packet::{NANOS, Timestamp};

use super::side::Drawings;
use super::toggles::Toggles;
use crate::biflow::Side::{self, Backward, Forward};
use crate::connections::connection::Connection;
use crate::connections::segment::{ACK, FIN, Options, PSH, RST, SYN, Segment, URG};

/// Side, milliseconds behind second 1000, flags, number, acknowledgement, bytes of data, window.
type Step = (Side, i64, u8, u32, u32, u32, u16);

fn toggles() -> Toggles {
    Toggles {
        connections: "1".to_owned(),
        tsg: true,
        rtt: true,
        tput: true,
        owin: true,
        ssize: true,
        tline: true,
        mean: 3,
        relative: 0,
        prefix: String::new(),
    }
}

fn segment(&(_, millis, flags, number, ack, data, window): &Step) -> Segment {
    let time = Timestamp(1000 * NANOS + millis * 1_000_000);
    Segment { time, flags, number, ack, data, captured: data, window, ..Segment::default() }
}

/// The files of a connection of segments.
fn draw(segments: &[(Side, Segment)], toggles: &Toggles) -> BTreeMap<String, String> {
    let mut key =
        FlowKey { proto: TCP, net: Net::V4, src_port: 1000, dst_port: 80, ..FlowKey::default() };
    key.src[..4].copy_from_slice(&[10, 0, 0, 1]);
    key.dst[..4].copy_from_slice(&[10, 0, 0, 2]);
    let mut connection = Connection::new(1, Forward, segments[0].1.time);
    let mut drawings = Drawings::new(&connection, &key, toggles);
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (side, segment) in segments {
        let seen = connection.add(segment, *side, true);
        drawings.add(segment, &seen, connection.index(*side), toggles);
    }
    drawings.take(true, &toggles.prefix, |name, bytes| {
        files.entry(name.to_owned()).or_default().push_str(std::str::from_utf8(bytes).unwrap());
    });
    files
}

fn of_steps(steps: &[Step], toggles: &Toggles) -> BTreeMap<String, String> {
    let segments: Vec<_> = steps.iter().map(|step| (step.0, segment(step))).collect();
    draw(&segments, toggles)
}

/// Commands behind the head, without seconds and the lines' ends: `line 1000.5 1 ..` is `line .500000 1 ..`.
fn commands(file: &str) -> String {
    let lines: Vec<_> = file.lines().skip(7).collect();
    lines.join("\n").replace(" 1000.", " .")
}

/// A short connection: data, PSH, an acknowledgement, FIN with data.
const SHORT: [Step; 10] = [
    (Forward, 0, SYN, 100, 0, 0, 500),
    (Backward, 100, SYN | ACK, 7000, 101, 0, 600),
    (Forward, 200, ACK, 101, 7001, 0, 501),
    (Forward, 300, ACK, 101, 7001, 10, 1000),
    (Forward, 400, PSH | ACK, 111, 7001, 10, 1000),
    (Backward, 500, ACK, 7001, 121, 0, 650),
    (Forward, 600, FIN | ACK, 121, 7001, 5, 1000),
    (Backward, 700, ACK, 7001, 127, 0, 640),
    (Backward, 800, FIN | ACK, 7001, 127, 0, 1000),
    (Forward, 900, ACK, 127, 7002, 0, 1000),
];

/// What tcptrace 6.6.7 draws of it.
const SHORT_TSG: &str = "\
white\norange\ndiamond .000000 100\natext .000000 101\nSYN\nuarrow .000000 101\nline .000000 100 .000000 101
white\ndarrow .200000 101\nuarrow .200000 101
white\ndarrow .300000 101\nuarrow .300000 111\nline .300000 101 .300000 111
white\ndarrow .400000 111\ndiamond .400000 121 white\ndot .400000 121 white\nline .400000 111 .400000 121
green\nline .100000 101 .500000 101\nline .500000 101 .500000 121
yellow\nline .100000 701 .500000 701\nline .500000 701 .500000 771
white\ndarrow .600000 121\nline .600000 121 .600000 126\norange\nline .600000 126 .600000 127\nbox .600000 127\natext .600000 127\nFIN
green\nline .500000 121 .700000 121\nline .700000 121 .700000 127
yellow\nline .500000 771 .700000 771\nline .700000 771 .700000 767
green\nline .700000 127 .800000 127\ndtick .800000 127
yellow\nline .700000 767 .800000 767\nline .800000 767 .800000 1127
white\ndarrow .900000 127\nuarrow .900000 127\ngo";

#[test]
fn heads_and_names() {
    let files = of_steps(&SHORT, &toggles());
    let names: Vec<_> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "a2b_owin.xpl",
            "a2b_rtt.xpl",
            "a2b_ssize.xpl",
            "a2b_tput.xpl",
            "a2b_tsg.xpl",
            "a_b_tline.xpl",
            "b2a_owin.xpl",
            "b2a_rtt.xpl",
            "b2a_ssize.xpl",
            "b2a_tput.xpl",
            "b2a_tsg.xpl",
        ]
    );
    let head = |name: &str| files[name].lines().take(7).collect::<Vec<_>>().join("|");
    assert_eq!(
        head("a2b_tsg.xpl"),
        "timeval double|title|10.0.0.1:1000_==>_10.0.0.2:80 (time sequence graph)|xlabel|time|ylabel|sequence number"
    );
    assert_eq!(
        head("b2a_owin.xpl"),
        "timeval signed|title|10.0.0.2:80_==>_10.0.0.1:1000 (outstanding data)|xlabel|time|ylabel|Outstanding Data (bytes)"
    );
    assert_eq!(
        head("a_b_tline.xpl"),
        "unsigned dtime|title|10.0.0.1:1000_==>_10.0.0.2:80 (time line graph)|xlabel|segments|ylabel|relative time"
    );
    let both = of_steps(&SHORT, &Toggles { relative: 3, prefix: "p-".to_owned(), ..toggles() });
    let relative = &both["p-a2b_tsg.xpl"];
    assert!(relative.starts_with("dtime signed\n") && relative.contains("\nsequence offset\n"));
    assert!(relative.contains("\ndiamond 0.000000 0\natext 0.000000 1\nSYN\n"), "{relative}");
}

#[test]
fn segments_and_acknowledgements() {
    let files = of_steps(&SHORT, &toggles());
    assert_eq!(commands(&files["a2b_tsg.xpl"]), SHORT_TSG);
    assert!(commands(&files["b2a_tsg.xpl"]).starts_with(
        "white\ndot .000000 7000 green\norange\ndiamond .100000 7000\natext .100000 7001\nSYN\n"
    ));
}

#[test]
fn graphs_over_the_time() {
    let files = of_steps(&SHORT, &toggles());
    let of = |name: &str| commands(&files[name]);
    assert_eq!(
        of("a2b_rtt.xpl"),
        "red\nred\ndot .100000 100\nltext .300000 100 red\nrtt\nred\ndot .500000 100\nline .500000 100 .100000 100\n\
         red\ndot .700000 100\nline .700000 100 .500000 100\ngo"
    );
    assert_eq!(
        of("a2b_tput.xpl"),
        "dot .300000 33 yellow\nred\ndot .400000 25\nblue\ndot .400000 50\ndot .400000 100 yellow\ndot .600000 25 yellow\ngo"
    );
    assert_eq!(
        of("a2b_ssize.xpl"),
        "red\ndot .300000 10\nblue\ndot .300000 10\nltext .350000 10 red\nsegsize\nred\ndot .400000 10\n\
         line .400000 10 .300000 10\nltext .350000 10 blue\navg segsize\nblue\ndot .400000 10\nline .400000 10 .300000 10\n\
         red\ndot .600000 5\nline .600000 5 .400000 10\nblue\ndot .600000 8\nline .600000 8 .400000 10\ngo"
    );
    let owin = of("a2b_owin.xpl");
    let dots: Vec<_> = owin.lines().filter_map(|line| line.strip_prefix("dot .")).collect();
    assert_eq!(
        dots,
        [
            "200000 1",
            "200000 600",
            "200000 1",
            "200000 0",
            "300000 11",
            "300000 600",
            "300000 6",
            "300000 2",
            "400000 21",
            "400000 600",
            "400000 11",
            "400000 8",
            "600000 6",
            "600000 650",
            "600000 9",
            "600000 6",
            "900000 1",
            "900000 1000",
            "900000 8",
        ]
    );
    assert!(owin.contains("ltext .250000 4 blue\navg owin\n"), "{owin}");
}

#[test]
fn the_time_line() {
    let files = of_steps(&SHORT[..6], &toggles());
    let expected = "\
invisible 0 -0.000000\ninvisible 100 -0.000000
line 40 -0.000000 40 -0.000000\nline 60 -0.000000 60 -0.000000
orange\nline 40 -0.000000 60 -0.000000\nrarrow 60 -0.000000\nwhite\nltext 40 -0.000000\nSYN 100:100(0) win 500 
line 40 -0.000000 40 -0.100000\nline 60 -0.000000 60 -0.100000
orange\nline 60 -0.100000 40 -0.100000\nlarrow 40 -0.100000\nwhite\nrtext 60 -0.100000\nSYN 7000:7000(0) ack 101 win 600 
line 40 -0.000000 40 -0.233333\nline 60 -0.000000 60 -0.233333
green\nline 40 -0.200000 60 -0.233333\nrarrow 60 -0.233333\nwhite\nltext 40 -0.200000\n101:101(0) ack 7001 win 501 
line 40 -0.000000 40 -0.333333\nline 60 -0.000000 60 -0.333333
green\nline 40 -0.300000 60 -0.333333\nrarrow 60 -0.333333\nwhite\nltext 40 -0.300000\n1:11(10) ack 7001 win 1000 
line 40 -0.000000 40 -0.433333\nline 60 -0.000000 60 -0.433333
green\nline 40 -0.400000 60 -0.433333\nrarrow 60 -0.433333\nwhite\nltext 40 -0.400000\nPSH 11:21(10) ack 7001 win 1000 
line 40 -0.000000 40 -0.466667\nline 60 -0.000000 60 -0.466667
yellow\nline 60 -0.466667 40 -0.500000\nlarrow 40 -0.500000\nwhite\nrtext 60 -0.466667\n7001:7001(0) ack 21 win 650 
go";
    assert_eq!(commands(&files["a_b_tline.xpl"]), expected);
}

#[test]
fn what_is_special() {
    let with = |step: Step, change: &dyn Fn(&mut Segment)| {
        let mut segment = segment(&step);
        change(&mut segment);
        (step.0, segment)
    };
    let plain = |step: Step| with(step, &|_| {});
    let files = draw(
        &[
            plain((Forward, 0, SYN, 100, 0, 0, 500)),
            plain((Forward, 10, SYN, 100, 0, 0, 500)),
            plain((Backward, 20, SYN | ACK, 7000, 101, 0, 600)),
            with((Forward, 30, ACK, 101, 7001, 10, 1000), &|s| s.id = 7),
            with((Forward, 40, ACK, 101, 7001, 10, 1000), &|s| s.id = 7),
            plain((Forward, 50, ACK, 121, 7001, 10, 1000)),
            plain((Forward, 60, ACK | URG, 111, 7001, 10, 1000)),
            with((Backward, 70, ACK, 7001, 111, 0, 0), &|s| {
                let blocks = [(121, 131), (141, 145), (0, 0), (0, 0)];
                s.options = Options { blocks, block_count: 2, ..Options::default() };
            }),
            plain((Forward, 80, ACK, 131, 7001, 1, 1000)),
            with((Forward, 90, FIN | ACK, 131, 7001, 0, 1000), &|s| s.is_congested = true),
            plain((Forward, 95, FIN | ACK, 131, 7001, 0, 1000)),
            plain((Backward, 99, RST | ACK, 7001, 132, 0, 0)),
        ],
        &toggles(),
    );
    let expected = "\
white\nred\ndiamond .010000 100\natext .010000 101\nR SYN\nuarrow .010000 101\nline .010000 100 .010000 101
white\ndarrow .030000 101\nuarrow .030000 111\nline .030000 101 .030000 111
red\natext .040000 111\nHD\nwhite\nblue\ndarrow .040000 101\nuarrow .040000 111\nline .040000 101 .040000 111
white\ndarrow .050000 121\nuarrow .050000 131\nline .050000 121 .050000 131
pink\natext .060000 121\nO\nwhite\ndarrow .060000 111\nuarrow .060000 121\nline .060000 111 .060000 121\nred\natext .060000 121\nU
atext .070000 111 magenta\nZ
green\nline .020000 101 .070000 101\nline .070000 101 .070000 111
yellow\nline .020000 701 .070000 701\nline .070000 701 .070000 111
purple\nline .070000 121 .070000 131\nhtick .070000 121\nhtick .070000 131\nrtext .070000 131\n1
line .070000 141 .070000 145\nhtick .070000 141\nhtick .070000 145\nrtext .070000 145\n2\natext .070000 145\nS
orange\nbtext .080000 132\nP\nwhite\ndarrow .080000 131\nuarrow .080000 132\nline .080000 131 .080000 132
orange\nbtext .090000 131\nP\nwhite\norange\ndarrow .090000 131\nline .090000 131 .090000 132\nbox .090000 132\natext .090000 132\nFIN
yellow\ndiamond .090000 131\natext .090000 131\nCE
orange\nbtext .095000 131\nP\nwhite\norange\ndarrow .095000 131\nline .095000 131 .095000 132\nbox .095000 132\natext .095000 132\nFIN
atext .099000 132 magenta\nRST_IN\ngo";
    let drawn = commands(&files["a2b_tsg.xpl"]);
    let (_, behind) = drawn.split_at(drawn.find("white\nred").unwrap());
    assert_eq!(behind, expected);
    assert!(files["a_b_tline.xpl"].contains("\n1:11(10) ack 7001 win 1000 R HD \n"));
}

#[test]
fn what_is_not_captured_is_not_outstanding() {
    let files = of_steps(
        &[
            (Forward, 0, SYN, 100, 0, 0, 500),
            (Backward, 20, ACK, 7001, 150, 0, 600),
            (Forward, 30, ACK, 101, 7001, 10, 1000),
        ],
        &toggles(),
    );
    assert!(
        commands(&files["a2b_owin.xpl"])
            .starts_with("red\ndot .030000 0\nyellow\ndot .030000 600\n")
    );
}

#[test]
fn syn_and_fin_out_of_order() {
    let files = of_steps(
        &[
            (Forward, 0, ACK, 201, 7001, 10, 500),
            (Forward, 10, FIN | ACK, 151, 7001, 0, 500),
            (Forward, 20, SYN, 100, 0, 0, 500),
        ],
        &toggles(),
    );
    let drawn = commands(&files["a2b_tsg.xpl"]);
    let (_, late) = drawn.split_at(drawn.find("pink").unwrap());
    let fin = "pink\natext .010000 151\nO\nwhite\norange\ndarrow .010000 151";
    assert!(late.starts_with(fin), "{late}");
    assert!(late.contains("pink\natext .020000 100\nO\nwhite\norange\ndiamond"), "{late}");
}
