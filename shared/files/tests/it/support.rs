use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use embedded::nfs::{EXPORT, Options, Server};
use files::{FileStore as _, FilesConfig, Format, Key, NfsStore};
use tempfile::TempDir;

/// A server on a folder of its own, which outlives it.
pub struct Site {
    pub folder: TempDir,
    pub server: Server,
}

impl Site {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let server = serve(folder.path(), 0, None).await;
        Self { folder, server }
    }

    pub fn store(&self) -> NfsStore {
        store(self.server.port())
    }

    /// Where the file of a key is.
    pub fn path(&self, key: Key) -> PathBuf {
        let key = key.to_string();
        self.folder.path().join(&key[..2]).join(&key)
    }

    /// Names of unfinished files.
    pub fn incoming(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path().join(".incoming"))
            .into_iter()
            .flatten();
        entries
            .map(|entry| {
                entry
                    .expect("readable")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect()
    }

    /// Stops the server and starts it again on the same port; another generation makes all handles stale.
    pub async fn restart(self, generation: Option<u64>) -> Self {
        let port = self.server.port();
        self.server.stop().await;
        let server = serve(self.folder.path(), port, generation).await;
        Self {
            folder: self.folder,
            server,
        }
    }
}

pub async fn serve(folder: &Path, port: u16, generation: Option<u64>) -> Server {
    let options = Options {
        generation,
        ..Options::new(folder, port)
    };
    // A port that was just closed may still be held by connections on their way out.
    test_support::wait_for("the port", Duration::from_secs(10), async || {
        Server::start(options.clone()).await.ok()
    })
    .await
}

pub fn config(port: u16) -> FilesConfig {
    let mut config = defaults();
    let url = format!("nfs://127.0.0.1:{port}/{}", EXPORT.trim_start_matches('/'));
    config.url = Some(url.parse().expect("an address"));
    config
}

/// A section of which nothing is set.
pub fn defaults() -> FilesConfig {
    use confique::Config as _;

    FilesConfig::builder().load().expect("nothing is required")
}

pub fn store(port: u16) -> NfsStore {
    NfsStore::new(&config(port)).expect("a complete configuration")
}

/// A content of `size` bytes that is different for each seed and at each place.
pub fn content(size: usize, seed: u64) -> Bytes {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut content = Vec::with_capacity(size + 8);
    while content.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        content.extend_from_slice(&state.to_le_bytes());
    }
    content.truncate(size);
    content.into()
}

/// Stores a content and returns its key.
pub async fn put(store: &NfsStore, content: &Bytes) -> Key {
    let key = Key::of(content, Format::Png);
    store.put(key, content.clone()).await.expect("stored");
    key
}

pub async fn get(store: &NfsStore, key: Key) -> Bytes {
    store
        .open(key)
        .await
        .expect("there")
        .bytes()
        .await
        .expect("readable")
}
