//! Definitions of toggles as JSON, in flagd's format.

use std::collections::BTreeSet;

use contracts::events::{TOGGLES_CHANGED, TogglesChanged};
use events::NewEvent;
use kernel::{Clock, Text};
use problem::{Problem, kinds};
use serde_json::{Map, Value, json};
use toggles::BadSnapshot;

/// What is in force before anybody has saved any.
pub fn none() -> Value {
    json!({"metadata": {"version": "0"}, "flags": {}})
}

/// Definitions that say their version, so that logs and metrics of all services name the same. What is no definition is
/// left for the check to refuse.
pub fn stamped(mut definitions: Value, version: i64) -> Value {
    if let Some(root) = definitions.as_object_mut()
        && let Some(metadata) = root
            .entry("metadata")
            .or_insert_with(|| Value::Object(Map::new()))
            .as_object_mut()
    {
        metadata.insert("version".to_owned(), version.to_string().into());
    }
    definitions
}

/// Keys of the toggles that are new, gone or otherwise. Of all toggles when what they share is otherwise.
pub fn changed(before: &Value, after: &Value) -> Vec<String> {
    let shared = before.get("$evaluators") == after.get("$evaluators");
    let (before, after) = (&before["flags"], &after["flags"]);
    let keys: BTreeSet<&String> = [before, after]
        .into_iter()
        .filter_map(Value::as_object)
        .flat_map(Map::keys)
        .collect();
    let keys = keys
        .into_iter()
        .filter(|key| !shared || before.get(key) != after.get(key));
    keys.cloned().collect()
}

/// The event that tells the other services.
pub fn event(clock: &dyn Clock, version: i64, definitions: Value) -> NewEvent {
    let told = TogglesChanged { version, definitions };
    NewEvent::new(clock, TOGGLES_CHANGED, &told).subject(version.to_string())
}

/// Definitions were refused: which toggle, and why.
pub fn refused(bad: &BadSnapshot) -> Problem {
    let why = bad.why();
    let text = match bad.toggle() {
        Some(toggle) => Text::new(
            format!("переключатель «{toggle}» отклонён: {why}"),
            format!("toggle “{toggle}” is refused: {why}"),
        ),
        None => Text::new(format!("отклонены: {why}"), format!("are refused: {why}")),
    };
    Problem::new(&kinds::VALIDATION)
        .field("definitions", "invalid", text)
        .ext("toggle", &bad.toggle())
        .ext("why", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_stamped_over_whatever_was_said() {
        let said = json!({"metadata": {"version": "mine", "owner": "x"}, "flags": {}});
        assert_eq!(
            stamped(said, 3),
            json!({"metadata": {"version": "3", "owner": "x"}, "flags": {}})
        );
        assert_eq!(
            stamped(json!({"flags": {}}), 1),
            json!({"metadata": {"version": "1"}, "flags": {}})
        );
        for odd in [json!([]), json!("x"), json!({"metadata": 7})] {
            assert_eq!(stamped(odd.clone(), 1), odd);
        }
    }

    #[test]
    fn what_has_changed_is_named() {
        let before = json!({"flags": {"a": {"state": "ENABLED"}, "b": 1, "c": 1}});
        let after = json!({"flags": {"a": {"state": "DISABLED"}, "b": 1, "d": 1}});
        assert_eq!(changed(&before, &after), ["a", "c", "d"]);
        assert_eq!(changed(&after, &after), [""; 0]);
        let shared = json!({"flags": {"b": 1}, "$evaluators": {"x": 1}});
        assert_eq!(changed(&json!({"flags": {"b": 1}}), &shared), ["b"]);
    }
}
