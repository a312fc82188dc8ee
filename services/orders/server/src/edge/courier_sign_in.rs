use std::net::IpAddr;

use auth::ClientAddress;
use axum::extract::State;
use axum::http::StatusCode;
use contracts::backoffice::Role;
use contracts::orders::{CourierSession, Credentials};
use directory::{Employee, SignInError};
use kernel::Text;
use orders_domain::told_login;
use problem::{Json, Problem, ProblemBody, kinds};
use time::Duration;
use tracing::Instrument as _;

use super::Edge;
use crate::problems;

/// Signs a courier in against the directory. Every attempt is told to the audit (CUS-3).
#[utoipa::path(
    post, path = "/api/orders/v1/courier/sessions", operation_id = "courier_sign_in", tag = "couriers",
    request_body = Credentials,
    responses(
        (status = 201, description = "The session", body = CourierSession),
        (status = 401, description = "Login or password are wrong, or the account may not sign in",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a courier", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many failed attempts", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "The directory cannot be asked now", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Edge>,
    ClientAddress(client): ClientAddress,
    Json(credentials): Json<Credentials>,
) -> Result<(StatusCode, Json<CourierSession>), Problem> {
    let attempt = async move { sign_in(&edge, &credentials, client).await };
    // On a task of its own: a caller who hangs up must not keep the attempt out of the audit.
    let session = tokio::spawn(attempt.in_current_span())
        .await
        .map_err(Problem::internal)??;
    Ok((StatusCode::CREATED, Json(session)))
}

async fn sign_in(
    edge: &Edge,
    credentials: &Credentials,
    client: Option<IpAddr>,
) -> Result<CourierSession, Problem> {
    let typed = &credentials.login;
    let attempt = edge.throttle.attempt(typed, client)?;
    match edge.directory.sign_in(typed, &credentials.password).await {
        Ok(employee) => {
            attempt.succeeded();
            admit(edge, employee).await
        }
        Err(SignInError::Unavailable(error)) => {
            attempt.undecided();
            Err(Problem::unavailable("the directory", error))
        }
        Err(refused) => {
            let known = !matches!(refused, SignInError::BadCredentials);
            edge.store
                .courier_refused(told_login(typed, known))
                .await
                .map_err(problems::database)?;
            Err(bad_credentials(&refused))
        }
    }
}

async fn admit(edge: &Edge, employee: Employee) -> Result<CourierSession, Problem> {
    if !employee.roles.contains(&Role::Courier) {
        edge.store
            .courier_refused(&employee.login)
            .await
            .map_err(problems::database)?;
        return Err(Problem::new(&kinds::FORBIDDEN).detail(Text::new(
            "Это приложение для курьеров.",
            "This app is for couriers.",
        )));
    }
    let token = kernel::random::token();
    let expires_at = edge.clock.now() + Duration::hours(edge.ordering.courier_session_h.into());
    let session = orders_store::CourierSession {
        login: employee.login,
        name: employee.name.into_inner(),
    };
    edge.store
        .open_courier_session(&auth::hash_token(&token), &session, expires_at)
        .await
        .map_err(problems::database)?;
    Ok(CourierSession {
        token,
        name: session.name,
        expires_at,
    })
}

/// What is said beyond "wrong" needs a right password, so it gives nothing away to who is guessing.
fn bad_credentials(refused: &SignInError) -> Problem {
    let problem = Problem::new(&problems::BAD_CREDENTIALS);
    match refused {
        SignInError::Disabled => problem.detail(Text::new(
            "Учётная запись отключена.",
            "The account is switched off.",
        )),
        SignInError::PasswordExpired => problem.detail(Text::new(
            "Срок действия пароля истёк, смените его на рабочем месте.",
            "The password has expired; change it at your workplace.",
        )),
        SignInError::PasswordMustChange => problem.detail(Text::new(
            "Пароль временный, смените его на рабочем месте.",
            "The password is a temporary one; change it at your workplace.",
        )),
        SignInError::Expired => problem.detail(Text::new(
            "Срок действия учётной записи истёк.",
            "The account has expired.",
        )),
        SignInError::Restricted => problem.detail(Text::new(
            "Учётной записи сейчас не разрешён вход.",
            "The account may not sign in at present.",
        )),
        _ => problem,
    }
}
