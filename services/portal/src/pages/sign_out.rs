use axum::extract::State;
use axum::response::Response;
use web::{Flash, Page};

use crate::cohort;
use crate::desk::Desk;
use crate::frame::{SIGN_IN, forgotten, session_of};

/// Ends the session. The browser is signed out in any case; when backoffice cannot be asked, the session ends by
/// itself.
pub async fn submit(State(desk): State<Desk>, page: Page) -> Response {
    if let Some(session) = session_of(&page) {
        desk.sessions.forget(session).await;
        if let Err(error) = desk.backoffice.sign_out(page.lang(), session).await
            && !error.is_unauthenticated()
        {
            tracing::warn!(%error, "a session could not be ended");
        }
    }
    let response = page.redirect_with(SIGN_IN, &Flash::good("flash-signed-out"));
    let response = page.set_cookie(response, &cohort::forgotten());
    page.set_cookie(response, &forgotten())
}
