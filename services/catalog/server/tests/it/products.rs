use std::collections::BTreeSet;

use axum::http::{StatusCode, header};
use contracts::catalog::{
    Availability, BillLine, Price, ProductDetail, ProductPage, Suggestion, Suggestions,
};
use kernel::{Money, ProductId};
use test_support::TestDb;

use crate::house::{Ask, House};
use crate::seed::{SHELF, STOOLS, TABLE, WARDROBE};

const LIST: &str = "/api/catalog/v1/products";

async fn list(house: &House, query: &str) -> ProductPage {
    house.get(&format!("{LIST}?{query}")).await.ok()
}

fn slugs(page: &ProductPage) -> Vec<&str> {
    page.items.iter().map(|card| card.slug.as_str()).collect()
}

async fn id_of(db: &TestDb, slug: &str) -> ProductId {
    let id: uuid::Uuid = pg::sqlx::query_scalar("SELECT id FROM product WHERE slug = $1")
        .bind(slug)
        .fetch_one(db.admin())
        .await
        .expect("the product exists");
    id.into()
}

#[tokio::test]
async fn pages_follow_each_other_until_all_is_shown_once() {
    let house = House::open().await;
    let first: ProductPage = list(&house, "").await;
    assert_eq!(first.items.len(), 30);
    assert_eq!(first.facets.total, 34);

    let mut seen = BTreeSet::new();
    let mut query = "page_size=7&sort=price".to_owned();
    for _ in 0..5 {
        let page = list(&house, &query).await;
        seen.extend(slugs(&page).into_iter().map(str::to_owned));
        let Some(cursor) = page.next_cursor else { break };
        assert_eq!(page.items.len(), 7);
        query = format!("page_size=7&sort=price&cursor={cursor}");
    }
    assert_eq!(seen.len(), 34, "{seen:?}");
}

#[tokio::test]
async fn lists_are_narrowed_and_sorted() {
    let house = House::open().await;
    for (query, want) in [
        ("category=wardrobes", vec![WARDROBE]),
        ("color=white&sort=price", vec![TABLE, SHELF]),
        ("color=white&sort=-price", vec![TABLE, SHELF]),
        ("color=white&material=oak", vec![SHELF]),
        ("available=true&sort=price", vec![TABLE, WARDROBE, SHELF]),
        ("min_price=100000&sort=-price", vec![WARDROBE, TABLE]),
        ("min_price=100000&max_price=1000000", vec![TABLE]),
        ("max_price=10", vec![]),
        ("q=%D1%88%D0%BA%D0%B0%D1%84%D1%8B", vec![WARDROBE]),
        ("q=++TABLES++", vec![TABLE]),
        ("category=no-such", vec![]),
    ] {
        assert_eq!(slugs(&list(&house, query).await), want, "{query}");
    }
    assert_eq!(
        list(&house, "q=").await.facets.total,
        34,
        "no words, no narrowing"
    );
    assert_eq!(
        list(&house, "category=stools").await.facets.total,
        i64::try_from(STOOLS).expect("few")
    );
    assert_eq!(list(&house, "").await.items.len(), 30, "a full page");
}

#[tokio::test]
async fn a_product_is_found_by_id_and_by_slug() {
    let house = House::open().await;
    let id = id_of(&house.db, WARDROBE).await;
    let by_slug = house.get(&format!("{LIST}/{WARDROBE}")).await;
    assert!(by_slug.body.len() < 1_000_000, "CAT-9");
    let detail: ProductDetail = by_slug.ok();
    assert_eq!(detail, house.get(&format!("{LIST}/{id}")).await.ok());
    assert_eq!(detail.card.id, id);
    assert_eq!(detail.card.price, Some(Money::rub(12_800_00)));
    assert_eq!(detail.card.available, 5);
    assert_eq!(detail.components.len(), 2);
    // Missing values are explicit (CAT-9).
    let json: serde_json::Value = by_slug.ok();
    assert!(json["image"].is_null() && json.as_object().is_some_and(|json| json.contains_key("image")));

    let lines: Vec<BillLine> = house.get(&format!("{LIST}/{id}/components")).await.ok();
    assert_eq!(lines, detail.components);
    let price: Price = house.get(&format!("{LIST}/{WARDROBE}/price")).await.ok();
    assert_eq!(
        price,
        Price {
            product_id: id,
            price: Money::rub(12_800_00)
        }
    );
    let table: Availability = house.get(&format!("{LIST}/{TABLE}/availability")).await.ok();
    // 6, 4 and 2 legs: one table from each of two warehouses, a third from what is left over (CAT-6).
    let each: Vec<_> = table
        .warehouses
        .iter()
        .map(|at| (at.code.as_str(), at.available))
        .collect();
    assert_eq!((table.total, each), (3, vec![("MSK", 1), ("SPB", 1), ("EKB", 0)]));
}

