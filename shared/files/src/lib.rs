//! Files of the shop (images and documents of the assortment) on NFS version 3 (INF-4).
//!
//! A file is known by a [`Key`]: the digest of its content and its format. So a file never changes, putting it
//! twice is the same as once, and no name from outside ever becomes a path. [`FileStore`] is the seam;
//! [`NfsStore`] speaks NFS (RFC 1813) itself, so nothing is mounted on the machine.
//!
//! ```no_run
//! use files::{FileStore as _, FilesConfig, Format, Key, NfsStore};
//!
//! # async fn example(config: &FilesConfig, image: bytes::Bytes) -> Result<(), Box<dyn std::error::Error>> {
//! let store = NfsStore::new(config)?;
//! let key = Key::of(&image, Format::Png);
//! store.put(key, image).await?;
//! let file = store.open(key).await?;
//! let first_kilobyte = file.range(0..1024);
//! # Ok(())
//! # }
//! ```

mod config;
mod error;
mod key;
mod nfs;
mod store;
mod upload;

pub use config::{ConfigError, FilesConfig};
pub use error::FileError;
pub use key::{BadKey, Format, Key};
pub use nfs::NfsStore;
pub use store::{Content, FileStore, StoredFile};
pub use upload::{Step, Stored, Upload};
