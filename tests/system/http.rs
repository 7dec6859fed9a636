//! HTTP: pairs behind losses, bodies with holes, and inputs that try to make it slow.

use crate::kit::{Conversation, Scratch, Table, flowz};

/// The table of requests and responses of a capture.
fn exchanges(capture: &[u8], more: &[&str]) -> Table {
    let dir = Scratch::new();
    dir.write("in.pcap", capture);
    let args = ["-r", "in.pcap", "-w", "x", "-q", "--plugins", "basicFlow,httpSniffer"];
    flowz(&dir, &[&args[..], more].concat()).well();
    Table::parse(&dir.read("x_http.txt"))
}

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: www.example.org\r\n\r\n").into_bytes()
}

fn ok(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[test]
fn of_three_pipelined_requests_the_second_is_damaged() {
    let mut c = Conversation::new(80);
    let second = get("/second/with/a/long/name");
    c.client(&get("/1")).client(&second[..30]).client(&second[30..50]).lost().client(&second[50..]);
    c.client(&get("/3")).server(&ok(b"1")).server(&ok(b"22")).server(&ok(b"333"));
    let table = exchanges(&c.capture(), &[]);
    let rows = table.select(["state", "uri", "respBody"]);
    // Of the second one not even the first line is whole.
    let expected =
        [["complete", "\"/1\"", "1"], ["noRequest", "\"\"", "2"], ["complete", "\"/3\"", "3"]];
    assert_eq!(rows, expected);
}

#[test]
fn a_megabyte_with_a_hole_of_a_segment_is_one_exchange() {
    let mut c = Conversation::new(80);
    let body = ok(&vec![b'x'; 1 << 20]);
    let (front, behind) = body.split_at(1460 * 300);
    c.client(&get("/big")).server(front).server(&behind[..1460]).lost().server(&behind[1460..]);
    c.client(&get("/next")).server(&ok(b"next"));
    let table = exchanges(&c.capture(), &[]);
    let rows = table.select(["state", "uri", "respBody", "respMissing"]);
    assert_eq!(
        rows,
        [["damaged", "\"/big\"", "1048576", "1460"], ["complete", "\"/next\"", "4", "0"]]
    );
}

#[test]
fn two_messages_in_a_segment_and_one_over_five() {
    let mut c = Conversation::new(8080);
    c.client(&[get("/1"), get("/2")].concat()).server(&[ok(b"1"), ok(b"22")].concat());
    let (long, answer) = (get("/over/five"), ok(b"five"));
    c.pieces(0, &long, long.len().div_ceil(5)).pieces(1, &answer, answer.len().div_ceil(5));
    let table = exchanges(&c.capture(), &[]);
    let rows = table.select(["state", "uri", "reqFirst_reqLast_respFirst_respLast"]);
    let expected = [
        ["complete", "\"/1\"", "4_4_5_5"],
        ["complete", "\"/2\"", "4_4_5_5"],
        ["complete", "\"/over/five\"", "6_10_11_15"],
    ];
    assert_eq!(rows, expected);
}

#[test]
fn segments_of_one_byte_tell_the_same() {
    let (request, response) = (get("/page"), ok(b"a page"));
    let of = |len| {
        let mut c = Conversation::new(80);
        let table = exchanges(&c.pieces(0, &request, len).pieces(1, &response, len).capture(), &[]);
        table.select(["state", "uri", "reqHead", "respBody"]).concat().join(" ")
    };
    assert_eq!(of(1), of(1000));
    assert_eq!(of(1), "complete \"/page\" 45 6");
}

#[test]
fn a_head_without_end_and_multiparts_in_multiparts_are_no_trouble() {
    let mut c = Conversation::new(80);
    c.client(&get("/1"))
        .server(&[b"HTTP/1.1 200 OK\r\n".to_vec(), b"A: b\r\n".repeat(60_000)].concat());
    let table = exchanges(&c.capture(), &[]);
    assert_eq!(table.select(["state", "uri"]), [["noResponse", "\"/1\""]]);

    let part = |n| format!("--{n}\r\nContent-Type: multipart/mixed; boundary={}\r\n\r\n", n + 1);
    let parts = (0..10_000).map(part).collect::<Vec<_>>().concat();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=0\r\nContent-Length: {}\r\n\r\n",
        parts.len()
    );
    let mut c = Conversation::new(80);
    c.client(&get("/parts")).server(&[head.as_bytes(), parts.as_bytes()].concat());
    let table = exchanges(&c.capture(), &["-o", "httpSniffer.HTTP_HASH=1"]);
    assert_eq!(table.select(["state", "respBody"]), [["complete", &parts.len().to_string()]]);
}

