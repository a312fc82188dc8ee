use contracts::events::{OrderStatusChanged, order_status_type};
use contracts::orders::{ActorKind, OrderStatus};
use events::NewEvent;
use kernel::{CartId, Money, OrderId, Personal, ProductId, SlotId, Text};
use orders_domain::Parcel;
use pg::Tx;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{CartLine, Slot, Store};

/// Who receives an order, and where.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// Full name.
    pub name: Personal<String>,
    /// Phone.
    pub phone: Personal<String>,
    /// Postal code.
    pub postcode: Personal<String>,
    /// City.
    pub city: Personal<String>,
    /// Street and house.
    pub street: Personal<String>,
    /// Flat.
    pub flat: Option<Personal<String>>,
}

/// A line with the product's data at the moment of ordering.
#[derive(Debug, Clone)]
pub struct NewLine {
    /// The product.
    pub product_id: ProductId,
    /// Readable id.
    pub slug: String,
    /// Name.
    pub name: Text,
    /// How many.
    pub quantity: i64,
    /// Price of one in minor units of the order's currency.
    pub unit_price: i64,
}

/// An order to store. Its stock is reserved already.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// Id, the one its stock is reserved under.
    pub id: OrderId,
    /// Number for the customer.
    pub number: String,
    /// The cart it comes from; emptied by placing.
    pub cart_id: CartId,
    /// What the cart must still hold.
    pub cart: Vec<CartLine>,
    /// Now.
    pub created_at: OffsetDateTime,
    /// Until when it can be paid.
    pub pay_before: OffsetDateTime,
    /// Windows that start later may be chosen.
    pub slots_after: OffsetDateTime,
    /// Price of the goods.
    pub goods: Money,
    /// Price of delivery in minor units of the same currency.
    pub delivery: i64,
    /// Pieces of furniture.
    pub pieces: i64,
    /// What has to be carried.
    pub parcel: Parcel,
    /// Zone of the address.
    pub zone: String,
    /// The window chosen.
    pub slot_id: SlotId,
    /// Who receives it.
    pub recipient: Recipient,
    /// Lines.
    pub lines: Vec<NewLine>,
}

/// Why an order was not stored. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The cart does not hold any more what was reserved; also when another order was made from it.
    #[error("the cart has changed")]
    CartChanged,
    /// The window is full, too early, unknown or of another zone.
    #[error("the delivery window is not free")]
    SlotTaken,
    /// An order with this id is stored already.
    #[error("the order exists")]
    Exists,
    /// The database failed.
    #[error(transparent)]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for PlaceError {
    fn from(error: sqlx::Error) -> Self {
        match pg::constraint(&error) {
            Some("orders_pkey") => Self::Exists,
            Some("slot_not_overbooked") => Self::SlotTaken,
            _ => Self::Database(error),
        }
    }
}

pg::transaction_error!(PlaceError);

impl Store {
    /// Stores an order: takes it out of its cart, books its window and tells of it, all or nothing. Six statements.
    ///
    /// Returns the window.
    pub async fn place(&self, order: &NewOrder) -> Result<Slot, PlaceError> {
        let event = self.placed_event(order);
        let event = std::slice::from_ref(&event);
        let slot = self
            .pg
            .run("place_order", |mut tx: Tx| async move {
                empty_cart(&mut tx, order).await?;
                insert(&mut tx, order).await?;
                events::emit(&mut tx, event, &self.subscriptions).await?;
                // Last: the window's row is the one that orders compete for.
                book_slot(&mut tx, order).await
            })
            .await?;
        self.wake.wake();
        Ok(slot)
    }

    fn placed_event(&self, order: &NewOrder) -> NewEvent {
        let changed = OrderStatusChanged {
            order_id: order.id,
            number: order.number.clone(),
            from: None,
            to: OrderStatus::Created,
            at: order.created_at,
            by: ActorKind::Customer,
            actor: None,
        };
        NewEvent::new(&*self.clock, order_status_type(OrderStatus::Created), &changed).subject(&order.number)
    }
}

