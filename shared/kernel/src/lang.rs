use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A language the shop speaks. Russian is the default (NFR-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Russian.
    #[default]
    Ru,
    /// English.
    En,
}

impl Lang {
    /// The language's BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The language a tag such as `en-GB` names, if the shop speaks it.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("ru") {
            Some(Self::Ru)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// The best language for an `Accept-Language` header (RFC 9110, 12.5.4), Russian where none fits.
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (0.0_f32, Self::default());
        for item in header.split(',') {
            let mut parts = item.split(';');
            let Some(lang) = parts.next().and_then(Self::from_tag) else {
                continue;
            };
            let quality = parts
                .find_map(|part| part.trim().strip_prefix("q=").map(str::trim))
                .map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
            if quality > best.0 {
                best = (quality, lang);
            }
        }
        best.1
    }
}

/// A text in both languages of the shop.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// In Russian.
    #[schema(example = "Шкаф «Онега»")]
    pub ru: String,
    /// In English.
    #[schema(example = "Onega wardrobe")]
    pub en: String,
}

impl Text {
    /// Builds a text from its two versions.
    pub fn new(ru: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            ru: ru.into(),
            en: en.into(),
        }
    }

    /// The version in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ru => &self.ru,
            Lang::En => &self.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_language_picks_the_highest_quality_we_speak() {
        for (header, want) in [
            ("", Lang::Ru),
            ("de", Lang::Ru),
            ("en-GB,en;q=0.9", Lang::En),
            ("de, en;q=0.5, ru;q=0.4", Lang::En),
            ("en;q=0.3, ru-RU;q=0.8", Lang::Ru),
            ("en;q=bad", Lang::Ru),
        ] {
            assert_eq!(Lang::from_accept_language(header), want, "{header}");
        }
    }
}
