//! Where addresses belong: columns of basicFlow, the plugin geoip, databases and lists, and what is no database.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_places::sample;

use crate::kit::{Scratch, Table, data, flowz, raw_ip_capture};

/// UDP packets between pairs of addresses, one a second.
fn capture() -> Vec<u8> {
    let pairs = [
        ("8.8.8.8", "10.1.2.3"),
        ("10.1.2.3", "8.8.8.8"),
        ("9.9.9.9", "224.0.0.251"),
        ("127.0.0.1", "127.0.0.2"),
        ("198.18.0.1", "11.0.0.1"),
    ];
    let v4 = |text: &str| text.parse::<Ipv4Addr>().unwrap().octets();
    let packet = |(src, dst): (&str, &str)| {
        let head = [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0];
        [&head[..], &v4(src), &v4(dst), &[0, 7, 0, 9, 0, 8, 0, 0]].concat()
    };
    let mut packets: Vec<_> = pairs.into_iter().map(packet).collect();
    let v6 = |text: &str| text.parse::<Ipv6Addr>().unwrap().octets();
    let head = [0x60, 0, 0, 0, 0, 8, 17, 64];
    packets.push([&head[..], &v6("2a00::1"), &v6("ff02::fb"), &[0, 7, 0, 9, 0, 8, 0, 0]].concat());
    raw_ip_capture(&packets)
}

/// A folder with that capture, a database of countries, one of autonomous systems and a list.
fn folder() -> Scratch {
    let dir = Scratch::new();
    let countries = [
        ("0.0.0.0/0", sample::country("ZZ")),
        ("8.0.0.0/8", sample::country("US")),
        ("2a00::/12", sample::country("CH")),
    ];
    dir.write("all.mmdb", sample::database("Sample-Country", &countries));
    let system = [("8.8.0.0/16", sample::system(64500, "Net"))];
    dir.write("as.mmdb", sample::database("Sample-ASN", &system));
    dir.write("own.csv", "prefix,country,organisation\n10.1.0.0/16,,Laboratory\n9.9.9.9,XX,Own\n");
    dir.write("c.pcap", capture());
    dir
}

/// The flow table of the capture, and the report.
fn table(options: &[&str]) -> (Table, String) {
    let dir = folder();
    let done = flowz(&dir, &[&["-r", "c.pcap", "-w", "x"], options].concat()).well();
    (Table::parse(&dir.read("x_flows.txt")), done.stdout)
}

/// Both sides of each A flow: address and what is known of it.
fn sides(table: &Table, names: [&str; 3]) -> BTreeSet<String> {
    let side = |side: &str| {
        let columns = names.map(|name| table.column(&format!("{side}{name}")));
        let rows = 0..table.rows.len();
        rows.map(|n| columns.each_ref().map(|c| c[n]).join(" ")).collect::<Vec<_>>()
    };
    side("src").into_iter().chain(side("dst")).collect()
}

#[test]
fn off_by_default() {
    let (table, report) = table(&[]);
    assert!(!table.columns.iter().any(|name| name.contains("IPCC") || name.contains("IPOrg")));
    assert!(!report.contains("Places"));
}

#[test]
fn without_a_database_the_columns_say_so() {
    let (table, report) = table(&["--geo"]);
    let at = |name: &str| table.columns.iter().position(|c| c == name).unwrap();
    assert_eq!(at("srcIPCC"), at("srcIP") + 1);
    assert_eq!(at("srcIPOrg"), at("srcIP") + 2);
    assert_eq!(at("srcPort"), at("srcIP") + 3);
    assert_eq!(at("dstIPOrg"), at("dstIP") + 2);
    let expected = [
        "10.1.2.3 07 \"Private-Use\"",
        "11.0.0.1 - \"no database\"",
        "127.0.0.1 02 \"Loopback\"",
        "127.0.0.2 02 \"Loopback\"",
        "198.18.0.1 09 \"Benchmarking\"",
        "224.0.0.251 06 \"Multicast (Local Network Control)\"",
        "2a00::1 - \"no database\"",
        "8.8.8.8 - \"no database\"",
        "9.9.9.9 - \"no database\"",
        "ff02::fb 06 \"Multicast (Link-Local)\"",
    ];
    let found = sides(&table, ["IP", "IPCC", "IPOrg"]);
    assert_eq!(found.iter().collect::<Vec<_>>(), expected);
    let words = "Places: no database, only special ranges are known; flowz geo-setup";
    assert!(report.contains(words), "{report}");
}

