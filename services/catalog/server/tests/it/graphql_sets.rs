//! Sets, and what products have beside their cards, by GraphQL: what they say and what they cost.

use contracts::catalog::{SetDetail, SetPage};
use serde_json::{Value, json};

use crate::graphql::{answer, data, refusal};
use crate::house::House;
use crate::logs::statements;
use crate::seed::{TABLE, WARDROBE};
use crate::sets::bedroom;

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

const EVERYTHING: &str = r"
    fragment Standing on SetStanding {
        state missing { category { code name } missing } refusals { productId rule set unit message }
        unpriced total { amount currency } discount { amount } maxDiscountBp
    }
    query ($first: Int!, $after: String) {
        sets(first: $first, after: $after) {
            pageInfo { hasNextPage endCursor }
            nodes {
                id externalId name description unitCount kind { code } color { hex } material { code }
                standing { ...Standing }
                availability { total warehouses { code available } }
                units(first: 5) {
                    quantity
                    product {
                        slug name description
                        properties { code }
                        documents { key }
                        image { variants { key } }
                        components(first: 3) { quantity component { sku } }
                        availability { total }
                    }
                }
            }
        }
    }";

/// More sets like the bedroom, each with one unit more.
async fn more(house: &House, sets: i32) {
    pg::sqlx::query(
        "WITH made AS (
             INSERT INTO product_set (id, external_id, kind, name_ru, name_en, description_ru, description_en, color,
                                      material, created_at)
             SELECT gen_random_uuid(), 'BED-' || n, 'bedroom', 's' || n, 's' || n, 'd', 'd', 'walnut', 'oak',
                    timestamptz '2026-04-01Z' + n * interval '1 second'
             FROM generate_series(2, $1 + 1) n
             RETURNING id, external_id
         )
         INSERT INTO product_set_unit (set_id, product_id, quantity, position)
         SELECT m.id, p.id, 1, 0 FROM made m
         JOIN product p ON p.slug IN ('wardrobe-onega-walnut', 'stool-' || substr(m.external_id, 5))",
    )
    .bind(sets)
    .execute(house.db.admin())
    .await
    .expect("sets");
}

#[tokio::test]
async fn sets_say_what_rest_says() {
    let house = bedroom().await;
    more(&house, 3).await;
    let rest: SetPage = house.get("/api/catalog/v1/sets?page_size=3").await.ok();
    let page = &data(&house, EVERYTHING, json!({ "first": 3 })).await["sets"];
    assert_eq!(
        page["pageInfo"]["endCursor"].as_str(),
        rest.next_cursor.as_deref()
    );
    let nodes = page["nodes"].as_array().expect("a list");
    assert_eq!(nodes.len(), 3);
    for (node, card) in nodes.iter().zip(&rest.items) {
        let detail: SetDetail = house
            .get(&format!("/api/catalog/v1/sets/{}", card.external_id))
            .await
            .ok();
        assert_eq!(node["id"], json!(card.id));
        assert_eq!(node["externalId"], card.external_id.as_str());
        assert_eq!(node["description"], detail.description.en.as_str());
        assert_eq!(node["unitCount"], card.units);
        assert_eq!(node["standing"]["state"], "COMPLETE_WITH_EXTRAS");
        assert_eq!(
            node["standing"]["total"]["amount"].as_i64(),
            card.standing.total.map(|total| total.amount)
        );
        assert_eq!(
            node["standing"]["discount"]["amount"].as_i64(),
            card.standing.discount.map(|discount| discount.amount)
        );
        assert_eq!(node["availability"]["total"], detail.availability.total);
        let slugs: Vec<_> = detail
            .contents
            .iter()
            .map(|unit| json!(unit.product.slug))
            .collect();
        let units = node["units"].as_array().expect("units");
        let found: Vec<_> = units.iter().map(|unit| unit["product"]["slug"].clone()).collect();
        assert_eq!(found, slugs);
    }
    let after = json!({ "first": 3, "after": page["pageInfo"]["endCursor"] });
    let last = &data(&house, EVERYTHING, after).await["sets"];
    assert_eq!(last["nodes"][0]["externalId"], "BED-1");
    assert_eq!(
        last["pageInfo"],
        json!({ "hasNextPage": false, "endCursor": null })
    );
}

#[tokio::test]
async fn a_longer_list_of_sets_costs_no_more_statements() {
    let house = bedroom().await;
    more(&house, 29).await;
    for first in [2, 30] {
        let before = statements();
        let page = data(&house, EVERYTHING, json!({ "first": first })).await;
        assert_eq!(page["sets"]["nodes"].as_array().map(Vec::len), Some(first));
        // The list 3, descriptions and units 3, how often sets can be built 3, of their units: sheets 1, lines 1,
        // availabilities 3.
        assert_eq!(statements() - before, 14, "{first}");
    }
}

#[tokio::test]
async fn a_set_is_found_by_its_ids_and_as_an_entity() {
    let house = bedroom().await;
    let query = "query ($id: ID, $external: String) { set(id: $id, externalId: $external) { externalId } }";
    for named in [json!({ "id": ID }), json!({ "external": "BED-1" })] {
        assert_eq!(data(&house, query, named).await["set"]["externalId"], "BED-1");
    }
    for nobody in [
        json!({ "id": NOBODY }),
        json!({ "external": "BED-2" }),
        json!({ "external": "' or 1=1" }),
        json!({ "external": ID }),
    ] {
        assert!(data(&house, query, nobody).await["set"].is_null());
    }
    for wrong in [
        json!({}),
        json!({ "id": "1" }),
        json!({ "id": ID, "external": "BED-1" }),
    ] {
        let (code, extensions) = refusal(&answer(&house, query, wrong).await);
        assert_eq!(
            (code.as_str(), &extensions["errors"][0]["field"]),
            ("validation", &json!("id"))
        );
    }

    let query = "query ($of: [_Any!]!) { _entities(representations: $of) {
        ... on ProductSet { externalId units { product { slug } } } } }";
    let of: Vec<Value> = [ID, NOBODY, ID]
        .iter()
        .map(|id| json!({ "__typename": "ProductSet", "id": id }))
        .collect();
    let before = statements();
    let found = data(&house, query, json!({ "of": of })).await;
    assert_eq!(statements() - before, 3);
    let entities = found["_entities"].as_array().expect("a list");
    assert_eq!((entities.len(), &entities[1]), (3, &Value::Null));
    assert_eq!(
        (&entities[0], &entities[0]["externalId"]),
        (&entities[2], &json!("BED-1"))
    );
    assert_eq!(entities[0]["units"].as_array().map(Vec::len), Some(2));
}

