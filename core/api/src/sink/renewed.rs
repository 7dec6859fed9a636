//! Sinks of runs whose files are complete period by period.

use std::fmt;
use std::sync::Arc;

use super::{Executor, Sink, SinkError, SinkSetup};
use crate::record::Record;
use crate::table::{Table, TableId};

/// Makes a sink.
type Make = Box<dyn Fn() -> Box<dyn Sink> + Send>;

/// A sink that begins anew with each period: it completes its files, and another one of its kind takes its place.
pub struct Renewed {
    make: Make,
    sink: Box<dyn Sink>,
    executor: Option<Arc<dyn Executor>>,
    /// Its files are complete, and none of the next period has begun.
    is_complete: bool,
}

impl Renewed {
    pub(super) fn new(make: Make) -> Self {
        Self { sink: make(), make, executor: None, is_complete: false }
    }
}

impl fmt::Debug for Renewed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewed").finish_non_exhaustive()
    }
}

impl Sink for Renewed {
    fn requests(&self) -> &[&'static str] {
        self.sink.requests()
    }

    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        self.sink.start(setup)
    }

    fn all_started(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        self.sink.all_started(setup)
    }

    fn record(&mut self, id: TableId, table: &Table, record: &Record) -> Result<(), SinkError> {
        self.sink.record(id, table, record)
    }

    fn rotate(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        if !self.is_complete {
            // Also if it fails: what cannot be completed now cannot be later.
            self.is_complete = true;
            let prepared = self.sink.prepare();
            if setup.destination.patience.is_none() {
                prepared?;
                self.sink.finish()?;
            } else {
                // A run of days keeps what can be completed.
                prepared.and(self.sink.finish())?;
            }
        }
        // Another one if this was tried before.
        self.sink = (self.make)();
        self.sink.start(setup)?;
        self.sink.all_started(setup)?;
        if let Some(executor) = &self.executor {
            self.sink.use_executor(executor);
        }
        self.is_complete = false;
        Ok(())
    }

    fn size(&self) -> u64 {
        self.sink.size()
    }

    fn use_executor(&mut self, executor: &Arc<dyn Executor>) {
        self.executor = Some(Arc::clone(executor));
        self.sink.use_executor(executor);
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.sink.prepare()
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.sink.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::Renewed;
    use crate::record::Record;
    use crate::sink::{Destination, Patience, Sink, SinkError, SinkSetup};
    use crate::table::{Table, TableId};

    /// Tells what happens to it.
    struct Told(Arc<Mutex<Vec<String>>>, &'static str);

    impl Told {
        fn tell(&self, what: &str) -> Result<(), SinkError> {
            self.0.lock().unwrap().push(what.to_owned());
            if what == self.1 { Err(SinkError::Closed) } else { Ok(()) }
        }
    }

    impl Sink for Told {
        fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
            self.tell(&format!("start {}", setup.destination.prefix.display()))
        }

        fn record(&mut self, _: TableId, _: &Table, _: &Record) -> Result<(), SinkError> {
            self.tell("record")
        }

        fn prepare(&mut self) -> Result<(), SinkError> {
            self.tell("prepare")
        }

        fn finish(&mut self) -> Result<(), SinkError> {
            self.tell("finish")
        }
    }

    /// Somebody who would wait for room.
    #[derive(Debug)]
    struct Patient;

    impl Patience for Patient {
        fn wait(&self) -> bool {
            false
        }

        fn goes_on(&self) {}

        fn lost(&self, _: u64) {}
    }

    fn rotated(
        failing: &'static str,
        patience: Option<&Arc<dyn Patience>>,
    ) -> (Result<(), SinkError>, Vec<String>) {
        let told = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&told);
        let mut sink = Renewed::new(Box::new(move || Box::new(Told(Arc::clone(&shared), failing))));
        let to = |prefix: &str| Destination {
            prefix: prefix.into(),
            patience: patience.cloned(),
            ..Destination::default()
        };
        let [first, second] = [to("a"), to("b")];
        let setup = |to| SinkSetup { tables: &[], destination: to, preamble: &[] };
        sink.start(&setup(&first)).unwrap();
        let outcome = sink.rotate(&setup(&second));
        let told = told.lock().unwrap().clone();
        (outcome, told)
    }

    #[test]
    fn completes_and_begins_anew() {
        let (outcome, told) = rotated("", None);
        outcome.unwrap();
        assert_eq!(told, ["start a", "prepare", "finish", "start b"]);
    }

    #[test]
    fn a_failure_ends_it() {
        let (outcome, told) = rotated("prepare", None);
        assert!(outcome.is_err());
        assert_eq!(told, ["start a", "prepare"]);
    }

    #[test]
    fn where_somebody_waits_for_room_the_other_files_are_completed() {
        let (outcome, told) = rotated("prepare", Some(&(Arc::new(Patient) as Arc<dyn Patience>)));
        assert!(outcome.is_err());
        assert_eq!(told, ["start a", "prepare", "finish"]);
    }

    #[test]
    fn behind_a_failure_it_begins_anew() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&told);
        let make = move || Box::new(Told(Arc::clone(&shared), "finish")) as Box<dyn Sink>;
        let mut sink = Renewed::new(Box::new(make));
        let to = Destination { prefix: "b".into(), ..Destination::default() };
        let setup = SinkSetup { tables: &[], destination: &to, preamble: &[] };
        assert!(sink.rotate(&setup).is_err());
        sink.rotate(&setup).unwrap();
        assert_eq!(told.lock().unwrap()[..], ["prepare", "finish", "start b"]);
    }
}
