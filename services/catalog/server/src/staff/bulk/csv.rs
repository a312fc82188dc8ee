//! Comma-separated values (RFC 4180).

use serde_json::Value;

/// What spreadsheets take for the beginning of a formula, and the apostrophe that says that it is none.
const GUARDED: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\''];

/// Writes a line of cells.
pub(super) fn line<'a>(into: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            into.push(',');
        }
        push(into, cell);
    }
    into.push_str("\r\n");
}

/// A cell without the apostrophe that guards it.
pub(super) fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'')
        .filter(|rest| rest.starts_with(GUARDED))
        .unwrap_or(cell)
}

fn push(into: &mut String, cell: &str) {
    let guarded = cell.starts_with(GUARDED);
    if !guarded && !cell.contains(['"', ',', ';', '\r', '\n']) {
        into.push_str(cell);
        return;
    }
    into.push('"');
    if guarded {
        into.push('\'');
    }
    for part in cell.split_inclusive('"') {
        into.push_str(part);
        if part.ends_with('"') {
            into.push('"');
        }
    }
    into.push('"');
}

/// A value as a cell: nothing for null, lists parted by spaces, objects as JSON.
pub(super) fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(cell).collect();
            items.join(" ")
        }
        Value::Object(members) if members.is_empty() => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(cells: &[&str]) -> String {
        let mut text = String::new();
        line(&mut text, cells.iter().copied());
        text
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(written(&["a", "", "b c"]), "a,,b c\r\n");
        assert_eq!(
            written(&["a,b", "a;b", "say \"x\"", "two\nlines"]),
            "\"a,b\",\"a;b\",\"say \"\"x\"\"\",\"two\nlines\"\r\n"
        );
    }

    #[test]
    fn what_looks_like_a_formula_is_guarded() {
        for evil in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'x"] {
            assert_eq!(written(&[evil]), format!("\"'{evil}\"\r\n"));
        }
    }

    #[test]
    fn values_become_cells() {
        for (value, expected) in [
            (json!(null), ""),
            (json!("x"), "x"),
            (json!(true), "true"),
            (json!(7), "7"),
            (json!(["A", "B"]), "A B"),
            (json!({}), ""),
            (json!({ "doors": 2 }), "{\"doors\":2}"),
        ] {
            assert_eq!(cell(&value), expected);
        }
    }
}
