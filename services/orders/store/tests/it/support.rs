use std::sync::Arc;

use events::{Subscriptions, Wake};
use kernel::{CartId, Money, OrderId, PaymentId, Personal, ProductId, SlotId, Text};
use orders_domain::{Actor, Move, Parcel, Status};
use orders_store::{
    CartLine, Change, ChangeError, Changed, NewLine, NewOrder, OrderRef, Recipient, Settled, Settlement,
    StartPayment, Store,
};
use pg::{DatabaseSpec, RoleSpec};
use test_support::{ManualClock, TestDb};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

const fn role(name: &str) -> RoleSpec<'_> {
    RoleSpec { name, password: name }
}

pub const SPEC: DatabaseSpec<'static> = DatabaseSpec {
    name: "orders",
    owner: role("orders_owner"),
    roles: &[role("orders_edge"), role("orders_staff"), role("orders_internal")],
};

pub const START: OffsetDateTime = datetime!(2026-03-02 09:00 UTC);
pub const COURIER: &str = "courier.petrov";
pub const PRICE: i64 = 19_990_00;

/// The orders database as each face's role sees it.
pub struct Shop {
    pub db: TestDb,
    pub clock: ManualClock,
    pub edge: Store,
    pub staff: Store,
    pub internal: Store,
}

/// An order and its number.
pub struct Placed {
    pub id: OrderId,
    pub number: String,
}

impl Shop {
    /// The shop as it is on its first day.
    pub async fn open() -> Arc<Self> {
        let db = TestDb::new(&SPEC, orders_store::migrate).await;
        let clock = ManualClock::at(START);
        let store = |role| {
            let subscriptions = Subscriptions::new().with("backoffice", ["ru.garnitur.orders.*"]);
            Store::new(db.pg(role), clock.shared(), subscriptions, Wake::default())
        };
        let (edge, staff, internal) = (
            store("orders_edge"),
            store("orders_staff"),
            store("orders_internal"),
        );
        Arc::new(Self {
            db,
            clock,
            edge,
            staff,
            internal,
        })
    }

    /// A window of `capacity` places, two days ahead.
    pub async fn slot(&self, capacity: i32) -> SlotId {
        let clock = self.clock.shared();
        let id = SlotId::new(&*clock);
        let starts = START + Duration::days(2) + Duration::minutes(self.internal_slots().await);
        let opened = self
            .internal
            .open_slots("moscow", capacity, &[(id, starts, starts + Duration::hours(4))])
            .await;
        assert_eq!(opened.expect("a window opens"), 1);
        id
    }

    async fn internal_slots(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM delivery_slot")
            .fetch_one(self.db.admin())
            .await
            .expect("windows can be counted")
    }

    pub async fn taken(&self, slot: SlotId) -> i32 {
        sqlx::query_scalar("SELECT taken FROM delivery_slot WHERE id = $1")
            .bind(slot.uuid())
            .fetch_one(self.db.admin())
            .await
            .expect("the window exists")
    }

    /// A cart with two of one product.
    pub async fn cart(&self) -> (CartId, Vec<CartLine>) {
        let cart = CartId::from(kernel::random::uuid());
        let line = CartLine {
            product_id: ProductId::from(kernel::random::uuid()),
            quantity: 2,
        };
        self.edge.create_cart(cart, START).await.expect("a cart");
        self.edge.put_line(cart, line, START).await.expect("a line");
        (cart, vec![line])
    }

    pub async fn new_order(&self, slot_id: SlotId) -> NewOrder {
        let (cart_id, cart) = self.cart().await;
        let clock = self.clock.shared();
        let text = |text: &str| Personal::new(text.to_owned());
        let now = clock.now();
        NewOrder {
            id: OrderId::new(&*clock),
            number: kernel::random::order_number(),
            cart_id,
            created_at: now,
            pay_before: now + Duration::minutes(20),
            slots_after: now + Duration::days(1),
            goods: Money::rub(2 * PRICE),
            delivery: 990_00,
            pieces: 2,
            parcel: Parcel {
                litres: 700,
                weight_g: 40_000,
                longest_mm: 1_800,
            },
            zone: "moscow".to_owned(),
            slot_id,
            recipient: Recipient {
                name: text("Анна Смирнова"),
                phone: text("+79991234567"),
                postcode: text("101000"),
                city: text("Москва"),
                street: text("Мясницкая, 1"),
                flat: None,
            },
            lines: cart
                .iter()
                .map(|line| NewLine {
                    product_id: line.product_id,
                    slug: "shelf-oak".to_owned(),
                    name: Text::new("Полка", "Shelf"),
                    quantity: line.quantity,
                    unit_price: PRICE,
                })
                .collect(),
            cart,
        }
    }

