//! Settings that cannot work are named, and the healthcheck finds its way through mutual TLS.

use auth::Callers;
use ca::Authority;
use chassis::{Face, Security, Tls, TlsConfig};
use rcgen::SanType;
use rustix::process::Signal;
use telemetry::Metrics;

use super::bench::{Bench, clock, connect, days, exchange, leaf};
use crate::process::{Process, output, smallest};
use crate::support::fetch;

fn refusal(config: &TlsConfig) -> String {
    let opened = Tls::open(config, &Metrics::new("test"), &clock());
    format!("{:#}", opened.expect_err("it cannot work"))
}

#[tokio::test]
async fn what_cannot_work_is_named() {
    let bench = Bench::new();
    let good = bench.of("orders");
    assert!(Tls::open(&good, &Metrics::new("test"), &clock()).is_ok());
    assert!(Tls::open(&TlsConfig::default(), &Metrics::new("test"), &clock()).is_ok());

    let asked = refusal(&TlsConfig {
        edge: Security::Tls,
        ..TlsConfig::default()
    });
    assert!(asked.contains("tls.certificate and tls.key"), "{asked}");
    let asked = refusal(&TlsConfig {
        authorities: None,
        internal: Security::Mutual,
        ..good.clone()
    });
    assert!(
        asked.contains("tls.authorities") && asked.contains("tls.internal"),
        "{asked}"
    );
    let asked = refusal(&TlsConfig {
        key: Some(bench.path("nothing.key")),
        ..good
    });
    assert!(
        asked.contains("tls.key") && asked.contains("nothing.key"),
        "{asked}"
    );

    let mut mixed = bench.issue("a", days(1));
    mixed.key = bench.issue("a", days(1)).key;
    let other = Authority::create("other", days(1)).expect("an authority");
    let foreign = other.issue(&leaf("a"), days(1)).expect("a certificate");
    let nameless = bench.named(vec![SanType::DnsName("a".try_into().expect("ASCII"))]);
    for (bad, named) in [
        (mixed, "tls.certificate and tls.key"),
        (foreign, "tls.authorities"),
        (nameless, "spiffe://garnitur/"),
    ] {
        let refusal = refusal(&bench.install("a", &bad));
        assert!(refusal.contains(named), "{refusal}");
    }
}

#[test]
fn names_without_tokens_need_mutual_tls() {
    let named = Callers::Certified(vec!["orders".to_owned()]);
    let error = TlsConfig::default()
        .callers(&named)
        .expect_err("nobody can be recognised");
    assert!(error.to_string().contains("tls.internal"), "{error}");
    let mutual = TlsConfig {
        internal: Security::Mutual,
        ..TlsConfig::default()
    };
    assert!(mutual.callers(&named).is_ok());
    assert!(
        TlsConfig::default()
            .callers(&Callers::Certified(Vec::new()))
            .is_ok()
    );
    assert_eq!(mutual.of(Face::Internal), Security::Mutual);
}

/// A real process, configured as in production: edge and operation over mutual TLS, health checks beside them.
#[tokio::test]
async fn a_process_serves_and_checks_itself_over_mutual_tls() {
    let bench = Bench::new();
    let files = bench.of("smallest");
    let path = |path: &Option<std::path::PathBuf>| path.as_ref().expect("set").display().to_string();
    let settings = [
        format!("tls.certificate={}", path(&files.certificate)),
        format!("tls.key={}", path(&files.key)),
        format!("tls.authorities={}", path(&files.authorities)),
        "tls.internal=mutual".to_owned(),
        "tls.edge=mutual".to_owned(),
    ];
    let arguments: Vec<&str> = settings.iter().map(String::as_str).collect();
    let process = Process::start(&arguments).await;
    let own = bench.issue("prometheus", days(1));
    for (address, path, found) in [
        (process.ops, "/metrics", "build_info"),
        (process.edge, "/hello/Ann", "Hello, Ann!"),
    ] {
        let mut stream = connect(&bench, address, Some(&own)).await.expect("a handshake");
        let answer = exchange(&mut stream, path).await.expect("an answer");
        assert!(answer.contains(found), "{answer}");
        assert!(fetch(address, path).await.is_err(), "plain");
    }
    let internal = format!("http.internal={}", process.ops);
    let healthcheck = async |settings: &[&str]| {
        let mut command = smallest(&["healthcheck", "--set", &internal]);
        for setting in settings {
            command.args(["--set", setting]);
        }
        output(command).await
    };
    let (printed, error, code) = healthcheck(&arguments).await;
    assert_eq!(
        (code, printed.contains("\"ready\"")),
        (0, true),
        "{printed}{error}"
    );
    let (_, error, code) = healthcheck(&[]).await;
    assert_eq!(code, 1, "{error}");
    process.signal(Signal::TERM);
    assert_eq!(process.ended().await, Some(0));
}
