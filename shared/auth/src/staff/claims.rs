use contracts::backoffice::Role;
use kernel::Personal;
use serde::{Deserialize, Serialize};

/// Who signs the tokens of employees: the service that owns their sessions.
pub(super) const ISSUER: &str = "garnitur-backoffice";

/// Whom the tokens are for: the staff faces of all services.
pub(super) const AUDIENCE: &str = "garnitur-staff";

/// How far the clocks of two machines may be apart, in seconds.
pub(super) const LEEWAY: i64 = 5;

/// What a staff token says about an employee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffClaims {
    /// Login. It may go into the audit, not into logs.
    pub sub: String,
    /// Name to greet.
    pub name: Personal<String>,
    /// What the employee may do.
    pub roles: Vec<Role>,
}

/// Why a staff token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token, signed with another key or algorithm, or changed after it was signed.
    #[error("the token is malformed or its signature does not match")]
    Invalid,
    /// From another issuer, or for another audience.
    #[error("the token was issued by or for somebody else")]
    Foreign,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Issued later than now: the clocks of two machines are too far apart.
    #[error("the token was issued in the future")]
    NotYetValid,
}

/// The registered claims (RFC 7519, 4.1) and ours, as they are signed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Wire {
    pub iss: String,
    pub aud: String,
    pub sub: String,
    #[serde(serialize_with = "Personal::reveal")]
    pub name: Personal<String>,
    /// Names of roles, not [`Role`]: during a rollout the issuer may know roles that the verifier does not,
    /// and those must not lock the employee out of everything else.
    pub roles: Vec<String>,
    /// Unix seconds.
    pub iat: i64,
    /// Unix seconds.
    pub exp: i64,
}
