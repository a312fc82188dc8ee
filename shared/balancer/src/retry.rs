use std::sync::Arc;
use std::time::Duration;

use http::Response;
use tokio::time::Instant;
use tokio::time::error::Elapsed;

use crate::client::Inner;
use crate::member::{Member, Ticket};
use crate::{BoxError, Error, Outcome};

/// How one try failed.
pub(crate) enum Failure {
    /// Nothing was sent.
    Unsent(BoxError),
    /// The exchange broke after the request may have been sent.
    Broken(BoxError),
    /// The answer is larger than allowed.
    TooLarge,
}

/// An answer of any status or an error, and the ticket it came with.
pub(crate) type Ended<T> = (Result<Response<T>, Error>, Ticket);

/// One call: which replicas were tried, how many retries are left, how much time.
pub(crate) struct Call<T> {
    client: Arc<Inner>,
    repeatable: bool,
    on_trial: bool,
    allowed: Duration,
    try_timeout: Duration,
    deadline: Instant,
    retries: u32,
    pause: Duration,
    tried: Vec<Arc<Member>>,
    last: Option<Ended<T>>,
}

impl<T> Call<T> {
    /// A call that may take `allowed` in all and `try_timeout` for each try; `on_trial` says that it is for the version on
    /// trial.
    pub(crate) fn new(
        client: &Arc<Inner>,
        repeatable: bool,
        on_trial: bool,
        allowed: Duration,
        try_timeout: Duration,
    ) -> Self {
        client.budget.earn();
        Self {
            client: Arc::clone(client),
            repeatable,
            on_trial,
            allowed,
            try_timeout,
            deadline: Instant::now() + allowed,
            retries: client.policy.retries,
            pause: client.policy.backoff,
            tried: Vec::new(),
            last: None,
        }
    }

    /// A place at the next replica: one not tried yet if there is one, else any after a pause.
    /// Where there is none, the call ends as its last try ended, or at once if this would be the first.
    pub(crate) async fn next(&mut self) -> Result<Ticket, (Error, Option<Ended<T>>)> {
        let mut picked = self.client.pick(&self.tried, self.repeatable, self.on_trial);
        if picked.is_err() && !self.tried.is_empty() {
            let pause = self.pause.mul_f64(0.5 + rand::random::<f64>() / 2.0);
            self.pause *= 2;
            if Instant::now() + pause < self.deadline {
                tokio::time::sleep(pause).await;
                picked = self.client.pick(&[], self.repeatable, self.on_trial);
            }
        }
        picked.map_err(|reason| {
            let last = self.last.take();
            if last.is_none() {
                self.client.observer.failed_fast(&self.client.name);
            }
            let client = Arc::clone(&self.client.name);
            (Error::NoEndpoint { client, reason }, last)
        })
    }

    /// When the present try has to be over.
    pub(crate) fn until(&self) -> Instant {
        self.deadline.min(Instant::now() + self.try_timeout)
    }

    /// Judges a try; none if the call goes on.
    pub(crate) fn judge(
        &mut self,
        mut ticket: Ticket,
        tried: Result<Result<Response<T>, Failure>, Elapsed>,
    ) -> Option<Ended<T>> {
        let client = Arc::clone(&self.client.name);
        let endpoint = ticket.member.endpoint.clone();
        let (outcome, result) = match tried {
            Err(Elapsed { .. }) => {
                let after = self.allowed.min(self.try_timeout);
                (Outcome::TimedOut, Err(Error::Deadline { client, after }))
            }
            Ok(Ok(answer)) => (Outcome::Answered(answer.status()), Ok(answer)),
            Ok(Err(Failure::Unsent(source))) => {
                let error = Error::Connect {
                    client,
                    endpoint,
                    source,
                };
                (Outcome::Unreachable, Err(error))
            }
            Ok(Err(Failure::Broken(source))) => {
                let error = Error::Body {
                    client,
                    endpoint,
                    source,
                };
                (Outcome::Broken, Err(error))
            }
            Ok(Err(Failure::TooLarge)) => {
                ticket.settle(Outcome::Answered(http::StatusCode::OK));
                let limit = self.client.policy.max_body;
                return Some((
                    Err(Error::TooLarge {
                        client,
                        endpoint,
                        limit,
                    }),
                    ticket,
                ));
            }
        };
        ticket.settle(outcome);
        let again = outcome.is_failure()
            && (self.repeatable || outcome == Outcome::Unreachable)
            && self.retries > 0
            && Instant::now() < self.deadline;
        if !again {
            return Some((result, ticket));
        }
        if !self.client.budget.spend(Instant::now()) {
            tracing::warn!(client = %self.client.name, "retry budget is used up");
            self.client.observer.retry_refused(&self.client.name);
            return Some((result, ticket));
        }
        self.client.observer.retried(&self.client.name);
        self.retries -= 1;
        self.tried.push(Arc::clone(&ticket.member));
        self.last = Some((result, ticket));
        None
    }
}
