//! tawk and tcol on files that flowz has written.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::kit::{Done, Scratch, data, flowz, start, tawk, tcol, workspace};

/// A folder with `x_flows.txt` and `x_packets.txt` of a capture with all plugins.
fn analysed(capture: &str) -> Scratch {
    let dir = Scratch::new();
    flowz(&dir, &["--no-config", "-r", &data(capture), "-w", "x", "-q", "-s", "--plugins", "all"])
        .well();
    dir
}

/// Awks that are here.
fn awks() -> Vec<&'static str> {
    let here =
        |awk: &&str| Command::new(awk).arg("BEGIN { exit }").status().is_ok_and(|s| s.success());
    let found: Vec<_> = ["gawk", "mawk"].into_iter().filter(here).collect();
    assert!(!found.is_empty(), "neither gawk nor mawk is here");
    if found.len() < 2 {
        println!("skipped: only {found:?} is here");
    }
    found
}

fn run(dir: &Scratch, args: &[&str]) -> Done {
    Done::from_output(&start(tawk(), dir, args).output().unwrap())
}

/// What a line of the shell prints.
fn shell(dir: &Scratch, line: &str) -> Done {
    let folder = tawk().parent().unwrap().display();
    let path = format!("{folder}:{}", std::env::var_os("PATH").unwrap().display());
    let mut bash = start(Path::new("bash"), dir, &["-c", line]);
    Done::from_output(&bash.env("PATH", path).output().unwrap())
}

/// Rows of a table for which a test of the cells of two columns holds, with the header line.
fn chosen(table: &str, columns: [&str; 2], test: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let header = table.lines().next().unwrap();
    let names: Vec<_> = header.trim_start_matches('%').split('\t').collect();
    let places = columns.map(|c| names.iter().position(|n| *n == c).unwrap());
    let holds = |line: &&str| {
        let cells: Vec<_> = line.split('\t').collect();
        test(cells[places[0]], cells[places[1]])
    };
    std::iter::once(header).chain(table.lines().skip(1).filter(holds)).map(str::to_owned).collect()
}

/// The cells of lines in columns, without the blanks between them.
fn squeezed(lines: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    let squeeze = |l: &str| l.split_whitespace().collect::<Vec<_>>().join(" ");
    lines.into_iter().map(|l| squeeze(l.as_ref())).collect()
}

#[test]
fn command_lines_of_the_tutorial() {
    let dir = Scratch::new();
    let many = data("many.pcap");
    flowz(&dir, &["--no-config", "-r", &many, "-w", "x", "-q", "-s"]).well();
    // No real capture of ours has this port, so one flow gets it.
    let flows = dir.read("x_flows.txt").replace("\t20087\t", "\t49330\t");
    dir.write("x_flows.txt", &flows);
    let done = shell(&dir, "tawk 'port(49330)' x_flows.txt | tcol").well().stdout;
    let rows = chosen(&flows, ["srcPort", "dstPort"], |a, b| a == "49330" || b == "49330");
    assert!(rows.len() > 1 && rows.len() < 5, "{rows:?}");
    assert_eq!(squeezed(done.lines()), squeezed(&rows));
    let packets = dir.read("x_packets.txt");
    let done = shell(&dir, "tawk 'packet(\"1418-1426\")' x_packets.txt | tcol").well().stdout;
    let inside = |no: &str, _: &str| (1418..=1426).contains(&no.parse::<u32>().unwrap());
    let rows = chosen(&packets, ["pktNo", "flowInd"], inside);
    assert_eq!(rows.len(), 10);
    assert_eq!(squeezed(done.lines()), squeezed(&rows));
    // Names stand above their cells.
    let lines: Vec<_> = done.lines().collect();
    let at = lines[0].find("flowStat").unwrap();
    assert!(lines[1..].iter().all(|l| l[at..].starts_with("0x")), "{done}");
    assert!(shell(&dir, "t2conf").well().stdout.contains("basicFlow"));
}

