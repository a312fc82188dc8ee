use std::path::Path;

use contracts::orders::OrderStatus;
use kernel::Lang;

use crate::fake::orders;
use crate::visitor::{ADDRESS, Shop, Visitor};

#[test]
fn every_text_is_there_in_both_languages_and_used() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let wrong = web::check::texts(&web::check::Sources {
        ru: include_str!("../../locales/ru/storefront.ftl"),
        en: include_str!("../../locales/en/storefront.ftl"),
        folders: &[&folder.join("templates"), &folder.join("src")],
    });
    assert_eq!(wrong, Vec::<String>::new());
}

/// Every template of the site, in each language, in every state it has.
#[tokio::test]
async fn every_page_speaks_both_languages() {
    let shop = Shop::open().await;
    for status in STATUSES {
        orders::demo(&shop.services, &number(status), status);
    }
    for lang in [Lang::Ru, Lang::En] {
        let mut visitor = shop.visitor();
        visitor.lang = lang;
        for path in [
            "/cart",
            "/",
            "/catalogue",
            "/catalogue?q=zzz",
            "/track",
            "/track?number=0",
            "/sets",
            "/sets?kind=bedroom",
            "/sets?kind=zzz",
            "/sets/BEDROOM-ONEGA",
            "/sets/DINING-LADOGA",
            "/sets/LIVING-NEVA",
            "/sets/HALL-DVINA",
            "/nowhere",
        ] {
            check(&mut visitor, path).await;
        }
        for filter in [
            "category=sofas",
            "color=walnut",
            "material=veneer",
            "available=true",
            "min_price=1",
            "q=a",
            "category=storage",
            "category=wardrobes&prop.doors=swing&prop.load.min=40,5&prop.light=false&prop.handles=graphite",
            "prop.unknown=1",
            "category=sofas&q=zzz&available=true",
        ] {
            check(&mut visitor, &format!("/catalogue?{filter}")).await;
        }
        for slug in [
            "wardrobe-onega-walnut",
            "bed-pechora-oak",
            "bed-pechora-walnut",
            "shelving-dvina-oak",
        ] {
            check(&mut visitor, &format!("/products/{slug}")).await;
        }
        visitor.buy("chair-oka-graphite", "2").await;
        check(&mut visitor, "/cart").await;
        shop.stock("chair-oka-graphite", 1);
        check(&mut visitor, "/cart").await;
        shop.stock("chair-oka-graphite", 0);
        check(&mut visitor, "/cart").await;
        shop.stock("chair-oka-graphite", 64);
        check(&mut visitor, "/delivery").await;
        visitor.post("/delivery", &ADDRESS).await.is(303);
        check(&mut visitor, "/delivery/slot").await;
        let number = shop.visitor().order().await;
        check(&mut visitor, &format!("/orders/{number}")).await;
        check(&mut visitor, &format!("/orders/{number}?from=payment")).await;
        for status in STATUSES {
            check(&mut visitor, &format!("/orders/{}", self::number(status))).await;
        }
        check(&mut visitor, "/courier/sign-in").await;
        visitor
            .post(
                "/courier/sign-in",
                &[("login", "courier.petrov"), ("password", "Courier-1")],
            )
            .await
            .leads_to("/courier/");
        for path in ["/courier/", "/courier/free", "/courier/nowhere"] {
            check(&mut visitor, path).await;
        }
    }
}

const STATUSES: [OrderStatus; 8] = [
    OrderStatus::Created,
    OrderStatus::Paid,
    OrderStatus::ReadyToShip,
    OrderStatus::NeedsChange,
    OrderStatus::InDelivery,
    OrderStatus::Delivered,
    OrderStatus::NotDelivered,
    OrderStatus::Cancelled,
];

fn number(status: OrderStatus) -> String {
    format!(
        "DEMO-0000-000{}",
        STATUSES
            .iter()
            .position(|other| *other == status)
            .expect("one of all")
    )
}

async fn check(visitor: &mut Visitor, path: &str) {
    let reply = visitor.get(path).await;
    assert!(!reply.status.is_server_error(), "{path}: {}", reply.html);
    let tag = visitor.lang.tag();
    reply
        .shows(&format!("<html lang=\"{tag}\">"))
        .hides("{ $")
        .hides("{$");
    // What the content security policy would not let work.
    reply.hides("style=\"").hides("<script>").hides(" onclick");
    // The other language is one click away.
    let other = if tag == "ru" { "lang=en" } else { "lang=ru" };
    reply.shows(other);
    for id in ids(&reply.html) {
        let uses = reply.html.matches(&format!(" id=\"{id}\"")).count();
        assert_eq!(uses, 1, "{path}: the id {id} is there {uses} times");
    }
    for label in attributes(&reply.html, " for=\"") {
        assert!(
            reply.html.contains(&format!(" id=\"{label}\"")),
            "{path}: a label for {label}"
        );
    }
}

fn ids(html: &str) -> Vec<&str> {
    attributes(html, " id=\"")
}

fn attributes<'a>(html: &'a str, start: &str) -> Vec<&'a str> {
    html.split(start)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[tokio::test]
async fn the_start_page_shows_categories_and_new_products() {
    let shop = Shop::open().await;
    let reply = shop.visitor().get("/").await;
    reply
        .is(200)
        .shows("href=\"/catalogue?category=armchairs\"")
        .shows("2 модели")
        .shows("Кресло «Волга»")
        .shows("34 990 ₽")
        .shows("loading=\"lazy\"")
        .shows("width=\"1000\" height=\"1000\"")
        .shows("<source type=\"image/avif\" srcset=\"/api/catalog/v1/media/armchair-volga-terracotta-front-320.avif 320w, ")
        .shows("<source type=\"image/webp\" srcset=")
        .shows("sizes=\"(max-width: 56rem) 46vw")
        // Browsers that know neither format.
        .shows("src=\"/api/catalog/v1/media/armchair-volga-terracotta-front.svg\"");
}

#[tokio::test]
async fn the_search_box_is_a_form_that_a_script_may_help() {
    let shop = Shop::open().await;
    let mut visitor = shop.visitor();
    let reply = visitor.get("/catalogue?q=%22%D0%BE%D0%BA%D0%B0%22").await;
    // A combobox is only what a script makes of it.
    reply
        .shows("action=\"/catalogue\" method=\"get\" role=\"search\"")
        .shows("role=\"listbox\" aria-label=\"Подсказки поиска\"")
        .hides("role=\"combobox\"");
    let own = |html: &str| {
        let input = html.split("<input id=\"search\"").nth(1).expect("the box");
        input.split('>').next().expect("its end").to_owned()
    };
    assert!(
        own(&reply.html).contains("value=\"&#34;ока&#34;\""),
        "{}",
        reply.html
    );
    let script = reply
        .html
        .split("<script type=\"module\" src=\"")
        .find(|rest| rest.contains("suggest"));
    let script = script
        .and_then(|rest| rest.split('"').next())
        .expect("the script")
        .to_owned();
    let script = visitor.get(&script).await;
    script.is(200);
    assert_eq!(script.headers["content-type"], "text/javascript; charset=utf-8");
    // Elsewhere the box is empty.
    let elsewhere = visitor.get("/track?q=1").await;
    assert!(!own(&elsewhere.html).contains("value="), "{}", elsewhere.html);
}

#[tokio::test]
async fn search_engines_stay_out_of_orders() {
    let shop = Shop::open().await;
    let reply = shop.visitor().get("/robots.txt").await;
    reply.is(200).shows("Disallow: /orders/");
}
