use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use backoffice_store::Store;
use problem::{Problem, version_tag};

use crate::{definitions, problems};

/// The toggles in force, in flagd's JSON format, for services that have no database to be told of them through (CFG-1).
#[utoipa::path(
    get, path = "/internal/v1/toggles", tag = "toggles",
    params(("If-None-Match" = Option<String>, Header, description = "The version that is known, as in `ETag`")),
    responses(
        (status = 200, description = "The definitions; their version is the `ETag`", body = Object),
        (status = 304, description = "The version that is known is in force"),
    )
)]
pub async fn handler(State(store): State<Store>, headers: HeaderMap) -> Result<Response, Problem> {
    let stored = store.toggles().await.map_err(problems::database)?;
    let (version, text) = stored.map_or_else(
        || (0, definitions::none().to_string()),
        |stored| (stored.version, stored.definitions),
    );
    let tag = version_tag(version);
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let json = HeaderValue::from_static("application/json");
    Ok(([(header::ETAG, tag), (header::CONTENT_TYPE, json)], text).into_response())
}
