use bytes::Bytes;
use files::{FileError, FileStore as _, FilesConfig, Format, Key, NfsStore};
use test_support::containers::{self, Image};

use super::server::{Ganesha, server};
use crate::support::{content, get, put};

/// Everything is refused, in words that say what to look at.
async fn refuses_everything(config: &FilesConfig, says: &str) {
    let store = NfsStore::new(config).expect("complete");
    let image = content(10_000, 1);
    let key = Key::of(&image, Format::Png);
    let refused = |result: Result<(), FileError>| {
        let error = result.expect_err("refused");
        assert!(matches!(error, FileError::Denied(_)), "{error:?}");
        assert!(error.to_string().contains(says), "{error}");
    };
    // What is ready must be able to read.
    refused(store.probe().await);
    refused(store.put(key, image.clone()).await);
    refused(store.upload().await.map(drop));
    refused(store.open(key).await.map(drop));
    refused(store.exists(key).await.map(drop));
    refused(store.delete(key).await);
}

#[tokio::test]
async fn somebody_without_rights_is_told_so() {
    let Some(server) = server().await else { return };
    refuses_everything(&server.config("others"), "files.uid").await;
}

#[tokio::test]
async fn root_is_nobody_to_an_export_that_squashes() {
    let Some(server) = server().await else { return };
    let mut config = server.config("roots");
    (config.uid, config.gid) = (0, 0);
    refuses_everything(&config, "squashes").await;
}

#[tokio::test]
async fn an_export_that_is_not_there_cannot_be_mounted() {
    let Some(server) = server().await else { return };
    refuses_everything(&server.config("nowhere"), "the export is not there").await;
}

#[tokio::test]
async fn a_machine_that_may_not_mount_is_told_so() {
    if !containers::wanted() {
        return;
    }
    // Its own address, not ours.
    let server = Ganesha::start(Image::new("ganesha").env("CLIENTS", "127.0.0.1")).await;
    refuses_everything(&server.config("files"), "does not let this machine mount it").await;
}

#[tokio::test]
async fn reading_needs_no_right_to_write() {
    let Some(server) = server().await else { return };
    let image = content(100_000, 2);
    let key = put(&server.store(), &image).await;
    // In the folder's group, which may look and not write.
    let mut config = server.config("files");
    config.uid = 1_001;
    let store = NfsStore::new(&config).expect("complete");
    store.probe().await.expect("it may look");
    assert_eq!(get(&store, key).await, image);
    let refused = store.delete(key).await.expect_err("it may not write");
    assert!(matches!(refused, FileError::Denied(_)), "{refused:?}");
    let other: Bytes = content(100, 3);
    let refused = store
        .put(Key::of(&other, Format::Png), other)
        .await
        .expect_err("it may not write");
    assert!(matches!(refused, FileError::Denied(_)), "{refused:?}");
}
