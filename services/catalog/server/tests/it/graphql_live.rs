//! Availability as it changes, over WebSocket and as server-sent events.

use std::time::{Duration, Instant};

use axum::http::header;
use contracts::backoffice::Role;
use contracts::catalog::StockPage;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use test_support::wait_for;

use crate::graphql::{GRAPHQL, data, refusal};
use crate::graphql_client::Client;
use crate::house::{Ask, House};
use crate::seed::{TABLE, WARDROBE};

const WATCH: &str =
    "subscription ($of: [ID!]!) { availability(productIds: $of) { productId available product { slug } } }";

async fn id_of(house: &House, slug: &str) -> Value {
    let query = "query ($slug: String) { product(slug: $slug) { id } }";
    data(house, query, json!({ "slug": slug })).await["product"]["id"].clone()
}

/// Adds pieces to what lies in the first warehouse.
async fn correct(house: &House, sku: &str, delta: i64) {
    let token = house.token(&[Role::Warehouse]);
    let stock = house
        .staff(Ask::get(&format!("/api/staff/v1/stock?q={sku}")).bearer(&token))
        .await;
    let row = stock.ok::<StockPage>().items.remove(0);
    let body = json!({ "component_id": row.component_id, "warehouse": row.warehouse, "delta": delta, "reason": "counted" });
    let request = Ask::post("/api/staff/v1/stock/corrections").bearer(&token);
    let answer = house
        .staff(
            request
                .header("idempotency-key", &format!("{sku}{delta}"))
                .json(&body),
        )
        .await;
    assert!(answer.status.is_success(), "{answer:?}");
}

fn subscribers(house: &House) -> Option<String> {
    let rendered = house.context.metrics.render();
    let line = rendered
        .lines()
        .find(|line| line.starts_with("graphql_subscribers"))?;
    line.rsplit(' ').next().map(str::to_owned)
}

