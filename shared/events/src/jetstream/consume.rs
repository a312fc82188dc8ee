use std::time::Duration;

use async_nats::jetstream::consumer::{Consumer, pull};
use async_nats::jetstream::{AckKind, Message};
use chassis::{Job, Shutdown};
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::time::{Instant, interval_at, timeout};

use super::{Broker, subject};
use crate::put_aside::{Refused, put_aside};
use crate::{CloudEvent, Outcome, Receiver, Topology};

/// How long to wait for an event before the consumer is looked up anew.
const WAIT: Duration = Duration::from_secs(15);
/// How much later than asked for an answer may come.
const GRACE: Duration = Duration::from_secs(3);
/// Pause between runs of the job: one ends when nothing came for a while.
const BETWEEN: Duration = Duration::from_millis(50);

impl Broker {
    /// The job that pulls the service's events from NATS and applies them through `receiver`, in their order, a batch a
    /// transaction. Any number of replicas may run it; what one does not acknowledge, another gets.
    ///
    /// While the database is out, the events in hand are kept and no others are pulled, so that an outage makes no dead
    /// letters. An event that cannot be applied comes again after growing pauses, and is put aside as a dead letter of
    /// this service after as many tries as the receiver's policy says; one that is rejected, at once.
    pub fn job(&self, receiver: &Receiver, shutdown: Shutdown) -> Job {
        let pump = Pump {
            broker: self.clone(),
            receiver: receiver.clone(),
            shutdown,
        };
        Job::periodic("events-from-broker", BETWEEN, move || {
            let pump = pump.clone();
            async move {
                pump.run().await;
                Ok::<_, std::convert::Infallible>(())
            }
        })
    }
}

#[derive(Clone)]
struct Pump {
    broker: Broker,
    receiver: Receiver,
    shutdown: Shutdown,
}

/// A message and the event in it.
struct Arrival {
    message: Message,
    event: CloudEvent,
}

impl Pump {
    /// Applies what is there and what comes, until nothing comes for a while.
    async fn run(&self) {
        let mut outages = 0;
        while let Err(error) = self.until_idle(&mut outages).await {
            outages += 1;
            self.broker.trouble(&error).await;
            self.rest(outages).await;
        }
    }

    async fn until_idle(&self, outages: &mut i32) -> Result<(), String> {
        let stopped = || self.shutdown.is_triggered();
        let Some(consumer) = self.unless_stopped(self.broker.consumer()).await.transpose()? else {
            return Ok(());
        };
        while !stopped() {
            let Some(messages) = self.unless_stopped(self.pull(&consumer)).await.transpose()? else {
                break;
            };
            *outages = 0;
            if messages.is_empty() {
                break;
            }
            self.work(messages).await;
        }
        Ok(())
    }

    /// What waits, up to a batch; else the first event that comes. Nothing is pulled that is not worked on at once.
    async fn pull(&self, consumer: &Consumer<pull::Config>) -> Result<Vec<Message>, String> {
        // An error here is one of the next question, too.
        let waiting = fetch(consumer, self.receiver.policy.batch)
            .await
            .unwrap_or_default();
        if waiting.is_empty() {
            wait(consumer).await
        } else {
            Ok(waiting)
        }
    }

