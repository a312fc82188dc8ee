mod apply;
mod handler;
mod housekeeping;
mod routes;

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use kernel::SharedClock;
use pg::Pg;

use crate::metrics::Metrics;
use crate::{CloudEvent, Outcome, Policy};

pub(crate) use apply::Applied;
pub use handler::{Handler, HandlerError};

/// The receiving side of a service: applies each event once, through the service's [`Handler`]. Cheap to clone.
#[derive(Clone)]
pub struct Receiver {
    applier: Arc<dyn Applier>,
    pub(crate) pg: Pg,
    pub(crate) clock: SharedClock,
    pub(crate) policy: Policy,
    pub(crate) metrics: Metrics,
}

impl Receiver {
    /// A receiver. `pg` connects as a role that may receive and do what the handler does.
    pub fn new<H: Handler>(pg: Pg, handler: H, clock: SharedClock, metrics: &telemetry::Metrics) -> Self {
        Self {
            applier: Arc::new(With {
                pg: pg.clone(),
                handler,
                clock: Arc::clone(&clock),
            }),
            pg,
            clock,
            policy: Policy::default(),
            metrics: Metrics::new(metrics),
        }
    }

    /// How patient it is with events that come through a broker and fail. By default like a dispatcher.
    #[must_use]
    pub fn patience(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Applies events and counts what came of them; one outcome for each, in their order. Fails when the database cannot
    /// be used.
    pub(crate) async fn apply(&self, events: Vec<CloudEvent>) -> Result<Vec<Applied>, sqlx::Error> {
        let applied = Arc::clone(&self.applier).apply(events).await?;
        for (outcome, _) in &applied {
            self.count(*outcome);
        }
        Ok(applied)
    }

    pub(crate) fn count(&self, outcome: Outcome) {
        self.metrics.received.with_label_values(&[outcome.label()]).inc();
    }
}

/// A handler whose type is forgotten, so that there is one receiving route and not one per handler.
trait Applier: Send + Sync {
    fn apply(
        self: Arc<Self>,
        events: Vec<CloudEvent>,
    ) -> BoxFuture<'static, Result<Vec<Applied>, sqlx::Error>>;
}

struct With<H> {
    pg: Pg,
    handler: H,
    clock: SharedClock,
}

impl<H: Handler> Applier for With<H> {
    fn apply(
        self: Arc<Self>,
        events: Vec<CloudEvent>,
    ) -> BoxFuture<'static, Result<Vec<Applied>, sqlx::Error>> {
        async move { apply::apply(&self.pg, &self.handler, &events, self.clock.now()).await }.boxed()
    }
}
