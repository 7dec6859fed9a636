//! Functions of the library with each awk that is here, on literal values and rows.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::columns::{Columns, Format, Separator};
use crate::library::{self, lines};
use crate::program::{Wishes, finish};

/// The awks to test with; says which are not here.
fn awks() -> Vec<Vec<&'static str>> {
    let all = [vec!["mawk"], vec!["gawk"], vec!["busybox", "awk"]];
    let is_here = |words: &Vec<&str>| {
        let mut probe = Command::new(words[0]);
        let done = probe.args(&words[1..]).arg("BEGIN { exit }").output();
        let here = done.is_ok_and(|o| o.status.success());
        if !here {
            println!("skipped: there is no {} here", words[0]);
        }
        here
    };
    let found: Vec<_> = all.into_iter().filter(is_here).collect();
    assert!(!found.is_empty(), "there is no awk at all");
    found
}

/// What a program prints on rows below a header line, with an awk.
fn printed(awk: &[&str], source: &str, table: &str, format: &Format) -> (String, Option<i32>) {
    let header = table.lines().next().unwrap_or_default();
    let columns = Columns::new(header, format, "the table", false);
    let wishes = Wishes {
        format,
        output: "\t",
        no_header: false,
        comment: None,
        colour: false,
        header_apart: false,
        marked: false,
        returns: false,
        variables: &[],
    };
    let columns = (!table.is_empty()).then_some(&columns);
    let program = finish(source, columns, &wishes).unwrap();
    let mut child = Command::new(awk[0])
        .args(&awk[1..])
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .args(["--", &program.text])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program without rules for rows does not read.
    let _ = child.stdin.take().unwrap().write_all(table.as_bytes());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    (format!("{}{said}", String::from_utf8_lossy(&output.stdout)), output.status.code())
}

fn tsv() -> Format {
    Format { sign: "%".to_owned(), line: None, separator: Separator::Text("\t".to_owned()) }
}

/// Expressions with their values. Names of functions that were looked at are collected.
#[track_caller]
fn values(cases: &[(&str, &str)]) {
    let prints = lines(cases.iter().map(|(call, _)| format!("print ({call})")));
    let expected: Vec<_> = cases.iter().map(|(call, value)| format!("{call} = {value}")).collect();
    for awk in awks() {
        // Builds of busybox may have no logarithms.
        if awk[0] == "busybox" && cases.iter().any(|(call, _)| call.contains("log2")) {
            continue;
        }
        let (text, _) = printed(&awk, &format!("BEGIN {{ {prints} }}"), "", &tsv());
        let found: Vec<_> = cases
            .iter()
            .zip(text.lines())
            .map(|((call, _), value)| format!("{call} = {value}"))
            .collect();
        assert_eq!(found, expected, "{awk:?}: {text}");
    }
}

/// What programs print of a table.
#[track_caller]
fn rows(table: &str, cases: &[(&str, &str)]) {
    for awk in awks() {
        for (source, expected) in cases {
            // Builds of busybox may have no logarithms.
            if awk[0] == "busybox" && source.contains("entropy") {
                continue;
            }
            let (text, _) = printed(&awk, source, table, &tsv());
            assert_eq!(text, *expected, "{awk:?}: {source}");
        }
    }
}

const BITS: &[(&str, &str)] = &[
    ("bitsanyset(\"0x0000000000004000\", 0x4000)", "1"),
    ("bitsanyset(\"0x0000000000004000\", \"0x8000\")", "0"),
    ("bitsanyset(\"0x8000000000000001\", 0x8000000000000000)", "1"),
    ("bitsanyset(\"0x0400000000004000\", 0x0400000000000000)", "1"),
    ("bitsanyset(6, 1) bitsanyset(6, 2) bitsanyset(\"0xF0\", 16)", "011"),
    ("bitsanyset(\"0x12\", 0x1000) bitsanyset(\"\", 1)", "00"),
    ("bitsallset(\"0x0400000000004000\", 0x0400000000004000)", "1"),
    ("bitsallset(\"0x0400000000004000\", 0x0400000000004001)", "0"),
    ("bitsallset(\"0x12\", 0x112) bitsallset(7, 5) bitsallset(5, 7) bitsallset(0, 0)", "0101"),
    (
        "bfeq(\"0x0800\", 2048) bfeq(\"0x0800\", 0x0800) bfeq(\"0x06\", \"6\") bfeq(0, \"0x0000\")",
        "1111",
    ),
    ("bfeq(\"\", 0) bfeq(\"0xffffffffffffffff\", 0xfffffffffffffffe) bfeq(1, 2)", "000"),
    (
        "tobits(\"0x1a\") \" \" tobits(10) \" \" tobits(\"ff\", 16) \" \" tobits(\"17\", 8) \" \" tobits(\"101\", 2)",
        "00011010 1010 11111111 1111 101",
    ),
    (
        "bitshift(\"0x12\", 4) \" \" bitshift(\"0x12\", 4, \"r\") \" \" bitshift(5, 1) \" \" bitshift(5, 1, \"r\")",
        "0x120 0x01 10 2",
    ),
    (
        "bitshift(5, 2, \"l\", 16) \" \" bitshift(5, 2, \"l\", 8) \" \" bitshift(5, 2, \"l\", 2) \" \" bitshift(1, 9, \"r\")",
        "0x14 24 10100 0",
    ),
    ("nibble_swap(\"0x1234\") \" \" nibble_swap(\"0x5\") \" \" nibble_swap(18)", "0x2143 0x50 33"),
];

