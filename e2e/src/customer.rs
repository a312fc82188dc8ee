use std::time::Duration;

use contracts::catalog::{ProductCard, ProductDetail, ProductPage};
use contracts::orders::{
    Address, CartCreated, OrderPlaced, OrderStatus, PaymentStarted, PlaceOrder, Quote, QuoteRequest,
    Recipient, SetLine, StartPayment, Tracking,
};
use kernel::{CartId, ProductId};
use reqwest::{Method, StatusCode};
use test_support::wait_for;

use crate::{Answer, Api};

/// How long news may take that travels between services by themselves.
const SOON: Duration = Duration::from_secs(15);

/// A customer: no login, one cart at a time.
#[derive(Debug, Clone)]
pub struct Customer {
    catalog: Api,
    orders: Api,
}

/// An order and the key it was placed with.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The order as it was answered.
    pub order: OrderPlaced,
    /// Its `Idempotency-Key`.
    pub key: String,
    /// The request.
    pub request: PlaceOrder,
}

/// Somewhere in Moscow.
pub fn delivery_address() -> Address {
    Address {
        postcode: "101000".to_owned(),
        city: "Москва".to_owned(),
        street: "Мясницкая ул., 1".to_owned(),
        flat: Some("7".to_owned()),
    }
}

/// Somebody.
pub fn recipient() -> Recipient {
    Recipient {
        name: "Анна Смирнова".to_owned(),
        phone: "+79991234567".to_owned(),
    }
}

impl Customer {
    /// A customer of the shop at `base`.
    pub fn new(base: impl Into<String>) -> Self {
        let api = Api::new(base);
        Self {
            catalog: api.clone(),
            orders: api,
        }
    }

    /// A customer of two services that have no common origin.
    pub fn of_services(catalog: impl Into<String>, orders: impl Into<String>) -> Self {
        Self {
            catalog: Api::new(catalog),
            orders: Api::new(orders),
        }
    }

    /// The public interface of catalog.
    pub const fn catalog(&self) -> &Api {
        &self.catalog
    }

    /// The public interface of orders.
    pub const fn orders(&self) -> &Api {
        &self.orders
    }

    /// A page of the catalogue.
    pub async fn products(&self, query: &str) -> ProductPage {
        self.catalog
            .get(&format!("/api/catalog/v1/products?{query}"))
            .await
            .expect(200)
    }

    /// The first product of which there are at least `quantity`.
    pub async fn product_in_stock(&self, quantity: i64) -> ProductCard {
        let page = self.products("available=true&page_size=30").await;
        let found = page
            .items
            .into_iter()
            .find(|card| card.price.is_some() && card.available >= quantity);
        found.expect("the demonstration assortment has enough of something")
    }

    /// A product's page.
    pub async fn product(&self, id: ProductId) -> ProductDetail {
        self.catalog
            .get(&format!("/api/catalog/v1/products/{id}"))
            .await
            .expect(200)
    }

    /// A new cart with these lines.
    pub async fn cart(&self, lines: &[(ProductId, i64)]) -> CartId {
        let cart: CartCreated = self.orders.act("/api/orders/v1/carts").await.expect(201);
        for (product, quantity) in lines {
            let path = format!("/api/orders/v1/carts/{}/lines/{product}", cart.id);
            let answer = self.orders.put(&path, &SetLine { quantity: *quantity }).await;
            assert!(
                answer.status.is_success(),
                "{}",
                String::from_utf8_lossy(&answer.body)
            );
        }
        cart.id
    }

    /// What delivery of a cart costs.
    pub async fn quote(&self, cart_id: CartId) -> Quote {
        let request = QuoteRequest {
            cart_id,
            address: delivery_address(),
        };
        self.orders
            .post("/api/orders/v1/delivery/quotes", &request)
            .await
            .expect(200)
    }

    /// What is to be sent to order a cart: delivery in the `nth` window from the first.
    pub async fn order_request(&self, cart_id: CartId, nth: usize) -> PlaceOrder {
        // Windows are opened by a job, which may not have run yet where the service has just started.
        let slots = wait_for("delivery windows", SOON, async || {
            let slots = self.quote(cart_id).await.slots;
            (!slots.is_empty()).then_some(slots)
        })
        .await;
        let slot = slots[nth % slots.len()];
        PlaceOrder {
            cart_id,
            recipient: recipient(),
            address: delivery_address(),
            slot_id: slot.id,
        }
    }

    /// Sends an order.
    pub async fn send_order(&self, key: &str, request: &PlaceOrder) -> Answer {
        self.orders.post_once("/api/orders/v1/orders", key, request).await
    }

    /// Sends an order to a service that may die while it answers.
    pub async fn try_order(&self, key: &str, request: &PlaceOrder) -> reqwest::Result<Answer> {
        let request = self
            .orders
            .request(Method::POST, "/api/orders/v1/orders")
            .json(request);
        Api::try_send(request.header("idempotency-key", key)).await
    }

    /// Orders these lines.
    pub async fn order(&self, lines: &[(ProductId, i64)]) -> Placed {
        let cart = self.cart(lines).await;
        let request = self.order_request(cart, 0).await;
        let key = kernel::random::token();
        let order = self.send_order(&key, &request).await.expect(201);
        Placed { order, key, request }
    }

    /// Starts a payment.
    pub async fn start_payment(&self, number: &str) -> PaymentStarted {
        let request = StartPayment {
            return_path: format!("/orders/{number}"),
        };
        let path = format!("/api/orders/v1/orders/{number}/payments");
        let answer = self
            .orders
            .post_once(&path, &kernel::random::token(), &request)
            .await;
        assert!(
            answer.status.is_success(),
            "{}",
            String::from_utf8_lossy(&answer.body)
        );
        answer.json()
    }

    /// Enters a card on the provider's page.
    pub async fn enter_card(&self, payment: &PaymentStarted, number: &str) {
        let form = [
            ("action", "pay"),
            ("number", number),
            ("expiry", "12/40"),
            ("code", "123"),
        ];
        let page = self
            .orders
            .http()
            .post(&payment.confirmation_url)
            .form(&form)
            .send()
            .await;
        let page = page.expect("the payment page answers");
        assert_eq!(page.status(), StatusCode::SEE_OTHER, "back to the shop");
    }

    /// Pays an order and waits until the shop knows it (PAY-1).
    pub async fn pay(&self, number: &str) -> Tracking {
        let payment = self.start_payment(number).await;
        self.enter_card(&payment, "4111111111111111").await;
        self.wait_for_status(number, OrderStatus::Paid).await
    }

    /// What anybody with the number may see.
    pub async fn track(&self, number: &str) -> Tracking {
        self.orders
            .get(&format!("/api/orders/v1/track/{number}"))
            .await
            .expect(200)
    }

    /// Waits until an order has a status.
    pub async fn wait_for_status(&self, number: &str, status: OrderStatus) -> Tracking {
        let what = format!("order {number} to be {status:?}");
        wait_for(&what, SOON, async || {
            let tracking = self.track(number).await;
            (tracking.status == status).then_some(tracking)
        })
        .await
    }

    /// Waits until a product's page shows so many.
    pub async fn wait_for_stock(&self, id: ProductId, available: i64) {
        let what = format!("product {id} to have {available} in stock");
        wait_for(&what, SOON, async || {
            (self.product(id).await.availability.total == available).then_some(())
        })
        .await;
    }
}
