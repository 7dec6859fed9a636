//! Words to the service manager (systemd): that the program is ready, alive, or stopping. Without a manager nothing is said.

use std::io;
use std::time::Duration;

use sd_notify::NotifyState;

use crate::clock::Moment;

/// The service as its manager sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Service {
    /// The manager ends the program if it hears nothing for so long.
    patience: Option<Duration>,
    /// When it heard something, since the clock was started.
    heard: Option<Duration>,
}

impl Service {
    /// What the environment tells of the manager.
    pub fn of_environment() -> Self {
        Self { patience: sd_notify::watchdog_enabled(), heard: None }
    }

    /// How often the manager is to be told that the program is alive, if it wants to know.
    pub fn interval(&self) -> Option<Duration> {
        // A third: one word may be late.
        self.patience.map(|patience| patience / 3)
    }

    /// The program works on packets from now on.
    ///
    /// # Errors
    ///
    /// If the manager cannot be told, here and below.
    pub fn ready(&self, status: &str) -> io::Result<()> {
        sd_notify::notify(&[NotifyState::Ready, NotifyState::Status(&one_line(status))])
    }

    /// What the program is doing, for people.
    ///
    /// # Errors
    ///
    /// See [`Self::ready`].
    pub fn status(&self, status: &str) -> io::Result<()> {
        sd_notify::notify(&[NotifyState::Status(&one_line(status))])
    }

    /// The program is at its end: what is open is written.
    ///
    /// # Errors
    ///
    /// See [`Self::ready`].
    pub fn stopping(&self) -> io::Result<()> {
        sd_notify::notify(&[NotifyState::Stopping])
    }

    /// The engine's thread is at work; says so if it is time to.
    ///
    /// # Errors
    ///
    /// See [`Self::ready`].
    pub fn alive(&mut self, now: Moment) -> io::Result<()> {
        if !self.is_due(now) {
            return Ok(());
        }
        self.heard = Some(now.elapsed);
        sd_notify::notify(&[NotifyState::Watchdog])
    }

    fn is_due(&self, now: Moment) -> bool {
        // Those who ask for attention may do so more often.
        let step = self.interval().map(|interval| interval / 2);
        step.is_some_and(|step| {
            self.heard.is_none_or(|heard| now.elapsed.saturating_sub(heard) >= step)
        })
    }
}

/// Lines of a message are separate words to the manager.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::{Moment, Service};
    use std::os::unix::net::UnixDatagram;
    use std::process::Command;
    use std::time::Duration;

    #[test]
    fn alive_in_time() {
        let mut service = Service { patience: Some(Duration::from_secs(6)), heard: None };
        assert_eq!(service.interval(), Some(Duration::from_secs(2)));
        let at = |seconds| Moment { elapsed: Duration::from_secs(seconds), ..Moment::default() };
        assert!(service.is_due(at(0)));
        service.heard = Some(Duration::ZERO);
        assert!(!service.is_due(at(0)) && service.is_due(at(1)));
        assert!(!Service::default().is_due(at(9)), "nobody wants to know");
    }

    /// This test starts itself as a service: the environment of a process cannot be changed while it runs.
    #[test]
    fn words_reach_the_manager() {
        const CHILD: &str = "FLOWZ_TEST_SERVICE";
        if std::env::var_os(CHILD).is_some() {
            let mut service = Service::of_environment();
            assert_eq!(service.interval(), Some(Duration::from_secs(10)));
            service.ready("reads\neth0").unwrap();
            service.alive(Moment::default()).unwrap();
            service.alive(Moment::default()).unwrap();
            service.status("1000 packets").unwrap();
            service.stopping().unwrap();
            return;
        }
        let path = std::env::temp_dir().join(format!("flowz-notify-{}", std::process::id()));
        let manager = UnixDatagram::bind(&path).unwrap();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "service::tests::words_reach_the_manager"])
            .env(CHILD, "1")
            .env("NOTIFY_SOCKET", &path)
            .env("WATCHDOG_USEC", "30000000")
            .env_remove("WATCHDOG_PID")
            .output();
        std::fs::remove_file(&path).unwrap();
        let output = child.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        manager.set_nonblocking(true).unwrap();
        let mut heard = Vec::new();
        let mut bytes = [0; 1000];
        while let Ok(n) = manager.recv(&mut bytes) {
            heard.push(String::from_utf8_lossy(&bytes[..n]).into_owned());
        }
        let expected = [
            "READY=1\nSTATUS=reads eth0\n",
            "WATCHDOG=1\n",
            "STATUS=1000 packets\n",
            "STOPPING=1\n",
        ];
        assert_eq!(heard, expected);
    }
}
