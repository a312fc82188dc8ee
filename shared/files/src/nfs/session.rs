//! Connections for requests, one request at a time on each.

use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use tokio::time::timeout;

use super::call::{Call, Client, Failure};
use super::mount::Mounter;
use super::wire::Wire;

/// A connection that was not used for so long is asked something before it is used: firewalls forget
/// connections without a word.
const PROBE_AFTER: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(super) struct Session {
    wire: Wire,
    client: Client,
    answer_within: Duration,
    /// A request was sent whose answer was not waited for; it would be taken for that of the next one.
    in_flight: bool,
}

impl Session {
    pub(super) async fn call<C: Call>(&mut self, call: &C) -> Result<C::Answer, Failure> {
        let within = self.answer_within;
        self.in_flight = true;
        let answer = timeout(within, call.send(&mut self.client))
            .await
            .map_err(|_| Failure::Timeout {
                what: "answer",
                within,
            })?;
        self.in_flight = matches!(answer, Err(Failure::Broken(_) | Failure::Protocol(_)));
        answer
    }

    /// Whether it can be used for another request.
    pub(super) fn is_clean(&self) -> bool {
        !self.in_flight && self.wire.is_quiet()
    }
}

/// Opens and checks sessions.
#[derive(Debug)]
pub(super) struct Sessions {
    pub mounter: Arc<Mounter>,
    pub answer_within: Duration,
}

impl Manager for Sessions {
    type Type = Session;
    type Error = Failure;

    async fn create(&self) -> Result<Session, Failure> {
        let mount = self.mounter.current().await?;
        match self.mounter.connect(&mount).await {
            Ok((wire, client)) => Ok(Session {
                wire,
                client,
                answer_within: self.answer_within,
                in_flight: false,
            }),
            Err(failure) => {
                // The server may come back at another address or port.
                self.mounter.forget(&mount).await;
                Err(failure)
            }
        }
    }

    async fn recycle(&self, session: &mut Session, metrics: &Metrics) -> RecycleResult<Failure> {
        if !session.is_clean() {
            return Err(RecycleError::message(
                "closed by the server, or given up in the middle",
            ));
        }
        if metrics.last_used() > PROBE_AFTER {
            let answer = timeout(self.answer_within, session.client.null()).await;
            answer
                .map_err(|_| RecycleError::message("no answer"))?
                .map_err(Failure::from)?;
        }
        Ok(())
    }
}
