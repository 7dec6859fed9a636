//! What a server says unasked.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_nats::Event;

/// Most sentences that are kept: a server repeats itself for each message.
const MOST: usize = 64;

/// Collected while a connection lasts.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    is_broken: AtomicBool,
    said: Mutex<Vec<String>>,
}

impl Troubles {
    /// Takes notice of an event.
    pub(super) fn note(&self, event: &Event) {
        match event {
            Event::Disconnected | Event::Closed | Event::Draining => {
                self.is_broken.store(true, Ordering::Relaxed);
            }
            Event::ServerError(error) => {
                let error = error.to_string();
                let mut said = self.said();
                if said.len() < MOST && !said.contains(&error) {
                    said.push(error);
                }
            }
            _ => {}
        }
    }

    /// The connection is gone.
    pub(super) fn is_broken(&self) -> bool {
        self.is_broken.load(Ordering::Relaxed)
    }

    /// Why nothing may be sent to a subject: the server says it behind the first message.
    pub(super) fn denial(&self, subject: &str) -> Option<String> {
        let quoted = format!("\"{subject}\"");
        let is_denial = |text: &&String| {
            text.to_ascii_lowercase().contains("permissions violation") && text.contains(&quoted)
        };
        self.said().iter().find(is_denial).cloned()
    }

    /// What was said last.
    pub(super) fn last(&self) -> Option<String> {
        self.said().last().cloned()
    }

    fn said(&self) -> MutexGuard<'_, Vec<String>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use async_nats::{Event, ServerError};

    use super::{MOST, Troubles};

    #[test]
    fn a_denial_names_its_subject() {
        let troubles = Troubles::default();
        assert_eq!(troubles.last(), None);
        let text = "Permissions Violation for Publish to \"flowz.flows\"";
        for n in 0..MOST {
            let said = if n == 0 { text.to_owned() } else { format!("other {n}") };
            troubles.note(&Event::ServerError(ServerError::Other(said)));
        }
        troubles.note(&Event::ServerError(ServerError::Other("one too many".to_owned())));
        assert!(troubles.denial("flowz.flows").unwrap().contains(text));
        assert_eq!(troubles.denial("flowz.packets"), None);
        assert!(troubles.last().unwrap().contains("other"));
    }

    #[test]
    fn a_connection_that_has_gone_is_broken() {
        let troubles = Troubles::default();
        troubles.note(&Event::Connected);
        assert!(!troubles.is_broken());
        troubles.note(&Event::Disconnected);
        assert!(troubles.is_broken());
    }
}
