use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post, put};
use contracts::catalog::Shortage;
use contracts::orders::{
    ActorKind, Cart, CartCreated, CartLine, NotDeliveredInfo, OrderLine, OrderPlaced, OrderStatus,
    PaymentStarted, PaymentStatus, PlaceOrder, Quote, QuoteRequest, SetLine, Slot, StartPayment, StatusStep,
    Tracking,
};
use http::StatusCode;
use kernel::uuid::Uuid;
use kernel::{CartId, Clock, Currency, Money, PaymentId, ProductId, SlotId, Text};
use problem::{IdempotencyKey, Json, Kind, Path, Problem, kinds};
use time::{Duration, OffsetDateTime};

use super::{Data, Fake};

pub const INSUFFICIENT_STOCK: Kind = Kind {
    slug: "insufficient-stock",
    status: 409,
    title: ("Недостаточно товара", "Not enough in stock"),
};
const NO_DELIVERY: Kind = Kind {
    slug: "no-delivery",
    status: 422,
    title: (
        "Мы пока не доставляем по этому адресу",
        "We do not deliver to this address yet",
    ),
};
pub const SLOT_TAKEN: Kind = Kind {
    slug: "slot-taken",
    status: 409,
    title: ("Интервал доставки занят", "The delivery window is taken"),
};
const NOT_PAYABLE: Kind = Kind {
    slug: "not-payable",
    status: 409,
    title: ("Заказ нельзя оплатить", "The order cannot be paid"),
};

pub fn router() -> Router<Fake> {
    Router::new()
        .route("/api/orders/v1/carts", post(cart_create))
        .route("/api/orders/v1/carts/{id}", get(cart_get))
        .route(
            "/api/orders/v1/carts/{id}/lines/{product}",
            put(line_put).delete(line_delete),
        )
        .route("/api/orders/v1/delivery/quotes", post(quote))
        .route("/api/orders/v1/orders", post(place))
        .route("/api/orders/v1/track/{number}", get(track))
        .route("/api/orders/v1/orders/{number}/payments", post(pay))
        .route("/fake-payment/{number}", get(paid))
}

pub fn not_found() -> Problem {
    Problem::new(&kinds::NOT_FOUND)
}

/// A cart with present names and prices.
pub fn view(data: &Data, id: CartId) -> Option<Cart> {
    let lines: Vec<CartLine> = data
        .carts
        .get(&id)?
        .iter()
        .filter_map(|(product_id, quantity)| {
            let card = &data
                .products
                .iter()
                .find(|product| product.card.id == *product_id)?
                .card;
            Some(CartLine {
                product_id: *product_id,
                slug: card.slug.clone(),
                name: card.name.clone(),
                image: card.image.clone(),
                quantity: *quantity,
                available: card.available,
                unit_price: card.price,
                total: card.price.map(|price| price.times(*quantity).expect("small")),
            })
        })
        .collect();
    let can_order = !lines.is_empty()
        && lines
            .iter()
            .all(|line| line.unit_price.is_some() && line.available >= line.quantity);
    let total = Money::sum(Currency::Rub, lines.iter().filter_map(|line| line.total)).expect("small");
    Some(Cart {
        id,
        lines,
        total,
        can_order,
    })
}

async fn cart_create(State(fake): State<Fake>) -> (StatusCode, Json<CartCreated>) {
    let id = CartId::from(kernel::random::uuid());
    fake.data().carts.insert(id, Vec::new());
    (StatusCode::CREATED, Json(CartCreated { id }))
}

async fn cart_get(State(fake): State<Fake>, Path(id): Path<CartId>) -> Result<Json<Cart>, Problem> {
    view(&fake.data(), id).map(Json).ok_or_else(not_found)
}

