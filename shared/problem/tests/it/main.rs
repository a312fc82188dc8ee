//! Every refusal, in both languages.

mod answer;
mod bare;
mod fields;
mod idempotency_key;
mod internal;
mod json;
mod path;
mod query;
mod rules;
mod support;
