//! Files of the JSON sink.

use flowz_api::sink::{NamedSink, SinkError, Split};

use super::Json;
use super::toggles::JsonToggles;
use crate::test_support::{TempDir, names, run};

fn row(n: u64) -> String {
    format!(r#"{{"dir":"A","flowInd":{n},"hdrDesc":["eth:ipv4","x\ty"],"host":"a, \"b\""}}"#) + "\n"
}

#[test]
fn files() {
    let dir = TempDir::new("json-files");
    run(&mut Json::default(), &dir.destination(None), 2, true).unwrap();
    assert_eq!(names(&dir), ["p_flows.json", "p_packets.json"]);
    assert_eq!(dir.read("p_flows.json"), row(1) + &row(2));
    assert_eq!(dir.read("p_packets.json"), row(1) + &row(2));
}

#[test]
fn no_rows() {
    let dir = TempDir::new("json-none");
    run(&mut Json::default(), &dir.destination(None), 0, false).unwrap();
    assert_eq!(dir.read("p_flows.json"), "");
}

#[test]
fn pieces() {
    let dir = TempDir::new("json-split");
    let split = Some((Split::Flows(2), 0));
    run(&mut Json::default(), &dir.destination(split), 3, false).unwrap();
    assert_eq!(names(&dir), ["p_flows.json0", "p_flows.json1"]);
    assert_eq!(dir.read("p_flows.json0"), row(1) + &row(2));
    assert_eq!(dir.read("p_flows.json1"), row(3));
    let whole = JsonToggles { split: false, ..JsonToggles::default() };
    let dir = TempDir::new("json-whole");
    run(&mut Json::new(&whole), &dir.destination(split), 3, false).unwrap();
    assert_eq!(names(&dir), ["p_flows.json"]);
}

#[test]
fn one_text_a_file() {
    let dir = TempDir::new("json-root");
    let toggles = JsonToggles { root: true, ..JsonToggles::default() };
    let split = Some((Split::Flows(2), 0));
    run(&mut Json::new(&toggles), &dir.destination(split), 2, true).unwrap();
    let expected = |name| format!("{{\"{name}\":[\n{},{}]}}\n", row(1), row(2));
    assert_eq!(dir.read("p_flows.json0"), expected("flows"));
    assert_eq!(dir.read("p_flows.json1"), "{\"flows\":[\n]}\n");
    assert_eq!(dir.read("p_packets.json"), expected("packets"));
}

#[test]
fn pieces_by_bytes() {
    let dir = TempDir::new("json-bytes");
    let split = Some((Split::Bytes(row(1).len() as u64), 1));
    run(&mut Json::default(), &dir.destination(split), 2, false).unwrap();
    assert_eq!(names(&dir), ["p_flows.json1", "p_flows.json2", "p_flows.json3"]);
    assert_eq!(dir.read("p_flows.json2"), row(2));
}

#[test]
fn compressed() {
    let dir = TempDir::new("json-gzip");
    let toggles = JsonToggles { gzip: true, ..JsonToggles::default() };
    run(&mut Json::new(&toggles), &dir.destination(None), 1000, false).unwrap();
    assert_eq!(names(&dir), ["p_flows.json.gz"]);
    let packed = std::fs::read(dir.path("p_flows.json.gz")).unwrap();
    let text = std::io::read_to_string(flate2::read::GzDecoder::new(&packed[..])).unwrap();
    assert_eq!(text.lines().count(), 1000);
    assert!(text.ends_with(&row(1000)));
}

#[test]
fn a_full_disk() {
    let dir = TempDir::new("json-full");
    std::os::unix::fs::symlink("/dev/full", dir.path("p_flows.json")).unwrap();
    let error = run(&mut Json::default(), &dir.destination(None), 3, true).unwrap_err();
    assert!(matches!(error, SinkError::Io { action: "write", .. }), "{error}");
    assert_eq!(dir.read("p_packets.json").lines().count(), 3);
}