/// The examples in the help of all functions: with both awks the same, and no error.
#[test]
fn examples_of_all_functions() {
    let dir = analysed("web.pcap");
    dir.write("y_flows.txt", dir.read("x_flows.txt"));
    let help = run(&dir, &["-l"]).well().stdout;
    let examples: Vec<_> =
        help.lines().filter_map(|l| l.trim().strip_prefix("Example: ")).collect();
    assert!(examples.len() > 100, "{}", examples.len());
    let awks = awks();
    for example in examples {
        let outputs =
            awks.iter().map(|awk| shell(&dir, &format!("export TAWK_AWK={awk}; {example}")).well());
        let outputs: Vec<_> = outputs.map(|done| (done.stdout, done.stderr)).collect();
        assert!(outputs.windows(2).all(|pair| pair[0] == pair[1]), "{example}: {outputs:?}");
        assert_eq!(outputs[0].1, "", "{example}");
    }
}

/// Ready programs on columns that flowz fills, or with a cell that was changed so that they find something.
#[test]
fn ready_programs() {
    let web = analysed("web.pcap");
    let ssh = analysed("ssh-ping.pcapng");
    let flow = "flow(10) && $dir == \"A\"";
    for (dir, name, change, first) in [
        (&web, "topDnsQ", "", "\"www.example.test\"\t9\t81.82%"),
        (&web, "topDnsA", "", "\"www.example.test\"\t9\t90.00%"),
        (&web, "topDnsIp4", "", "10.1.0.2\t7\t100.00%"),
        (&web, "topDnsIp6", "", "2001:db8:1::2\t2\t100.00%"),
        (&web, "topSLD", "", "example.test\t11\t100.00%"),
        (&web, "topTLD", "", "test\t11\t100.00%"),
        (&web, "topHttpMimesST", "", "\"text/html\"\t3\t42.86%"),
        (&web, "topHttpMimesT", "", "text\t7\t100.00%"),
        (&web, "httpHostsURL", "", "\"www.example.test\"\t\"/large.txt\"\t2\t33.33%"),
        (
            &web,
            "passivedns",
            "",
            "1795235596.998984000\t10.1.0.10\t10.1.0.2\t\"www.example.test\"\t1\t",
        ),
        (
            &ssh,
            "ssh",
            "",
            "1795235609.326027641\t3.520508646\t10.1.0.10\t35730\t10.1.0.2\t22\t6\t\"SSH-2.0-",
        ),
        (&web, "covertChans", "$icmpStat = \"0x41\"", "A\t10\t"),
        (
            &web,
            "covertChans",
            "$dnsQname = \"\\\"a.0123456789012345678901234567890123456789.b\\\"\"",
            "A\t10\t",
        ),
        (&web, "dnsZT", "$dnsStat = \"0x0081\"", "A\t10\t"),
        (&web, "exeDL", "$httpURL = \"\\\"/a.EXE\\\"\"", "A\t10\t"),
        (&web, "exeDL", "$httpAFlags = \"0x1000\"", "A\t10\t"),
        (&web, "exeDL", "$httpMimes = \"\\\"application/x-dosexec\\\"\"", "A\t10\t"),
        (&web, "nonstdports", "$dstPort = 4444", "10.1.0.10\t44662\t10.1.0.2\t4444\t6\thttp"),
        (
            &web,
            "postQryStr",
            "$httpAFlags = \"0x0001\"",
            "10.1.0.10\t44662\t10.1.0.2\t80\t6\t\"www.example.test\"",
        ),
        (
            &web,
            "passwords",
            "$ftpUser = \"\\\"me\\\"\"; $ftpPass = \"\\\"secret\\\"\"",
            "10.1.0.10\t44662\t10.1.0.2\t80\t6\tftp\t\"me\"\t\"secret\"",
        ),
        (&web, "passwords", "$telUsr = \"me\"", "10.1.0.10\t44662\t10.1.0.2\t80\t6\ttelnet\tme\t"),
    ] {
        dir.write(
            "changed.txt",
            run(dir, &[&format!("{flow} {{ {change} }} 1"), "x_flows.txt"]).well().stdout,
        );
        for awk in awks() {
            let done = run(dir, &["-H", "--awk", awk, "-e", name, "changed.txt"]).well().stdout;
            assert!(
                done.lines().next().is_some_and(|l| l.starts_with(first)),
                "{awk} {name} {change}: {done}"
            );
            // What was changed is the only row that is found.
            assert!(change.is_empty() || done.lines().count() == 1, "{name}: {done}");
        }
    }
    let listed = run(&web, &["--complete", "programs"]).well().stdout;
    assert_eq!(listed.lines().count(), 17, "{listed}");
}

