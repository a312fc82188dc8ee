//! What customers do, as bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use contracts::catalog::ProductCard;
use contracts::orders::{
    CartCreated, OrderPlaced, PaymentStarted, PlaceOrder, Quote, QuoteRequest, Tracking,
};
use e2e::{Fleet, delivery_address, fill_shelves, recipient};
use futures_util::future::BoxFuture;
use kernel::{CartId, ProductId};
use serde::de::DeserializeOwned;

use crate::cpu::Cpu;
use crate::measure::{hammer, paced};
use crate::report::Measured;
use crate::wire::{JSON, Reply, Wire};

/// How long a customer waits before each look whether the payment has arrived; a page waits longer.
const LOOK_AFTER: Duration = Duration::from_millis(50);

/// The shop that is measured.
pub struct Shopping {
    catalog: String,
    orders: String,
    products: Arc<[ProductCard]>,
    services: Vec<u32>,
    postmaster: u32,
}

/// Something a customer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    List,
    Detail,
    CartLine,
    Checkout,
}

impl Scenario {
    /// In the order of a visit.
    pub const ALL: [Self; 4] = [Self::List, Self::Detail, Self::CartLine, Self::Checkout];

    const fn name(self) -> &'static str {
        match self {
            Self::List => "product list of 30",
            Self::Detail => "product detail",
            Self::CartLine => "put a line into a cart",
            Self::Checkout => "checkout to *paid*",
        }
    }
}

/// One customer with connections of their own.
struct Customer {
    catalog: Wire,
    orders: Wire,
    payments: Option<Wire>,
    cart: CartId,
    products: Arc<[ProductCard]>,
    turn: usize,
}

impl Shopping {
    /// Fills the shelves, so that it is not the stock that is measured.
    pub async fn prepare(fleet: &Fleet) -> anyhow::Result<Self> {
        let customer = fleet.customer();
        let products: Arc<[ProductCard]> = fill_shelves(fleet).await.into();
        ensure!(products.len() >= 20, "too few products to spread the load");
        Ok(Self {
            catalog: host(customer.catalog().base()),
            orders: host(customer.orders().base()),
            products,
            services: fleet.pids(),
            postmaster: fleet.surroundings.postgres.pid().context("PostgreSQL runs")?,
        })
    }

    /// Lets so many customers do something as fast as they can.
    pub async fn run(
        &self,
        scenario: Scenario,
        customers: usize,
        duration: Duration,
    ) -> anyhow::Result<Measured> {
        let mut workers = Vec::new();
        for nth in 0..customers {
            workers.push(self.customer(nth).await?);
        }
        let before = Cpu::now(&self.services, self.postmaster);
        let timings = hammer(
            workers,
            duration,
            move |mut customer: Customer| -> BoxFuture<'static, _> {
                Box::pin(async move {
                    customer.turn += 1;
                    customer.act(scenario).await?;
                    Ok(customer)
                })
            },
        )
        .await?;
        let cpu = Cpu::now(&self.services, self.postmaster).since(before);
        Ok(Measured {
            name: scenario.name().to_owned(),
            timings,
            cpu,
            statements: None,
        })
    }

    /// Many connections that all ask for the list as fast as they can.
    pub async fn crowd(&self, connections: usize, duration: Duration) -> anyhow::Result<Measured> {
        let mut measured = self.run(Scenario::List, connections, duration).await?;
        measured.name = format!("product list, {connections} connections without pause");
        Ok(measured)
    }

    /// Many connections that together ask for so many lists a second, as people do who read in between.
    pub async fn paced_crowd(
        &self,
        connections: usize,
        rate: u32,
        duration: Duration,
    ) -> anyhow::Result<Measured> {
        let mut workers = Vec::new();
        for nth in 0..connections {
            workers.push(self.customer(nth).await?);
        }
        let before = Cpu::now(&self.services, self.postmaster);
        let timings = paced(
            workers,
            f64::from(rate),
            duration,
            |mut customer: Customer| -> BoxFuture<'static, _> {
                Box::pin(async move {
                    customer.turn += 1;
                    customer.act(Scenario::List).await?;
                    Ok(customer)
                })
            },
        )
        .await?;
        let cpu = Cpu::now(&self.services, self.postmaster).since(before);
        Ok(Measured {
            name: format!("product list, {connections} connections, {rate}/s"),
            timings,
            cpu,
            statements: None,
        })
    }

    async fn customer(&self, nth: usize) -> anyhow::Result<Customer> {
        let mut orders = Wire::open(&self.orders).await?;
        let reply = orders.call("POST", "/api/orders/v1/carts", "", b"").await?;
        let cart = read::<CartCreated>(&reply, 201)?.id;
        Ok(Customer {
            catalog: Wire::open(&self.catalog).await?,
            orders,
            payments: None,
            cart,
            products: Arc::clone(&self.products),
            turn: nth * 7,
        })
    }
}

