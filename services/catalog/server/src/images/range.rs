use std::ops::Range;

use axum::http::{HeaderMap, HeaderValue, header};

/// Which part of a body a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All of it: no range, one that may be ignored, or one that `If-Range` calls off.
    Whole,
    /// These bytes.
    Bytes(Range<u64>),
    /// A range that lies behind the end.
    Unsatisfiable,
}

/// Reads `Range` and `If-Range` for a body of `len` bytes with the strong tag `etag` (RFC 9110, 14.2 and 13.1.5).
/// Several ranges in one request are answered with the whole, as is a header that is no range: both are allowed,
/// and no image viewer asks so.
pub fn part(headers: &HeaderMap, etag: &HeaderValue, len: u64) -> Part {
    let Some(range) = headers.get(header::RANGE) else {
        return Part::Whole;
    };
    // A date in If-Range never fits: images have tags, not dates. A weak tag must not fit.
    if headers
        .get(header::IF_RANGE)
        .is_some_and(|validator| validator != etag)
    {
        return Part::Whole;
    }
    range
        .to_str()
        .ok()
        .and_then(|text| parse(text, len))
        .unwrap_or(Part::Whole)
}

/// `None` for what is no single range of bytes.
fn parse(text: &str, len: u64) -> Option<Part> {
    let (unit, range) = text.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.trim().split_once('-')?;
    let bytes = match (first, last) {
        ("", suffix) => {
            let suffix = position(suffix)?.min(len);
            len - suffix..len
        }
        (first, "") => position(first)?..len,
        (first, last) => {
            let (first, last) = (position(first)?, position(last)?);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(len)
        }
    };
    if bytes.start < bytes.end {
        Some(Part::Bytes(bytes))
    } else {
        Some(Part::Unsatisfiable)
    }
}

/// A number that may be larger than any body.
fn position(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETAG: HeaderValue = HeaderValue::from_static("\"tag\"");

    fn asked(range: &'static str, if_range: Option<&'static str>) -> Part {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static(range));
        if let Some(validator) = if_range {
            headers.insert(header::IF_RANGE, HeaderValue::from_static(validator));
        }
        part(&headers, &ETAG, 100)
    }

    #[test]
    fn single_ranges_are_read_and_cut_at_the_end() {
        for (range, want) in [
            ("bytes=0-0", Part::Bytes(0..1)),
            ("bytes=10-19", Part::Bytes(10..20)),
            ("Bytes=90-", Part::Bytes(90..100)),
            ("bytes=90-1000", Part::Bytes(90..100)),
            ("bytes=-5", Part::Bytes(95..100)),
            ("bytes=-500", Part::Bytes(0..100)),
            ("bytes=0-99999999999999999999999999", Part::Bytes(0..100)),
            ("bytes=100-", Part::Unsatisfiable),
            ("bytes=100-200", Part::Unsatisfiable),
            ("bytes=-0", Part::Unsatisfiable),
            ("bytes=99999999999999999999999999-", Part::Unsatisfiable),
            ("bytes=5-1", Part::Whole),
            ("bytes=0-1,5-6", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes", Part::Whole),
            ("pages=1-2", Part::Whole),
        ] {
            assert_eq!(asked(range, None), want, "{range}");
        }
    }

    #[test]
    fn if_range_calls_off_what_is_of_another_version() {
        assert_eq!(asked("bytes=0-0", Some("\"tag\"")), Part::Bytes(0..1));
        for other in ["\"other\"", "W/\"tag\"", "Tue, 15 Nov 1994 12:45:26 GMT"] {
            assert_eq!(asked("bytes=0-0", Some(other)), Part::Whole, "{other}");
        }
    }

    #[test]
    fn nothing_can_be_had_of_an_empty_body() {
        let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static("bytes=0-"))]);
        assert_eq!(part(&headers, &ETAG, 0), Part::Unsatisfiable);
    }
}
