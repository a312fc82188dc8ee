use std::marker::PhantomData;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use contracts::backoffice::Role;
use kernel::{Personal, Text};
use problem::{Problem, kinds};

use super::claims::{StaffClaims, TokenError};
use super::verifier::StaffVerifier;
use crate::roles::RoleSet;
use crate::token::bearer;

/// An employee with at least one role of `R`: only this extractor makes one, so a handler that takes it
/// cannot be reached without the role.
///
/// Answers 401 without a good token (with `WWW-Authenticate`, RFC 6750), 403 without the role. The state must
/// hold a [`StaffVerifier`].
#[derive(Debug)]
pub struct Staff<R> {
    claims: StaffClaims,
    set: PhantomData<fn() -> R>,
}

impl<R: RoleSet> Staff<R> {
    /// The employee's login: for the audit, not for logs.
    pub fn login(&self) -> &str {
        &self.claims.sub
    }

    /// The employee's name.
    pub const fn name(&self) -> &Personal<String> {
        &self.claims.name
    }

    /// All roles of the employee, not only those of `R`.
    pub fn roles(&self) -> &[Role] {
        &self.claims.roles
    }

    /// Whether the employee has a role of `Other` too, for answers that show more to some.
    pub fn has<Other: RoleSet>(&self) -> bool {
        self.claims.roles.iter().any(|&role| Other::allows(role))
    }

    /// The claims of the token.
    pub fn into_claims(self) -> StaffClaims {
        self.claims
    }

    /// The employee that `headers` prove, for callers outside of axum's extractors.
    pub fn from_headers(headers: &HeaderMap, verifier: &StaffVerifier) -> Result<Self, Problem> {
        let token = bearer(headers).ok_or_else(|| {
            unauthenticated(
                "Bearer realm=\"staff\"",
                Text::new("Войдите в систему сотрудника.", "Sign in as an employee."),
            )
        })?;
        let claims = verifier.verify(token).map_err(refused)?;
        if !claims.roles.iter().any(|&role| R::allows(role)) {
            return Err(Problem::new(&kinds::FORBIDDEN).detail(Text::new(
                "Вашей роли это действие недоступно.",
                "Your role does not allow this action.",
            )));
        }
        Ok(Self {
            claims,
            set: PhantomData,
        })
    }
}

impl<R, S> FromRequestParts<S> for Staff<R>
where
    R: RoleSet,
    S: Send + Sync,
    StaffVerifier: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Self::from_headers(&parts.headers, &StaffVerifier::from_ref(state))
    }
}

fn refused(error: TokenError) -> Problem {
    tracing::debug!(%error, "staff token refused");
    match error {
        TokenError::Expired => unauthenticated(
            "Bearer realm=\"staff\", error=\"invalid_token\", error_description=\"the token has expired\"",
            Text::new(
                "Время сеанса истекло, войдите снова.",
                "The session has expired, sign in again.",
            ),
        ),
        _ => unauthenticated(
            "Bearer realm=\"staff\", error=\"invalid_token\"",
            Text::new("Ключ доступа недействителен.", "The access token is not valid."),
        ),
    }
}

fn unauthenticated(challenge: &'static str, detail: Text) -> Problem {
    Problem::new(&kinds::UNAUTHENTICATED)
        .header(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
        .detail(detail)
}
