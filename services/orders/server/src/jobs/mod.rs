//! What orders do by themselves. Each job looks for what there is to do, so that a lost signal or a crash changes
//! nothing, and replicas that run the same job do no harm to each other.

mod expire_unpaid;
mod housekeeping;
mod reconcile;
mod refunds;
mod slots;
mod sweep_payments;
mod turnover;

use std::sync::Arc;

use chassis::Job;
use kernel::SharedClock;
use orders_store::Store;
use telemetry::Metrics;
use tokio::sync::Notify;

use crate::config::OrderingConfig;
use crate::payments::{PaymentGateway, Settler};
use crate::reconcile::Reconciler;

/// What the jobs need.
#[derive(Clone)]
pub struct Jobs {
    /// The orders database with the internal face's role.
    pub store: Store,
    /// The payment provider.
    pub gateway: Arc<dyn PaymentGateway>,
    /// Settles payments.
    pub settler: Settler,
    /// Woken when money has to go back.
    pub refunds: Arc<Notify>,
    /// Finds what does not fit together.
    pub reconciler: Reconciler,
    /// Rules of ordering.
    pub ordering: Arc<OrderingConfig>,
    /// Where time comes from.
    pub clock: SharedClock,
    /// The service's metrics.
    pub metrics: Metrics,
}

impl Jobs {
    /// All of them.
    pub fn all(self) -> Vec<Job> {
        vec![
            expire_unpaid::job(&self),
            sweep_payments::job(&self),
            refunds::job(&self),
            slots::job(&self),
            reconcile::job(&self),
            housekeeping::job(&self),
            turnover::job(&self),
        ]
    }
}
