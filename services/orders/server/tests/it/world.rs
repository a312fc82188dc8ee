use std::net::SocketAddr;
use std::time::Duration as Wait;

use auth::{KeyPair, StaffClaims, StaffSigner};
use chassis::{App as _, Context, Face, Faces, Listener, Server, Shutdown};
use contracts::backoffice::Role;
use contracts::orders::{CartCreated, OrderPlaced, OrderStatus, PaymentStarted, Quote, Tracking};
use embedded::{ldap, payments};
use events::{Subscriptions, Wake};
use kernel::{CartId, OrderId, Personal, ProductId, SlotId};
use orders_server::{Config, Orders};
use orders_store::{OrderRef, Store};
use pg::{DatabaseSpec, RoleSpec};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use telemetry::Metrics;
use test_support::{ManualClock, TestDb, wait_for};
use time::macros::datetime;

use crate::catalog::FakeCatalog;
use crate::relay::Relay;

const fn role(name: &str) -> RoleSpec<'_> {
    RoleSpec { name, password: name }
}

const SPEC: DatabaseSpec<'static> = DatabaseSpec {
    name: "orders",
    owner: role("orders_owner"),
    roles: &[role("orders_edge"), role("orders_staff"), role("orders_internal")],
};

const OWN_TOKEN: &str = "orders-token-of-at-least-32-characters";
pub const CATALOG_TOKEN: &str = "catalog-token-of-at-least-32-characters";
pub const OTHER_TOKEN: &str = "backoffice-token-of-at-least-32-chars";
pub const SOON: Wait = Wait::from_secs(20);
pub const CARD: &str = "4111111111111111";

/// The whole service with what is around it.
pub struct World {
    pub db: TestDb,
    pub clock: ManualClock,
    pub catalog: FakeCatalog,
    _provider: payments::Server,
    pub http: Client,
    pub edge: String,
    pub staff: String,
    pub internal: String,
    keys: KeyPair,
    shutdown: Shutdown,
    _ldap: ldap::Server,
}

/// An answer, read.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    pub fn read<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{self:?}");
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The last part of the problem's type.
    pub fn slug(&self) -> String {
        let type_ = self.json()["type"].as_str().unwrap_or_default().to_owned();
        type_.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// The names of the fields that are wrong.
    pub fn fields(&self) -> Vec<String> {
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|error| error["field"].as_str().unwrap_or_default().to_owned())
            .collect()
    }
}

impl World {
    /// With the provider's messages delivered.
    pub async fn open() -> Self {
        Self::with(true).await
    }

    /// With the provider's messages lost.
    pub async fn without_messages() -> Self {
        Self::with(false).await
    }

