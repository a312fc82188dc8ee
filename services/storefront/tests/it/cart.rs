use crate::visitor::Shop;

const CHAIR: &str = "chair-oka-graphite";

#[tokio::test]
async fn is_empty_at_first() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let reply = visitor.get("/cart").await;
    reply.is(200).shows("В корзине пусто");
    // Nobody gets a cookie for looking.
    assert!(visitor.cookies.is_empty());
}

#[tokio::test]
async fn quantities_change_by_number_and_by_step() {
    let shop = Shop::open().await;
    let id = shop.id(CHAIR);
    let mut visitor = shop.visitor();
    visitor.buy(CHAIR, "2").await;
    for (fields, total) in [
        (vec![("quantity", "5")], "42 450 ₽"),
        (vec![("quantity", "5"), ("step", "1")], "50 940 ₽"),
        (vec![("quantity", "6"), ("step", "-1")], "42 450 ₽"),
        // A step is one piece.
        (vec![("quantity", "5"), ("step", "-4000")], "33 960 ₽"),
    ] {
        let fields: Vec<_> = [("product", id.as_str())].into_iter().chain(fields).collect();
        visitor.post("/cart", &fields).await.leads_to("/cart");
        visitor.get("/cart").await.shows(total);
    }
    visitor
        .post("/cart", &[("product", &id), ("quantity", "1"), ("step", "-1")])
        .await;
    visitor.get("/cart").await.shows("В корзине пусто");
}

#[tokio::test]
async fn lines_can_be_removed() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.buy(CHAIR, "2").await;
    visitor.buy("table-ladoga-oak", "1").await;
    let id = shop.id(CHAIR);
    let left = visitor
        .post_and_follow("/cart", &[("product", &id), ("action", "remove")])
        .await;
    left.hides("Стул «Ока»")
        .shows("Обеденный стол")
        .shows("<span class=\"top__count\">1");
}

#[tokio::test]
async fn wrong_quantities_are_told_at_the_line() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.buy(CHAIR, "2").await;
    let id = shop.id(CHAIR);
    for wrong in ["", "-1", "1001", "x"] {
        let reply = visitor
            .post("/cart", &[("product", &id), ("quantity", wrong)])
            .await;
        reply
            .is(422)
            .shows("Укажите количество от 1 до 1000")
            .shows(&format!("id=\"e-{id}\""));
    }
    let reply = visitor
        .post("/cart", &[("product", &id), ("quantity", "65")])
        .await;
    reply.is(409).shows("В наличии только 64 шт.");
    // Another's form, a forged one: nothing to do.
    visitor
        .post("/cart", &[("product", "nonsense"), ("quantity", "1")])
        .await
        .leads_to("/cart");
    visitor.get("/cart").await.shows("16 980 ₽");
}

#[tokio::test]
async fn what_has_become_short_must_be_put_right_first() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.buy(CHAIR, "5").await;
    visitor.get("/cart").await.shows("href=\"/delivery\"");
    shop.stock(CHAIR, 3);
    let reply = visitor.get("/cart").await;
    reply
        .shows("В наличии только 3 шт.")
        .shows("Взять 3 шт.")
        .shows("aria-disabled=\"true\"")
        .hides("href=\"/delivery\"");
    visitor.get("/delivery").await.leads_to("/cart");
    let id = shop.id(CHAIR);
    let right = visitor
        .post_and_follow("/cart", &[("product", &id), ("quantity", "3")])
        .await;
    right.shows("href=\"/delivery\"").hides("Взять 3 шт.");
    shop.stock(CHAIR, 0);
    visitor.get("/cart").await.shows("Разобрали").hides("Взять");
}

#[tokio::test]
async fn an_expired_cart_is_forgotten() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.buy(CHAIR, "5").await;
    visitor.get("/cart").await;
    shop.services.data().carts.clear();
    let id = shop.id(CHAIR);
    let reply = visitor
        .post("/cart", &[("product", &id), ("quantity", "3")])
        .await;
    reply.leads_to("/cart");
    let reply = visitor.get("/cart").await;
    reply.shows("Этого в корзине больше нет").shows("В корзине пусто");
    assert!(visitor.cookies.is_empty(), "{:?}", visitor.cookies);
}
