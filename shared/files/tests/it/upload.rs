//! Uploads, and what becomes of them when the server, the disk or the sender fails.

use std::time::Duration;

use bytes::Bytes;
use files::{FileError, FileStore as _, Format, Key, NfsStore, Stored};
use test_support::wait_for;

use crate::support::{Site, content, get, put, serve};

/// More than one window of pieces of a megabyte.
const LARGE: usize = 12_000_000;
const PIECE: usize = 70_000;

async fn upload(store: &NfsStore, content: &Bytes) -> Result<Stored, FileError> {
    let mut upload = store.upload().await?;
    for start in (0..content.len()).step_by(PIECE) {
        let end = content.len().min(start + PIECE);
        upload.write(content.slice(start..end)).await?;
    }
    upload.finish(Format::Pdf).await
}

async fn nothing_is_left(site: &Site) {
    wait_for("nothing to be left", Duration::from_secs(10), async || {
        site.incoming().is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_was_uploaded_is_read_under_the_key_of_its_content() {
    let site = Site::start().await;
    let store = site.store();
    for (seed, size) in (1..).zip([0, 1, PIECE, 1024 * 1024, 1024 * 1024 + 1, LARGE]) {
        let document = content(size, seed);
        let stored = upload(&store, &document).await.expect("stored");
        assert_eq!(stored.key, Key::of(&document, Format::Pdf), "{size}");
        assert_eq!(stored.size, size as u64);
        assert!(get(&store, stored.key).await == document, "{size}");
        // Once more it is the same file.
        assert_eq!(upload(&store, &document).await.expect("stored"), stored);
        assert_eq!(site.incoming(), [""; 0], "{size}");
    }
}

#[tokio::test]
async fn who_goes_away_in_the_middle_leaves_nothing() {
    let site = Site::start().await;
    let store = site.store();
    let mut given_up = store.upload().await.expect("begun");
    given_up.write(content(LARGE, 1)).await.expect("taken");
    assert_eq!(site.incoming().len(), 1);
    drop(given_up);
    nothing_is_left(&site).await;
    let document = content(LARGE, 1);
    assert!(
        !store
            .exists(Key::of(&document, Format::Pdf))
            .await
            .expect("asked")
    );
}

#[tokio::test]
async fn a_restart_in_the_middle_goes_unnoticed() {
    let mut site = Site::start().await;
    let store = site.store();
    // With the same handles; then with all of them stale and what was not committed perhaps forgotten.
    for (seed, generation) in [(1, None), (2, Some(7)), (3, Some(8))] {
        let document = content(LARGE, seed);
        let mut upload = store.upload().await.expect("begun");
        let (first, second) = (document.slice(..LARGE / 2), document.slice(LARGE / 2..));
        upload.write(first).await.expect("taken");
        site = site.restart(generation).await;
        upload.write(second).await.expect("taken");
        let stored = upload.finish(Format::Pdf).await.expect("stored");
        assert!(get(&store, stored.key).await == document);
        assert_eq!(stored.key, Key::of(&document, Format::Pdf));
        assert_eq!(site.incoming(), [""; 0]);
    }
}

#[tokio::test]
async fn a_server_that_comes_back_while_it_is_needed_is_waited_for() {
    let site = Site::start().await;
    let (store, port) = (site.store(), site.server.port());
    let document = content(LARGE, 1);
    let mut upload = store.upload().await.expect("begun");
    upload.write(document.slice(..PIECE)).await.expect("taken");
    let folder = site.folder;
    site.server.stop().await;
    let rest = async {
        upload.write(document.slice(PIECE..)).await?;
        upload.finish(Format::Pdf).await
    };
    let (stored, _server) = tokio::join!(rest, serve(folder.path(), port, Some(3)));
    let stored = stored.expect("stored");
    assert!(get(&store, stored.key).await == document);
}

#[tokio::test]
async fn a_server_that_stays_away_is_said_to_be() {
    let site = Site::start().await;
    let (store, port) = (site.store(), site.server.port());
    let document = content(LARGE, 1);
    let mut upload = store.upload().await.expect("begun");
    let folder = site.folder;
    site.server.stop().await;
    let mut result = Ok(());
    for start in (0..LARGE).step_by(PIECE) {
        result = upload
            .write(document.slice(start..LARGE.min(start + PIECE)))
            .await;
        if result.is_err() {
            break;
        }
    }
    let error = result.expect_err("it is away");
    assert!(matches!(error, FileError::Unavailable(_)), "{error:?}");
    upload.write(Bytes::new()).await.expect_err("it has failed");
    let away = store.upload().await.expect_err("it is away");
    assert!(matches!(away, FileError::Unavailable(_)), "{away:?}");

    let _server = serve(folder.path(), port, None).await;
    assert!(
        !store
            .exists(Key::of(&document, Format::Pdf))
            .await
            .expect("asked")
    );
}

#[tokio::test]
async fn a_full_disk_is_said_to_be_full_and_nothing_is_left() {
    let site = Site::start().await;
    let store = site.store();
    let kept = put(&store, &content(1000, 9)).await;
    for room in [0, 100_000, 5_000_000, 11_500_000] {
        let document = content(LARGE, 1);
        site.server.leave_room(Some(room));
        let error = upload(&store, &document).await.expect_err("it is full");
        assert!(matches!(error, FileError::Full(_)), "{error:?}");
        nothing_is_left(&site).await;
        let key = Key::of(&document, Format::Pdf);
        assert!(!store.exists(key).await.expect("asked"));

        site.server.leave_room(Some(room));
        let error = store.put(key, document.clone()).await.expect_err("it is full");
        assert!(matches!(error, FileError::Full(_)), "{error:?}");
        nothing_is_left(&site).await;
        assert!(!store.exists(key).await.expect("asked"));
        assert_eq!(get(&store, kept).await.len(), 1000);
    }
    site.server.leave_room(None);
    upload(&store, &content(LARGE, 1))
        .await
        .expect("there is room again");
}

#[tokio::test]
async fn two_may_upload_the_same_at_once() {
    let site = Site::start().await;
    let store = site.store();
    let document = content(3_000_000, 1);
    let uploads = (0..6).map(|_| upload(&store, &document));
    for stored in futures_util::future::join_all(uploads).await {
        assert_eq!(stored.expect("stored").key, Key::of(&document, Format::Pdf));
    }
    assert!(get(&store, Key::of(&document, Format::Pdf)).await == document);
    assert_eq!(site.incoming(), [""; 0]);
}
