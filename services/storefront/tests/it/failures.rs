use http::Method;
use kernel::Lang;
use problem::kinds;

use crate::visitor::Shop;

#[tokio::test]
async fn services_that_are_down_are_told_kindly() {
    let shop = Shop::without_services();
    let mut visitor = shop.visitor();
    for path in [
        "/",
        "/catalogue",
        "/products/x",
        "/sets",
        "/sets/x",
        "/orders/x",
        "/track?number=x",
    ] {
        let reply = visitor.get(path).await;
        reply
            .is(503)
            .shows("Сервис сейчас недоступен")
            .shows("Попробовать снова")
            .hides("127.0.0.1");
        assert_eq!(reply.headers["retry-after"], "5");
    }
    visitor.lang = Lang::En;
    visitor.get("/").await.is(503).shows("The service is unavailable");
    // What needs no service is there.
    visitor.get("/cart").await.is(200);
    visitor.get("/track").await.is(200);
    visitor.get("/courier/sign-in").await.is(200);
}

#[tokio::test]
async fn a_product_page_stands_without_its_neighbours() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    // The list fails, the product itself does not.
    shop.refuse("/api/catalog/v1/products?", &kinds::UNAVAILABLE);
    visitor
        .get("/products/wardrobe-onega-walnut")
        .await
        .is(200)
        .shows("Шкаф «Онега»");
}

#[tokio::test]
async fn faults_of_services_show_no_details() {
    let shop = Shop::open().await;
    shop.refuse("/api/catalog", &kinds::INTERNAL);
    let reply = shop.visitor().get("/catalogue").await;
    reply.is(500).shows("Что-то сломалось у нас").hides("internal");
}

#[tokio::test]
async fn unknown_pages_are_pages() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    for path in ["/nowhere", "/catalogue/x", "/assets/none.css", "/products"] {
        visitor
            .get(path)
            .await
            .is(404)
            .shows("Такой страницы нет")
            .shows("href=\"/catalogue\"");
    }
    visitor
        .get("/courier/nowhere")
        .await
        .is(404)
        .shows("К моим заказам");
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.buy("chair-oka-graphite", "1").await;
    let id = shop.id("chair-oka-graphite");
    let body = format!("product={id}&quantity=9");
    let form = ("content-type", "application/x-www-form-urlencoded");
    for foreign in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let reply = visitor.send(Method::POST, "/cart", &[form, foreign], &body).await;
        reply.is(403).shows("Сюда нельзя");
    }
    visitor.get("/cart").await.shows("8 490 ₽").hides("76 410 ₽");
    let own = ("origin", "https://shop.example");
    visitor
        .send(Method::POST, "/cart", &[form, own], &body)
        .await
        .leads_to("/cart");
}

#[tokio::test]
async fn bodies_that_are_no_forms_are_refused() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let own = ("sec-fetch-site", "same-origin");
    let json = ("content-type", "application/json");
    visitor
        .send(Method::POST, "/cart", &[own, json], "{}")
        .await
        .is(415)
        .shows("Запрос не понят");
    visitor.send(Method::DELETE, "/cart", &[own], "").await.is(405);
    visitor.get("/catalogue?q=%ff%fe").await.is(200);
}

#[tokio::test]
async fn every_page_has_the_security_headers() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    for path in ["/", "/cart", "/courier/sign-in", "/nowhere"] {
        let reply = visitor.get(path).await;
        let policy = reply.headers["content-security-policy"].to_str().expect("ASCII");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{policy}"
        );
        assert_eq!(reply.headers["x-content-type-options"], "nosniff");
        assert_eq!(reply.headers["x-frame-options"], "DENY");
        assert_eq!(reply.headers["cache-control"], "no-store, private");
    }
}
