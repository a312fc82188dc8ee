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

#[tokio::test]
async fn shows_properties_in_the_visitors_language() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let path = "/products/wardrobe-onega-walnut";
    visitor
        .get(path)
        .await
        .shows("<dt>Двери</dt><dd>Распашные</dd>")
        .shows("<dt>Нагрузка на полку</dt><dd>41,5 кг</dd>")
        .shows("<dt>Подсветка</dt><dd>нет</dd>")
        .shows("fill=\"#3f4145\"");
    visitor.lang = kernel::Lang::En;
    visitor
        .get(path)
        .await
        .shows("<dt>Load of a shelf</dt><dd>41.5 kg</dd>")
        .shows("<dt>Light</dt><dd>no</dd>");
}

#[tokio::test]
async fn offers_documents_with_their_kind_and_size() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor
        .get("/products/wardrobe-onega-walnut")
        .await
        .shows(
            "href=\"/api/catalog/v1/documents/wardrobe-onega-walnut-drawing.pdf\" type=\"application/pdf\"",
        )
        .shows("Чертёж &#60;b&#62;корпуса&#60;/b&#62;")
        .shows("Чертёж · PDF, 420 КБ")
        .shows("Инструкция по сборке · PDF, 1,2 МБ");
    visitor
        .get("/products/sofa-neva-sage")
        .await
        .hides("Чертежи и инструкции");
}

#[tokio::test]
async fn shows_the_way_to_its_category() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let path = "/products/wardrobe-onega-walnut";
    visitor
        .get(path)
        .await
        .shows("<a href=\"/catalogue?category=storage\">Хранение</a><span aria-hidden=\"true\">/</span><a href=\"/catalogue?category=wardrobes\">Шкафы</a>");
    // The category alone is known without the list.
    shop.refuse("/api/catalog/v1/products?", &problem::kinds::UNAVAILABLE);
    visitor
        .get(path)
        .await
        .is(200)
        .hides("Хранение")
        .shows("<a href=\"/catalogue?category=wardrobes\">Шкафы</a>");
}

#[tokio::test]
async fn pictures_keep_their_place_and_come_in_several_sizes() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let reply = visitor.get("/products/wardrobe-onega-walnut").await;
    reply
        .shows("wardrobe-onega-walnut-side-640.webp 640w\" sizes=\"(max-width: 56rem) 100vw")
        .shows("sizes=\"5rem\"")
        .shows("fetchpriority=\"high\"");
    for img in reply.html.split("<img ").skip(1) {
        let img = img.split('>').next().expect("a tag");
        assert!(img.contains("width=\"1000\" height=\"1000\""), "{img}");
    }
    // While nothing smaller is made, the picture itself is shown.
    for product in &mut shop.services.data().products {
        for image in &mut product.images {
            image.variants.clear();
        }
    }
    visitor
        .get("/products/sofa-neva-sage")
        .await
        .shows("sofa-neva-sage-front.svg\"")
        .hides("sofa-neva-sage-front-640");
    visitor.buy("chair-oka-graphite", "1").await;
    visitor
        .get("/cart")
        .await
        .shows("chair-oka-graphite-front-320.avif 320w")
        .shows("sizes=\"7.5rem\"");
}