    async fn with(messages: bool) -> Self {
        let db = TestDb::new(&SPEC, orders_store::migrate).await;
        let clock = ManualClock::at(datetime!(2026-03-02 09:00 UTC));
        let (catalog, catalog_at) = FakeCatalog::start(clock.clone()).await;
        let ldap = ldap::Server::start("127.0.0.1:0".parse().expect("an address"), &ldap::demo())
            .await
            .expect("the directory starts");
        let (relay, relay_at) = Relay::start().await;
        let provider = payments::Server::start(payments::Options {
            listen: "127.0.0.1:0".parse().expect("an address"),
            public_url: None,
            shop_id: "shop".to_owned(),
            secret_key: Personal::new("secret".to_owned()),
            webhook_url: messages.then(|| format!("http://{relay_at}/").parse().expect("a URL")),
            journal: None,
        })
        .await
        .expect("the provider starts");
        let keys = auth::generate_keys();
        let config = config(&db, catalog_at, &ldap, &provider, &keys);

        let shutdown = Shutdown::new();
        let context = Context {
            clock: clock.shared(),
            metrics: Metrics::new("orders"),
            faces: Faces::all(),
            shutdown: shutdown.clone(),
        };
        let service = Orders::build(&config, context)
            .await
            .expect("the service is built");
        let any: SocketAddr = ([127, 0, 0, 1], 0).into();
        let router = |face| service.router(face).expect("the face was asked for");
        let server = Server::bind(vec![
            Listener::new("http.edge", any, router(Face::Edge)),
            Listener::new("http.staff", any, router(Face::Staff)),
            Listener::ops("http.internal", any, service.ops_router()),
        ])
        .await
        .expect("the ports are free");
        let at: Vec<String> = server
            .addresses()
            .iter()
            .map(|address| format!("http://{address}"))
            .collect();
        relay.to(format!("{}/api/orders/v1/payments/webhook", at[0]));
        let order = shutdown.clone();
        tokio::spawn(async move {
            server
                .run(vec![service], order, Wait::ZERO, Wait::from_secs(5))
                .await;
        });
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Self {
            db,
            clock,
            catalog,
            _provider: provider,
            http,
            edge: at[0].clone(),
            staff: at[1].clone(),
            internal: at[2].clone(),
            keys,
            shutdown,
            _ldap: ldap,
        }
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}/api/orders/v1{path}", self.edge)
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = request
            .header("accept-language", "en")
            .send()
            .await
            .expect("the service answers");
        Answer {
            status: answer.status(),
            text: answer.text().await.expect("the answer is whole"),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(self.at(path))).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.http.post(self.at(path)).json(body)).await
    }

    /// A request of a warehouse employee.
    pub fn employee(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(self.staff_token(&[Role::Warehouse]))
    }

    pub fn staff_token(&self, roles: &[Role]) -> String {
        let signer = StaffSigner::new(&self.keys.private_pem, Wait::from_mins(15)).expect("a key");
        let claims = StaffClaims {
            sub: "sklad.sidorov".to_owned(),
            name: Personal::new("Сергей Сидоров".to_owned()),
            roles: roles.to_vec(),
        };
        signer.issue(&claims, &self.clock).token
    }

    // ---- a customer ------------------------------------------------------------------------------------------------

    pub async fn cart(&self, lines: &[(ProductId, i64)]) -> CartId {
        let cart: CartCreated = self.post("/carts", &json!({})).await.read();
        for (product, quantity) in lines {
            let put = self
                .put_line(cart.id, *product, json!({ "quantity": quantity }))
                .await;
            assert_eq!(put.status, StatusCode::NO_CONTENT, "{put:?}");
        }
        cart.id
    }

    pub async fn put_line(&self, cart: CartId, product: ProductId, body: Value) -> Answer {
        self.send(
            self.http
                .put(self.at(&format!("/carts/{cart}/lines/{product}")))
                .json(&body),
        )
        .await
    }

    pub async fn slot(&self, cart: CartId) -> SlotId {
        let request = json!({ "cart_id": cart, "address": address() });
        // Windows are opened by a job.
        let quote = wait_for("delivery windows", SOON, async || {
            let quote: Quote = self.post("/delivery/quotes", &request).await.read();
            (!quote.slots.is_empty()).then_some(quote)
        });
        quote.await.slots[0].id
    }

    pub async fn order_body(&self, cart: CartId) -> Value {
        json!({
            "cart_id": cart,
            "recipient": { "name": "Анна Смирнова", "phone": "+79991234567" },
            "address": address(),
            "slot_id": self.slot(cart).await,
        })
    }

    pub async fn place(&self, key: &str, body: &Value) -> Answer {
        let request = self
            .http
            .post(self.at("/orders"))
            .header("Idempotency-Key", key)
            .json(body);
        self.send(request).await
    }

    /// An order of one piece of a product of which there are enough.
    pub async fn placed(&self) -> OrderPlaced {
        let cart = self.cart(&[(self.catalog.product(100), 1)]).await;
        let body = self.order_body(cart).await;
        self.place(&kernel::random::token(), &body).await.read()
    }

    pub async fn start_payment(&self, number: &str, key: &str) -> Answer {
        let request = self
            .http
            .post(self.at(&format!("/orders/{number}/payments")))
            .header("Idempotency-Key", key)
            .json(&json!({ "return_path": "/orders/x" }));
        self.send(request).await
    }

    pub async fn started(&self, number: &str) -> PaymentStarted {
        self.start_payment(number, &kernel::random::token()).await.read()
    }

    /// Enters a card on the provider's page.
    pub async fn enter_card(&self, payment: &PaymentStarted) {
        let card = [("number", CARD), ("expiry", "12/60"), ("code", "123")];
        let answer = self
            .send(self.http.post(&payment.confirmation_url).form(&card))
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{answer:?}");
    }

    /// The provider's id of a payment: the last part of its page's address.
    pub fn provider_id(payment: &PaymentStarted) -> String {
        payment
            .confirmation_url
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    pub async fn message(&self, event: &str, provider_id: &str) -> Answer {
        let body =
            json!({ "type": "notification", "event": event, "object": { "id": provider_id, "paid": true } });
        self.post("/payments/webhook", &body).await
    }

    pub async fn paid(&self) -> OrderPlaced {
        let order = self.placed().await;
        let payment = self.started(&order.number).await;
        self.enter_card(&payment).await;
        self.wait_for_status(&order.number, OrderStatus::Paid).await;
        order
    }

    pub async fn track(&self, number: &str) -> Tracking {
        self.get(&format!("/track/{number}")).await.read()
    }

    pub async fn wait_for_status(&self, number: &str, status: OrderStatus) {
        wait_for(&format!("{number} to become {status:?}"), SOON, async || {
            (self.track(number).await.status == status).then_some(())
        })
        .await;
    }

    /// The id behind a number, which no customer sees.
    pub async fn id(&self, number: &str) -> OrderId {
        let store = Store::new(
            self.db.pg("orders_edge"),
            self.clock.shared(),
            Subscriptions::new(),
            Wake::default(),
        );
        let order = store
            .order(OrderRef::Number(number))
            .await
            .expect("the database answers");
        order.expect("the order exists").id
    }

    // ---- a courier -------------------------------------------------------------------------------------------------

    pub async fn sign_in(&self, login: &str, password: &str) -> Answer {
        self.post(
            "/courier/sessions",
            &json!({ "login": login, "password": password }),
        )
        .await
    }

    pub async fn courier(&self, login: &str) -> String {
        let session: contracts::orders::CourierSession =
            self.sign_in(login, ldap::DEMO_PASSWORD).await.read();
        session.token
    }

    pub async fn courier_orders(&self, token: &str, state: &str) -> Answer {
        let request = self
            .http
            .get(self.at("/courier/orders"))
            .query(&[("state", state)]);
        self.send(request.bearer_auth(token)).await
    }

    pub async fn courier_step(&self, token: &str, number: &str, step: &str, body: Option<Value>) -> Answer {
        let mut request = self
            .http
            .post(self.at(&format!("/courier/orders/{number}/{step}")))
            .bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.send(request).await
    }

    pub async fn ready(&self, number: &str) -> Answer {
        let url = format!("{}/api/staff/v1/orders/{number}/ready", self.staff);
        self.send(self.employee(self.http.post(url))).await
    }

    // ---- operation -------------------------------------------------------------------------------------------------

    pub async fn reconcile(&self, repair: bool) -> Vec<(String, bool)> {
        let url = format!("{}/internal/v1/reconciliation", self.internal);
        let request = if repair {
            self.http.post(url)
        } else {
            self.http.get(url)
        };
        let found: contracts::orders::Reconciliation =
            self.send(request.bearer_auth(OTHER_TOKEN)).await.read();
        found
            .findings
            .into_iter()
            .map(|finding| (finding.rule, finding.repaired))
            .collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.shutdown.trigger_hard();
    }
}

