//! Who may do what on NATS, how one proves who one is, and changing over from one transport to the other.

use std::path::Path;
use std::time::Duration;

use async_nats::ConnectOptions;
use async_nats::jetstream::consumer::pull;
use events::{Broker, ConfigError, NatsConfig, Policy, Routes, Topology};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use telemetry::Metrics;
use test_support::wait_for;
use url::Url;

use crate::nats::{FROM, Nats, Puller, broker, config};
use crate::support::{Host, Inbox, Sender, TO, push_to};
use crate::trouble::{sender, until_applied, until_sent};

const SOON: Duration = Duration::from_secs(20);
/// The services of the shop, for its server configuration.
const SHOP: &Routes = &[
    ("orders", "catalog", &["ru.garnitur.orders.*"]),
    ("orders", "backoffice", &["ru.garnitur.orders.*"]),
    ("catalog", "orders", &["ru.garnitur.catalog.*"]),
];

/// The server with the configuration that is shipped.
async fn shipped() -> Option<Nats> {
    let settings = include_str!("../../../../deploy/compose/config/nats.conf");
    let users =
        ["catalog", "orders", "backoffice", "setup"].map(|user| format!("{user}_password: \"of-{user}\"\n"));
    Nats::with(|image| {
        image
            .file("/etc/nats/nats.conf", settings)
            .file("/etc/nats/nats-users.conf", users.concat())
    })
    .await
}

fn file(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file");
    path
}

fn of(nats: &Nats, user: &str) -> NatsConfig {
    NatsConfig {
        user: Some(user.to_owned()),
        password_file: Some(file(&nats.folder(), user, &format!("of-{user}\n"))),
        provision: user == "setup",
        ..nats.config()
    }
}

/// What the shipped rights allow is enough, and what they do not allow is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_service_may_do_its_part_and_no_more() {
    let Some(nats) = shipped().await else { return };
    let metrics = Metrics::new("setup");
    let setup = Broker::new(&of(&nats, "setup"), Topology::new("catalog", SHOP), &metrics).unwrap();
    setup.provision().await.expect("setup may make everything");
    setup.provision().await.expect("again");

    // Enough: an event of orders gets to catalog.
    let mut sender = sender().await;
    sender.subscriptions = Topology::new("orders", SHOP).subscriptions().through_broker();
    let orders = Broker::new(
        &of(&nats, "orders"),
        Topology::new("orders", SHOP),
        &sender.metrics,
    )
    .unwrap();
    let dispatcher = events::Dispatcher::new(
        sender.db.pg("events_dispatch"),
        orders.transport(),
        &Topology::new("orders", SHOP).source(),
        &sender.subscriptions,
        sender.clock.shared(),
        Policy::default(),
        &sender.metrics,
    );
    sender.emit_type("ru.garnitur.orders.deed.v1", 5).await;
    until_sent(&sender, &dispatcher).await;
    let inbox = Inbox::new().await;
    let topology = Topology::new("catalog", SHOP);
    let puller = Puller::of(&of(&nats, "catalog"), topology, &inbox).await;
    assert_eq!(until_applied(&inbox, 1).await, [5]);
    puller.stop().await;

    // And no more.
    let url = format!("nats://127.0.0.1:{}", nats.port());
    for (user, subject) in [
        (
            "catalog",
            "garnitur.events.orders.ru.garnitur.orders.order.paid.v1",
        ),
        ("backoffice", "garnitur.events.catalog.x"),
        ("catalog", "garnitur.events.backoffice.x"),
        ("catalog", "$JS.API.STREAM.DELETE.GARNITUR_EVENTS"),
        ("catalog", "$JS.API.STREAM.PURGE.GARNITUR_EVENTS"),
        ("catalog", "$JS.API.STREAM.UPDATE.GARNITUR_EVENTS"),
        ("catalog", "$JS.API.STREAM.MSG.GET.GARNITUR_EVENTS"),
        ("catalog", "$JS.API.CONSUMER.DELETE.GARNITUR_EVENTS.catalog"),
        ("catalog", "$JS.API.CONSUMER.MSG.NEXT.GARNITUR_EVENTS.orders"),
        ("catalog", "$JS.ACK.GARNITUR_EVENTS.orders.1.1.1.1.0"),
        ("setup", "garnitur.events.orders.x"),
        ("setup", "$JS.API.STREAM.DELETE.GARNITUR_EVENTS"),
        ("setup", "$JS.API.CONSUMER.MSG.NEXT.GARNITUR_EVENTS.orders"),
    ] {
        let told = refusal(&url, user, async |client| {
            client.publish(subject, "{}".into()).await.expect("it is sent");
        })
        .await;
        assert!(
            told.contains("Permissions Violation for Publish"),
            "{user} {subject}: {told}"
        );
    }
    for (user, subject) in [
        ("catalog", "garnitur.events.>"),
        ("catalog", "_INBOX_orders.>"),
        ("setup", "_INBOX_orders.>"),
        ("catalog", ">"),
    ] {
        let told = refusal(&url, user, async |client| {
            let subscription = client.subscribe(subject).await.expect("it is sent");
            std::mem::forget(subscription);
        })
        .await;
        assert!(
            told.contains("Permissions Violation for Subscription"),
            "{user} {subject}: {told}"
        );
    }
    let nobody = ConnectOptions::new().connect(&url).await;
    assert!(nobody.is_err(), "without a password there is no connection");
}

