use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::body::Payload;
use crate::budget::Budget;
use crate::health::Standing;
use crate::observe::Nobody;
use crate::replicas::{Canary, Replicas};
use crate::retry::{Call, Failure};
use crate::transport::{Http, http, unsent};
use crate::{Dial, Discover, Endpoint, Error, Fixed, Observe, Policy, Request, Response, Tcp};

type Headers = Arc<dyn Fn(&mut HeaderMap) + Send + Sync>;

/// A client of one service, whichever of its replicas answers. Cheap to clone; clones share all they learn.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

/// What a client knows of one replica.
#[derive(Debug, Clone)]
pub struct EndpointState {
    /// Where it listens.
    pub endpoint: Endpoint,
    /// Whether it gets requests now.
    pub serving: bool,
    /// Requests this client waits for.
    pub in_flight: usize,
    /// Average latency, peaks weighing most; none before its first answer.
    pub latency: Option<Duration>,
}

pub(crate) struct Inner {
    pub(crate) name: Arc<str>,
    pub(crate) policy: Policy,
    pub(crate) budget: Budget,
    pub(crate) observer: Arc<dyn Observe>,
    pub(crate) http: Http,
    pub(crate) headers: Option<Headers>,
    pub(crate) replicas: Replicas,
}

/// Puts a [`Client`] together; everything has a default.
#[must_use]
pub struct Builder {
    name: Arc<str>,
    discovered: watch::Receiver<Arc<[Endpoint]>>,
    policy: Policy,
    observer: Arc<dyn Observe>,
    headers: Option<Headers>,
    dial: Arc<dyn Dial>,
    canary: Option<Canary>,
}

impl Builder {
    /// Replaces the default policy.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Reports tries, ejections and retries to `observer`.
    pub fn observer(mut self, observer: Arc<dyn Observe>) -> Self {
        self.observer = observer;
        self
    }

    /// Runs on the headers of every call before its first try: `traceparent`, a service token.
    pub fn headers(mut self, add: impl Fn(&mut HeaderMap) + Send + Sync + 'static) -> Self {
        self.headers = Some(Arc::new(add));
        self
    }

    /// Replaces [`Tcp`] as the way connections are made.
    pub fn dial(mut self, dial: Arc<dyn Dial>) -> Self {
        self.dial = dial;
        self
    }

    /// Calls whose headers fit go to these replicas of a version on trial, all others never do. Where none of them can be
    /// used, or a try on them fails such that it may be made again, the call goes on as any other.
    pub fn canary(
        mut self,
        discover: &dyn Discover,
        fits: impl Fn(&HeaderMap) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.canary = Some(Canary {
            discovered: discover.watch(),
            fits: Box::new(fits),
        });
        self
    }

    /// The client. Opens no connection yet.
    pub fn build(self) -> Client {
        let now = Instant::now();
        Client {
            inner: Arc::new(Inner {
                budget: Budget::new(&self.policy, now),
                http: http(&self.policy, self.dial),
                name: self.name,
                policy: self.policy,
                observer: self.observer,
                headers: self.headers,
                replicas: Replicas::new(self.discovered, self.canary),
            }),
        }
    }
}

impl Client {
    /// A client of the service `name` (for logs and errors) with the replicas that `discover` knows.
    pub fn new(name: &str, discover: &dyn Discover, policy: Policy) -> Self {
        Self::builder(name, discover).policy(policy).build()
    }

    /// A client with replicas at fixed origins such as `http://127.0.0.1:8121`.
    pub fn fixed<S: AsRef<str>>(
        name: &str,
        origins: impl IntoIterator<Item = S>,
        policy: Policy,
    ) -> Result<Self, Error> {
        Ok(Self::new(name, &Fixed::new(origins)?, policy))
    }

    /// Starts a client that needs more than a policy.
    pub fn builder(name: &str, discover: &dyn Discover) -> Builder {
        Builder {
            name: name.into(),
            discovered: discover.watch(),
            policy: Policy::default(),
            observer: Arc::new(Nobody),
            headers: None,
            dial: Arc::new(Tcp),
            canary: None,
        }
    }

    /// The name it was given.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// What is known of each replica, in the order of discovery; those of a version on trial come last.
    pub fn endpoints(&self) -> Vec<EndpointState> {
        let now = Instant::now();
        let set = self.inner.replicas.now();
        set.all()
            .map(|member| EndpointState {
                endpoint: member.endpoint.clone(),
                serving: member.standing(now) == Standing::Serving,
                in_flight: member.in_flight(),
                latency: member.latency(&self.inner.policy, now),
            })
            .collect()
    }

    /// Whether a call made now would be tried: some replica serves or is due for a probe.
    pub fn usable(&self) -> bool {
        let now = Instant::now();
        let set = self.inner.replicas.now();
        set.members
            .iter()
            .any(|member| member.standing(now) != Standing::Out)
    }

    /// Sends a request and reads the whole answer. Answers of any status are `Ok`, a 503 that outlived the retries
    /// too; see [`Error`] for the rest.
    pub async fn send(&self, mut request: Request) -> Result<Response, Error> {
        let target = request.target().map_err(Error::Request)?;
        if let Some(add) = &self.inner.headers {
            add(&mut request.headers);
        }
        let policy = &self.inner.policy;
        let allowed = request.deadline.unwrap_or(policy.deadline);
        let try_timeout = policy.try_timeout;
        let on_trial = self.inner.replicas.is_on_trial(&request.headers);
        let mut call = Call::new(&self.inner, request.repeatable, on_trial, allowed, try_timeout);
        loop {
            let ticket = match call.next().await {
                Ok(ticket) => ticket,
                Err((error, None)) => return Err(error),
                Err((_, Some((last, _)))) => return last.map(whole),
            };
            let mut message = http::Request::new(Payload::bytes(request.body.clone()));
            *message.method_mut() = request.method.clone();
            *message.uri_mut() = ticket.member.endpoint.uri(&target);
            *message.headers_mut() = request.headers.clone();
            let tried = tokio::time::timeout_at(call.until(), self.inner.exchange(message)).await;
            if let Some((result, _)) = call.judge(ticket, tried) {
                return result.map(whole);
            }
        }
    }
}

fn whole(answer: http::Response<Bytes>) -> Response {
    let (head, body) = answer.into_parts();
    Response {
        status: head.status,
        headers: head.headers,
        body,
    }
}

impl Inner {
    /// One request and its whole answer.
    async fn exchange(&self, message: http::Request<Payload>) -> Result<http::Response<Bytes>, Failure> {
        let (head, body) = self.ask(message).await?.into_parts();
        let body = match Limited::new(body, self.policy.max_body).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => return Err(Failure::TooLarge),
            Err(error) => return Err(Failure::Broken(error)),
        };
        Ok(http::Response::from_parts(head, body))
    }

    /// One request and the head of its answer.
    pub(crate) async fn ask(
        &self,
        message: http::Request<Payload>,
    ) -> Result<http::Response<hyper::body::Incoming>, Failure> {
        self.http.request(message).await.map_err(|error| {
            if unsent(&error) {
                Failure::Unsent(error.into())
            } else {
                Failure::Broken(error.into())
            }
        })
    }
}