#[test]
fn the_header_line() {
    let dir = analysed("web.pcap");
    let header = dir.read("x_flows.txt").lines().next().unwrap().to_owned();
    let first = |args: &[&str]| {
        let text = run(&dir, args).well().stdout;
        text.lines().next().unwrap_or_default().to_owned()
    };
    let x = "x_flows.txt";
    assert_eq!(first(&["tcp()", x]), header);
    assert!(first(&["-H", "tcp()", x]).starts_with("A\t8\t"));
    assert_eq!(first(&["tcp() { print $flowInd }", x]), "8");
    assert_eq!(first(&["hdr() || tcp() { print $flowInd, $dstPort }", x]), "flowInd\tdstPort");
    assert_eq!(first(&["-O", ";", "hdr() { print $flowInd, $dstPort }", x]), "flowInd;dstPort");
    assert_eq!(first(&["-c", "tcp()", x]), "# tawk -c 'tcp()' x_flows.txt");
    // Two files with the same columns have one header line.
    let both = run(&dir, &["flow(1)", x, x]).well().stdout;
    assert_eq!(both.lines().filter(|l| *l == header).count(), 1);
    assert_eq!(both.lines().count(), 3);
}

#[test]
fn inputs_of_all_kinds() {
    let dir = analysed("web.pcap");
    let expected = run(&dir, &["port(80)", "x_flows.txt"]).well().stdout;
    assert!(expected.lines().count() > 10);
    for line in [
        "cat x_flows.txt | tawk 'port(80)'",
        "tawk 'port(80)' < x_flows.txt",
        "tawk 'port(80)' - < x_flows.txt",
        "tawk 'port(80)' <(cat x_flows.txt)",
        "tawk -I x_flows.txt 'port(80)'",
        "echo 'port(80)' > p.awk; tawk -f p.awk x_flows.txt",
        "tawk -v p=80 'port(p)' x_flows.txt",
        "tawk 'port(p)' p=80 x_flows.txt",
        "cp x_flows.txt a=b.txt; tawk 'port(80)' a=b.txt",
        "tawk -N 1 'port(80)' x_flows.txt",
        "cat x_flows.txt | tawk -N 1 'port(80)'",
        "tr % @ < x_flows.txt | tawk -s @ 'port(80)' | tr @ %",
        "tr '\\t' '|' < x_flows.txt | tawk -F '|' -O '\\t' 'port(80)' | tr '|' '\\t'",
        "(echo '# made by'; cat x_flows.txt) > c.txt; tawk 'port(80)' c.txt | sed 1d",
        "flowz --no-config -r web.pcap -w - -q --plugins all | tawk 'port(80)'",
    ] {
        fs::copy(data("web.pcap"), dir.path("web.pcap")).unwrap();
        let done = shell(&dir, line).well();
        assert_eq!(done.stdout, expected, "{line}: {}", done.stderr);
    }
    let csv =
        ["--no-config", "-r", "web.pcap", "-w", "x", "-q", "--plugins", "all", "--sinks", "csv"];
    flowz(&dir, &csv).well();
    let program = "port(80) { print tuple5(), $httpHosts }";
    let from_text = run(&dir, &[program, "x_flows.txt"]).well().stdout.replace('"', "");
    assert_eq!(run(&dir, &["--csv", program, "x_flows.csv"]).well().stdout, from_text);
    let zeek = "#separator \\x09\n#fields\tts\tid.orig_h\n#types\ttime\taddr\n1.5\t10.0.0.1\n";
    dir.write("conn.log", zeek);
    let done = run(&dir, &["--zeek", "$ts > 1 { print $id_orig_h }", "conn.log"]).well().stdout;
    assert_eq!(done, "10.0.0.1\n");
}