#[test]
fn bits() {
    values(BITS);
}

const TEXTS: &[(&str, &str)] = &[
    (
        "streq(\"1.0\", 1) streq(\"a\", \"a\") strneq(\"a\", \"A\") streqi(\"aB\", \"Ab\") strneqi(\"a\", \"A\")",
        "01110",
    ),
    ("strisempty(\"\") strisempty(\"\\\"\\\"\") strisempty(0)", "110"),
    (
        "contains(\"abc\", \"bc\") contains(\"abc\", \"BC\") containsi(\"abc\", \"BC\") contains(\"a.c\", \"abc\")",
        "1010",
    ),
    ("hasprefix(\"abc\", \"ab\") hasprefix(\"abc\", \"b\") hasprefixi(\"Abc\", \"aB\")", "101"),
    ("hassuffix(\"abc\", \"bc\") hassuffix(\"c\", \"abc\") hassuffixi(\"abC\", \"Bc\")", "101"),
    (
        "\"<\" lstrip(\"  a b \") \"><\" rstrip(\" a b\\t \") \"><\" strip(\"\\t a b \\n\") \"><\" chomp(\"a \\r\\n\") \">\"",
        "<a b >< a b><a b><a >",
    ),
    ("json(\"a\\\"b\\\\c\\td\\001\")", "a\\\"b\\\\c\\td\\u0001"),
    (
        "texscape(\"a_b & 5% \\\\ ~^{}\")",
        "a\\_b \\& 5\\% \\textbackslash{} \\textasciitilde{}\\textasciicircum{}\\{\\}",
    ),
    ("quote(\"a\") unquote(\"\\\"b\\\"\") unquote(\"\\\"\") unquote(\"c\")", "\"a\"b\"c"),
    ("split(\"a:b:c\", part, \":\") join(part, \"-\")", "3a-b-c"),
    ("not(0) not(\"\") not(1) not(\"a\")", "1100"),
];

#[test]
fn texts() {
    values(TEXTS);
}

const LISTS: &[(&str, &str)] = &[
    (
        "splitr(\"a;b;c\", 2) splitr(\"a;b;c\", -1) splitr(\"a;b;c\", 4) \"|\" splitr(\"a;b;c\", 0, \",\")",
        "bc|a,b,c",
    ),
    ("splitr(\"\\\"a;b\\\";c\", 1) \" \" splitr(\"\\\"a\\\\\\\";b\\\";c\", 2)", "\"a;b\" c"),
    (
        "splitc(\"1_(2_3)_4\", 2) \" \" splitc(\"1_2\", 2) \" \" t2split(\"a b\", \" \", 2)",
        "(2_3) 2 b",
    ),
    (
        "valcontains(\"a:b\", \":\", \"b\") valcontains(\"a:b\", \":\", \"B\") valcontains(\"a:b\", \":\", \"B\", 1) valcontainsi(\"a:b\", \":\", \"B\")",
        "1011",
    ),
    (
        "rvalcontains(\"1;22\", \"2\") rvalcontains(\"1;22\", 22) rvalcontains(\"\\\"x\\\";\\\"y\\\"\", \"y\") rvalcontainsi(\"a;b\", \"B\")",
        "0111",
    ),
    (
        "cvalcontains(\"1_2\", 2) cvalcontains(\"1_2\", 3) cvalcontainsi(\"a_b\", \"A\") cvalcontains(\"A_b\", \"a\", 1)",
        "1011",
    ),
];

