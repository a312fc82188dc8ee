use axum::extract::State;
use axum::http::StatusCode;
use backoffice_domain::Happening;
use problem::{Problem, ProblemBody};

use super::StaffFace;
use super::session_token::{SessionToken, no_session};
use crate::problems;

/// Ends the session. Its last access token is good until it runs out, within minutes.
#[utoipa::path(
    delete, path = "/api/staff/v1/sessions", tag = "sessions",
    security(("session" = [])),
    responses(
        (status = 204, description = "The session is over"),
        (status = 401, description = "No such session, or it was over before", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(face): State<StaffFace>,
    SessionToken(token_hash): SessionToken,
) -> Result<StatusCode, Problem> {
    let closed = face
        .store
        .close_session(&token_hash, |login| {
            face.record(Happening::SessionClosed { login })
        })
        .await
        .map_err(problems::database)?;
    if closed {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(no_session())
    }
}
