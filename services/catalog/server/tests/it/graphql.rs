//! GraphQL of the customers' face: what it answers and what it costs.

use axum::http::{StatusCode, header};
use contracts::catalog::{Availability, ProductDetail, ProductPage};
use serde_json::{Value, json};

use crate::house::{Answer, Ask, House};
use crate::logs::statements;
use crate::seed::{STOOLS, TABLE, WARDROBE};

pub const GRAPHQL: &str = "/api/catalog/graphql";

pub async fn send(house: &House, body: &Value) -> Answer {
    house
        .edge(Ask::post(GRAPHQL).header("accept-language", "en").json(body))
        .await
}

/// The whole answer to a query.
pub async fn answer(house: &House, query: &str, variables: Value) -> Value {
    let sent = send(house, &json!({ "query": query, "variables": variables })).await;
    assert_eq!(sent.header(header::CONTENT_TYPE), "application/json");
    sent.ok()
}

/// The data of an answer without errors.
pub async fn data(house: &House, query: &str, variables: Value) -> Value {
    let answer = answer(house, query, variables).await;
    assert!(answer["errors"].is_null(), "{query}: {answer:#}");
    answer["data"].clone()
}

/// The code that all errors of an answer have, and the extensions of the first.
pub fn refusal(answer: &Value) -> (String, Value) {
    let errors = answer["errors"].as_array().expect("errors");
    let extensions = errors[0]["extensions"].clone();
    let code = extensions["code"].as_str().unwrap_or_default().to_owned();
    assert!(
        errors
            .iter()
            .all(|error| error["extensions"]["code"] == code.as_str()),
        "{answer:#}"
    );
    (code, extensions)
}

const EVERYTHING: &str = r"
    query ($first: Int!, $after: String) {
        products(first: $first, after: $after, sort: PRICE) {
            totalCount
            pageInfo { hasNextPage endCursor }
            facets { categories { code count } available }
            nodes {
                id slug name description weightG available
                category { code name } color { code hex } material { code }
                dimensions { heightMm } price { amount currency }
                availability { total warehouses { code name available } }
                image { url } images { key }
                components(first: 20) {
                    quantity required
                    component { sku name kind assembly components(first: 5) { quantity component { sku } } }
                    substitutes { sku }
                }
            }
        }
    }";

#[tokio::test]
async fn a_page_says_what_rest_says() {
    let house = House::open().await;
    let rest: ProductPage = house.get("/api/catalog/v1/products?sort=price").await.ok();
    let page = &data(&house, EVERYTHING, json!({ "first": 30 })).await["products"];
    assert_eq!(page["totalCount"], rest.facets.total);
    assert_eq!(
        page["pageInfo"]["endCursor"].as_str(),
        rest.next_cursor.as_deref()
    );
    let nodes = page["nodes"].as_array().expect("a list");
    assert_eq!(nodes.len(), 30);
    for (node, card) in nodes.iter().zip(&rest.items) {
        let detail: ProductDetail = house
            .get(&format!("/api/catalog/v1/products/{}", card.slug))
            .await
            .ok();
        assert_eq!(node["id"], json!(card.id));
        assert_eq!(node["name"], card.name.en.as_str());
        assert_eq!(node["description"], detail.description.en.as_str());
        assert_eq!(node["weightG"], detail.weight_g);
        assert_eq!(node["available"], card.available);
        assert_eq!(
            node["price"]["amount"].as_i64(),
            card.price.map(|price| price.amount)
        );
        assert_eq!(node["availability"]["total"], detail.availability.total);
        let lines = node["components"].as_array().expect("lines");
        let skus: Vec<_> = lines
            .iter()
            .map(|line| line["component"]["sku"].as_str())
            .collect();
        let rest: Vec<_> = detail
            .components
            .iter()
            .map(|line| Some(line.sku.as_str()))
            .collect();
        assert_eq!(skus, rest);
    }
    // Parts of one table lie in several warehouses (CAT-6).
    let table = data(&house, TABLE_STOCK, json!({ "slug": TABLE })).await;
    let rest: Availability = house
        .get(&format!("/api/catalog/v1/products/{TABLE}/availability"))
        .await
        .ok();
    let each: Vec<_> = rest
        .warehouses
        .iter()
        .map(|at| json!({ "code": at.code, "available": at.available }))
        .collect();
    assert_eq!(
        table["product"]["availability"],
        json!({ "total": rest.total, "warehouses": each })
    );

    let after = json!({ "first": 30, "after": page["pageInfo"]["endCursor"] });
    let last = &data(&house, EVERYTHING, after).await["products"];
    assert_eq!(last["nodes"].as_array().map(Vec::len), Some(STOOLS + 3 - 30));
    assert_eq!(
        last["pageInfo"],
        json!({ "hasNextPage": false, "endCursor": null })
    );
}

const TABLE_STOCK: &str = "query ($slug: String) {
    product(slug: $slug) { availability { total warehouses { code available } } } }";