#[test]
fn lists_and_compounds() {
    values(LISTS);
}

const KINDS: &[(&str, &str)] = &[
    ("isint(\"-5\") isint(\"5.0\") isint(\"\") isuint(5) isuint(\"-5\")", "10010"),
    (
        "isfloat(\"1.5\") isfloat(\"1\") isfloat(\"1e-05\") isfloat(\".\") isnum(\"1\") isnum(\"+1.\") isnum(\"0x1\")",
        "1010110",
    ),
    ("isset(\"a\") isset(\"\") isset(\"-\") isset(\"\\\"\\\"\")", "1000"),
    ("isip(\"10.0.0.1\") isip(\"10.0.0.256\") isip(\"::1\") isip(\"a\") isip(\"-\")", "10100"),
    (
        "isip6(\"::\") isip6(\"1::2::3\") isip6(\"1:2:3:4:5:6:7\") isip6(\"1:2:3:4:5:6:7:8\") isip6(\"::ffff:1.2.3.4\") isip6(\"12345::\") isip6(\"10.0.0.1\")",
        "1001100",
    ),
    (
        "isipstr(\"1.2.3.4\") isipstr(\"1.2.3\") isiphex(\"0x0a000001\") isiphex(\"0x0a\") isipnum(4294967295) isipnum(4294967296)",
        "101010",
    ),
];

#[test]
fn kinds_of_values() {
    values(KINDS);
}

const ADDRESSES: &[(&str, &str)] = &[
    (
        "ip2num(\"10.0.0.1\") \" \" ip2num(\"255.255.255.255\") \" \" ip2num(\"0x0a000001\") \" \" ip2num(\"x\")",
        "167772161 4294967295 167772161 ",
    ),
    (
        "ip2hex(\"10.0.0.1\") \" \" ip2hex(\"::1\") \" \" ip2hex(\"0.0.0.0\")",
        "0x0a000001 0x00000000000000000000000000000001 0x00000000",
    ),
    (
        "ip2str(4294967295) \" \" ip2str(\"0x0a000001\") \" \" ip2str(3232235777)",
        "255.255.255.255 10.0.0.1 192.168.1.1",
    ),
    (
        "ip62str(\"0x20010db8000000000000000000000001\") \" \" ip62str(\"00000000000000000000000000000000\") \" \" ip62str(\"0x1\")",
        "2001:db8::1 :: ",
    ),
    (
        "ip6compress(\"2001:0db8:0:0:1:0:0:0\") \" \" ip6compress(\"1:0:2:3:4:5:6:7\") \" \" ip6compress(\"0:0:0:0:0:0:0:1\")",
        "2001:db8:0:0:1:: 1:0:2:3:4:5:6:7 ::1",
    ),
    (
        "ip6expand(\"2001:DB8::1\") \" \" ip6expand(\"::1.2.3.4\")",
        "2001:0db8:0000:0000:0000:0000:0000:0001 0000:0000:0000:0000:0000:0000:0102:0304",
    ),
    (
        "ip2mask(\"255.255.0.0\") \" \" ip2mask(\"255.0.255.0\") \" \" ip2mask(\"0xffffff00\") \" \" ip2mask(\"0.0.0.0\")",
        "16  24 0",
    ),
    (
        "mask2ip(16) \" \" mask2ipstr(25) \" \" mask2ipstr(0) \" \" mask2ip6(8) \" \" mask2ip6str(65)",
        "0xffff0000 255.255.255.128 0.0.0.0 0xff000000000000000000000000000000 ffff:ffff:ffff:ffff:8000::",
    ),
    (
        "ipinnet(\"10.1.2.3\", \"10.1.0.0/16\") ipinnet(\"10.2.2.3\", \"10.1.0.0\", 16) ipinnet(\"10.1.2.3\", \"10.1.0.0\", \"255.255.0.0\")",
        "101",
    ),
    (
        "ipinnet(\"2001:db8::1\", \"2001:db8::/33\") ipinnet(\"2001:db8:8000::1\", \"2001:db8::/33\") ipinnet(\"10.0.0.1\", \"::/0\") ipinnet(\"1.2.3.4\", \"0.0.0.0/0\")",
        "1001",
    ),
    (
        "ipinrange(\"10.0.0.5\", \"10.0.0.1\", \"10.0.0.9\") ipinrange(\"10.0.0.10\", \"10.0.0.1\", \"10.0.0.9\") ipinrange(\"fe80::5\", \"fe80::1\", \"fe80::9\")",
        "101",
    ),
    (
        "loopback(\"127.0.0.9\") loopback(\"::1\") loopback(\"10.0.0.1\") mcast(\"224.0.0.1\") mcast(\"ff02::1\") mcast(\"::1\")",
        "110110",
    ),
    (
        "privip(\"10.9.9.9\") privip(\"172.32.0.1\") privip(\"172.31.0.1\") privip(\"192.168.0.1\") privip(\"fd00::1\") privip(\"-\")",
        "101110",
    ),
];

