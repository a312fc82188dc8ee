use problem::ProblemBody;
use utoipa::IntoResponses;

/// How every operation on one employee may be refused, for its description. What is answered is a `Problem`.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description, never made")]
pub(super) enum Refused {
    #[response(
        status = 401,
        description = "No access token",
        content_type = "application/problem+json"
    )]
    NoToken(ProblemBody),
    #[response(
        status = 403,
        description = "Not an administrator",
        content_type = "application/problem+json"
    )]
    NoAdministrator(ProblemBody),
    #[response(
        status = 404,
        description = "There is no such employee",
        content_type = "application/problem+json"
    )]
    Unknown(ProblemBody),
    #[response(
        status = 503,
        description = "The directory cannot do it now",
        content_type = "application/problem+json"
    )]
    Unavailable(ProblemBody),
}
