//! The employees' face. One operation a file.

mod audit_list;
mod audit_verify;
mod employees;
mod session_close;
mod session_open;
mod session_renew;
mod session_token;
mod toggles;

use std::sync::Arc;

use auth::{Forwarders, LoginThrottle, StaffClaims, StaffSigner, StaffVerifier, roles};
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use backoffice_domain::{Happening, Record, SessionTerms};
use backoffice_store::Store;
use contracts::backoffice::StaffSession;
use directory::{Directory, Personnel};
use events::{Subscriptions, Wake};
use kernel::{EventId, SharedClock};
use telemetry::Metrics;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::openapi::bearer_scheme;

/// Those who read the audit (AUD-1).
type AuditReaders = (roles::Security, roles::Administrator);

/// What the face's operations need.
#[derive(Clone)]
pub struct StaffFace {
    /// The internal-services database with the face's role.
    pub store: Store,
    /// Where employees are.
    pub directory: Arc<dyn Directory>,
    /// How they are administered.
    pub personnel: Arc<dyn Personnel>,
    /// The brake on password guessing.
    pub throttle: LoginThrottle,
    /// Those whose word on where a request comes from is taken.
    pub forwarders: Forwarders,
    /// How long sessions live.
    pub terms: SessionTerms,
    /// Signs access tokens.
    pub signer: StaffSigner,
    /// Checks access tokens.
    pub verifier: StaffVerifier,
    /// Who is told of toggles.
    pub subscriptions: Arc<Subscriptions>,
    /// Wakes the dispatcher that tells them, when it is in this process.
    pub wake: Wake,
    /// Counts sign-ins.
    pub metrics: Metrics,
    /// Where time comes from.
    pub clock: SharedClock,
}

impl FromRef<StaffFace> for Forwarders {
    fn from_ref(face: &StaffFace) -> Self {
        face.forwarders.clone()
    }
}

impl FromRef<StaffFace> for StaffVerifier {
    fn from_ref(face: &StaffFace) -> Self {
        face.verifier.clone()
    }
}

impl StaffFace {
    /// The audit's record of what happens here and now.
    fn record(&self, happening: Happening<'_>) -> Record {
        happening.record(EventId::new(&*self.clock), self.clock.now(), crate::app::NAME)
    }

    /// The answer that gives out a fresh access token.
    fn session(&self, session_token: Option<String>, claims: StaffClaims) -> StaffSession {
        let access = self.signer.issue(&claims, &*self.clock);
        StaffSession {
            session_token,
            access_token: access.token,
            access_expires_at: access.expires_at,
            login: claims.sub,
            name: claims.name.into_inner(),
            roles: claims.roles,
        }
    }
}

#[derive(utoipa::OpenApi)]
#[openapi(info(
    title = "Garnitur backoffice for employees",
    description = "Sessions, employees, the audit and feature toggles."
))]
struct Description;

fn operations() -> OpenApiRouter<StaffFace> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(session_open::handler, session_close::handler))
        .routes(routes!(session_renew::handler))
        .routes(routes!(audit_list::handler))
        .routes(routes!(audit_verify::handler))
        .routes(routes!(employees::list::handler, employees::create::handler))
        .routes(routes!(
            employees::show::handler,
            employees::change::handler,
            employees::delete::handler
        ))
        .routes(routes!(employees::password::handler))
        .routes(routes!(employees::unlock::handler))
        .merge(toggles())
}

/// Definitions come as a whole, half a megabyte at most, and their reason.
fn toggles() -> OpenApiRouter<StaffFace> {
    OpenApiRouter::new()
        .routes(routes!(toggles::get::handler, toggles::change::handler))
        .routes(routes!(toggles::history::handler))
        .routes(routes!(toggles::version::handler))
        .layer(DefaultBodyLimit::max(520 * 1_024))
}

/// The face's router.
pub fn router(face: StaffFace) -> Router {
    operations().with_state(face).into()
}

/// The face's description.
pub fn openapi() -> OpenApi {
    let mut openapi = operations().into_openapi();
    bearer_scheme(
        &mut openapi,
        "session",
        "Session token from `POST /api/staff/v1/sessions`.",
    );
    bearer_scheme(
        &mut openapi,
        "staff",
        "Access token from `POST /api/staff/v1/sessions`.",
    );
    openapi
}
