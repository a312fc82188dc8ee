use axum::extract::{FromRef, FromRequestParts};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::orders::CourierSession;
use http::request::Parts;
use kernel::Personal;
use web::{Cookie, Page, Site};

const COOKIE: &str = "courier";
const PATH: &str = "/courier";
/// Where couriers sign in.
pub const SIGN_IN: &str = "/courier/sign-in";

/// A courier who is signed in. As an extractor it sends others to the sign-in page. Whether the session still holds
/// is the orders service's to say, at every call.
#[derive(Debug, Clone)]
pub struct Courier {
    /// Token of the session.
    pub token: Personal<String>,
    /// Name to greet.
    pub name: Personal<String>,
}

impl Courier {
    /// Of the visit's cookie.
    pub fn of(page: &Page) -> Option<Self> {
        let (token, name) = page.cookie(COOKIE)?.split_once('.')?;
        let name = String::from_utf8(URL_SAFE_NO_PAD.decode(name).ok()?).ok()?;
        (!token.is_empty()).then(|| Self {
            token: token.to_owned().into(),
            name: name.into(),
        })
    }

    /// Signs the browser in for as long as the session lasts.
    pub fn begin(session: &CourierSession, page: &Page, response: Response) -> Response {
        let value = format!("{}.{}", session.token, URL_SAFE_NO_PAD.encode(&session.name));
        let cookie = Cookie::new(COOKIE, value)
            .path(PATH)
            .strict()
            .max_age(session.expires_at - page.now());
        page.set_cookie(response, &cookie)
    }

    /// Signs the browser out and shows the sign-in page.
    pub fn end(page: &Page) -> Response {
        page.set_cookie(
            page.redirect(SIGN_IN),
            &Cookie::removal(COOKIE).path(PATH).strict(),
        )
    }
}

impl<S> FromRequestParts<S> for Courier
where
    S: Send + Sync,
    Site: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let Ok(page) = Page::from_request_parts(parts, state).await;
        Self::of(&page).ok_or_else(|| page.redirect(SIGN_IN))
    }
}