async fn empty_cart(tx: &mut PgConnection, order: &NewOrder) -> Result<(), PlaceError> {
    let mut held = sqlx::query!(
        "DELETE FROM cart_line WHERE cart_id = $1 RETURNING product_id, quantity",
        order.cart_id.uuid(),
    )
    .map(|row| (row.product_id, row.quantity))
    .fetch_all(tx)
    .await?;
    let mut wanted: Vec<_> = order
        .cart
        .iter()
        .map(|line| (line.product_id.uuid(), line.quantity))
        .collect();
    held.sort_unstable();
    wanted.sort_unstable();
    if held == wanted {
        Ok(())
    } else {
        Err(PlaceError::CartChanged)
    }
}

async fn insert(tx: &mut PgConnection, order: &NewOrder) -> Result<(), PlaceError> {
    let lines = &order.lines;
    let positions: Vec<i16> = (0_i16..).take(lines.len()).collect();
    let products: Vec<Uuid> = lines.iter().map(|l| l.product_id.uuid()).collect();
    let slugs: Vec<String> = lines.iter().map(|l| l.slug.clone()).collect();
    let names_ru: Vec<String> = lines.iter().map(|l| l.name.ru.clone()).collect();
    let names_en: Vec<String> = lines.iter().map(|l| l.name.en.clone()).collect();
    let quantities: Vec<i64> = lines.iter().map(|l| l.quantity).collect();
    let prices: Vec<i64> = lines.iter().map(|l| l.unit_price).collect();
    let recipient = &order.recipient;
    sqlx::query!(
        "WITH placed AS (
           INSERT INTO orders (id, number, status, version, created_at, pay_before, currency, goods, delivery, total,
             pieces, volume_l, weight_g, zone, slot_id, places, recipient_name, recipient_phone, postcode, city,
             street, flat)
           VALUES ($1, $2, 'created', 1, $3, $4, $5, $6, $7, $6::bigint + $7::bigint, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
             $18, $19)
           RETURNING id
         ), step AS (
           INSERT INTO order_step (order_id, version, status, at, actor_kind)
           SELECT id, 1, 'created', $3, 'customer' FROM placed
         )
         INSERT INTO order_line (order_id, position, product_id, slug, name_ru, name_en, quantity, unit_price)
         SELECT placed.id, l.*
         FROM placed, unnest($20::smallint[], $21::uuid[], $22::text[], $23::text[], $24::text[], $25::bigint[],
             $26::bigint[]) AS l",
        order.id.uuid(),
        order.number,
        order.created_at,
        order.pay_before,
        order.goods.currency.code(),
        order.goods.amount,
        order.delivery,
        order.pieces,
        order.parcel.litres,
        order.parcel.weight_g,
        order.zone,
        order.slot_id.uuid(),
        order.parcel.places(),
        recipient.name.expose(),
        recipient.phone.expose(),
        recipient.postcode.expose(),
        recipient.city.expose(),
        recipient.street.expose(),
        recipient.flat.as_ref().map(|flat| flat.expose().as_str()),
        &positions,
        &products,
        &slugs,
        &names_ru,
        &names_en,
        &quantities,
        &prices,
    )
    .execute(tx)
    .await
    .map_err(|error| match pg::constraint(&error) {
        Some("orders_slot_id_fkey") => PlaceError::SlotTaken,
        _ => error.into(),
    })?;
    Ok(())
}

async fn book_slot(tx: &mut PgConnection, order: &NewOrder) -> Result<Slot, PlaceError> {
    let row = sqlx::query!(
        "UPDATE delivery_slot SET taken = taken + $2
         WHERE id = $1 AND zone = $3 AND starts_at > $4 AND taken + $2 <= capacity
         RETURNING starts_at, ends_at, capacity, taken",
        order.slot_id.uuid(),
        order.parcel.places(),
        order.zone,
        order.slots_after,
    )
    .fetch_optional(tx)
    .await?
    .ok_or(PlaceError::SlotTaken)?;
    Ok(Slot {
        id: order.slot_id,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        free: row.capacity - row.taken,
    })
}