#[test]
fn databases_and_lists() {
    let options = ["--geo=own.csv,all.mmdb,as.mmdb", "-o", "basicFlow.BFO_SUBNET_ASN=1"];
    let (table, report) = table(&options);
    let found = sides(&table, ["IP", "IPCC", "IPOrg"]);
    let expected = [
        "10.1.2.3 07 \"Laboratory\"",
        "11.0.0.1 ZZ \"-\"",
        "127.0.0.1 02 \"Loopback\"",
        "127.0.0.2 02 \"Loopback\"",
        "198.18.0.1 09 \"Benchmarking\"",
        "224.0.0.251 06 \"Multicast (Local Network Control)\"",
        "2a00::1 CH \"-\"",
        "8.8.8.8 US \"Net\"",
        "9.9.9.9 XX \"Own\"",
        "ff02::fb 06 \"Multicast (Link-Local)\"",
    ];
    assert_eq!(found.iter().collect::<Vec<_>>(), expected);
    assert!(sides(&table, ["IP", "IPASN", "IPCC"]).contains("8.8.8.8 64500 US"));
    assert!(report.contains("Places: list of prefixes own.csv: 2"), "{report}");
    let words = "Places: database: Sample-Country of 2023-11-14 (all.mmdb)";
    assert!(report.contains(words), "{report}");
}

#[test]
fn packets_have_the_places_of_their_flow() {
    let dir = Scratch::new();
    flowz(&dir, &["-r", &data("web.pcap"), "-w", "x", "-s", "-q", "--geo=none"]).well();
    let (flows, packets) = (dir.read("x_flows.txt"), dir.read("x_packets.txt"));
    let rows = |text: &str| {
        let table = Table::parse(text);
        let columns = ["flowInd", "srcIP", "srcIPCC", "srcIPOrg", "dstIP", "dstIPCC", "dstIPOrg"]
            .map(|c| table.column(c));
        let row = |n: usize| columns.iter().map(|c| c[n].to_string()).collect::<Vec<_>>().join(" ");
        (0..table.rows.len()).map(row).filter(|row| !row.contains(" - ")).collect::<BTreeSet<_>>()
    };
    // Texts have quotes in the flow table alone.
    let (flows, packets) = (rows(&flows.replace('"', "")), rows(&packets));
    assert!(flows.len() > 10 && packets == flows, "{flows:?} {packets:?}");
}

#[test]
fn the_plugin_has_more() {
    let files = "core.GEO_FILES=own.csv,all.mmdb,as.mmdb";
    let options = ["--plugins", "geoip,basicFlow", "-o", files, "-o", "geoip.GEOIP_UNKNOWN=?"];
    let (table, report) = table(&options);
    let found = sides(&table, ["IP", "IpCountry", "IpASOrg"]);
    let expected = [
        "10.1.2.3 ? \"Laboratory\"",
        "11.0.0.1 ZZ \"?\"",
        "127.0.0.1 ? \"?\"",
        "127.0.0.2 ? \"?\"",
        "198.18.0.1 ? \"?\"",
        "224.0.0.251 ? \"?\"",
        "2a00::1 CH \"?\"",
        "8.8.8.8 US \"Net\"",
        "9.9.9.9 XX \"Own\"",
        "ff02::fb ? \"?\"",
    ];
    assert_eq!(found.iter().collect::<Vec<_>>(), expected);
    let status: BTreeSet<_> = table.column("geoStat").into_iter().collect();
    assert_eq!(
        status.into_iter().collect::<Vec<_>>(),
        ["0x04", "0x08", "0x40", "0x44", "0x48", "0x80"]
    );
    assert!(table.column("srcIpLat").iter().all(|cell| cell.is_empty()));
    assert!(!table.columns.contains(&"srcIPCC".to_owned()));
    assert_eq!(report.matches("Sample-ASN").count(), 1, "{report}");
}

#[test]
fn the_same_for_any_number_of_threads() {
    let one = table(&["--geo=own.csv,all.mmdb,as.mmdb", "--plugins", "+geoip", "--threads", "1"]).0;
    for threads in ["2", "8"] {
        let other =
            table(&["--geo=own.csv,all.mmdb,as.mmdb", "--plugins", "+geoip", "--threads", threads])
                .0;
        assert!(one.rows == other.rows, "{threads}");
    }
}

#[test]
fn bad_files_end_the_run_with_a_sentence() {
    let dir = Scratch::new();
    let whole = sample::database("Sample", &[("0.0.0.0/0", sample::country("ZZ"))]);
    dir.write("cut.mmdb", &whole[..whole.len() - 20]);
    dir.write("own.csv", "10.0.0.0/8,CH\n10.0.0.1/8,CH\n");
    let capture = data("web.pcap");
    let refused = |files: &str, words: &[&str]| {
        let done = flowz(&dir, &["-r", &capture, "-w", "x", &format!("--geo={files}")]);
        done.fails_with(words);
    };
    refused("cut.mmdb", &["core.GEO_FILES: cut.mmdb: the database is cut or corrupt"]);
    refused(
        "own.csv",
        &["core.GEO_FILES: own.csv, line 2: '10.0.0.1/8' has bits behind its prefix"],
    );
    dir.write("long.csv", "prefix,country\n10.0.0.0/8,CHE\n");
    refused("long.csv", &["long.csv, line 2: 'CHE' is no country: two letters of ISO 3166-1"]);
    dir.write("empty.csv", "# nothing yet\n");
    refused("empty.csv", &["core.GEO_FILES: empty.csv names no prefix: a line is prefix,country"]);
    refused("nowhere.mmdb", &["core.GEO_FILES: cannot read nowhere.mmdb"]);
    refused("..", &[".. is no plain file"]);
}
