use std::fs;

use bytes::Bytes;
use files::{FileStore as _, Format, Key};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::server::server;
use crate::support::{content, get, put};

const MIB: usize = 1024 * 1024;

/// The most memory that this process had at a time since `forget_peak`, in bytes.
fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kib.and_then(|kib| kib.trim().parse::<usize>().ok())
        .expect("a number")
        * 1024
}

/// From here on (proc(5), `clear_refs`).
fn forget_peak() -> usize {
    fs::write("/proc/self/clear_refs", "5").expect("our own");
    peak()
}

#[tokio::test]
async fn a_large_file_passes_through_little_memory() {
    const PIECE: usize = MIB;
    const PIECES: usize = 256;
    /// What is under way, and what other tests of this process need meanwhile.
    const LITTLE: usize = 96 * MIB;

    let Some(server) = server().await else { return };
    let store = server.store();
    let pieces: Vec<Bytes> = (0..4).map(|seed| content(PIECE, 100 + seed)).collect();
    let before = forget_peak();
    let mut upload = store.upload().await.expect("begun");
    for piece in pieces.iter().cycle().take(PIECES) {
        upload.write(piece.clone()).await.expect("written");
    }
    let stored = upload.finish(Format::Pdf).await.expect("stored");
    assert_eq!(stored.size, (PIECE * PIECES) as u64);

    let file = store.open(stored.key).await.expect("there");
    assert_eq!(file.size(), stored.size);
    let mut whole = file.whole();
    let mut at = 0;
    while let Some(piece) = whole.try_next().await.expect("readable") {
        for (offset, byte) in piece.iter().enumerate().step_by(4_099) {
            let place = at + offset;
            assert_eq!(
                *byte,
                pieces[place / PIECE % pieces.len()][place % PIECE],
                "at {place}"
            );
        }
        at += piece.len();
    }
    assert_eq!(at, PIECE * PIECES);
    let grown = peak().saturating_sub(before);
    assert!(grown < LITTLE, "{} MiB more memory", grown / MIB);

    // Its end alone, without the rest.
    let end: Vec<Bytes> = file
        .range(stored.size - 10..stored.size)
        .try_collect()
        .await
        .expect("readable");
    assert_eq!(
        end.concat(),
        pieces[PIECES.wrapping_sub(1) % pieces.len()][PIECE - 10..]
    );
    store.delete(stored.key).await.expect("removed");
}

#[tokio::test]
async fn many_small_files() {
    const MANY: u64 = 1_000;

    let Some(server) = server().await else { return };
    let store = server.store();
    let keys: Vec<Key> = stream::iter(0..MANY)
        .map(|seed| {
            let store = store.clone();
            async move { put(&store, &content(700, 10_000 + seed)).await }
        })
        .buffered(32)
        .collect()
        .await;
    let read: Vec<Bytes> = stream::iter(keys.iter().copied())
        .map(|key| {
            let store = store.clone();
            async move { get(&store, key).await }
        })
        .buffered(32)
        .collect()
        .await;
    for (seed, read) in (0..MANY).zip(read) {
        assert_eq!(read, content(700, 10_000 + seed), "{seed}");
    }
    stream::iter(&keys)
        .for_each_concurrent(32, |&key| {
            let store = store.clone();
            async move { store.delete(key).await.expect("removed") }
        })
        .await;
    for key in keys.into_iter().step_by(50) {
        assert!(!store.exists(key).await.expect("answered"));
    }
}
