use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Executor as _, Request, Response as GraphqlResponse, Variables};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use garde::Validate;
use kernel::Lang;
use problem::{Json, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::schema::Speaking;
use crate::edge::Edge;

/// The media type that says by the status whether the query was one (GraphQL over HTTP, 6.4.2).
const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";
const EVENTS: &str = "text/event-stream";
/// How often a silent stream gives a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A GraphQL request; one, not a list of them.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct GraphqlRequest {
    /// The document; see `docs/graphql/catalog.graphql` for what can be asked.
    #[schema(example = "{ products(first: 3) { nodes { slug name price { amount } } } }")]
    #[garde(skip)]
    query: String,
    /// Which of the document's operations to carry out.
    #[garde(skip)]
    operation_name: Option<String>,
    /// Values of the operation's variables.
    #[schema(value_type = Option<Object>)]
    #[garde(skip)]
    variables: Option<Map<String, Value>>,
    /// Taken and not used.
    #[schema(value_type = Option<Object>)]
    #[garde(skip)]
    #[expect(dead_code, reason = "part of the protocol")]
    extensions: Option<Map<String, Value>>,
}

/// A GraphQL answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct GraphqlAnswer {
    /// What was asked for; null when the query could not be carried out.
    #[schema(value_type = Option<Object>)]
    data: Option<Value>,
    /// What went wrong; `extensions.code` is the last part of the `type` of the same problem elsewhere.
    #[schema(value_type = Option<Vec<Object>>)]
    errors: Option<Vec<Value>>,
}

/// The language a caller reads.
pub fn lang(headers: &HeaderMap) -> Lang {
    headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map_or_else(Lang::default, Lang::from_accept_language)
}

fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|range| {
            let essence = range.split(';').next().unwrap_or_default().trim();
            essence.eq_ignore_ascii_case(media_type)
        })
}

/// Products, sets, search and availability by GraphQL.
///
/// The status is 200 whatever the errors; with `Accept: application/graphql-response+json`, 400 when the query itself
/// was wrong. Subscriptions are answered with `Accept: text/event-stream`, or over WebSocket
/// (`graphql-transport-ws`) at `/api/catalog/graphql/ws`.
#[utoipa::path(
    post, path = "/api/catalog/graphql", tag = "graphql",
    operation_id = "graphql",
    request_body = GraphqlRequest,
    responses(
        (status = 200, description = "The answer, or what was wrong with the query", body = GraphqlAnswer),
        (status = 400, description = "Not JSON", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 415, description = "The content type is not application/json", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "Not a GraphQL request", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Arc<Edge>>,
    headers: HeaderMap,
    Json(body): Json<GraphqlRequest>,
) -> Result<Response, Problem> {
    let mut request = Request::new(body.query);
    request.operation_name = body.operation_name;
    request.variables = Variables::from_json(Value::Object(body.variables.unwrap_or_default()));
    let lang = lang(&headers);
    let schema = edge.graph.schema.speak(lang);
    if accepts(&headers, EVENTS) {
        return Ok(events(&schema, request));
    }
    let answer = schema.execute(request).await;
    whole(&answer, accepts(&headers, GRAPHQL_RESPONSE), lang)
}

fn whole(answer: &GraphqlResponse, by_status: bool, lang: Lang) -> Result<Response, Problem> {
    let refused = !answer.errors.is_empty() && answer.data == async_graphql::Value::Null;
    let (status, media_type) = match (by_status, refused) {
        (true, true) => (StatusCode::BAD_REQUEST, GRAPHQL_RESPONSE),
        (true, false) => (StatusCode::OK, GRAPHQL_RESPONSE),
        (false, _) => (StatusCode::OK, "application/json"),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag())),
        (header::VARY, HeaderValue::from_static("accept, accept-language")),
    ];
    let body = serde_json::to_vec(answer).map_err(Problem::internal)?;
    Ok((status, headers, body).into_response())
}

/// The answers of a subscription as server-sent events, `next` each and `complete` at the end.
fn events(schema: &Speaking, request: Request) -> Response {
    let answers = schema.execute_stream(request, None).map(|answer| {
        Event::default()
            .event("next")
            .json_data(&answer)
            .unwrap_or_default()
    });
    let end = stream::once(async { Event::default().event("complete") });
    let events = answers.chain(end).map(Ok::<_, Infallible>);
    Sse::new(events)
        .keep_alive(KeepAlive::new().interval(HEARTBEAT))
        .into_response()
}
