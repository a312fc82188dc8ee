use contracts::orders::{ActorKind, OrderStatus};
use problem::kinds;
use time::Duration;

use crate::fake::orders::{self, step};
use crate::visitor::{PAY, Shop};

#[tokio::test]
async fn shows_the_person_only_to_the_browser_that_has_ordered() {
    let shop = Shop::open().await;
    let mut customer = shop.visitor();
    let number = customer.order().await;
    let path = format!("/orders/{number}");
    let (_, scope) = &customer.cookies["placed"];
    assert_eq!(*scope, path, "no other page gets it");
    let own = customer.get(&path).await;
    own.is(200)
        .shows(&number)
        .shows("Шкаф «Онега»")
        .shows("91 390 ₽")
        .shows("вт, 24 ноября")
        .shows("Анна Смирнова")
        .shows("Мясницкая ул., 13");
    let other = shop.visitor().get(&path).await;
    other.is(200).shows(&number).shows("Шкаф «Онега»");
    for personal in ["Анна", "Смирнова", "999", "Мясницкая", "101000"] {
        other.hides(personal);
    }
    // A cookie of one order does not open another.
    let second = shop.visitor().order().await;
    let (sealed, _) = customer.cookies["placed"].clone();
    customer.cookies.insert("placed".into(), (sealed, "/".into()));
    customer
        .get(&format!("/orders/{second}"))
        .await
        .is(200)
        .hides("Анна");
    // Later not even the same browser.
    shop.clock.advance(Duration::minutes(31));
    customer.get(&path).await.is(200).hides("Анна");
}

#[tokio::test]
async fn counts_the_time_to_pay_down() {
    let shop = Shop::open().await;
    let mut customer = shop.visitor();
    let number = customer.order().await;
    let path = format!("/orders/{number}");
    let reply = customer.get(&path).await;
    reply
        .shows("Оплатите до 12:20.")
        .shows(">20:00<")
        .shows("data-countdown=\"2026-11-23T09:20:00Z\"")
        .shows(&format!("data-track=\"/api/orders/v1/track/{number}\""));
    shop.clock.advance(Duration::seconds(61));
    customer.get(&path).await.shows(">18:59<");
    shop.clock.advance(Duration::minutes(20));
    customer
        .get(&path)
        .await
        .hides("Оплатить картой")
        .shows("Время на оплату вышло");
}

#[tokio::test]
async fn is_paid_on_the_providers_page_and_nowhere_else() {
    let shop = Shop::open().await;
    let mut customer = shop.visitor();
    let number = customer.order().await;
    let path = format!("/orders/{number}");
    let key = customer.get(&path).await.field("key");
    let reply = customer.post(&path, &[("key", &key)]).await;
    reply.leads_to(&format!("{PAY}/fake-payment/{number}"));
    let policy = reply.headers["content-security-policy"].to_str().expect("ASCII");
    assert!(
        policy.ends_with("form-action 'self' https://pay.example"),
        "{policy}"
    );
    assert!(shop.services.data().keys.contains(&("payments".to_owned(), key)));
    customer.post(&path, &[]).await.is(400);

    let mut elsewhere = shop.services.clone();
    elsewhere.payment_origin = "https://evil.example".into();
    let shop = Shop::open_with(elsewhere).await;
    let mut customer = shop.visitor();
    let key = customer.get(&path).await.field("key");
    let reply = customer.post(&path, &[("key", &key)]).await;
    reply.is(500).hides("evil.example");
}

#[tokio::test]
async fn waits_for_the_providers_word_after_paying() {
    let shop = Shop::open().await;
    let mut customer = shop.visitor();
    let number = customer.order().await;
    let back = format!("/orders/{number}?from=payment");
    let reply = customer.get(&back).await;
    reply
        .shows("Проверяем оплату")
        .shows("<noscript><meta http-equiv=\"refresh\" content=\"4\"></noscript>")
        .shows("data-every=\"2\"")
        .shows("Оплатить ещё раз");
    let now = kernel::Clock::now(&shop.clock);
    if let Some(order) = shop.services.data().orders.get_mut(&number) {
        step(
            order,
            OrderStatus::Paid,
            now + Duration::minutes(3),
            ActorKind::Payment,
        );
    }
    let reply = customer.get(&back).await;
    reply
        .shows("Оплата получена")
        .shows("23 ноября 2026, 12:03")
        .hides("Проверяем")
        .hides("http-equiv")
        .hides("name=\"key\"");
}

#[tokio::test]
async fn says_when_it_cannot_be_paid() {
    let shop = Shop::open().await;
    orders::demo(&shop.services, "DEMO-0000-0001", OrderStatus::Paid);
    let mut visitor = shop.visitor();
    let path = "/orders/DEMO-0000-0001";
    visitor
        .post_and_follow(path, &[("key", "k")])
        .await
        .shows("Этот заказ уже нельзя оплатить");
    orders::demo(&shop.services, "DEMO-0000-0002", OrderStatus::Created);
    shop.refuse("/api/orders/v1/orders/", &kinds::UNAVAILABLE);
    let reply = visitor
        .post_and_follow("/orders/DEMO-0000-0002", &[("key", "k")])
        .await;
    reply
        .shows("Платёжный сервис не ответил")
        .shows("Оплатить картой");
    visitor.post("/orders/NONE", &[("key", "k")]).await.is(404);
}

#[tokio::test]
async fn tells_the_whole_way_and_why_it_was_not_delivered() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    orders::demo(&shop.services, "DEMO-0000-0003", OrderStatus::NotDelivered);
    let reply = visitor.get("/orders/DEMO-0000-0003").await;
    reply
        .shows("никого не было дома")
        .shows("href=\"tel:+78000000000\"")
        .shows("Передан курьеру")
        .hides("way__ahead")
        .hides("data-track");
    orders::demo(&shop.services, "DEMO-0000-0004", OrderStatus::Cancelled);
    visitor
        .get("/orders/DEMO-0000-0004")
        .await
        .shows("Время на оплату вышло");
    orders::demo(&shop.services, "DEMO-0000-0005", OrderStatus::InDelivery);
    let reply = visitor.get("/orders/DEMO-0000-0005").await;
    reply.shows("way__ahead").shows("data-every=\"30\"").hides("тел");
}

#[tokio::test]
async fn is_found_by_its_number() {
    let shop = Shop::open().await;
    orders::demo(&shop.services, "DEMO-0000-0001", OrderStatus::Paid);
    let mut visitor = shop.visitor();
    visitor.get("/track").await.is(200).hides("field__error");
    visitor
        .get("/track?number=+demo-0000-0001+")
        .await
        .leads_to("/orders/DEMO-0000-0001");
    visitor
        .get("/orders/demo-0000-0001")
        .await
        .leads_to("/orders/DEMO-0000-0001");
    for unknown in ["NONE", "..%2F..%2Fcarts", "%3Cb%3E", "%C3%B1"] {
        let reply = visitor.get(&format!("/track?number={unknown}")).await;
        reply.is(404).shows("Заказа с таким номером нет").hides("<b>");
    }
    visitor.get("/orders/NONE").await.is(404);
}
