use std::collections::HashMap;

use balancer::{Client, Request};
use http::header::{AUTHORIZATION, HeaderValue};

use crate::cloud_event::BATCH_MEDIA_TYPE;
use crate::{CloudEvent, DeliveryReport, Transport, TransportError};

/// Where a receiver listens on a service's internal face.
pub(crate) const PATH: &str = "/internal/v1/events";

/// Sends events to the internal faces of other services: `POST /internal/v1/events` with a batch of `CloudEvents`,
/// over the balancer, so that any replica of the subscriber may take them.
pub struct HttpPush {
    authorization: Option<HeaderValue>,
    subscribers: HashMap<String, Client>,
}

impl HttpPush {
    /// A transport that knows nobody yet. `authorization` is this service's header for internal faces,
    /// `Bearer <service token>`; none where its certificate says who it is.
    pub fn new(authorization: impl Into<Option<HeaderValue>>) -> Self {
        let authorization = authorization.into().map(|mut value| {
            value.set_sensitive(true);
            value
        });
        Self {
            authorization,
            subscribers: HashMap::new(),
        }
    }

    /// Adds the way to a subscriber.
    #[must_use]
    pub fn with(mut self, subscriber: &str, client: Client) -> Self {
        self.subscribers.insert(subscriber.to_owned(), client);
        self
    }
}

impl Transport for HttpPush {
    async fn deliver(
        &self,
        subscriber: &str,
        batch: &[CloudEvent],
    ) -> Result<DeliveryReport, TransportError> {
        let client = self.subscribers.get(subscriber).ok_or_else(|| {
            TransportError::Unavailable(format!("no address of {subscriber} is configured"))
        })?;
        // Receivers know duplicates, so the balancer may try another replica at any point.
        let mut request = Request::post(PATH)
            .body(BATCH_MEDIA_TYPE, body(batch))
            .repeatable();
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        let answer = client.send(request).await.map_err(|error| {
            if error.is_unavailable() {
                TransportError::Unavailable(error.to_string())
            } else {
                TransportError::Refused(error.to_string())
            }
        })?;
        match answer.status.as_u16() {
            200 => answer
                .json()
                .map_err(|error| TransportError::Refused(format!("the answer cannot be read: {error}"))),
            // Not the events' fault: a token, a route or a limit is wrong, or the receiver cannot serve.
            401 | 403 | 404 | 408 | 429 | 502..=504 => {
                Err(TransportError::Unavailable(format!("answered {}", answer.status)))
            }
            _ => Err(TransportError::Refused(format!("answered {}", answer.status))),
        }
    }
}

fn body(batch: &[CloudEvent]) -> String {
    let mut body = String::from("[");
    for (index, event) in batch.iter().enumerate() {
        if index > 0 {
            body.push(',');
        }
        body.push_str(&event.to_json());
    }
    body.push(']');
    body
}