    async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.shutdown.wait() => None,
            done = work => Some(done),
        }
    }

    async fn work(&self, messages: Vec<Message>) {
        let arrivals = self.read(messages).await;
        let progress = Duration::from_millis(self.broker.inner.config.ack_wait_ms) / 3;
        let settled = kept(&arrivals, progress, self.settle(&arrivals)).await;
        if settled.is_none() {
            // We are stopping and could not apply them: let another replica have them at once.
            for arrival in &arrivals {
                acknowledge(&arrival.message, AckKind::Nak(None)).await;
            }
        }
    }

    /// The events of ours among the messages. Others are done with: types that nobody here wants, which a filter may let
    /// through, and what is no event or another's than its subject says.
    async fn read(&self, messages: Vec<Message>) -> Vec<Arrival> {
        let topology = &self.broker.inner.topology;
        let mut arrivals = Vec::with_capacity(messages.len());
        for message in messages {
            let event = std::str::from_utf8(&message.payload)
                .map_err(|error| error.to_string())
                .and_then(|json| CloudEvent::from_json(json).map_err(|error| error.to_string()));
            let sender = subject::source(&message.subject);
            match event {
                Ok(event) if Topology::is_source(sender, &event.source) => {
                    if topology.wants(&event) {
                        arrivals.push(Arrival { message, event });
                    } else {
                        acknowledge(&message, AckKind::Ack).await;
                    }
                }
                Ok(event) => {
                    tracing::error!(event = %event.id, source = event.source, subject = %message.subject, "event of another than its sender was dropped");
                    self.drop(&message).await;
                }
                Err(error) => {
                    tracing::error!(subject = %message.subject, error, "something that is no event was dropped");
                    self.drop(&message).await;
                }
            }
        }
        arrivals
    }

    async fn drop(&self, message: &Message) {
        self.receiver.count(Outcome::Rejected);
        acknowledge(message, AckKind::Term).await;
    }

    /// Applies the events and acknowledges those that are done with. None when the stop was ordered before the database
    /// could be used.
    async fn settle(&self, arrivals: &[Arrival]) -> Option<()> {
        let events: Vec<CloudEvent> = arrivals.iter().map(|arrival| arrival.event.clone()).collect();
        let applied = self
            .until_done("the inbox", || self.receiver.apply(events.clone()))
            .await?;
        let policy = &self.receiver.policy;
        let mut refused = Vec::new();
        for (arrival, (outcome, error)) in arrivals.iter().zip(&applied) {
            let tries = tries(&arrival.message);
            match outcome {
                Outcome::Accepted | Outcome::Duplicate => self.took(arrival).await,
                Outcome::Failed if tries < policy.max_failures => {
                    self.failed("failed");
                    acknowledge(&arrival.message, AckKind::Nak(Some(policy.pause(tries)))).await;
                }
                Outcome::Failed | Outcome::Rejected => {
                    self.failed(outcome.label());
                    refused.push((arrival, tries, error));
                }
            }
        }
        if refused.is_empty() {
            return Some(());
        }
        let letters: Vec<Refused<'_>> = refused
            .iter()
            .map(|(arrival, tries, error)| Refused {
                event: &arrival.event,
                tries: *tries,
                error: error.unwrap_or("no reason given"),
            })
            .collect();
        self.until_done("the dead letters", || self.put_aside(&letters))
            .await?;
        for (arrival, tries, error) in refused {
            let event = &arrival.event;
            tracing::error!(event = %event.id, type_ = event.type_, tries, error, "event is a dead letter");
            acknowledge(&arrival.message, AckKind::Term).await;
        }
        Some(())
    }

    async fn put_aside(&self, letters: &[Refused<'_>]) -> Result<(), sqlx::Error> {
        let receiver = &self.receiver;
        let now = receiver.clock.now();
        let next = now + receiver.policy.dead_pause;
        put_aside(&receiver.pg, self.name(), letters, now, next).await?;
        receiver.count_dead().await
    }

    /// Does something with the database, again and again while that is out.
    async fn until_done<T, F>(&self, what: &str, act: impl Fn() -> F) -> Option<T>
    where
        F: Future<Output = Result<T, sqlx::Error>>,
    {
        let mut outages = 0;
        loop {
            match act().await {
                Ok(done) => {
                    if outages > 0 {
                        tracing::info!(what, "the database can be used again");
                    }
                    return Some(done);
                }
                Err(error) => {
                    outages += 1;
                    if outages == 1 {
                        tracing::warn!(what, %error, "the database cannot be used; events wait");
                    }
                    self.rest(outages).await;
                    if self.shutdown.is_triggered() {
                        return None;
                    }
                }
            }
        }
    }

    async fn took(&self, arrival: &Arrival) {
        let metrics = &self.receiver.metrics;
        metrics.delivered.with_label_values(&[self.name()]).inc();
        if let Some(at) = arrival.event.time {
            let lag = (self.receiver.clock.now() - at).as_seconds_f64().max(0.0);
            metrics.lag.with_label_values(&[self.name()]).observe(lag);
        }
        acknowledge(&arrival.message, AckKind::Ack).await;
    }

    fn failed(&self, reason: &str) {
        self.receiver
            .metrics
            .failed
            .with_label_values(&[self.name(), reason])
            .inc();
    }

    fn name(&self) -> &'static str {
        self.broker.inner.topology.service()
    }

    /// A pause that grows with each outage in a row and ends when the stop is ordered.
    async fn rest(&self, outages: i32) {
        let pause = self.receiver.policy.outage_pause(outages);
        // Over already is as good as a stop.
        let _ = timeout(pause, self.shutdown.wait()).await;
    }
}

/// What waits at this moment.
async fn fetch(consumer: &Consumer<pull::Config>, limit: u16) -> Result<Vec<Message>, String> {
    let batch = async {
        let messages = consumer.fetch().max_messages(usize::from(limit)).messages();
        let messages = messages.await.map_err(|error| error.to_string())?;
        // What came before something went wrong is in our hands all the same.
        let came = messages.take_while(|message| std::future::ready(message.is_ok()));
        came.try_collect().await.map_err(|error| error.to_string())
    };
    timeout(GRACE, batch)
        .await
        .map_err(|_| "no answer in time".to_owned())?
}

/// The next event, or none that came in time.
async fn wait(consumer: &Consumer<pull::Config>) -> Result<Vec<Message>, String> {
    let batch = async {
        let messages = consumer.batch().max_messages(1).expires(WAIT).messages();
        let messages = messages.await.map_err(|error| error.to_string())?;
        messages
            .try_collect()
            .await
            .map_err(|error: async_nats::Error| error.to_string())
    };
    timeout(WAIT + GRACE, batch)
        .await
        .map_err(|_| "no answer in time".to_owned())?
}

/// Tells the server while `work` goes on that the events are in good hands.
async fn kept<T>(arrivals: &[Arrival], every: Duration, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    let mut ticks = interval_at(Instant::now() + every, every);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = ticks.tick() => {
                for arrival in arrivals {
                    acknowledge(&arrival.message, AckKind::Progress).await;
                }
            }
        }
    }
}

/// Acknowledgements are not awaited: one that is lost brings the event again, and the inbox knows it.
async fn acknowledge(message: &Message, kind: AckKind) {
    if let Err(error) = message.ack_with(kind).await {
        tracing::debug!(error, "an acknowledgement was not sent; the event comes again");
    }
}

/// How often the event came.
fn tries(message: &Message) -> i32 {
    let delivered = message.info().map_or(1, |info| info.delivered);
    i32::try_from(delivered).unwrap_or(i32::MAX)
}
