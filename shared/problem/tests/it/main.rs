//! Every refusal, in both languages.
