//! A small shop to try things in.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use catalog_store::{
    Assortment, BillEntry, ComponentEntry, ImportReport, ProductEntry, ReserveError, StockEntry, Violation,
};
use contracts::catalog::{
    CategoryContent, ColorContent, MaterialContent, Reservation, ReservationLine, ReserveRequest,
    WarehouseContent,
};
use contracts::events::{OrderStatusChanged, RESERVATION_EXPIRED, order_status_type};
use contracts::orders::{ActorKind, OrderStatus};
use events::{CloudEvent, Subscriptions};
use kernel::{ComponentId, Dimensions, EventId, Money, OrderId, ProductId, SetId, Text};
use pg::{DatabaseSpec, Metrics, Pg, PgConfig, RoleSpec};
use test_support::{ManualClock, TestDb};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

pub(crate) const fn role(name: &'static str) -> RoleSpec<'static> {
    RoleSpec { name, password: name }
}

pub(crate) const CATALOG: DatabaseSpec<'static> = DatabaseSpec {
    name: "catalog",
    owner: role("catalog_owner"),
    roles: &[
        role("catalog_edge"),
        role("catalog_staff"),
        role("catalog_internal"),
    ],
};

/// Warehouses of every small shop, in the order of preference.
pub(crate) const WAREHOUSES: [&str; 3] = ["MSK", "SPB", "EKB"];

pub(crate) fn text(name: &str) -> Text {
    Text::new(format!("{name} по-русски"), name)
}

const SIZE: Dimensions = Dimensions {
    height_mm: 700,
    width_mm: 1_200,
    depth_mm: 600,
};

/// Products with the required pieces of one unit, and components with what each warehouse has.
pub(crate) fn assortment(products: &[(&str, &[(&str, i32)])], stock: &[(&str, &[i64])]) -> Assortment {
    Assortment {
        categories: vec![category("tables", None)],
        colors: vec![ColorContent {
            code: "oak".to_owned(),
            name: text("oak"),
            hex: "#c8a165".to_owned(),
            position: 1,
        }],
        materials: vec![MaterialContent {
            code: "wood".to_owned(),
            name: text("wood"),
            position: 1,
        }],
        warehouses: (1..)
            .zip(WAREHOUSES)
            .map(|(position, code)| warehouse(position, code))
            .collect(),
        components: stock.iter().map(|(sku, _)| component(sku)).collect(),
        products: products.iter().map(|(slug, bill)| product(slug, bill)).collect(),
        stock: stock
            .iter()
            .flat_map(|(sku, on_hand)| {
                on_hand
                    .iter()
                    .zip(WAREHOUSES)
                    .map(|(&on_hand, warehouse)| StockEntry {
                        sku: (*sku).to_owned(),
                        warehouse: warehouse.to_owned(),
                        shelf: Some(format!("{warehouse}-1")),
                        on_hand,
                    })
            })
            .collect(),
        ..Assortment::default()
    }
}

pub(crate) fn category(code: &str, parent: Option<&str>) -> CategoryContent {
    CategoryContent {
        code: code.to_owned(),
        parent: parent.map(str::to_owned),
        name: text(code),
        position: 1,
        properties: Vec::new(),
    }
}

fn warehouse(position: i32, code: &str) -> WarehouseContent {
    WarehouseContent {
        code: code.to_owned(),
        name: text(code),
        address: text("address"),
        position,
        capacity_l: None,
        place: None,
    }
}

pub(crate) fn component(sku: &str) -> ComponentEntry {
    ComponentEntry {
        sku: sku.to_owned(),
        name: text(sku),
        kind: "panel".to_owned(),
        color: Some("oak".to_owned()),
        material: None,
        dimensions: SIZE,
        cost: Some(Money::rub(100_00)),
        properties: BTreeMap::new(),
        lines: Vec::new(),
    }
}

pub(crate) fn product(slug: &str, bill: &[(&str, i32)]) -> ProductEntry {
    ProductEntry {
        slug: slug.to_owned(),
        name: text(slug),
        description: text("description"),
        category: "tables".to_owned(),
        color: "oak".to_owned(),
        material: "wood".to_owned(),
        dimensions: SIZE,
        weight_g: 12_000,
        properties: BTreeMap::new(),
        bill: bill.iter().map(|&(sku, quantity)| line(sku, quantity)).collect(),
        images: Vec::new(),
    }
}

pub(crate) fn line(sku: &str, quantity: i32) -> BillEntry {
    BillEntry {
        sku: sku.to_owned(),
        quantity,
        required: true,
        substitutes: Vec::new(),
    }
}

