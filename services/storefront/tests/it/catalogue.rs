use kernel::Lang;

use crate::visitor::Shop;

#[tokio::test]
async fn lists_and_marks_what_cannot_be_bought() {
    let shop = Shop::open().await;
    let reply = shop.visitor().get("/catalogue").await;
    reply.is(200).shows("16 предметов").shows("Цена уточняется");
    let bed = reply
        .html
        .split("<article")
        .find(|card| card.contains("bed-pechora-oak"))
        .expect("the bed");
    assert!(
        bed.contains("card--gone") && bed.contains("Нет в наличии"),
        "{bed}"
    );
    let table = reply
        .html
        .split("<article")
        .find(|card| card.contains("table-ladoga-oak"))
        .expect("the table");
    assert!(!table.contains("Нет в наличии"), "{table}");
}

#[tokio::test]
async fn narrows_and_orders_by_the_address_alone() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let reply = visitor.get("/catalogue?category=sofas").await;
    reply
        .shows("2 предмета")
        .shows("<h1>Диваны</h1>")
        .hides("table-ladoga-oak");
    // The next choice keeps the first one.
    reply.shows("href=\"/catalogue?category=sofas&#38;color=sage\"");
    let reply = visitor
        .get("/catalogue?category=sofas&color=sage&available=true")
        .await;
    reply
        .shows("1 предмет")
        .shows("sofa-neva-sage")
        .hides("sofa-neva-milk");
    // Chosen again, it is taken back.
    reply.shows("href=\"/catalogue?category=sofas&#38;available=true\"");
    let reply = visitor.get("/catalogue?min_price=50000&max_price=60000").await;
    reply
        .shows("2 предмета")
        .shows("54 900 ₽")
        .shows("51 300 ₽")
        .hides("62 400 ₽");
    let reply = visitor.get("/catalogue?sort=price").await;
    let first = |html: &str| {
        html.split("href=\"/products/")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(first(&reply.html), "chair-oka-graphite");
    let reply = visitor.get("/catalogue?sort=-price").await;
    assert_eq!(first(&reply.html), "sofa-neva-sage");
}

#[tokio::test]
async fn searches_and_does_not_echo_markup() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let reply = visitor.get("/catalogue?q=%D0%BE%D0%BA%D0%B0").await;
    reply.shows("2 предмета по запросу «ока»").shows("chair-oka-oak");
    let reply = visitor
        .get("/catalogue?q=%3Cscript%3Ealert(1)%3C/script%3E")
        .await;
    reply
        .is(200)
        .hides("<script>alert")
        .shows("Такой мебели у нас пока нет");
}

#[tokio::test]
async fn goes_from_page_to_page() {
    let shop = Shop::open().await;
    {
        let mut data = shop.services.data();
        let more = data.products.clone();
        data.products.extend(more);
    }
    let mut visitor = shop.visitor();
    let reply = visitor.get("/catalogue?sort=price").await;
    reply
        .shows("rel=\"next\" href=\"/catalogue?sort=price&#38;cursor=24\"")
        .hides("К началу");
    let reply = visitor.get("/catalogue?sort=price&cursor=24").await;
    reply.shows("К началу").hides("rel=\"next\"");
    assert_eq!(reply.html.matches("<article").count(), 8);
}

#[tokio::test]
async fn an_outdated_cursor_leads_to_the_first_page() {
    let shop = Shop::open().await;
    let reply = shop.visitor().get("/catalogue?color=oak&cursor=broken").await;
    reply.leads_to("/catalogue?color=oak");
}

#[tokio::test]
async fn tells_what_is_wrong_with_a_filter_in_the_visitors_language() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let path = "/catalogue?min_price=900&max_price=100";
    visitor.get(path).await.is(422).shows("не меньше нижней цены");
    visitor.lang = Lang::En;
    visitor
        .get(path)
        .await
        .is(422)
        .shows("not below the lowest price")
        .shows("value=\"900\"");
}
