//! `flowz tcptrace`: the listings of tcptrace, and their options.

use crate::kit::{Conversation, Scratch, data, flowz};

#[track_caller]
fn printed(words: &[&str]) -> String {
    let dir = Scratch::new();
    let out = flowz(&dir, &[&["tcptrace"], words].concat()).well().stdout.clone();
    assert!(dir.names().is_empty(), "nothing is written");
    out
}

/// The lines about connections.
#[track_caller]
fn lines(words: &[&str]) -> Vec<String> {
    let out = printed(words);
    out.lines().filter(|line| line.starts_with(' ')).map(|line| line.trim().to_owned()).collect()
}

#[test]
fn a_line_for_each_connection() {
    let expected = "\
307 packets seen, 307 TCP packets traced
trace file elapsed time: 0:00:06.302418
TCP connection info:
  1: 10.1.0.10:40001 - 10.1.0.2:7001 (a2b)   19>   15<  (complete)
  2: 10.1.0.10:40002 - 10.1.0.2:7002 (c2d)   36>   28<  (complete)
  3: 10.1.0.10:40101 - 10.1.0.2:7101 (e2f)    6>    4<  (complete)
  4: 10.1.0.10:40003 - 10.1.0.2:7003 (g2h)   18>   19<  (complete)
  5: 10.1.0.10:40004 - 10.1.0.2:7004 (i2j)   30>   30<  (complete)
  6: 10.1.0.10:40005 - 10.1.0.2:7005 (k2l)   10>    6<  (complete)
  7: 10.1.0.10:40006 - 10.1.0.2:7006 (m2n)   20>   14<  (complete)
  8: 10.1.0.10:40102 - 10.1.0.2:7102 (o2p)    6>    4<  (complete)
  9: 10.1.0.10:40007 - 10.1.0.2:7007 (q2r)    9>    6<  (reset)
 10: 10.1.0.10:40008 - 10.1.0.2:7008 (s2t)    5>    3<  (reset)
 11: 10.1.0.10:40103 - 10.1.0.2:7103 (u2v)    6>    5<  (complete)
 12: 10.1.0.10:40104 - 10.1.0.2:7104 (w2x)    5>    3<  (complete)
";
    assert_eq!(printed(&[&data("zerowin.pcap")]), expected);
    assert_eq!(printed(&["-nb", &data("zerowin.pcap")]), expected);
}

#[test]
fn some_connections() {
    let capture = data("zerowin.pcap");
    let numbers = |words: &[&str]| -> Vec<u64> {
        let lines = lines(&[words, &[&capture]].concat());
        lines.iter().map(|line| line.split(':').next().unwrap().parse().unwrap()).collect()
    };
    assert_eq!(numbers(&["-o3"]), [3]);
    assert_eq!(numbers(&["-o3-5", "-o1,4,12"]), [1, 3, 4, 5, 12]);
    assert_eq!(numbers(&["-i2-11"]), [1, 12]);
    assert_eq!(numbers(&["-o1-4", "-i2", "-i4"]), [1, 3]);
    assert_eq!(numbers(&["-c"]), [1, 2, 3, 4, 5, 6, 7, 8, 11, 12]);
    assert_eq!(numbers(&["-co8-11"]), [8, 11]);
    assert_eq!(numbers(&["-o99"]), [0; 0]);
    let dir = Scratch::new();
    dir.write("list", "2 4 # two\n7-8\n");
    let done = flowz(&dir, &["tcptrace", &capture, "-olist"]).well().stdout;
    let found: Vec<_> = done.lines().skip(3).filter_map(|line| line.get(..3)).collect();
    assert_eq!(found, ["  2", "  4", "  7", "  8"]);
}

#[test]
fn all_numbers_of_a_connection() {
    let capture = data("loss.pcap");
    let out = printed(&["-o1", "-l", &capture]);
    let head = format!(
        "\
TCP connection info:
2 TCP connections traced:
TCP connection 1:
\thost a:        10.1.0.10:47358
\thost b:        10.1.0.2:5201
\tcomplete conn: yes
\tfirst packet:  Sat Nov 21 04:33:37.562093 2026
\tlast packet:   Sat Nov 21 04:33:39.246057 2026
\telapsed time:  0:00:01.683964
\ttotal packets: 434
\tfilename:      {capture}
   a->b:\t\t\t      b->a:
     total packets:           232           total packets:           202      
     ack pkts sent:           231           ack pkts sent:           202      
"
    );
    assert!(out.contains(&head), "{out}");
    for row in [
        "     req sack:                  Y           req sack:                  Y      \n",
        "     adv wind scale:           10           adv wind scale:           10      \n",
        "     data xmit time:        1.622 secs      data xmit time:        0.000 secs \n",
        "     throughput:           178151 Bps       throughput:                0 Bps  \n",
    ] {
        assert!(out.contains(row), "{row}{out}");
    }
    assert!(!out.contains("resets sent") && !out.contains("RTT"), "{out}");
    // With round trips there are more rows, and the others are the same.
    let more = printed(&["-nlro1", &capture]);
    assert!(more.starts_with(&out), "{more}");
    assert!(more.contains(
        "\n\n     RTT from 3WHS:          30.4 ms        RTT from 3WHS:           0.0 ms   \n"
    ));
    assert!(more.contains(
        "     post-loss acks:           18           post-loss acks:            0      \n"
    ));
    // Between connections there is a line; the duplicates of the second one have a remark.
    let second = printed(&[&capture, "-lo2"]);
    assert!(
        second.contains("traced:\n================================\nTCP connection 2:\n\thost c:"),
        "{second}"
    );
    assert!(second.contains("     hardware dups:             0 segs      hardware dups:             2 segs \n       ** WARNING"), "{second}");
}

