use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use garde::Validate;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use kernel::Text;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::refuse;
use crate::serde_fault::{Fault, explain};
use crate::{Problem, kinds, rules};

/// A JSON body: read and validated on the way in, written on the way out.
///
/// Refuses another content type (415), a body that is too long (413), empty, not UTF-8 or not JSON (400), and
/// one with wrong, missing or unknown fields (422), each named in the problem. Text with NUL characters is
/// refused, since PostgreSQL cannot store it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(&kinds::UNSUPPORTED_MEDIA).detail(Text::new(
                "Нужен заголовок Content-Type: application/json",
                "The header Content-Type must be application/json",
            )));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| unread(&rejection))?;
        let value = parse(&bytes)?;
        rules::check(&value)?;
        Ok(Self(value))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => (
                [(CONTENT_TYPE, HeaderValue::from_static("application/json"))],
                body,
            )
                .into_response(),
            Err(error) => Problem::internal(error).into_response(),
        }
    }
}

/// Reads and validates what [`Json`] reads, from JSON that was kept. The problem names the fields that are wrong.
pub fn read_json<T>(json: &serde_json::Value) -> Result<T, Problem>
where
    T: DeserializeOwned + Validate<Context = ()>,
{
    let value = serde_path_to_error::deserialize(json).map_err(|error| {
        let path = error.path().to_string();
        unfit(&path, error.inner())
    })?;
    rules::check(&value)?;
    Ok(value)
}

/// `application/json`, or a type built on it such as `application/cloudevents-batch+json`.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.rsplit_once('+').is_some_and(|(_, s)| s == "json"))
}

fn unread(rejection: &BytesRejection) -> Problem {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            Problem::new(&kinds::TOO_LARGE)
        }
        _ => malformed("Тело запроса не дочитано", "The request body ended early"),
    }
}

fn malformed(ru: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem::new(&kinds::MALFORMED).detail(Text::new(ru, en))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        malformed(
            format!("Тело запроса не в UTF-8 (байт {at})"),
            format!("The request body is not UTF-8 (byte {at})"),
        )
    })?;
    if text.trim_ascii().is_empty() {
        return Err(malformed("Тело запроса пустое", "The request body is empty"));
    }
    if has_nul(text) {
        return Err(malformed(
            "Символ NUL в тексте недопустим",
            "Text must not hold NUL characters",
        ));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        unfit(&path, error.inner())
    })?;
    json.end().map_err(|error| unfit("", &error))?;
    Ok(value)
}

fn unfit(path: &str, error: &serde_json::Error) -> Problem {
    if error.classify() != Category::Data {
        let (line, column) = (error.line(), error.column());
        return malformed(
            format!("Ошибка в JSON: строка {line}, символ {column}"),
            format!("Not JSON at line {line}, column {column}"),
        );
    }
    let sentence = error.to_string();
    let fault = explain(path, without_position(&sentence));
    // The body itself has no name.
    let field = if fault.field.is_empty() {
        "body".to_owned()
    } else {
        fault.field
    };
    refuse(Fault { field, ..fault })
}

/// `serde_json`'s sentence without its closing ` at line 1 column 2`.
fn without_position(sentence: &str) -> &str {
    sentence
        .rsplit_once(" at line ")
        .map_or(sentence, |(rest, _)| rest)
}

/// Whether a string in `json` holds U+0000, which JSON allows only as an escape. A backslash that is itself
/// escaped does not begin one.
fn has_nul(json: &str) -> bool {
    json.match_indices("\\u0000").any(|(at, _)| {
        let before = json.as_bytes()[..at].iter().rev();
        before.take_while(|byte| **byte == b'\\').count() % 2 == 0
    })
}
