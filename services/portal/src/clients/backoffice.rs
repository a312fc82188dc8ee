use auth::{Caller, FORWARDED_FOR};
use balancer::{Client, Request};
use contracts::backoffice::{
    AuditPage, AuditQuery, AuditVerification, StaffSession, Toggles, TogglesChanges, TogglesUpdate,
};
use contracts::orders::Credentials;
use kernel::Lang;

use super::{CallError, call, filter, send};

const SESSIONS: &str = "/api/staff/v1/sessions";
const AUDIT: &str = "/api/staff/v1/audit";
const TOGGLES: &str = "/api/staff/v1/toggles";

/// The backoffice's staff face.
#[derive(Clone)]
pub struct Backoffice(pub(crate) Client);

impl Backoffice {
    /// Signs an employee in. `caller` tells backoffice whom to slow down when passwords are guessed.
    pub async fn sign_in(
        &self,
        lang: Lang,
        caller: &Caller,
        credentials: &Credentials,
    ) -> Result<StaffSession, CallError> {
        let mut request = Request::post(SESSIONS).json(credentials);
        if let Some(way) = &caller.0 {
            request.headers_mut().insert(FORWARDED_FOR, way.clone());
        }
        call(&self.0, lang, request).await
    }

    /// A new access token for a session.
    pub async fn renew(&self, lang: Lang, session: &str) -> Result<StaffSession, CallError> {
        let request = Request::post(format!("{SESSIONS}/renew"))
            .bearer(session)
            .repeatable();
        call(&self.0, lang, request).await
    }

    /// Ends a session.
    pub async fn sign_out(&self, lang: Lang, session: &str) -> Result<(), CallError> {
        let request = Request::delete(SESSIONS).bearer(session).repeatable();
        send(&self.0, lang, request).await.map(drop)
    }

    /// One page of the audit.
    pub async fn audit(&self, lang: Lang, token: &str, query: &AuditQuery) -> Result<AuditPage, CallError> {
        let mut request = Request::get(AUDIT).bearer(token);
        for (name, value) in [
            ("actor", &query.actor),
            ("action", &query.action),
            ("subject", &query.subject),
            ("cursor", &query.cursor),
        ] {
            request = filter(request, name, value.as_deref().unwrap_or_default());
        }
        call(&self.0, lang, request).await
    }

    /// Whether the audit is as it was written.
    pub async fn verify_audit(&self, lang: Lang, token: &str) -> Result<AuditVerification, CallError> {
        let request = Request::get(format!("{AUDIT}/verification")).bearer(token);
        call(&self.0, lang, request).await
    }

    /// The feature toggles in force.
    pub async fn toggles(&self, lang: Lang, token: &str) -> Result<Toggles, CallError> {
        call(&self.0, lang, Request::get(TOGGLES).bearer(token)).await
    }

    /// Who put the last versions of them into force.
    pub async fn toggles_history(&self, lang: Lang, token: &str) -> Result<TogglesChanges, CallError> {
        let request = Request::get(format!("{TOGGLES}/versions")).bearer(token);
        call(&self.0, lang, request).await
    }

    /// Puts others into force, made from those of version `base`. Sent again, it is answered the same.
    pub async fn put_toggles(
        &self,
        lang: Lang,
        token: &str,
        base: i64,
        update: &TogglesUpdate,
    ) -> Result<Toggles, CallError> {
        let request = Request::put(TOGGLES)
            .bearer(token)
            .header(http::header::IF_MATCH, format!("\"{base}\""))
            .json(update)
            .repeatable();
        call(&self.0, lang, request).await
    }
}