const CHECK: &str = "query ($set: SetInput!) { checkSet(set: $set) {
    state refusals { productId rule set unit message(lang: EN) } total { amount } } }";

#[tokio::test]
async fn units_are_judged_as_a_set() {
    let house = bedroom().await;
    let id_of = async |slug: &str| {
        let query = "query ($slug: String) { product(slug: $slug) { id } }";
        data(&house, query, json!({ "slug": slug })).await["product"]["id"].clone()
    };
    let (wardrobe, table) = (id_of(WARDROBE).await, id_of(TABLE).await);
    let set = |units: Value| json!({ "set": { "kind": "bedroom", "color": "walnut", "material": "oak", "units": units } });
    let unit = |id: &Value, quantity: i64| json!({ "productId": id, "quantity": quantity });
    let whole = data(&house, CHECK, set(json!([unit(&wardrobe, 1)]))).await;
    assert_eq!(
        whole["checkSet"],
        json!({ "state": "COMPLETE", "refusals": [], "total": { "amount": 1_280_000 } })
    );
    let mixed = data(&house, CHECK, set(json!([unit(&wardrobe, 1), unit(&table, 2)]))).await;
    assert_eq!(mixed["checkSet"]["state"], "INCOMPLETE");
    assert_eq!(
        mixed["checkSet"]["refusals"][0],
        json!({ "productId": table, "rule": "COLOR", "set": "walnut", "unit": "white",
                "message": "the unit's colour is white, the set's is walnut" })
    );

    let many = vec![unit(&wardrobe, 1); 51];
    let before = statements();
    for (wrong, field) in [
        (set(json!([unit(&wardrobe, 0)])), "set.units[0].quantity"),
        (
            set(json!([unit(&wardrobe, 1), unit(&json!("x"), 1)])),
            "set.units[1].productId",
        ),
        (set(json!(many)), "set.units"),
        (
            json!({ "set": { "kind": "A", "color": "walnut", "material": "oak", "units": [] } }),
            "set.kind",
        ),
        (
            json!({ "set": { "kind": "bedroom", "color": "a'b", "material": "oak", "units": [] } }),
            "set.color",
        ),
        (
            json!({ "set": { "kind": "bedroom", "color": "walnut", "material": "", "units": [] } }),
            "set.material",
        ),
    ] {
        let (code, extensions) = refusal(&answer(&house, CHECK, wrong).await);
        assert_eq!(
            (code.as_str(), &extensions["errors"][0]["field"]),
            ("validation", &json!(field))
        );
    }
    assert_eq!(statements(), before, "nothing was read");
    for (unknown, field) in [
        (
            set(json!([unit(&wardrobe, 1), unit(&json!(NOBODY), 1)])),
            "set.units[1].productId",
        ),
        (
            json!({ "set": { "kind": "castle", "color": "walnut", "material": "oak", "units": [] } }),
            "set.kind",
        ),
    ] {
        let (_, extensions) = refusal(&answer(&house, CHECK, unknown).await);
        let error = &extensions["errors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!(field), &json!("unknown"))
        );
    }
}

#[tokio::test]
async fn wrong_questions_about_sets_are_refused() {
    let house = bedroom().await;
    let before = statements();
    for (arguments, field) in [
        ("sets(first: 31)", "first"),
        ("sets(first: 0)", "first"),
        (r#"sets(after: "x")"#, "after"),
        (r#"sets(filter: { kind: "A" })"#, "filter.kind"),
        (r#"sets(filter: { color: "a'b" })"#, "filter.color"),
        (r#"sets(filter: { material: "" })"#, "filter.material"),
    ] {
        let query = format!("{{ {arguments} {{ nodes {{ id }} }} }}");
        let (code, extensions) = refusal(&answer(&house, &query, json!({})).await);
        assert_eq!(
            (code.as_str(), &extensions["errors"][0]["field"]),
            ("validation", &json!(field)),
            "{arguments}"
        );
    }
    let costly =
        "{ sets { nodes { units(first: 50) { product { id slug name description available price { amount }
        category { code } properties { code name } } } } } }";
    let checks: Vec<String> = (0..26)
        .map(|n| {
            let set = r#"{ kind: "bedroom", color: "walnut", material: "oak", units: [] }"#;
            format!("c{n}: checkSet(set: {set}) {{ state }}")
        })
        .collect();
    for query in [costly, &format!("{{ {} }}", checks.join(" "))] {
        let (code, extensions) = refusal(&answer(&house, query, json!({})).await);
        assert_eq!(
            (code.as_str(), &extensions["what"]),
            ("query-too-complex", &json!("complexity"))
        );
    }
    assert_eq!(statements(), before, "nothing was read");
    let units = r#"{ set(externalId: "BED-1") { units(first: 51) { quantity } } }"#;
    assert_eq!(
        refusal(&answer(&house, units, json!({})).await).1["errors"][0]["field"],
        "first"
    );
}
