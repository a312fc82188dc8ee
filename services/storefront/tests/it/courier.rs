use http::Method;
use problem::kinds;

use crate::visitor::{Reply, Shop, Visitor};

const MINE: &str = "7K2M-9QXA-4TBD";
const FREE: &str = "3FHW-0ZRC-88PN";

async fn signed_in(shop: &Shop) -> Visitor {
    let mut courier = shop.visitor();
    let reply = sign_in(&mut courier, "courier.petrov", "Courier-1").await;
    reply.leads_to("/courier/");
    let cookie = reply.sets("courier");
    assert!(
        cookie.contains("; Path=/courier; HttpOnly; SameSite=Strict; Max-Age=43200"),
        "{cookie}"
    );
    courier
}

async fn sign_in(courier: &mut Visitor, login: &str, password: &str) -> Reply {
    courier
        .post("/courier/sign-in", &[("login", login), ("password", password)])
        .await
}

async fn act(courier: &mut Visitor, number: &str, action: &str) -> Reply {
    courier
        .post("/courier/", &[("number", number), ("action", action)])
        .await
}

#[tokio::test]
async fn nobody_gets_in_without_signing_in() {
    let shop = Shop::open().await;
    let mut stranger = shop.visitor();
    stranger.get("/courier").await.is(308);
    for path in ["/courier/", "/courier/free"] {
        stranger.get(path).await.leads_to("/courier/sign-in");
        stranger
            .post(path, &[("action", "claim"), ("number", FREE)])
            .await
            .leads_to("/courier/sign-in");
    }
    stranger.get("/courier/sign-in").await.is(200);
    // A made-up session is no session.
    stranger
        .cookies
        .insert("courier".into(), ("made-up.0J8".into(), "/courier".into()));
    stranger.get("/courier/").await.leads_to("/courier/sign-in");
    assert!(stranger.cookies.is_empty());
}

/// So that guessing from one address can be slowed down; what the browser claims goes on before that address.
#[tokio::test]
async fn orders_learns_where_a_courier_signs_in_from() {
    let shop = Shop::open().await;
    let mut courier = shop.visitor();
    sign_in(&mut courier, "courier.petrov", "Courier-1").await;
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-forwarded-for", "192.0.2.7"),
    ];
    let form = "login=courier.petrov&password=guess";
    courier
        .send(Method::POST, "/courier/sign-in", &headers, form)
        .await;
    assert_eq!(
        shop.services.data().ways,
        [
            Some("203.0.113.9".to_owned()),
            Some("192.0.2.7, 203.0.113.9".to_owned())
        ]
    );
}

#[tokio::test]
async fn wrong_credentials_are_told_without_saying_which() {
    let shop = Shop::open().await;
    let mut courier = shop.visitor();
    let reply = sign_in(&mut courier, "courier.petrov", "guess").await;
    reply
        .is(401)
        .shows("Неверный логин или пароль")
        .shows("value=\"courier.petrov\"")
        .hides("guess");
    let reply = sign_in(&mut courier, "", "").await;
    reply.is(422).shows("Введите логин").shows("Введите пароль");
    shop.refuse("/api/orders/v1/courier/sessions", &kinds::THROTTLED);
    sign_in(&mut courier, "courier.petrov", "guess")
        .await
        .is(429)
        .shows("Слишком много попыток");
    assert!(courier.cookies.is_empty());
}

#[tokio::test]
async fn free_orders_say_nothing_of_the_customer() {
    let shop = Shop::open().await;
    let mut courier = signed_in(&shop).await;
    let free = courier.get("/courier/free").await;
    free.is(200)
        .shows(FREE)
        .shows("96,3 кг")
        .shows("3 предмета")
        .hides(MINE)
        .hides("Анна")
        .hides("Мясницкая");
    let mine = courier.get("/courier/").await;
    mine.is(200)
        .shows(MINE)
        .shows("Анна Смирнова")
        .shows("href=\"tel:+79991234567\"")
        .shows("+7 999 123-45-67")
        .shows("Мясницкая улица")
        .shows("Пётр Петров")
        .hides(FREE);
}

#[tokio::test]
async fn an_order_is_taken_once() {
    let shop = Shop::open().await;
    let mut courier = signed_in(&shop).await;
    let claim = [("number", FREE), ("action", "claim")];
    let mine = courier.post_and_follow("/courier/free", &claim).await;
    mine.shows(&format!("Заказ {FREE} ваш"))
        .shows(&format!("job-{FREE}"));
    let reply = courier.post("/courier/free", &claim).await;
    reply.leads_to("/courier/free");
    courier.get("/courier/free").await.shows("уже у другого курьера");
}

#[tokio::test]
async fn an_order_is_delivered_given_back_or_not_delivered_with_a_reason() {
    let shop = Shop::open().await;
    let mut courier = signed_in(&shop).await;
    act(&mut courier, MINE, "release").await.leads_to("/courier/");
    courier
        .get("/courier/")
        .await
        .shows("снова в общем списке")
        .shows("У вас нет взятых заказов");
    courier.get("/courier/free").await.shows(MINE);

    act(&mut courier, MINE, "claim").await.leads_to("/courier/");
    act(&mut courier, MINE, "not-delivered")
        .await
        .leads_to("/courier/");
    courier
        .get("/courier/")
        .await
        .shows("Выберите причину")
        .shows(MINE);
    for (reason, message) in [
        ("whatever", "Выберите причину"),
        ("nobody_home", "отмечен как недоставленный"),
    ] {
        let fields = [("number", MINE), ("action", "not-delivered"), ("reason", reason)];
        courier.post_and_follow("/courier/", &fields).await.shows(message);
    }

    act(&mut courier, FREE, "claim").await.leads_to("/courier/");
    act(&mut courier, FREE, "delivered").await.leads_to("/courier/");
    courier
        .get("/courier/")
        .await
        .shows(&format!("Заказ {FREE} доставлен"));
    // Sent once more by a phone that had no answer.
    act(&mut courier, FREE, "delivered").await.leads_to("/courier/");
    courier.get("/courier/").await.shows("больше нет в списке");
    act(&mut courier, FREE, "explode").await.is(400);
}

#[tokio::test]
async fn sessions_end() {
    let shop = Shop::open().await;
    let mut courier = signed_in(&shop).await;
    let reply = courier.post("/courier/", &[("action", "sign-out")]).await;
    reply.leads_to("/courier/sign-in");
    assert!(courier.cookies.is_empty());

    let mut courier = signed_in(&shop).await;
    courier.get("/courier/sign-in").await.leads_to("/courier/");
    shop.refuse("/api/orders/v1/courier/orders", &kinds::UNAUTHENTICATED);
    courier.get("/courier/").await.leads_to("/courier/sign-in");
    assert!(courier.cookies.is_empty(), "the ended session is forgotten");
}