    pub async fn placed(&self) -> Placed {
        let slot = self.slot(10).await;
        let order = self.new_order(slot).await;
        self.edge.place(&order).await.expect("the order is placed");
        Placed {
            id: order.id,
            number: order.number,
        }
    }

    /// A payment that the provider knows by its id with `p-` before it.
    pub async fn started(&self, order: &Placed) -> (PaymentId, String, Money) {
        let start = StartPayment {
            number: &order.number,
            key: "key-1",
            id: PaymentId::new(&*self.clock.shared()),
            return_path: "/",
        };
        let payment = self.edge.start_payment(&start).await.expect("a payment starts");
        let provider_id = format!("p-{}", payment.id);
        self.edge
            .payment_registered(payment.id, &provider_id, "https://pay")
            .await
            .expect("registered");
        (payment.id, provider_id, payment.amount)
    }

    pub async fn pay(&self, order: &Placed) -> Changed {
        let (payment, provider_id, amount) = self.started(order).await;
        match self
            .edge
            .settle(payment, &provider_id, Settlement::Succeeded(amount))
            .await
        {
            Ok(Settled::Paid(changed)) => changed,
            other => panic!("{other:?}"),
        }
    }

    pub async fn paid(&self) -> Placed {
        let order = self.placed().await;
        self.pay(&order).await;
        order
    }

    /// Takes a step as the actor that may, through the role of that actor's face.
    pub async fn step(&self, order: &Placed, step: Move, actor: Actor) -> Result<Changed, ChangeError> {
        let (store, login) = match actor {
            Actor::Employee => (&self.staff, Some("sklad.sidorov")),
            Actor::Courier => (&self.edge, Some(COURIER)),
            Actor::System => (&self.internal, None),
            Actor::Customer | Actor::Payment => (&self.edge, None),
        };
        let reason = (step == Move::FailToDeliver).then_some("nobody_home");
        let change = Change {
            order: OrderRef::Id(order.id),
            step,
            actor,
            login,
            reason,
        };
        store.change_status(&change).await
    }

    /// An order brought to a status by the moves of real life.
    pub async fn order_in(&self, status: Status) -> Placed {
        let moves: &[(Move, Actor)] = match status {
            Status::Created => return self.placed().await,
            Status::Paid => &[],
            Status::ReadyToShip => &[(Move::Pack, Actor::Employee)],
            Status::NeedsChange => &[(Move::Pack, Actor::Employee), (Move::Change, Actor::Customer)],
            Status::InDelivery => &[(Move::Pack, Actor::Employee), (Move::Claim, Actor::Courier)],
            Status::Delivered => &[
                (Move::Pack, Actor::Employee),
                (Move::Claim, Actor::Courier),
                (Move::Deliver, Actor::Courier),
            ],
            Status::NotDelivered => &[
                (Move::Pack, Actor::Employee),
                (Move::Claim, Actor::Courier),
                (Move::FailToDeliver, Actor::Courier),
            ],
            Status::Cancelled => &[(Move::Cancel, Actor::Customer)],
        };
        let order = self.paid().await;
        for &(step, actor) in moves {
            self.step(&order, step, actor)
                .await
                .expect("the way to a status is open");
        }
        order
    }

    pub async fn status(&self, order: &Placed) -> Status {
        let found = self
            .edge
            .order(OrderRef::Id(order.id))
            .await
            .expect("the database answers");
        found.expect("the order exists").status
    }

    /// Panics unless every rule of the orders database holds.
    pub async fn assert_sound(&self) {
        let found = self
            .internal
            .invariants(Duration::ZERO, None)
            .await
            .expect("the rules can be checked");
        assert_eq!(found, []);
    }
}
