use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use files::{FileError, FileStore as _, Format, Key};
use futures_util::FutureExt as _;
use kernel::Clock as _;
use test_support::wait_for;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Site, content, get, put, store};

/// Passes on so many bytes to the server, over all connections, and then breaks them all.
async fn breaking_after(bytes: i64, server: SocketAddr) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let left = Arc::new(AtomicI64::new(bytes));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass_on(client, server, Arc::clone(&left)));
        }
    });
    port
}

async fn pass_on(mut client: TcpStream, server: SocketAddr, left: Arc<AtomicI64>) {
    let mut server = TcpStream::connect(server).await.expect("the server is there");
    let (mut request, mut answer) = (vec![0; 4096], vec![0; 4096]);
    loop {
        tokio::select! {
            read = client.read(&mut request) => match read {
                Ok(count) if count > 0 => {
                    if left.fetch_sub(i64::try_from(count).expect("small"), Ordering::Relaxed) < 0 {
                        return;
                    }
                    server.write_all(&request[..count]).await.expect("the server is there");
                }
                _ => return,
            },
            read = server.read(&mut answer) => match read {
                Ok(count) if count > 0 && left.load(Ordering::Relaxed) >= 0 => {
                    let _ = client.write_all(&answer[..count]).await;
                }
                _ => return,
            },
        }
    }
}

#[tokio::test]
async fn a_put_that_breaks_is_never_visible() {
    let site = Site::start().await;
    let direct = site.store();
    let mut broken = 0;
    for step in 0..20 {
        // From before the mount to after the rename, densely where requests are small.
        let bytes = if step < 10 {
            step * 200
        } else {
            2_000 + (step - 10) * 200_000
        };
        let image = content(1_300_000, u64::try_from(step).expect("small"));
        let key = Key::of(&image, Format::Png);
        let cut = store(breaking_after(bytes, site.server.address()).await);
        let result = cut.put(key, image.clone()).await;
        match direct.open(key).await {
            // Whole, even if the answer that it is was lost.
            Ok(file) => assert!(file.bytes().await.expect("readable") == image, "after {bytes}"),
            Err(error) => {
                assert!(matches!(error, FileError::NotFound), "{error}");
                assert!(
                    matches!(result, Err(FileError::Unavailable(_))),
                    "after {bytes}: {result:?}"
                );
                broken += 1;
            }
        }
        // And it does not stand in the way.
        put(&direct, &image).await;
        assert!(get(&direct, key).await == image);
    }
    assert!((10..20).contains(&broken), "{broken} of 20 were broken");

    // What could not be removed is swept, once it is old.
    let left = site.incoming().len();
    assert!(left > 0);
    let now = kernel::SystemClock.now();
    let hour = time::Duration::hours(1);
    assert_eq!(direct.sweep(now - hour).await.expect("swept"), 0);
    assert_eq!(site.incoming().len(), left);
    assert_eq!(direct.sweep(now + hour).await.expect("swept"), left);
    assert_eq!(site.incoming(), [""; 0]);
    assert_eq!(direct.sweep(now + hour).await.expect("swept"), 0);
}

#[tokio::test]
async fn a_server_stopped_in_the_middle_shows_no_half() {
    let site = Site::start().await;
    let store = site.store();
    let image = content(8_000_000, 1);
    let key = Key::of(&image, Format::Png);
    let putting = tokio::spawn({
        let (store, image) = (store.clone(), image.clone());
        async move { store.put(key, image).await }
    });
    wait_for("a part", Duration::from_secs(10), async || {
        let part = site
            .folder
            .path()
            .join(".incoming")
            .join(site.incoming().first()?);
        (part.metadata().ok()?.len() > 0).then_some(())
    })
    .await;
    let site = site.restart(None).await;
    let result = putting.await.expect("no panic");
    if site.path(key).exists() {
        assert!(get(&store, key).await == image);
    } else {
        result.expect_err("it is not there");
    }
    put(&store, &image).await;
    assert!(get(&store, key).await == image);
}

#[tokio::test]
async fn a_put_nobody_waits_for_is_finished() {
    let site = Site::start().await;
    let store = site.store();
    let image = content(5_000_000, 1);
    let key = Key::of(&image, Format::Png);
    assert!(store.put(key, image.clone()).now_or_never().is_none());
    wait_for("the file", Duration::from_secs(10), async || {
        store.exists(key).await.ok()?.then_some(())
    })
    .await;
    assert!(get(&store, key).await == image);
    assert_eq!(site.incoming(), [""; 0]);
}