#[test]
fn addresses() {
    values(ADDRESSES);
}

const ENCODINGS: &[(&str, &str)] = &[
    (
        "base64(\"\") base64(\"f\") base64(\"fo\") base64(\"foo\") base64(\"foobar\")",
        "Zg==Zm8=Zm9vZm9vYmFy",
    ),
    ("base64d(\"Zg==\") base64d(\"Zm8=\") base64d(\"Zm9vYmFy\") base64d(\"w7w=\")", "ffofoobarü"),
    ("urldecode(\"a%20b+c%C3%BC%zz\")", "a b cü%zz"),
    (
        "utc(0) \" \" utc(\"1795235596.998752000\") \" \" utc(951782400) \" \" utc(4102444799)",
        "1970-01-01T00:00:00Z 2026-11-21T04:33:16.998752000Z 2000-02-29T00:00:00Z 2099-12-31T23:59:59Z",
    ),
    ("localtime(\"951782400.5\")", "2000-02-29T00:00:00.5+0000"),
    (
        "timestamp(\"1970-01-01\") \" \" timestamp(\"2026-11-21T04:33:16Z\") \" \" timestamp(\"2000-02-29 00:00:00+0100\") \" \" timestamp(\"1970-01-02T00:00:00.25\") \" \" timestamp(\"x\")",
        "0 1795235596 951778800 86400.25 ",
    ),
    ("timestamp(utc(\"1234567890\")) \" \" timestamp(\"1969-12-31T23:59:59\")", "1234567890 -1"),
    (
        "hrnum(57389) \" \" hrnum(57389, 1, \"B\") \" \" hrnum(12, 0, \"B\") \" \" hrnum(-1500000) \" \" hrnum(0)",
        "57.39 K 56.04 KiB 12 B -1.50 M 0",
    ),
    (
        "hrtime(\"93784.500\") \"|\" hrtime(59) \"|\" hrtime(\"0.25\") \"|\" hrtime(\"93784.5\", 1) \"|\" hrtime(3600)",
        "1d 2h 3m 4.5s|59s|0.25s|26:03:04.5|1h 0m 0s",
    ),
    ("proto2str(6) proto2str(17) proto2str(250)", "TCPUDP250"),
];

#[test]
fn times_and_encodings() {
    values(ENCODINGS);
}

const NUMBERS: &[(&str, &str)] = &[
    (
        "abs(-3) abs(\"2.5\") min2(3, 20) min3(3, 2, 4) max2(3, 20) max3(\"3\", \"20\", \"4\")",
        "32.5322020",
    ),
    (
        "min(5) min(3) min(\"\") min() \" \" max(5) max(9) max() \" \" mean(1) mean(2) mean()",
        "5333 599 11.51.5",
    ),
    ("3 * 12884901888", "38654705664"),
];

const LOGARITHMS: &[(&str, &str)] = &[("log2(1024) \" \" log2(0.5)", "10 -1")];

#[test]
fn numbers() {
    values(NUMBERS);
    values(LOGARITHMS);
}

const TABLE: &str = "\
%dir\tflowInd\tsrcIP\tsrcPort\tdstIP\tdstPort\tl4Proto\tpktsSnt\tsrcMac\tdstMac\ttcpFlags\tvlanID\tethType\thttpStat\tdnsStat\tdhcpStat
A\t1\t10.0.0.1\t4000\t10.0.0.2\t80\t6\t10\t02:00:00:00:00:01\t02:00:00:00:00:02\t0x0012\t5;7\t0x0800\t0x0008\t0x0000\t0x0000
B\t1\t10.0.0.2\t80\t10.0.0.1\t4000\t6\t7\t02:00:00:00:00:02\t02:00:00:00:00:01\t0x081b\t\t0x0800\t0x0000\t0x0000\t0x0000
A\t2\t2001:db8::1\t53\t2001:db8::2\t53\t17\t3\t02:00:00:00:00:01\tff:ff:ff:ff:ff:ff\t0x0000\t\t0x86dd\t0x0000\t0x0001\t0x0000
A\t12\t-\t\t-\t\t0\t1\t\t\t0x0000\t\t0x0806\t0x0000\t0x0000\t0x0001
";

