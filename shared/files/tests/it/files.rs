use std::os::unix::fs::MetadataExt as _;

use bytes::Bytes;
use files::{BadKey, FileError, FileStore as _, Format, Key};
use futures_util::TryStreamExt as _;

use crate::support::{Site, content, get, put};

const PIECE: usize = 256 * 1024;

#[tokio::test]
async fn what_was_put_is_read() {
    let site = Site::start().await;
    let store = site.store();
    store.probe().await.expect("it is there");
    // Around the sizes at which requests are split.
    let sizes = [
        0,
        1,
        3,
        4096,
        PIECE - 1,
        PIECE,
        PIECE + 1,
        4 * PIECE,
        4 * PIECE + 1,
        9 * PIECE + 5,
    ];
    for (seed, size) in (1..).zip(sizes) {
        let image = content(size, seed);
        let key = put(&store, &image).await;
        assert_eq!(
            std::fs::read(site.path(key)).expect("on the disk"),
            image,
            "{size}"
        );
        assert_eq!(store.size(key).await.expect("there"), size as u64);
        assert!(store.exists(key).await.expect("asked"));
        let file = store.open(key).await.expect("there");
        assert_eq!(file.size(), size as u64);
        assert_eq!(file.bytes().await.expect("readable"), image, "{size}");
    }
    assert_eq!(site.incoming(), [""; 0]);
}

#[tokio::test]
async fn ten_megabytes_come_in_pieces() {
    let site = Site::start().await;
    let store = site.store();
    let image = content(10 * 1024 * 1024 + 77, 7);
    let key = put(&store, &image).await;
    let pieces: Vec<Bytes> = store
        .open(key)
        .await
        .expect("there")
        .whole()
        .try_collect()
        .await
        .expect("readable");
    assert_eq!(pieces.len(), 41);
    assert!(pieces.concat() == image, "the pieces are the content");
}

#[tokio::test]
async fn ranges_are_cut_at_the_end() {
    let site = Site::start().await;
    let store = site.store();
    let image = content(3 * PIECE, 3);
    let key = put(&store, &image).await;
    let file = store.open(key).await.expect("there");
    let end = image.len();
    for (start, stop) in [
        (0, 0),
        (0, 1),
        (end - 1, end),
        (PIECE - 1, PIECE + 1),
        (1, end - 1),
        (0, usize::MAX),
        (end - 5, end + 5),
        (end, end + 5),
        (usize::MAX - 1, usize::MAX),
        (10, 5),
    ] {
        let part: Vec<Bytes> = file
            .range(start as u64..stop as u64)
            .try_collect()
            .await
            .expect("readable");
        let expected = image.get(start..stop.min(end)).unwrap_or_default();
        assert!(part.concat() == expected, "{start}..{stop}");
    }
}

#[tokio::test]
async fn putting_again_changes_nothing() {
    let site = Site::start().await;
    let store = site.store();
    let image = content(100_000, 1);
    let key = put(&store, &image).await;
    let before = std::fs::metadata(site.path(key)).expect("on the disk");
    put(&store, &image).await;
    let after = std::fs::metadata(site.path(key)).expect("on the disk");
    assert_eq!(
        (before.ino(), before.mtime_nsec()),
        (after.ino(), after.mtime_nsec())
    );

    // One that others have cut short is made whole, also under the eyes of a reader.
    let file = store.open(key).await.expect("there");
    std::fs::write(site.path(key), b"cut").expect("writable");
    put(&store, &image).await;
    assert_eq!(get(&store, key).await, image);
    assert_eq!(file.bytes().await.expect("readable"), image);
}

#[tokio::test]
async fn the_formats_are_told_apart() {
    let site = Site::start().await;
    let store = site.store();
    let image = content(10, 1);
    let key = Key::of(&image, Format::Webp);
    store.put(key, image.clone()).await.expect("stored");
    let other = Key::of(&image, Format::Jpeg);
    assert!(!store.exists(other).await.expect("asked"));
    assert!(key.names(&image) && other.names(&image) && !key.names(b"other"));
    assert_eq!(
        (key.format().media_type(), other.format().media_type()),
        ("image/webp", "image/jpeg")
    );
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let site = Site::start().await;
    let store = site.store();
    // First without the directory, then beside another file in it.
    let missing: Key = format!("{}.png", "0".repeat(64)).parse().expect("a key");
    for _ in 0..2 {
        assert!(matches!(store.open(missing).await, Err(FileError::NotFound)));
        assert!(matches!(store.size(missing).await, Err(FileError::NotFound)));
        assert!(!store.exists(missing).await.expect("asked"));
        store.delete(missing).await.expect("as good as removed");
        let beside: Key = format!("00{}.png", "1".repeat(62)).parse().expect("a key");
        store.put(beside, content(10, 1)).await.expect("stored");
    }
}

#[tokio::test]
async fn a_deleted_file_is_gone_and_can_come_back() {
    let site = Site::start().await;
    let store = site.store();
    let image = content(1000, 1);
    let key = put(&store, &image).await;
    let file = store.open(key).await.expect("there");
    store.delete(key).await.expect("removed");
    assert!(!site.path(key).exists());
    assert!(!store.exists(key).await.expect("asked"));
    assert!(matches!(file.bytes().await, Err(FileError::NotFound)));
    put(&store, &image).await;
    assert_eq!(file.bytes().await.expect("it is back"), image);
}

#[tokio::test]
async fn directories_that_vanish_are_made_again() {
    let site = Site::start().await;
    let store = site.store();
    let image = content(1000, 1);
    let key = put(&store, &image).await;
    for entry in std::fs::read_dir(site.folder.path()).expect("readable") {
        std::fs::remove_dir_all(entry.expect("readable").path()).expect("removed");
    }
    assert!(!store.exists(key).await.expect("asked"));
    put(&store, &image).await;
    assert_eq!(get(&store, key).await, image);
}

#[test]
fn a_key_has_one_spelling_and_holds_no_path() {
    let digest = "0123456789abcdef".repeat(4);
    for extension in ["png", "jpg", "webp", "avif", "pdf"] {
        let text = format!("{digest}.{extension}");
        let key: Key = text.parse().expect("a key");
        assert_eq!((key.to_string(), key.digest()), (text, digest.clone()));
    }
    for bad in [
        String::new(),
        ".png".to_owned(),
        digest.clone(),
        format!("{digest}."),
        format!("{digest}.svg"),
        format!("{digest}.jpeg"),
        format!("{digest}.PNG"),
        format!("{digest}.png.png"),
        format!("{digest}.png/"),
        format!("{digest}.png\0"),
        format!("{digest}.png "),
        format!(" {digest}.png"),
        format!("{digest}\n.png"),
        format!("{}.png", digest.to_uppercase()),
        format!("{}.png", &digest[1..]),
        format!("{digest}0.png"),
        format!("{}я.png", &digest[2..]),
        format!("../{}.png", &digest[3..]),
        format!("..%2f{}.png", &digest[5..]),
        format!("/{}.png", &digest[1..]),
        format!("{}/../{}.png", &digest[..30], &digest[34..]),
        "../../etc/passwd".to_owned(),
    ] {
        assert_eq!(bad.parse::<Key>(), Err(BadKey), "{bad:?}");
    }
}
