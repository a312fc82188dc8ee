use open_feature::EvaluationContext;

use crate::Cohort;

/// For whom a toggle is asked. Nothing of it reaches logs or metrics.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    key: Option<String>,
    cohort: Option<Cohort>,
}

impl Subject {
    /// Nobody in particular.
    pub fn new() -> Self {
        Self::default()
    }

    /// What percentages are dealt by (`targetingKey`): a login, or the id of a cart. Not a name, phone or address.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The cohort (`cohort` in rules).
    #[must_use]
    pub fn cohort(mut self, cohort: Option<Cohort>) -> Self {
        self.cohort = cohort;
        self
    }

    /// As `OpenFeature` wants it.
    pub fn context(&self) -> EvaluationContext {
        let mut context = EvaluationContext::default();
        if let Some(key) = &self.key {
            context = context.with_targeting_key(key.clone());
        }
        if let Some(cohort) = &self.cohort {
            context = context.with_custom_field("cohort", cohort.name().to_owned());
        }
        context
    }
}
