use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use embedded::payments::{DECLINED_CARD, Options, Server};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const CARD: &str = "4111 1111 1111 1111";

fn options() -> Options {
    Options {
        listen: ([127, 0, 0, 1], 0).into(),
        public_url: None,
        shop_id: "100500".to_owned(),
        secret_key: "test_secret".to_owned().into(),
        webhook_url: None,
        journal: None,
    }
}

/// A shop that uses the provider and does not follow redirects.
struct Shop {
    provider: Server,
    http: reqwest::Client,
}

impl Shop {
    async fn open(options: Options) -> Self {
        let provider = Server::start(options).await.unwrap();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { provider, http }
    }

    async fn post(&self, path: &str, key: &str, body: &Value) -> (StatusCode, Value) {
        let url = self.provider.api_url() + path;
        let request = self.http.post(url).basic_auth("100500", Some("test_secret"));
        let answer = request
            .header("Idempotence-Key", key)
            .json(body)
            .send()
            .await
            .unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    async fn register(&self, key: &str) -> Value {
        let (status, payment) = self.post("payments", key, &new_payment("1990.00")).await;
        assert_eq!(status, StatusCode::OK, "{payment}");
        payment
    }

    async fn payment(&self, id: &str) -> Value {
        let url = format!("{}payments/{id}", self.provider.api_url());
        let answer = self
            .http
            .get(url)
            .basic_auth("100500", Some("test_secret"))
            .send()
            .await
            .unwrap();
        answer.json().await.unwrap()
    }

    async fn enter(&self, payment: &Value, form: &[(&str, &str)]) -> reqwest::Response {
        let url = payment["confirmation"]["confirmation_url"].as_str().unwrap();
        self.http.post(url).form(form).send().await.unwrap()
    }
}

fn new_payment(value: &str) -> Value {
    json!({
        "amount": { "value": value, "currency": "RUB" },
        "capture": true,
        "confirmation": { "type": "redirect", "return_url": "http://shop.test/orders/1" },
        "description": "7K2M-9QXA-4TBD",
        "metadata": { "payment_id": "42" },
    })
}

fn card(number: &str) -> [(&str, &str); 4] {
    [
        ("action", "pay"),
        ("number", number),
        ("expiry", "12/40"),
        ("code", "123"),
    ]
}

#[tokio::test]
async fn a_payment_is_registered_once_for_a_key_and_paid_on_the_hosted_page() {
    let shop = Shop::open(options()).await;
    let payment = shop.register("a").await;
    assert_eq!(shop.register("a").await["id"], payment["id"]);
    assert_ne!(shop.register("b").await["id"], payment["id"]);
    assert_eq!(
        shop.post("payments", "a", &new_payment("1.00")).await.0,
        StatusCode::BAD_REQUEST
    );

    let page = reqwest::get(payment["confirmation"]["confirmation_url"].as_str().unwrap())
        .await
        .unwrap();
    let html = page.text().await.unwrap();
    assert!(
        html.contains("1\u{a0}990,00\u{a0}₽") && html.contains("7K2M-9QXA-4TBD"),
        "{html}"
    );

    let answer = shop.enter(&payment, &card(CARD)).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()["location"], "http://shop.test/orders/1");
    let paid = shop.payment(payment["id"].as_str().unwrap()).await;
    assert_eq!(
        (&paid["status"], &paid["paid"]),
        (&json!("succeeded"), &json!(true))
    );
    assert_eq!(paid["metadata"]["payment_id"], "42");
}

#[tokio::test]
async fn a_wrong_card_may_be_corrected_and_a_declined_one_ends_the_payment() {
    let shop = Shop::open(options()).await;
    let payment = shop.register("a").await;
    let id = payment["id"].as_str().unwrap();
    let answer = shop.enter(&payment, &card("4111 1111 1111 1112")).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = answer.text().await.unwrap();
    assert!(
        html.contains("aria-invalid") && !html.contains("1112"),
        "the number is not shown again"
    );
    assert_eq!(shop.payment(id).await["status"], "pending");

    shop.enter(&payment, &card(DECLINED_CARD)).await;
    let canceled = shop.payment(id).await;
    assert_eq!(canceled["status"], "canceled");
    assert_eq!(canceled["cancellation_details"]["reason"], "insufficient_funds");
    shop.enter(&payment, &card(CARD)).await;
    assert_eq!(
        shop.payment(id).await["status"],
        "canceled",
        "an ended payment stays as it is"
    );
}

