//! Checks for tests: the texts of both languages fit each other and the places that use them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::texts::{SHARED_EN, SHARED_RU};

/// What a site's texts are checked against.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The site's Russian file.
    pub ru: &'a str,
    /// The site's English file.
    pub en: &'a str,
    /// Folders with the site's templates and Rust sources (and those of `web`).
    pub folders: &'a [&'a Path],
}

/// Everything that is wrong; empty when all is well:
/// - a message that only one language has, or whose arguments differ between them;
/// - a key used as `t("…")`, `t1("…"`, `t2("…"`, `good("…"`, `bad("…"` or `key("…")` that does not exist;
/// - a message of the site that is used nowhere.
pub fn texts(sources: &Sources<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    let (site_ru, site_en) = (messages(sources.ru), messages(sources.en));
    let (shared_ru, shared_en) = (messages(SHARED_RU), messages(SHARED_EN));
    compare(&site_ru, &site_en, &mut wrong);
    compare(&shared_ru, &shared_en, &mut wrong);

    let mut code = String::new();
    for folder in sources.folders {
        collect(folder, &mut code);
    }
    for key in used_keys(&code) {
        if !site_ru.contains_key(key) && !shared_ru.contains_key(key) {
            wrong.push(format!("{key} is used, but does not exist"));
        }
    }
    for key in site_ru.keys() {
        if !code.contains(&format!("\"{key}\"")) {
            wrong.push(format!("{key} is used nowhere"));
        }
    }
    wrong
}

fn compare(ru: &Messages, en: &Messages, wrong: &mut Vec<String>) {
    let keys: BTreeSet<_> = ru.keys().chain(en.keys()).collect();
    for key in keys {
        match (ru.get(key), en.get(key)) {
            (Some(ru), Some(en)) if ru == en => {}
            (Some(ru), Some(en)) => wrong.push(format!("{key}: arguments {ru:?} and {en:?}")),
            (Some(_), None) => wrong.push(format!("{key} is missing in English")),
            _ => wrong.push(format!("{key} is missing in Russian")),
        }
    }
}

/// Messages and the arguments each one takes.
type Messages = BTreeMap<String, BTreeSet<String>>;

fn messages(ftl: &str) -> Messages {
    let mut messages = Messages::new();
    let mut current = String::new();
    for line in ftl.lines() {
        if line.starts_with(|c: char| c.is_ascii_lowercase())
            && let Some((key, _)) = line.split_once('=')
        {
            key.trim().clone_into(&mut current);
            messages.entry(current.clone()).or_default();
        }
        for piece in line.split('$').skip(1) {
            let name: String = piece
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            messages.entry(current.clone()).or_default().insert(name);
        }
    }
    messages
}

fn used_keys(code: &str) -> BTreeSet<&str> {
    let mut keys = BTreeSet::new();
    for call in ["t(\"", "t1(\"", "t2(\"", "good(\"", "bad(\"", "key(\""] {
        for (start, _) in code.match_indices(call) {
            let before = code[..start].chars().next_back();
            let starts_a_word = !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
            let rest = &code[start + call.len()..];
            let key = &rest[..rest.find('"').unwrap_or(0)];
            let is_key = key.contains('-') && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            if starts_a_word && is_key {
                keys.insert(key);
            }
        }
    }
    keys
}

fn collect(folder: &Path, code: &mut String) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, code);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            code.push_str(&text);
        }
    }
}