/// Tests of rows with the numbers of the rows that they choose.
const CHOICES: &[(&str, &str)] = &[
    ("port(80)", "12"),
    ("port(\"50-60\")", "3"),
    ("sport(80)", "2"),
    ("dport(\"80; 53\")", "13"),
    ("port(0)", ""),
    ("flow(1)", "12"),
    ("flow(\"2-20\")", "34"),
    ("ip(\"10.0.0.1\")", "12"),
    ("host(\"10.0.0.0/24\")", "12"),
    ("net(\"2001:db8::/32;10.0.0.9\")", "3"),
    ("shost(\"10.0.0.1\")", "1"),
    ("dhost(\"10.0.0.1\")", "2"),
    ("snet(\"10.0.0.0/31\")", "1"),
    ("dnet(\"10.0.0.2-10.0.0.9\")", "1"),
    ("mac(\"02:00:00:00:00:02\")", "12"),
    ("smac(\"02:00:00:00:00:01\")", "13"),
    ("dmac(\"FF:ff:ff:ff:ff:ff\")", "3"),
    ("ether(\"02:00:00:00:00:02\")", "12"),
    ("sether(\"02:00:00:00:00:02\")", "2"),
    ("dether(\"02:00:00:00:00:02\")", "1"),
    ("tcp()", "12"),
    ("udp()", "3"),
    ("icmp() || icmp6() || igmp() || sctp() || gre() || esp() || ah() || rsvp()", ""),
    ("proto(\"6;17\")", "123"),
    ("ipv4()", "12"),
    ("ipv6()", "3"),
    ("http()", "1"),
    ("dns()", "3"),
    ("dhcp()", "4"),
    ("tcpflags(\"SA\")", "12"),
    ("tcpflags(\"s!F\")", "1"),
    ("tcpflags(\"!S!A\")", "34"),
    ("privip()", "12"),
    ("mcast() || loopback()", ""),
    ("rvalcontains($vlanID, 7)", "1"),
    ("$ethType == 0x800", "12"),
    ("$ethType != 0x0800 && $dir == \"A\"", "34"),
    ("shark(\"tcp.port == 80 and ip.src == 10.0.0.1\")", "1"),
    ("shark(\"udp.dstport in {50..60} || arp\")", "34"),
    ("shark(\"tcp.flags.fin == 1\")", "2"),
    ("shark(\"not ip and not ipv6\")", "4"),
];

#[test]
fn rows_are_chosen() {
    let header = TABLE.lines().next().unwrap();
    let all: Vec<_> = TABLE.lines().skip(1).collect();
    for (test, wanted) in CHOICES {
        let chosen = lines(wanted.bytes().map(|n| all[usize::from(n - b'1')]));
        rows(TABLE, &[(test, &format!("{header}\n{chosen}"))]);
    }
}

