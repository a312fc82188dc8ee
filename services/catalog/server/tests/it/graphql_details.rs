//! Properties, pictures in all their forms and documents of products by GraphQL, and lists narrowed by properties.

use serde_json::{Value, json};

use crate::graphql::{answer, data, refusal};
use crate::house::House;
use crate::logs::statements;
use crate::seed::{TABLE, WARDROBE};

/// A wardrobe with a property of each kind, a picture in two forms and a drawing; a table with another style.
async fn furnished() -> House {
    let house = House::open().await;
    pg::sqlx::raw_sql(
        r#"INSERT INTO property (code, name_ru, name_en, kind, unit, filterable, position) VALUES
               ('style', 'Стиль', 'Style', 'choice', NULL, true, 1), ('load', 'Нагрузка', 'Load', 'number', 'kg', true, 2),
               ('lock', 'Замок', 'Lock', 'flag', NULL, true, 3), ('inside', 'Внутри', 'Inside', 'color', NULL, true, 4),
               ('back', 'Стенка', 'Back', 'material', NULL, true, 5), ('note', 'Заметка', 'Note', 'text', NULL, false, 6),
               ('gone', 'Было', 'Gone', 'text', NULL, false, 7);
           UPDATE property SET deleted_at = now() WHERE code = 'gone';
           INSERT INTO property_choice (property, code, name_ru, name_en, position) VALUES
               ('style', 'loft', 'Лофт', 'Loft', 1), ('style', 'classic', 'Классика', 'Classic', 2);
           INSERT INTO category_property SELECT 'wardrobes', code, false, position FROM property WHERE filterable;
           UPDATE product SET properties = '{"style": "loft", "load": 12.5, "lock": true, "inside": "white",
               "back": "chipboard", "note": "Сделано вручную", "gone": "x"}' WHERE slug = 'wardrobe-onega-walnut';
           UPDATE product SET properties = '{"style": "classic", "load": 40}' WHERE slug = 'table-ilmen-white';
           INSERT INTO media (key, content_type, bytes, width, height, created_at)
           VALUES (repeat('a', 64) || '.png', 'image/png', 9, 800, 600, now());
           INSERT INTO media_variant (media_key, format, width, height, bytes, key)
           SELECT repeat('a', 64) || '.png', f, w, w * 3 / 4, 5, repeat(n::text, 64) || '.' || f
           FROM (VALUES ('webp', 320, 1), ('avif', 640, 2), ('avif', 320, 3)) v (f, w, n);
           INSERT INTO product_image (product_id, position, media_key)
           SELECT id, 0, repeat('a', 64) || '.png' FROM product WHERE slug = 'wardrobe-onega-walnut';
           INSERT INTO document (key, bytes, created_at) VALUES (repeat('d', 64) || '.pdf', 1234, now());
           INSERT INTO product_document (product_id, position, document_key, kind, title_ru, title_en)
           SELECT id, 0, repeat('d', 64) || '.pdf', 'drawing', 'Чертёж', 'Drawing' FROM product
           WHERE slug = 'wardrobe-onega-walnut';
           INSERT INTO stale_product (product_id) SELECT id FROM product"#,
    )
    .execute(house.db.admin())
    .await
    .expect("it fits");
    while catalog_store::relist(&house.db.pg("catalog_internal"), 1_000)
        .await
        .expect("a database")
        > 0
    {}
    house
}

#[tokio::test]
async fn a_product_has_properties_pictures_and_documents() {
    let house = furnished().await;
    let query = r"query ($slug: String) { product(slug: $slug) {
        properties { code name value { __typename
            ... on PropertyText { text } ... on PropertyNumber { number unit } ... on PropertyFlag { on }
            ... on Term { code name } ... on Color { code name hex } } }
        image { variants { format width height key url } }
        images { width variants { format } }
        documents { kind title key url bytes } } }";
    let before = statements();
    let found = data(&house, query, json!({ "slug": WARDROBE })).await;
    assert_eq!(statements() - before, 1);
    let product = &found["product"];
    assert_eq!(
        product["properties"],
        json!([
            { "code": "style", "name": "Style", "value": { "__typename": "Term", "code": "loft", "name": "Loft" } },
            { "code": "load", "name": "Load", "value": { "__typename": "PropertyNumber", "number": 12.5, "unit": "kg" } },
            { "code": "lock", "name": "Lock", "value": { "__typename": "PropertyFlag", "on": true } },
            { "code": "inside", "name": "Inside",
              "value": { "__typename": "Color", "code": "white", "name": "white", "hex": "#f4f4f0" } },
            { "code": "back", "name": "Back",
              "value": { "__typename": "Term", "code": "chipboard", "name": "chipboard" } },
            { "code": "note", "name": "Note", "value": { "__typename": "PropertyText", "text": "Сделано вручную" } },
        ])
    );
    let key = |n: &str, format: &str| format!("{}.{format}", n.repeat(64));
    let variant = |n: &str, format: &str, width: i64| {
        json!({ "format": format.to_uppercase(), "width": width, "height": width * 3 / 4, "key": key(n, format),
                "url": format!("/api/catalog/v1/media/{}", key(n, format)) })
    };
    assert_eq!(
        product["image"]["variants"],
        json!([
            variant("3", "avif", 320),
            variant("2", "avif", 640),
            variant("1", "webp", 320)
        ])
    );
    assert_eq!(
        product["images"],
        json!([{ "width": 800, "variants": [{ "format": "AVIF" }, { "format": "AVIF" }, { "format": "WEBP" }] }])
    );
    let pdf = key("d", "pdf");
    assert_eq!(
        product["documents"],
        json!([{ "kind": "DRAWING", "title": "Drawing", "key": pdf, "bytes": 1234,
                 "url": format!("/api/catalog/v1/documents/{pdf}") }])
    );
}

