use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::Instant;

use super::Inner;
use super::claim::{Batch, Past, claim};
use super::lane::Lane;
use super::settle::Settlement;
use crate::{CloudEvent, DeliveryReport, EventOutcome, Outcome, Transport, TransportError};

impl<T: Transport> Inner<T> {
    /// Delivers what is due to one subscriber, batch by batch. Answers how many deliveries were taken.
    pub(super) async fn drain(&self, lane: &Lane) -> Result<usize, sqlx::Error> {
        let mut taken = 0;
        loop {
            let now = self.clock.now();
            let Some(size) = lane.batch_size(now) else {
                return Ok(taken);
            };
            let leased_at = Instant::now();
            let until = now + self.policy.lease;
            let batch = claim(&self.pg, &self.source, &lane.subscriber, size, now, until).await?;
            if batch.events.is_empty() {
                return Ok(taken);
            }
            let last = batch.events.len() < usize::from(size);
            let settlement = self.send(lane, &batch, leased_at).await;
            taken += settlement.taken();
            let ours = settlement.write(&self.pg, &lane.subscriber, batch.token).await?;
            if ours < settlement.len() {
                self.metrics
                    .lost_leases
                    .with_label_values(&[&lane.subscriber])
                    .inc();
                tracing::warn!(
                    subscriber = lane.subscriber,
                    lost = settlement.len() - ours,
                    "the lease of a batch was over before it was settled; some events are sent twice"
                );
            }
            if last {
                return Ok(taken);
            }
        }
    }

    /// Sends a claimed batch in pieces of a bounded size and decides what becomes of each event.
    async fn send(&self, lane: &Lane, batch: &Batch, leased_at: Instant) -> Settlement {
        let mut settlement = Settlement::default();
        let mut start = 0;
        while start < batch.events.len() {
            let end = piece_end(&batch.events, start, self.policy.batch_bytes);
            let piece = Piece {
                events: &batch.events[start..end],
                past: &batch.past[start..end],
            };
            // The last answer must come, and be written down, while the lease is ours.
            if leased_at.elapsed() + self.send_timeout() >= self.policy.lease {
                put_off(
                    &mut settlement,
                    batch,
                    start,
                    "lease nearly over",
                    self.clock.now(),
                );
                break;
            }
            let answer = tokio::time::timeout(
                self.send_timeout(),
                self.transport.deliver(&lane.subscriber, piece.events),
            )
            .await
            .unwrap_or_else(|_| Err(TransportError::Unavailable("no answer in time".to_owned())));
            match answer.and_then(|report| matching(report, piece.events)) {
                Ok(report) => {
                    if lane.succeeded(&self.policy) {
                        tracing::info!(subscriber = lane.subscriber, "subscriber can be reached again");
                    }
                    self.decide(lane, &mut settlement, &piece, &report.outcomes);
                }
                Err(TransportError::Unavailable(error)) => {
                    let (at, news) = lane.unavailable(&self.policy, self.clock.now());
                    self.count_failed(lane, "unavailable");
                    // Once an outage: it is tried every few seconds, and the metrics tell how long it lasts.
                    if news {
                        tracing::warn!(subscriber = lane.subscriber, error, retry_at = %at, "subscriber cannot be reached; events wait");
                    } else {
                        tracing::debug!(subscriber = lane.subscriber, error, retry_at = %at, "subscriber still cannot be reached");
                    }
                    put_off(&mut settlement, batch, start, &error, self.clock.now());
                    break;
                }
                Err(TransportError::Refused(error)) if piece.events.len() == 1 => {
                    lane.refused();
                    self.count_failed(lane, "refused");
                    self.failed(lane, &mut settlement, &piece, 0, &error);
                }
                Err(TransportError::Refused(error)) => {
                    lane.refused();
                    self.count_failed(lane, "refused");
                    tracing::warn!(
                        subscriber = lane.subscriber,
                        error,
                        events = piece.events.len(),
                        "batch refused; its events are sent one by one"
                    );
                    put_off(&mut settlement, batch, start, &error, self.clock.now());
                    break;
                }
            }
            start = end;
        }
        settlement
    }

