use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use contracts::catalog::ProductPage;
use contracts::orders::{
    CartCreated, OrderPlaced, OrderStatus, PaymentStarted, PlaceOrder, Quote, QuoteRequest, SetLine,
    StartPayment, Tracking,
};
use e2e::{Answer, Api, delivery_address, recipient};
use reqwest::{Method, RequestBuilder};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Nobody waits longer for one step.
const PATIENCE: Duration = Duration::from_secs(90);

/// Customers who order and pay one thing after the other, and repeat what fails.
pub struct Shoppers {
    log: Arc<Log>,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

/// What they have met.
#[derive(Default)]
pub struct Log {
    requests: Mutex<Vec<(Instant, Outcome)>>,
    /// Numbers of orders that were confirmed to them, and whether they were told that they are paid.
    orders: Mutex<BTreeMap<String, bool>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Good,
    Bad(String),
}

/// A stretch of time in short.
#[derive(Debug)]
pub struct Stretch {
    pub requests: usize,
    /// How many failed, by how.
    pub failed: BTreeMap<String, usize>,
    /// The longest time in which nobody was answered.
    pub gap: Duration,
}

impl Shoppers {
    /// So many of them in the shop at `site`.
    pub fn enter(site: &str, count: usize) -> Self {
        let (log, stop, mut tasks) = (Arc::<Log>::default(), CancellationToken::new(), JoinSet::new());
        for number in 0..count {
            let shopper = Shopper {
                api: Api::new(site),
                log: Arc::clone(&log),
            };
            let stop = stop.clone();
            tasks.spawn(async move {
                let mut turn = number;
                while !stop.is_cancelled() {
                    shopper.buy(turn).await;
                    turn += count;
                }
            });
        }
        Self { log, stop, tasks }
    }

    pub fn log(&self) -> &Arc<Log> {
        &self.log
    }

    /// They finish what they are at and leave; the numbers of their orders, and whether each was paid.
    pub async fn leave(mut self) -> BTreeMap<String, bool> {
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            ended.expect("no shopper gives up");
        }
        self.log.orders.lock().unwrap().clone()
    }
}

impl Log {
    /// What was met since `from`.
    pub fn since(&self, from: Instant) -> Stretch {
        let requests = self.requests.lock().unwrap();
        let of_then: Vec<_> = requests.iter().filter(|(at, _)| *at >= from).collect();
        let mut failed = BTreeMap::new();
        let mut good = vec![from];
        for (at, outcome) in &of_then {
            match outcome {
                Outcome::Good => good.push(*at),
                Outcome::Bad(how) => *failed.entry(how.clone()).or_default() += 1,
            }
        }
        good.push(Instant::now());
        Stretch {
            requests: of_then.len(),
            failed,
            gap: good
                .windows(2)
                .map(|pair| pair[1] - pair[0])
                .max()
                .unwrap_or_default(),
        }
    }

    pub fn requests(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    pub fn orders(&self) -> usize {
        self.orders.lock().unwrap().len()
    }
}

struct Shopper {
    api: Api,
    log: Arc<Log>,
}

impl Shopper {
    /// Browses, orders one thing and pays it.
    async fn buy(&self, turn: usize) {
        let page: ProductPage = self
            .step("browse", &[200], || {
                self.api.request(
                    Method::GET,
                    "/api/catalog/v1/products?available=true&page_size=30",
                )
            })
            .await
            .json();
        let fit: Vec<_> = page.items.iter().filter(|card| card.price.is_some()).collect();
        let Some(product) = fit.get(turn % fit.len().max(1)) else {
            return; // Sold out.
        };
        let cart: CartCreated = self
            .step("cart", &[201], || {
                self.api.request(Method::POST, "/api/orders/v1/carts")
            })
            .await
            .json();
        let line = format!("/api/orders/v1/carts/{}/lines/{}", cart.id, product.id);
        let put = || {
            self.api
                .request(Method::PUT, &line)
                .json(&SetLine { quantity: 1 })
        };
        if self
            .step("line", &[200, 204, 409, 422], put)
            .await
            .status
            .is_client_error()
        {
            return; // Somebody else has the last one.
        }
        let wish = QuoteRequest {
            cart_id: cart.id,
            address: delivery_address(),
        };
        let ask = || {
            self.api
                .request(Method::POST, "/api/orders/v1/delivery/quotes")
                .json(&wish)
        };
        let quote: Quote = self.step("quote", &[200], ask).await.json();
        // Without one there would be no orders, and nothing that a fault could harm.
        assert!(
            !quote.slots.is_empty(),
            "no window is left: ordering.slot_capacity in compose"
        );
        let slot = &quote.slots[turn % quote.slots.len()];
        let request = PlaceOrder {
            cart_id: cart.id,
            recipient: recipient(),
            address: delivery_address(),
            slot_id: slot.id,
        };
        let key = kernel::random::token();
        let place = || {
            let order = self.api.request(Method::POST, "/api/orders/v1/orders");
            order.header("idempotency-key", &key).json(&request)
        };
        let answer = self.step("order", &[201, 409, 422], place).await;
        if answer.status.is_client_error() {
            return;
        }
        let order: OrderPlaced = answer.json();
        self.log
            .orders
            .lock()
            .unwrap()
            .insert(order.number.clone(), false);
        self.pay(&order.number).await;
        self.log.orders.lock().unwrap().insert(order.number, true);
    }

    async fn pay(&self, number: &str) {
        let path = format!("/api/orders/v1/orders/{number}/payments");
        let key = kernel::random::token();
        let back = StartPayment {
            return_path: format!("/orders/{number}"),
        };
        let start = || {
            let payment = self.api.request(Method::POST, &path);
            payment.header("idempotency-key", &key).json(&back)
        };
        let payment: PaymentStarted = self.step("payment", &[200, 201], start).await.json();
        let form = [
            ("action", "pay"),
            ("number", "4111111111111111"),
            ("expiry", "12/40"),
            ("code", "123"),
        ];
        let enter = || self.api.http().post(&payment.confirmation_url).form(&form);
        // A card that was taken already is answered in another way, and as well.
        self.step("card", &[303, 200, 409], enter).await;
        let track = format!("/api/orders/v1/track/{number}");
        let from = Instant::now();
        loop {
            let answer = self
                .step("track", &[200], || self.api.request(Method::GET, &track))
                .await;
            if answer.json::<Tracking>().status == OrderStatus::Paid {
                return;
            }
            assert!(from.elapsed() < PATIENCE, "{number} is not paid");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Asks until there is one of the answers wanted. Every step of ours may be repeated.
    async fn step(&self, what: &str, wanted: &[u16], request: impl Fn() -> RequestBuilder) -> Answer {
        let from = Instant::now();
        loop {
            let outcome = Api::try_send(request()).await;
            let bad = match outcome {
                Ok(answer) if wanted.contains(&answer.status.as_u16()) => {
                    self.note(Outcome::Good);
                    return answer;
                }
                Ok(answer) => format!("{what} {}", answer.status.as_u16()),
                Err(error) if error.is_timeout() => format!("{what} timed out"),
                Err(_) => format!("{what} broke off"),
            };
            assert!(from.elapsed() < PATIENCE, "{bad}, for {PATIENCE:?}");
            self.note(Outcome::Bad(bad));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn note(&self, outcome: Outcome) {
        self.log.requests.lock().unwrap().push((Instant::now(), outcome));
    }
}