/// Files that other systems or programs have written.
#[test]
fn marks_returns_and_breaks() {
    let dir = Scratch::new();
    dir.write("a.txt", "\u{feff}%n\tname\r\n1\tx\r\n2\ty\r\n");
    dir.write("b.csv", "\u{feff}n,\"the, name\"\r\n1,\"a \"\"b\"\"\r\nc\"\r\n2,d\r\n");
    dir.write("open.csv", "n,name\n1,\"a\nb\n");
    dir.write("empty.csv", "n,,name\n1,2,3\n");
    for awk in awks() {
        let told = |words: &[&str]| run(&dir, &[&["--awk", awk], words].concat());
        let out = |words: &[&str]| told(words).well().stdout;
        assert_eq!(out(&["$name == \"y\"", "a.txt"]), "%n\tname\n2\ty\n", "{awk}");
        assert_eq!(out(&["-H", "{ print $name \"|\" }", "a.txt", "a.txt"]), "x|\ny|\nx|\ny|\n");
        let piped = shell(&dir, &format!("cat a.txt | tawk --awk {awk} '$n == 1'")).well();
        assert_eq!(piped.stdout, "%n\tname\n1\tx\n");
        let cells = out(&["--csv", "{ print $n \":\" $the__name }", "b.csv"]);
        assert_eq!(cells, "1:a \"b\"\\nc\n2:d\n", "{awk}");
        // A quote that stays open ends with its file.
        // Whole rows have the separator of their header.
        assert_eq!(out(&["--csv", "$n > 1", "b.csv"]), "n\tthe, name\n2\td\n");
        assert_eq!(out(&["--csv", "-O", ",", "$n > 1", "b.csv"]), "n,the, name\n2,d\n");
        let open = out(&["--csv", "-H", "{ print $n \":\" $name }", "open.csv", "open.csv"]);
        assert_eq!(open, "1:a\\nb\n1:a\\nb\n", "{awk}");
        dir.write("long.csv", format!("n,name\n1,\"a\n{}", "b\n".repeat(20_000)));
        let long = told(&["--csv", "{ print $n }", "long.csv"]);
        assert_eq!(long.code, 2);
        assert!(
            long.stderr.contains("line 2 of long.csv opens a quote that 10000 lines"),
            "{long:?}"
        );
        let long = told(&["--csv", "$x == 1", "empty.csv"]);
        assert!(
            long.stderr.ends_with("no column 'x' in 'empty.csv': tawk -l FILE shows its columns\n"),
            "{long:?}"
        );
    }
}

/// awk's message is about the user's lines, and nothing of the program is run.
#[test]
fn programs_that_awk_does_not_understand() {
    let dir = Scratch::new();
    dir.write("a.txt", "%n\tname\n1\tx\n");
    for awk in awks() {
        let program =
            "BEGIN { print \"begun\" }\nabs($n) {\n  print $name x x (\n}\nEND { print \"ended\" }";
        for words in
            [&["--awk", awk, program, "a.txt"][..], &["-t", "--awk", awk, program, "a.txt"]]
        {
            let done = run(&dir, words);
            assert_eq!((done.code, done.stdout.as_str()), (2, ""), "{awk}");
            assert!(
                done.stderr.starts_with("tawk: error: line 3 of the program: "),
                "{}",
                done.stderr
            );
            assert!(done.stderr.ends_with("\n  print $name x x (\n"), "{}", done.stderr);
            assert_eq!(done.stderr.lines().count(), 2, "{}", done.stderr);
        }
        let done = run(&dir, &["--awk", awk, "{ if ($n", "a.txt"]);
        assert_eq!(done.code, 2);
        assert!(!done.stderr.contains("BEGIN") && !done.stderr.contains("_t_"), "{}", done.stderr);
    }
    let done = run(&dir, &["-f", "/dev/zero", "a.txt"]);
    assert_eq!(done.code, 2);
    assert_eq!(
        done.stderr,
        "tawk: error: '/dev/zero' is no program: it has more than 131072 bytes\n"
    );
}

