use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;

use async_trait::async_trait;
use open_feature::provider::{FeatureProvider, ProviderMetadata, ResolutionDetails};
use open_feature::{
    EvaluationContext, EvaluationError, EvaluationErrorCode, EvaluationResult, StructValue, Value,
};
use serde_json::Value as Json;

use crate::Toggles;

/// The toggles as a provider of `OpenFeature`. A toggle that is not there or disabled is `FLAG_NOT_FOUND`, so that the code's
/// own default counts; one of another type is `TYPE_MISMATCH`.
pub struct Provider {
    toggles: Toggles,
    metadata: ProviderMetadata,
}

impl Provider {
    /// A provider of these toggles, whichever are in force when one is asked for.
    pub fn new(toggles: Toggles) -> Self {
        Self {
            toggles,
            metadata: ProviderMetadata::new("garnitur"),
        }
    }

    fn resolve<T>(
        &self,
        key: &str,
        context: &EvaluationContext,
        read: impl FnOnce(&Json) -> Option<T>,
    ) -> EvaluationResult<ResolutionDetails<T>> {
        let failed = |code, message: String| EvaluationError {
            code,
            message: Some(message),
        };
        let snapshot = self.toggles.current();
        let choice = snapshot.choose(key, context).ok_or_else(|| {
            let message = format!("{key} is not in {} or disabled there", snapshot.version());
            failed(EvaluationErrorCode::FlagNotFound, message)
        })?;
        let value = read(&choice.value).ok_or_else(|| {
            let message = format!("{key} of {} is of another type", snapshot.version());
            failed(EvaluationErrorCode::TypeMismatch, message)
        })?;
        self.toggles.count(key, &choice.variant);
        note(key, &choice.variant);
        Ok(ResolutionDetails {
            value,
            variant: Some(choice.variant),
            reason: Some(choice.reason),
            flag_metadata: None,
        })
    }
}

#[async_trait]
impl FeatureProvider for Provider {
    fn metadata(&self) -> &ProviderMetadata {
        &self.metadata
    }

    async fn resolve_bool_value(
        &self,
        key: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<bool>> {
        self.resolve(key, context, Json::as_bool)
    }

    async fn resolve_int_value(
        &self,
        key: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<i64>> {
        self.resolve(key, context, Json::as_i64)
    }

    async fn resolve_float_value(
        &self,
        key: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<f64>> {
        self.resolve(key, context, Json::as_f64)
    }

    async fn resolve_string_value(
        &self,
        key: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<String>> {
        self.resolve(key, context, |value| value.as_str().map(str::to_owned))
    }

    async fn resolve_struct_value(
        &self,
        key: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<StructValue>> {
        self.resolve(key, context, |value| match Value::try_from(value) {
            Ok(Value::Struct(fields)) => Some(fields),
            _ => None,
        })
    }
}

tokio::task_local! {
    static ASKED: RefCell<BTreeMap<String, String>>;
}

/// Runs something – a request – such that the span it begins in says which toggles were asked for and what they were, as in
/// `new-packing=on,order-of-picks=by-shelf`, in its field `toggles` (STA-2).
pub async fn observed<F: Future>(work: F) -> F::Output {
    ASKED.scope(RefCell::default(), work).await
}

fn note(key: &str, variant: &str) {
    // Outside of a request nobody reads it.
    let _ = ASKED.try_with(|asked| {
        let mut asked = asked.borrow_mut();
        asked.insert(key.to_owned(), variant.to_owned());
        let all: Vec<String> = asked
            .iter()
            .map(|(key, variant)| format!("{key}={variant}"))
            .collect();
        tracing::Span::current().record("toggles", all.join(","));
    });
}