#[tokio::test]
async fn no_more_is_given_back_than_was_paid() {
    let shop = Shop::open(options()).await;
    let payment = shop.register("a").await;
    let refund =
        |value| json!({ "payment_id": payment["id"], "amount": { "value": value, "currency": "RUB" } });
    assert_eq!(
        shop.post("refunds", "r0", &refund("1990.00")).await.0,
        StatusCode::BAD_REQUEST,
        "not paid yet"
    );
    shop.enter(&payment, &card(CARD)).await;
    let (status, first) = shop.post("refunds", "r1", &refund("1990.00")).await;
    assert_eq!((status, &first["status"]), (StatusCode::OK, &json!("succeeded")));
    assert_eq!(
        shop.post("refunds", "r1", &refund("1990.00")).await.1["id"],
        first["id"],
        "once for a key"
    );
    assert_eq!(
        shop.post("refunds", "r1", &refund("1.00")).await.0,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        shop.post("refunds", "r2", &refund("0.01")).await.0,
        StatusCode::BAD_REQUEST,
        "nothing is left"
    );
}

#[tokio::test]
async fn bad_requests_are_refused() {
    let shop = Shop::open(options()).await;
    for amount in ["0.00", "-5.00", "1", "1e3", ""] {
        let (status, error) = shop.post("payments", "x", &new_payment(amount)).await;
        assert_eq!(
            (status, &error["code"]),
            (StatusCode::BAD_REQUEST, &json!("invalid_request")),
            "{amount}"
        );
    }
    let url = shop.provider.api_url() + "payments";
    let unknown = shop
        .http
        .post(&url)
        .basic_auth("100500", Some("guess"))
        .json(&new_payment("1.00"));
    assert_eq!(unknown.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(shop.payment("nope").await["code"], "not_found");
}

#[tokio::test]
async fn news_is_sent_until_the_shop_takes_it() {
    let (sender, mut news) = mpsc::unbounded_channel();
    let attempts = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&attempts);
    let hook = post(move |Json(body): Json<Value>| async move {
        if seen.fetch_add(1, Ordering::SeqCst) == 0 {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        sender.send(body).unwrap();
        StatusCode::OK
    });
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", socket.local_addr().unwrap());
    tokio::spawn(axum::serve(socket, Router::new().route("/hook", hook)).into_future());

    let shop = Shop::open(Options {
        webhook_url: Some(url.parse().unwrap()),
        ..options()
    })
    .await;
    let payment = shop.register("a").await;
    shop.enter(&payment, &card(CARD)).await;
    let body = news.recv().await.unwrap();
    assert_eq!(
        (&body["event"], &body["object"]["id"]),
        (&json!("payment.succeeded"), &payment["id"])
    );
    assert_eq!(attempts.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn the_card_page_is_where_customers_reach_it() {
    let shop = Shop::open(Options {
        public_url: Some("https://pay.example/".parse().unwrap()),
        ..options()
    })
    .await;
    let payment = shop.register("a").await;
    let page = payment["confirmation"]["confirmation_url"].as_str().unwrap();
    assert!(page.starts_with("https://pay.example/checkout/"), "{page}");
}

#[tokio::test]
async fn payments_outlive_a_restart_and_a_line_cut_off_by_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("payments.jsonl");
    let kept = || Options {
        journal: Some(journal.clone()),
        ..options()
    };

    let shop = Shop::open(kept()).await;
    let payment = shop.register("a").await;
    shop.enter(&payment, &card(CARD)).await;
    shop.provider.stop().await;
    let mut text = std::fs::read(&journal).unwrap();
    text.extend_from_slice(br#"{"kind":"payment","id":"cut o"#);
    std::fs::write(&journal, text).unwrap();

    let shop = Shop::open(kept()).await;
    assert_eq!(
        shop.payment(payment["id"].as_str().unwrap()).await["status"],
        "succeeded"
    );
    let second = shop.register("b").await;
    shop.provider.stop().await;
    let shop = Shop::open(kept()).await;
    assert_eq!(
        shop.payment(second["id"].as_str().unwrap()).await["status"],
        "pending"
    );
}
