//! The services' face: products and reservations.

use axum::http::StatusCode;
use contracts::catalog::{
    ProductDetail, ProductSummary, Reservation, ReservationPage, ReservationStatus, Shortage,
};
use futures_util::future::join_all;
use kernel::{OrderId, ProductId};
use serde_json::{Value, json};
use time::Duration;
use time::format_description::well_known::Rfc3339;

use crate::house::{Answer, Ask, House};
use crate::seed::{SHELF, TABLE, WARDROBE};

async fn product(house: &House, slug: &str) -> ProductId {
    house
        .get(&format!("/api/catalog/v1/products/{slug}"))
        .await
        .ok::<ProductDetail>()
        .card
        .id
}

fn path(order: OrderId) -> String {
    format!("/internal/v1/reservations/{order}")
}

fn request(house: &House, lines: &[(ProductId, i64)]) -> Value {
    use kernel::Clock as _;
    let expires_at = (house.clock.now() + Duration::minutes(20))
        .format(&Rfc3339)
        .expect("a moment");
    let lines: Vec<_> = lines
        .iter()
        .map(|(id, quantity)| json!({ "product_id": id, "quantity": quantity }))
        .collect();
    json!({ "lines": lines, "expires_at": expires_at })
}

async fn reserve(house: &House, order: OrderId, lines: &[(ProductId, i64)]) -> Answer {
    house
        .orders(Ask::put(&path(order)).json(&request(house, lines)))
        .await
}

async fn violations(house: &House) -> Value {
    house
        .orders(Ask::get("/internal/v1/invariants"))
        .await
        .ok::<Value>()["violations"]
        .clone()
}

#[tokio::test]
async fn products_are_looked_up_by_id() {
    let house = House::open().await;
    let (wardrobe, shelf) = (product(&house, WARDROBE).await, product(&house, SHELF).await);
    let unknown = ProductId::new(&house.clock);
    let body = json!({ "ids": [wardrobe, shelf, unknown] });
    let found: Vec<ProductSummary> = house
        .orders(Ask::post("/internal/v1/products").json(&body))
        .await
        .ok();
    assert_eq!(found.len(), 2);
    let of = |id| {
        found
            .iter()
            .find(|product| product.id == id)
            .expect("it was asked for")
    };
    assert_eq!((of(wardrobe).available, of(wardrobe).price.is_some()), (5, true));
    assert_eq!((of(shelf).available, of(shelf).price), (7, None));

    let many = json!({ "ids": vec![wardrobe; 101] });
    let answer = house.orders(Ask::post("/internal/v1/products").json(&many)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.fields()),
        (422, vec!["ids".to_owned()])
    );
}

#[tokio::test]
async fn reserving_again_answers_the_same() {
    let house = House::open().await;
    let (order, table) = (OrderId::new(&house.clock), product(&house, TABLE).await);
    let lines = [(table, 1), (table, 1)];
    let answers = join_all((0..8).map(|_| reserve(&house, order, &lines))).await;
    let first: Reservation = answers[0].ok();
    assert_eq!(
        (first.status, first.lines.len()),
        (ReservationStatus::Reserved, 2)
    );
    let picked: i64 = first.picks.iter().map(|pick| pick.quantity).sum();
    assert_eq!(picked, 8, "four legs a table");
    for answer in &answers {
        assert_eq!(answer.ok::<Reservation>(), first);
    }
    let read: Reservation = house.orders(Ask::get(&path(order))).await.ok();
    assert_eq!(read, first);

    // Also late, when the time that was asked for is over.
    let late = request(&house, &[(table, 1)]);
    house.clock.advance(Duration::hours(1));
    assert_eq!(
        house
            .orders(Ask::put(&path(order)).json(&late))
            .await
            .ok::<Reservation>()
            .order_id,
        order
    );
    let new = house
        .orders(Ask::put(&path(OrderId::new(&house.clock))).json(&late))
        .await;
    assert_eq!(
        (new.status.as_u16(), new.fields()),
        (422, vec!["expires_at".to_owned()])
    );
}