/// A shop in a database of its own, with a pool for each face.
pub(crate) struct Shop {
    pub db: TestDb,
    pub clock: ManualClock,
    pub owner: Pg,
    pub internal: Pg,
    pub staff: Pg,
    pub edge: Pg,
    pub subscriptions: Arc<Subscriptions>,
}

impl Shop {
    /// A shop without anything in it.
    pub(crate) async fn empty() -> Self {
        let db = TestDb::new(&CATALOG, catalog_store::migrate).await;
        let pool = |role| patient(&db.url_for(role));
        Self {
            clock: ManualClock::at(datetime!(2026-03-01 10:00 UTC)),
            owner: pool("catalog_owner"),
            internal: pool("catalog_internal"),
            staff: pool("catalog_staff"),
            edge: pool("catalog_edge"),
            subscriptions: Arc::new(Subscriptions::new().with("orders", [RESERVATION_EXPIRED])),
            db,
        }
    }

    /// A shop with [`assortment`], ready to sell.
    pub(crate) async fn with(products: &[(&str, &[(&str, i32)])], stock: &[(&str, &[i64])]) -> Self {
        let shop = Self::empty().await;
        shop.import(&assortment(products, stock)).await;
        shop.refresh().await;
        shop
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        kernel::Clock::now(&self.clock)
    }

    pub(crate) async fn import(&self, assortment: &Assortment) -> ImportReport {
        catalog_store::import(&self.owner, &self.clock, assortment)
            .await
            .expect("a sound assortment")
    }

    /// Works the queue of stale list entries off.
    pub(crate) async fn relist(&self) {
        while catalog_store::relist(&self.internal, 500)
            .await
            .expect("the database answers")
            > 0
        {}
    }

    /// Changes units by a statement, and lists all anew.
    pub(crate) async fn alter(&self, units: &'static str) {
        let queue = "INSERT INTO stale_product (product_id) SELECT id FROM product";
        for statement in [units, queue] {
            sqlx::query(statement)
                .execute(self.db.admin())
                .await
                .expect("a statement that fits");
        }
        self.relist().await;
    }

    /// What lists read is what it is computed from.
    pub(crate) async fn assert_listed(&self) {
        let violations = catalog_store::listing_invariants(&self.owner)
            .await
            .expect("the database answers");
        assert_eq!(violations, []);
    }

    /// Works the queues of stale availability and list entries off.
    pub(crate) async fn refresh(&self) {
        while catalog_store::refresh_availability(&self.internal, 100)
            .await
            .expect("the database answers")
            .more
        {}
        self.relist().await;
    }

    pub(crate) async fn products(&self) -> HashMap<String, ProductId> {
        let rows: Vec<(String, uuid::Uuid)> = sqlx::query_as("SELECT slug, id FROM product")
            .fetch_all(self.db.admin())
            .await
            .expect("products");
        rows.into_iter().map(|(slug, id)| (slug, id.into())).collect()
    }

    pub(crate) async fn component(&self, sku: &str) -> ComponentId {
        let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM component WHERE sku = $1")
            .bind(sku)
            .fetch_one(self.db.admin())
            .await
            .expect("a component");
        id.into()
    }