impl Customer {
    async fn act(&mut self, scenario: Scenario) -> anyhow::Result<()> {
        match scenario {
            Scenario::List => {
                let reply = self
                    .catalog
                    .call("GET", "/api/catalog/v1/products?page_size=30", "", b"")
                    .await?;
                ensure!(reply.status == 200);
                Ok(())
            }
            Scenario::Detail => {
                let path = format!("/api/catalog/v1/products/{}", self.product());
                ensure!(self.catalog.call("GET", &path, "", b"").await?.status == 200);
                Ok(())
            }
            Scenario::CartLine => self.put_line(self.cart).await,
            Scenario::Checkout => self.check_out().await,
        }
    }

    fn product(&self) -> ProductId {
        self.products[self.turn % self.products.len()].id
    }

    async fn put_line(&mut self, cart: CartId) -> anyhow::Result<()> {
        let path = format!("/api/orders/v1/carts/{cart}/lines/{}", self.product());
        let reply = self.orders.call("PUT", &path, JSON, br#"{"quantity":1}"#).await?;
        ensure!(
            (200..300).contains(&reply.status),
            "{}",
            String::from_utf8_lossy(reply.body)
        );
        Ok(())
    }

    /// Cart, line, delivery, order, payment, card, and the look whether it is paid.
    async fn check_out(&mut self) -> anyhow::Result<()> {
        let reply = self.orders.call("POST", "/api/orders/v1/carts", "", b"").await?;
        let cart_id = read::<CartCreated>(&reply, 201)?.id;
        self.put_line(cart_id).await?;
        let body = serde_json::to_vec(&QuoteRequest {
            cart_id,
            address: delivery_address(),
        })?;
        let reply = self
            .orders
            .call("POST", "/api/orders/v1/delivery/quotes", JSON, &body)
            .await?;
        let quote: Quote = read(&reply, 200)?;
        let slot_id = quote.slots[self.turn % quote.slots.len()].id;
        let order = PlaceOrder {
            cart_id,
            recipient: recipient(),
            address: delivery_address(),
            slot_id,
        };
        let body = serde_json::to_vec(&order)?;
        let reply = self
            .orders
            .call("POST", "/api/orders/v1/orders", &with_key(), &body)
            .await?;
        let number = read::<OrderPlaced>(&reply, 201)?.number;
        let path = format!("/api/orders/v1/orders/{number}/payments");
        let body = br#"{"return_path":"/"}"#;
        let reply = self.orders.call("POST", &path, &with_key(), body).await?;
        ensure!(
            (200..300).contains(&reply.status),
            "{}",
            String::from_utf8_lossy(reply.body)
        );
        let payment: PaymentStarted = serde_json::from_slice(reply.body)?;
        self.enter_card(&payment.confirmation_url).await?;
        let path = format!("/api/orders/v1/track/{number}");
        loop {
            tokio::time::sleep(LOOK_AFTER).await;
            let reply = self.orders.call("GET", &path, "", b"").await?;
            if read::<Tracking>(&reply, 200)?.status == contracts::orders::OrderStatus::Paid {
                return Ok(());
            }
        }
    }

    async fn enter_card(&mut self, url: &str) -> anyhow::Result<()> {
        let rest = url.strip_prefix("http://").context("an address")?;
        let (place, path) = rest.split_once('/').context("a path")?;
        if self.payments.is_none() {
            self.payments = Some(Wire::open(place).await?);
        }
        let wire = self.payments.as_mut().context("just opened")?;
        let form = b"action=pay&number=4111111111111111&expiry=12%2F40&code=123";
        let headers = "content-type: application/x-www-form-urlencoded\r\n";
        ensure!(
            wire.call("POST", &format!("/{path}"), headers, form)
                .await?
                .status
                == 303
        );
        Ok(())
    }
}

fn with_key() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let nth = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{JSON}idempotency-key: load-{}-{nth}\r\n", std::process::id())
}

/// Host and port of an address.
pub fn host(base: &str) -> String {
    base.trim_start_matches("http://").to_owned()
}

fn read<T: DeserializeOwned>(reply: &Reply<'_>, status: u16) -> anyhow::Result<T> {
    ensure!(
        reply.status == status,
        "{}: {}",
        reply.status,
        String::from_utf8_lossy(reply.body)
    );
    Ok(serde_json::from_slice(reply.body)?)
}
