//! What can be asked of the assortment by GraphQL.

use contracts::catalog::{ProductPage, Recommendations};
use serde_json::{Value, json};

use crate::graphql::{GRAPHQL, answer, data, refusal};
use crate::house::{Ask, House};
use crate::logs::statements;
use crate::seed::{SHELF, TABLE, WARDROBE};

#[tokio::test]
async fn lists_are_narrowed_sorted_and_searched() {
    let house = House::open().await;
    for (arguments, want) in [
        (r#"products(filter: { category: "wardrobes" })"#, vec![WARDROBE]),
        (
            r#"products(filter: { color: "white" }, sort: PRICE)"#,
            vec![TABLE, SHELF],
        ),
        (
            r#"products(filter: { color: "white", material: "oak" })"#,
            vec![SHELF],
        ),
        (
            "products(filter: { minPrice: 100000 }, sort: PRICE_DOWN)",
            vec![WARDROBE, TABLE],
        ),
        ("products(filter: { maxPrice: 10 })", vec![]),
        (
            "products(filter: { available: true }, sort: PRICE, first: 2)",
            vec![TABLE, WARDROBE],
        ),
        (r#"search(text: "шкафы")"#, vec![WARDROBE]),
        (r#"search(text: " TABLES ")"#, vec![TABLE]),
    ] {
        let found = data(
            &house,
            &format!("{{ list: {arguments} {{ nodes {{ slug }} }} }}"),
            json!({}),
        )
        .await;
        let nodes = found["list"]["nodes"].as_array().expect("a list");
        let slugs: Vec<_> = nodes.iter().filter_map(|node| node["slug"].as_str()).collect();
        assert_eq!(slugs, want, "{arguments}");
    }
}

#[tokio::test]
async fn products_are_found_by_id_and_slug_and_missing_ones_are_null() {
    let house = House::open().await;
    let by_slug = data(
        &house,
        r#"{ product(slug: "wardrobe-onega-walnut") { id } }"#,
        json!({}),
    )
    .await;
    let id = by_slug["product"]["id"].clone();
    let query = "query ($id: ID, $slug: String) { product(id: $id, slug: $slug) { slug } }";
    assert_eq!(
        data(&house, query, json!({ "id": id })).await["product"]["slug"],
        WARDROBE
    );
    for nobody in [
        json!({ "id": "01890a5d-ac96-774b-bcce-b302099a8057" }),
        json!({ "slug": "no-such" }),
        json!({ "slug": "' or 1=1" }),
    ] {
        assert!(data(&house, query, nobody).await["product"].is_null());
    }
    for wrong in [
        json!({ "id": "1" }),
        json!({ "id": "' or 1=1" }),
        json!({ "id": 7 }),
        json!({}),
        json!({ "id": id, "slug": WARDROBE }),
    ] {
        let (code, extensions) = refusal(&answer(&house, query, wrong).await);
        assert_eq!(
            (code.as_str(), &extensions["errors"][0]["field"]),
            ("validation", &json!("id"))
        );
    }
}

#[tokio::test]
async fn recommendations_are_those_of_rest() {
    let house = House::open().await;
    let id = data(
        &house,
        r#"{ product(slug: "wardrobe-onega-walnut") { id } }"#,
        json!({}),
    )
    .await["product"]["id"]
        .clone();
    let rest: Recommendations = house
        .get(&format!("/api/catalog/v1/products/{WARDROBE}/recommendations"))
        .await
        .ok();
    let query =
        "query ($id: ID!) { recommendations(productId: $id) { source product { slug description } } }";
    let found = data(&house, query, json!({ "id": id })).await;
    let slugs: Vec<_> = found["recommendations"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|found| found["product"]["slug"].clone())
        .collect();
    assert_eq!(
        slugs,
        rest.items
            .iter()
            .map(|item| json!(item.product.slug))
            .collect::<Vec<_>>()
    );
    let nobody = data(
        &house,
        query,
        json!({ "id": "01890a5d-ac96-774b-bcce-b302099a8057" }),
    )
    .await;
    assert_eq!(nobody["recommendations"], json!([]));
    let (code, extensions) = refusal(&answer(&house, query, json!({ "id": "x" })).await);
    assert_eq!(
        (code.as_str(), &extensions["errors"][0]["field"]),
        ("validation", &json!("productId"))
    );
}

#[tokio::test]
async fn categories_are_a_tree() {
    let house = House::open().await;
    pg::sqlx::query("UPDATE category SET parent = 'tables' WHERE code = 'stools'")
        .execute(house.db.admin())
        .await
        .expect("it fits");
    let found = data(
        &house,
        "{ categories { code children { code children { code } } } }",
        json!({}),
    )
    .await;
    assert_eq!(
        found["categories"],
        json!([
            { "code": "wardrobes", "children": [] },
            { "code": "tables", "children": [{ "code": "stools", "children": [] }] },
            { "code": "shelves", "children": [] },
        ])
    );
}

#[tokio::test]
async fn texts_are_in_the_callers_language_or_the_one_asked_for() {
    let house = House::open().await;
    let query = json!({ "query": "{ product(slug: \"table-ilmen-white\") { name en: name(lang: EN) ru: name(lang: RU) } }" });
    for (accepted, name) in [
        ("en-GB, ru;q=0.5", "Ilmen table"),
        ("ru", "Стол «Ильмень»"),
        ("", "Стол «Ильмень»"),
    ] {
        let found = house
            .edge(
                Ask::post(GRAPHQL)
                    .header("accept-language", accepted)
                    .json(&query),
            )
            .await;
        let product = &found.ok::<Value>()["data"]["product"];
        assert_eq!(
            *product,
            json!({ "name": name, "en": "Ilmen table", "ru": "Стол «Ильмень»" })
        );
    }
    let wrong = json!({ "query": "{ products(first: 31) { totalCount } }" });
    let russian: Value = house.edge(Ask::post(GRAPHQL).json(&wrong)).await.ok();
    assert_eq!(
        russian["errors"][0]["extensions"]["errors"][0]["message"],
        "от 1 до 30"
    );
}

#[tokio::test]
async fn a_gateway_finds_entities() {
    let house = House::open().await;
    let query = "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Product { slug components { quantity } } } }";
    let page: ProductPage = house.get("/api/catalog/v1/products?sort=price").await.ok();
    let mut of: Vec<_> = page
        .items
        .iter()
        .map(|card| json!({ "__typename": "Product", "id": card.id }))
        .collect();
    of.insert(
        1,
        json!({ "__typename": "Product", "id": "01890a5d-ac96-774b-bcce-b302099a8057" }),
    );
    let before = statements();
    let found = data(&house, query, json!({ "of": of })).await;
    assert_eq!(statements() - before, 2);
    let entities = found["_entities"].as_array().expect("a list");
    assert_eq!((entities.len(), &entities[1]), (31, &Value::Null));
    assert_eq!(entities[0]["slug"], page.items[0].slug.as_str());
    assert_eq!(entities[30]["slug"], page.items[29].slug.as_str());

    let malformed = json!({ "of": [{ "__typename": "Product", "id": "x" }] });
    assert_eq!(refusal(&answer(&house, query, malformed).await).0, "validation");
    let foreign = json!({ "of": [{ "__typename": "Query", "id": "x" }] });
    assert_eq!(refusal(&answer(&house, query, foreign).await).0, "validation");

    let service = data(&house, "{ _service { sdl } }", json!({})).await;
    let sdl = service["_service"]["sdl"].as_str().expect("text");
    assert!(sdl.contains(r#"type Product @key(fields: "id")"#), "{sdl}");
    assert!(sdl.contains("https://specs.apollo.dev/federation/v2"), "{sdl}");
}
