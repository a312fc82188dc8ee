use auth::{Caller, FORWARDED_FOR};
use balancer::{Client, Request};
use contracts::orders::{
    Cart, CartCreated, CourierOrders, CourierSession, Credentials, NotDelivered, NotDeliveredReason,
    OrderPlaced, PaymentStarted, PlaceOrder, Quote, QuoteRequest, SetLine, StartPayment, Tracking,
};
use kernel::{CartId, Lang, ProductId};

use super::{CallError, call, path, send};

const CARTS: &str = "/api/orders/v1/carts";
const ORDERS: &str = "/api/orders/v1/orders/";
const COURIER: &str = "/api/orders/v1/courier/orders/";

/// The orders' edge face.
#[derive(Clone)]
pub struct Orders(pub(crate) Client);

impl Orders {
    /// A new, empty cart.
    pub async fn new_cart(&self, lang: Lang) -> Result<CartId, CallError> {
        let created: CartCreated = call(&self.0, lang, Request::post(CARTS)).await?;
        Ok(created.id)
    }

    /// A cart.
    pub async fn cart(&self, lang: Lang, id: CartId) -> Result<Cart, CallError> {
        call(&self.0, lang, Request::get(format!("{CARTS}/{id}"))).await
    }

    /// Sets how many of a product are in a cart.
    pub async fn put_line(
        &self,
        lang: Lang,
        id: CartId,
        product: ProductId,
        quantity: i64,
    ) -> Result<(), CallError> {
        let request = Request::put(format!("{CARTS}/{id}/lines/{product}"))
            .json(&SetLine { quantity })
            .repeatable();
        send(&self.0, lang, request).await.map(drop)
    }

    /// Sets how many of a product are in a cart, and answers the cart.
    pub async fn set_line(
        &self,
        lang: Lang,
        id: CartId,
        product: ProductId,
        quantity: i64,
    ) -> Result<Cart, CallError> {
        self.put_line(lang, id, product, quantity).await?;
        self.cart(lang, id).await
    }

    /// Takes a product out of a cart, and answers the cart.
    pub async fn remove_line(&self, lang: Lang, id: CartId, product: ProductId) -> Result<Cart, CallError> {
        let request = Request::delete(format!("{CARTS}/{id}/lines/{product}")).repeatable();
        send(&self.0, lang, request).await?;
        self.cart(lang, id).await
    }

    /// What delivery costs and when it can be.
    pub async fn quote(&self, lang: Lang, quote: &QuoteRequest) -> Result<Quote, CallError> {
        let request = Request::post("/api/orders/v1/delivery/quotes")
            .json(quote)
            .repeatable();
        call(&self.0, lang, request).await
    }

    /// Places an order; with the same key again it is the same order.
    pub async fn place(&self, lang: Lang, key: &str, order: &PlaceOrder) -> Result<OrderPlaced, CallError> {
        let request = Request::post("/api/orders/v1/orders")
            .header("idempotency-key", key)
            .json(order)
            .repeatable();
        call(&self.0, lang, request).await
    }

    /// What anyone who has the number may see.
    pub async fn track(&self, lang: Lang, number: &str) -> Result<Tracking, CallError> {
        let request = Request::get(path("/api/orders/v1/track/", number, ""));
        call(&self.0, lang, request).await
    }

    /// Starts a payment; with the same key again it is the same payment.
    pub async fn pay(
        &self,
        lang: Lang,
        number: &str,
        key: &str,
        return_path: String,
    ) -> Result<PaymentStarted, CallError> {
        let request = Request::post(path(ORDERS, number, "/payments"))
            .header("idempotency-key", key)
            .json(&StartPayment { return_path })
            .repeatable();
        call(&self.0, lang, request).await
    }

    // ---- couriers ------------------------------------------------------------------------------------------------

    /// Signs a courier in. `caller` tells orders whom to slow down when passwords are guessed.
    pub async fn sign_in(
        &self,
        lang: Lang,
        caller: &Caller,
        credentials: &Credentials,
    ) -> Result<CourierSession, CallError> {
        let mut request = Request::post("/api/orders/v1/courier/sessions").json(credentials);
        if let Some(way) = &caller.0 {
            request.headers_mut().insert(FORWARDED_FOR, way.clone());
        }
        call(&self.0, lang, request).await
    }

    /// Ends a courier's session.
    pub async fn sign_out(&self, lang: Lang, token: &str) -> Result<(), CallError> {
        let request = Request::delete("/api/orders/v1/courier/sessions")
            .bearer(token)
            .repeatable();
        send(&self.0, lang, request).await.map(drop)
    }

    /// Orders nobody has taken (`available`) or those of the courier (`mine`).
    pub async fn courier_orders(
        &self,
        lang: Lang,
        token: &str,
        state: &str,
    ) -> Result<CourierOrders, CallError> {
        let request = Request::get("/api/orders/v1/courier/orders")
            .query("state", state)
            .bearer(token);
        call(&self.0, lang, request).await
    }

    /// A step of a courier with an order: `claim`, `release` or `delivered`.
    pub async fn courier_step(
        &self,
        lang: Lang,
        token: &str,
        number: &str,
        step: &str,
    ) -> Result<(), CallError> {
        let request = Request::post(path(COURIER, number, &format!("/{step}"))).bearer(token);
        send(&self.0, lang, request).await.map(drop)
    }

    /// The courier could not hand the order over.
    pub async fn not_delivered(
        &self,
        lang: Lang,
        token: &str,
        number: &str,
        reason: NotDeliveredReason,
    ) -> Result<(), CallError> {
        let request = Request::post(path(COURIER, number, "/not-delivered"))
            .bearer(token)
            .json(&NotDelivered { reason });
        send(&self.0, lang, request).await.map(drop)
    }
}