#[test]
fn files_of_a_form_are_told_and_written() {
    let form = "--=x\r\nContent-Disposition: form-data; name=\"why\"\r\n\r\nbecause\r\n\
        --=x\r\nContent-Disposition: form-data; name=\"up\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n\
        two\r\nlines\r\n--=x--\r\n";
    let post = |len| {
        format!(
            "POST /take HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=\"=x\"\r\nContent-Length: {len}\r\n\r\n"
        )
    };
    let mut c = Conversation::new(80);
    c.pieces(0, &[post(form.len()).as_bytes(), form.as_bytes()].concat(), 7).server(&ok(b"1"));
    // A second one, with a hole in the file, and cut behind it.
    let (front, behind) = form.split_at(form.len() - 18);
    c.client(&[post(form.len()).as_bytes(), front.as_bytes()].concat());
    c.client(&behind.as_bytes()[..5]).lost().client(&behind.as_bytes()[5..13]);
    let dir = Scratch::new();
    dir.write("in.pcap", c.capture());
    let args = ["-r", "in.pcap", "-w", "x", "-q", "--plugins", "basicFlow,httpSniffer"];
    let toggles = ["-o", "httpSniffer.HTTP_PARTS=1", "-o", "httpSniffer.HTTP_SAVE_TEXT=1"];
    flowz(&dir, &[&args[..], &toggles].concat()).well();
    let requests = Table::parse(&dir.read("x_http.txt"));
    let rows = requests.select(["state", "reqFiles", "reqParts_respParts"]);
    assert_eq!(rows, [["complete", "\"a.txt\"", "2_0"], ["noResponse", "\"a.txt\"", "2_0"]]);
    let parts = Table::parse(&dir.read("x_httppart.txt"));
    let rows =
        parts.select(["nr", "part", "name", "fileName", "type", "length", "missing", "whole"]);
    let expected = [
        ["1", "1", "\"why\"", "\"\"", "\"\"", "7", "0", "1"],
        ["1", "2", "\"up\"", "\"a.txt\"", "\"text/plain\"", "10", "0", "1"],
        ["2", "1", "\"why\"", "\"\"", "\"\"", "7", "0", "1"],
        ["2", "2", "\"up\"", "\"a.txt\"", "\"text/plain\"", "15", "5", "0"],
    ];
    assert_eq!(rows, expected);
    // printf 'two\r\nlines' | sha256sum
    let hash = "9eb6550e4b362940cf1070930e8f564d70e76ecbfd7821149920ef20ab449b86";
    assert_eq!(parts.select(["SHA256"])[1], [hash]);
    assert_eq!(parts.select(["file"])[1], ["\"_take_1_A_14_0_2\""]);
    assert_eq!(dir.read("x_files/httpSniffer/_take_1_A_14_0_2"), "two\r\nlines");
}

#[test]
fn contents_are_written_with_their_codings_undone() {
    // The text "hello" in gzip (RFC 1952).
    const GZIP: &[u8] =
        b"\x1f\x8b\x08\0\0\0\0\0\x02\xff\xcb\x48\xcd\xc9\xc9\x07\0\x86\xa6\x10\x36\x05\0\0\0";
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        GZIP.len()
    );
    let mut c = Conversation::new(80);
    let capture = c.client(&get("/a/text?x")).server(&[head.as_bytes(), GZIP].concat()).capture();
    let dir = Scratch::new();
    dir.write("in.pcap", &capture);
    let args = ["-r", "in.pcap", "-w", "x", "-q", "--plugins", "basicFlow,httpSniffer"];
    flowz(&dir, &[&args[..], &["-o", "httpSniffer.HTTP_SAVE_TEXT=1"]].concat()).well();
    let files = dir.names_in("x_files/httpSniffer");
    assert_eq!(files, ["_a_text_x_1_B_1_0"]);
    assert_eq!(dir.read("x_files/httpSniffer/_a_text_x_1_B_1_0"), "hello");
    let nothing_asked = Scratch::new();
    nothing_asked.write("in.pcap", &capture);
    flowz(&nothing_asked, &args).well();
    assert!(!nothing_asked.path("x_files").exists());
}

#[test]
fn conversations_like_a_log() {
    let mut c = Conversation::new(80);
    c.client(&get("/1"))
        .server(&ok(b"the first\n"))
        .client(&get("/2"))
        .lost()
        .server(&ok(b"the second"));
    let dir = Scratch::new();
    dir.write("in.pcap", c.capture());
    let done = flowz(&dir, &["http", "in.pcap"]).well();
    let expected = "\
1 4.000000000 A1 4 request GET /1 HTTP/1.1
    Host: www.example.org
1 5.000000000 B1 5 response HTTP/1.1 200
    Content-Length: 10
1 5.000000000 B1 5 body 10 bytes
    the first\\n
1 7.000000000 A1 0 gap 42 bytes
1 6.000000000 B1 6 response HTTP/1.1 200
    Content-Length: 10
1 6.000000000 B1 6 body 10 bytes
    the second
";
    assert_eq!(done.stdout, expected);
    assert_eq!(dir.names().len(), 1, "nothing is written");
    assert_eq!(flowz(&dir, &["http", "none.pcap"]).code, 1);
    assert_eq!(flowz(&dir, &["http"]).code, 2);
}