/// What the server says to something that a user does.
async fn refusal(url: &str, user: &str, act: impl AsyncFn(&async_nats::Client)) -> String {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let client = ConnectOptions::with_user_and_password(user.to_owned(), format!("of-{user}"))
        .event_callback(move |event| {
            let tell = tell.clone();
            async move {
                if let async_nats::Event::ServerError(error) = event {
                    let _ = tell.send(error.to_string());
                }
            }
        })
        .connect(url)
        .await
        .expect("it may connect");
    act(&client).await;
    client.flush().await.expect("it is written");
    tokio::time::timeout(SOON, told.recv())
        .await
        .unwrap_or_default()
        .unwrap_or_else(|| "nothing".to_owned())
}

/// TLS with a certificate on either side, and an nkey for a name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_and_nkeys_let_in_who_has_them() {
    let nkey = nkeys::KeyPair::new_user();
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_pem = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = Issuer::new(authority, authority_key);
    let issue = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params
            .subject_alt_names
            .push(rcgen::SanType::IpAddress("127.0.0.1".parse().unwrap()));
        (
            params.signed_by(&key, &issuer).unwrap().pem(),
            key.serialize_pem(),
        )
    };
    let (certificate, key) = issue("nats");
    let settings = format!(
        "{}authorization {{ users: [ {{ nkey: {} }} ] }}\n",
        include_str!("../../../../deploy/images/nats/nats.conf"),
        nkey.public_key()
    );
    let started = Nats::with(|image| {
        image
            .file("/etc/nats/nats.conf", settings)
            .file("/tls/ca.pem", authority_pem.as_str())
            .file("/tls/nats.pem", certificate)
            .file("/tls/nats.key", key)
            .words(&[
                "--tls",
                "--tlscert=/tls/nats.pem",
                "--tlskey=/tls/nats.key",
                "--tlsverify",
                "--tlscacert=/tls/ca.pem",
            ])
    });
    let Some(nats) = started.await else { return };
    let (certificate, key) = issue("service");
    for (name, text) in [
        ("ca.pem", authority_pem),
        ("service.pem", certificate),
        ("service.key", key),
        ("seed", nkey.seed().expect("a seed")),
    ] {
        file(&nats.folder(), name, &text);
    }
    let path = |name: &str| Some(nats.folder().join(name));
    let right = NatsConfig {
        servers: vec![Url::parse(&format!("tls://127.0.0.1:{}", nats.port())).unwrap()],
        nkey_file: path("seed"),
        authorities: path("ca.pem"),
        certificate: path("service.pem"),
        key: path("service.key"),
        ..nats.config()
    };
    let metrics = Metrics::new(FROM);
    broker(&right, FROM, &metrics)
        .provision()
        .await
        .expect("it is let in");

    let other = nkeys::KeyPair::new_user().seed().unwrap();
    for (what, wrong) in [
        (
            "another nkey",
            NatsConfig {
                nkey_file: Some(file(&nats.folder(), "other", &other)),
                ..right.clone()
            },
        ),
        (
            "no certificate",
            NatsConfig {
                certificate: None,
                key: None,
                ..right.clone()
            },
        ),
        (
            "authorities that the server's is not from",
            NatsConfig {
                authorities: None,
                ..right.clone()
            },
        ),
    ] {
        let refused = broker(&wrong, FROM, &metrics).provision().await;
        assert!(refused.is_err(), "{what}");
    }
}

