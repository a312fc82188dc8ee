use problem::kinds;

use crate::fake::orders::{INSUFFICIENT_STOCK, SLOT_TAKEN};
use crate::visitor::{ADDRESS, Reply, Shop, Visitor, address_with};

const CHAIR: &str = "chair-oka-graphite";
const PLACE: &str = "/api/orders/v1/orders";

#[tokio::test]
async fn needs_a_cart_then_an_address() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.get("/delivery").await.leads_to("/cart");
    visitor.get("/delivery/slot").await.leads_to("/cart");
    visitor.post("/delivery", &ADDRESS).await.leads_to("/cart");
    visitor.buy(CHAIR, "1").await;
    visitor
        .get("/delivery")
        .await
        .is(200)
        .shows("Куда и кому привезти");
    visitor.get("/delivery/slot").await.leads_to("/delivery");
    visitor
        .post("/delivery/slot", &[("slot", "x")])
        .await
        .leads_to("/delivery");
}

#[tokio::test]
async fn errors_stand_beside_their_fields_and_the_rest_stays() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.buy(CHAIR, "1").await;
    let reply = visitor.post("/delivery", &[]).await;
    for field in ["name", "phone", "postcode", "city", "street"] {
        reply
            .is(422)
            .shows(&format!("id=\"e-{field}\""))
            .shows(&format!("href=\"#f-{field}\""));
    }
    reply.hides("id=\"e-flat\"");
    for (field, wrong, message) in [
        ("name", "Я", "Назовите получателя"),
        ("phone", "12345", "не похоже на номер телефона"),
        ("phone", "звоните жене", "не похоже на номер телефона"),
        ("postcode", "10100", "шесть цифр"),
        ("postcode", "ABCDEF", "шесть цифр"),
        ("street", "   ", "Укажите улицу и дом"),
        ("city", "\u{7}", "Укажите город"),
    ] {
        let reply = visitor.post("/delivery", &address_with(field, wrong)).await;
        reply.is(422).shows(message).shows(&format!("id=\"e-{field}\""));
        if field != "city" {
            reply.shows("value=\"Москва\"");
        }
        assert_eq!(reply.html.matches("class=\"field__error\"").count(), 1, "{field}");
    }
    let long = "х".repeat(51);
    visitor
        .post("/delivery", &address_with("flat", &long))
        .await
        .is(422)
        .shows("Не длиннее 50");
    // Nothing of it was kept.
    visitor.get("/delivery/slot").await.leads_to("/delivery");
}

#[tokio::test]
async fn an_address_out_of_reach_is_told_at_the_postcode() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.buy(CHAIR, "1").await;
    let reply = visitor
        .post("/delivery", &address_with("postcode", "990000"))
        .await;
    reply
        .is(422)
        .shows("Мы пока не доставляем")
        .shows("id=\"e-postcode\"")
        .shows("value=\"990000\"");
}

#[tokio::test]
async fn shows_price_and_windows_and_keeps_the_address_with_the_visitor() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.buy(CHAIR, "2").await;
    let reply = visitor.post("/delivery", &ADDRESS).await;
    reply.leads_to("/delivery/slot");
    let cookie = reply.sets("draft");
    assert!(
        cookie.contains("; Path=/delivery;") && cookie.contains("HttpOnly"),
        "{cookie}"
    );
    let reply = visitor.get("/delivery/slot").await;
    reply
        .is(200)
        .shows("Москва внутри МКАД")
        .shows("вт, 24 ноября")
        .shows("Ещё 2 дня")
        .shows("пн, 30 ноября")
        .shows("09:00–13:00")
        .shows("1 490 ₽")
        .shows("18 470 ₽")
        .shows("Анна Смирнова")
        .shows("+7 999 123-45-67");
    visitor
        .get("/delivery")
        .await
        .shows("value=\"Мясницкая ул., 13\"")
        .shows("value=\"+79991234567\"");
    // An hour later it has to be entered again.
    shop.clock.advance(time::Duration::minutes(61));
    visitor.get("/delivery").await.hides("Мясницкая");
}

