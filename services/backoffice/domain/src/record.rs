use kernel::EventId;
use time::OffsetDateTime;

/// The longest actor, action, subject or source, in characters. Ours are far shorter; what comes in an event is cut.
const LONGEST: usize = 128;

/// What the audit keeps of one happening. It holds no personal data of customers: those appear as the kind of actor
/// that they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Id; a record of an event has the event's, so that it is written once.
    pub id: EventId,
    /// When it happened, to the microsecond.
    pub at: OffsetDateTime,
    /// Service that reports it.
    pub source: String,
    /// Who: a login, or the kind of actor.
    pub actor: String,
    /// What was done, such as `session.opened` or `order.paid`.
    pub action: String,
    /// To what, such as an order number.
    pub subject: Option<String>,
    /// More, by action: the text of a JSON object. Text, because the hash is over exactly these characters.
    pub details: String,
}

/// The moment as the database can keep it.
pub(crate) fn to_microseconds(at: OffsetDateTime) -> OffsetDateTime {
    at.replace_nanosecond(at.nanosecond() / 1_000 * 1_000)
        .unwrap_or(at)
}

/// At most [`LONGEST`] characters of `text`, none of them a control character.
pub(crate) fn tidy(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST)
        .collect()
}
