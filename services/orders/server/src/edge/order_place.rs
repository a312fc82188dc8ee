use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use contracts::catalog::{Reservation, ReservationLine, ReservationStatus};
use contracts::orders::{OrderLine, OrderPlaced, OrderStatus, PlaceOrder};
use kernel::{Currency, OrderId, Personal};
use orders_domain::{Line, Totals, Zone, totals};
use orders_store::{
    Attempt, BeginAttempt, CartLine, NewLine, NewOrder, OrderRef, PlaceError, Recipient, Slot,
};
use problem::{IdempotencyKey, Json, Problem, ProblemBody, kinds};
use time::Duration;

use super::Edge;
use super::quote::{earliest, zones_unread};
use crate::idempotency::fingerprint;
use crate::{convert, problems};

/// Places an order: holds its stock, then stores it and books its delivery window (CHK-2, STK-3, STK-4).
///
/// `Idempotency-Key` is required: the same request with the same key places one order, however often it is sent
/// and whatever crashes in between.
#[utoipa::path(
    post, path = "/api/orders/v1/orders", operation_id = "order_place", tag = "orders",
    params(("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters")),
    request_body = PlaceOrder,
    responses(
        (status = 201, description = "The order", body = OrderPlaced),
        (status = 400, description = "The key is missing", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "No such cart", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "insufficient-stock, not-for-sale, slot-taken, cart-empty, cart-changed, \
            in-progress", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong, no-delivery, or the key was used for another request",
            body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Edge>,
    IdempotencyKey(key): IdempotencyKey,
    Json(request): Json<PlaceOrder>,
) -> Result<(StatusCode, Json<OrderPlaced>), Problem> {
    let zones = edge.zones.get().await.map_err(zones_unread)?;
    let zone = zones.of_postcode(&request.address.postcode);
    let zone = zone.ok_or_else(|| Problem::new(&problems::NO_DELIVERY))?;

    let placing = Placing {
        edge: &edge,
        key: &key,
        lease: kernel::random::uuid(),
        request: &request,
        zone,
    };
    let attempt = placing.begin().await?;
    if !attempt.same_request {
        return Err(Problem::new(&kinds::IDEMPOTENCY_REUSED));
    }
    if attempt.placed {
        return placing.placed_before(attempt.order_id).await;
    }
    if !attempt.ours {
        return Err(
            Problem::new(&problems::IN_PROGRESS).header(header::RETRY_AFTER, HeaderValue::from_static("1"))
        );
    }
    let placed = placing.place(attempt.order_id).await;
    if placed.is_err() {
        // A failure to end it is mended by the lease's own end.
        let _ = edge.store.end_attempt(&key, placing.lease).await;
    }
    placed.map(|order| (StatusCode::CREATED, Json(order)))
}

/// One request on its way to becoming an order.
struct Placing<'a> {
    edge: &'a Edge,
    key: &'a str,
    lease: kernel::uuid::Uuid,
    request: &'a PlaceOrder,
    zone: &'a Zone,
}

