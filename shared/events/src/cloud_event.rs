use std::borrow::Cow;

use kernel::EventId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::HandlerError;

/// Media type of one event (`CloudEvents` JSON format 1.0.2, 3).
pub const MEDIA_TYPE: &str = "application/cloudevents+json";
/// Media type of an array of events (`CloudEvents` JSON format 1.0.2, 4).
pub const BATCH_MEDIA_TYPE: &str = "application/cloudevents-batch+json";

/// The longest `id`, `source`, `type` or `subject` that is accepted.
const MAX_ATTRIBUTE: usize = 1_024;

/// An event on its way: `CloudEvents` 1.0 with JSON data and the extension `traceparent` (distributed tracing).
#[derive(Debug, Clone)]
pub struct CloudEvent {
    /// By this a duplicate is known; it is a UUID in our system.
    pub id: EventId,
    /// The service that emitted it.
    pub source: String,
    /// What happened, such as `ru.garnitur.orders.order.paid.v1`.
    pub type_: String,
    /// What it is about, if the emitter said so.
    pub subject: Option<String>,
    /// When it happened, if the emitter said so; ours do.
    pub time: Option<OffsetDateTime>,
    /// W3C trace context of what caused it.
    pub traceparent: Option<String>,
    /// The payload; JSON `null` when there is none.
    pub data: Box<RawValue>,
}

/// Why something is not an event that can be applied here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadEvent {
    /// Not a JSON object, or an attribute of the wrong type, or a required one missing.
    #[error("not a CloudEvent: {0}")]
    Malformed(String),
    /// Another version than 1.0.
    #[error("specversion is not 1.0")]
    Version,
    /// `id` is not a UUID.
    #[error("id is not a UUID")]
    Id,
    /// The data is not JSON.
    #[error("data is not JSON")]
    DataType,
    /// An attribute is empty or too long.
    #[error("{0} is empty or too long")]
    Attribute(&'static str),
}

impl BadEvent {
    /// A stable word for the answer to the sender.
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed-event",
            Self::Version => "unsupported-specversion",
            Self::Id => "bad-id",
            Self::DataType => "unsupported-data",
            Self::Attribute(_) => "bad-attribute",
        }
    }
}

/// The attributes as they stand in JSON. Unknown ones are extensions and ignored, as the specification asks.
#[derive(Serialize, Deserialize)]
struct Wire<'a> {
    specversion: Cow<'a, str>,
    id: Cow<'a, str>,
    source: Cow<'a, str>,
    #[serde(rename = "type")]
    type_: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<Cow<'a, str>>,
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    time: Option<OffsetDateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    datacontenttype: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    traceparent: Option<Cow<'a, str>>,
    #[serde(default)]
    data: Option<Box<RawValue>>,
    #[serde(default, skip_serializing)]
    data_base64: Option<serde::de::IgnoredAny>,
}

impl CloudEvent {
    /// The payload as the type its event type promises. [`HandlerError::Rejected`] `bad-payload` when it is
    /// something else: sending it again would not change that.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, HandlerError> {
        serde_json::from_str(self.data.get()).map_err(|error| {
            tracing::warn!(event = %self.id, type_ = self.type_, %error, "event with a payload of the wrong shape");
            HandlerError::Rejected("bad-payload")
        })
    }

    /// Reads and checks one event in JSON format.
    pub fn from_json(json: &str) -> Result<Self, BadEvent> {
        let wire: Wire<'_> =
            serde_json::from_str(json).map_err(|error| BadEvent::Malformed(error.to_string()))?;
        if wire.specversion != "1.0" {
            return Err(BadEvent::Version);
        }
        for (name, value) in [
            ("source", Some(&wire.source)),
            ("type", Some(&wire.type_)),
            ("subject", wire.subject.as_ref()),
        ] {
            if value.is_some_and(|v| v.is_empty() || v.len() > MAX_ATTRIBUTE) {
                return Err(BadEvent::Attribute(name));
            }
        }
        let json_data = wire.datacontenttype.as_deref().is_none_or(is_json);
        if !json_data || wire.data_base64.is_some() {
            return Err(BadEvent::DataType);
        }
        Ok(Self {
            id: Uuid::parse_str(&wire.id).map_err(|_| BadEvent::Id)?.into(),
            source: wire.source.into_owned(),
            type_: wire.type_.into_owned(),
            subject: wire.subject.map(Cow::into_owned),
            time: wire.time,
            traceparent: wire.traceparent.map(Cow::into_owned),
            data: wire.data.unwrap_or_else(|| RawValue::NULL.to_owned()),
        })
    }

    /// The event in JSON format.
    pub fn to_json(&self) -> String {
        let wire = Wire {
            specversion: "1.0".into(),
            id: self.id.to_string().into(),
            source: Cow::Borrowed(&self.source),
            type_: Cow::Borrowed(&self.type_),
            subject: self.subject.as_deref().map(Cow::Borrowed),
            time: self.time,
            datacontenttype: Some("application/json".into()),
            traceparent: self.traceparent.as_deref().map(Cow::Borrowed),
            data: Some(self.data.clone()),
            data_base64: None,
        };
        serde_json::to_string(&wire).expect("attributes are text and the data is JSON already")
    }
}

/// `application/json`, or anything with the suffix `+json`, with or without parameters.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.to_ascii_lowercase().ends_with("+json")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "0198a6a2-1111-7000-8000-000000000001";

    fn read(
        change: impl FnOnce(&mut serde_json::Map<String, serde_json::Value>),
    ) -> Result<CloudEvent, BadEvent> {
        let mut event = json!({
            "specversion": "1.0", "id": ID, "source": "urn:garnitur:orders", "type": "a.b",
            "time": "2026-03-01T10:00:00Z", "data": {"n": 1}, "extension": true,
        });
        change(event.as_object_mut().expect("an object"));
        CloudEvent::from_json(&event.to_string())
    }

    #[test]
    fn what_is_written_is_read_back() {
        let event = read(|_| ()).expect("a good event");
        let again = CloudEvent::from_json(&event.to_json()).expect("our own event");
        assert_eq!(again.id.to_string(), ID);
        assert_eq!(again.data.get(), r#"{"n":1}"#);
        assert_eq!(again.time, event.time);
        assert_eq!(again.type_, "a.b");
    }

    #[test]
    fn optional_attributes_may_be_absent() {
        let event = read(|e| {
            e.remove("time");
            e.remove("data");
        })
        .expect("still a good event");
        assert_eq!((event.time, event.data.get()), (None, "null"));
    }

    #[test]
    fn bad_events_are_told_apart() {
        for (slug, attribute, value) in [
            ("malformed-event", "type", None),
            ("malformed-event", "source", Some(json!(7))),
            ("malformed-event", "time", Some(json!("yesterday"))),
            ("unsupported-specversion", "specversion", Some(json!("0.3"))),
            ("bad-id", "id", Some(json!("17"))),
            ("bad-attribute", "source", Some(json!(""))),
            ("bad-attribute", "subject", Some(json!("x".repeat(2_000)))),
            ("unsupported-data", "datacontenttype", Some(json!("text/xml"))),
            ("unsupported-data", "data_base64", Some(json!("AA=="))),
        ] {
            let event = read(|event| {
                event.remove(attribute);
                event.extend(value.map(|value| (attribute.to_owned(), value)));
            });
            assert_eq!(event.map_err(|e| e.slug()).err(), Some(slug));
        }
    }
}
