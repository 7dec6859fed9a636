//! What the machine must have before the project builds: libpcap with its headers.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::process;

/// A program that needs both the headers and the library.
const PROBE: &[u8] = b"#include <pcap.h>\nint main(void) { return pcap_lib_version() == 0; }\n";

/// Makes sure that libpcap can be built against. Installs it where that is possible without asking.
pub(crate) fn need_libpcap() -> Result<()> {
    if has_libpcap() {
        return Ok(());
    }
    if is_root() && process::succeeds(Command::new("apt-get").arg("--version")) {
        println!("installing libpcap-dev");
        // An old package list is no reason to give up.
        let _ = process::run(Command::new("apt-get").args(["update", "-qq"]));
        process::run(Command::new("apt-get").args(["install", "-y", "-qq", "libpcap-dev"]))?;
        if has_libpcap() {
            return Ok(());
        }
    }
    bail!("libpcap and its headers are needed: apt-get install libpcap-dev");
}

/// Whether a C program with libpcap compiles and links.
fn has_libpcap() -> bool {
    let mut cc = Command::new("cc");
    cc.args(["-x", "c", "-", "-lpcap", "-o", "/dev/null"]);
    let child = cc.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else { return false };
    let fed = child.stdin.take().is_some_and(|mut input| input.write_all(PROBE).is_ok());
    child.wait().is_ok_and(|status| fed && status.success())
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}
