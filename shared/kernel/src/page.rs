use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The most products a page shows (CRT-1).
pub const MAX_PAGE_SIZE: u16 = 30;

/// How many items a page holds: 1 to [`MAX_PAGE_SIZE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PageSize(u16);

impl PageSize {
    /// `None` when `size` is outside 1 to [`MAX_PAGE_SIZE`].
    pub const fn new(size: u16) -> Option<Self> {
        if size >= 1 && size <= MAX_PAGE_SIZE {
            Some(Self(size))
        } else {
            None
        }
    }

    /// The number of items.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(MAX_PAGE_SIZE)
    }
}

/// The cursor is not one that this list handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cursor is malformed")]
pub struct BadCursor;

/// An opaque, URL-safe cursor holding the sort key of a page's last item.
pub fn encode_cursor<K: Serialize>(key: &K) -> String {
    let json = serde_json::to_vec(key).expect("a sort key is plain data");
    URL_SAFE_NO_PAD.encode(json)
}

/// The sort key in a cursor; [`BadCursor`] when it was not made by [`encode_cursor`] for the same key type.
pub fn decode_cursor<K: DeserializeOwned>(cursor: &str) -> Result<K, BadCursor> {
    let json = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| BadCursor)?;
    serde_json::from_slice(&json).map_err(|_| BadCursor)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn cursors_come_back_whole(key: (i64, String)) {
            prop_assert_eq!(decode_cursor::<(i64, String)>(&encode_cursor(&key)), Ok(key));
        }

        #[test]
        fn foreign_text_is_refused_not_a_panic(text in ".*") {
            let _ = decode_cursor::<(i64, String)>(&text);
        }
    }

    #[test]
    fn page_sizes_end_at_thirty() {
        assert!(PageSize::new(0).is_none());
        assert_eq!(PageSize::new(30).map(PageSize::get), Some(30));
        assert!(PageSize::new(31).is_none());
    }
}