pub fn address() -> Value {
    json!({ "postcode": "101000", "city": "Москва", "street": "Мясницкая ул., 1", "flat": "5" })
}

fn config(
    db: &TestDb,
    catalog: SocketAddr,
    ldap: &ldap::Server,
    provider: &payments::Server,
    keys: &KeyPair,
) -> Config {
    let domain = ldap::demo();
    let catalog = format!("http://{catalog}");
    let values = json!({
        "database": {
            "edge": db.url_for("orders_edge"),
            "staff": db.url_for("orders_staff"),
            "internal": db.url_for("orders_internal"),
            "max_connections": 8,
        },
        "services": {
            "catalog": [&catalog],
            "backoffice": [&catalog],
            "token": OWN_TOKEN,
            "callers": { "catalog": CATALOG_TOKEN, "backoffice": OTHER_TOKEN },
        },
        "payment": { "api_url": provider.api_url(), "shop_id": "shop", "secret_key": "secret" },
        "directory": {
            "url": ldap.url(),
            "bind_dn": domain.service_dn(ldap::SERVICE_LOGIN),
            "bind_password": ldap::SERVICE_PASSWORD,
            "base_dn": domain.base_dn(),
        },
        "staff": { "public_key": keys.public_pem },
    });
    let table = toml::Table::try_from(values).expect("the values fit into TOML");
    chassis::config::Loader::new("orders")
        .base("the test", table)
        .load()
        .expect("the configuration is good")
}