#[test]
fn contradictions_of_the_configuration_are_named() {
    let metrics = Metrics::new(FROM);
    let check = |change: &dyn Fn(&mut NatsConfig)| {
        let mut config = config(4222);
        change(&mut config);
        let error = Broker::new(&config, Topology::new(FROM, SHOP), &metrics).err();
        error.as_ref().map(ConfigError::to_string).unwrap_or_default()
    };
    assert_eq!(check(&|_| ()), "");
    assert!(check(&|c| c.servers.clear()).contains("events.nats.servers"));
    for odd in ["http://a:1", "nats://user:password@a:1", "nats://a:1/path"] {
        assert!(
            check(&|c| c.servers = vec![Url::parse(odd).unwrap()]).contains("events.nats.servers"),
            "{odd}"
        );
    }
    assert!(check(&|c| c.user = Some("a".into())).contains("password_file"));
    assert!(check(&|c| c.key = Some("a".into())).contains("certificate"));
}

/// What was emitted for one transport gets there by the other, in either direction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changing_the_transport_loses_nothing() {
    let Some(nats) = Nats::start().await else { return };
    let (mut sender, inbox) = (Sender::new().await, Inbox::new().await);
    let pushed = sender.subscriptions.clone();
    sender.emit([0, 1]).await;

    sender.subscriptions = pushed.clone().through_broker();
    sender.emit([2]).await;
    let puller = Puller::start(&nats.config(), &inbox).await;
    let publishing = sender.dispatcher(
        broker(&nats.config(), FROM, &sender.metrics).transport(),
        Policy::default(),
    );
    until_sent(&sender, &publishing).await;
    let mut applied = until_applied(&inbox, 3).await;
    applied.sort_unstable();
    assert_eq!(applied, [0, 1, 2]);
    puller.stop().await;

    sender.emit([3]).await;
    sender.subscriptions = pushed;
    sender.emit([4]).await;
    let host = Host::start(inbox.router()).await;
    let pushing = sender.dispatcher(push_to(host.address), Policy::default());
    pushing.keep_house().await.unwrap();
    until_sent(&sender, &pushing).await;
    assert_eq!(until_applied(&inbox, 5).await[3..], [3, 4]);
    host.stop().await;
}

/// What is on the stream and no event of its sender is dropped, and holds nobody up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_event_of_its_sender_is_dropped() {
    let Some(nats) = Nats::start().await else { return };
    let (sender, inbox) = (sender().await, Inbox::new().await);
    let puller = Puller::start(&nats.config(), &inbox).await;
    let dispatcher = sender.dispatcher(
        broker(&nats.config(), FROM, &sender.metrics).transport(),
        Policy::default(),
    );
    sender.emit([1]).await;
    until_sent(&sender, &dispatcher).await;
    let client = async_nats::connect(format!("nats://127.0.0.1:{}", nats.port()))
        .await
        .unwrap();
    let context = async_nats::jetstream::new(client);
    let event = |source: &str, type_: &str| {
        format!(
            r#"{{"specversion":"1.0","id":"{}","source":"{source}","type":"{type_}","data":{{"n":9}}}}"#,
            kernel::random::uuid()
        )
    };
    for body in [
        "not JSON".to_owned(),
        event("urn:garnitur:another", "ru.garnitur.test.deed.v1"),
        event("urn:garnitur:sender", "ru.garnitur.elsewhere.deed.v1"),
    ] {
        let stored = context
            .publish("garnitur.events.sender.ru.garnitur.test.deed.v1", body.into())
            .await
            .unwrap();
        stored.await.expect("it is on the stream");
    }
    sender.emit([2]).await;
    until_sent(&sender, &dispatcher).await;
    assert_eq!(until_applied(&inbox, 2).await, [1, 2]);
    wait_for("the consumer to be done", SOON, async || {
        let consumer = context.get_consumer_from_stream::<pull::Config, _, _>(TO, "GARNITUR_EVENTS");
        let info = consumer.await.unwrap().get_info().await.unwrap();
        (info.num_ack_pending == 0 && info.num_pending == 0).then_some(())
    })
    .await;
    assert_eq!(inbox.applied().await, [1, 2]);
    let counted = inbox.metrics.render();
    assert!(
        counted.contains("events_received_total{outcome=\"rejected\"} 2"),
        "{counted}"
    );
    puller.stop().await;
}