    fn decide(&self, lane: &Lane, settlement: &mut Settlement, piece: &Piece<'_>, outcomes: &[EventOutcome]) {
        let now = self.clock.now();
        for (index, (event, outcome)) in piece.events.iter().zip(outcomes).enumerate() {
            let error = outcome.error.as_deref().unwrap_or("no reason given");
            match outcome.outcome {
                Outcome::Accepted | Outcome::Duplicate => {
                    settlement.delivered(event.id);
                    self.metrics
                        .delivered
                        .with_label_values(&[&lane.subscriber])
                        .inc();
                    let lag = event.time.map_or(0.0, |at| (now - at).as_seconds_f64());
                    self.metrics
                        .lag
                        .with_label_values(&[&lane.subscriber])
                        .observe(lag.max(0.0));
                }
                Outcome::Failed => {
                    self.count_failed(lane, "failed");
                    self.failed(lane, settlement, piece, index, error);
                }
                Outcome::Rejected => {
                    self.count_failed(lane, "rejected");
                    self.give_up(lane, settlement, piece, index, error);
                }
            }
        }
    }

    /// Counts a failure of one event: it is tried again later, or never.
    fn failed(&self, lane: &Lane, settlement: &mut Settlement, piece: &Piece<'_>, index: usize, error: &str) {
        let event = &piece.events[index];
        let failures = piece.past[index].failures.saturating_add(1);
        if failures >= self.policy.max_failures {
            self.give_up(lane, settlement, piece, index, error);
        } else {
            let at = self.clock.now() + self.policy.pause(failures);
            tracing::warn!(subscriber = lane.subscriber, event = %event.id, failures, error, "event was not applied");
            settlement.again(event.id, failures, error, at);
        }
    }

    fn give_up(
        &self,
        lane: &Lane,
        settlement: &mut Settlement,
        piece: &Piece<'_>,
        index: usize,
        error: &str,
    ) {
        let (event, past) = (&piece.events[index], piece.past[index]);
        let failures = past.failures.saturating_add(1);
        let now = self.clock.now();
        if past.dead {
            // Support knows since the first time.
            tracing::info!(subscriber = lane.subscriber, event = %event.id, failures, error, "dead letter tried again in vain");
        } else {
            tracing::error!(subscriber = lane.subscriber, event = %event.id, type_ = event.type_, failures, error, "event is a dead letter");
            self.metrics.dead.with_label_values(&[&lane.subscriber]).inc();
        }
        settlement.dead(event.id, failures, error, now, now + self.policy.dead_pause);
    }

    fn count_failed(&self, lane: &Lane, reason: &str) {
        self.metrics
            .failed
            .with_label_values(&[lane.subscriber.as_str(), reason])
            .inc();
    }

    /// A request never takes more than half the lease, whatever the policy says.
    fn send_timeout(&self) -> Duration {
        self.policy.send_timeout.min(self.policy.lease / 2)
    }
}

/// Part of a batch that travels in one request.
struct Piece<'a> {
    events: &'a [CloudEvent],
    past: &'a [Past],
}

/// Gives the events from `start` on back without blame: another dispatcher may have them at once. Those that have not
/// failed keep their place before later ones, so that an outage does not change their order.
fn put_off(settlement: &mut Settlement, batch: &Batch, start: usize, why: &str, now: OffsetDateTime) {
    for (event, past) in batch.events.iter().zip(&batch.past).skip(start) {
        let place = event
            .time
            .filter(|_| past.failures == 0 && !past.dead)
            .unwrap_or(now);
        settlement.again(event.id, past.failures, why, place.min(now));
    }
}

/// Where the piece that begins at `start` ends: as many events as fit into `limit` bytes, at least one.
fn piece_end(events: &[CloudEvent], start: usize, limit: usize) -> usize {
    /// Attributes of fixed length with their names and punctuation.
    const FRAME: usize = 256;
    let mut bytes = 0;
    for (index, event) in events.iter().enumerate().skip(start) {
        bytes += FRAME
            + event.data.get().len()
            + event.type_.len()
            + event.source.len()
            + event.subject.as_deref().map_or(0, str::len);
        if bytes > limit && index > start {
            return index;
        }
    }
    events.len()
}

/// The report, if it answers exactly the events sent: anything else must not settle them.
fn matching(report: DeliveryReport, events: &[CloudEvent]) -> Result<DeliveryReport, TransportError> {
    let fits = report.outcomes.len() == events.len()
        && report
            .outcomes
            .iter()
            .zip(events)
            .all(|(outcome, event)| outcome.id.as_deref() == Some(event.id.to_string().as_str()));
    if fits {
        Ok(report)
    } else {
        Err(TransportError::Refused(
            "the answer does not fit the batch".to_owned(),
        ))
    }
}
