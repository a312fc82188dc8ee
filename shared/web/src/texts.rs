use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use kernel::Lang;
use unic_langid::LanguageIdentifier;

/// The texts of a site cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TextsError {
    /// A file is not valid Fluent.
    #[error("{file}: {reason}")]
    Syntax {
        /// Which file, such as `storefront.ru.ftl`.
        file: String,
        /// What the parser says.
        reason: String,
    },
    /// Two files define the same message.
    #[error("{file}: {reason}")]
    Duplicate {
        /// The file that came second.
        file: String,
        /// The messages.
        reason: String,
    },
}

/// Messages that both sites use.
pub(crate) const SHARED_RU: &str = include_str!("../locales/ru/shared.ftl");
/// Messages that both sites use.
pub(crate) const SHARED_EN: &str = include_str!("../locales/en/shared.ftl");

/// All texts of one site in both languages ([Fluent](https://projectfluent.org)): its own and the shared ones.
pub struct Texts {
    ru: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl Texts {
    /// Reads a site's files (`include_str!` of `locales/{ru,en}/SITE.ftl`) together with the shared ones.
    pub fn load(site: &str, ru: &str, en: &str) -> Result<Self, TextsError> {
        let mut texts = Self {
            ru: FluentBundle::new_concurrent(vec![locale(Lang::Ru)]),
            en: FluentBundle::new_concurrent(vec![locale(Lang::En)]),
        };
        add(&mut texts.ru, "shared.ru.ftl", SHARED_RU)?;
        add(&mut texts.en, "shared.en.ftl", SHARED_EN)?;
        add(&mut texts.ru, &format!("{site}.ru.ftl"), ru)?;
        add(&mut texts.en, &format!("{site}.en.ftl"), en)?;
        Ok(texts)
    }

    /// The message `key` in `lang` with its arguments put in; the key itself, and an error in the log, when the
    /// message does not exist or lacks an argument. [`crate::check`] finds such keys in tests.
    pub fn get(&self, lang: Lang, key: &str, args: &[(&str, FluentValue<'_>)]) -> String {
        let bundle = match lang {
            Lang::Ru => &self.ru,
            Lang::En => &self.en,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, lang = lang.tag(), "no such text");
            return key.to_owned();
        };
        let mut fluent = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            fluent.set(*name, value.clone());
        }
        let mut errors = Vec::new();
        let text = bundle
            .format_pattern(pattern, Some(&fluent), &mut errors)
            .into_owned();
        if !errors.is_empty() {
            tracing::error!(key, lang = lang.tag(), ?errors, "text is incomplete");
        }
        text
    }

    /// Whether both languages have the message.
    pub fn has(&self, key: &str) -> bool {
        self.ru.has_message(key) && self.en.has_message(key)
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Texts")
    }
}

fn locale(lang: Lang) -> LanguageIdentifier {
    lang.tag().parse().expect("our tags are BCP 47")
}

fn add(bundle: &mut FluentBundle<FluentResource>, file: &str, source: &str) -> Result<(), TextsError> {
    // Isolation marks are for mixed writing directions, which the shop's languages do not have.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| TextsError::Syntax {
        file: file.to_owned(),
        reason: format!("{errors:?}"),
    })?;
    bundle
        .add_resource(resource)
        .map_err(|errors| TextsError::Duplicate {
            file: file.to_owned(),
            reason: format!("{errors:?}"),
        })
}

/// A value that can be put into a text: whole numbers (they choose plural forms) and strings.
pub trait Arg {
    /// The value as Fluent takes it.
    fn value(&self) -> FluentValue<'_>;
}

macro_rules! number_args {
    ($($kind:ty)+) => {$(
        impl Arg for $kind {
            fn value(&self) -> FluentValue<'_> {
                FluentValue::from(*self)
            }
        }
    )+};
}

number_args!(i32 i64 u16 u32 u64 usize);

impl Arg for str {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self)
    }
}

impl Arg for String {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_str())
    }
}

impl<T: Arg + ?Sized> Arg for &T {
    fn value(&self) -> FluentValue<'_> {
        (**self).value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> Texts {
        Texts::load(
            "test",
            "chairs = { $n ->\n    [one] { $n } стул\n    [few] { $n } стула\n   *[many] { $n } стульев\n}",
            "chairs = { $n ->\n    [one] { $n } chair\n   *[other] { $n } chairs\n}",
        )
        .expect("valid Fluent")
    }

    #[test]
    fn russian_has_three_plural_forms() {
        let texts = texts();
        for (n, want) in [
            (1, "1 стул"),
            (2, "2 стула"),
            (5, "5 стульев"),
            (11, "11 стульев"),
            (21, "21 стул"),
            (104, "104 стула"),
        ] {
            assert_eq!(texts.get(Lang::Ru, "chairs", &[("n", n.value())]), want);
        }
        assert_eq!(texts.get(Lang::En, "chairs", &[("n", 1.value())]), "1 chair");
        assert_eq!(texts.get(Lang::En, "chairs", &[("n", 0.value())]), "0 chairs");
    }

    #[test]
    fn a_missing_text_shows_its_key() {
        assert_eq!(texts().get(Lang::En, "no-such-key", &[]), "no-such-key");
    }

    #[test]
    fn broken_files_are_refused_with_their_name() {
        let error = Texts::load("shop", "= oops", "").expect_err("not Fluent");
        assert!(error.to_string().starts_with("shop.ru.ftl"), "{error}");
    }
}