#[tokio::test]
async fn a_product_without_a_price_says_so() {
    let house = House::open().await;
    let detail: ProductDetail = house.get(&format!("{LIST}/{SHELF}")).await.ok();
    assert_eq!(detail.card.price, None);
    let answer = house.get(&format!("{LIST}/{SHELF}/price")).await;
    let (status, slug, _) = answer.problem();
    assert_eq!((status, slug.as_str()), (409, "no-price"));
}

#[tokio::test]
async fn what_names_no_product_is_not_found() {
    let house = House::open().await;
    let long = "a".repeat(81);
    for name in [
        "no-such",
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "Wardrobe",
        "..%2f..%2fetc%2fpasswd",
        "a%00b",
        "%D1%88",
        "'%20or%201=1",
        &long,
    ] {
        for part in ["", "/components", "/price", "/availability", "/recommendations"] {
            let answer = house.get(&format!("{LIST}/{name}{part}")).await;
            let (status, slug, _) = answer.problem();
            assert_eq!((status, slug.as_str()), (404, "not-found"), "{name}{part}");
        }
    }
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let house = House::open().await;
    let cursor = list(&house, "page_size=1")
        .await
        .next_cursor
        .expect("there is more");
    let (long_words, long_code) = ("x".repeat(101), "x".repeat(41));
    for (query, field) in [
        ("colour=white", "colour"),
        ("page_size=0", "page_size"),
        ("page_size=31", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=ten", "page_size"),
        ("available=yes", "available"),
        ("min_price=-1", "min_price"),
        ("min_price=1.5", "min_price"),
        ("max_price=99999999999999999999", "max_price"),
        ("sort=name", "sort"),
        ("category=", "category"),
        ("category=A", "category"),
        ("color=a'b", "color"),
        (&format!("material={long_code}"), "material"),
        ("category=a&category=b", "category"),
        (&format!("q={long_words}"), "q"),
        ("q=%ff", "q"),
        ("q=%00", "q"),
        ("cursor=", "cursor"),
        ("cursor=!", "cursor"),
        ("cursor=bm90IGEgY3Vyc29y", "cursor"),
        (&format!("sort=price&cursor={cursor}"), "cursor"),
    ] {
        let answer = house.get(&format!("{LIST}?{query}")).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{query}: {answer:?}"
        );
        assert_eq!(answer.fields(), [field], "{query}");
    }
}

#[tokio::test]
async fn problems_are_in_the_callers_language() {
    let house = House::open().await;
    let path = format!("{LIST}/no-such");
    let (.., russian) = house.get(&path).await.problem();
    let english = house.edge(Ask::get(&path).header("accept-language", "en")).await;
    assert_eq!(english.header(header::CONTENT_LANGUAGE), "en");
    assert_eq!(
        (&russian["title"], &english.problem().2["title"]),
        (&"Не найдено".into(), &"Not found".into())
    );
}

#[tokio::test]
async fn filters_by_properties_that_make_no_sense_are_named() {
    let house = House::open().await;
    for (query, field) in [
        ("prop.no_such=1", "prop.no_such"),
        ("prop.a=1&prop.a=2", "prop.a"),
        ("prop.=1", "prop."),
        ("sort=relevance", "sort"),
        ("prop.a=%00", "prop.a"),
    ] {
        let answer = house.get(&format!("{LIST}?{query}")).await;
        let (status, kind, body) = answer.problem();
        assert_eq!((status, &*kind), (422, "validation"), "{query}");
        assert_eq!(body["errors"][0]["field"], field, "{query}: {body}");
    }
}

#[tokio::test]
async fn suggestions_complete_words_and_forgive_slips() {
    let house = House::open().await;
    let named = async |q: &str| -> Vec<String> {
        let found: Suggestions = house
            .get(&format!("/api/catalog/v1/suggestions?q={q}"))
            .await
            .ok();
        found
            .items
            .into_iter()
            .map(|item| match item {
                Suggestion::Category { code, .. } => format!("category {code}"),
                Suggestion::Product { slug, .. } => slug,
            })
            .collect()
    };
    assert_eq!(named("wardr").await, ["category wardrobes", WARDROBE]);
    assert!(named("wardrbe").await.contains(&WARDROBE.to_owned()));
    assert_eq!(named("%20").await, [""; 0]);
    assert!(named("s").await.len() <= 10);
    let answer = house.get("/api/catalog/v1/suggestions").await;
    assert_eq!(answer.problem().0, 422);
}
