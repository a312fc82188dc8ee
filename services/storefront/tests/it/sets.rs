use http::header;
use kernel::Lang;
use problem::kinds;

use crate::fake::sets;
use crate::visitor::Shop;

#[tokio::test]
async fn lists_sets_with_kind_price_discount_and_state() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let reply = visitor.get("/sets").await;
    reply
        .is(200)
        .shows("href=\"/sets/BEDROOM-ONEGA\">Спальня «Онега»</a>")
        .shows("Полный комплект")
        .shows("Полный, с дополнениями")
        .shows("Неполный")
        .shows("Пустой")
        .shows("199 700 ₽")
        .shows("Скидка до 12,5 %")
        .shows("3 предмета")
        // One unit of the living room has no price.
        .shows("Цена уточняется")
        .shows("Пока без предметов")
        .shows("href=\"/sets?kind=dining\"");
    assert_eq!(
        reply.html.matches("Скидка до").count(),
        1,
        "only what is complete and priced"
    );
    visitor.lang = Lang::En;
    visitor
        .get("/sets")
        .await
        .shows("Onega bedroom")
        .shows("Up to 12.5% off")
        .shows("Complete, with extras");
}

#[tokio::test]
async fn narrows_sets_to_a_kind_and_goes_from_page_to_page() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let reply = visitor.get("/sets?kind=dining").await;
    reply
        .is(200)
        .shows("DINING-LADOGA")
        .hides("BEDROOM-ONEGA")
        .shows("href=\"/sets\">Все</a>");
    visitor
        .get("/sets?kind=nothing")
        .await
        .is(200)
        .shows("Гарнитуров пока нет");
    shop.services.data().most_sets = Some(2);
    visitor
        .get("/sets")
        .await
        .shows("rel=\"next\" href=\"/sets?cursor=2\"")
        .hides("LIVING-NEVA");
    visitor
        .get("/sets?cursor=2")
        .await
        .shows("LIVING-NEVA")
        .shows("К началу")
        .hides("rel=\"next\"");
    visitor.get("/sets?cursor=broken").await.leads_to("/sets");
}

#[tokio::test]
async fn a_set_shows_its_units_and_what_it_costs() {
    let shop = Shop::open().await;
    let reply = shop.visitor().get("/sets/BEDROOM-ONEGA").await;
    reply
        .is(200)
        .shows("<h1>Спальня «Онега»</h1>")
        .shows("href=\"/products/dresser-kama-walnut\"")
        .shows("2 × 54 900 ₽")
        .shows("199 700 ₽")
        .shows("до −24 962,50 ₽")
        .shows("тем она меньше")
        .shows("Можно собрать 4 комплекта")
        .shows("Всё в корзину")
        .shows("type=\"image/avif\"")
        .hides("Чего не хватает");
}

#[tokio::test]
async fn a_set_says_what_it_lacks_and_what_does_not_fit() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let dining = visitor.get("/sets/DINING-LADOGA").await;
    dining
        .is(200)
        .shows("Чего не хватает до комплекта")
        .shows("/catalogue?category=chairs&amp;color=oak")
        .shows("× 4")
        .shows("Цвет не тот, что у гарнитура")
        .shows("4 предмета другого цвета")
        .hides("Скидка до");
    let unit = |slug: &str| {
        let mut units = dining.html.split("<li class=\"line ");
        units
            .find(|unit| unit.contains(slug))
            .expect("the unit")
            .to_owned()
    };
    assert!(unit("chair-oka-graphite").contains("Цвет не тот"));
    assert!(!unit("table-ladoga-oak").contains("Цвет не тот"));
    visitor
        .get("/sets/LIVING-NEVA")
        .await
        .is(200)
        .shows("не у всех предметов есть цена")
        .hides("Всё в корзину");
    visitor
        .get("/sets/HALL-DVINA")
        .await
        .is(200)
        .shows("Пока без предметов")
        .hides("Всё в корзину");
}

#[tokio::test]
async fn a_set_has_one_address() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor
        .get(&format!("/sets/{}", sets::id(1)))
        .await
        .leads_to("/sets/DINING-LADOGA");
    for unknown in ["/sets/NOTHING", "/sets/..%2fproducts", "/sets/%3Cscript%3E"] {
        visitor.get(unknown).await.is(404).shows("Такой страницы нет");
    }
}

#[tokio::test]
async fn all_of_a_set_goes_into_the_cart_on_top_of_what_is_there() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.buy("dresser-kama-walnut", "1").await;
    let cart = visitor.post_and_follow("/sets/BEDROOM-ONEGA", &[]).await;
    cart.is(200)
        .shows("В корзине все предметы: Спальня «Онега»")
        .shows("254 600 ₽")
        .shows("<span class=\"top__count\">4");
}

#[tokio::test]
async fn what_does_not_fit_into_the_cart_leaves_it_as_it_was() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.buy("dresser-kama-walnut", "8").await;
    let reply = visitor.post("/sets/BEDROOM-ONEGA", &[]).await;
    reply
        .is(409)
        .shows("В корзину ничего не положено")
        .shows("Комод «Кама»: В наличии только 9 шт., из них 8 уже в вашей корзине");
    visitor
        .get("/cart")
        .await
        .shows("439 200 ₽")
        .hides("wardrobe-onega-walnut");
    // A set that cannot be bought as a whole.
    shop.stock("wardrobe-onega-walnut", 0);
    visitor
        .post("/sets/BEDROOM-ONEGA", &[])
        .await
        .is(409)
        .shows("целиком не купить")
        .hides("Всё в корзину");
}

#[tokio::test]
async fn who_is_overtaken_learns_what_was_left_out() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.buy("chair-oka-graphite", "1").await;
    let cart = visitor.cookies["cart"]
        .0
        .split('.')
        .next()
        .expect("an id")
        .to_owned();
    let wardrobe = shop.id("wardrobe-onega-walnut");
    shop.refuse(
        &format!("/api/orders/v1/carts/{cart}/lines/{wardrobe}"),
        &crate::fake::orders::INSUFFICIENT_STOCK,
    );
    let cart = visitor.post_and_follow("/sets/BEDROOM-ONEGA", &[]).await;
    cart.is(200)
        .shows("Поместилось не всё, эти предметы только что разобрали: Шкаф «Онега»")
        .shows("109 800 ₽")
        .hides("/products/wardrobe-onega-walnut");
}

#[tokio::test]
async fn sets_that_cannot_be_read_are_told_kindly() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    shop.refuse("/api/catalog/v1/sets", &kinds::UNAVAILABLE);
    for path in ["/sets", "/sets?kind=dining&cursor=2", "/sets/BEDROOM-ONEGA"] {
        let reply = visitor.get(path).await;
        reply.is(503).shows("Сервис сейчас недоступен");
        assert_eq!(reply.headers[header::RETRY_AFTER], "5");
    }
    visitor.post("/sets/BEDROOM-ONEGA", &[]).await.is(503);
}
