use std::collections::BTreeSet;

use contracts::catalog::FieldChange;
use serde_json::Value;
use sqlx::PgConnection;

use super::{EditError, Versioned};

/// Longer values are named, not shown: a bill may have thousands of lines.
const LONGEST: usize = 2_000;

/// What says how a thing stands, not what it is.
const BESIDE: [&str; 4] = ["version", "deleted_at", "updated_at", "created_at"];

/// Refuses a change of another version than the thing's own, with the fields that are different since then.
pub async fn expect<V: Versioned>(conn: &mut PgConnection, current: &V, base: i64) -> Result<(), EditError> {
    if current.version() == base {
        return Ok(());
    }
    let known = sqlx::query_scalar!(
        "SELECT entity FROM assortment_change WHERE kind = $1 AND code = $2 AND version = $3",
        V::KIND.code(),
        current.code(),
        base,
    )
    .fetch_optional(conn)
    .await?;
    Err(EditError::Stale {
        version: current.version(),
        changed: known.map(|known| changes(&known, &entity(current))),
    })
}

/// A thing as the journal keeps it.
pub(super) fn entity(thing: &impl Versioned) -> Value {
    let mut value = serde_json::to_value(thing).expect("a thing of the assortment is plain data");
    if let Value::Object(members) = &mut value {
        for name in BESIDE {
            members.remove(name);
        }
        members.insert("deleted".to_owned(), thing.is_deleted().into());
    }
    value
}

/// The members that are different.
pub(super) fn changes(before: &Value, now: &Value) -> Vec<FieldChange> {
    let names = |value: &Value| -> Vec<String> {
        let members = value.as_object();
        members.map_or_else(Vec::new, |members| members.keys().cloned().collect())
    };
    let all: BTreeSet<String> = names(before).into_iter().chain(names(now)).collect();
    let of = |value: &Value, name: &str| value.get(name).cloned().unwrap_or_default();
    all.into_iter()
        .map(|field| FieldChange {
            before: of(before, &field),
            now: of(now, &field),
            field,
        })
        .filter(|change| change.before != change.now)
        .map(|change| FieldChange {
            before: short(change.before),
            now: short(change.now),
            ..change
        })
        .collect()
}

fn short(value: Value) -> Value {
    if value.to_string().len() > LONGEST {
        Value::Null
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_different_is_named_with_both_values() {
        let before = json!({ "name": "a", "cost": 1, "gone": true, "same": [1, 2] });
        let now = json!({ "name": "b", "cost": null, "same": [1, 2], "new": {} });
        let told: Vec<_> = changes(&before, &now)
            .into_iter()
            .map(|change| (change.field, change.before, change.now))
            .collect();
        assert_eq!(
            told,
            [
                ("cost".to_owned(), json!(1), json!(null)),
                ("gone".to_owned(), json!(true), json!(null)),
                ("name".to_owned(), json!("a"), json!("b")),
                ("new".to_owned(), json!(null), json!({})),
            ]
        );
    }

    #[test]
    fn long_values_are_named_only() {
        let before = json!({ "bill": "x".repeat(3_000) });
        let now = json!({ "bill": "y".repeat(3_000) });
        let told = changes(&before, &now);
        assert_eq!(told.len(), 1);
        assert_eq!((&told[0].before, &told[0].now), (&json!(null), &json!(null)));
    }
}
