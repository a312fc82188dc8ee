use serde::Deserialize;
use serde_json::{Map, Value};

/// A problem (RFC 9457) that a service has answered, as a site shows it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct RemoteProblem {
    /// Stable type, a URI.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// Short text in the language asked for.
    #[serde(default)]
    pub title: String,
    /// HTTP status.
    #[serde(default)]
    pub status: u16,
    /// What is wrong this time.
    #[serde(default)]
    pub detail: Option<String>,
    /// What is wrong with which field.
    #[serde(default)]
    pub errors: Vec<RemoteFieldError>,
    /// Under which the service has logged an unexpected error.
    #[serde(default)]
    pub trace_id: Option<String>,
    /// Everything else, such as `shortages`.
    #[serde(flatten)]
    pub extensions: Map<String, Value>,
}

/// What a service says about a field.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct RemoteFieldError {
    /// Path of the field, such as `recipient.phone`.
    #[serde(default)]
    pub field: String,
    /// Stable code.
    #[serde(default)]
    pub code: String,
    /// In the language asked for.
    #[serde(default, alias = "detail")]
    pub message: String,
}

impl RemoteFieldError {
    /// What to show: the message, else the code.
    pub fn text(&self) -> &str {
        if self.message.is_empty() {
            &self.code
        } else {
            &self.message
        }
    }
}

impl RemoteProblem {
    /// Reads an answer's body; `None` when it is no problem document.
    pub fn parse(body: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(body)
            .ok()
            .filter(|problem| !problem.kind.is_empty())
    }

    /// The last part of the type, such as `insufficient-stock`.
    pub fn slug(&self) -> &str {
        self.kind.rsplit('/').next().unwrap_or_default()
    }

    /// What to show: the detail, else the title.
    pub fn text(&self) -> &str {
        self.detail.as_deref().unwrap_or(&self.title)
    }

    /// An extension member, such as `shortages`.
    pub fn extension<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_value(self.extensions.get(name)?.clone()).ok()
    }
}