#[test]
fn what_is_wrong_is_told() {
    let dir = analysed("web.pcap");
    dir.write("none.txt", "1\t2\n");
    dir.write("other.txt", "%a\tb\n1\t2\n");
    let x = "x_flows.txt";
    for (args, code, words) in [
        (
            &["$dstprt == 1", x][..],
            2,
            "there is no column 'dstprt' in 'x_flows.txt': did you mean dstPort",
        ),
        (&["packet(1)", x], 2, "packet() needs the column 'pktNo', which 'x_flows.txt' has not"),
        (&["{ print \"a }", x], 2, "has no closing quote"),
        (&["shark(\"tcp.prot == 1\")", x], 2, "did you mean tcp.port?"),
        (&["port(\"x\")", x], 2, "'x' is neither a number nor a range"),
        (&["1", "missing.txt"], 1, "cannot read 'missing.txt': No such file"),
        (&["1", x, "missing.txt"], 1, "cannot read 'missing.txt': No such file"),
        (&["1", x, "."], 1, "cannot read '.': it is a folder"),
        (&["1", "none.txt"], 1, "'none.txt' has no header line"),
        (&["1", x, "other.txt"], 1, "'other.txt' has other columns than 'x_flows.txt'"),
        (&["1", "."], 1, "cannot read '.'"),
        (&["-N", "9", "1", "other.txt"], 1, "'other.txt' has no line 9"),
        (&[], 2, "there is no program"),
        (&["-e", "topDNS", x], 2, "there is no 'topDNS'; did you mean 'topDns"),
        (&["-d", "prt"], 2, "there is no 'prt'; did you mean 'port'?"),
        (&["-v", "x", "1", x], 2, "'x' sets no variable"),
        (&["-v", "a b=1", "1", x], 2, "'a b=1' sets no variable"),
        (&["--awk", "no-awk", "1", x], 1, "cannot run no-awk: No such file"),
        (&["-s", "", "1", x], 2, "the line of the header must be known"),
    ] {
        let done = run(&dir, args);
        assert_eq!(done.code, code, "{args:?}: {done:?}");
        assert!(
            done.stderr.starts_with("tawk: error: ") && done.stderr.contains(words),
            "{done:?}"
        );
        // Lists are looked at when the first row is there.
        assert!(done.stdout.is_empty() || args[0].starts_with("port("), "{args:?}: {done:?}");
    }
    let done = run(&dir, &["-t", "$dstPort", x]).well();
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), ("", ""));
    assert_eq!(run(&dir, &["-t", "$nope", x]).code, 2);
    assert_eq!(run(&dir, &["{ exit 7 }", x]).code, 7);
}

/// What awk gets is what one would write with numbers of columns.
#[test]
fn the_program_that_awk_gets() {
    let dir = analysed("web.pcap");
    let columns = run(&dir, &["-l", "x_flows.txt"]).well().stdout;
    let number = |name: &str| {
        let line = columns.lines().find(|l| l.ends_with(&format!(" {name}"))).unwrap();
        line.trim().split(' ').next().unwrap().to_owned()
    };
    let program = "$dstPort == 80 && $l7BytesSnt > 100 { print $srcIP }";
    let by_hand = format!(
        "${} == 80 && ${} > 100 {{ print ${} }}",
        number("dstPort"),
        number("l7BytesSnt"),
        number("srcIP")
    );
    let made = run(&dir, &["-p", program, "x_flows.txt"]).well().stdout;
    assert!(
        made.ends_with(&format!("/^[%#]/ {{ next }} {by_hand}\n\n"))
            || made.ends_with(&format!("/^[%#]/ {{ next }} {by_hand}\n")),
        "{made}"
    );
    assert_eq!(made.trim_end().lines().count(), 1, "{made}");
    let awk = awks()[0];
    let plain = Command::new(awk)
        .args(["-F\t", &format!("!/^%/ && {by_hand}")])
        .arg(dir.path("x_flows.txt"))
        .output()
        .unwrap();
    assert_eq!(
        run(&dir, &[program, "x_flows.txt"]).well().stdout,
        String::from_utf8(plain.stdout).unwrap()
    );
}

#[test]
fn payload_of_a_flow() {
    let dir = Scratch::new();
    let hexadecimal = [
        "--no-config",
        "-r",
        &data("web.pcap"),
        "-w",
        "x",
        "-q",
        "-s",
        "-o",
        "core.SPKTMD_PCNTH=1",
    ];
    flowz(&dir, &hexadecimal).well();
    for awk in awks() {
        let done =
            run(&dir, &["--awk", awk, "follow_stream(8, 0, \"A\")", "x_packets.txt"]).well().stdout;
        assert!(
            done.starts_with("GET / HTTP/1.1\r\nHost: www.example.test\r\n")
                && done.ends_with("\r\n\r\n"),
            "{done}"
        );
        let digits =
            run(&dir, &["--awk", awk, "follow_stream(8, 3, \"A\")", "x_packets.txt"]).well().stdout;
        assert_eq!(digits.len(), 2 * done.len());
        let text = run(
            &dir,
            &["--awk", awk, "follow_stream(8, 0, \"A\", \"l7Content\")", "x_packets.txt"],
        )
        .well();
        assert_eq!(text.stdout, done);
    }
}

