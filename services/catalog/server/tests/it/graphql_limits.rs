//! What GraphQL refuses, before it costs anything.

use serde_json::{Value, json};

use crate::graphql::{answer, data, refusal};
use crate::house::House;
use crate::logs::statements;

async fn refused(house: &House, query: &str) -> (String, Value) {
    let before = statements();
    let refusal = refusal(&answer(house, query, json!({})).await);
    assert_eq!(statements(), before, "nothing was read: {query:.80}");
    refusal
}

#[tokio::test]
async fn wrong_queries_are_named() {
    let house = House::open().await;
    // The words of the assortment are read by the first list and kept.
    data(&house, "{ products { totalCount } }", json!({})).await;
    for (query, code) in [
        ("", "malformed-request"),
        ("{", "malformed-request"),
        ("query { products(first: ) { totalCount } }", "malformed-request"),
        ("{ products { price } }", "validation"),
        ("{ products { nodes } }", "validation"),
        ("{ products(limit: 3) { totalCount } }", "validation"),
        (r#"{ products(first: "3") { totalCount } }"#, "validation"),
        (
            "query ($n: Int!) { products(first: $n) { totalCount } }",
            "validation",
        ),
        (
            "query a { categories { code } } query b { categories { code } }",
            "validation",
        ),
        ("mutation { products { totalCount } }", "validation"),
        (
            "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
            "validation",
        ),
        (
            r#"subscription { availability(productIds: ["01890a5d-ac96-774b-bcce-b302099a8057"]) { available } }"#,
            "validation",
        ),
    ] {
        assert_eq!(refused(&house, query).await.0, code, "{query}");
    }
    for (arguments, field) in [
        ("products(first: 31)", "first"),
        ("products(first: 0)", "first"),
        ("products(first: -2147483648)", "first"),
        (r#"products(after: "x")"#, "after"),
        (r#"products(filter: { category: "A" })"#, "filter.category"),
        (r#"products(filter: { color: "a'b" })"#, "filter.color"),
        ("products(filter: { minPrice: -1 })", "filter.minPrice"),
        (r#"search(text: "a\u0000b")"#, "filter.q"),
        (&format!(r#"search(text: "{}")"#, "x".repeat(101)), "filter.q"),
    ] {
        let (code, extensions) = refused(&house, &format!("{{ {arguments} {{ totalCount }} }}")).await;
        assert_eq!(
            (code.as_str(), &extensions["errors"][0]["field"]),
            ("validation", &json!(field)),
            "{arguments}"
        );
    }
    let line = r#"{ product(slug: "wardrobe-onega-walnut") { components(first: 201) { quantity } } }"#;
    assert_eq!(
        refusal(&answer(&house, line, json!({})).await).1["errors"][0]["field"],
        "first"
    );
    let line = r#"{ product(slug: "wardrobe-onega-walnut") { components(skip: -1) { quantity } } }"#;
    assert_eq!(
        refusal(&answer(&house, line, json!({})).await).1["errors"][0]["field"],
        "skip"
    );
}

#[tokio::test]
async fn too_much_is_refused_before_anything_is_read() {
    let house = House::open().await;
    let nested = |levels: usize| {
        let open = "component { components { ".repeat(levels);
        format!(
            "{{ product(slug: \"x\") {{ components {{ {open} quantity {} }} }} }}",
            "} } ".repeat(levels)
        )
    };
    // Each fragment names the next one twice: thirty of them would be a thousand million fields.
    let bomb: String = (0..30).fold("{ ...f0 }".to_owned(), |query, number| {
        let next = number + 1;
        format!("{query} fragment f{number} on Query {{ ...f{next} ...f{next} }}")
    }) + " fragment f30 on Query { categories { code } }";
    let aliases: Vec<String> = (0..31)
        .map(|number| format!("a{number}: categories {{ code }}"))
        .collect();
    let schema = "types { fields { type { fields { type { fields { type { fields { name } } } } } } } }";
    let of = r#"{ __typename: "Product", id: "x" }"#;
    for (query, what) in [
        (
            format!("{{ categories {{ code }} # {} \n }}", "x".repeat(17_000)),
            "size",
        ),
        (format!("{{ a {}", "{ a ".repeat(600)), "brackets"),
        (
            format!("{{ search(text: \"x\", after: {}", "[".repeat(600)),
            "brackets",
        ),
        (nested(8), "depth"),
        (
            "{ products { nodes { components(first: 200) { component { id sku name kind } } } } }".to_owned(),
            "complexity",
        ),
        (
            "{ products { nodes { components { component { components { component { sku } } } } } } }"
                .to_owned(),
            "complexity",
        ),
        (bomb, "fields"),
        (format!("{{ {} }}", "categories { code } ".repeat(501)), "fields"),
        (format!("{{ {} }}", aliases.join(" ")), "aliases"),
        (format!("{{ __schema {{ {schema} }} }}"), "introspection"),
        (
            format!(
                "{{ _entities(representations: [{}]) {{ __typename }} }}",
                of.repeat(101)
            ),
            "entities",
        ),
        (
            format!(
                "{{ _entities(representations: [{}]) {{ ... on Product {{ components(first: 200) {{ quantity required }} }} }} }}",
                of.repeat(100)
            ),
            "complexity",
        ),
    ] {
        let query = query.replace("}{", "} {");
        let (code, extensions) = refused(&house, &query).await;
        assert_eq!(
            (code.as_str(), &extensions["what"]),
            ("query-too-complex", &json!(what)),
            "{query:.200}"
        );
        assert!(extensions["limit"].is_u64(), "{extensions}");
    }
    // One representation too many by a variable.
    let query = "query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }";
    let of = vec![json!({ "__typename": "Product", "id": "x" }); 101];
    let (code, extensions) = refusal(&answer(&house, query, json!({ "of": of })).await);
    assert_eq!(
        (code.as_str(), &extensions["what"]),
        ("query-too-complex", &json!("entities"))
    );
}

/// What tools send to learn the schema.
const INTROSPECTION: &str = "
    query IntrospectionQuery {
      __schema {
        description
        queryType { name } mutationType { name } subscriptionType { name }
        types { ...FullType }
        directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
      }
    }
    fragment FullType on __Type {
      kind name description specifiedByURL
      fields(includeDeprecated: true) {
        name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason
      }
      inputFields(includeDeprecated: true) { ...InputValue }
      interfaces { ...TypeRef }
      enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
      possibleTypes { ...TypeRef }
    }
    fragment InputValue on __InputValue {
      name description type { ...TypeRef } defaultValue isDeprecated deprecationReason
    }
    fragment TypeRef on __Type {
      kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
        ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }
    }";

#[tokio::test]
async fn the_schema_can_be_asked_for() {
    let house = House::open().await;
    let schema = &data(&house, INTROSPECTION, json!({})).await["__schema"];
    let types = schema["types"].as_array().expect("types");
    assert!(types.iter().any(|kind| kind["name"] == "Product"));
    assert!(schema["mutationType"].is_null());
}
