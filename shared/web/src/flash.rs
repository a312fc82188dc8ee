use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Lang;

use crate::texts::{Arg as _, Texts};

/// Keys that a flash may show begin like this, so that a forged cookie cannot show any text it likes.
const PREFIX: &str = "flash-";

/// A message for the page that follows a redirect. It travels in a cookie: keep personal data out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    good: bool,
    key: String,
    what: String,
}

/// A message on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Whether something went well.
    pub good: bool,
    /// What to tell, in the visit's language.
    pub text: String,
}

impl Flash {
    /// Something went well. The text's key begins with `flash-`.
    pub fn good(key: &str) -> Self {
        Self::new(true, key)
    }

    /// Something could not be done. The text's key begins with `flash-`.
    pub fn bad(key: &str) -> Self {
        Self::new(false, key)
    }

    fn new(good: bool, key: &str) -> Self {
        debug_assert!(key.starts_with(PREFIX), "{key} must begin with {PREFIX}");
        Self {
            good,
            key: key.to_owned(),
            what: String::new(),
        }
    }

    /// Sets the text's argument `$what`, such as an order number.
    #[must_use]
    pub fn what(mut self, what: impl Into<String>) -> Self {
        self.what = what.into();
        self
    }

    pub(crate) fn encode(&self) -> String {
        let mark = if self.good { 'g' } else { 'b' };
        format!("{mark}.{}.{}", self.key, URL_SAFE_NO_PAD.encode(&self.what))
    }

    pub(crate) fn decode(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let good = parts.next()? == "g";
        let key = parts.next().filter(|key| key.starts_with(PREFIX))?.to_owned();
        let what = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
        let what = String::from_utf8(what)
            .ok()
            .filter(|what| what.chars().count() <= 200)?;
        Some(Self { good, key, what })
    }

    pub(crate) fn notice(&self, texts: &Texts, lang: Lang) -> Option<Notice> {
        texts.has(&self.key).then(|| Notice {
            good: self.good,
            text: texts.get(lang, &self.key, &[("what", self.what.value())]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_was_sent() {
        let flash = Flash::bad("flash-taken").what("7K2M-9QXA-4TBD");
        assert_eq!(Flash::decode(&flash.encode()), Some(flash));
    }

    #[test]
    fn other_texts_cannot_be_shown() {
        assert_eq!(Flash::decode("g.error-404-title."), None);
        assert_eq!(Flash::decode("nonsense"), None);
    }
}
