use std::net::Ipv4Addr;
use std::time::Duration;

use files::{FileError, FileStore as _, NfsStore};
use futures_util::future::join_all;
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::support::{Site, config, content, get, put, serve};

#[tokio::test]
async fn a_server_that_is_away_is_said_to_be_at_once() {
    let site = Site::start().await;
    let (store, port) = (site.store(), site.server.port());
    let image = content(100_000, 1);
    let key = put(&store, &image).await;
    let folder = site.folder;
    site.server.stop().await;

    let started = Instant::now();
    let away = |error: FileError| assert!(matches!(error, FileError::Unavailable(_)), "{error:?}");
    away(store.probe().await.expect_err("away"));
    away(store.open(key).await.expect_err("away"));
    away(store.exists(key).await.expect_err("away"));
    away(store.put(key, image.clone()).await.expect_err("away"));
    away(store.delete(key).await.expect_err("away"));
    assert!(
        started.elapsed() < Duration::from_secs(1),
        "{:?}",
        started.elapsed()
    );

    let _server = serve(folder.path(), port, None).await;
    store.probe().await.expect("it is back");
    assert_eq!(get(&store, key).await, image);
}

#[tokio::test]
async fn a_restart_between_two_requests_goes_unnoticed() {
    let mut site = Site::start().await;
    let store = site.store();
    let image = content(1_000_000, 1);
    let key = put(&store, &image).await;
    let later = content(1_000_000, 2);
    // With the same handles, then with all of them stale.
    for generation in [None, Some(1), Some(2)] {
        let warm = join_all((0..16).map(|_| get(&store, key))).await;
        assert!(warm.iter().all(|read| *read == image));
        site = site.restart(generation).await;
        let read = join_all((0..16).map(|_| get(&store, key))).await;
        assert!(read.iter().all(|read| *read == image));
        let other = put(&store, &later).await;
        store.delete(other).await.expect("removed");
    }
}

#[tokio::test]
async fn a_file_half_read_is_read_on_after_a_restart() {
    let mut site = Site::start().await;
    let store = site.store();
    let image = content(8_000_000, 1);
    let key = put(&store, &image).await;
    for generation in [None, Some(1)] {
        let mut content = store.open(key).await.expect("there").whole();
        let first = content.next().await.expect("a piece").expect("readable");
        let port = site.server.port();
        site.server.stop().await;
        // What was asked for ahead is taken; the rest has to wait.
        let rest = content.try_collect::<Vec<_>>();
        let back = serve(site.folder.path(), port, generation);
        let (rest, server) = tokio::join!(rest, back);
        site.server = server;
        let rest = rest.expect("readable");
        assert!([first, rest.concat().into()].concat() == image);
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for() {
    // Connections are taken by the system, nobody reads them.
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let mut config = config(silent.local_addr().expect("bound").port());
    config.connect_timeout_ms = 200;
    config.request_timeout_ms = 200;
    let store = NfsStore::new(&config).expect("complete");
    let started = Instant::now();
    for result in join_all((0..16).map(|_| store.probe())).await {
        let error = result.expect_err("nobody answers");
        assert!(matches!(error, FileError::Unavailable(_)), "{error:?}");
    }
    let took = started.elapsed();
    assert!(
        took >= Duration::from_millis(200) && took < Duration::from_secs(2),
        "{took:?}"
    );
}

#[tokio::test]
async fn another_export_is_denied() {
    let site = Site::start().await;
    let mut config = config(site.server.port());
    config.url = Some(
        format!("nfs://localhost:{}/elsewhere", site.server.port())
            .parse()
            .expect("an address"),
    );
    let store = NfsStore::new(&config).expect("complete");
    let error = store.probe().await.expect_err("there is no such export");
    assert!(matches!(error, FileError::Denied(_)), "{error:?}");
}

#[tokio::test]
async fn a_name_is_resolved_and_ports_below_1024_can_be_used() {
    let site = Site::start().await;
    let mut config = config(site.server.port());
    config.url = Some(
        format!("nfs://localhost:{}/garnitur", site.server.port())
            .parse()
            .expect("an address"),
    );
    let store = NfsStore::new(&config).expect("complete");
    let image = content(1_000_000, 1);
    let key = put(&store, &image).await;
    config.privileged_port = true;
    let store = NfsStore::new(&config).expect("complete");
    match store.probe().await {
        Ok(()) => assert_eq!(get(&store, key).await, image),
        // Without the right to them it says so.
        Err(error) => assert!(error.to_string().contains("denied"), "{error}"),
    }
}
