use toml::{Table, Value};

/// What a text from a variable or flag may mean, the most literal first. The setting's own type decides:
/// `0123` is a text where a text is wanted and a number only where nothing else will do.
pub(super) fn candidates(text: &str) -> Vec<Value> {
    let mut candidates = vec![Value::String(text.to_owned())];
    if text.contains(',') && !text.contains(['[', '{', '"']) {
        // A plain list, as in `a,b,c`.
        let items = text.split(',').map(|item| Value::String(item.trim().to_owned()));
        candidates.push(Value::Array(items.collect()));
    }
    if let Ok(mut table) = toml::from_str::<Table>(&format!("value = {text}"))
        && let Some(value) = table.remove("value")
        && table.is_empty()
    {
        candidates.push(value);
    }
    candidates
}

/// Puts `value` at `path`, making the sections on the way.
pub(super) fn put(table: &mut Table, path: &[String], value: Value) {
    let Some((last, sections)) = path.split_last() else {
        return;
    };
    let mut at = table;
    for section in sections {
        let next = at
            .entry(section.as_str())
            .or_insert_with(|| Value::Table(Table::new()));
        match next {
            Value::Table(table) => at = table,
            _ => return,
        }
    }
    at.insert(last.clone(), value);
}

/// Whether there is a value at `path`.
pub(super) fn has(table: &Table, path: &[&str]) -> bool {
    match path {
        [] => false,
        [last] => table.contains_key(*last),
        [section, rest @ ..] => table
            .get(*section)
            .and_then(Value::as_table)
            .is_some_and(|table| has(table, rest)),
    }
}

/// Whether a key's value must not be repeated in an error.
pub(super) fn is_secret(key: &str) -> bool {
    const WORDS: [&str; 6] = ["password", "secret", "token", "key", "pem", "url"];
    key.rsplit('.')
        .next()
        .is_some_and(|name| WORDS.iter().any(|word| name.contains(word)))
}
