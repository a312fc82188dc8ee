use std::sync::Arc;

use axum::response::Response;
use confique::Config;
use http::header::SET_COOKIE;
use kernel::{Personal, SharedClock};
use time::UtcOffset;

use crate::Cookie;
use crate::assets::Assets;
use crate::seal::Seal;
use crate::texts::Texts;

/// What the operator decides about a site.
#[derive(Debug, Clone, Config)]
pub struct WebConfig {
    /// Whether the site is reached over HTTPS only: cookies are marked Secure and browsers are told to insist.
    #[config(default = false)]
    pub secure: bool,
    /// Difference of the shop's local time to UTC in hours, for dates on pages. Moscow is 3.
    #[config(default = 3)]
    pub utc_offset_hours: i8,
    /// Secret that signs what is kept in visitors' cookies. All replicas of a site need the same one. Left out, a
    /// random one is made at every start.
    pub cookie_key: Option<Personal<String>>,
}

struct Inner {
    texts: Texts,
    assets: Assets,
    offset: UtcOffset,
    secure: bool,
    seal: Seal,
    clock: SharedClock,
    form_targets: Vec<String>,
}

/// A site: its texts, files and settings. Cheap to clone; the state of its router (or reachable from it by
/// `FromRef`).
#[derive(Clone)]
pub struct Site(Arc<Inner>);

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Site")
    }
}

/// The configured offset from UTC is not one that exists.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("web.utc_offset_hours is {0}, but an offset from UTC is -12 to 14")]
pub struct BadOffset(i8);

impl Site {
    /// A site. `form_targets` are origins (`https://pay.example`) to which an answer to a form may redirect, beside
    /// the site itself: browsers hold the `form-action` of the content security policy against redirects too.
    pub fn new(
        config: &WebConfig,
        texts: Texts,
        assets: Assets,
        clock: SharedClock,
        form_targets: Vec<String>,
    ) -> Result<Self, BadOffset> {
        let offset = UtcOffset::from_hms(config.utc_offset_hours, 0, 0)
            .ok()
            .filter(|offset| (-12..=14).contains(&offset.whole_hours()))
            .ok_or(BadOffset(config.utc_offset_hours))?;
        let key = config
            .cookie_key
            .as_ref()
            .map_or_else(kernel::random::token, |key| key.expose().clone());
        Ok(Self(Arc::new(Inner {
            texts,
            assets,
            offset,
            secure: config.secure,
            seal: Seal::new(key),
            clock,
            form_targets,
        })))
    }

    /// Texts in both languages.
    pub fn texts(&self) -> &Texts {
        &self.0.texts
    }

    /// Styles and scripts.
    pub fn assets(&self) -> &Assets {
        &self.0.assets
    }

    /// Signs cookies.
    pub fn seal(&self) -> &Seal {
        &self.0.seal
    }

    /// Time of the site.
    pub fn clock(&self) -> &SharedClock {
        &self.0.clock
    }

    /// The shop's local time, as a difference to UTC.
    pub fn offset(&self) -> UtcOffset {
        self.0.offset
    }

    /// Whether the site is on HTTPS only.
    pub fn secure(&self) -> bool {
        self.0.secure
    }

    /// Adds a cookie to an answer.
    #[must_use]
    pub fn set_cookie(&self, mut response: Response, cookie: &Cookie) -> Response {
        let header = cookie.header(self.secure());
        response.headers_mut().append(SET_COOKIE, header);
        response
    }

    pub(crate) fn form_targets(&self) -> &[String] {
        &self.0.form_targets
    }
}