#[test]
fn tables_are_those_of_the_preset() {
    let dir = Scratch::new();
    let capture = data("loss.pcap");
    let words = ["-q", "-r", &capture, "--preset", "tcptrace", "-w", "-"];
    let preset = flowz(&dir, &words).well().stdout.clone();
    let own = |words: &[&str]| {
        let out = printed(&[words, &[&capture]].concat());
        let (remarks, table): (Vec<&str>, Vec<&str>) =
            out.lines().partition(|line| line.starts_with('#'));
        assert_eq!(remarks.len(), 4, "{out}");
        table.iter().flat_map(|line| [line, "\n"]).collect::<String>()
    };
    assert_eq!(own(&["-lr", "--csv"]), preset);
    assert_eq!(own(&["-lr", "--tsv"]), preset.replace(',', "\t"));
    assert_eq!(own(&["-l", "-r", "--sv=;;"]), preset.replace(',', ";;"));
    let first_90 = |line: &str| {
        let cells: Vec<&str> = line.split(',').take(89).collect();
        if line.is_empty() { "\n".to_owned() } else { format!("{},\n", cells.join(",")) }
    };
    assert_eq!(own(&["-l", "--csv"]), preset.lines().map(first_90).collect::<String>());
    let none = printed(&["-l", "--csv", "-o9", &capture]);
    assert_eq!(none.lines().count(), 4, "no header without a row: {none}");
}

#[test]
fn conversations_of_udp() {
    let call = data("call.pcap");
    let expected = "\
51 packets seen, 0 TCP packets traced, 51 UDP packets traced
trace file elapsed time: 0:00:01.010000
no traced TCP packets
UDP connection info:
  1: 10.1.0.20:5060 - 10.1.0.21:5060 (a2b)    3>    3<
  2: 10.1.0.20:4000 - 10.1.0.21:6000 (c2d)   28>   17<
";
    assert_eq!(printed(&["-u", &call]), expected);
    let long = printed(&["-lu", &call]);
    assert!(long.contains("no traced TCP packets\nUDP connection info:\n2 UDP connections traced:\nUDP connection 1:\n"), "{long}");
    let none = printed(&["-u", &data("loss.pcap")]);
    assert!(none.ends_with("\nno traced UDP packets\n"), "{none}");
}

#[test]
fn several_captures_and_none() {
    let (loss, web) = (data("loss.pcap"), data("web.pcap"));
    let out = printed(&["-l", &loss, &web]);
    assert!(
        out.contains("trace files elapsed time: ") && out.contains("8 TCP connections traced:"),
        "{out}"
    );
    assert!(!out.contains("filename:"), "{out}");
    assert_eq!(printed(&["-q", &loss]), "");
    assert_eq!(flowz(&Scratch::new(), &["tcptrace", "none.pcap"]).code, 1);
    let dir = Scratch::new();
    dir.write("cut.pcap", &std::fs::read(&loss).unwrap()[..5000]);
    assert_eq!(flowz(&dir, &["tcptrace", "-q", "cut.pcap"]).code, 3);
}

/// A capture of one connection says so in the singular.
#[test]
fn one_connection() {
    let mut c = Conversation::new(80);
    let dir = Scratch::new();
    dir.write("in.pcap", c.client(b"ask").server(b"answer").capture());
    let out = flowz(&dir, &["tcptrace", "-l", "in.pcap"]).well().stdout.clone();
    assert!(out.contains("\n1 TCP connection traced:\nTCP connection 1:\n"), "{out}");
}

#[test]
fn what_does_not_fit_is_told() {
    let dir = Scratch::new();
    let loss = data("loss.pcap");
    for (words, sentence) in [
        (&["-S"][..], "flowz tcptrace has no -S: they are drawn by flowz xpl"),
        (&["-nGzxy"], "flowz tcptrace has no -G: they are drawn by flowz xpl"),
        (
            &["-e"],
            "flowz tcptrace has no -e: contents of streams are written by the plugin tcpStream",
        ),
        (
            &["-Oout.pcap"],
            "flowz tcptrace has no -O: packets of chosen flows are written by flowz slice",
        ),
        (&["-fdata_bytes>0"], "flowz tcptrace has no -f: choose rows of the table"),
        (&["-B10", "-E20"], "flowz tcptrace has no -B: a range of time"),
        (&["-o5-3"], "the range '5-3' of connections ends before it begins"),
        (&["-i0"], "'0' is no number of a connection: give 3, 3-5 or 3,5; the first one is 1"),
        (&["-r"], "-l"),
        (&["--csv"], "-l"),
        (&["-lb"], "cannot be used with"),
        (&["-lu", "--csv"], "cannot be used with"),
    ] {
        let done = flowz(&dir, &[&["tcptrace"], words, &[&loss]].concat());
        assert_eq!(done.code, 2, "{words:?}: {}", done.stderr);
        assert!(done.stderr.contains(sentence), "{words:?}: {}", done.stderr);
    }
    let done = flowz(&dir, &["tcptrace", "-onone", &loss]);
    assert_eq!(done.code, 1);
    assert!(
        done.stderr.contains("cannot read the numbers of connections in 'none'"),
        "{}",
        done.stderr
    );
}
