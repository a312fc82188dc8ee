//! Orders, stock and audit to look at.

use contracts::backoffice::{AuditEntry, AuditVerification};
use contracts::catalog::{Pick, StockRow};
use contracts::orders::{
    ActorKind, OrderLine, OrderStatus, Slot, StaffOrder, StaffOrderRow, StaffStatusStep,
};
use kernel::{Money, Text};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub struct Data {
    pub orders: Vec<StaffOrder>,
    pub stock: Vec<StockRow>,
    pub audit: Vec<AuditEntry>,
    pub verification: AuditVerification,
}

/// Article number, names, warehouse, shelf, pieces.
type Part = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    i64,
);

const PARTS: [Part; 7] = [
    (
        "SID-2120-580-16-OAK-LDS",
        "Боковина 2120×580×16, дуб",
        "Side panel 2120×580×16, oak",
        "MSK",
        Some("A-04-2"),
        2,
    ),
    (
        "SHF-850-550-16-OAK-LDS",
        "Полка 850×550×16, дуб",
        "Shelf 850×550×16, oak",
        "MSK",
        Some("A-04-2"),
        3,
    ),
    (
        "DOR-1640-430-16-OAK-LDS",
        "Дверь 1640×430×16, дуб",
        "Door 1640×430×16, oak",
        "MSK",
        Some("B-11-1"),
        2,
    ),
    (
        "HNG-110",
        "Петля с доводчиком 110°",
        "Soft-close hinge 110°",
        "MSK",
        Some("F-02-4"),
        13,
    ),
    (
        "KIT-L",
        "Крепёж, большой комплект",
        "Fastener kit, large",
        "MSK",
        None,
        1,
    ),
    (
        "HDL-BAR",
        "Ручка-скоба, сталь",
        "Bar handle, steel",
        "SPB",
        Some("F-09-1"),
        4,
    ),
    (
        "SLD-500",
        "Направляющие 500 мм, пара",
        "Drawer slides 500 mm, pair",
        "SPB",
        Some("E-21-3"),
        1,
    ),
];

impl Data {
    pub fn new(now: OffsetDateTime) -> Self {
        let statuses = [
            OrderStatus::Paid,
            OrderStatus::Paid,
            OrderStatus::NeedsChange,
            OrderStatus::ReadyToShip,
            OrderStatus::InDelivery,
            OrderStatus::Delivered,
            OrderStatus::NotDelivered,
            OrderStatus::Created,
            OrderStatus::Cancelled,
        ];
        let orders = (1_u8..)
            .zip(statuses)
            .map(|(index, status)| order(now, index, status))
            .collect();
        let stock = (1_u128..)
            .zip(PARTS)
            .map(|(id, (sku, ru, en, warehouse, shelf, quantity))| StockRow {
                component_id: Uuid::from_u128(id).into(),
                sku: sku.to_owned(),
                name: Text::new(ru, en),
                warehouse: warehouse.to_owned(),
                shelf: shelf.map(str::to_owned),
                on_hand: if sku == "KIT-L" { 0 } else { quantity * 37 },
                reserved: if sku == "KIT-L" { 0 } else { quantity * 2 },
            })
            .collect();
        let verification = AuditVerification {
            intact: true,
            entries: 6,
            head: "9f2c".repeat(16),
            fault: None,
        };
        Self {
            orders,
            stock,
            audit: audit(now),
            verification,
        }
    }

    pub fn order(&self, number: &str) -> Option<&StaffOrder> {
        self.orders.iter().find(|order| order.number == number)
    }

    pub fn order_mut(&mut self, number: &str) -> Option<&mut StaffOrder> {
        self.orders.iter_mut().find(|order| order.number == number)
    }
}

/// An order as the list shows it.
pub fn row(order: &StaffOrder) -> StaffOrderRow {
    StaffOrderRow {
        number: order.number.clone(),
        status: order.status,
        created_at: order.created_at,
        pieces: order.lines.iter().map(|line| line.quantity).sum(),
        total: order.total,
        slot: order.slot,
    }
}

