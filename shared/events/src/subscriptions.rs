use crate::jetstream::LANE;

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

/// Whether an event type is meant by a pattern of [`Subscriptions::with`].
pub(crate) fn matches(pattern: &str, type_: &str) -> bool {
    Pattern::new(pattern).matches(type_)
}

/// Who gets which events of a service. [`emit`](crate::emit) writes one delivery for every subscriber that wants
/// an event; the dispatcher delivers to each subscriber apart from the others.
///
/// Through a broker, one delivery is written whoever wants the event, and the broker hands it on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subscriptions {
    known: Vec<Subscription>,
    broker: bool,
}

impl Subscriptions {
    /// Nobody gets anything.
    pub const fn new() -> Self {
        Self {
            known: Vec::new(),
            broker: false,
        }
    }

    /// The same subscribers, reached through the broker.
    #[must_use]
    pub fn through_broker(mut self) -> Self {
        self.broker = true;
        self
    }

    /// Whether they are reached through the broker.
    pub(crate) const fn is_brokered(&self) -> bool {
        self.broker
    }

    /// Adds a subscriber. A pattern is an event type, or a prefix of types followed by `*`.
    #[must_use]
    pub fn with<'a>(mut self, subscriber: &str, patterns: impl IntoIterator<Item = &'a str>) -> Self {
        let patterns = patterns.into_iter().map(Pattern::new);
        match self.known.iter_mut().find(|s| s.subscriber == subscriber) {
            Some(known) => known.patterns.extend(patterns),
            None => self.known.push(Subscription {
                subscriber: subscriber.to_owned(),
                patterns: patterns.collect(),
            }),
        }
        self
    }

    /// All addressees of deliveries, in the order they were added. With a broker these are the broker and, for what was
    /// emitted before there was one, the subscribers.
    pub fn subscribers(&self) -> impl Iterator<Item = &str> {
        let broker = self.broker.then_some(LANE);
        broker
            .into_iter()
            .chain(self.known.iter().map(|s| s.subscriber.as_str()))
    }

    /// To whom events of this type are delivered; each once, however many of its patterns match.
    pub fn of<'a>(&'a self, type_: &'a str) -> impl Iterator<Item = &'a str> {
        let take = if self.broker { 1 } else { usize::MAX };
        self.known
            .iter()
            .filter(move |s| s.patterns.iter().any(|p| p.matches(type_)))
            .map(|s| if self.broker { LANE } else { s.subscriber.as_str() })
            .take(take)
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

    #[test]
    fn a_broker_gets_each_event_once() {
        let subscriptions = Subscriptions::new()
            .with("backoffice", ["shop.order.*"])
            .with("catalog", ["shop.order.paid"])
            .through_broker();
        let of = |type_| subscriptions.of(type_).collect::<Vec<_>>();
        assert_eq!(of("shop.order.paid"), [LANE]);
        assert_eq!(of("shop.orders"), Vec::<&str>::new());
        let lanes: Vec<&str> = subscriptions.subscribers().collect();
        assert_eq!(lanes, [LANE, "backoffice", "catalog"]);
    }
}
