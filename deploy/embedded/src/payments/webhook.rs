use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

/// The wait before the second attempt; doubled for each further one.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Tells the shop what becomes of payments, until it answers 200 as the real provider does.
#[derive(Clone)]
pub struct Webhooks {
    url: Option<Url>,
    http: reqwest::Client,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Webhooks {
    pub fn new(url: Option<Url>, stop: CancellationToken, tasks: TaskTracker) -> reqwest::Result<Self> {
        // Installing a second time is refused and harmless: the first provider stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .tcp_nodelay(true)
            .build()?;
        Ok(Self {
            url,
            http,
            stop,
            tasks,
        })
    }

    /// Posts `event` about `object` in the background.
    pub fn send(&self, event: &'static str, object: &Value) {
        let Some(url) = self.url.clone() else { return };
        let body = json!({ "type": "notification", "event": event, "object": object });
        let (http, stop) = (self.http.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            let delivery = deliver(&http, &url, event, &body);
            stop.run_until_cancelled(delivery).await;
        });
    }
}

async fn deliver(http: &reqwest::Client, url: &Url, event: &str, body: &Value) {
    let mut wait = FIRST_WAIT;
    loop {
        match http.post(url.clone()).json(body).send().await {
            Ok(answer) if answer.status().is_success() => return,
            Ok(answer) => tracing::warn!(event, status = answer.status().as_u16(), "webhook refused"),
            Err(error) => tracing::warn!(event, error = %error.without_url(), "webhook not delivered"),
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}
