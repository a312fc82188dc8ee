//! What a caller already has and can read (RFC 9110, 12.5.3 and 13.1.2).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};

/// The headers of a request that decide in which form it is answered.
#[derive(Debug, Default)]
pub struct Conditions {
    none_match: Vec<HeaderValue>,
    /// Whether the caller takes gzip.
    pub gzip: bool,
}

impl Conditions {
    /// Whether the caller has what `etag` names: then 304 is the answer.
    pub fn has(&self, etag: &HeaderValue) -> bool {
        self.none_match.iter().any(|list| matches_weakly(list, etag))
    }
}

impl<S: Sync> FromRequestParts<S> for Conditions {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self {
            none_match: parts
                .headers
                .get_all(header::IF_NONE_MATCH)
                .iter()
                .cloned()
                .collect(),
            gzip: takes_gzip(&parts.headers),
        })
    }
}

/// Weak comparison with each tag of an `If-None-Match` list.
fn matches_weakly(list: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(list), Ok(etag)) = (list.to_str(), etag.to_str()) else {
        return false;
    };
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let etag = opaque(etag);
    // Our tags hold no comma, so a tag that does is not one of ours, whole or in parts.
    list.trim() == "*" || list.split(',').any(|tag| opaque(tag) == etag)
}

/// Whether `Accept-Encoding` names gzip and does not forbid it.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter();
    lists
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(','))
        .any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
            let forbidden = parts.any(|part| {
                let weight = part
                    .strip_prefix("q=")
                    .and_then(|weight| weight.parse::<f32>().ok());
                weight.is_some_and(|weight| weight <= 0.0)
            });
            named && !forbidden
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly() {
        let etag = HeaderValue::from_static("W/\"abc\"");
        for (list, matches) in [
            ("W/\"abc\"", true),
            ("\"abc\"", true),
            ("\"x\", W/\"abc\"", true),
            ("*", true),
            ("\"ab\"", false),
            ("abc", false),
            ("", false),
        ] {
            let list = HeaderValue::from_static(list);
            assert_eq!(matches_weakly(&list, &etag), matches, "{list:?}");
        }
    }

    #[test]
    fn gzip_is_taken_where_it_is_named_and_not_forbidden() {
        for (list, takes) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip; q=0.0", false),
            ("br", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(list))]);
            assert_eq!(takes_gzip(&headers), takes, "{list}");
        }
    }
}
