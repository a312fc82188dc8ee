use bytes::Bytes;
use http::header::{
    CONNECTION, EXPECT, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName};
use hyper::body::Body;

use crate::body::{Home, Payload, Streaming};
use crate::retry::{Call, Ended};
use crate::{BoxError, Client, Error};

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

impl Client {
    /// Passes an incoming request on and its answer back, both bodies streamed. Method, path, query and headers stay,
    /// except those that belong to one connection (RFC 9110, 7.6.1); the original `Host` becomes `X-Forwarded-Host`.
    ///
    /// The answer's head must come within [`crate::Policy::forward_timeout`]. A safe request without a body is
    /// retried like a repeatable one, any other only while nothing of it was sent.
    pub async fn forward<B>(&self, request: http::Request<B>) -> Result<http::Response<Streaming>, Error>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (mut head, body) = request.into_parts();
        let target = match head.uri.path_and_query() {
            Some(target) if target.as_str().starts_with('/') => target.clone(),
            _ => PathAndQuery::from_static("/"),
        };
        strip_connection_headers(&mut head.headers);
        if let Some(host) = head.headers.remove(HOST) {
            head.headers.entry(FORWARDED_HOST).or_insert(host);
        }
        if let Some(add) = &self.inner.headers {
            add(&mut head.headers);
        }
        let empty = body.is_end_stream();
        let home = Home::new(body);
        let repeatable = empty && head.method.is_safe();
        let allowed = self.inner.policy.forward_timeout;
        let try_timeout = if repeatable {
            self.inner.policy.try_timeout
        } else {
            allowed
        };
        let on_trial = self.inner.replicas.is_on_trial(&head.headers);
        let mut call = Call::new(&self.inner, repeatable, on_trial, allowed, try_timeout);
        loop {
            let ticket = match call.next().await {
                Ok(ticket) => ticket,
                Err((error, None)) => return Err(error),
                Err((_, Some(last))) => return finish(last),
            };
            // The body is at home: it was never lent, or given back by a try that sent nothing.
            let payload = if empty { None } else { home.lend() };
            let mut message = http::Request::new(payload.unwrap_or(Payload::Bytes(None)));
            *message.method_mut() = head.method.clone();
            *message.uri_mut() = ticket.member.endpoint.uri(&target);
            *message.headers_mut() = head.headers.clone();
            let tried = tokio::time::timeout_at(call.until(), self.inner.ask(message)).await;
            if let Some(ended) = call.judge(ticket, tried) {
                return finish(ended);
            }
        }
    }
}

fn finish((result, ticket): Ended<hyper::body::Incoming>) -> Result<http::Response<Streaming>, Error> {
    let mut answer = result?;
    strip_connection_headers(answer.headers_mut());
    Ok(answer.map(|body| Streaming::new(body, ticket)))
}

/// Removes what is between two neighbours only: the standard ones and those that `Connection` names (RFC 9110, 7.6.1).
fn strip_connection_headers(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        // It is for all on the way and must not be named there; a caller who does wants to hide where it calls from.
        .filter(|name| *name != FORWARDED_FOR)
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in [
        CONNECTION,
        KEEP_ALIVE,
        PROXY_CONNECTION,
        PROXY_AUTHENTICATE,
        PROXY_AUTHORIZATION,
        TE,
        TRAILER,
        TRANSFER_ENCODING,
        UPGRADE,
        EXPECT,
    ] {
        headers.remove(name);
    }
}