const PRINTED: &[(&str, &str)] = &[
    (
        "flow(1) { print tuple2(); print tuple3() }",
        "10.0.0.1\t10.0.0.2\n10.0.0.1\t10.0.0.2\t80\n10.0.0.2\t10.0.0.1\n10.0.0.2\t10.0.0.1\t4000\n",
    ),
    (
        "NR == 2 { print tuple4(); print tuple5(); print tuple6() }",
        "10.0.0.1\t4000\t10.0.0.2\t80\n10.0.0.1\t4000\t10.0.0.2\t80\t6\n5;7\t10.0.0.1\t4000\t10.0.0.2\t80\t6\n",
    ),
    (
        "NR == 3 { print flow(), port(), sport(), dport(), ip(), shost(), proto(), tcpflags(), proto2str() }",
        "1\t80\t4000\t80\t4000\t10.0.0.2\t10.0.0.1\t10.0.0.2\t6\tFSPA\tTCP\n",
    ),
    (
        "NR == 2 { print mac(), smac(), dmac(), net(), host(), snet(), dnet(), dhost(), ether(), sether(), dether() }",
        "02:00:00:00:00:01\t02:00:00:00:00:02\t02:00:00:00:00:01\t02:00:00:00:00:02\t10.0.0.1\t10.0.0.2\t10.0.0.1\t10.0.0.2\t10.0.0.1\t10.0.0.2\t10.0.0.2\t02:00:00:00:00:01\t02:00:00:00:00:02\t02:00:00:00:00:01\t02:00:00:00:00:02\n",
    ),
    ("hdr() || flow(2) { print $srcIP, $dstPort }", "srcIP\tdstPort\n2001:db8::1\t53\n"),
    ("{ print $COL(\"flow\" \"Ind\") }", "1\n1\n2\n12\n"),
    ("wildcard(\"^(dir|flow)\")", "%dir\tflowInd\nA\t1\nB\t1\nA\t2\nA\t12\n"),
    ("tcp() { print wildcard(\"Port$\") }", "4000\t80\n80\t4000\n"),
    ("aggr($l4Proto)", "6\t2\t50.00%\n0\t1\t25.00%\n17\t1\t25.00%\n"),
    ("aggr($l4Proto, $pktsSnt, 2)", "6\t17\t80.95%\n17\t3\t14.29%\n"),
    ("aggr($l4Proto, $pktsSnt \";\" 1, -1)", "0\t1\t4.76%\t1\t25.00%\n"),
    ("aggr(tuple2(), $pktsSnt, 1)", "10.0.0.1\t10.0.0.2\t10\t47.62%\n"),
    ("aggrrep($vlanID)", "5\t1\t50.00%\n7\t1\t50.00%\n"),
    ("ientropy(\"l4Proto;dir\")", "l4Proto\t1.500000\t3\ndir\t0.811278\t2\n"),
    ("min($pktsSnt); max($pktsSnt); mean($pktsSnt)", "10\n5.25\n1\n"),
    ("{ m = max($pktsSnt) } END { print m, min(), mean() }", "10\t\t0\n"),
    (
        "END { printinf(\"a\"); printok(\"b\"); printbold(\"c\"); fflush(); printwrn(\"d\"); printerr(\"e\") }",
        "[INF] a\n[OK] b\nc\n[WRN] d\n[ERR] e\n",
    ),
];

#[test]
fn what_programs_print() {
    rows(TABLE, PRINTED);
}

/// Rows in order come with the header line in front.
#[test]
fn order() {
    let all: Vec<_> = TABLE.lines().collect();
    let text = |order: &[usize]| lines(order.iter().map(|n| all[*n]));
    let cases: &[(&str, &[usize])] = &[
        ("t2sort(pktsSnt)", &[0, 4, 3, 2, 1]),
        ("t2rsort(pktsSnt, 2)", &[0, 1, 2]),
        ("t2sort(flowInd, 3)", &[0, 1, 2, 3]),
        ("t2rsort(flowInd, 1, \"s\")", &[0, 3]),
        ("tcp() { t2sort(\"srcPort\", -1) }", &[1]),
    ];
    for (source, order) in cases {
        rows(TABLE, &[(source, &text(order))]);
    }
}

/// Bad lists end the run; END rules are passed over.
#[test]
fn lists_that_are_none() {
    for awk in awks() {
        for (source, words) in [
            ("port(\"http\")\nEND { print 1 }", "'http' is neither a number nor a range"),
            ("ip(\"10.0.0.0/33\")", "'10.0.0.0/33' is no address, network"),
            ("tcpflags(\"X\")", "'X' is no TCP flag"),
            ("{ print COL(\"nope\") }", "there is no column 'nope'"),
        ] {
            let (text, code) = printed(&awk, source, TABLE, &tsv());
            assert!(
                text.contains(&format!("tawk: error: {words}")) && code == Some(2),
                "{awk:?} {source}: {text} {code:?}"
            );
            assert!(!text.ends_with("1\n"), "{text}");
        }
    }
}

const PACKETS: &str = "\
%pktNo\tflowInd\tflowStat\tl4Proto\tseq\tl7Content
1\t1\t0x0000000000004000\t6\t1\t
2\t1\t0x0000000000004000\t6\t1\tGET /\\r\\n
3\t1\t0x0000000000004001\t6\t9\tHTTP\\\\1
4\t1\t0x0000000000004000\t6\t1\tGET /\\r\\n
5\t2\t0x0000000000004000\t17\t\tother
";

