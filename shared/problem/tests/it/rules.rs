//! What garde finds, in words of both languages.

use std::net::Ipv4Addr;

use axum::Router;
use garde::Validate;
use garde::rules::AsStr;
use garde::rules::pattern::Matcher;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::{SECRET, accepts, post_json, refused, taking};

#[derive(Debug, Deserialize, Validate)]
#[serde(default)]
struct Form {
    #[garde(length(chars, min = 2))]
    short: String,
    #[garde(length(chars, max = 3))]
    long: String,
    #[garde(range(min = 1))]
    small: i32,
    #[garde(range(max = 9))]
    large: i32,
    #[garde(contains("garnitur"))]
    contains: String,
    #[garde(prefix("SK-"))]
    prefix: String,
    #[garde(suffix(".jpg"))]
    suffix: String,
    #[garde(pattern(Vowels))]
    pattern: String,
    #[garde(ip)]
    ip: String,
    #[garde(ascii)]
    ascii: String,
    #[garde(alphanumeric)]
    alphanumeric: String,
    #[garde(matches(ascii))]
    matches: String,
    #[garde(required)]
    required: Option<u8>,
    #[garde(custom(leave_empty))]
    bilingual: String,
    #[garde(custom(same_in_both))]
    one_text: String,
    #[garde(inner(length(chars, max = 3)))]
    tags: Vec<String>,
    #[garde(dive)]
    parts: Vec<Part>,
}

#[derive(Debug, Deserialize, Validate)]
struct Part {
    #[garde(range(min = 1, max = 5))]
    count: i64,
    #[garde(skip)]
    #[serde(default)]
    #[expect(dead_code, reason = "no rule reads it")]
    note: String,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            short: "ab".to_owned(),
            long: "abc".to_owned(),
            small: 1,
            large: 9,
            contains: "garnitur.ru".to_owned(),
            prefix: "SK-1".to_owned(),
            suffix: "a.jpg".to_owned(),
            pattern: "aei".to_owned(),
            ip: Ipv4Addr::LOCALHOST.to_string(),
            ascii: "a".to_owned(),
            alphanumeric: "a1".to_owned(),
            matches: "a".to_owned(),
            required: Some(1),
            bilingual: String::new(),
            one_text: String::new(),
            tags: Vec::new(),
            parts: Vec::new(),
        }
    }
}

struct Vowels;

impl AsStr for Vowels {
    fn as_str(&self) -> &'static str {
        "[aeiou]*"
    }
}

impl Matcher for Vowels {
    fn is_match(&self, text: &str) -> bool {
        text.chars().all(|c| "aeiou".contains(c))
    }
}

fn leave_empty<C>(value: &str, _: &C) -> garde::Result {
    if value.is_empty() {
        return Ok(());
    }
    Err(garde::Error::new("оставьте пустым | leave it empty"))
}

fn same_in_both<C>(value: &str, _: &C) -> garde::Result {
    if value.is_empty() {
        return Ok(());
    }
    Err(garde::Error::new("SKU"))
}

fn app() -> Router {
    taking::<Form>()
}

#[tokio::test]
async fn what_keeps_every_rule_is_taken() {
    accepts(&app(), post_json("{}")).await;
    let lists = json!({ "tags": ["abc"], "parts": [{ "count": 5 }] });
    accepts(&app(), post_json(lists.to_string())).await;
}

#[tokio::test]
async fn a_broken_rule_is_said_in_both_languages() {
    let long = format!("{SECRET}-ж");
    for (field, value, code, ru, en) in [
        (
            "short",
            json!("a"),
            "too_short",
            "длина не меньше 2",
            "length at least 2",
        ),
        (
            "long",
            json!(SECRET),
            "too_long",
            "длина не больше 3",
            "length at most 3",
        ),
        ("small", json!(0), "too_small", "не меньше 1", "at least 1"),
        ("large", json!(10), "too_large", "не больше 9", "at most 9"),
        (
            "contains",
            json!(long),
            "format",
            "должно содержать «garnitur»",
            "must contain \"garnitur\"",
        ),
        (
            "prefix",
            json!(long),
            "format",
            "должно начинаться с «SK-»",
            "must begin with \"SK-\"",
        ),
        (
            "suffix",
            json!(long),
            "format",
            "должно заканчиваться на «.jpg»",
            "must end with \".jpg\"",
        ),
        (
            "pattern",
            json!(long),
            "format",
            "неверный формат",
            "wrong format",
        ),
        (
            "ip",
            json!(long),
            "format",
            "неверный IP-адрес",
            "not an IP address",
        ),
        (
            "alphanumeric",
            json!(long),
            "format",
            "только буквы и цифры",
            "letters and digits only",
        ),
        (
            "matches",
            json!(long),
            "mismatch",
            "должно совпадать с ascii",
            "must match ascii",
        ),
        (
            "required",
            Value::Null,
            "required",
            "обязательное поле",
            "required",
        ),
        (
            "bilingual",
            json!(long),
            "invalid",
            "оставьте пустым",
            "leave it empty",
        ),
        ("one_text", json!(long), "invalid", "SKU", "SKU"),
    ] {
        let body = json!({ field: value }).to_string();
        refused(&app(), post_json(body)).await.names(field, code, ru, en);
    }
    let body = json!({ "ascii": long, "matches": long }).to_string();
    let refusal = refused(&app(), post_json(body)).await;
    refusal.names("ascii", "format", "только символы ASCII", "ASCII characters only");
}

#[tokio::test]
async fn a_rule_inside_lists_names_the_element() {
    let body = json!({ "tags": ["abc", SECRET] }).to_string();
    let refusal = refused(&app(), post_json(body)).await;
    refusal.names("tags[1]", "too_long", "длина не больше 3", "length at most 3");

    let body = json!({ "parts": [{ "count": 1 }, { "count": 6, "note": SECRET }] }).to_string();
    let refusal = refused(&app(), post_json(body)).await;
    refusal.names("parts[1].count", "too_large", "не больше 5", "at most 5");
}

#[tokio::test]
async fn every_broken_rule_is_told_at_once() {
    let body = json!({ "short": "a", "large": 10, "parts": [{ "count": 0 }] }).to_string();
    let refusal = refused(&app(), post_json(body)).await;
    let mut fields = refusal.fields();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            ("large", "too_large", "не больше 9", "at most 9"),
            ("parts[0].count", "too_small", "не меньше 1", "at least 1"),
            ("short", "too_short", "длина не меньше 2", "length at least 2"),
        ]
    );
}
