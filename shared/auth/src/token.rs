use axum::http::{HeaderMap, header};
use sha2::{Digest as _, Sha256};

/// The SHA-256 of a token: what is stored instead of the token itself, so that a copy of the table opens
/// no session. Enough for tokens of 256 random bits; passwords need a slow hash.
pub fn hash_token(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The token of an `Authorization: Bearer` header (RFC 6750, 2.1); `None` when there is no such header, more
/// than one, or another scheme.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn bearer_takes_one_header_of_its_scheme_only() {
        assert_eq!(bearer(&headers(&["Bearer abc"])), Some("abc"));
        assert_eq!(bearer(&headers(&["bearer  abc "])), Some("abc"));
        for refused in [
            &[][..],
            &["Bearer"],
            &["Bearer "],
            &["Basic abc"],
            &["Bearer a", "Bearer b"],
        ] {
            assert_eq!(bearer(&headers(refused)), None, "{refused:?}");
        }
    }

    #[test]
    fn tokens_are_stored_as_sha256() {
        let hash = hash_token("abc");
        assert_eq!(hash[..4], [0xba, 0x78, 0x16, 0xbf]);
        assert_ne!(hash, hash_token("abd"));
    }
}
