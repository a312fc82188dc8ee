use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use directory::Directory as _;
use embedded::ldap::{DEMO_PASSWORD, SERVICE_PASSWORD, demo};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::support::{config, directory, serve, sign_in};

/// Collects what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn neither_passwords_nor_people_are_logged_or_printed() {
    let log = Log::default();
    // Everything but the server's protocol library, which shows bytes.
    let targets = Targets::new()
        .with_default(LevelFilter::TRACE)
        .with_target("ldap3_proto", LevelFilter::OFF);
    let written = tracing_subscriber::fmt::layer().with_writer(log.clone());
    let subscriber = tracing_subscriber::registry().with(written.with_filter(targets));
    // For this thread, on which the test's runtime runs everything.
    let guard = tracing::subscriber::set_default(subscriber);
    let server = serve(&demo()).await;
    let config = config(server.addr());
    let directory = directory(&server);
    let mut printed = vec![format!("{config:?} {directory:?}")];
    let courier = sign_in(&directory, "courier.petrov", DEMO_PASSWORD)
        .await
        .expect("right");
    printed.push(format!("{courier:?}"));
    for (login, password) in [
        ("courier.petrov", "Secret-wrong"),
        ("nobody.known", "Secret-wrong"),
    ] {
        let refused = sign_in(&directory, login, password).await.expect_err("wrong");
        printed.push(format!("{refused:?} {refused}"));
    }
    server.stop().await;
    let away = sign_in(&directory, "courier.petrov", DEMO_PASSWORD)
        .await
        .expect_err("away");
    printed.push(format!("{away:?} {away}"));
    let away = directory.probe().await.expect_err("away");
    printed.push(format!("{away:?} {away}"));
    drop(guard);
    let printed = printed.concat();

    let logged =
        String::from_utf8(log.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("text");
    assert!(
        logged.contains("the LDAP directory listens"),
        "the log is looked at: {logged}"
    );
    for secret in [DEMO_PASSWORD, SERVICE_PASSWORD, "Secret-wrong", "Пётр"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
        assert!(!logged.contains(secret), "{secret} in {logged}");
    }
    for login in ["courier.petrov", "nobody.known"] {
        assert!(!logged.contains(login), "{login} in {logged}");
    }
}
