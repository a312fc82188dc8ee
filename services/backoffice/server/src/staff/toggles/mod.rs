//! Feature toggles (CFG-1): all definitions are read and replaced as one, in versions. Administrators put them into force;
//! those who look into failures and figures see what is in force.

pub mod change;
pub mod get;
pub mod history;
pub mod version;

use auth::roles;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use backoffice_store::TogglesVersion;
use contracts::backoffice::{Toggles, TogglesChange};
use problem::{Json, Problem, version_tag};

use super::StaffFace;
use crate::definitions;

/// Those who see the toggles.
type Readers = (roles::Administrator, roles::Support, roles::Analyst);

/// Toggles with their version as `ETag`.
#[derive(Debug)]
pub struct Tagged(Toggles);

impl IntoResponse for Tagged {
    fn into_response(self) -> Response {
        let headers = [
            (header::ETAG, version_tag(self.0.version)),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        (headers, Json(self.0)).into_response()
    }
}

/// What the store has, as it is shown; none are toggles, too.
fn shown(stored: Option<TogglesVersion>) -> Result<Tagged, Problem> {
    let Some(stored) = stored else {
        return Ok(Tagged(Toggles {
            version: 0,
            change: None,
            definitions: definitions::none(),
        }));
    };
    let TogglesVersion {
        version,
        definitions,
        at,
        actor,
        reason,
    } = stored;
    Ok(Tagged(Toggles {
        version,
        change: Some(TogglesChange {
            version,
            at,
            actor,
            reason,
        }),
        definitions: serde_json::from_str(&definitions).map_err(Problem::internal)?,
    }))
}