#[tokio::test]
async fn what_is_not_there_is_not_reserved() {
    let house = House::open().await;
    let (table, shelf) = (product(&house, TABLE).await, product(&house, SHELF).await);
    let order = OrderId::new(&house.clock);
    let (status, slug, body) = reserve(&house, order, &[(table, 2), (table, 2)]).await.problem();
    assert_eq!((status, slug.as_str()), (409, "insufficient-stock"));
    let shortages: Vec<Shortage> = serde_json::from_value(body["shortages"].clone()).expect("shortages");
    assert_eq!(
        shortages,
        [Shortage {
            product_id: table,
            requested: 4,
            available: 3
        }]
    );
    for unsaleable in [shelf, ProductId::new(&house.clock)] {
        let (status, slug, body) = reserve(&house, order, &[(table, 1), (unsaleable, 1)])
            .await
            .problem();
        assert_eq!((status, slug.as_str()), (409, "not-for-sale"));
        assert_eq!(body["products"], json!([unsaleable]));
    }
    let (status, slug, _) = house.orders(Ask::get(&path(order))).await.problem();
    assert_eq!(
        (status, slug.as_str()),
        (404, "not-found"),
        "nothing was kept of them"
    );
    assert_eq!(violations(&house).await, json!([]));
}

#[tokio::test]
async fn fifty_at_once_get_what_there_is() {
    let house = House::open().await;
    let table = product(&house, TABLE).await;
    let lines = [(table, 1)];
    let answers = join_all((0..50).map(|_| reserve(&house, OrderId::new(&house.clock), &lines))).await;
    let sold = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::OK)
        .count();
    let refused = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::CONFLICT)
        .count();
    assert_eq!((sold, refused), (3, 47), "STK-4");
    assert_eq!(violations(&house).await, json!([]));
}

#[tokio::test]
async fn reservations_are_confirmed_and_released() {
    let house = House::open().await;
    let wardrobe = product(&house, WARDROBE).await;
    let (kept, given_back) = (OrderId::new(&house.clock), OrderId::new(&house.clock));
    for order in [kept, given_back] {
        reserve(&house, order, &[(wardrobe, 2)]).await.ok::<Reservation>();
    }
    let act =
        async |order: OrderId, what: &str| house.orders(Ask::post(&format!("{}/{what}", path(order)))).await;
    for _ in 0..2 {
        assert_eq!(act(kept, "confirm").await.status, StatusCode::NO_CONTENT);
        assert_eq!(act(given_back, "release").await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(
        act(given_back, "confirm").await.problem().1,
        "reservation-released"
    );
    for what in ["confirm", "release"] {
        assert_eq!(
            act(OrderId::new(&house.clock), what).await.problem().0,
            404,
            "{what}"
        );
    }
    let states: ReservationPage = house.orders(Ask::get("/internal/v1/reservations")).await.ok();
    let states: Vec<_> = states
        .items
        .iter()
        .map(|state| (state.order_id, state.status))
        .collect();
    let mut want = vec![
        (kept, ReservationStatus::Confirmed),
        (given_back, ReservationStatus::Released),
    ];
    want.sort_unstable_by_key(|(order, _)| *order);
    assert_eq!(states, want);
    assert_eq!(violations(&house).await, json!([]));
}

#[tokio::test]
async fn reservations_are_listed_in_pages() {
    let house = House::open().await;
    let wardrobe = product(&house, WARDROBE).await;
    for _ in 0..3 {
        reserve(&house, OrderId::new(&house.clock), &[(wardrobe, 1)])
            .await
            .ok::<Reservation>();
    }
    let list = async |query: &str| {
        house
            .orders(Ask::get(&format!("/internal/v1/reservations{query}")))
            .await
    };
    let all: ReservationPage = list("").await.ok();
    let first: ReservationPage = list("?limit=2").await.ok();
    let after = first.next_after.expect("there is more");
    let rest: ReservationPage = list(&format!("?limit=2&after={after}&status=reserved"))
        .await
        .ok();
    assert_eq!(
        ([first.items, rest.items].concat(), rest.next_after),
        (all.items, None)
    );
    for (query, field) in [
        ("?limit=0", "limit"),
        ("?limit=501", "limit"),
        ("?after=x", "after"),
        ("?status=paid", "status"),
    ] {
        assert_eq!(list(query).await.fields(), [field], "{query}");
    }
}

#[tokio::test]
async fn bad_reservations_are_named() {
    let house = House::open().await;
    let table = product(&house, TABLE).await;
    let good = request(&house, &[(table, 1)]);
    let with = |lines: Value| {
        let mut bad = good.clone();
        bad["lines"] = lines;
        bad
    };
    let line = json!({ "product_id": table, "quantity": 1 });
    for (bad, field) in [
        (with(json!([])), "lines"),
        (with(json!(vec![line; 51])), "lines"),
        (
            with(json!([{ "product_id": table, "quantity": 0 }])),
            "lines[0].quantity",
        ),
        (
            with(json!([{ "product_id": table, "quantity": -5 }])),
            "lines[0].quantity",
        ),
        (
            with(json!([{ "product_id": table, "quantity": 1001 }])),
            "lines[0].quantity",
        ),
        (
            with(json!([{ "product_id": "table", "quantity": 1 }])),
            "lines[0].product_id",
        ),
        (with(json!([{ "product_id": table }])), "lines[0].quantity"),
        (json!({ "lines": good["lines"] }), "expires_at"),
        (
            json!({ "lines": good["lines"], "expires_at": "tomorrow" }),
            "expires_at",
        ),
        (
            json!({ "lines": good["lines"], "expires_at": good["expires_at"], "x": 1 }),
            "x",
        ),
    ] {
        let answer = house
            .orders(Ask::put(&path(OrderId::new(&house.clock))).json(&bad))
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.fields()),
            (422, vec![field.to_owned()]),
            "{bad}"
        );
    }
    let path = path(OrderId::new(&house.clock));
    for (body, status, slug) in [
        ("{".to_owned(), 400, "malformed-request"),
        (String::new(), 400, "malformed-request"),
        ("[]".to_owned(), 422, "validation"),
        (format!("{good}{}", " ".repeat(70_000)), 413, "too-large"),
    ] {
        let (got, kind, _) = house
            .orders(Ask::put(&path).body("application/json", body))
            .await
            .problem();
        assert_eq!((got, kind.as_str()), (status, slug));
    }
    let answer = house
        .orders(Ask::put(&path).body("text/plain", good.to_string()))
        .await;
    assert_eq!(answer.problem().0, 415);
    let answer = house
        .orders(Ask::put("/internal/v1/reservations/42").json(&good))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.fields()),
        (422, vec!["order_id".to_owned()])
    );
}