async fn line_put(
    State(fake): State<Fake>,
    Path((id, product_id)): Path<(CartId, ProductId)>,
    Json(line): Json<SetLine>,
) -> Result<StatusCode, Problem> {
    let mut data = fake.data();
    let product = data.products.iter().find(|product| product.card.id == product_id);
    let available = product.ok_or_else(not_found)?.card.available;
    if available < line.quantity {
        let shortage = Shortage {
            product_id,
            requested: line.quantity,
            available,
        };
        return Err(Problem::new(&INSUFFICIENT_STOCK).ext("shortages", &[shortage]));
    }
    let cart = data.carts.get_mut(&id).ok_or_else(not_found)?;
    match cart.iter_mut().find(|(id, _)| *id == product_id) {
        Some(known) => known.1 = line.quantity,
        None => cart.push((product_id, line.quantity)),
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn line_delete(State(fake): State<Fake>, Path((id, product)): Path<(CartId, ProductId)>) -> StatusCode {
    if let Some(cart) = fake.data().carts.get_mut(&id) {
        cart.retain(|(known, _)| *known != product);
    }
    StatusCode::NO_CONTENT
}

pub fn slots(clock: &dyn Clock) -> Vec<Slot> {
    let midnight = clock.now().replace_time(time::Time::MIDNIGHT);
    (1..=7)
        .flat_map(|day| [(6, 4), (10, 4), (14, 4)].map(|(hour, length)| (day, hour, length)))
        .enumerate()
        .filter(|(index, _)| index % 5 != 3)
        .map(|(index, (day, hour, length))| {
            let starts_at = midnight + Duration::days(day) + Duration::hours(hour);
            Slot {
                id: SlotId::from(Uuid::from_u128(
                    0x0198_7000_0000_7000_8000_0000_0000_0000 + index as u128,
                )),
                starts_at,
                ends_at: starts_at + Duration::hours(length),
                free: Some(6),
            }
        })
        .collect()
}

async fn quote(State(fake): State<Fake>, Json(request): Json<QuoteRequest>) -> Result<Json<Quote>, Problem> {
    if request.address.postcode.starts_with('9') {
        return Err(Problem::new(&NO_DELIVERY));
    }
    view(&fake.data(), request.cart_id).ok_or_else(not_found)?;
    Ok(Json(Quote {
        zone: Text::new("Москва внутри МКАД", "Moscow inside the ring road"),
        price: Money::rub(149_000),
        volume_l: 1_512,
        weight_g: 48_500,
        slots: slots(&*fake.clock),
    }))
}

async fn place(
    State(fake): State<Fake>,
    key: IdempotencyKey,
    Json(request): Json<PlaceOrder>,
) -> Result<(StatusCode, Json<OrderPlaced>), Problem> {
    let now = fake.clock.now();
    let mut data = fake.data();
    let key = key.0.as_str().to_owned();
    data.keys.push(("orders".to_owned(), key.clone()));
    if let Some((_, placed)) = data.placed.iter().find(|(known, _)| *known == key) {
        return Ok((StatusCode::CREATED, Json(placed.clone())));
    }
    let cart = view(&data, request.cart_id).ok_or_else(not_found)?;
    let slot = slots(&*fake.clock)
        .into_iter()
        .find(|slot| slot.id == request.slot_id);
    let slot = slot.ok_or_else(|| Problem::new(&SLOT_TAKEN))?;
    if !cart.can_order {
        return Err(Problem::new(&INSUFFICIENT_STOCK));
    }
    let lines: Vec<OrderLine> = cart
        .lines
        .iter()
        .map(|line| OrderLine {
            product_id: line.product_id,
            slug: line.slug.clone(),
            name: line.name.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price.expect("for sale"),
            total: line.total.expect("for sale"),
        })
        .collect();
    let delivery = Money::rub(149_000);
    let placed = OrderPlaced {
        number: kernel::random::order_number(),
        status: OrderStatus::Created,
        created_at: now,
        pay_before: now + Duration::minutes(20),
        lines,
        goods: cart.total,
        delivery,
        total: cart.total.plus(delivery).expect("small"),
        slot: Slot { free: None, ..slot },
        recipient: request.recipient,
        address: request.address,
    };
    data.carts.insert(request.cart_id, Vec::new());
    data.orders.insert(placed.number.clone(), tracking(&placed, now));
    data.placed.push((key, placed.clone()));
    Ok((StatusCode::CREATED, Json(placed)))
}

fn tracking(placed: &OrderPlaced, now: OffsetDateTime) -> Tracking {
    Tracking {
        number: placed.number.clone(),
        status: OrderStatus::Created,
        history: vec![StatusStep {
            status: OrderStatus::Created,
            at: now,
            by: ActorKind::Customer,
        }],
        lines: placed.lines.clone(),
        goods: placed.goods,
        delivery: placed.delivery,
        total: placed.total,
        slot: placed.slot,
        pay_before: Some(placed.pay_before),
        not_delivered: None,
    }
}

/// An order that has gone the way to `status`.
pub fn demo(fake: &Fake, number: &str, status: OrderStatus) {
    use OrderStatus::{
        Cancelled, Created, Delivered, InDelivery, NeedsChange, NotDelivered, Paid, ReadyToShip,
    };
    let now = fake.clock.now();
    let mut data = fake.data();
    let lines: Vec<OrderLine> = data.products[1..3]
        .iter()
        .zip([1, 2])
        .map(|(product, quantity)| {
            let unit_price = product.card.price.expect("for sale");
            OrderLine {
                product_id: product.card.id,
                slug: product.card.slug.clone(),
                name: product.card.name.clone(),
                quantity,
                unit_price,
                total: unit_price.times(quantity).expect("small"),
            }
        })
        .collect();
    let goods = Money::sum(Currency::Rub, lines.iter().map(|line| line.total)).expect("small");
    let delivery = Money::rub(149_000);
    let mut order = Tracking {
        number: number.to_owned(),
        status: Created,
        history: vec![StatusStep {
            status: Created,
            at: now - Duration::minutes(300),
            by: ActorKind::Customer,
        }],
        lines,
        goods,
        delivery,
        total: goods.plus(delivery).expect("small"),
        slot: Slot {
            free: None,
            ..slots(&*fake.clock)[0]
        },
        pay_before: Some(now + Duration::minutes(17)),
        not_delivered: None,
    };
    let way: &[OrderStatus] = match status {
        Created => &[],
        Paid => &[Paid],
        ReadyToShip => &[Paid, ReadyToShip],
        NeedsChange => &[Paid, ReadyToShip, NeedsChange],
        InDelivery => &[Paid, ReadyToShip, InDelivery],
        Delivered => &[Paid, ReadyToShip, InDelivery, Delivered],
        NotDelivered => &[Paid, ReadyToShip, InDelivery, NotDelivered],
        Cancelled => &[Cancelled],
    };
    let mut at = now - Duration::minutes(300);
    for status in way {
        at += Duration::minutes(47);
        step(&mut order, *status, at, ActorKind::System);
    }
    data.orders.insert(number.to_owned(), order);
}

/// Moves an order on.
pub fn step(order: &mut Tracking, status: OrderStatus, at: OffsetDateTime, by: ActorKind) {
    order.status = status;
    order.pay_before = None;
    order.history.push(StatusStep { status, at, by });
    order.not_delivered = (status == OrderStatus::NotDelivered).then(|| NotDeliveredInfo {
        reason: contracts::orders::NotDeliveredReason::NobodyHome,
        operator_phone: "+7 800 000-00-00".to_owned(),
    });
}

async fn track(State(fake): State<Fake>, Path(number): Path<String>) -> Result<Json<Tracking>, Problem> {
    let number = number.trim().to_ascii_uppercase();
    fake.data()
        .orders
        .get(&number)
        .cloned()
        .map(Json)
        .ok_or_else(not_found)
}

async fn pay(
    State(fake): State<Fake>,
    Path(number): Path<String>,
    key: IdempotencyKey,
    Json(request): Json<StartPayment>,
) -> Result<(StatusCode, Json<PaymentStarted>), Problem> {
    let mut data = fake.data();
    data.keys.push(("payments".to_owned(), key.0.as_str().to_owned()));
    let order = data.orders.get(&number).ok_or_else(not_found)?;
    if order.status != OrderStatus::Created {
        return Err(Problem::new(&NOT_PAYABLE));
    }
    let amount = order.total;
    assert!(request.return_path.starts_with(&format!("/orders/{number}")));
    Ok((
        StatusCode::CREATED,
        Json(PaymentStarted {
            id: PaymentId::from(kernel::random::uuid()),
            status: PaymentStatus::Pending,
            amount,
            confirmation_url: format!("{}/fake-payment/{number}", fake.payment_origin),
        }),
    ))
}

async fn paid(State(fake): State<Fake>, Path(number): Path<String>) -> Result<Response, Problem> {
    let now = fake.clock.now();
    let mut data = fake.data();
    let order = data.orders.get_mut(&number).ok_or_else(not_found)?;
    step(order, OrderStatus::Paid, now, ActorKind::Payment);
    Ok(Redirect::to(&format!("/orders/{number}?from=payment")).into_response())
}