fn order(now: OffsetDateTime, index: u8, status: OrderStatus) -> StaffOrder {
    let created_at = now - Duration::minutes(i64::from(index) * 47);
    let starts_at = (now + Duration::days(2)).replace_time(time::macros::time!(7:00));
    let line = |name: (&str, &str), quantity: i64, kopecks: i64| OrderLine {
        product_id: Uuid::from_u128(u128::from(index)).into(),
        slug: "wardrobe-onega-oak".to_owned(),
        name: Text::new(name.0, name.1),
        quantity,
        unit_price: Money::rub(kopecks),
        total: Money::rub(kopecks * quantity),
    };
    let lines = vec![
        line(
            ("Шкаф «Онега» трёхдверный, дуб", "Onega three-door wardrobe, oak"),
            1,
            38_990_00,
        ),
        line(
            ("Тумба прикроватная «Шексна», дуб", "Sheksna nightstand, oak"),
            2,
            6_490_00,
        ),
    ];
    let goods = Money::rub(lines.iter().map(|line| line.total.amount).sum());
    let picks = PARTS
        .iter()
        .zip(1_u128..)
        .map(|((sku, ru, en, warehouse, shelf, quantity), id)| Pick {
            warehouse: (*warehouse).to_owned(),
            shelf: shelf.map(str::to_owned),
            component_id: Uuid::from_u128(id).into(),
            sku: (*sku).to_owned(),
            name: Text::new(*ru, *en),
            quantity: *quantity,
        });
    let mut history = vec![step(OrderStatus::Created, created_at, ActorKind::Customer, None)];
    if status != OrderStatus::Created {
        let paid = created_at + Duration::minutes(4);
        history.push(step(OrderStatus::Paid, paid, ActorKind::Payment, None));
    }
    if !matches!(status, OrderStatus::Created | OrderStatus::Paid) {
        let courier = Some("courier.petrov");
        history.push(step(
            status,
            created_at + Duration::minutes(31),
            ActorKind::Courier,
            courier,
        ));
    }
    StaffOrder {
        id: Uuid::from_u128(u128::from(index)).into(),
        number: format!("DEMO-0000-000{index}"),
        status,
        created_at,
        lines,
        goods,
        delivery: Money::rub(1_490_00),
        total: Money::rub(goods.amount + 1_490_00),
        slot: Slot {
            id: Uuid::from_u128(7).into(),
            starts_at,
            ends_at: starts_at + Duration::hours(4),
            free: None,
        },
        weight_g: 164_300,
        volume_l: 2_040,
        history,
        picks: (status != OrderStatus::InDelivery).then(|| picks.collect()),
    }
}

fn step(status: OrderStatus, at: OffsetDateTime, by: ActorKind, actor: Option<&str>) -> StaffStatusStep {
    StaffStatusStep {
        status,
        at,
        by,
        actor: actor.map(str::to_owned),
    }
}

fn audit(now: OffsetDateTime) -> Vec<AuditEntry> {
    let entries: [(&str, &str, &str, Option<&str>, Value); 6] = [
        (
            "orders",
            "sklad.sidorov",
            "order.ready_to_ship",
            Some("DEMO-0000-0004"),
            json!({"from": "paid"}),
        ),
        (
            "backoffice",
            "sklad.sidorov",
            "session.opened",
            None,
            json!({"roles": ["warehouse"], "client": "10.4.1.20"}),
        ),
        (
            "backoffice",
            "unknown",
            "session.refused",
            None,
            json!({"reason": "bad_credentials", "client": "10.4.1.77"}),
        ),
        (
            "catalog",
            "admin.smirnov",
            "stock.corrected",
            Some("HNG-110"),
            json!({"warehouse": "MSK", "delta": -2, "reason": "Пересчёт"}),
        ),
        (
            "orders",
            "payment",
            "order.paid",
            Some("DEMO-0000-0001"),
            json!({"from": "created"}),
        ),
        (
            "orders",
            "robot",
            "settings.changed",
            None,
            json!({"key": "<b>x</b>", "none": null}),
        ),
    ];
    (1_i64..)
        .zip(entries)
        .map(|(index, (source, actor, action, subject, details))| AuditEntry {
            seq: 7 - index,
            id: Uuid::from_u128(index.cast_unsigned().into()),
            at: now - Duration::minutes(index * 9),
            source: source.to_owned(),
            actor: actor.to_owned(),
            action: action.to_owned(),
            subject: subject.map(str::to_owned),
            details,
            hash: "9f2c".repeat(16),
        })
        .collect()
}
