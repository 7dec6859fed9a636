//! `flowz geo-setup`: from files, and by an npm that is a script of ours.

use std::os::unix::fs::PermissionsExt;

use flate2::Compression;
use flate2::write::GzEncoder;
use flowz_places::sample;
use std::fs;
use std::io::Write;
use std::process::Command;

use crate::kit::{Done, Scratch, command, data, flowz};

fn database() -> Vec<u8> {
    sample::database("Sample-Country", &[("0.0.0.0/0", sample::country("ZZ"))])
}

/// A package with one file, as `tar` writes it.
fn package(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut header = [0_u8; 512];
    let fields = [
        (0, name.to_owned()),
        (100, "0000644\0".into()),
        (108, "0000000\0".into()),
        (116, "0000000\0".into()),
        (124, format!("{:011o}\0", bytes.len())),
        (136, "00000000000\0".into()),
        (148, "        ".into()),
        (156, "0".into()),
    ];
    for (at, text) in fields {
        header[at..at + text.len()].copy_from_slice(text.as_bytes());
    }
    let sum: u32 = header.iter().map(|b| u32::from(*b)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut tar = header.to_vec();
    tar.extend(bytes);
    tar.resize(tar.len().next_multiple_of(512) + 1024, 0);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&tar).unwrap();
    gzip.finish().unwrap()
}

/// With a folder `bin` in front of where programs are looked for.
fn with_npm(dir: &Scratch, args: &[&str]) -> Done {
    let mut command: Command = command(dir, args);
    command.env("PATH", format!("{}:/usr/bin:/bin", dir.path("bin").display()));
    Done::from_output(&command.output().unwrap())
}

/// An npm that knows one package.
fn write_npm(dir: &Scratch, integrity: &str) {
    fs::create_dir(dir.path("bin")).unwrap();
    dir.write("p.tgz", package("package/zz.mmdb", &database()));
    let source = dir.path("p.tgz");
    let script = format!(
        "#!/bin/sh\ncase $1 in\nview) echo '{{\"name\":\"@ip-location-db/geo-whois-asn-country-mmdb\",\"version\":\"1.2.3\",\"license\":\"CC0-1.0\",\
         \"dist.unpackedSize\":4711,\"dist.integrity\":\"{integrity}\"}}';;\npack) echo \"$2\" > asked; cp '{}' x.tgz;;\nesac\n",
        source.display()
    );
    dir.write("bin/npm", script);
    fs::set_permissions(dir.path("bin/npm"), fs::Permissions::from_mode(0o755)).unwrap();
}

fn integrity(dir: &Scratch) -> String {
    let script = "import base64,hashlib,sys;print('sha512-'+base64.b64encode(hashlib.sha512(open(sys.argv[1],'rb').read()).digest()).decode())";
    let out = Command::new("python3").args(["-c", script]).arg(dir.path("p.tgz")).output().unwrap();
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

#[test]
fn from_files_and_folders_and_packages() {
    for (name, bytes) in
        [("zz.mmdb", database()), ("p.tgz", package("package/zz.mmdb", &database()))]
    {
        let dir = Scratch::new();
        dir.write(name, bytes);
        let done = flowz(&dir, &["geo-setup", "--from", name]).well();
        assert!(
            done.stdout.contains("zz.mmdb: Sample-Country, of 2023-11-14, "),
            "{}",
            done.stdout
        );
        assert_eq!(dir.names_in("user-data/flowz/geo"), ["zz.mmdb"]);
        let listed = flowz(&dir, &["geo-setup", "--list"]).well();
        assert!(
            listed.stdout.contains("flowz/geo/zz.mmdb: Sample-Country, of 2023-11-14"),
            "{}",
            listed.stdout
        );
        // What is installed is found.
        let done = flowz(&dir, &["-r", &data("web.pcap"), "-w", "x", "--geo"]).well();
        assert!(
            done.stdout.contains("Places: database: Sample-Country of 2023-11-14"),
            "{}",
            done.stdout
        );
        flowz(&dir, &["geo-setup", "--from", "user-data/flowz/geo", "--to", "elsewhere"]).well();
        assert_eq!(dir.names_in("elsewhere"), ["zz.mmdb"]);
    }
}

#[test]
fn what_is_refused_leaves_nothing() {
    let dir = Scratch::new();
    let whole = database();
    dir.write("cut.mmdb", &whole[..whole.len() - 9]);
    dir.write("bad.tgz", package("../zz.mmdb", &whole));
    dir.write("text.tgz", "no package");
    fs::create_dir(dir.path("empty")).unwrap();
    let refused =
        |path: &str, words: &[&str]| flowz(&dir, &["geo-setup", "--from", path]).fails_with(words);
    refused("cut.mmdb", &["cut or corrupt"]);
    refused("bad.tgz", &["leads out of the package"]);
    refused("text.tgz", &["text.tgz is no package"]);
    refused("empty", &["there is no database in empty"]);
    refused("nowhere", &["cannot read nowhere"]);
    assert!(!dir.path("user-data/flowz/geo").exists());
    flowz(&dir, &["geo-setup", "--list"]).well();
    let odd = flowz(&dir, &["geo-setup", "--package", "a b"]);
    odd.is_refused(&["'a b' is no name of a package"]);
}

#[test]
fn by_npm_only_what_the_registry_says() {
    let dir = Scratch::new();
    write_npm(&dir, "sha512-AAAA");
    let done = with_npm(&dir, &["geo-setup"]);
    done.fails_with(&["nothing is installed"]);
    assert!(dir.names_in("user-data/flowz/geo").is_empty());

    let dir = Scratch::new();
    dir.write("p.tgz", package("package/zz.mmdb", &database()));
    let integrity = integrity(&dir);
    write_npm(&dir, &integrity);
    let dry = with_npm(&dir, &["geo-setup", "--dry-run"]).well();
    for words in [
        "licence  CC0-1.0",
        "size     4711 bytes",
        "by       npm pack @ip-location-db/geo-whois-asn-country-mmdb@1.2.3",
    ] {
        assert!(dry.stdout.contains(words), "{}", dry.stdout);
    }
    assert!(!dir.path("user-data/flowz/geo").exists());
    with_npm(&dir, &["geo-setup"]).well();
    assert_eq!(dir.names_in("user-data/flowz/geo"), ["zz.mmdb"]);
}

#[test]
fn without_npm_it_says_what_to_do() {
    let dir = Scratch::new();
    let mut command = command(&dir, &["geo-setup"]);
    command.env("PATH", dir.path("bin"));
    Done::from_output(&command.output().unwrap())
        .fails_with(&["there is no npm here", "--from FILE.tgz"]);
}
