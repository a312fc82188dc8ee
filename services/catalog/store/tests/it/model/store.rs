//! Operations carried out by the store.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use catalog_store::assortment::{change_component, change_unit, refresh_bills};
use catalog_store::edit::EditError;
use catalog_store::{CorrectStockError, OrderEvents, ReplaceError, ReserveError, SettleError};
use contracts::catalog::{ReplaceRequest, ReserveRequest, StockCorrection, StockReceipt, StockReceiptLine};
use contracts::orders::OrderStatus;
use events::{CloudEvent, Handler as _};
use kernel::OrderId;
use time::Duration;

use super::operations::{Answer, Operation};
use super::world::{World, address};
use crate::assortment::{editor, piece, table};
use crate::support::{WAREHOUSES, order_event};

impl World {
    /// Carries an operation out and answers what the store answered.
    #[expect(clippy::too_many_lines, reason = "a list of all operations")]
    pub(super) async fn carry_out(&self, operation: &Operation) -> Answer {
        let (shop, now) = (&self.shop, self.shop.now());
        match operation {
            Operation::Reserve {
                order,
                lines,
                near,
                minutes,
            } => {
                let (lines, sets) = self.asked(lines);
                let request = ReserveRequest {
                    lines,
                    sets,
                    near: near.then(address),
                    expires_at: now + Duration::minutes(*minutes),
                };
                match catalog_store::reserve(&shop.internal, now, *order, &request).await {
                    Ok(held) => Answer::Held(self.held(&held)),
                    Err(ReserveError::Short(short)) => Answer::Short(self.short(&short)),
                    Err(error) => panic!("{operation:?}: {error:?}"),
                }
            }
            Operation::Replace {
                order,
                lines,
                near,
                revision,
            } => {
                let (lines, sets) = self.asked(lines);
                let request = ReplaceRequest {
                    lines,
                    sets,
                    near: near.then(address),
                    revision: *revision,
                };
                match catalog_store::replace(&shop.internal, now, *order, &request).await {
                    Ok(held) => Answer::Held(self.held(&held)),
                    Err(ReplaceError::Short(short)) => Answer::Short(self.short(&short)),
                    Err(ReplaceError::NotFound) => Answer::NotFound,
                    Err(ReplaceError::Outdated { current }) => Answer::Outdated(current),
                    Err(ReplaceError::Settled(status)) => Answer::Settled(status),
                    Err(error) => panic!("{operation:?}: {error:?}"),
                }
            }
            Operation::Confirm(order) => self.settled(shop.confirm(*order).await),
            Operation::Release(order) => self.settled(shop.release(*order).await),
            Operation::Events(told) => self.tell(told).await,
            Operation::Expire { minutes } => {
                shop.clock.advance(Duration::minutes(*minutes));
                let mut expired = shop.expire().await;
                expired.sort_unstable();
                Answer::Expired(expired)
            }
            Operation::Receive {
                key,
                warehouse,
                pieces,
            } => {
                let lines = pieces.iter().map(|(&component, &quantity)| StockReceiptLine {
                    component_id: self.components[component],
                    quantity,
                });
                let receipt = StockReceipt {
                    warehouse: WAREHOUSES[*warehouse].to_owned(),
                    document: key.clone(),
                    lines: lines.collect(),
                };
                catalog_store::receive_stock(&shop.staff, &shop.clock, "ivanov", key, &receipt)
                    .await
                    .expect("entered");
                Answer::Done
            }
            Operation::Correct {
                key,
                component,
                warehouse,
                delta,
            } => {
                let correction = StockCorrection {
                    component_id: self.components[*component],
                    warehouse: WAREHOUSES[*warehouse].to_owned(),
                    delta: *delta,
                    reason: "counted".to_owned(),
                };
                let (staff, told) = (&shop.staff, &shop.subscriptions);
                match catalog_store::correct_stock(staff, &shop.clock, told, "ivanov", key, &correction).await
                {
                    Ok(row) => Answer::Stock(row.on_hand, row.reserved),
                    Err(CorrectStockError::TooFew { free }) => Answer::TooFew(free),
                    Err(error) => panic!("{operation:?}: {error:?}"),
                }
            }
            Operation::EditUnit { unit, bill } => {
                let content = table(&format!("unit-{unit}"), &self.items(bill));
                let (id, thing) = (self.units[*unit], operation.edited().expect("a unit"));
                let edited =
                    change_unit(&shop.staff, &editor(shop), id, self.version(&thing), &content).await;
                self.edited(thing, edited.map(|unit| unit.unit.version))
            }
            Operation::EditAssembly { assembly, lines } => {
                let content = piece(&format!("C{assembly}"), None, &self.items(lines));
                let (id, thing) = (
                    self.components[*assembly],
                    operation.edited().expect("an assembly"),
                );
                let edited =
                    change_component(&shop.staff, &editor(shop), id, self.version(&thing), &content).await;
                self.edited(thing, edited.map(|assembly| assembly.version))
            }
            Operation::RefreshBills => {
                while refresh_bills(&shop.internal, 4)
                    .await
                    .expect("the database answers")
                    > 0
                {}
                Answer::Done
            }
            Operation::RefreshAvailability => {
                catalog_store::refresh_availability(&shop.internal, 20)
                    .await
                    .expect("the database answers");
                Answer::Done
            }
        }
    }

    fn version(&self, thing: &str) -> i64 {
        let versions = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
        versions.get(thing).copied().unwrap_or(1)
    }

    fn edited(&self, thing: String, edited: Result<i64, EditError>) -> Answer {
        match edited {
            Ok(version) => {
                let mut versions = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
                let known = versions.entry(thing).or_default();
                *known = version.max(*known);
                Answer::Edited(version)
            }
            Err(EditError::Stale { .. }) => Answer::Stale,
            Err(error) => panic!("{thing}: {error:?}"),
        }
    }

    /// A batch of events in one transaction, as the receiver does it.
    async fn tell(&self, told: &BTreeMap<OrderId, bool>) -> Answer {
        let batch: Vec<CloudEvent> = told
            .iter()
            .map(|(&order, &paid)| {
                let to = if paid {
                    OrderStatus::Paid
                } else {
                    OrderStatus::Cancelled
                };
                order_event(&self.shop, order, to)
            })
            .collect();
        let handler = OrderEvents::new(self.shop.clock.shared());
        let work = async |mut tx: pg::Tx| {
            let batch: Vec<&CloudEvent> = batch.iter().collect();
            handler.handle_batch(&mut tx, &batch).await
        };
        match self.shop.internal.run("model_events", work).await {
            Ok(()) => Answer::Done,
            Err(events::HandlerError::Database(error)) => panic!("{told:?}: {error:?}"),
            Err(_) => Answer::Failed,
        }
    }

    fn settled(&self, settled: Result<(), SettleError>) -> Answer {
        match settled {
            Ok(()) => Answer::Done,
            Err(SettleError::NotFound) => Answer::NotFound,
            Err(SettleError::Released) => Answer::Released,
            Err(SettleError::Short(short)) => Answer::Short(self.short(&short)),
            Err(error @ SettleError::Database(_)) => panic!("{error:?}"),
        }
    }
}
