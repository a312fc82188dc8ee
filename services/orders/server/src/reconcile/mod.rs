//! Finds what does not fit together, inside the orders database and between it and catalog's reservations, and puts
//! right what can be. The route, the job and the tests call the same function.

mod judge;

use std::collections::BTreeMap;

use contracts::catalog::ReservationState;
use contracts::orders::{Finding, Reconciliation};
use kernel::{OrderId, SharedClock, uuid};
use orders_store::{OrderState, Store, first_id_at};
use time::OffsetDateTime;

use crate::catalog::{Catalog, CatalogError};
pub use judge::{Patience, Rule, judge};

/// The reconciler. Cheap to clone.
#[derive(Clone)]
pub struct Reconciler {
    store: Store,
    catalog: Catalog,
    clock: SharedClock,
    patience: Patience,
}

/// Why a reconciliation did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// Catalog could not be asked.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] pg::sqlx::Error),
}

impl Reconciler {
    /// Compares `store` with `catalog`; what is younger than `patience` is taken to be under way.
    pub fn new(store: Store, catalog: Catalog, clock: SharedClock, patience: Patience) -> Self {
        Self {
            store,
            catalog,
            clock,
            patience,
        }
    }

    /// Looks at orders placed since `since` (all without it), by themselves and together with their reservations. With `repair` it puts right what it can; what it cannot needs a person.
    ///
    /// Repairs are the steps that ordering itself takes, each safe to repeat: release, confirm, cancel.
    ///
    /// # Errors
    /// When catalog or the database cannot be asked. A repair that fails is reported as not repaired.
    pub async fn run(
        &self,
        since: Option<OffsetDateTime>,
        repair: bool,
    ) -> Result<Reconciliation, ReconcileError> {
        let at = self.clock.now();
        let mut findings: Vec<Finding> = self
            .store
            .invariants(self.patience.placing, since)
            .await?
            .into_iter()
            .map(|violation| Finding {
                rule: violation.rule,
                subject: violation.subject,
                repaired: false,
            })
            .collect();

        let mut after = since.map_or(OrderId::from(uuid::Uuid::nil()), first_id_at);
        loop {
            // Reservations first: whatever happens between the two looks, an order's news are newer than its
            // reservation's, and the rules count on that.
            let page = self.catalog.reservations(after).await?;
            let orders = self.orders(after, page.next_after).await?;
            for (id, rule) in self.compare(&orders, &page.items) {
                let repaired = repair && self.repair(id, rule).await;
                findings.push(Finding {
                    rule: rule.name().to_owned(),
                    subject: id.to_string(),
                    repaired,
                });
            }
            match page.next_after {
                Some(next) if next > after => after = next,
                _ => return Ok(Reconciliation { at, findings }),
            }
        }
    }

    /// Orders with ids after `after` up to and with `last`.
    async fn orders(
        &self,
        after: OrderId,
        last: Option<OrderId>,
    ) -> Result<Vec<OrderState>, pg::sqlx::Error> {
        let mut all: Vec<OrderState> = Vec::new();
        loop {
            let from = all.last().map_or(after, |order| order.id);
            let more = self.store.order_states(from, last).await?;
            if more.is_empty() {
                return Ok(all);
            }
            all.extend(more);
        }
    }

    fn compare(&self, orders: &[OrderState], reservations: &[ReservationState]) -> Vec<(OrderId, Rule)> {
        let mut pairs: BTreeMap<OrderId, (Option<&OrderState>, Option<&ReservationState>)> = BTreeMap::new();
        for order in orders {
            pairs.entry(order.id).or_default().0 = Some(order);
        }
        for reservation in reservations {
            pairs.entry(reservation.order_id).or_default().1 = Some(reservation);
        }
        let now = self.clock.now();
        let judged = pairs.into_iter().filter_map(|(id, (order, reservation))| {
            Some((id, judge(order, reservation, self.patience, now)?))
        });
        judged.collect()
    }

    /// Whether it was put right.
    async fn repair(&self, order: OrderId, rule: Rule) -> bool {
        let done = match rule {
            Rule::OrphanReservation | Rule::CancelledWithReservation => self
                .catalog
                .release(order)
                .await
                .map(|()| true)
                .map_err(ReconcileError::from),
            // Of a reservation that ran out, confirming takes the stock again if it is still there. If it is not,
            // packing it later or giving the money back is a person's decision.
            Rule::PaidUnconfirmed | Rule::PaidWithoutReservation => match self.catalog.confirm(order).await {
                Err(CatalogError::Answer {
                    status: 404 | 409, ..
                }) => Ok(false),
                confirmed => confirmed.map(|()| true).map_err(ReconcileError::from),
            },
            Rule::OrderWithoutReservation => self
                .store
                .cancel_unpaid(order)
                .await
                .map_err(ReconcileError::from),
            Rule::ConfirmedWithoutOrder => Ok(false),
        };
        match done {
            Ok(done) => {
                tracing::warn!(%order, rule = rule.name(), repaired = done, "a difference was found");
                done
            }
            Err(error) => {
                tracing::error!(%order, rule = rule.name(), %error, "a difference was not repaired");
                false
            }
        }
    }
}
