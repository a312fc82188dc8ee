//! Feature toggles, checked like backoffice checks them.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use contracts::backoffice::{Role, Toggles, TogglesChange, TogglesChanges, TogglesUpdate};
use http::{HeaderMap, header};
use serde_json::{Value, json};
use toggles::Snapshot;

use super::{Fake, Shared, admit, problem};

impl Fake {
    /// The toggles in force.
    pub fn toggles(&self) -> Toggles {
        self.lock().toggles.last().cloned().unwrap_or_else(|| Toggles {
            version: 0,
            change: None,
            definitions: json!({"metadata": {"version": "0"}, "flags": {}}),
        })
    }

    /// Puts toggles into force behind the portal's back.
    pub fn put_toggles(&self, mut definitions: Value, actor: &str, reason: &str) -> Toggles {
        let version = self.toggles().version + 1;
        definitions["metadata"] = json!({"version": version.to_string()});
        let new = Toggles {
            version,
            change: Some(TogglesChange {
                version,
                at: self.clock.now(),
                actor: actor.to_owned(),
                reason: reason.to_owned(),
            }),
            definitions,
        };
        self.lock().toggles.push(new.clone());
        new
    }
}

pub async fn get(State(fake): Shared, headers: HeaderMap) -> Result<Json<Toggles>, Response> {
    admit(&headers, &[Role::Administrator])?;
    Ok(Json(fake.toggles()))
}

pub async fn history(State(fake): Shared, headers: HeaderMap) -> Result<Json<TogglesChanges>, Response> {
    admit(&headers, &[Role::Administrator])?;
    let inner = fake.lock();
    let items = inner
        .toggles
        .iter()
        .rev()
        .filter_map(|version| version.change.clone());
    Ok(Json(TogglesChanges {
        items: items.collect(),
        next_cursor: None,
    }))
}

pub async fn put(
    State(fake): Shared,
    headers: HeaderMap,
    Json(update): Json<TogglesUpdate>,
) -> Result<Json<Toggles>, Response> {
    let login = admit(&headers, &[Role::Administrator])?;
    let now = fake.toggles().version;
    if headers[header::IF_MATCH] != format!("\"{now}\"") {
        return Err(problem(
            412,
            "precondition-failed",
            "Данные уже изменил кто-то другой",
            json!({"version": now}),
        ));
    }
    if let Err(bad) = Snapshot::parse(&update.definitions.to_string()) {
        let message = format!(
            "переключатель «{}» отклонён: {}",
            bad.toggle().unwrap_or_default(),
            bad.why()
        );
        let errors = json!({"errors": [{"field": "definitions", "code": "invalid", "message": message}]});
        return Err(problem(422, "validation", "Данные заполнены неверно", errors));
    }
    Ok(Json(fake.put_toggles(update.definitions, login, &update.reason)))
}
