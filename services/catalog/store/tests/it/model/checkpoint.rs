//! When nobody is at work: everything that the store knows, beside what the model knows.

use std::collections::BTreeMap;

use catalog_store::{availabilities, listed_availability};
use kernel::{ComponentId, OrderId, WarehouseId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::counting::count;
use super::model::Model;
use super::order::{Held, Line, Movement, Order, Picks, Shelf};
use super::world::World;
use crate::support::WAREHOUSES;

impl World {
    /// The last row of the journal.
    pub(super) async fn journal_end(&self) -> i64 {
        self.shop
            .count("SELECT coalesce(max(id), 0) FROM stock_movement")
            .await
    }

    /// The rows of the journal after one, in their order.
    pub(super) async fn journal(&self, after: i64) -> Vec<Movement> {
        let rows: Vec<(Option<Uuid>, String, Uuid, Uuid, i64, i64)> = sqlx::query_as(
            "SELECT order_id, kind, component_id, warehouse_id, on_hand_delta, reserved_delta
             FROM stock_movement WHERE id > $1 ORDER BY id",
        )
        .bind(after)
        .fetch_all(self.shop.db.admin())
        .await
        .expect("the journal");
        let rows = rows.into_iter().map(
            |(order, kind, component, warehouse, on_hand, reserved)| Movement {
                order: order.map(OrderId::from),
                kind,
                shelf: self.shelf(component, warehouse),
                on_hand,
                reserved,
            },
        );
        rows.collect()
    }

    fn shelf(&self, component: Uuid, warehouse: Uuid) -> Shelf {
        (
            self.component(ComponentId::from(component)),
            self.warehouse(WarehouseId::from(warehouse)),
        )
    }

    /// Works off all queues, and compares everything. The model's journal is that since the row `after`.
    pub(super) async fn assert_agrees(&self, model: &Model, after: i64) {
        self.shop.assert_sound().await;
        let (mut expected, mut journal) = (model.journal.clone(), self.journal(after).await);
        expected.sort();
        journal.sort();
        assert_eq!(journal, expected, "the journal");

        let stock: Vec<(Uuid, Uuid, i64, i64)> =
            sqlx::query_as("SELECT component_id, warehouse_id, on_hand, reserved FROM stock")
                .fetch_all(self.shop.db.admin())
                .await
                .expect("stock");
        let (mut on_hand, mut reserved) = (BTreeMap::new(), BTreeMap::new());
        for (component, warehouse, lies, held) in stock {
            on_hand.insert(self.shelf(component, warehouse), lies);
            reserved.insert(self.shelf(component, warehouse), held);
        }
        assert_eq!(on_hand, model.on_hand, "what lies on shelves");
        assert_eq!(reserved, model.reserved, "what is held");
        assert_eq!(self.orders().await, model.orders, "orders");
        self.assert_available(model).await;
    }

    /// What has become of all orders.
    pub(super) async fn orders(&self) -> BTreeMap<OrderId, Order> {
        let admin = self.shop.db.admin();
        let lines: Vec<(Uuid, Uuid, Option<Uuid>, i64)> = sqlx::query_as(
            "SELECT order_id, product_id, set_id, quantity FROM reservation_line ORDER BY order_id, position",
        )
        .fetch_all(admin)
        .await
        .expect("lines");
        let mut of_order: BTreeMap<Uuid, Vec<Line>> = BTreeMap::new();
        for (order, unit, set, quantity) in lines {
            of_order
                .entry(order)
                .or_default()
                .push(self.line(unit.into(), set.map(Into::into), quantity));
        }
        let picks: Vec<(Uuid, Uuid, Uuid, i64)> =
            sqlx::query_as("SELECT order_id, component_id, warehouse_id, quantity FROM reservation_pick")
                .fetch_all(admin)
                .await
                .expect("picks");
        let mut taken: BTreeMap<Uuid, Picks> = BTreeMap::new();
        for (order, component, warehouse, pieces) in picks {
            taken
                .entry(order)
                .or_default()
                .insert(self.shelf(component, warehouse), pieces);
        }
        let orders: Vec<(Uuid, String, i64, OffsetDateTime)> =
            sqlx::query_as("SELECT order_id, status, revision, expires_at FROM reservation")
                .fetch_all(admin)
                .await
                .expect("reservations");
        let orders = orders.into_iter().map(|(id, status, revision, expires_at)| {
            let held = Held {
                status: serde_json::from_value(status.into()).expect("a status"),
                expires: self.minutes(expires_at),
                lines: of_order.remove(&id).unwrap_or_default(),
                picks: taken.remove(&id).unwrap_or_default(),
            };
            (OrderId::from(id), Order { revision, held })
        });
        orders.collect()
    }

    /// What lists show, what is asked for just now, and what each warehouse alone suffices for.
    async fn assert_available(&self, model: &Model) {
        let units = &self.units[..];
        let listed = listed_availability(&self.shop.edge, units).await.expect("read");
        let now = availabilities(&self.shop.edge, units).await.expect("read");
        for (unit, id) in units.iter().enumerate() {
            let parts = &model.parts[unit];
            let total = count(parts, &model.free(&Picks::new()));
            assert_eq!(
                (listed[id], now[id].total),
                (total, total),
                "of unit {unit} there are"
            );
            for each in &now[id].warehouses {
                let at = WAREHOUSES
                    .into_iter()
                    .position(|code| code == each.code)
                    .expect("one of ours");
                let lies = model.on_hand.iter().filter(|(shelf, _)| shelf.1 == at);
                let free = lies.map(|(shelf, pieces)| (shelf.0, pieces - model.reserved[shelf]));
                assert_eq!(
                    each.available,
                    count(parts, &free.collect()),
                    "unit {unit} in warehouse {at}"
                );
            }
        }
    }
}
