use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{World, address};

const NOBODY: &str = "018f0000-0000-7000-8000-000000000000";

async fn send(world: &World, method: Method, path: &str, body: &str) -> crate::world::Answer {
    let request = world
        .http
        .request(method, world.at(path))
        .header("Idempotency-Key", "key")
        .header("content-type", "application/json")
        .body(body.to_owned());
    world.send(request).await
}

fn order(change: impl FnOnce(&mut Value)) -> String {
    let mut order = json!({
        "cart_id": NOBODY,
        "recipient": { "name": "Анна Смирнова", "phone": "+79991234567" },
        "address": address(),
        "slot_id": NOBODY,
    });
    change(&mut order);
    order.to_string()
}

fn with(path: &str, value: Value) -> String {
    order(|order| *order.pointer_mut(path).expect("the field exists") = value)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_with_bad_fields_are_refused_by_the_fields_name() {
    let world = World::open().await;
    let long = "я".repeat(201);
    for (body, field) in [
        (with("/cart_id", json!("x")), "cart_id"),
        (with("/slot_id", json!(7)), "slot_id"),
        (with("/recipient/name", json!("Я")), "recipient.name"),
        (with("/recipient/name", json!(long)), "recipient.name"),
        (with("/recipient/name", json!("Анна\u{7}")), "recipient.name"),
        (with("/recipient/name", Value::Null), "recipient.name"),
        (with("/recipient/phone", json!("89991234567")), "recipient.phone"),
        (with("/recipient/phone", json!("+7999123456x")), "recipient.phone"),
        (with("/recipient/phone", json!("+٧٩٩٩١٢٣٤٥٦٧")), "recipient.phone"),
        (
            with("/recipient/phone", json!("+1234567890123456")),
            "recipient.phone",
        ),
        (with("/address/postcode", json!("10100")), "address.postcode"),
        (with("/address/postcode", json!("10100a")), "address.postcode"),
        (with("/address/postcode", json!(101_000)), "address.postcode"),
        (with("/address/city", json!("  ")), "address.city"),
        (with("/address/street", json!(long)), "address.street"),
        (with("/address/flat", json!("x".repeat(51))), "address.flat"),
        (order(|order| order["total"] = json!(1)), "total"),
        (
            order(|order| order["recipient"]["email"] = json!("a@b")),
            "recipient.email",
        ),
        (
            order(|order| drop(order.as_object_mut().map(|all| all.remove("slot_id")))),
            "slot_id",
        ),
    ] {
        let answer = send(&world, Method::POST, "/orders", &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.slug().as_str()),
            (422, "validation"),
            "{body}: {answer:?}"
        );
        let fields = answer.fields();
        assert!(
            fields.iter().any(|named| named == field),
            "{field} is not named in {fields:?}: {}",
            answer.text
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_quantities_ids_and_parameters_are_refused() {
    let world = World::open().await;
    let cart = world.cart(&[]).await;
    let line = format!("/carts/{cart}/lines/{}", world.catalog.product(10_000));
    for body in [
        "{\"quantity\":0}",
        "{\"quantity\":-1}",
        "{\"quantity\":1001}",
        "{\"quantity\":9223372036854775807}",
        "{\"quantity\":9223372036854775808}",
        "{\"quantity\":1.5}",
        "{\"quantity\":1e3}",
        "{\"quantity\":\"1\"}",
        "{\"quantity\":null}",
        "{\"quantity\":1,\"price\":1}",
        "{}",
    ] {
        let answer = send(&world, Method::PUT, &line, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.slug().as_str()),
            (422, "validation"),
            "{body}: {answer:?}"
        );
        assert!(!answer.fields().is_empty(), "{body}: {answer:?}");
    }
    let get = |path: String| {
        let world = &world;
        async move { world.get(&path).await }
    };
    for (path, status) in [
        ("/carts/x".to_owned(), 422),
        (format!("/carts/{NOBODY}"), 404),
        ("/track/%00".to_owned(), 404),
        ("/track/'%20OR%201=1".to_owned(), 404),
        (format!("/track/{}", "A".repeat(5_000)), 404),
        ("/nothing".to_owned(), 404),
    ] {
        let answer = get(path.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {answer:?}");
    }
    for query in [
        "status=lost",
        "page_size=0",
        "page_size=31",
        "page_size=x",
        "cursor=%FF",
        "cursor=x",
        "sort=1",
    ] {
        let url = format!("{}/api/staff/v1/orders?{query}", world.staff);
        let answer = world.send(world.employee(world.http.get(url))).await;
        assert_eq!(answer.status.as_u16(), 422, "{query}: {answer:?}");
        let field = query.split('=').next().unwrap_or_default();
        assert_eq!(answer.fields(), [field], "{query}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_none_are_refused() {
    let world = World::open().await;
    for (body, status) in [
        (String::new(), 400),
        ("{".to_owned(), 400),
        ("[]".to_owned(), 422),
        ("null".to_owned(), 422),
        (with("/recipient/name", json!("nul \0 nul")), 400),
        (format!("{}{}", order(|_| ()), "x"), 400),
        (with("/recipient/name", json!("x".repeat(70_000))), 413),
    ] {
        let answer = send(&world, Method::POST, "/orders", &body).await;
        assert_eq!(answer.status.as_u16(), status, "{body:.60}: {answer:?}");
    }
    let form = world
        .http
        .post(world.at("/orders"))
        .header("Idempotency-Key", "key")
        .form(&[("a", "b")]);
    assert_eq!(world.send(form).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let method = world.http.patch(world.at("/orders"));
    assert_eq!(world.send(method).await.status, StatusCode::METHOD_NOT_ALLOWED);
    for body in [
        "{}",
        "{\"event\":1,\"object\":{\"id\":\"x\"}}",
        "{\"event\":\"payment.succeeded\"}",
    ] {
        let answer = send(&world, Method::POST, "/payments/webhook", body).await;
        assert_eq!(answer.status.as_u16(), 422, "{body}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_fit_the_shop_is_said_clearly() {
    let world = World::open().await;
    let cart = world.cart(&[]).await;
    let quote = |postcode: &str| {
        let mut address = address();
        address["postcode"] = json!(postcode);
        json!({ "cart_id": cart, "address": address })
    };
    let far = world.post("/delivery/quotes", &quote("690000")).await;
    assert_eq!((far.status.as_u16(), far.slug().as_str()), (422, "no-delivery"));
    let empty = world.post("/delivery/quotes", &quote("101000")).await;
    assert_eq!(
        (empty.status.as_u16(), empty.slug().as_str()),
        (409, "cart-empty")
    );

    let order = world.placed().await;
    for path in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "orders",
        "/a b",
        "",
    ] {
        let body = json!({ "return_path": path }).to_string();
        let answer = send(
            &world,
            Method::POST,
            &format!("/orders/{}/payments", order.number),
            &body,
        )
        .await;
        assert_eq!(
            (answer.status.as_u16(), answer.fields()),
            (422, vec!["return_path".to_owned()]),
            "{path}"
        );
    }
    let request = world
        .http
        .post(world.at("/orders"))
        .header("Idempotency-Key", "k")
        .body(order_in_russian());
    let answer = request
        .header("content-type", "application/json")
        .send()
        .await
        .expect("an answer");
    let text = answer.text().await.expect("the answer is whole");
    assert!(
        text.contains("номер телефона"),
        "problems are in Russian unless asked otherwise: {text}"
    );
}

fn order_in_russian() -> String {
    with("/recipient/phone", json!("1"))
}
