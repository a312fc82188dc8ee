use std::path::PathBuf;

/// Where toggles come from.
#[derive(Debug, Clone, confique::Config)]
pub struct TogglesConfig {
    /// File with the definitions in flagd's JSON format, instead of those of the settings: an operator's way past them. It
    /// is read again when it changes, so a mounted `ConfigMap` changes toggles without a rollout.
    pub file: Option<PathBuf>,

    /// File in which the last good definitions are kept, for a restart while newer ones are bad or cannot be asked for.
    /// Without any definitions every toggle is what the code says.
    pub last_good: Option<PathBuf>,

    /// How often, in milliseconds, to look for a change.
    #[config(default = 2_000, validate(*poll_ms >= 10, "must be at least 10"))]
    pub poll_ms: u64,
}
