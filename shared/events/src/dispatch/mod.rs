mod claim;
mod housekeeping;
mod lane;
mod policy;
mod readdress;
mod send;
mod settle;

use std::sync::Arc;
use std::time::Duration;

use chassis::Job;
use futures_util::future::try_join_all;
use kernel::SharedClock;
use pg::Pg;

use crate::metrics::Metrics;
use crate::{Subscriptions, Transport, Wake};

use lane::Lane;
pub use policy::Policy;

/// How often delivered events are pruned and the gauges read.
const HOUSEKEEPING: Duration = Duration::from_mins(1);

/// Delivers a service's events to its subscribers, at least once each. Any number of replicas may run one on the
/// same database: a claimed event belongs to one of them until its lease is over. No transaction is open while
/// a subscriber is waited for. Cheap to clone.
///
/// An event that a subscriber cannot apply is tried again with a growing pause and becomes a dead letter after
/// [`Policy::max_failures`]; one that it rejects becomes a dead letter at once. A dead letter is shown to support
/// and tried again every [`Policy::dead_pause`] until it is taken (FLR-2). A subscriber that is down costs no event
/// a failure: its events wait, and so nothing is lost however long that takes (EVT-1).
///
/// # Order
///
/// One dispatcher delivers events in the order in which they happened as long as none of them fails. Nothing more is
/// promised, for one subject neither: an event that failed is overtaken, and so is a batch by that of another
/// replica. Receivers go by the data, such as a version or a status that only moves forward.
pub struct Dispatcher<T> {
    inner: Arc<Inner<T>>,
}

struct Inner<T> {
    pg: Pg,
    transport: T,
    source: String,
    subscriptions: Subscriptions,
    lanes: Vec<Arc<Lane>>,
    clock: SharedClock,
    policy: Policy,
    metrics: Metrics,
}

impl<T> Clone for Dispatcher<T> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
        }
    }
}

impl<T: Transport> Dispatcher<T> {
    /// A dispatcher for what [`emit`](crate::emit) writes with the same subscriptions. `pg` connects as a role
    /// that may dispatch; `source` names the service in every event (`CloudEvents` `source`, a URI reference
    /// such as `urn:garnitur:orders`).
    pub fn new(
        pg: Pg,
        transport: T,
        source: &str,
        subscriptions: &Subscriptions,
        clock: SharedClock,
        policy: Policy,
        metrics: &telemetry::Metrics,
    ) -> Self {
        let lanes = subscriptions
            .subscribers()
            .map(|subscriber| Arc::new(Lane::new(subscriber, &policy)))
            .collect();
        Self {
            inner: Arc::new(Inner {
                pg,
                transport,
                source: source.to_owned(),
                subscriptions: subscriptions.clone(),
                lanes,
                clock,
                policy,
                metrics: Metrics::new(metrics),
            }),
        }
    }

    /// What emitters of this process call after their commit.
    pub fn wake(&self) -> Wake {
        Wake::new(self.inner.lanes.iter().map(|lane| Arc::clone(&lane.signal)))
    }

    /// Delivers everything that is due now, to all subscribers at the same time. Answers how many deliveries
    /// were taken. Fails when the database does.
    pub async fn run_once(&self) -> Result<usize, sqlx::Error> {
        let lanes = self.inner.lanes.iter().map(|lane| self.inner.drain(lane));
        Ok(try_join_all(lanes).await?.into_iter().sum())
    }

    /// Prunes events that were delivered and are older than the retention, and reads the gauges.
    pub async fn keep_house(&self) -> Result<(), sqlx::Error> {
        self.inner.keep_house().await
    }

    /// The jobs that keep it going: one per subscriber, woken by [`Wake::wake`] and by the tick, and housekeeping.
    pub fn jobs(&self) -> Vec<Job> {
        let policy = &self.inner.policy;
        let mut jobs: Vec<Job> = self
            .inner
            .lanes
            .iter()
            .map(|lane| {
                let (inner, lane) = (Arc::clone(&self.inner), Arc::clone(lane));
                let signal = Arc::clone(&lane.signal);
                // Jobs have static names, and a process makes its few dispatchers once.
                let name = Box::leak(format!("events-to-{}", lane.subscriber).into_boxed_str());
                Job::signalled(name, policy.tick, signal, move || {
                    let (inner, lane) = (Arc::clone(&inner), Arc::clone(&lane));
                    async move {
                        tokio::time::sleep(inner.policy.linger).await;
                        inner.drain(&lane).await.map(drop)
                    }
                })
            })
            .collect();
        let inner = Arc::clone(&self.inner);
        jobs.push(Job::periodic("events-housekeeping", HOUSEKEEPING, move || {
            let inner = Arc::clone(&inner);
            async move { inner.keep_house().await }
        }));
        jobs
    }
}
