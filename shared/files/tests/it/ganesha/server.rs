use std::time::Duration;

use files::{FilesConfig, NfsStore};
use test_support::containers::{self, Image, Server};
use tokio::sync::OnceCell;

use crate::support::defaults;

/// Ports of NFS and of mounting.
const PORTS: [u16; 2] = [2049, 20_048];

/// Exports: ours, one of somebody else's, one of root's.
const EXPORTS: &str = "files:1000:1000 others:4242:4242 roots:0:0";

/// A server that tests share. `None` where tests with containers are left out.
pub async fn server() -> Option<&'static Ganesha> {
    static SERVER: OnceCell<Ganesha> = OnceCell::const_new();
    if !containers::wanted() {
        return None;
    }
    Some(SERVER.get_or_init(|| Ganesha::start(Image::new("ganesha"))).await)
}

pub struct Ganesha(pub Server);

impl Ganesha {
    /// Starts the image, as changed.
    pub async fn start(image: Image) -> Self {
        let image = PORTS.into_iter().fold(image, Image::port);
        let exports = image.env("EXPORTS", EXPORTS);
        // It opens files by their handles.
        Self(
            exports
                .right("DAC_READ_SEARCH")
                .security("seccomp=unconfined")
                .start()
                .await,
        )
    }

    pub fn config(&self, export: &str) -> FilesConfig {
        let [nfs, mount] = PORTS.map(|port| self.0.address(port).port());
        let mut config = defaults();
        let url = format!("nfs://127.0.0.1:{nfs}/{export}");
        config.url = Some(url.parse().expect("an address"));
        config.mount_port = Some(mount);
        // The suites share two cores with the servers.
        config.connect_timeout_ms = 10_000;
        config.request_timeout_ms = 30_000;
        config.patience_ms = u64::try_from(Duration::from_secs(90).as_millis()).expect("little");
        config
    }

    pub fn store(&self) -> NfsStore {
        NfsStore::new(&self.config("files")).expect("complete")
    }

    /// Files below a folder of an export, as the server's disk has them.
    pub async fn files(&self, folder: &str) -> usize {
        let script = format!("find /srv/nfs/{folder} -type f 2>/dev/null | wc -l");
        let count = self.0.run(&["sh", "-c", &script]).await;
        count.trim().parse().expect("a number")
    }
}
