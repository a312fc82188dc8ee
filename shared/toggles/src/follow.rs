use std::fmt::Display;
use std::future::Future;
use std::time::Duration;

use balancer::{Client, Request};
use chassis::Job;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::header::IF_NONE_MATCH;

use crate::Toggles;

/// Where backoffice gives out the toggles in force, on its internal face.
const PATH: &str = "/internal/v1/toggles";
const NAME: &str = "toggles";

/// Why the settings did not say what is in force.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Backoffice cannot be reached.
    #[error(transparent)]
    Unreachable(#[from] balancer::Error),
    /// It answered something else than definitions.
    #[error("backoffice answered {0}")]
    Status(http::StatusCode),
    /// It answered with something that is no text.
    #[error("backoffice answered with something that is not UTF-8")]
    NotText,
}

impl Toggles {
    /// The job that follows the file.
    pub fn job(&self) -> Job {
        let toggles = self.clone();
        Job::periodic(NAME, Duration::from_millis(self.poll_ms()), move || {
            let toggles = toggles.clone();
            async move { tokio::task::spawn_blocking(move || toggles.look()).await }
        })
    }

    /// The job that follows the settings. `newer` is told the version in force and answers the definitions where they are
    /// others. Where a file is named, the job follows that instead: it is an operator's way past the settings.
    ///
    /// While the settings cannot be asked, what is in force stays in force.
    pub fn follow<F, Fut, E>(&self, newer: F) -> Job
    where
        F: Fn(String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<String>, E>> + Send + 'static,
        E: Display + Send + 'static,
    {
        if self.has_file() {
            return self.job();
        }
        let toggles = self.clone();
        Job::periodic(NAME, Duration::from_millis(self.poll_ms()), move || {
            let toggles = toggles.clone();
            let asked = newer(toggles.current().version().to_owned());
            async move {
                let told = asked.await;
                toggles.reached(told.as_ref().err().map(|error| error as &dyn Display));
                if let Ok(Some(definitions)) = told {
                    // A bad one has been told of. It is parsed apart: half a megabyte takes a while.
                    let offered = tokio::task::spawn_blocking(move || toggles.offer(&definitions));
                    drop(offered.await?);
                }
                Ok::<_, tokio::task::JoinError>(())
            }
        })
    }
}

/// Asks backoffice's internal face, for [`Toggles::follow`].
pub fn remote(
    client: Client,
) -> impl Fn(String) -> BoxFuture<'static, Result<Option<String>, FetchError>> + Send + Sync + 'static {
    move |version| {
        let client = client.clone();
        async move {
            let mut request = Request::get(PATH);
            // A version that backoffice has given is a number; one of a file may be anything.
            if version.bytes().all(|b| b.is_ascii_alphanumeric()) {
                request = request.header(IF_NONE_MATCH, format!("\"{version}\""));
            }
            let answer = client.send(request).await?;
            match answer.status.as_u16() {
                200 => String::from_utf8(answer.body.to_vec())
                    .map(Some)
                    .map_err(|_| FetchError::NotText),
                304 => Ok(None),
                _ => Err(FetchError::Status(answer.status)),
            }
        }
        .boxed()
    }
}
