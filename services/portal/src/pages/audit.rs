use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use contracts::backoffice::{AuditEntry, AuditPage, AuditQuery, AuditVerification};
use serde::Deserialize;
use serde_json::Value;
use web::{Failure, key};

use super::status::{status_key, status_of};
use crate::desk::Desk;
use crate::frame::Frame;
use crate::section::Section;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditListPage<'a> {
    page: &'a Frame,
    wanted: Wanted,
    audit: AuditPage,
    verification: Option<AuditVerification>,
}

/// Which entries, as the page's address says it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    actor: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    cursor: String,
    /// Not empty to check the whole audit too.
    #[serde(default)]
    verify: String,
}

impl Wanted {
    fn query(&self) -> AuditQuery {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        AuditQuery {
            actor: some(&self.actor),
            action: some(&self.action),
            subject: some(&self.subject),
            cursor: some(&self.cursor),
            ..AuditQuery::default()
        }
    }

    fn address(&self, cursor: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("actor", self.actor.as_str()),
            ("action", &self.action),
            ("subject", &self.subject),
            ("cursor", cursor),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        if query.is_empty() {
            "/audit".to_owned()
        } else {
            format!("/audit?{query}")
        }
    }
}

impl AuditListPage<'_> {
    fn is_filtered(&self) -> bool {
        self.wanted.address("") != "/audit"
    }

    fn first_url(&self) -> String {
        self.wanted.address("")
    }

    fn next_url(&self, cursor: &str) -> String {
        self.wanted.address(cursor)
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn actor_url(&self, actor: &str) -> String {
        Wanted {
            actor: actor.to_owned(),
            ..Wanted::default()
        }
        .address("")
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn subject_url(&self, subject: &str) -> String {
        Wanted {
            subject: subject.to_owned(),
            ..Wanted::default()
        }
        .address("")
    }

    /// The action in words; empty for one that has none yet.
    fn action(&self, entry: &AuditEntry) -> String {
        if let Some(status) = entry.action.strip_prefix("order.").and_then(status_of) {
            return self
                .page
                .t1("audit-order", "status", self.page.t(status_key(status)));
        }
        action_key(&entry.action).map_or_else(String::new, |key| self.page.t(key))
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn is_refusal(&self, entry: &AuditEntry) -> bool {
        entry.action.ends_with(".refused")
    }

    /// Names and values of the details.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn details(&self, entry: &AuditEntry) -> Vec<(String, String)> {
        let Value::Object(details) = &entry.details else {
            return Vec::new();
        };
        details
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), plain(value)))
            .collect()
    }

    /// The beginning of a hash: enough to compare by eye.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn short<'h>(&self, hash: &'h str) -> &'h str {
        hash.get(..12).unwrap_or(hash)
    }
}

fn action_key(action: &str) -> Option<&'static str> {
    Some(match action {
        "session.opened" => key("audit-session-opened"),
        "session.refused" => key("audit-session-refused"),
        "session.closed" => key("audit-session-closed"),
        "courier.signed_in" => key("audit-courier-signed-in"),
        "courier.refused" => key("audit-courier-refused"),
        "stock.corrected" => key("audit-stock-corrected"),
        "assortment.create" => key("audit-assortment-create"),
        "assortment.change" => key("audit-assortment-change"),
        "assortment.delete" => key("audit-assortment-delete"),
        "assortment.restore" => key("audit-assortment-restore"),
        "toggles.changed" => key("audit-toggles-changed"),
        _ => return None,
    })
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// The audit, newest first (AUD-1), and on request whether it is as it was written.
pub async fn show(
    State(desk): State<Desk>,
    frame: Frame,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Response> {
    frame.require(Section::Audit).map_err(Failure::into_response)?;
    let (lang, token) = (frame.lang(), frame.token());
    let audit = match desk.backoffice.audit(lang, token, &wanted.query()).await {
        Ok(audit) => audit,
        Err(error) => return Err(desk.stop(&frame, error).await),
    };
    let verification = if wanted.verify.is_empty() {
        None
    } else {
        match desk.backoffice.verify_audit(lang, token).await {
            Ok(verification) => Some(verification),
            Err(error) => return Err(desk.stop(&frame, error).await),
        }
    };
    Ok(frame.html(&AuditListPage {
        page: &frame,
        wanted,
        audit,
        verification,
    }))
}