#[tokio::test]
async fn an_edited_order_gets_other_lines() {
    let house = House::open().await;
    let (order, table) = (OrderId::new(&house.clock), product(&house, TABLE).await);
    let replace = async |order: OrderId, revision: i64, tables: i64| {
        let mut body = request(&house, &[(table, tables)]);
        body["revision"] = json!(revision);
        body.as_object_mut().expect("an object").remove("expires_at");
        house
            .orders(Ask::post(&format!("{}/replace", path(order))).json(&body))
            .await
    };
    let unknown = replace(order, 1, 1).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let held: Reservation = reserve(&house, order, &[(table, 1)]).await.ok();
    let edited: Reservation = replace(order, 2, 3).await.ok();
    assert_eq!(
        (edited.lines[0].quantity, edited.expires_at),
        (3, held.expires_at)
    );
    assert_eq!(replace(order, 2, 1).await.ok::<Reservation>(), edited);
    let late = replace(order, 1, 1).await;
    let (_, slug, body) = late.problem();
    assert_eq!((&*slug, &body["revision"]), ("reservation-outdated", &json!(2)));
    assert_eq!(replace(order, 3, 4).await.problem().1, "insufficient-stock");
    assert_eq!(replace(order, 0, 1).await.fields(), ["revision"]);
    let release = house.orders(Ask::post(&format!("{}/release", path(order)))).await;
    assert_eq!(release.status, StatusCode::NO_CONTENT);
    assert_eq!(replace(order, 3, 1).await.problem().1, "reservation-released");
}

#[tokio::test]
async fn sets_that_do_not_exist_and_points_off_the_earth_are_refused() {
    let house = House::open().await;
    let (order, table) = (OrderId::new(&house.clock), product(&house, TABLE).await);
    let set = kernel::random::uuid();
    let mut body = request(&house, &[]);
    let put = async |body: &Value| house.orders(Ask::put(&path(order)).json(body)).await;
    assert_eq!(put(&body).await.fields(), ["lines"]);
    body["sets"] = json!([{ "set_id": set, "quantity": 1 }]);
    let refused = put(&body).await;
    let (_, slug, problem) = refused.problem();
    assert_eq!((&*slug, &problem["sets"]), ("not-for-sale", &json!([set])));
    let mut body = request(&house, &[(table, 1)]);
    body["near"] = json!({ "latitude": 91, "longitude": 0 });
    assert_eq!(put(&body).await.fields(), ["near.latitude"]);
    body["near"] = json!({ "latitude": 59.9, "longitude": 30.3 });
    put(&body).await.ok::<Reservation>();
}

#[tokio::test]
async fn balances_are_compared_with_the_journal() {
    let house = House::open().await;
    let rebuild = async |body: Value| {
        house
            .orders(Ask::post("/internal/v1/stock/rebuild").json(&body))
            .await
    };
    assert_eq!(rebuild(json!({ "repair": false })).await.ok::<Value>(), json!([]));
    assert_eq!(rebuild(json!({ "repair": 1 })).await.fields(), ["repair"]);
}
