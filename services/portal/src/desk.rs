use std::sync::Arc;

use axum::extract::FromRef;
use axum::response::{IntoResponse as _, Response};
use web::{Failure, Site};

use crate::clients::{Backoffice, CallError, Catalog, Orders};
use crate::cohort::Dealer;
use crate::frame::{Frame, sign_in_again};
use crate::sessions::Sessions;

/// What the pages are made with.
#[derive(Clone)]
pub struct Desk {
    /// Texts, files, settings.
    pub site: Site,
    /// Stock.
    pub catalog: Catalog,
    /// Orders to pack.
    pub orders: Orders,
    /// The audit.
    pub backoffice: Backoffice,
    /// Who is signed in.
    pub sessions: Sessions,
    /// Who belongs to which cohort.
    pub dealer: Dealer,
    /// What is tried with some employees and not with others.
    pub toggles: Arc<open_feature::Client>,
}

impl Desk {
    /// What to answer when a service does not do what a page needs: the sign-in page when it is about who asks, else
    /// the failure.
    pub async fn stop(&self, frame: &Frame, error: CallError) -> Response {
        if error.is_unauthenticated() {
            self.sessions.forget(frame.session()).await;
            return sign_in_again(frame);
        }
        Failure::from(&error).into_response()
    }
}

impl FromRef<Desk> for Site {
    fn from_ref(desk: &Desk) -> Self {
        desk.site.clone()
    }
}
