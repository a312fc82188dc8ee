use auth::StaffClaims;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use contracts::backoffice::StaffSession;
use problem::{Json, Problem, ProblemBody};

use super::StaffFace;
use super::session_token::{SessionToken, no_session};
use crate::problems;

/// Gives out a new access token. The session must not be over and must have been used within the idle time. Roles are
/// those of signing in: the directory is not asked again.
#[utoipa::path(
    post, path = "/api/staff/v1/sessions/renew", tag = "sessions",
    security(("session" = [])),
    responses(
        (status = 200, description = "The session, without its token", body = StaffSession),
        (status = 401, description = "No such session, or it is over", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(face): State<StaffFace>,
    SessionToken(token_hash): SessionToken,
) -> Result<([(HeaderName, HeaderValue); 1], Json<StaffSession>), Problem> {
    let now = face.clock.now();
    let session = face
        .store
        .renew_session(&token_hash, now, face.terms.idle_since(now))
        .await;
    let session = session.map_err(problems::database)?.ok_or_else(no_session)?;
    let claims = StaffClaims {
        sub: session.login,
        name: session.name,
        roles: session.roles,
    };
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((no_store, Json(face.session(None, claims))))
}
