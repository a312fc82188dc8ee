use std::net::IpAddr;

use auth::roles::AnyStaff;
use auth::{ClientAddress, RoleSet as _, StaffClaims, hash_token};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use backoffice_domain::{Happening, Refusal};
use backoffice_store::{NewSession, role_name};
use contracts::backoffice::StaffSession;
use contracts::orders::Credentials;
use directory::{Employee, SignInError};
use kernel::Text;
use problem::{Json, Problem, ProblemBody, kinds};
use tracing::Instrument as _;

use super::StaffFace;
use crate::problems::{self, BAD_CREDENTIALS};

/// Signs an employee in against the directory. Every attempt is in the audit, whatever came of it (CUS-3).
#[utoipa::path(
    post, path = "/api/staff/v1/sessions", tag = "sessions",
    request_body = Credentials,
    responses(
        (status = 201, description = "The session", body = StaffSession),
        (status = 401, description = "bad-credentials: login or password are wrong, or the account may not sign in",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The account has no role in the shop", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 429, description = "Too many failed attempts", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "The directory or the database cannot be asked now", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(face): State<StaffFace>,
    ClientAddress(client): ClientAddress,
    Json(credentials): Json<Credentials>,
) -> Result<
    (
        StatusCode,
        [(header::HeaderName, HeaderValue); 1],
        Json<StaffSession>,
    ),
    Problem,
> {
    let attempt = async move { SignIn { face: &face, client }.attempt(&credentials).await };
    // On a task of its own: a caller who hangs up must not keep the attempt out of the audit.
    let session = tokio::spawn(attempt.in_current_span())
        .await
        .map_err(Problem::internal)??;
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::CREATED, no_store, Json(session)))
}

/// One attempt to sign in.
struct SignIn<'a> {
    face: &'a StaffFace,
    client: Option<IpAddr>,
}

impl SignIn<'_> {
    async fn attempt(&self, credentials: &Credentials) -> Result<StaffSession, Problem> {
        let typed = &credentials.login;
        let attempt = match self.face.throttle.attempt(typed, self.client) {
            Ok(attempt) => attempt,
            Err(throttled) => return Err(self.refuse(typed, Refusal::Throttled, throttled.into()).await),
        };
        match self.face.directory.sign_in(typed, &credentials.password).await {
            Ok(employee) => {
                attempt.succeeded();
                if employee.roles.iter().any(|&role| AnyStaff::allows(role)) {
                    self.open(employee).await
                } else {
                    Err(self.refuse(&employee.login, Refusal::NoRole, no_role()).await)
                }
            }
            Err(SignInError::Unavailable(error)) => {
                attempt.undecided();
                let problem = Problem::unavailable("the directory", error);
                Err(self.refuse(typed, Refusal::DirectoryDown, problem).await)
            }
            Err(error) => {
                let (refusal, problem) = refusal(&error);
                Err(self.refuse(typed, refusal, problem).await)
            }
        }
    }

    async fn open(&self, employee: Employee) -> Result<StaffSession, Problem> {
        let Employee {
            login, name, roles, ..
        } = employee;
        let token = kernel::random::token();
        let opened_at = self.face.clock.now();
        let session = NewSession {
            token_hash: hash_token(&token),
            login: login.clone(),
            name: name.clone(),
            roles: roles.clone(),
            opened_at,
            expires_at: self.face.terms.ends_at(opened_at),
        };
        let names: Vec<String> = roles.iter().copied().map(role_name).collect();
        let opened = Happening::SessionOpened {
            login: &login,
            roles: &names,
            client: self.client,
        };
        self.face
            .store
            .open_session(&session, &self.face.record(opened))
            .await
            .map_err(problems::database)?;
        self.count("opened");
        Ok(self.face.session(
            Some(token),
            StaffClaims {
                sub: login,
                name,
                roles,
            },
        ))
    }

    /// Records why nobody was let in; the problem to answer with. An attempt that cannot be recorded is answered as
    /// an outage: nobody guesses unseen.
    async fn refuse(&self, typed: &str, refusal: Refusal, problem: Problem) -> Problem {
        self.count(refusal.code());
        match self.record_refusal(typed, refusal).await {
            Ok(()) => problem,
            Err(error) => problems::database(error),
        }
    }

    async fn record_refusal(&self, typed: &str, refusal: Refusal) -> Result<(), pg::sqlx::Error> {
        let store = &self.face.store;
        let known = refusal.proves_login() || store.knows_actor(typed).await?;
        let refused = Happening::SessionRefused {
            typed,
            known,
            refusal,
            client: self.client,
        };
        store.append_audit(&self.face.record(refused)).await
    }

    fn count(&self, outcome: &str) {
        let counter = self.face.metrics.counter_vec(
            "staff_sign_ins_total",
            "Attempts of employees to sign in, by what came of them.",
            &["outcome"],
        );
        counter.with_label_values(&[outcome]).inc();
    }
}

/// What the directory's refusal means to the audit and to the caller. What is said beyond "wrong" needs the right
/// password, so it gives nothing away to who is guessing; a locked account answers like a wrong password.
fn refusal(error: &SignInError) -> (Refusal, Problem) {
    let problem = Problem::new(&BAD_CREDENTIALS);
    match error {
        SignInError::Disabled => (
            Refusal::Disabled,
            problem.detail(Text::new(
                "Учётная запись отключена.",
                "The account is switched off.",
            )),
        ),
        SignInError::PasswordExpired => (
            Refusal::PasswordExpired,
            problem.detail(Text::new(
                "Срок действия пароля истёк, смените его на рабочем месте.",
                "The password has expired; change it at your workplace.",
            )),
        ),
        SignInError::PasswordMustChange => (
            Refusal::PasswordExpired,
            problem.detail(Text::new(
                "Пароль временный, смените его на рабочем месте.",
                "The password is a temporary one; change it at your workplace.",
            )),
        ),
        SignInError::Expired => (
            Refusal::Restricted,
            problem.detail(Text::new(
                "Срок действия учётной записи истёк.",
                "The account has expired.",
            )),
        ),
        SignInError::Restricted => (
            Refusal::Restricted,
            problem.detail(Text::new(
                "Учётной записи сейчас не разрешён вход.",
                "The account may not sign in at present.",
            )),
        ),
        SignInError::Locked => (Refusal::Locked, problem),
        SignInError::BadCredentials | SignInError::Unavailable(_) => (Refusal::BadCredentials, problem),
    }
}

fn no_role() -> Problem {
    Problem::new(&kinds::FORBIDDEN).detail(Text::new(
        "У вашей учётной записи нет роли в системе. Обратитесь к администратору.",
        "Your account has no role in the system. Ask an administrator.",
    ))
}
