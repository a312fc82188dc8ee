use std::time::Duration;

use files::{FileStore as _, Format, Key, NfsStore};
use futures_util::future::join_all;
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::time::timeout;

use crate::support::{Site, config, content, get, put};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_two_readers_get_their_own_files() {
    let site = Site::start().await;
    let store = site.store();
    let images: Vec<_> = (0..32)
        .map(|seed| content(50_000 + 20_000 * seed, seed as u64))
        .collect();
    let keys = join_all(images.iter().map(|image| put(&store, image))).await;
    for _ in 0..3 {
        let read = join_all(keys.iter().map(|key| get(&store, *key))).await;
        assert!(read == images);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_file_is_put_by_many_at_once() {
    let site = Site::start().await;
    let store = site.store();
    let image = content(3_000_000, 1);
    let key = Key::of(&image, Format::Png);
    // Two stores, as two replicas have them.
    let other = site.store();
    let puts = (0..16).map(|n| if n % 2 == 0 { &store } else { &other }.put(key, image.clone()));
    for result in join_all(puts).await {
        result.expect("stored");
    }
    assert_eq!(get(&store, key).await, image);
    assert_eq!(site.incoming(), [""; 0]);
}

#[tokio::test]
async fn readers_that_stall_keep_no_connection() {
    let site = Site::start().await;
    let mut config = config(site.server.port());
    config.connections = 2;
    config.request_timeout_ms = 1000;
    let store = NfsStore::new(&config).expect("complete");
    let image = content(5_000_000, 1);
    let key = put(&store, &image).await;
    let file = store.open(key).await.expect("there");
    let mut stalled: Vec<_> = (0..8).map(|_| file.whole()).collect();
    for content in &mut stalled {
        content.next().await.expect("a piece").expect("readable");
    }
    // Everybody else is served meanwhile, and the slow ones go on when they like.
    assert_eq!(
        timeout(Duration::from_secs(10), get(&store, key))
            .await
            .expect("not held up"),
        image
    );
    for content in stalled {
        let rest: Vec<_> = content.try_collect().await.expect("readable");
        assert!(rest.concat() == image[256 * 1024..]);
    }
}

#[tokio::test]
async fn what_is_given_up_does_not_disturb_what_follows() {
    let site = Site::start().await;
    let store = site.store();
    let images: Vec<_> = (0..4).map(|seed| content(400_000, seed)).collect();
    let keys = join_all(images.iter().map(|image| put(&store, image))).await;
    for (pause, &key) in (0..100).zip(keys.iter().cycle()) {
        // Given up at another point each time.
        let _ = timeout(Duration::from_micros(pause * 40), get(&store, key)).await;
        let _ = timeout(Duration::from_micros(pause * 10), store.size(key)).await;
    }
    let read = join_all(keys.iter().map(|key| get(&store, *key))).await;
    assert!(read == images);
}
