//! The committed descriptions of the interfaces are what the services say of themselves.

use std::path::Path;
use std::process::Command;

#[test]
fn the_committed_descriptions_are_true() {
    for (service, command, file) in [
        ("catalog", "openapi", "openapi/catalog.json"),
        ("orders", "openapi", "openapi/orders.json"),
        ("backoffice", "openapi", "openapi/backoffice.json"),
        ("catalog", "graphql-schema", "graphql/catalog.graphql"),
    ] {
        let said = Command::new(e2e::binary(service))
            .arg(command)
            .output()
            .expect("run the service");
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(file);
        let kept = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(kept == said.stdout, "docs/{file} is out of date: make openapi");
    }
}

/// Every `$ref` of a description.
fn references(value: &serde_json::Value, into: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(members) => {
            if let Some(serde_json::Value::String(to)) = members.get("$ref") {
                into.push(to.clone());
            }
            members.values().for_each(|member| references(member, into));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| references(item, into)),
        _ => {}
    }
}

/// What the committed description of a service says.
fn described(service: &str) -> serde_json::Value {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi");
    let text = std::fs::read(committed.join(format!("{service}.json"))).expect("a description");
    serde_json::from_slice(&text).expect("JSON")
}

/// Every schema that must fit as part of another one.
fn parts<'a>(value: &'a serde_json::Value, into: &mut Vec<&'a serde_json::Value>) {
    match value {
        serde_json::Value::Object(members) => {
            if let Some(serde_json::Value::Array(all)) = members.get("allOf") {
                into.extend(all);
            }
            members.values().for_each(|member| parts(member, into));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| parts(item, into)),
        _ => {}
    }
}

/// A part that refuses members which it does not know refuses those of the other parts: nothing could fit.
#[test]
fn schemas_of_several_parts_can_be_fitted() {
    let described = described("catalog");
    let mut found = Vec::new();
    parts(&described, &mut found);
    assert!(!found.is_empty());
    for part in found {
        let reference = part["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
        let schema = reference.map_or(part, |to| described.pointer(to).expect("described"));
        assert!(schema["additionalProperties"] != false, "{part}");
    }
}

#[test]
fn descriptions_name_nothing_that_they_do_not_describe() {
    for service in ["catalog", "orders", "backoffice"] {
        let described = described(service);
        let mut named = Vec::new();
        references(&described, &mut named);
        assert!(!named.is_empty(), "{service}");
        for reference in named {
            let pointer = reference
                .strip_prefix('#')
                .expect("a reference within the description");
            assert!(described.pointer(pointer).is_some(), "{service}: {reference}");
        }
    }
}
