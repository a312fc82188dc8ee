use files::{FileStore as _, NfsStore};
use test_support::containers::{self, Image};
use time::OffsetDateTime;

use super::server::Ganesha;
use crate::support::{content, put};

/// More than one answer lists.
const MANY: usize = 3_000;

#[tokio::test]
async fn all_of_many_leftovers_are_swept_away() {
    if !containers::wanted() {
        return;
    }
    // Of its own: a sweep would take the uploads of other tests.
    let server = Ganesha::start(Image::new("ganesha")).await;
    let store: NfsStore = server.store();
    let kept = put(&store, &content(100, 1)).await;
    let script = format!(
        "cd /srv/nfs/files/.incoming && seq -f 'upload.%05g' {MANY} | xargs touch -d 2020-01-01 && \
         chown 1000:1000 . upload.* && touch young && chown 1000:1000 young"
    );
    server.0.run(&["sh", "-c", &script]).await;
    assert_eq!(server.files("files/.incoming").await, MANY + 1);
    let before = OffsetDateTime::from_unix_timestamp(1_600_000_000).expect("a time");
    assert_eq!(store.sweep(before).await.expect("swept"), MANY);
    assert_eq!(server.files("files/.incoming").await, 1, "the young one stays");
    assert!(store.exists(kept).await.expect("answered"));
    assert_eq!(store.sweep(before).await.expect("swept"), 0);
}
