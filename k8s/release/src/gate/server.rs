use axum::Router;
use axum::extract::{Json, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Deserialize;

use super::{Answer, Api, ApiError, first_site, schema};

/// What Flagger sends with every hook, as far as the gate looks at it.
#[derive(Debug, Deserialize)]
struct Hook {
    /// The Canary.
    name: String,
    metadata: Metadata,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    ask: Question,
    image: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Question {
    Schema,
    FirstSite,
}

#[derive(Debug, Clone)]
struct Gate {
    api: Api,
    stand: String,
}

/// The gate of `stand`: `POST /` for Flagger, `GET /healthz` for the kubelet.
pub fn router(api: Api, stand: impl Into<String>) -> Router {
    let gate = Gate {
        api,
        stand: stand.into(),
    };
    Router::new()
        .route("/", post(answer))
        .route("/healthz", get(|| async { "ok" }))
        .with_state(gate)
}

async fn answer(State(gate): State<Gate>, Json(hook): Json<Hook>) -> (StatusCode, String) {
    match gate.decide(&hook).await {
        Ok(Answer::Open) => {
            tracing::info!(canary = hook.name, question = ?hook.metadata.ask, "open");
            (StatusCode::OK, "open".to_owned())
        }
        Ok(Answer::Shut(why)) => {
            tracing::info!(canary = hook.name, question = ?hook.metadata.ask, why, "shut");
            (StatusCode::CONFLICT, why)
        }
        Err(error) => {
            tracing::error!(canary = hook.name, question = ?hook.metadata.ask, %error, "no answer");
            (StatusCode::SERVICE_UNAVAILABLE, error.to_string())
        }
    }
}

impl Gate {
    async fn decide(&self, hook: &Hook) -> Result<Answer, ApiError> {
        let (name, image) = (&hook.name, &hook.metadata.image);
        match hook.metadata.ask {
            Question::Schema => {
                let jobs = self
                    .api
                    .migrations(&format!("{}-staff", self.stand), name)
                    .await?;
                Ok(schema(name, image, &jobs))
            }
            Question::FirstSite => {
                let first = self.api.rollout(&format!("{}-edge-1", self.stand), name).await?;
                Ok(first_site(image, first.as_ref()))
            }
        }
    }
}
