use axum::extract::FromRequestParts;
use http::HeaderValue;
use http::header::IF_MATCH;
use http::request::Parts;
use kernel::Text;

use crate::{Problem, kinds};

/// The header `If-Match` with the version that a change is made to (RFC 9110, 13.1.1), written as the entity tag
/// `"7"`. 428 where it is missing, since a change without it could undo another one unseen; 422 where it is not one
/// tag of ours: lists and `*` would say "whichever version", which nobody may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub i64);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let value = parts
            .headers
            .get(IF_MATCH)
            .ok_or_else(|| Problem::new(&kinds::PRECONDITION_MISSING))?;
        version(value).map(Self).ok_or_else(|| {
            Problem::new(&kinds::VALIDATION).field(
                "If-Match",
                "format",
                Text::new(
                    "версия в кавычках, как в заголовке ETag",
                    "the version in quotes, as in the header ETag",
                ),
            )
        })
    }
}

/// The entity tag of a version: what [`IfMatch`] reads.
pub fn version_tag(version: i64) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\"")).expect("digits and quotes are visible ASCII")
}

fn version(value: &HeaderValue) -> Option<i64> {
    let tag = value.to_str().ok()?.trim();
    // What compresses answers on the way may have weakened the tag; the version it names is the same.
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    let digits = tag.strip_prefix('"')?.strip_suffix('"')?;
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_a_version() {
        for (tag, named) in [
            ("\"7\"", Some(7)),
            (" \"7\" ", Some(7)),
            ("W/\"12\"", Some(12)),
            ("7", None),
            ("\"\"", None),
            ("\"+7\"", None),
            ("\"7\", \"8\"", None),
            ("*", None),
            ("\"99999999999999999999\"", None),
        ] {
            assert_eq!(version(&HeaderValue::from_static(tag)), named, "{tag}");
        }
        assert_eq!(version(&version_tag(i64::MAX)), Some(i64::MAX));
    }
}
