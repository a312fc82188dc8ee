/// A subscriber and the event types it wants.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Subscription {
    subscriber: String,
    patterns: Vec<Pattern>,
}

/// A type as it is written, or everything that begins with a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    Exact(String),
    Prefix(String),
}

impl Pattern {
    fn new(text: &str) -> Self {
        text.strip_suffix('*').map_or_else(
            || Self::Exact(text.to_owned()),
            |prefix| Self::Prefix(prefix.to_owned()),
        )
    }

    fn matches(&self, type_: &str) -> bool {
        match self {
            Self::Exact(text) => text == type_,
            Self::Prefix(prefix) => type_.starts_with(prefix.as_str()),
        }
    }
}

/// Who gets which events of a service. [`emit`](crate::emit) writes one delivery for every subscriber that wants
/// an event; the dispatcher delivers to each subscriber apart from the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subscriptions(Vec<Subscription>);

impl Subscriptions {
    /// Nobody gets anything.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a subscriber. A pattern is an event type, or a prefix of types followed by `*`.
    #[must_use]
    pub fn with<'a>(mut self, subscriber: &str, patterns: impl IntoIterator<Item = &'a str>) -> Self {
        let patterns = patterns.into_iter().map(Pattern::new);
        match self.0.iter_mut().find(|s| s.subscriber == subscriber) {
            Some(known) => known.patterns.extend(patterns),
            None => self.0.push(Subscription {
                subscriber: subscriber.to_owned(),
                patterns: patterns.collect(),
            }),
        }
        self
    }

    /// All subscribers, in the order they were added.
    pub fn subscribers(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|s| s.subscriber.as_str())
    }

    /// The subscribers that want events of this type; each once, however many of its patterns match.
    pub fn of<'a>(&'a self, type_: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |s| s.patterns.iter().any(|p| p.matches(type_)))
            .map(|s| s.subscriber.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_types_or_prefixes_and_a_subscriber_counts_once() {
        let subscriptions = Subscriptions::new()
            .with("backoffice", ["shop.order.*", "shop.order.paid"])
            .with("catalog", ["shop.order.paid"])
            .with("catalog", ["shop.order.cancelled"]);
        let of = |type_| subscriptions.of(type_).collect::<Vec<_>>();
        assert_eq!(of("shop.order.paid"), ["backoffice", "catalog"]);
        assert_eq!(of("shop.order.cancelled"), ["backoffice", "catalog"]);
        assert_eq!(of("shop.order.paid.v2"), ["backoffice"]);
        assert_eq!(of("shop.orders"), Vec::<&str>::new());
    }
}