#[test]
fn payload_of_a_flow() {
    rows(
        PACKETS,
        &[
            ("follow_stream(1)", "GET /\r\nHTTP\\1"),
            ("follow_stream(1, 0, \"B\")", "HTTP\\1"),
            ("follow_stream(1, 1)", "2\tA\tGET /\\r\\n\n3\tB\tHTTP\\\\1\n"),
            ("follow_stream(1, 2, 0)", "{\"pktNo\":2,\"dir\":\"A\",\"text\":\"GET /\\r\\n\"}\n"),
            ("follow_stream(2, 3)", "6f74686572"),
            ("packet(\"2-3\") { print packet(), shark(\"frame.number == 3\") }", "2\t0\n3\t1\n"),
        ],
    );
    let hexadecimal =
        PACKETS.replace("l7Content", "l7HexContent").replace("other", "0x00 0xff 0x41");
    let hexadecimal = hexadecimal.lines().filter(|l| l.starts_with('%') || l.starts_with('5'));
    let hexadecimal = lines(hexadecimal);
    rows(
        &hexadecimal,
        &[
            ("follow_stream(2)", "\u{0}\u{fffd}A"),
            ("follow_stream(2, 3)", "00ff41"),
            ("follow_stream(2, 1, \"A\", \"l7HexContent\")", "5\tA\t00ff41\n"),
        ],
    );
}

#[test]
fn files_of_rows_and_comparisons() {
    let folder = std::env::temp_dir().join(format!("tawk-files-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let other = TABLE.replace("\t7\t02", "\t8\t02").replace("A\t12\t", "A\t13\t") + "A\t14\n";
    std::fs::write(path("other"), other).unwrap();
    let program = format!("diff(\"{}\")", path("other"));
    let counts = format!("diff(\"{}\", 1)", path("other"));
    let more = format!("1 more rows in {}\n", path("other"));
    let cells = format!("2\tpktsSnt\t7\t8\n4\tflowInd\t12\t13\n{more}");
    rows(TABLE, &[(&program, &cells), (&counts, &format!("{more}flowInd\t1\npktsSnt\t1\n"))]);
    for awk in awks() {
        // Names of files are those of columns, so this awk works in the folder.
        let columns = Columns::new(TABLE.lines().next().unwrap(), &tsv(), "t", false);
        let format = tsv();
        let wishes = Wishes {
            format: &format,
            output: "\t",
            no_header: false,
            comment: None,
            colour: false,
            header_apart: false,
            marked: false,
            returns: false,
            variables: &[],
        };
        let text =
            finish("ffsplit(\".tsv\", \"dir;flowInd\")", Some(&columns), &wishes).unwrap().text;
        std::fs::write(path("table"), TABLE).unwrap();
        let done = Command::new(awk[0])
            .args(&awk[1..])
            .args(["--", &text, "table"])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(done.status.success() && done.stdout.is_empty(), "{done:?}");
        for (name, row) in [("httpStat", "A\t1"), ("dnsStat", "A\t2"), ("dhcpStat", "A\t12")] {
            let written = std::fs::read_to_string(path(&format!("{name}.tsv"))).unwrap();
            assert_eq!(written, format!("%dir\tflowInd\n{row}\n"), "{awk:?}");
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn comma_separated_values() {
    let format = Format { sign: String::new(), line: Some(1), separator: Separator::Csv };
    let table = "a,b,\"c d\"\r\n1,\"x, \"\"y\"\"\",3\r\n2,,\"\"\r\n";
    for awk in awks() {
        let (text, _) = printed(&awk, "$a { print $c_d, $b }", table, &format);
        assert_eq!(text, "3\tx, \"y\"\n\t\n", "{awk:?}");
        assert_eq!(printed(&awk, "$a == 2", table, &format).0, "a\tb\tc d\n2\t\t\n", "{awk:?}");
    }
}

/// Each function of the library is looked at by a test here.
#[test]
fn no_function_is_left_out() {
    let expressions =
        [BITS, TEXTS, LISTS, KINDS, ADDRESSES, ENCODINGS, NUMBERS, LOGARITHMS, CHOICES, PRINTED]
            .concat();
    let mut text = lines(expressions.iter().map(|(call, _)| *call));
    text += include_str!("tests.rs").split_once("fn order()").unwrap().1;
    let missing: BTreeSet<_> = library::functions()
        .map(|f| f.name)
        .filter(|name| !text.contains(&format!("{name}(")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
