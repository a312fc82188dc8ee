use std::time::Duration;

use bytes::{Bytes, BytesMut};
use files::{FileError, FileStore as _, Format, Key};
use futures_util::TryStreamExt as _;
use test_support::containers::{self, Image};
use test_support::wait_for;

use super::server::Ganesha;
use crate::support::{content, get, put};

const MIB: usize = 1024 * 1024;

/// A server of a test's own, to be killed.
async fn mortal() -> Option<Ganesha> {
    if !containers::wanted() {
        return None;
    }
    Some(Ganesha::start(Image::new("ganesha")).await)
}

async fn kill_and_start(server: &Ganesha) {
    server.0.kill().await;
    server.0.start().await;
}

#[tokio::test]
async fn an_upload_goes_on_when_the_server_was_killed() {
    let Some(server) = mortal().await else { return };
    let store = server.store();
    let whole = content(64 * MIB, 1);
    let mut upload = store.upload().await.expect("begun");
    let mut pieces = whole.chunks(MIB).map(|piece| whole.slice_ref(piece));
    for piece in pieces.by_ref().take(24) {
        upload.write(piece).await.expect("written");
    }
    // What was written and is not on the disk is forgotten now.
    let bringing = async {
        for piece in pieces {
            upload.write(piece).await?;
        }
        upload.finish(Format::Pdf).await
    };
    let (stored, ()) = tokio::join!(bringing, kill_and_start(&server));
    let stored = stored.expect("stored");
    assert_eq!(stored.key, Key::of(&whole, Format::Pdf));
    assert!(
        get(&store, stored.key).await == whole,
        "the content is another one"
    );
    assert_eq!(server.files("files").await, 1);
}

#[tokio::test]
async fn a_download_goes_on_when_the_server_was_killed() {
    let Some(server) = mortal().await else { return };
    let store = server.store();
    let whole = content(64 * MIB, 2);
    let key = put(&store, &whole).await;
    let file = store.open(key).await.expect("there");
    let mut content = file.whole();
    let first: Bytes = content.try_next().await.expect("readable").expect("not empty");
    let reading = async {
        let mut read = BytesMut::from(&first[..]);
        while let Some(piece) = content.try_next().await? {
            read.extend_from_slice(&piece);
        }
        Ok::<_, FileError>(read.freeze())
    };
    let (read, ()) = tokio::join!(reading, kill_and_start(&server));
    assert!(read.expect("read") == whole, "the content is another one");
}

#[tokio::test]
async fn a_put_that_is_cut_off_leaves_all_or_nothing() {
    let Some(server) = mortal().await else { return };
    let store = server.store();
    let image = content(48 * MIB, 3);
    let key = Key::of(&image, Format::Png);
    let (put, ()) = tokio::join!(store.put(key, image.clone()), server.0.kill());
    server.0.start().await;
    wait_for("the server", Duration::from_mins(1), async || {
        store.probe().await.ok()
    })
    .await;
    match put {
        Ok(()) => assert!(get(&store, key).await == image),
        Err(error) => {
            assert!(matches!(error, FileError::Unavailable(_)), "{error:?}");
            assert!(!store.exists(key).await.expect("answered"));
        }
    }
    // Once more, and it is there.
    store.put(key, image.clone()).await.expect("stored");
    assert!(get(&store, key).await == image);
}

#[tokio::test]
async fn handles_that_a_new_disk_does_not_know_are_asked_for_anew() {
    let Some(server) = mortal().await else { return };
    let store = server.store();
    let image = content(MIB, 4);
    let key = put(&store, &image).await;
    assert_eq!(get(&store, key).await, image);
    // As after a restore: the same export with other directories in it.
    let script = "rm -rf /srv/nfs/files && install -d -o 1000 -g 1000 -m 0750 /srv/nfs/files";
    server.0.run(&["sh", "-c", script]).await;
    kill_and_start(&server).await;
    wait_for("the server", Duration::from_mins(1), async || {
        store.probe().await.ok()
    })
    .await;
    let missing = store.open(key).await.map(drop);
    assert!(matches!(missing, Err(FileError::NotFound)), "{missing:?}");
    assert_eq!(put(&store, &image).await, key);
    assert_eq!(get(&store, key).await, image);
}

#[tokio::test]
async fn a_server_that_hangs_is_not_waited_for_longer_than_said() {
    let Some(server) = mortal().await else { return };
    let mut config = server.config("files");
    config.connect_timeout_ms = 1_000;
    config.request_timeout_ms = 1_000;
    let store = files::NfsStore::new(&config).expect("complete");
    let image = content(1_000, 5);
    let key = put(&store, &image).await;
    server.0.pause().await;
    let started = tokio::time::Instant::now();
    let error = store.open(key).await.map(drop).expect_err("it hangs");
    assert!(matches!(error, FileError::Unavailable(_)), "{error:?}");
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "{:?}",
        started.elapsed()
    );
    server.0.unpause().await;
    wait_for("the server", Duration::from_secs(30), async || {
        store.probe().await.ok()
    })
    .await;
    assert_eq!(get(&store, key).await, image);
}
