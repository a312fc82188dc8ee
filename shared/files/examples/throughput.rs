//! How fast files are read and written: `cargo run --release -p files --example throughput [nfs://host:port/export]`.
//! Without an address it serves a folder itself, with the embedded server.
//!
//! Prints one line of `name value unit` for each measurement. `bare_…` is what `nfs3_client` alone reads of the same
//! files from the same server: as many connections as the store has, each looking a file up and reading it in pieces
//! of the same size, one request after the other. The ratio of the two is the median of several rounds, taken in turn.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use confique::Config as _;
use embedded::nfs::{EXPORT, Options, Server};
use files::{FileStore as _, FilesConfig, Format, Key, NfsStore};
use futures_util::TryStreamExt as _;
use futures_util::future::try_join_all;
use futures_util::stream::{self, StreamExt as _};
use nfs3_client::net::Connector;
use nfs3_client::nfs3_types::nfs3::{LOOKUP3args, Nfs3Option, READ3args, diropargs3, filename3, nfs_fh3};
use nfs3_client::nfs3_types::xdr_codec::Opaque;
use nfs3_client::tokio::TokioIo;
use nfs3_client::{Nfs3Connection, Nfs3ConnectionBuilder};
use tokio::net::TcpStream;

/// How many requests are under way at a time.
const CONCURRENCY: usize = 32;
/// An image as catalogue pages show it.
const IMAGE: usize = 64 * 1024;
const IMAGES: u8 = 64;
const LARGE: usize = 10 * 1024 * 1024;
const LARGE_FILES: u8 = 8;
const MEASURE: Duration = Duration::from_secs(2);
const ROUNDS: usize = 5;
/// As the store reads.
const PIECE: u32 = 256 * 1024;

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

    let url = config.url.clone().expect("set above");
    let mut bare = try_join_all((0..config.connections).map(|_| Bare::mount(&url))).await?;
    compare("64k", &store, &mut bare, &images, IMAGE).await?;
    compare("10m", &store, &mut bare, &large, LARGE).await?;

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

/// Measures reading by the store and by the client alone in turn, and prints both and their ratio.
async fn compare(
    name: &str,
    store: &NfsStore,
    bare: &mut [Bare],
    keys: &[Key],
    size: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let (count, seconds) = read_for(store, keys).await?;
        let ours = f64::from(count) / seconds;
        let started = Instant::now();
        let counts = try_join_all(bare.iter_mut().map(|bare| bare.read_for(started, keys))).await?;
        let alone = f64::from(counts.into_iter().sum::<u32>()) / started.elapsed().as_secs_f64();
        rounds.push((ours / alone, ours, alone));
    }
    rounds.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (ratio, ours, alone) = rounds[ROUNDS / 2];
    let megabytes = megabytes(size);
    println!("get_{name} {ours:.0} files/s, {:.0} MB/s", ours * megabytes);
    println!("bare_{name} {alone:.0} files/s, {:.0} MB/s", alone * megabytes);
    println!(
        "ratio_{name} {ratio:.2} ({:.2} to {:.2})",
        rounds[0].0,
        rounds[ROUNDS - 1].0
    );
    Ok(())
}

/// `nfs3_client` and nothing else.
struct Bare(Nfs3Connection<TokioIo<TcpStream>>);

/// Requests are sent at once, as the store does: without that the client alone would mostly wait.
struct NoDelay;

impl Connector for NoDelay {
    type Connection = TokioIo<TcpStream>;

    async fn connect(&self, to: SocketAddr) -> io::Result<Self::Connection> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(TokioIo::new(stream))
    }

    async fn connect_with_port(&self, to: SocketAddr, _: u16) -> io::Result<Self::Connection> {
        self.connect(to).await
    }
}

impl Bare {
    async fn mount(url: &url::Url) -> Result<Self, Box<dyn std::error::Error>> {
        let host = url.host_str().unwrap_or("127.0.0.1").to_owned();
        let mut builder =
            Nfs3ConnectionBuilder::new(NoDelay, host, url.path()).connect_from_privileged_port(false);
        if let Some(port) = url.port() {
            builder = builder.nfs3_port(port).mount_port(port);
        }
        Ok(Self(builder.mount().await?))
    }

    async fn read_for(&mut self, started: Instant, keys: &[Key]) -> Result<u32, Box<dyn std::error::Error>> {
        let root = self.0.root_nfs_fh3();
        let mut directories = HashMap::<String, nfs_fh3>::new();
        let mut count = 0;
        for key in keys.iter().cycle() {
            if started.elapsed() >= MEASURE {
                break;
            }
            let name = key.to_string();
            let shard = name[..2].to_owned();
            let directory = if let Some(known) = directories.get(&shard) {
                known.clone()
            } else {
                let found = self.look_up(&root, &shard).await?.0;
                directories.insert(shard, found.clone());
                found
            };
            let (file, size) = self.look_up(&directory, &name).await?;
            let mut offset = 0;
            while offset < size {
                let read = READ3args {
                    file: file.clone(),
                    offset,
                    count: PIECE,
                };
                offset += u64::from(self.0.read(&read).await?.unwrap().count);
            }
            count += 1;
        }
        Ok(count)
    }

    async fn look_up(&mut self, directory: &nfs_fh3, name: &str) -> io::Result<(nfs_fh3, u64)> {
        let what = diropargs3 {
            dir: directory.clone(),
            name: filename3(Opaque::borrowed(name.as_bytes())),
        };
        let found = self
            .0
            .lookup(&LOOKUP3args { what })
            .await
            .map_err(io::Error::other)?
            .unwrap();
        match found.obj_attributes {
            Nfs3Option::Some(about) => Ok((found.object, about.size)),
            Nfs3Option::None => Err(io::Error::other("the server does not tell sizes")),
        }
    }
}

fn megabytes(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1e6
}
