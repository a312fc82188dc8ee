//! Subjects: `garnitur.events.<source>.<type>`. A type's own dots make further tokens, so that rights and filters can
//! name a service's events, or those of one kind.

/// What all events' subjects begin with.
pub(super) const ROOT: &str = "garnitur.events";

/// The subject of an event. `source` is the service's name, without `urn:garnitur:`.
pub(super) fn of(source: &str, type_: &str) -> String {
    format!("{ROOT}.{source}.{type_}")
}

/// Whether a type can be part of a subject: tokens without wildcards and white space, none of them empty.
pub(super) fn speakable(type_: &str) -> bool {
    type_.split('.').all(|token| {
        !token.is_empty()
            && token
                .bytes()
                .all(|b| b.is_ascii_graphic() && !matches!(b, b'*' | b'>'))
    })
}

/// The service in a subject of [`of`].
pub(super) fn source(subject: &str) -> Option<&str> {
    subject.strip_prefix(ROOT)?.strip_prefix('.')?.split('.').next()
}

/// The narrowest single filter that lets all of these through: (source, pattern) pairs, a pattern being a type or a
/// prefix followed by `*`. Single, because servers before 2.10 know no more; what comes through besides is passed over.
pub(super) fn filter<'a>(wanted: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut common: Option<Vec<String>> = None;
    for (source, pattern) in wanted {
        let mut tokens: Vec<String> = of(source, pattern).split('.').map(str::to_owned).collect();
        if let Some(last) = tokens.last_mut().filter(|last| last.ends_with('*')) {
            // A prefix may end within a token, which filters cannot.
            *last = ">".to_owned();
        }
        common = Some(match common {
            None => tokens,
            Some(known) if known == tokens => known,
            Some(known) => {
                let mut shared: Vec<String> = known
                    .into_iter()
                    .zip(tokens)
                    .take_while(|(a, b)| a == b && a != ">")
                    .map(|(token, _)| token)
                    .collect();
                shared.push(">".to_owned());
                shared
            }
        });
    }
    common.map_or_else(|| format!("{ROOT}.>"), |tokens| tokens.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_let_through_what_is_wanted_and_little_else() {
        for (wanted, expected) in [
            (vec![("orders", "a.b.c")], "garnitur.events.orders.a.b.c"),
            (vec![("orders", "a.b.*")], "garnitur.events.orders.a.b.>"),
            (vec![("orders", "a.bc*")], "garnitur.events.orders.a.>"),
            (
                vec![("orders", "a.b.c"), ("orders", "a.b.d")],
                "garnitur.events.orders.a.b.>",
            ),
            (
                vec![("orders", "a.b.*"), ("orders", "a.b.c.d")],
                "garnitur.events.orders.a.b.>",
            ),
            (
                vec![("orders", "a.b.c.d"), ("orders", "a.b.*")],
                "garnitur.events.orders.a.b.>",
            ),
            (vec![("orders", "a"), ("catalog", "a")], "garnitur.events.>"),
            (vec![], "garnitur.events.>"),
        ] {
            assert_eq!(filter(wanted.clone()), expected, "{wanted:?}");
        }
    }

    #[test]
    fn a_subject_names_its_source() {
        assert_eq!(source(&of("orders", "a.b")), Some("orders"));
        assert_eq!(source("garnitur.other.orders.a"), None);
        assert!(speakable("ru.garnitur.orders.order.paid.v1"));
        for odd in ["", "a..b", "a.*", "a.>", "a b", "a.б"] {
            assert!(!speakable(odd), "{odd}");
        }
    }
}
