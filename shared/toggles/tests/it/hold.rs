use std::fs;
use std::time::Duration;

use chassis::{Server, Service, Shutdown};
use telemetry::Metrics;
use test_support::wait_for;
use toggles::{Toggles, TogglesConfig};

use crate::choose::{SHOP, none};

fn version(n: u32) -> String {
    SHOP.replace(r#""version": "7""#, &format!(r#""version": "{n}""#))
}

#[test]
fn a_bad_snapshot_is_refused_and_the_last_good_one_stays() {
    let metrics = Metrics::new("test");
    let toggles = Toggles::open(&none(), &metrics);
    assert_eq!(toggles.current().version(), "none");
    assert_eq!(toggles.offer(&version(1)), Ok(true));
    assert_eq!(toggles.offer(&version(1)), Ok(false), "the same again");
    let bad = version(2).replace(r#""defaultVariant": "many""#, r#""defaultVariant": "most""#);
    let error = toggles.offer(&bad).unwrap_err().to_string();
    assert!(
        error.contains("\"pages\"") && error.contains("defaultVariant"),
        "{error}"
    );
    assert_eq!(toggles.current().version(), "1");
    let counted = metrics.render();
    for line in [
        "toggles_snapshot_bad 1",
        "toggles_snapshots_total{outcome=\"refused\"} 1",
        "toggles_snapshot_info{version=\"1\"} 1",
    ] {
        assert!(counted.contains(line), "{line} in {counted}");
    }
    assert_eq!(toggles.offer(&version(3)), Ok(true));
    let counted = metrics.render();
    assert!(counted.contains("toggles_snapshot_bad 0"), "{counted}");
    assert!(!counted.contains("version=\"1\""), "{counted}");
}

/// CFG-1: last good values are kept through restarts, whatever the source says or whether it is there.
#[test]
fn a_restart_finds_the_last_good_ones() {
    let folder = tempfile::tempdir().unwrap();
    let config = TogglesConfig {
        file: Some(folder.path().join("toggles.json")),
        last_good: Some(folder.path().join("last-good.json")),
        poll_ms: 10,
    };
    let file = config.file.as_ref().unwrap();
    let open = || Toggles::open(&config, &Metrics::new("test"));
    assert_eq!(open().current().version(), "none", "no file, nothing kept");
    fs::write(file, version(1)).unwrap();
    assert_eq!(open().current().version(), "1");
    fs::write(file, "{").unwrap();
    assert_eq!(open().current().version(), "1", "the file is bad");
    fs::remove_file(file).unwrap();
    assert_eq!(open().current().version(), "1", "the file is gone");
    fs::write(file, version(2)).unwrap();
    assert_eq!(open().current().version(), "2");
    // Half a write, or another version's rules: what is kept is checked like anything else.
    fs::write(config.last_good.as_ref().unwrap(), "{\"flags\": 1}").unwrap();
    fs::remove_file(file).unwrap();
    assert_eq!(open().current().version(), "none");
}

#[tokio::test]
async fn the_job_follows_the_file_and_tells_who_listens() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("toggles.json");
    let config = TogglesConfig {
        file: Some(file.clone()),
        last_good: None,
        poll_ms: 10,
    };
    fs::write(&file, version(1)).unwrap();
    let metrics = Metrics::new("test");
    let toggles = Toggles::open(&config, &metrics);
    let mut news = toggles.subscribe();
    let shutdown = Shutdown::new();
    let service = Service::new("test", metrics.clone()).job(toggles.job());
    let server = Server::bind(Vec::new()).await.unwrap();
    let running = tokio::spawn(server.run(
        vec![service],
        shutdown.clone(),
        Duration::ZERO,
        Duration::from_secs(5),
    ));

    fs::write(&file, version(2)).unwrap();
    let second = news.wait_for(|snapshot| snapshot.version() == "2");
    tokio::time::timeout(Duration::from_secs(10), second)
        .await
        .expect("in time")
        .expect("the sender is there");
    fs::write(&file, "no toggles").unwrap();
    wait_for("the refusal", Duration::from_secs(10), async || {
        metrics.render().contains("toggles_snapshot_bad 1").then_some(())
    })
    .await;
    assert_eq!(toggles.current().version(), "2");
    shutdown.trigger();
    running.await.unwrap();
}
