//! The three things the gate reads from the Kubernetes API, and no more.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder, StatusCode};
use serde_json::Value;

use super::{FirstSite, Job};

/// Where a pod finds its service account.
const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
const PATIENCE: Duration = Duration::from_secs(4);

/// The Kubernetes API, with the rights of the gate's service account.
#[derive(Debug, Clone)]
pub struct Api {
    http: Client,
    base: String,
    /// Read anew for every request: tokens are replaced in the running pod.
    token: Option<PathBuf>,
}

/// Why the API gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// It could not be reached, or its answer not be read.
    #[error("the Kubernetes API cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    /// It refused.
    #[error("the Kubernetes API answered {0}")]
    Refused(StatusCode),
    /// The service account is not as in a pod.
    #[error("the service account cannot be read")]
    Account(#[from] std::io::Error),
}

impl Api {
    /// The API of the cluster this runs in.
    pub fn of_pod() -> Result<Self, ApiError> {
        let account = Path::new(ACCOUNT);
        let authority = Certificate::from_pem(&std::fs::read(account.join("ca.crt"))?)?;
        let http = client().tls_certs_only([authority]).build()?;
        Ok(Self {
            http,
            base: "https://kubernetes.default.svc".to_owned(),
            token: Some(account.join("token")),
        })
    }

    /// An API that asks for nothing, at `base`: what `kubectl proxy` offers, and tests.
    pub fn plain(base: impl Into<String>) -> Result<Self, ApiError> {
        Ok(Self {
            http: client().build()?,
            base: base.into(),
            token: None,
        })
    }

    /// The migrations of a service in `namespace`.
    pub async fn migrations(&self, namespace: &str, service: &str) -> Result<Vec<Job>, ApiError> {
        let path = format!(
            "/apis/batch/v1/namespaces/{namespace}/jobs?labelSelector=garnitur.example/migrates%3D{service}"
        );
        let list = self.get(&path).await?.unwrap_or_default();
        let jobs = list["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(jobs.iter().map(job).collect())
    }

    /// Where a service's rollout is in `namespace`; `None` where it has none.
    pub async fn rollout(&self, namespace: &str, service: &str) -> Result<Option<FirstSite>, ApiError> {
        let canary = format!("/apis/flagger.app/v1beta1/namespaces/{namespace}/canaries/{service}");
        let primary = format!("/apis/apps/v1/namespaces/{namespace}/deployments/{service}-primary");
        let (Some(canary), Some(primary)) = (self.get(&canary).await?, self.get(&primary).await?) else {
            return Ok(None);
        };
        Ok(Some(FirstSite {
            phase: canary["status"]["phase"]
                .as_str()
                .unwrap_or("not begun")
                .to_owned(),
            image: image(&primary).to_owned(),
        }))
    }

    async fn get(&self, path: &str) -> Result<Option<Value>, ApiError> {
        let mut request = self.http.get(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(std::fs::read_to_string(token)?.trim());
        }
        let answer = request.send().await?;
        match answer.status() {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => Ok(Some(answer.json().await?)),
            status => Err(ApiError::Refused(status)),
        }
    }
}

fn client() -> ClientBuilder {
    // Of several providers none is the default by itself; when one is set already, it stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().timeout(PATIENCE)
}

fn job(job: &Value) -> Job {
    let conditions = job["status"]["conditions"].as_array();
    let is = |kind: &str| {
        conditions
            .into_iter()
            .flatten()
            .any(|condition| condition["type"] == kind && condition["status"] == "True")
    };
    Job {
        image: image(job).to_owned(),
        complete: is("Complete"),
        failed: is("Failed"),
    }
}

/// The image of the first container of a workload.
fn image(workload: &Value) -> &str {
    workload["spec"]["template"]["spec"]["containers"][0]["image"]
        .as_str()
        .unwrap_or_default()
}