async fn slugs(house: &House, properties: Value) -> Vec<Value> {
    let query = "query ($of: [PropertyFilter!]) { products(filter: { properties: $of }) { nodes { slug } } }";
    let found = data(house, query, json!({ "of": properties })).await;
    let nodes = found["products"]["nodes"].as_array().expect("a list").clone();
    nodes.iter().map(|node| node["slug"].clone()).collect()
}

#[tokio::test]
async fn lists_are_narrowed_by_properties() {
    let house = furnished().await;
    for (properties, want) in [
        (json!([{ "code": "style", "value": "loft" }]), vec![WARDROBE]),
        (json!([{ "code": "lock", "value": "true" }]), vec![WARDROBE]),
        (json!([{ "code": "inside", "value": "white" }]), vec![WARDROBE]),
        (json!([{ "code": "load", "min": 20 }]), vec![TABLE]),
        (json!([{ "code": "load", "max": 20.5 }]), vec![WARDROBE]),
        (
            json!([{ "code": "load", "min": 12.5, "max": 12.5 }, { "code": "style", "value": "classic" }]),
            vec![],
        ),
    ] {
        assert_eq!(slugs(&house, properties.clone()).await, want, "{properties}");
    }
    let query = r#"{ products(filter: { category: "wardrobes" }) { facets { properties {
        code name kind unit min max exact values { code count } } } } }"#;
    let facets = &data(&house, query, json!({})).await["products"]["facets"]["properties"];
    assert_eq!(
        facets[0],
        json!({ "code": "style", "name": "Style", "kind": "CHOICE", "unit": null, "min": null, "max": null,
                "exact": true, "values": [{ "code": "loft", "count": 1 }] })
    );
    assert_eq!(
        facets[1],
        json!({ "code": "load", "name": "Load", "kind": "NUMBER", "unit": "kg", "min": 12.5, "max": 12.5,
                "exact": true, "values": [] })
    );
}

#[tokio::test]
async fn wrong_filters_by_properties_are_named() {
    let house = furnished().await;
    data(&house, "{ products { totalCount } }", json!({})).await;
    let query = "query ($of: [PropertyFilter!]) { products(filter: { properties: $of }) { totalCount } }";
    let many: Vec<Value> = (0..21)
        .map(|n| json!({ "code": format!("p{n}"), "value": "x" }))
        .collect();
    let loft = json!({ "code": "style", "value": "loft" });
    let before = statements();
    for (properties, field, code) in [
        (json!(many), "filter.properties", "length"),
        (
            json!([loft, { "code": "no-such", "value": "1" }]),
            "filter.properties[1].code",
            "unknown",
        ),
        (
            json!([{ "code": "note", "value": "1" }]),
            "filter.properties[0].code",
            "unknown",
        ),
        (
            json!([{ "code": "style", "value": "baroque" }]),
            "filter.properties[0].value",
            "invalid",
        ),
        (
            json!([{ "code": "load", "value": "5" }]),
            "filter.properties[0].value",
            "invalid",
        ),
        (
            json!([{ "code": "style", "min": 5 }]),
            "filter.properties[0].code",
            "unknown",
        ),
        (json!([loft, loft]), "filter.properties[1].code", "duplicate"),
        (
            json!([{ "code": "style" }]),
            "filter.properties[0].value",
            "choice",
        ),
        (
            json!([{ "code": "load", "value": "5", "min": 1 }]),
            "filter.properties[0].value",
            "choice",
        ),
        (
            json!([{ "code": "load.min", "value": "5" }]),
            "filter.properties[0].code",
            "pattern",
        ),
        (
            json!([{ "code": "", "value": "5" }]),
            "filter.properties[0].code",
            "pattern",
        ),
        (
            json!([{ "code": "style", "value": "x".repeat(101) }]),
            "filter.properties[0].value",
            "invalid",
        ),
    ] {
        let (slug, extensions) = refusal(&answer(&house, query, json!({ "of": properties })).await);
        let error = &extensions["errors"][0];
        assert_eq!(
            (slug.as_str(), &error["field"], &error["code"]),
            ("validation", &json!(field), &json!(code)),
            "{properties}"
        );
    }
    assert_eq!(statements(), before, "nothing was read");
}

#[tokio::test]
async fn nested_details_cost_what_they_are() {
    let house = furnished().await;
    let before = statements();
    let each = "variants { format width height key url }";
    let rest = "properties { code name value { ... on Term { code name } } } documents { kind title }";
    let costly =
        format!("{{ products {{ nodes {{ images {{ {each} }} all: images {{ {each} }} {rest} }} }} }}");
    let (code, extensions) = refusal(&answer(&house, &costly, json!({})).await);
    assert_eq!(
        (code.as_str(), &extensions["what"]),
        ("query-too-complex", &json!("complexity"))
    );
    assert_eq!(statements(), before, "nothing was read");
    // The same of one picture each is a page's worth: the list, and details in one statement.
    let page = costly.replace("images {", "image {");
    let found = data(&house, &page, json!({})).await;
    assert_eq!(found["products"]["nodes"].as_array().map(Vec::len), Some(30));
    assert!(statements() - before <= 5);
}
