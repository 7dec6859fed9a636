//! What to compute: `-x`, `-o`, `--plugins`, `-b`.

use crate::kit::{Scratch, analyse, data, flowz};

#[test]
fn the_sensor_has_a_number() {
    let web = data("web.pcap");
    let seen = analyse(&["-r", &web, "-x", "42", "-o", "basicFlow.BFO_SENSORID=1"]);
    assert!(seen.done.stdout.contains(", SID: 42\n"), "{}", seen.done.stdout);
    assert!(seen.headers.contains("# SensorID: 42\n"));
    let flows = seen.flow_table();
    assert_eq!(flows.columns[2], "sensorID");
    assert!(flows.numbers("sensorID").iter().all(|&id| id == 42));
    assert!(!seen.packet_table().columns.iter().any(|name| name == "sensorID"));
}

#[test]
fn a_toggle_changes_the_columns() {
    let web = data("web.pcap");
    let with = analyse(&["-r", &web, "--plugins", "basicStats"]).flow_table();
    let args = ["-r", &web, "--plugins", "basicStats", "-o", "basicStats.BS_PAD=0"];
    let without = analyse(&args).flow_table();
    let expected: Vec<_> = with.columns.iter().filter(|c| *c != "padBytesSnt").collect();
    assert_eq!(without.columns.iter().collect::<Vec<_>>(), expected);
    assert_eq!(without.columns.len() + 1, with.columns.len());
}

#[test]
fn the_last_setting_counts() {
    let web = data("web.pcap");
    let set = |value: &str| format!("basicStats.BS_PAD={value}");
    let args =
        ["-r", &web, "--plugins", "basicStats", "-o", &set("0"), "--option", &set("1"), "-q"];
    let columns = analyse(&args).flow_table().columns;
    assert!(columns.contains(&"padBytesSnt".to_owned()), "{columns:?}");
}

#[test]
fn order_of_plugins_does_not_depend_on_the_list() {
    let web = data("web.pcap");
    let one = analyse(&["-r", &web, "--plugins", "basicFlow,basicStats"]);
    let other = analyse(&["-r", &web, "--plugins", "basicStats,basicFlow,basicStats"]);
    assert_eq!(one.flows, other.flows);
    assert_eq!(one.packets, other.packets);
}

#[test]
fn a_plugin_list_is_read_like_the_references() {
    let dir = Scratch::new();
    let web = data("web.pcap");
    let lists = [
        "basicFlow\nbasicStats\n",
        "# mine\n100_basicFlow.so\n\n  120_basicStats  # numbers\n",
        "basicStats.so\r\nbasicFlow.so\r\n",
    ];
    flowz(&dir, &["-r", &web, "-w", "x", "-q", "--plugins", "basicFlow,basicStats"]).well();
    for list in lists {
        dir.write("plugins.txt", list);
        flowz(&dir, &["-r", &web, "-w", "y", "-q", "-b", "plugins.txt"]).well();
        assert_eq!(dir.read("y_flows.txt"), dir.read("x_flows.txt"), "{list:?}");
    }
}

#[test]
fn compat_changes_the_report_where_it_says_so() {
    let capture = data("ssh-ping.pcapng");
    let percentage = |more: &[&str]| {
        let seen = analyse(&[&["-r", &capture], more].concat());
        seen.report("Percentage completed").unwrap().to_owned()
    };
    assert_eq!(percentage(&[]), "100.00%");
    // The reference reckons with the record headers of classic pcap.
    assert_ne!(percentage(&["--compat"]), "100.00%");
}
