//! What a new plugin looks like, and where its line goes.

use std::fs;

use super::{behind, with_module, write};

#[test]
fn numbers() {
    assert_eq!(behind([100, 132].into_iter()).unwrap(), 140);
    assert_eq!(behind(std::iter::empty()).unwrap(), 10);
    assert!(behind([899].into_iter()).is_err());
}

#[test]
fn the_list_stays_in_order() {
    let list = "//! All.\n\nmod basic;\nmod tcp;\n\npub fn f() {}\n";
    let with = |name| with_module(list, name).unwrap();
    assert_eq!(with("dns"), list.replace("mod tcp;", "mod dns;\nmod tcp;"));
    assert_eq!(with("arp"), list.replace("mod basic;", "mod arp;\nmod basic;"));
    assert_eq!(with("zip"), list.replace("mod tcp;", "mod tcp;\nmod zip;"));
    assert_eq!(with_module("//! Nothing.\n", "dns"), None);
}

#[test]
fn a_new_folder() {
    let folder = std::env::temp_dir().join(format!("xtask-new-plugin-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("lib.rs"), "//! All.\nmod basic;\n").unwrap();
    write(&folder, "dnsDecode", 310).unwrap();
    let again = write(&folder, "dnsDecode", 310);
    let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
    let (list, main) = (read("lib.rs"), read("dns_decode/mod.rs"));
    let all = main.clone() + &read("dns_decode/row.rs") + &read("dns_decode/toggles.rs");
    fs::remove_dir_all(&folder).unwrap();

    assert!(again.unwrap_err().to_string().ends_with("exists already"));
    assert_eq!(list, "//! All.\nmod basic;\nmod dns_decode;\n");
    assert!(main.starts_with("//! dnsDecode"));
    assert!(main.contains("inventory::submit! { PluginEntry::new::<DnsDecode>() }"));
    assert!(main.contains("Info::new(\"dnsDecode\", 310,"));
    assert!(all.contains("name = \"dnsDecodePkts\"") && all.contains("\"DNS_DECODE_BYTES\""));
    assert!(!all.contains("{{") && !all.contains("}}\""), "{all}");
}
