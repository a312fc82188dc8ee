use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse as _, Response};
use contracts::backoffice::Role;
use http::request::Parts;
use http::{StatusCode, Uri};
use kernel::Personal;
use toggles::{Cohort, Subject};
use web::{Cookie, Failure, Page, key};

use crate::desk::Desk;
use crate::section::Section;
use crate::sessions::Access;

/// Holds the session token.
pub const COOKIE: &str = "staff";
/// Where employees sign in.
pub const SIGN_IN: &str = "/sign-in";

/// A visit of a page by an employee who is signed in: a [`Page`] whose header knows name and menu. As an extractor it
/// sends others to the sign-in page, which brings them back.
#[derive(Debug, Clone)]
pub struct Frame {
    page: Page,
    uri: Uri,
    session: Personal<String>,
    access: Arc<Access>,
    cohort: Option<Cohort>,
}

impl Deref for Frame {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

impl FromRequestParts<Desk> for Frame {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Response> {
        let Ok(page) = Page::from_request_parts(parts, desk).await;
        let Some(session) = session_of(&page).map(str::to_owned) else {
            return Err(page.redirect(&sign_in_for(&parts.uri)));
        };
        match desk.sessions.access(page.lang(), &session).await {
            Ok(access) => Ok(Self {
                page,
                uri: parts.uri.clone(),
                session: session.into(),
                cohort: desk.dealer.deal(&access.login),
                access,
            }),
            Err(error) if error.is_unauthenticated() => {
                Err(page.set_cookie(page.redirect(&sign_in_for(&parts.uri)), &forgotten()))
            }
            Err(error) => Err(Failure::from(&*error).into_response()),
        }
    }
}

impl Frame {
    /// Token of the session.
    pub fn session(&self) -> &str {
        self.session.expose()
    }

    /// Access token for the staff faces.
    pub fn token(&self) -> &str {
        self.access.token.expose()
    }

    /// Name of the employee.
    pub fn name(&self) -> &str {
        self.access.name.expose()
    }

    /// Login of the employee.
    pub fn login(&self) -> &str {
        &self.access.login
    }

    /// For whom toggles are asked.
    pub fn subject(&self) -> Subject {
        Subject::new().key(self.login()).cohort(self.cohort.clone())
    }

    /// What the employee may do.
    pub fn owned_roles(&self) -> &[Role] {
        &self.access.roles
    }

    /// What the employee is, in words.
    pub fn roles(&self) -> String {
        let names: Vec<String> = self
            .access
            .roles
            .iter()
            .map(|role| self.t(role_key(*role)))
            .collect();
        names.join(", ")
    }

    /// The sections the employee may enter.
    pub fn menu(&self) -> Vec<Section> {
        Section::ALL
            .into_iter()
            .filter(|section| section.is_open_to(&self.access.roles))
            .collect()
    }

    /// Whether the visit is in a section, to mark it in the menu.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates lend their variables")]
    pub fn is_in(&self, section: &Section) -> bool {
        section.has(self.path())
    }

    /// 403 unless the employee may enter. The staff faces check for themselves; this saves asking them.
    pub fn require(&self, section: Section) -> Result<(), Failure> {
        if section.is_open_to(&self.access.roles) {
            Ok(())
        } else {
            Err(Failure::new(StatusCode::FORBIDDEN).message(self.t("role-lacking")))
        }
    }
}

/// The session token of a visit's cookie.
pub fn session_of(page: &Page) -> Option<&str> {
    page.cookie(COOKIE).filter(|token| !token.is_empty())
}

/// The cookie that takes the session away from the browser.
pub fn forgotten() -> Cookie {
    Cookie::removal(COOKIE).strict()
}

/// Takes the session away and shows the sign-in page, which leads back here.
pub fn sign_in_again(frame: &Frame) -> Response {
    let to = sign_in_for(&frame.uri);
    frame.set_cookie(frame.redirect(&to), &forgotten())
}

/// The sign-in page that leads back to `uri`.
fn sign_in_for(uri: &Uri) -> String {
    let wanted = uri.path_and_query().map_or("/", |target| target.as_str());
    match local_path(wanted) {
        Some("/") | None => SIGN_IN.to_owned(),
        Some(path) => {
            let next: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
            format!("{SIGN_IN}?next={next}")
        }
    }
}

/// A path of this site that one may be sent to after signing in, if `text` is one: not another host, nor a page that
/// would lead straight back.
pub fn local_path(text: &str) -> Option<&str> {
    let local = text.starts_with('/')
        && !text.starts_with("//")
        && text.len() <= 500
        && text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let leads_on = !["/sign-", "/api/", "/assets/"]
        .iter()
        .any(|path| text.starts_with(path));
    (local && leads_on).then_some(text)
}

const fn role_key(role: Role) -> &'static str {
    match role {
        Role::Courier => key("role-courier"),
        Role::Warehouse => key("role-warehouse"),
        Role::Assortment => key("role-assortment"),
        Role::Administrator => key("role-administrator"),
        Role::Security => key("role-security"),
        Role::Support => key("role-support"),
        Role::Analyst => key("role-analyst"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_returned_to() {
        for good in [
            "/",
            "/orders/7K2M-9QXA-4TBD",
            "/?status=paid&cursor=a%2Fb",
            "/stock",
        ] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "orders",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/",
            "/a\r\nSet-Cookie: x=1",
            "/sign-in?next=/",
            "/sign-out",
            "/api/staff/v1/orders",
        ] {
            assert_eq!(local_path(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_sign_in_page_knows_where_to_return() {
        assert_eq!(sign_in_for(&Uri::from_static("/")), "/sign-in");
        assert_eq!(
            sign_in_for(&Uri::from_static("/?status=paid")),
            "/sign-in?next=%2F%3Fstatus%3Dpaid"
        );
        assert_eq!(sign_in_for(&Uri::from_static("//evil.example/x")), "/sign-in");
    }
}