#[tokio::test]
async fn can_be_given_up_and_the_cart_stays() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.buy(CHAIR, "2").await;
    visitor.post("/delivery", &ADDRESS).await;
    let reply = visitor
        .post_and_follow("/delivery", &[("action", "abandon")])
        .await;
    reply.shows("Оформление отменено");
    visitor.get("/delivery").await.is(200).hides("Мясницкая");
}

#[tokio::test]
async fn becomes_one_order_however_often_it_is_sent() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let slots = windows(&mut visitor).await;
    let (key, slot) = (slots.field("key"), slots.field("slot"));
    let fields = [("key", key.as_str()), ("slot", slot.as_str())];
    let before = visitor.cookies.clone();
    let first = visitor.post("/delivery/slot", &fields).await;
    first.is(303);
    assert!(first.location().starts_with("/orders/"));
    // The cart has become an order, and the address is not needed any more.
    assert!(!visitor.cookies.contains_key("cart") && !visitor.cookies.contains_key("draft"));
    // The button was pressed twice: the second request had the same cookies.
    visitor.cookies = before;
    let second = visitor.post("/delivery/slot", &fields).await;
    second.leads_to(first.location());
    assert_eq!(shop.services.data().orders.len(), 1);
    assert_ne!(
        windows(&mut shop.visitor()).await.field("key"),
        key,
        "each page has a key of its own"
    );
}

#[tokio::test]
async fn needs_a_window() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let slots = windows(&mut visitor).await;
    let key = slots.field("key");
    let reply = visitor.post("/delivery/slot", &[("key", &key)]).await;
    reply.is(422).shows("Выберите время доставки");
    assert!(shop.services.data().keys.is_empty());
}

#[tokio::test]
async fn a_window_taken_meanwhile_is_chosen_anew() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let slots = windows(&mut visitor).await;
    shop.refuse(PLACE, &SLOT_TAKEN);
    let reply = place(&mut visitor, &slots).await;
    reply
        .is(409)
        .shows("Это время только что заняли")
        .hides(" checked");
    assert_ne!(
        reply.field("key"),
        slots.field("key"),
        "another window is another request"
    );
    shop.recover();
    let placed = place(&mut visitor, &reply).await;
    assert!(placed.location().starts_with("/orders/"), "{}", placed.html);
}

#[tokio::test]
async fn goods_sold_meanwhile_lead_back_to_the_cart() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let slots = windows(&mut visitor).await;
    shop.refuse(PLACE, &INSUFFICIENT_STOCK);
    place(&mut visitor, &slots).await.leads_to("/cart");
    visitor
        .get("/cart")
        .await
        .shows("корзина или наличие изменились")
        .shows("Стул «Ока»");
}

#[tokio::test]
async fn a_lost_answer_can_be_asked_for_again_with_the_same_key() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let slots = windows(&mut visitor).await;
    shop.refuse(PLACE, &kinds::UNAVAILABLE);
    let lost = place(&mut visitor, &slots).await;
    lost.is(503).shows("Ответ не дошёл");
    assert_eq!(lost.field("key"), slots.field("key"));
    assert_eq!(lost.field("slot"), slots.field("slot"));
    shop.recover();
    let placed = place(&mut visitor, &lost).await;
    assert!(placed.location().starts_with("/orders/"), "{}", placed.html);
}

#[tokio::test]
async fn a_forged_address_is_not_taken() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    windows(&mut visitor).await;
    let (draft, _) = visitor.cookies.get_mut("draft").expect("the draft");
    *draft = draft.replacen('.', ".A", 1);
    visitor.get("/delivery/slot").await.leads_to("/delivery");
}

/// Goes as far as the windows.
async fn windows(visitor: &mut Visitor) -> Reply {
    visitor.buy(CHAIR, "1").await;
    visitor.post_and_follow("/delivery", &ADDRESS).await
}

async fn place(visitor: &mut Visitor, page: &Reply) -> Reply {
    let (key, slot) = (page.field("key"), page.field("slot"));
    visitor
        .post("/delivery/slot", &[("key", &key), ("slot", &slot)])
        .await
}
