use url::Url;

/// How the NFS server is reached. Nothing is required to load it, since not every face of a service has files;
/// [`crate::NfsStore::new`] names what is missing.
#[derive(Debug, Clone, confique::Config)]
pub struct FilesConfig {
    /// Server and exported path: `nfs://files.garnitur.example/garnitur`. With a port, as in
    /// `nfs://127.0.0.1:12049/garnitur`, the portmapper is not asked.
    pub url: Option<Url>,

    /// Port of the server's mount service, when it is another than the one in the address.
    pub mount_port: Option<u16>,

    /// User id with which files are read and written (`AUTH_SYS`); the export must let it.
    #[config(default = 1000)]
    pub uid: u32,

    /// Group id that goes with it.
    #[config(default = 1000)]
    pub gid: u32,

    /// Whether to connect from a port below 1024, as exports want that are not marked `insecure`. The process needs
    /// the right to (`CAP_NET_BIND_SERVICE`).
    #[config(default = false)]
    pub privileged_port: bool,

    /// The most connections to the server.
    #[config(default = 8, validate(*connections > 0, "must be more than 0"))]
    pub connections: usize,

    /// How long connecting and mounting may take, in milliseconds.
    #[config(default = 2000, validate(*connect_timeout_ms > 0, "must be more than 0"))]
    pub connect_timeout_ms: u64,

    /// How long one request may take, in milliseconds.
    #[config(default = 5000, validate(*request_timeout_ms > 0, "must be more than 0"))]
    pub request_timeout_ms: u64,

    /// How long an outage is waited out in the middle of an upload or a download, in milliseconds: who has one half is
    /// owed the other.
    #[config(default = 10000)]
    pub patience_ms: u64,
}

/// Why files cannot be used as configured.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no server.
    #[error("files.url is not set, and serving files needs it")]
    Missing,
    /// The address is of something else.
    #[error("files.url must be nfs://host/path or nfs://host:port/path")]
    Url,
}

/// What `files.url` says.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub host: String,
    pub port: Option<u16>,
    pub export: String,
}

impl FilesConfig {
    pub(crate) fn address(&self) -> Result<Address, ConfigError> {
        let url = self.url.as_ref().ok_or(ConfigError::Missing)?;
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or(ConfigError::Url)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        if url.scheme() != "nfs" || url.path().is_empty() || !plain || url.port() == Some(0) {
            return Err(ConfigError::Url);
        }
        Ok(Address {
            // Without the brackets of an IPv6 address.
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port(),
            export: url.path().to_owned(),
        })
    }
}
