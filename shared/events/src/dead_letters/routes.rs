#![expect(
    unused_qualifications,
    reason = "utoipa repeats the types of `params(…)` with their paths"
)]

use axum::extract::State;
use garde::Validate;
use kernel::{EventId, SharedClock, Text};
use pg::Pg;
use problem::{Json, Path, Problem, ProblemBody, Query, kinds};
use serde::{Deserialize, Serialize};
use utoipa::openapi::OpenApi;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{DeadLetterPage, dead_letters, retry_all_dead_letters, retry_dead_letter};
use crate::Wake;

/// The most dead letters a page shows.
const MAX_PAGE: u16 = 100;

#[derive(Clone)]
struct Desk {
    pg: Pg,
    clock: SharedClock,
    wake: Wake,
}

/// The routes to see and retry what this service could not deliver: `GET /internal/v1/dead-letters`,
/// `POST /internal/v1/dead-letters/{id}/retry`, `POST /internal/v1/dead-letters/retry`. They belong behind the service
/// tokens of the internal face. `pg` connects as a role that may dispatch.
pub fn dead_letter_routes(pg: Pg, clock: SharedClock, wake: Wake) -> OpenApiRouter {
    operations().with_state(Desk { pg, clock, wake })
}

/// The description of [`dead_letter_routes`], for whoever has no database.
pub fn dead_letters_openapi() -> OpenApi {
    operations().into_openapi()
}

fn operations() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(list_dead_letters))
        .routes(routes!(retry_one))
        .routes(routes!(retry_all))
}

/// Which page.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// Letters a page, 1 to 100; 50 by default.
    #[garde(range(min = 1, max = MAX_PAGE))]
    page_size: Option<u16>,
    /// Where the page before ended.
    #[garde(length(max = 500))]
    cursor: Option<String>,
}

/// Whose dead letters.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SubscriberQuery {
    /// Only those of this subscriber.
    #[garde(length(min = 1, max = 100))]
    subscriber: Option<String>,
}

/// How many deliveries will be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Retried {
    /// Deliveries.
    pub retried: u64,
}

/// List dead letters
#[utoipa::path(
    get,
    path = "/internal/v1/dead-letters",
    tag = "events",
    params(PageQuery),
    responses(
        (status = 200, description = "The longest dead first", body = DeadLetterPage),
        (status = 422, description = "A parameter is wrong", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn list_dead_letters(
    State(desk): State<Desk>,
    Query(query): Query<PageQuery>,
) -> Result<Json<DeadLetterPage>, Problem> {
    let page = dead_letters(&desk.pg, query.page_size.unwrap_or(50), query.cursor.as_deref())
        .await
        .map_err(database)??;
    Ok(Json(page))
}

/// Retry a dead letter
#[utoipa::path(
    post,
    path = "/internal/v1/dead-letters/{id}/retry",
    tag = "events",
    params(("id" = EventId, Path, description = "The event"), SubscriberQuery),
    responses(
        (status = 200, description = "It is due again", body = Retried),
        (status = 404, description = "No such dead letter", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn retry_one(
    State(desk): State<Desk>,
    Path(id): Path<EventId>,
    Query(query): Query<SubscriberQuery>,
) -> Result<Json<Retried>, Problem> {
    let retried = retry_dead_letter(&desk.pg, id, query.subscriber.as_deref(), desk.clock.now())
        .await
        .map_err(database)?;
    if retried == 0 {
        return Err(Problem::new(&kinds::NOT_FOUND).detail(Text::new(
            "Такого недоставленного события нет",
            "There is no such dead letter",
        )));
    }
    desk.wake.wake();
    Ok(Json(Retried { retried }))
}

/// Retry all dead letters
#[utoipa::path(
    post,
    path = "/internal/v1/dead-letters/retry",
    tag = "events",
    params(SubscriberQuery),
    responses((status = 200, description = "All are due again", body = Retried))
)]
async fn retry_all(
    State(desk): State<Desk>,
    Query(query): Query<SubscriberQuery>,
) -> Result<Json<Retried>, Problem> {
    let retried = retry_all_dead_letters(&desk.pg, query.subscriber.as_deref(), desk.clock.now())
        .await
        .map_err(database)?;
    desk.wake.wake();
    Ok(Json(Retried { retried }))
}

fn database(error: sqlx::Error) -> Problem {
    if pg::is_unavailable(&error) {
        Problem::unavailable("the outbox", error)
    } else {
        Problem::internal(error)
    }
}
