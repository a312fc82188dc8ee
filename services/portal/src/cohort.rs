//! The cohort of whoever visits: dealt here and nowhere else, told to server 3 in a header and to what routes browsers in
//! a cookie. Flagger's A/B matches on either, and rules of toggles ask for the same.

use std::sync::{Arc, OnceLock};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use serde::Deserialize;
use time::Duration;
use toggles::{COOKIE, Cohort, Cohorts, HEADER};
use web::{Cookie, Site};

/// How long a browser remembers. Each visit says it anew.
const REMEMBERED: Duration = Duration::days(30);

tokio::task_local! {
    /// The cohort of the request at hand, once it is known who asks.
    static HERE: OnceLock<Cohort>;
}

/// Who belongs where, and the site whose cookies say so.
#[derive(Clone)]
pub struct Dealer {
    cohorts: Arc<Cohorts>,
    site: Site,
}

impl Dealer {
    /// A dealer for the visitors of `site`.
    pub fn new(cohorts: Cohorts, site: Site) -> Self {
        Self {
            cohorts: Arc::new(cohorts),
            site,
        }
    }

    /// It is this employee who asks: from now on all calls for the request at hand say their cohort.
    pub fn deal(&self, login: &str) -> Option<Cohort> {
        let cohort = self.cohorts.of(login)?;
        // Outside of a request nobody asks. Within one, who asks does not change.
        let _ = HERE.try_with(|here| here.set(cohort.clone()));
        Some(cohort.clone())
    }

    /// The same by an access token, unread by whom it is for: the services verify it, and a cohort opens nothing.
    pub fn deal_by_token(&self, headers: &HeaderMap) -> Option<Cohort> {
        #[derive(Deserialize)]
        struct Claims {
            sub: String,
        }
        let token = headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
        let claims = token.strip_prefix("Bearer ")?.split('.').nth(1)?;
        let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
        let Claims { sub } = serde_json::from_slice(&claims).ok()?;
        self.deal(&sub)
    }
}

/// Around each request: gives the cohort a place, and tells the browser when it has another one than it says.
pub async fn around(State(dealer): State<Dealer>, request: Request, next: Next) -> Response {
    let known = web::read_cookie(request.headers(), COOKIE).and_then(|name| Cohort::new(name).ok());
    let work = async {
        let response = next.run(request).await;
        (response, HERE.with(|here| here.get().cloned()))
    };
    let (response, cohort) = HERE.scope(OnceLock::new(), toggles::observed(work)).await;
    match cohort {
        Some(cohort) if known.as_ref() != Some(&cohort) => {
            let cookie = Cookie::new(COOKIE, cohort.name()).max_age(REMEMBERED);
            dealer.site.set_cookie(response, &cookie)
        }
        _ => response,
    }
}

/// Takes the cohort from the browser, when nobody is signed in any more.
pub fn forgotten() -> Cookie {
    Cookie::removal(COOKIE)
}

/// Adds the cohort of the request at hand to a call to server 3.
pub fn inject(headers: &mut HeaderMap) {
    let _ = HERE.try_with(|here| {
        if let Some(cohort) = here.get() {
            headers.insert(HEADER, cohort.header());
        }
    });
}
