//! A network of the test's own, with loopback and what is added to it. Without rights to make one, tests are skipped.

use std::net::UdpSocket;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use nix::sched::{CloneFlags, unshare};

/// Moves this thread, and what it starts, to a network that has nothing but a loopback interface.
pub(crate) fn has_own_network() -> bool {
    let is_there = unshare(CloneFlags::CLONE_NEWNET).is_ok() && ip("link set lo up");
    if !is_there {
        println!("skipped: no rights for a network of its own");
    }
    is_there
}

/// Runs `ip` with these words.
pub(crate) fn ip(words: &str) -> bool {
    let status = Command::new("ip").args(words.split(' ')).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Whether a program is there.
pub(crate) fn has_program(name: &str) -> bool {
    let mut command = Command::new(name);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    let is_there = command.status().is_ok();
    if !is_there {
        println!("skipped in part: no {name} here");
    }
    is_there
}

/// Sends datagrams of so many bytes to port 4444 of an address, so many milliseconds apart.
pub(crate) fn send(to: &str, count: usize, bytes: usize, millis: u64) {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    for _ in 0..count {
        socket.send_to(&vec![7; bytes], (to, 4444)).unwrap();
        sleep(Duration::from_millis(millis));
    }
}