    /// Makes a set of units of which any go together.
    pub(crate) async fn set(&self, units: &[(&str, i64)]) -> SetId {
        let id = SetId::new(&self.clock);
        let products = self.products().await;
        let (units, quantities): (Vec<uuid::Uuid>, Vec<i64>) = units
            .iter()
            .map(|&(slug, each)| (products[slug].uuid(), each))
            .unzip();
        let admin = self.db.admin();
        sqlx::query(
            "INSERT INTO set_kind (code, name_ru, name_en, position, same_color, same_material, max_discount_bp)
             VALUES ('any', 'a', 'a', 1, false, false, 0) ON CONFLICT DO NOTHING",
        )
        .execute(admin)
        .await
        .expect("a kind");
        sqlx::query(
            "WITH made AS (
                 INSERT INTO product_set (id, external_id, kind, name_ru, name_en, description_ru, description_en, color,
                                          material, created_at)
                 VALUES ($1, 'SET-' || $1, 'any', 's', 's', '', '', 'oak', 'wood', now())
                 RETURNING id
             )
             INSERT INTO product_set_unit (set_id, product_id, quantity, position)
             SELECT made.id, u.product_id, u.quantity, u.position - 1
             FROM made, unnest($2::uuid[], $3::bigint[]) WITH ORDINALITY AS u (product_id, quantity, position)",
        )
        .bind(id.uuid())
        .bind(units)
        .bind(quantities)
        .execute(admin)
        .await
        .expect("a set");
        id
    }

    pub(crate) fn order(&self) -> OrderId {
        OrderId::new(&self.clock)
    }

    /// A request for twenty minutes from now.
    pub(crate) async fn request(&self, lines: &[(&str, i64)]) -> ReserveRequest {
        let products = self.products().await;
        ReserveRequest {
            lines: lines
                .iter()
                .map(|&(slug, quantity)| ReservationLine {
                    product_id: products[slug],
                    quantity,
                })
                .collect(),
            sets: Vec::new(),
            near: None,
            expires_at: self.now() + Duration::minutes(20),
        }
    }

    pub(crate) async fn try_reserve(
        &self,
        order: OrderId,
        lines: &[(&str, i64)],
    ) -> Result<Reservation, ReserveError> {
        let request = self.request(lines).await;
        catalog_store::reserve(&self.internal, self.now(), order, &request).await
    }

    pub(crate) async fn reserve(&self, lines: &[(&str, i64)]) -> Reservation {
        self.try_reserve(self.order(), lines).await.expect("enough stock")
    }

    pub(crate) async fn expire(&self) -> Vec<OrderId> {
        catalog_store::expire_due(&self.internal, &self.clock, &self.subscriptions, 100)
            .await
            .expect("the database answers")
    }

    pub(crate) async fn confirm(&self, order: OrderId) -> Result<(), catalog_store::SettleError> {
        catalog_store::confirm(&self.internal, self.now(), order).await
    }

    pub(crate) async fn release(&self, order: OrderId) -> Result<(), catalog_store::SettleError> {
        catalog_store::release(&self.internal, self.now(), order).await
    }

    /// `(on hand, reserved)` of a component in each warehouse.
    pub(crate) async fn stock(&self, sku: &str) -> Vec<(i64, i64)> {
        sqlx::query_as(
            "SELECT s.on_hand, s.reserved FROM stock s
             JOIN component c ON c.id = s.component_id JOIN warehouse w ON w.id = s.warehouse_id
             WHERE c.sku = $1 ORDER BY w.position",
        )
        .bind(sku)
        .fetch_all(self.db.admin())
        .await
        .expect("stock")
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(self.db.admin())
            .await
            .expect("a count")
    }

    pub(crate) async fn count_where(&self, sql: &'static str, value: &str) -> i64 {
        sqlx::query_scalar(sql)
            .bind(value)
            .fetch_one(self.db.admin())
            .await
            .expect("a count")
    }

    pub(crate) async fn violations(&self) -> Vec<Violation> {
        catalog_store::invariants(&self.internal, self.now(), Duration::ZERO)
            .await
            .expect("the database answers")
    }

    /// Nothing is wrong, neither now nor when availability is up to date.
    pub(crate) async fn assert_sound(&self) {
        assert_eq!(self.violations().await, []);
        self.refresh().await;
        assert_eq!(self.violations().await, []);
    }
}

/// An event of orders.
pub(crate) fn order_event(shop: &Shop, order_id: OrderId, to: OrderStatus) -> CloudEvent {
    let data = OrderStatusChanged {
        order_id,
        number: "7K2M-9QXA-4TBD".to_owned(),
        from: None,
        to,
        at: shop.now(),
        by: ActorKind::System,
        actor: None,
    };
    CloudEvent {
        id: EventId::new(&shop.clock),
        source: "urn:garnitur:orders".to_owned(),
        type_: order_status_type(to).to_owned(),
        subject: None,
        time: None,
        traceparent: None,
        data: serde_json::value::to_raw_value(&data).expect("JSON"),
    }
}

/// A pool that waits longer than production does: tests crowd on purpose, on machines that are busy.
pub(crate) fn patient(url: &str) -> Pg {
    let config = PgConfig {
        acquire_timeout_ms: 120_000,
        statement_timeout_ms: 60_000,
        lock_timeout_ms: 50_000,
        ..PgConfig::new(url)
    };
    Pg::connect(&config, Metrics::unregistered()).expect("the address is a URL")
}

/// As the service asks for customers and services, with one connection, whose statements can be looked at.
pub(crate) fn planning_once(url: &str) -> Pg {
    let config = PgConfig {
        plan_once: true,
        max_connections: 1,
        ..PgConfig::new(url)
    };
    Pg::connect(&config, Metrics::unregistered()).expect("the address is a URL")
}
