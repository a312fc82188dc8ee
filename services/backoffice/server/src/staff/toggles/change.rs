use auth::{Staff, roles};
use axum::extract::State;
use axum::http::header;
use backoffice_domain::Happening;
use backoffice_store::{PutTogglesError, TogglesVersion};
use contracts::backoffice::{Toggles, TogglesUpdate};
use problem::{IfMatch, Json, Problem, ProblemBody, kinds, version_tag};
use toggles::Snapshot;

use super::{StaffFace, Tagged, shown};
use crate::{definitions, problems};

/// Puts toggles into force, all of them. For administrators.
///
/// The same change again, by who made it, is answered like the first time: an answer that was lost can be asked for.
#[utoipa::path(
    put, path = "/api/staff/v1/toggles", tag = "toggles", operation_id = "toggles_change",
    params(("If-Match" = String, Header, description = "The version that is changed, as in `ETag`; `\"0\"` for the first")),
    request_body = TogglesUpdate,
    security(("staff" = [])),
    responses(
        (status = 200, description = "The toggles as they are now", body = Toggles),
        (status = 401, description = "No access token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Not an administrator", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 412, description = "precondition-failed: others came into force since; `version` is theirs", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 413, description = "Longer than half a megabyte", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong; of definitions `toggle` names the toggle and `why` says what is wrong with it", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(face): State<StaffFace>,
    administrator: Staff<roles::Administrator>,
    IfMatch(base): IfMatch,
    Json(update): Json<TogglesUpdate>,
) -> Result<Tagged, Problem> {
    let current = face.store.toggles().await.map_err(problems::database)?;
    let version = base.saturating_add(1);
    let definitions = definitions::stamped(update.definitions, version);
    let before = match &current {
        Some(current) => serde_json::from_str(&current.definitions).map_err(Problem::internal)?,
        None => definitions::none(),
    };
    let made = current.as_ref().is_some_and(|now| {
        now.version == version
            && now.actor == administrator.login()
            && now.reason == update.reason
            && before == definitions
    });
    if made {
        return shown(current);
    }
    let in_force = current.map_or(0, |current| current.version);
    if in_force != base {
        return Err(stale(in_force));
    }

    let text = definitions.to_string();
    Snapshot::parse(&text).map_err(|bad| definitions::refused(&bad))?;
    let new = TogglesVersion {
        version,
        definitions: text,
        at: face.clock.now(),
        actor: administrator.login().to_owned(),
        reason: update.reason,
    };
    let changed = definitions::changed(&before, &definitions);
    let record = face.record(Happening::TogglesChanged {
        version,
        toggles: &changed,
        reason: &new.reason,
        login: administrator.login(),
    });
    let event = definitions::event(&*face.clock, version, definitions);
    let put = face
        .store
        .put_toggles(&new, &record, &event, &face.subscriptions)
        .await;
    match put {
        Ok(()) => {
            face.wake.wake();
            shown(Some(new))
        }
        Err(PutTogglesError::Stale) => {
            let current = face.store.toggles().await.map_err(problems::database)?;
            Err(stale(current.map_or(0, |current| current.version)))
        }
        Err(PutTogglesError::Database(error)) => Err(problems::database(error)),
    }
}

fn stale(version: i64) -> Problem {
    Problem::new(&kinds::PRECONDITION_FAILED)
        .ext("version", &version)
        .header(header::ETAG, version_tag(version))
}