async fn until_subscribers(house: &House, want: &str) {
    wait_for("the number of subscribers", Duration::from_secs(10), async || {
        (subscribers(house)? == want).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_change_of_the_stock_is_told_and_the_client_may_go() {
    let mut house = House::open().await;
    let (wardrobe, table) = (id_of(&house, WARDROBE).await, id_of(&house, TABLE).await);
    let (address, running) = house.serve().await;
    let mut client = Client::begin(address).await;
    let unknown = json!("01890a5d-ac96-774b-bcce-b302099a8057");
    client
        .subscribe("1", WATCH, &[wardrobe.clone(), table.clone(), unknown])
        .await;
    let first = client.hear().await;
    assert_eq!((&first["type"], &first["id"]), (&json!("next"), &json!("1")));
    let mut at_first = first["payload"]["data"]["availability"]
        .as_array()
        .expect("a list")
        .clone();
    at_first.sort_by_key(|change| change["available"].as_i64());
    assert_eq!(
        at_first,
        [
            json!({ "productId": table, "available": 3, "product": { "slug": TABLE } }),
            json!({ "productId": wardrobe, "available": 5, "product": { "slug": WARDROBE } }),
        ]
    );

    let changed = Instant::now();
    correct(&house, "PNL-WAL", -4).await;
    let next = client.hear().await;
    assert!(
        changed.elapsed() < Duration::from_secs(3),
        "STK-5: {:?}",
        changed.elapsed()
    );
    assert_eq!(
        next["payload"]["data"]["availability"],
        json!([{ "productId": wardrobe, "available": 3, "product": { "slug": WARDROBE } }])
    );

    // Another one, ended by the client; the first goes on.
    client.subscribe("2", WATCH, std::slice::from_ref(&table)).await;
    assert_eq!(client.hear().await["id"], "2");
    until_subscribers(&house, "2").await;
    client.say(&json!({ "type": "complete", "id": "2" })).await;
    until_subscribers(&house, "1").await;

    // Gone without a word.
    drop(client);
    until_subscribers(&house, "0").await;

    // Nobody looks any more, until somebody new is there.
    let mut client = Client::begin(address).await;
    client
        .subscribe("1", WATCH, std::slice::from_ref(&wardrobe))
        .await;
    assert_eq!(
        client.hear().await["payload"]["data"]["availability"][0]["available"],
        3
    );

    house.context.shutdown.trigger();
    assert_eq!(client.closed().await, 1001);
    running.await.expect("it drains");
    assert_eq!(subscribers(&house).as_deref(), Some("0"));
}

#[tokio::test]
async fn many_subscribers_cost_one_look_at_a_time() {
    let mut house = House::open().await;
    let wardrobe = id_of(&house, WARDROBE).await;
    let (address, _running) = house.serve().await;
    let mut clients = Vec::new();
    for _ in 0..10 {
        let mut client = Client::begin(address).await;
        for id in 0..10 {
            client
                .subscribe(
                    &id.to_string(),
                    "subscription ($of: [ID!]!) { availability(productIds: $of) { available } }",
                    std::slice::from_ref(&wardrobe),
                )
                .await;
        }
        for _ in 0..10 {
            assert_eq!(client.hear().await["type"], "next");
        }
        clients.push(client);
    }
    // The eleventh of a connection.
    clients[0]
        .subscribe("more", WATCH, std::slice::from_ref(&wardrobe))
        .await;
    let refused = clients[0].hear().await;
    assert_eq!(refusal(&refused["payload"]).0, "throttled");

    let before = house.operations("listed_availability");
    let began = Instant::now();
    correct(&house, "PNL-WAL", -4).await;
    for client in &mut clients {
        let mut told = 0;
        while told < 10 {
            let heard = client.hear().await;
            // The refused one ends with a message of its own.
            told += usize::from(heard["type"] == "next");
        }
    }
    let looks = house.operations("listed_availability") - before;
    let most = began.elapsed().as_millis() / 500 + 2;
    assert!(
        u128::from(looks) <= most,
        "{looks} looks in {:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn sockets_serve_subscriptions_alone() {
    let mut house = House::open().await;
    let (address, _running) = house.serve().await;
    let mut client = Client::begin(address).await;
    client.subscribe("q", "{ categories { code } }", &[]).await;
    let refused = client.hear().await;
    assert_eq!(refusal(&refused["payload"]).0, "validation");
    assert_eq!(client.hear().await, json!({ "type": "complete", "id": "q" }));
    for of in [
        vec![],
        vec![json!("x")],
        vec![json!("01890a5d-ac96-774b-bcce-b302099a8057"); 101],
    ] {
        client.subscribe("s", WATCH, &of).await;
        let (code, extensions) = refusal(&client.hear().await["payload"]);
        assert_eq!(
            (code.as_str(), &extensions["errors"][0]["field"]),
            ("validation", &json!("productIds"))
        );
        assert_eq!(client.hear().await["type"], "complete");
    }
    client.say(&json!({ "type": "ping" })).await;
    assert_eq!(client.hear().await["type"], "pong");
    client.say(&json!("nonsense")).await;
    assert_eq!(client.closed().await, 1002);

    // Subscribing before the greeting.
    let mut hasty = Client::open(address).await;
    hasty.subscribe("1", WATCH, &[]).await;
    assert_eq!(hasty.closed().await, 1011);
}

#[tokio::test]
async fn the_same_by_events() {
    let mut house = House::open().await;
    let table = id_of(&house, TABLE).await;
    let jobs = house.start_jobs().await;
    let body = json!({ "query": WATCH, "variables": { "of": [table] } });
    let request = || {
        Ask::post(GRAPHQL)
            .header("accept", "text/event-stream")
            .json(&body)
    };
    let response = house.edge_stream(request()).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut stream = response.into_body();
    for available in [3, 2] {
        let frame = stream
            .frame()
            .await
            .expect("more")
            .expect("whole")
            .into_data()
            .expect("data");
        let event = String::from_utf8(frame.to_vec()).expect("text");
        let said = event
            .strip_prefix("event: next\ndata: ")
            .unwrap_or_else(|| panic!("{event}"));
        let said: Value = serde_json::from_str(said.trim_end()).expect("JSON");
        assert_eq!(said["data"]["availability"][0]["available"], available);
        correct(&house, "LEG-WHT", -2).await;
    }
    drop(stream);
    until_subscribers(&house, "0").await;

    let response = house.edge_stream(request()).await;
    let mut stream = response.into_body();
    stream.frame().await.expect("what there is").expect("whole");
    house.context.shutdown.trigger();
    let rest = stream.collect().await.expect("it ends in order").to_bytes();
    assert!(rest.ends_with(b"event: complete\n\n"), "{rest:?}");
    jobs.stop().await;
}
