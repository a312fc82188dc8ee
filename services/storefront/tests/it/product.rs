use crate::visitor::Shop;

#[tokio::test]
async fn shows_everything_about_a_product() {
    let shop = Shop::open().await;
    let reply = shop.visitor().get("/products/wardrobe-onega-walnut").await;
    reply
        .is(200)
        .shows("<h1>Шкаф «Онега»</h1>")
        .shows("89 900 ₽")
        .shows("В наличии 4 штуки")
        .shows("210 × 120 × 60 см")
        .shows("48,5 кг")
        .shows("PNL-16-600-WAL")
        .shows("дополнительно")
        .shows("Москва, Южный порт")
        .shows("/api/catalog/v1/media/wardrobe-onega-walnut-front.svg")
        .shows("max=\"4\"")
        .shows("Шкаф «Онега» узкий");
}

#[tokio::test]
async fn says_what_is_bought_together_and_what_is_only_alike() {
    let shop = Shop::open().await;
    let table = shop.visitor().get("/products/table-ladoga-oak").await;
    table
        .is(200)
        .shows("Часто покупают вместе")
        .shows("/products/chair-oka-graphite")
        .shows("Похожий товар");
    let wardrobe = shop.visitor().get("/products/wardrobe-onega-walnut").await;
    wardrobe
        .is(200)
        .shows("Вам может подойти")
        .hides("Часто покупают вместе")
        .hides("Похожий товар");
}

#[tokio::test]
async fn is_whole_without_recommendations() {
    let shop = Shop::open().await;
    shop.refuse(
        "/api/catalog/v1/products/table-ladoga-oak/recommendations",
        &problem::kinds::UNAVAILABLE,
    );
    let table = shop.visitor().get("/products/table-ladoga-oak").await;
    table.is(200).hides("Часто покупают вместе");
}

#[tokio::test]
async fn has_one_address() {
    let shop = Shop::open().await;
    let id = shop.id("table-ladoga-oak");
    let reply = shop.visitor().get(&format!("/products/{id}")).await;
    reply.leads_to("/products/table-ladoga-oak");
    for unknown in ["/products/no-such", "/products/..%2f..%2fcarts", "/products/%00"] {
        shop.visitor()
            .get(unknown)
            .await
            .is(404)
            .shows("Такой страницы нет");
    }
}

#[tokio::test]
async fn what_cannot_be_bought_has_no_form() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let sold_out = visitor.get("/products/bed-pechora-oak").await;
    sold_out
        .is(200)
        .shows("Сейчас нет в наличии")
        .hides("name=\"quantity\"");
    let unpriced = visitor.get("/products/bed-pechora-walnut").await;
    unpriced
        .is(200)
        .shows("Пока не продаётся")
        .hides("name=\"quantity\"");
}

#[tokio::test]
async fn goes_into_the_cart_on_top_of_what_is_there() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.buy("wardrobe-onega-walnut", "1").await;
    visitor.get("/cart").await.shows("В корзине: Шкаф «Онега»");
    visitor.buy("wardrobe-onega-walnut", "2").await;
    visitor.buy("chair-oka-graphite", "4").await;
    let cart = visitor.get("/cart").await;
    cart.shows("269 700 ₽")
        .shows("33 960 ₽")
        .shows("303 660 ₽")
        .shows("<span class=\"top__count\">7");
}

#[tokio::test]
async fn says_how_many_there_are_when_there_are_too_few() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let path = "/products/wardrobe-onega-walnut";
    let reply = visitor.post(path, &[("quantity", "5")]).await;
    reply
        .is(409)
        .shows("В наличии только 4 шт.")
        .hides("уже в вашей корзине")
        .shows("value=\"5\"");
    visitor.buy("wardrobe-onega-walnut", "3").await;
    let reply = visitor.post(path, &[("quantity", "2")]).await;
    reply
        .is(409)
        .shows("В наличии только 4 шт., из них 3 уже в вашей корзине");
    visitor.get("/cart").await.shows("269 700 ₽");
}

#[tokio::test]
async fn a_quantity_is_a_number_of_pieces() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    for wrong in ["", "0", "-1", "1.5", "1001", "9223372036854775807", "много"] {
        let reply = visitor
            .post("/products/chair-oka-graphite", &[("quantity", wrong)])
            .await;
        reply
            .is(422)
            .shows("Укажите количество от 1 до 1000")
            .shows("aria-invalid=\"true\"");
    }
    assert!(shop.services.data().carts.is_empty(), "nothing was begun");
}

#[tokio::test]
async fn a_cart_that_is_gone_is_replaced() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.buy("chair-oka-graphite", "1").await;
    shop.services.data().carts.clear();
    visitor.buy("chair-oka-graphite", "2").await;
    visitor.get("/cart").await.shows("16 980 ₽");
}
