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

#[tokio::test]
async fn categories_are_a_tree() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    // At first only the roots.
    visitor
        .get("/catalogue")
        .await
        .shows("href=\"/catalogue?category=storage\"")
        .hides("category=wardrobes");
    let storage = visitor.get("/catalogue?category=storage").await;
    storage
        .shows("<h1>Хранение</h1>")
        .shows("6 предметов")
        .shows("aria-label=\"Разделы этой категории\"")
        .shows("href=\"/catalogue?category=wardrobes\"")
        .shows("wardrobe-onega-walnut")
        .shows("dresser-kama-milk");
    let tree = storage.html.split("<aside").nth(1).expect("filters");
    let nested = tree.split("Хранение</a>").nth(1).expect("the branch");
    let nested = nested.split("</ul></li>").next().expect("its end");
    assert!(
        nested.contains("<ul") && nested.contains("category=shelving"),
        "{nested}"
    );
    assert!(!nested.contains("category=sofas"), "{nested}");
    visitor
        .get("/catalogue?category=wardrobes")
        .await
        .shows("<a href=\"/catalogue?category=storage\">Хранение</a><span aria-hidden=\"true\">/</span><span aria-current=\"page\">Шкафы</span>")
        .hides("Разделы этой категории");
}

#[tokio::test]
async fn narrows_by_properties_of_the_category() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor.get("/catalogue").await.hides("prop.");
    visitor
        .get("/catalogue?category=wardrobes")
        .await
        .shows("<h2>Двери</h2>")
        .shows("href=\"/catalogue?category=wardrobes&#38;prop.doors=swing\"")
        .shows("<legend>Нагрузка на полку, кг</legend>")
        .shows("placeholder=\"от 41,5\"")
        .shows("placeholder=\"до 51,5\"")
        .shows("title=\"Графит, 2\"");
    let path =
        "/catalogue?category=storage&prop.doors=swing&prop.light=false&prop.load.min=50&prop.load.max=55%2C5";
    let reply = visitor.get(path).await;
    reply
        .is(200)
        .shows("2 предмета")
        .shows("wardrobe-onega-milk")
        .hides("wardrobe-onega-walnut")
        // Each can be taken away.
        .shows("<span>Двери: Распашные</span>")
        .shows("href=\"/catalogue?category=storage&#38;prop.light=false&#38;prop.load.max=55.5&#38;prop.load.min=50\"")
        .shows("<span>Нагрузка на полку, кг: от 50 до 55,5</span>")
        .shows("href=\"/catalogue?category=storage&#38;prop.doors=swing&#38;prop.light=false\"")
        .shows("<span>Подсветка: нет</span>")
        // Below, they are kept; elsewhere they mean nothing.
        .shows("href=\"/catalogue?category=wardrobes&#38;prop.doors=swing&#38;prop.light=false&#38;prop.load.max=55.5&#38;prop.load.min=50\"")
        .shows("href=\"/catalogue\">Вся мебель</a>");
    // The form of ranges carries what it has no fields for, once.
    let form = reply.html.split("filters__form").nth(1).expect("the form");
    let form = form.split("</form>").next().expect("its end");
    assert_eq!(form.matches("name=\"prop.doors\"").count(), 1, "{form}");
    assert_eq!(form.matches("name=\"prop.load.min\"").count(), 1, "{form}");
    assert!(
        form.contains("value=\"50\"") && form.contains("value=\"55.5\""),
        "{form}"
    );
    // The order is chosen among the same.
    let sort = reply.html.split("class=\"sort\"").nth(1).expect("the form");
    assert!(sort.contains("name=\"prop.load.max\" value=\"55.5\""), "{sort}");
    visitor
        .get("/catalogue?category=storage&prop.light=true")
        .await
        .shows("<span>Подсветка</span>");
}

#[tokio::test]
async fn a_property_that_is_gone_can_be_taken_away() {
    let shop = Shop::open().await;
    shop.visitor()
        .get("/catalogue?category=wardrobes&prop.wheels=four")
        .await
        .is(422)
        .shows("такого свойства нет")
        .shows("<span>wheels: four</span>")
        .shows("href=\"/catalogue?category=wardrobes\"");
}

#[tokio::test]
async fn what_fits_the_words_comes_first_until_another_order_is_chosen() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    visitor
        .get("/catalogue?q=ока")
        .await
        .shows("<option value=\"\" selected>подходящие</option>");
    visitor
        .get("/catalogue?q=ока&sort=new")
        .await
        .shows("<option value=\"new\" selected>новые</option>");
    visitor
        .get("/catalogue")
        .await
        .shows("<option value=\"new\" selected>новые</option>")
        .hides("подходящие");
}

#[tokio::test]
async fn where_nothing_is_found_there_is_a_way_on() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let path = "/catalogue?category=wardrobes&color=walnut&q=%D0%BE%D0%BA%D0%B0";
    visitor
        .get(path)
        .await
        .is(200)
        .shows("По запросу «ока» ничего не найдено")
        .shows("Искать «ока» во всём каталоге")
        .shows("href=\"/catalogue?q=%D0%BE%D0%BA%D0%B0\"")
        // What filters are called is known all the same.
        .shows("<h1>Шкафы</h1>")
        .shows("<span>Орех</span>")
        .shows("Что есть в этой категории")
        .shows("wardrobe-onega-milk");
    visitor
        .get("/catalogue?q=zzz")
        .await
        .shows("Мы искали и похожие слова")
        .shows("Новое в каталоге")
        .hides("Искать «zzz»");
    // The facet that is answered does not have what is chosen of it.
    visitor
        .get("/catalogue?category=storage&prop.doors=sliding&color=oak")
        .await
        .shows("Ничего не найдено")
        .shows("<span>Двери: Раздвижные</span>");
    visitor
        .get("/catalogue?category=sofas&max_price=1")
        .await
        .shows("Попробуйте убрать часть фильтров");
    // Without the second question the page is whole.
    shop.refuse(
        "/api/catalog/v1/products?page_size=4",
        &problem::kinds::UNAVAILABLE,
    );
    visitor
        .get(path)
        .await
        .is(200)
        .shows("ничего не найдено")
        .hides("Что есть в этой категории");
}

#[tokio::test]
async fn upper_bounds_are_told_as_such() {
    let shop = Shop::open().await;
    shop.services.data().only_bounds = true;
    let mut visitor = shop.visitor();
    visitor
        .get("/catalogue?q=ока")
        .await
        .shows("До 2 предметов по запросу «ока»")
        .shows("≤ 2")
        .shows("показано самое новое");
    visitor
        .get("/catalogue")
        .await
        .shows("До 16 предметов")
        .hides("показано самое новое");
}
