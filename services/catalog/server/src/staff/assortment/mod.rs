//! The assortment under `/api/staff/v1/catalog`: everything there is edited in versions.
//!
//! Reads and writes answer with the version as `ETag`, changes name it in `If-Match`, creations carry an
//! `Idempotency-Key`.

#![allow(dead_code, reason = "the operations that edit come one by one")]

mod history_list;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use catalog_store::edit::{Editor, Versioned};
use events::Subscriptions;
use problem::{Json, version_tag};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Staff;
use crate::jobs;

/// The operations on the assortment.
pub(super) fn operations() -> OpenApiRouter<Staff> {
    OpenApiRouter::new().routes(routes!(history_list::handler))
}

/// A thing with its version as `ETag`.
pub(super) struct Tagged<V>(pub V);

impl<V: Versioned> IntoResponse for Tagged<V> {
    fn into_response(self) -> Response {
        let headers = [
            (header::ETAG, version_tag(self.0.version())),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        (headers, Json(self.0)).into_response()
    }
}

/// A thing that was made, found at `path` and its code.
pub(super) struct Made<V> {
    /// Where things of its kind are.
    pub path: &'static str,
    /// The thing.
    pub thing: V,
}

impl<V: Versioned> IntoResponse for Made<V> {
    fn into_response(self) -> Response {
        // Codes and ids are of letters, digits, `-` and `_`, so they need no escaping.
        let location = HeaderValue::try_from(format!("{}/{}", self.path, self.thing.code()));
        let mut response = (StatusCode::CREATED, Tagged(self.thing)).into_response();
        if let Ok(location) = location {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

/// What an operation edits with.
pub(super) struct Editing<'a> {
    staff: &'a Staff,
    actor: &'a str,
    subscriptions: Subscriptions,
}

impl<'a> Editing<'a> {
    /// An edit by the employee with the login `actor`.
    pub(super) fn by(staff: &'a Staff, actor: &'a str) -> Self {
        Self {
            staff,
            actor,
            subscriptions: jobs::subscriptions(),
        }
    }

    /// For the store.
    pub(super) fn editor(&self) -> Editor<'_> {
        Editor {
            clock: &*self.staff.clock,
            subscriptions: &self.subscriptions,
            actor: self.actor,
        }
    }

    /// After it: the event is sent, and the jobs look for what to compute anew.
    pub(super) fn done(&self) {
        self.staff.wake.wake();
        self.staff.signals.stock_changed();
    }
}
