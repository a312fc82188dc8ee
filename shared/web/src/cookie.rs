use std::fmt::Write as _;

use http::{HeaderMap, HeaderValue, header};
use time::Duration;

/// The value of a cookie in a request; `None` when it was not sent.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// A cookie to set (RFC 6265). Always `HttpOnly`; `SameSite=Lax` unless [`Self::strict`]; `Secure` by the site's
/// configuration.
#[derive(Debug, Clone)]
pub struct Cookie {
    name: &'static str,
    value: String,
    path: String,
    max_age: Option<Duration>,
    same_site: &'static str,
}

impl Cookie {
    /// A cookie for the whole site that ends with the browser's session. The value must be made of characters
    /// that a cookie may hold (base64url, UUIDs, tags are): others are left out.
    pub fn new(name: &'static str, value: impl Into<String>) -> Self {
        let mut value: String = value.into();
        value.retain(|c| c.is_ascii_graphic() && !matches!(c, '"' | ',' | ';' | '\\'));
        Self {
            name,
            value,
            path: "/".to_owned(),
            max_age: None,
            same_site: "Lax",
        }
    }

    /// Takes a cookie away from the browser.
    pub fn removal(name: &'static str) -> Self {
        Self::new(name, "").max_age(Duration::ZERO)
    }

    /// Sent only to addresses below `path`, which must be percent-encoded.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Kept this long, whether or not the browser is closed.
    #[must_use]
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// Not sent when another site leads here, not even by a plain link: for sessions.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.same_site = "Strict";
        self
    }

    /// The `Set-Cookie` value; `secure` says whether the site is only on HTTPS.
    pub(crate) fn header(&self, secure: bool) -> HeaderValue {
        let mut text = format!(
            "{}={}; Path={}; HttpOnly; SameSite={}",
            self.name, self.value, self.path, self.same_site
        );
        if let Some(age) = self.max_age {
            let _ = write!(text, "; Max-Age={}", age.whole_seconds().max(0));
        }
        if secure {
            text.push_str("; Secure");
        }
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_named_cookie_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("a=1; cart=0198; lang=en"),
        );
        headers.append(header::COOKIE, HeaderValue::from_static("flash=x"));
        assert_eq!(read(&headers, "cart"), Some("0198"));
        assert_eq!(read(&headers, "flash"), Some("x"));
        assert_eq!(read(&headers, "car"), None);
    }

    #[test]
    fn values_cannot_smuggle_attributes() {
        let cookie = Cookie::new("flash", "x; Domain=evil\r\nSet-Cookie: a=b").path("/courier");
        assert_eq!(
            cookie.header(true),
            "flash=xDomain=evilSet-Cookie:a=b; Path=/courier; HttpOnly; SameSite=Lax; Secure"
        );
        let strict = Cookie::new("courier", "x").strict();
        assert_eq!(
            strict.header(false),
            "courier=x; Path=/; HttpOnly; SameSite=Strict"
        );
    }
}
