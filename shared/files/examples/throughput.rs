//! How fast files are read and written: `cargo run --release -p files --example throughput [nfs://host:port/export]`.
//! Without an address it serves a folder itself, with the embedded server.
//!
//! Prints one line of `name value unit` for each measurement.

use std::time::{Duration, Instant};

use bytes::Bytes;
use confique::Config as _;
use embedded::nfs::{EXPORT, Options, Server};
use files::{FileStore as _, FilesConfig, Format, Key, NfsStore};
use futures_util::TryStreamExt as _;
use futures_util::stream::{self, StreamExt as _};

/// How many requests are under way at a time.
const CONCURRENCY: usize = 32;
/// An image as catalogue pages show it.
const IMAGE: usize = 64 * 1024;
const IMAGES: u8 = 64;
const LARGE: usize = 10 * 1024 * 1024;
const LARGE_FILES: u8 = 8;
const MEASURE: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let mut config = FilesConfig::builder().load()?;
    let mut _server = None;
    config.url = Some(if let Some(url) = std::env::args().nth(1) {
        url.parse()?
    } else {
        let server = Server::start(Options::new(folder.path(), 0)).await?;
        let url = format!("nfs://{}/{}", server.address(), EXPORT.trim_start_matches('/'));
        _server = Some(server);
        url.parse()?
    });
    let store = NfsStore::new(&config)?;

    let (images, seconds) = put_all(&store, IMAGE, IMAGES).await?;
    println!("put_64k {:.0} files/s", f64::from(IMAGES) / seconds);
    let (large, seconds) = put_all(&store, LARGE, LARGE_FILES).await?;
    println!(
        "put_10m {:.0} MB/s",
        megabytes(LARGE) * f64::from(LARGE_FILES) / seconds
    );

    let (count, seconds) = read_for(&store, &images).await?;
    println!("get_64k {:.0} files/s", f64::from(count) / seconds);
    let (count, seconds) = read_for(&store, &large).await?;
    println!(
        "get_10m {:.0} MB/s",
        megabytes(LARGE) * f64::from(count) / seconds
    );

    for key in images.iter().chain(&large) {
        store.delete(*key).await?;
    }
    Ok(())
}

/// Stores files of a size, a few at a time; returns their keys and the seconds it took.
async fn put_all(store: &NfsStore, size: usize, count: u8) -> Result<(Vec<Key>, f64), files::FileError> {
    let files: Vec<(Key, Bytes)> = (0..count)
        .map(|seed| {
            // New ones each time, or nothing would be written to a server that has them.
            let mut content = kernel::random::token().into_bytes();
            content.resize(size, seed);
            (Key::of(&content, Format::Png), content.into())
        })
        .collect();
    let started = Instant::now();
    stream::iter(&files)
        .map(|(key, content)| store.put(*key, content.clone()))
        .buffer_unordered(CONCURRENCY)
        .try_collect::<()>()
        .await?;
    Ok((
        files.into_iter().map(|(key, _)| key).collect(),
        started.elapsed().as_secs_f64(),
    ))
}

/// Reads files again and again; returns how many in how many seconds.
async fn read_for(store: &NfsStore, keys: &[Key]) -> Result<(u32, f64), files::FileError> {
    let started = Instant::now();
    let read = stream::iter(keys.iter().cycle())
        .take_while(|_| std::future::ready(started.elapsed() < MEASURE))
        .map(|key| async move {
            store
                .open(*key)
                .await?
                .whole()
                .try_for_each(|_| async { Ok(()) })
                .await
        })
        .buffer_unordered(CONCURRENCY)
        .try_fold(0, |count, ()| async move { Ok(count + 1) })
        .await?;
    Ok((read, started.elapsed().as_secs_f64()))
}

fn megabytes(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1e6
}
