/// Why a file operation failed. The texts are for the log.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FileError {
    /// There is no such file.
    #[error("there is no such file")]
    NotFound,
    /// No room is left, or none for us.
    #[error("the file store is full: {0}")]
    Full(String),
    /// The server does not let us.
    #[error("the file store refuses: {0}")]
    Denied(String),
    /// The server cannot be reached or does not answer in time; later it may.
    #[error("the file store is unavailable: {0}")]
    Unavailable(String),
    /// The server answered what it should not have.
    #[error("the file store failed: {0}")]
    Failed(String),
}
