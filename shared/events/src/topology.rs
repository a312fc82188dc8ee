use crate::subscriptions::matches;
use crate::{CloudEvent, Subscriptions};

/// Who gets what of whom, the whole shop over: (source, receiver, types). Types are written as in [`Subscriptions`].
pub type Routes = [(&'static str, &'static str, &'static [&'static str])];

/// The routes of a shop, as one service sees them.
#[derive(Debug, Clone, Copy)]
pub struct Topology {
    service: &'static str,
    routes: &'static Routes,
}

impl Topology {
    /// The shop's routes as seen by `service`, which is a source or a receiver in them, or both.
    pub const fn new(service: &'static str, routes: &'static Routes) -> Self {
        Self { service, routes }
    }

    /// The service that sees them.
    pub const fn service(&self) -> &'static str {
        self.service
    }

    /// `source` of the service's events (`CloudEvents`): `urn:garnitur:` and its name.
    pub fn source(&self) -> String {
        format!("{SOURCE}{}", self.service)
    }

    /// Who gets the service's events.
    pub fn subscriptions(&self) -> Subscriptions {
        self.routes
            .iter()
            .filter(|(source, ..)| *source == self.service)
            .fold(Subscriptions::new(), |subscriptions, (_, receiver, types)| {
                subscriptions.with(receiver, types.iter().copied())
            })
    }

    /// The receivers of the service's events.
    pub(crate) fn receivers(&self) -> Vec<&'static str> {
        names(self.routes.iter().filter(|(source, ..)| *source == self.service))
    }

    /// All receivers.
    pub(crate) fn all_receivers(&self) -> Vec<&'static str> {
        names(self.routes)
    }

    /// Whether an event that `sender` has published says that it is the sender's.
    pub(crate) fn is_source(sender: Option<&str>, source: &str) -> bool {
        sender.is_some() && source.strip_prefix(SOURCE) == sender
    }

    /// Whether the service wants an event.
    pub(crate) fn wants(&self, event: &CloudEvent) -> bool {
        self.wanted_by(self.service)
            .filter(|(source, _)| event.source.strip_prefix(SOURCE) == Some(source))
            .any(|(_, types)| types.iter().any(|pattern| matches(pattern, &event.type_)))
    }

    /// What a receiver gets: (source, types).
    pub(crate) fn wanted_by(
        &self,
        receiver: &str,
    ) -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
        self.routes
            .iter()
            .filter(move |(_, to, _)| *to == receiver)
            .map(|(source, _, types)| (*source, *types))
    }
}

/// What stands before a service's name in its events' `source`.
pub(crate) const SOURCE: &str = "urn:garnitur:";

/// Each receiver once.
fn names<'a>(
    routes: impl IntoIterator<Item = &'a (&'static str, &'static str, &'static [&'static str])>,
) -> Vec<&'static str> {
    let mut names: Vec<&str> = routes.into_iter().map(|(_, receiver, _)| *receiver).collect();
    names.sort_unstable();
    names.dedup();
    names
}