impl Placing<'_> {
    async fn begin(&self) -> Result<Attempt, Problem> {
        let now = self.edge.clock.now();
        let begin = BeginAttempt {
            key: self.key,
            fingerprint: &fingerprint(self.request),
            order_id: OrderId::new(&*self.edge.clock),
            lease: self.lease,
            now,
            leased_until: now + Duration::seconds(i64::from(self.edge.ordering.attempt_lease_s)),
        };
        self.edge
            .store
            .begin_attempt(&begin)
            .await
            .map_err(problems::database)
    }

    async fn place(&self, order_id: OrderId) -> Result<OrderPlaced, Problem> {
        let cart = self
            .edge
            .store
            .cart(self.request.cart_id)
            .await
            .map_err(problems::database)?;
        let cart = cart.ok_or_else(|| Problem::new(&kinds::NOT_FOUND))?;
        if cart.is_empty() {
            return Err(Problem::new(&problems::CART_EMPTY));
        }
        let reservation = self.reserve(order_id, &cart).await?;
        let order = match self.order(&reservation, cart) {
            Ok(order) => order,
            Err(problem) => return Err(self.give_back(reservation.order_id, problem).await),
        };
        match self.edge.store.place(&order).await {
            Ok(slot) => Ok(self.answer(&order, slot)),
            Err(PlaceError::CartChanged | PlaceError::SlotTaken) if self.is_stored(order.id).await? => {
                // Another request with this key was faster.
                Ok(self.placed_before(order.id).await?.1.0)
            }
            Err(PlaceError::Exists) => Ok(self.placed_before(order.id).await?.1.0),
            Err(PlaceError::CartChanged) => Err(self
                .give_back(order.id, Problem::new(&problems::CART_CHANGED))
                .await),
            Err(PlaceError::SlotTaken) => Err(self
                .give_back(order.id, Problem::new(&problems::SLOT_TAKEN))
                .await),
            // Nobody knows whether it was stored: the stock stays held until the customer asks again with the same
            // key or its time is over.
            Err(PlaceError::Database(error)) => Err(problems::database(error)),
        }
    }

    /// Holds the stock of the cart's lines. An earlier attempt with this key may have left a reservation: one of the
    /// same lines is used, one that was given back or is of other lines makes way for a new one.
    async fn reserve(&self, order_id: OrderId, cart: &[CartLine]) -> Result<Reservation, Problem> {
        let lines: Vec<ReservationLine> = cart
            .iter()
            .map(|line| ReservationLine {
                product_id: line.product_id,
                quantity: line.quantity,
            })
            .collect();
        let now = self.edge.clock.now();
        let held_until = self.edge.ordering.terms().held_until(now);
        let reservation = self
            .edge
            .catalog
            .reserve(order_id, lines.clone(), held_until)
            .await?;
        let enough_time = reservation.expires_at > self.edge.ordering.terms().pay_before(now);
        if reservation.status == ReservationStatus::Reserved && enough_time && is_of(&reservation, cart) {
            return Ok(reservation);
        }
        self.edge.catalog.release(order_id).await?;
        let fresh = OrderId::new(&*self.edge.clock);
        let renewed = self.edge.store.renew_attempt(self.key, self.lease, fresh).await;
        if !renewed.map_err(problems::database)? {
            return Err(Problem::new(&problems::IN_PROGRESS));
        }
        Ok(self.edge.catalog.reserve(fresh, lines, held_until).await?)
    }

    /// What is to be stored.
    fn order(&self, reservation: &Reservation, cart: Vec<CartLine>) -> Result<NewOrder, Problem> {
        let now = self.edge.clock.now();
        let sums: Vec<Line> = reservation.lines.iter().map(convert::domain_line).collect();
        let Totals {
            goods,
            pieces,
            parcel,
        } = totals(Currency::default(), &sums).map_err(Problem::internal)?;
        let delivery = self
            .zone
            .tariff
            .price(parcel, goods.currency)
            .map_err(Problem::internal)?;
        let PlaceOrder {
            recipient, address, ..
        } = self.request;
        Ok(NewOrder {
            id: reservation.order_id,
            number: kernel::random::order_number(),
            cart_id: self.request.cart_id,
            cart,
            created_at: now,
            pay_before: self.edge.ordering.terms().pay_before(now),
            slots_after: earliest(self.zone, now, self.edge.ordering.utc_offset()),
            goods,
            delivery: delivery.amount,
            pieces,
            parcel,
            zone: self.zone.code.clone(),
            slot_id: self.request.slot_id,
            recipient: Recipient {
                name: Personal::new(recipient.name.clone()),
                phone: Personal::new(recipient.phone.clone()),
                postcode: Personal::new(address.postcode.clone()),
                city: Personal::new(address.city.clone()),
                street: Personal::new(address.street.clone()),
                flat: address.flat.clone().map(Personal::new),
            },
            lines: reservation
                .lines
                .iter()
                .map(|line| NewLine {
                    product_id: line.product_id,
                    slug: line.slug.clone(),
                    name: line.name.clone(),
                    quantity: line.quantity,
                    unit_price: line.unit_price.amount,
                })
                .collect(),
        })
    }

    /// Gives the stock of a refused order back, and returns the refusal. When that fails, the reservation's own end
    /// or the reconciler does it.
    async fn give_back(&self, order_id: OrderId, refusal: Problem) -> Problem {
        if let Err(error) = self.edge.catalog.release(order_id).await {
            tracing::warn!(%order_id, %error, "stock of a refused order was not given back at once");
        }
        refusal
    }

    async fn is_stored(&self, order_id: OrderId) -> Result<bool, Problem> {
        let order = self
            .edge
            .store
            .order(OrderRef::Id(order_id))
            .await
            .map_err(problems::database)?;
        Ok(order.is_some())
    }

    /// The answer to a repeated request. What the customer entered comes from the request, which is the same.
    async fn placed_before(&self, order_id: OrderId) -> Result<(StatusCode, Json<OrderPlaced>), Problem> {
        let order = self
            .edge
            .store
            .order(OrderRef::Id(order_id))
            .await
            .map_err(problems::database)?;
        let order = order.ok_or_else(|| Problem::new(&kinds::NOT_FOUND))?;
        let placed = OrderPlaced {
            number: order.number,
            status: OrderStatus::Created,
            created_at: order.created_at,
            pay_before: order.pay_before,
            lines: order.lines.into_iter().map(convert::line).collect(),
            goods: order.goods,
            delivery: order.delivery,
            total: order.total,
            slot: convert::booked_slot(order.slot),
            recipient: self.request.recipient.clone(),
            address: self.request.address.clone(),
        };
        Ok((StatusCode::CREATED, Json(placed)))
    }

    fn answer(&self, order: &NewOrder, slot: Slot) -> OrderPlaced {
        let currency = order.goods.currency;
        let delivery = kernel::Money::new(order.delivery, currency);
        let lines = order.lines.iter().map(|line| {
            let unit_price = kernel::Money::new(line.unit_price, currency);
            OrderLine {
                product_id: line.product_id,
                slug: line.slug.clone(),
                name: line.name.clone(),
                quantity: line.quantity,
                unit_price,
                total: unit_price.times(line.quantity).unwrap_or(unit_price),
            }
        });
        OrderPlaced {
            number: order.number.clone(),
            status: OrderStatus::Created,
            created_at: order.created_at,
            pay_before: order.pay_before,
            lines: lines.collect(),
            goods: order.goods,
            delivery,
            total: kernel::Money::new(order.goods.amount + order.delivery, currency),
            slot: convert::booked_slot(slot),
            recipient: self.request.recipient.clone(),
            address: self.request.address.clone(),
        }
    }
}

/// Whether a reservation holds exactly the cart's lines.
fn is_of(reservation: &Reservation, cart: &[CartLine]) -> bool {
    let mut held: Vec<_> = reservation
        .lines
        .iter()
        .map(|line| (line.product_id, line.quantity))
        .collect();
    let mut wanted: Vec<_> = cart.iter().map(|line| (line.product_id, line.quantity)).collect();
    held.sort_unstable();
    wanted.sort_unstable();
    held == wanted
}
