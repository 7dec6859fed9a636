//! What became of rows that were sent to servers: for the report, and for the exit status.

use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Result, bail};
use flowz_api::report::{Part, Report, Severity, counted};
use flowz_api::sink::{Delivery, DeliveryLog};
use flowz_api::text::harmless;

/// The deliveries of a run, one for each sink.
#[derive(Debug, Default)]
pub(crate) struct Deliveries(Mutex<Vec<Delivery>>);

impl DeliveryLog for Deliveries {
    fn note(&self, delivery: Delivery) {
        let mut all = self.locked();
        let Some(sum) = all.iter_mut().find(|sum| sum.sink == delivery.sink) else {
            all.push(delivery);
            return;
        };
        sum.delivered += delivery.delivered;
        sum.lost += delivery.lost;
        sum.retries += delivery.retries;
        sum.why = sum.why.take().or(delivery.why);
    }
}

impl Deliveries {
    fn locked(&self) -> MutexGuard<'_, Vec<Delivery>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds lines to the end report.
    pub(crate) fn report(&self, out: &mut Report) {
        for delivery in self.locked().iter() {
            let label = format!("Rows delivered by {}", delivery.sink);
            out.line(&label, [Part::Count(delivery.delivered)]);
            if delivery.retries > 0 {
                let label = format!("Batches tried again by {}", delivery.sink);
                out.line(&label, [Part::Count(delivery.retries)]);
            }
            if delivery.lost > 0 {
                out.remark(Severity::Warning, in_words(delivery));
            } else if let Some(why) = &delivery.why {
                let words = format!("The sink {}: {}", delivery.sink, harmless(why));
                out.remark(Severity::Warning, words);
            }
        }
    }

    /// Fails if rows are lost.
    pub(crate) fn check(&self) -> Result<()> {
        let all = self.locked();
        let lost: Vec<_> = all.iter().filter(|delivery| delivery.lost > 0).map(in_words).collect();
        if lost.is_empty() {
            return Ok(());
        }
        bail!("{}; all else is written", lost.join("; "))
    }
}

/// What a sink has lost.
fn in_words(delivery: &Delivery) -> String {
    let rows = counted(delivery.lost, "row is", "rows are");
    let why = delivery.why.as_deref().map(|why| format!(": {}", harmless(why)));
    format!("{rows} lost by the sink {}{}", delivery.sink, why.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use flowz_api::sink::{Delivery, DeliveryLog};

    use super::Deliveries;

    fn delivery(sink: &'static str, delivered: u64, lost: u64, why: Option<&str>) -> Delivery {
        Delivery { sink, delivered, lost, retries: 1, why: why.map(str::to_owned) }
    }

    #[test]
    fn lost_rows_fail_the_run() {
        let all = Deliveries::default();
        all.note(delivery("a", 5, 0, None));
        all.note(delivery("b", 5, 0, None));
        assert!(all.check().is_ok());
        all.note(delivery("b", 1, 1, Some("it is\naway")));
        all.note(delivery("b", 1, 1, Some("it is still away")));
        all.note(delivery("c", 0, 1, None));
        let error = all.check().unwrap_err().to_string();
        let expected = r"2 rows are lost by the sink b: it is\naway; 1 row is lost by the sink c; all else is written";
        assert_eq!(error, expected);
    }
}