#[test]
fn completions_know_the_columns_of_the_file() {
    let dir = analysed("web.pcap");
    let columns = run(&dir, &["--complete", "columns", "no.txt", "x_flows.txt"]).well().stdout;
    assert!(
        columns.starts_with("$dir\n$flowInd\n") && columns.contains("\n$l7BytesSnt\n"),
        "{columns}"
    );
    assert_eq!(run(&dir, &["--complete", "columns"]).well().stdout, "");
    let script = "source <(tawk --completions bash); COMP_WORDS=(tawk \"'dport(80) && \\$l7By\" x_flows.txt); COMP_CWORD=1; _tawk; printf '%s\\n' \"${COMPREPLY[@]}\"";
    assert_eq!(
        shell(&dir, script).well().stdout,
        "dport(80) && $l7BytesSnt\ndport(80) && $l7BytesRcvd\n"
    );
    let script = script.replace("&& \\$l7By", "&& bitsa");
    assert_eq!(
        shell(&dir, &script).well().stdout,
        "dport(80) && bitsallset(\ndport(80) && bitsanyset(\n"
    );
    let script = "source <(tawk --completions bash); COMP_WORDS=(tawk -e topD); COMP_CWORD=2; _tawk; echo \"${COMPREPLY[@]}\"";
    assert_eq!(shell(&dir, script).well().stdout, "topDnsA topDnsIp4 topDnsIp6 topDnsQ\n");
    let is_there =
        |name: &str| Command::new(name).arg("--version").stdout(Stdio::null()).status().is_ok();
    if is_there("fish") {
        let script = "fish -c 'tawk --completions fish | source; complete -C \"tawk -e topS\"; complete -C \"tawk x_flows.txt \\\"dport(80) && \\\\\\$l7BytesS\"'";
        let done = shell(&dir, script).well().stdout;
        assert!(done.starts_with("topSLD") && done.contains("l7BytesSnt"), "{done}");
    } else {
        println!("skipped: there is no fish here");
    }
    if is_there("zsh") {
        assert_eq!(shell(&dir, "tawk --completions zsh > _tawk; zsh -n _tawk").well().stderr, "");
    } else {
        println!("skipped: there is no zsh here");
    }
}

#[test]
fn tables_in_columns() {
    let dir = Scratch::new();
    dir.write("t.txt", "%dir\tn\tname\nA\t1\tx\nB\t22\tlonger\n");
    let show = |args: &[&str]| {
        let done = Done::from_output(&start(tcol(), &dir, args).output().unwrap());
        (done.code, done.stdout, done.stderr)
    };
    let table = "%dir  n   name\nA     1   x\nB     22  longer\n";
    assert_eq!(show(&["t.txt"]), (0, table.to_owned(), String::new()));
    assert_eq!(show(&["-r", "t.txt"]).1, "%dir   n  name\nA      1  x\nB     22  longer\n");
    assert_eq!(show(&["-w=8", "-o", " | ", "t.txt"]).1, "%dir | n\nA    | 1\nB    | 2\n");
    assert_eq!(show(&["-n", "2", "t.txt"]).1, "%dir  n  name\nA     1  x\nB     22  longer\n");
    // Of several files with the same names these stand there once.
    assert_eq!(show(&["t.txt", "t.txt"]).1.lines().count(), 5);
    let (code, _, told) = show(&["no.txt"]);
    assert_eq!(
        (code, told.as_str()),
        (1, "tcol: error: cannot read 'no.txt': No such file or directory\n")
    );
    let (code, _, told) = show(&["-w", "t.txt"]);
    assert!(code == 1 && told.contains("no terminal whose width"), "{told}");
    assert_eq!(show(&["-n", "0"]).0, 2);
    // One long cell is no reason to write as many blanks in all rows.
    dir.write("long.txt", format!("\u{feff}%a\tb\n{}\tx\n1\ty\n", "z".repeat(100_000)));
    let (_, shown, _) = show(&["long.txt"]);
    assert!(shown.starts_with("%a  b\nzzz") && shown.ends_with("z  x\n1   y\n"));
    assert_eq!(show(&["-m", "0", "long.txt"]).1.lines().last().unwrap().len(), 100_003);
    let (code, _, told) = show(&["/dev/zero"]);
    let line = "tcol: error: '/dev/zero' has a line of 16777216 bytes or more: it is no table\n";
    assert_eq!((code, told.as_str()), (1, line));
    let line = "cut -d, -f1-3 <<< 'a,bb' | tcol -s , ; yes 'a\tb' | tcol -n 5 | head -n 1";
    assert_eq!(shell(&dir, line).well().stdout, "a  bb\na  b\n");
    assert!(workspace().join("docs/tcol.1").is_file() && workspace().join("docs/tawk.1").is_file());
}
