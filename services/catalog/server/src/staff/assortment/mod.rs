//! The assortment under `/api/staff/v1/catalog`: everything there is edited in versions.
//!
//! Reads and writes answer with the version as `ETag`, changes name it in `If-Match`, creations carry an
//! `Idempotency-Key`.

mod component_change;
mod component_create;
mod component_delete;
mod component_get;
mod component_list;
mod component_restore;
mod draft_create;
mod draft_delete;
mod draft_get;
mod draft_list;
mod draft_publish;
mod draft_save;
mod history_list;
mod sets;
mod unit_change;
mod unit_check;
mod unit_create;
mod unit_delete;
mod unit_get;
mod unit_list;
mod unit_restore;
mod vocabulary;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use catalog_store::edit::{Editor, Versioned};
use contracts::catalog::Draft;
use problem::{Json, version_tag};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Staff;

/// The operations on the assortment.
pub(super) fn operations() -> OpenApiRouter<Staff> {
    OpenApiRouter::new()
        .merge(sets::operations())
        .routes(routes!(component_list::handler, component_create::handler))
        .routes(routes!(
            component_get::handler,
            component_change::handler,
            component_delete::handler
        ))
        .routes(routes!(component_restore::handler))
        .routes(routes!(unit_list::handler, unit_create::handler))
        .routes(routes!(unit_check::handler))
        .routes(routes!(
            unit_get::handler,
            unit_change::handler,
            unit_delete::handler
        ))
        .routes(routes!(unit_restore::handler))
        .routes(routes!(draft_list::handler, draft_create::handler))
        .routes(routes!(
            draft_get::handler,
            draft_save::handler,
            draft_delete::handler
        ))
        .routes(routes!(draft_publish::handler))
        .routes(routes!(history_list::handler))
        .merge(vocabulary::operations())
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

/// A draft with its version as `ETag`.
pub(super) struct TaggedDraft(pub Draft);

impl IntoResponse for TaggedDraft {
    fn into_response(self) -> Response {
        let headers = [
            (header::ETAG, version_tag(self.0.version)),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        (headers, Json(self.0)).into_response()
    }
}

/// A draft that was begun.
pub(super) struct MadeDraft(pub Draft);

impl IntoResponse for MadeDraft {
    fn into_response(self) -> Response {
        let location = [(
            header::LOCATION,
            format!("/api/staff/v1/catalog/drafts/{}", self.0.id),
        )];
        (StatusCode::CREATED, location, TaggedDraft(self.0)).into_response()
    }
}

/// What an operation edits with.
pub(in crate::staff) struct Editing<'a> {
    staff: &'a Staff,
    actor: &'a str,
}

impl<'a> Editing<'a> {
    /// An edit by the employee with the login `actor`.
    pub(in crate::staff) fn by(staff: &'a Staff, actor: &'a str) -> Self {
        Self { staff, actor }
    }

    /// For the store.
    pub(in crate::staff) fn editor(&self) -> Editor<'_> {
        Editor {
            clock: &*self.staff.clock,
            subscriptions: &self.staff.subscriptions,
            actor: self.actor,
        }
    }

    /// After it: the event is sent, and the jobs look for what to compute anew.
    pub(in crate::staff) fn done(&self) {
        self.staff.wake.wake();
        self.staff.signals.assortment_changed();
    }
}