#[tokio::test]
async fn a_longer_list_costs_no_more_statements() {
    let house = House::open().await;
    let mut costs = Vec::new();
    for first in [2, 30] {
        let before = statements();
        data(&house, EVERYTHING, json!({ "first": first })).await;
        costs.push(statements() - before);
    }
    // The list with its cards, descriptions, lines, parts, warehouses and stock; the first also the words and counts of the
    // assortment, which are kept.
    assert_eq!(costs, [8, 6]);

    // As many by their ids, each asked for alone.
    let ids = house
        .get("/api/catalog/v1/products")
        .await
        .ok::<ProductPage>()
        .items;
    let products: Vec<String> = ids
        .iter()
        .enumerate()
        .map(|(number, card)| {
            format!(
                "p{number}: product(id: \"{}\") {{ name components(first: 9) {{ quantity }} }}",
                card.id
            )
        })
        .collect();
    let before = statements();
    data(&house, &format!("{{ {} }}", products.join(" ")), json!({})).await;
    assert_eq!(statements() - before, 2);
}

#[tokio::test]
async fn bills_go_down_as_far_as_asked() {
    let house = House::open().await;
    for sql in [
        "INSERT INTO component (id, sku, name_ru, name_en, kind, height_mm, width_mm, depth_mm, assembly)
         VALUES (gen_random_uuid(), 'DOOR', 'Дверь', 'Door', 'panel', 1, 1, 1, true)",
        "INSERT INTO assembly_line (assembly_id, component_id, quantity, required, position, substitutes)
         SELECT d.id, h.id, 3, true, 0, ARRAY[s.id] FROM component d, component h, component s
         WHERE d.sku = 'DOOR' AND h.sku = 'HND-BRASS' AND s.sku = 'LEG-WHT'",
        "INSERT INTO bill_line (product_id, component_id, quantity, required, position)
         SELECT p.id, d.id, 2, true, 9 FROM product p, component d
         WHERE p.slug = 'wardrobe-onega-walnut' AND d.sku = 'DOOR'",
    ] {
        pg::sqlx::query(sql)
            .execute(house.db.admin())
            .await
            .expect("it fits");
    }
    let query = "query ($slug: String) { product(slug: $slug) { components(skip: 2) { quantity
        component { sku assembly components { quantity component { sku } substitutes { sku } } } } } }";
    let before = statements();
    let found = data(&house, query, json!({ "slug": WARDROBE })).await;
    // The product, its lines, the assembly's lines, their substitutes.
    assert_eq!(statements() - before, 4);
    assert_eq!(
        found["product"]["components"],
        json!([{ "quantity": 2, "component": { "sku": "DOOR", "assembly": true, "components": [
            { "quantity": 3, "component": { "sku": "HND-BRASS" }, "substitutes": [{ "sku": "LEG-WHT" }] },
        ] } }])
    );
}

#[tokio::test]
async fn what_is_our_fault_says_nothing_of_the_inside() {
    let house = House::open().await;
    pg::sqlx::query("ALTER TABLE product RENAME COLUMN weight_g TO mass")
        .execute(house.db.admin())
        .await
        .expect("renamed");
    let query = "query ($slug: String) { product(slug: $slug) { name } categories { code } }";
    let answer = answer(&house, query, json!({ "slug": WARDROBE })).await;
    assert_eq!(refusal(&answer).0, "internal");
    assert_eq!(answer["errors"][0]["message"], "Internal error");
    assert_eq!(answer["errors"][0]["path"], json!(["product"]));
    assert!(!answer.to_string().contains("weight_g"), "{answer}");
    // The rest is answered all the same.
    assert_eq!(answer["data"]["categories"][0]["code"], "wardrobes");
    assert!(answer["data"]["product"].is_null());
}

#[tokio::test]
async fn only_whole_requests_of_the_right_type_are_read() {
    let house = House::open().await;
    let good = json!({ "query": "{ categories { code } }" });
    let form = Ask::post(GRAPHQL).body("application/x-www-form-urlencoded", "query={categories{code}}");
    let text = Ask::post(GRAPHQL).body("text/plain", good.to_string());
    let multipart = Ask::post(GRAPHQL).body("multipart/form-data; boundary=x", "--x--");
    for (request, want) in [
        (
            Ask::get("/api/catalog/graphql?query=%7Bcategories%7Bcode%7D%7D"),
            405,
        ),
        (form, 415),
        (text, 415),
        (multipart, 415),
        (Ask::post(GRAPHQL).body("application/json", "{"), 400),
        (Ask::post(GRAPHQL).json(&json!([good, good])), 422),
        (Ask::post(GRAPHQL).json(&json!({})), 422),
        (Ask::post(GRAPHQL).json(&json!({ "query": 1 })), 422),
        (
            Ask::post(GRAPHQL).json(&json!({ "query": "{ a }", "variables": [] })),
            422,
        ),
        (Ask::get("/api/catalog/graphql/ws"), 400),
    ] {
        let named = format!("{request:?}");
        assert_eq!(house.edge(request).await.problem().0, want, "{named}");
    }
    // By the status where the caller knows what it means.
    for (query, want) in [
        ("{ categories { code } }", StatusCode::OK),
        ("{ nothing }", StatusCode::BAD_REQUEST),
        ("{", StatusCode::BAD_REQUEST),
    ] {
        let request = Ask::post(GRAPHQL).header("accept", "application/graphql-response+json");
        let answer = house.edge(request.json(&json!({ "query": query }))).await;
        assert_eq!(answer.status, want, "{query}");
        assert_eq!(
            answer.header(header::CONTENT_TYPE),
            "application/graphql-response+json"
        );
    }
}
