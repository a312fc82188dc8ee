use auth::ServiceName;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use kernel::Text;
use problem::{Json, Problem, ProblemBody, kinds};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Receiver;
use super::apply::Applied;
use crate::{BATCH_MEDIA_TYPE, CloudEvent, DeliveryReport, EventOutcome, MEDIA_TYPE, Outcome, Topology};

/// The most events of one request.
const MAX_BATCH: usize = 500;
/// What types of the shop's events begin with, before the name of the service they are of.
const TYPES: &str = "ru.garnitur.";
/// The most bytes of one request: an event may hold a snapshot of something, as one of toggles does. What NATS takes.
const MAX_BYTES: usize = 1_024 * 1_024;

impl Receiver {
    /// The route that takes events, `POST /internal/v1/events`. It belongs behind the gate of the internal face
    /// (`auth::require_service`): whoever may call it is believed of its own events. Those of others are rejected.
    pub fn routes(&self) -> OpenApiRouter {
        operations()
            .with_state(self.clone())
            .layer(DefaultBodyLimit::max(MAX_BYTES))
    }

    /// The description of [`Receiver::routes`], for whoever has no receiver.
    pub fn openapi() -> OpenApi {
        operations().into_openapi()
    }
}

fn operations() -> OpenApiRouter<Receiver> {
    OpenApiRouter::new().routes(routes!(receive_events))
}

/// Take events
///
/// `CloudEvents` 1.0, one or a batch. Each is applied at most once; the answer says for each what was done, so
/// that only `failed` ones are sent again. 503 says nothing about the events: all are sent again later.
#[utoipa::path(
    post,
    path = "/internal/v1/events",
    tag = "events",
    request_body(content(
        (Vec<Object> = "application/cloudevents-batch+json"),
        (Object = "application/cloudevents+json"),
    )),
    responses(
        (status = 200, description = "One outcome per event, in the order given", body = DeliveryReport),
        (status = 400, description = "Not JSON, or not an array where a batch was announced", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too many events or bytes", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "Neither an event nor a batch of events", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Cannot apply anything at present", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn receive_events(
    State(receiver): State<Receiver>,
    caller: Option<Extension<ServiceName>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<DeliveryReport>, Problem> {
    let raw = split(&headers, &body)?;
    let read: Vec<Result<CloudEvent, EventOutcome>> = raw
        .iter()
        .map(|raw| read(raw).and_then(|event| of_caller(event, caller.as_deref())))
        .collect();
    let events: Vec<CloudEvent> = read
        .iter()
        .filter_map(|event| event.as_ref().ok())
        .cloned()
        .collect();
    let applied = receiver.apply(events).await.map_err(|error| {
        if pg::is_unavailable(&error) {
            Problem::unavailable("the inbox", error)
        } else {
            Problem::internal(error)
        }
    })?;
    let mut applied = applied.into_iter();
    let outcomes: Vec<EventOutcome> = read
        .into_iter()
        .map(|event| match event {
            Ok(event) => outcome(
                &event,
                applied.next().expect("each event that was read has an outcome"),
            ),
            Err(rejected) => {
                receiver.count(rejected.outcome);
                rejected
            }
        })
        .collect();
    Ok(Json(DeliveryReport { outcomes }))
}

/// The events of a body as JSON texts.
fn split<'a>(headers: &HeaderMap, body: &'a [u8]) -> Result<Vec<&'a RawValue>, Problem> {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let raw = if essence.eq_ignore_ascii_case(BATCH_MEDIA_TYPE) {
        serde_json::from_slice::<Vec<&RawValue>>(body)
    } else if essence.eq_ignore_ascii_case(MEDIA_TYPE) {
        serde_json::from_slice::<&RawValue>(body).map(|event| vec![event])
    } else {
        return Err(Problem::new(&kinds::UNSUPPORTED_MEDIA).ext("supported", &[BATCH_MEDIA_TYPE, MEDIA_TYPE]));
    };
    let raw = raw.map_err(|error| {
        Problem::new(&kinds::MALFORMED).detail(Text::new(
            format!("Не JSON: строка {}, позиция {}", error.line(), error.column()),
            format!("Not JSON: line {}, column {}", error.line(), error.column()),
        ))
    })?;
    if raw.len() > MAX_BATCH {
        return Err(Problem::new(&kinds::TOO_LARGE).ext("max_events", &MAX_BATCH));
    }
    Ok(raw)
}

/// One event; the outcome of one that cannot be applied because it is none.
fn read(raw: &RawValue) -> Result<CloudEvent, EventOutcome> {
    CloudEvent::from_json(raw.get()).map_err(|error| {
        let id = serde_json::from_str::<Value>(raw.get())
            .ok()
            .and_then(|event| Some(event.get("id")?.as_str()?.to_owned()));
        tracing::warn!(event = id, %error, "something that is no event was rejected");
        EventOutcome {
            id,
            outcome: Outcome::Rejected,
            error: Some(error.slug().to_owned()),
        }
    })
}

/// The event, if the caller may have told it: no service speaks for another. Without a gate, in tests, nobody is known.
fn of_caller(event: CloudEvent, caller: Option<&ServiceName>) -> Result<CloudEvent, EventOutcome> {
    let Some(caller) = caller else { return Ok(event) };
    // Types begin with whose they are, too, and handlers go by types.
    let of_caller = event
        .type_
        .strip_prefix(TYPES)
        .and_then(|rest| rest.strip_prefix(caller.as_str()))
        .is_some_and(|rest| rest.starts_with('.'));
    if of_caller && Topology::is_source(Some(caller.as_str()), &event.source) {
        return Ok(event);
    }
    tracing::error!(event = %event.id, source = event.source, caller = caller.as_str(), "event of another than its sender was rejected");
    Err(EventOutcome {
        id: Some(event.id.to_string()),
        outcome: Outcome::Rejected,
        error: Some("foreign-source".to_owned()),
    })
}

fn outcome(event: &CloudEvent, (outcome, error): Applied) -> EventOutcome {
    EventOutcome {
        id: Some(event.id.to_string()),
        outcome,
        error: error.map(str::to_owned),
    }
}
