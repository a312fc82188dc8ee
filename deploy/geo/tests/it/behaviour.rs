//! What the balancer does with requests and answers on their way.

use std::net::IpAddr;

use reqwest::Version;

use crate::balancer::{Balancer, NEAR_1, NEAR_2, haproxy};

#[tokio::test(flavor = "multi_thread")]
async fn clients_come_to_the_site_of_their_network_and_the_service_of_their_path() {
    let balancer = Balancer::start(1_000).await;
    let elsewhere: IpAddr = [127, 0, 9, 9].into();
    for (from, site) in [(NEAR_1, "site1"), (NEAR_2, "site2"), (elsewhere, "site1")] {
        let client = balancer.client(from);
        for (path, part) in [
            ("/", "storefront"),
            ("/courier/", "storefront"),
            ("/api/catalog/v1/products?page_size=3", "catalog"),
            ("/api/orders/v1/carts", "orders"),
            ("/api/other", "storefront"),
        ] {
            let said = balancer.ask(&client, path).await.expect("an answer");
            assert_eq!(said["by"], format!("{site}/{part}"), "{from} {path}");
            // By the PROXY protocol.
            assert_eq!(said["client"], from.to_string(), "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_clients_haste_is_braked_and_nobody_elses() {
    let balancer = Balancer::start(20).await;
    let (hasty, other) = (balancer.client(NEAR_1), balancer.client(NEAR_2));
    let mut refused = None;
    for count in 1..=40 {
        let answer = hasty.get(balancer.url("/")).send().await.unwrap();
        if answer.status().as_u16() == 429 {
            refused = Some((count, answer));
            break;
        }
        assert_eq!(answer.status().as_u16(), 200);
    }
    let (count, answer) = refused.expect("a refusal");
    // The rate is of a sliding window, so of about that many.
    assert!((15..=25).contains(&count), "{count}");
    assert_eq!(answer.headers()["retry-after"], "10");
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
    assert_eq!(
        balancer.served(&other, "/").await.as_deref(),
        Some("site2/storefront")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_secured_and_requests_numbered() {
    let balancer = Balancer::start(1_000).await;
    let client = balancer.client(NEAR_1);
    let answer = client
        .get(balancer.url("/api/catalog/v1/products"))
        .header("x-request-id", "mine")
        .header("x-forwarded-for", "203.0.113.7")
        .header("x-forwarded-host", "evil.test")
        .header("forwarded", "for=203.0.113.7")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.version(), Version::HTTP_2);
    let headers = answer.headers().clone();
    for (name, value) in [
        ("strict-transport-security", "max-age=31536000"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
    let said: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    let id = said["headers"]["x-request-id"].as_str().unwrap();
    assert_eq!((headers["x-request-id"].to_str().unwrap(), id.len()), (id, 36));
    assert_eq!(said["headers"]["x-forwarded-proto"], "https");
    for name in ["x-forwarded-for", "x-forwarded-host", "forwarded"] {
        assert!(said["headers"].get(name).is_none(), "{name}: {said}");
    }

    // A service's own policy stays.
    let answer = client.get(balancer.url("/with-policy")).send().await.unwrap();
    assert_eq!(answer.headers()["content-security-policy"], "default-src 'self'");
    assert!(!answer.headers().contains_key("server"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_https_customers_are_sent_to_it_and_figures_are_shown_inside() {
    let balancer = Balancer::start(1_000).await;
    let client = balancer.client(NEAR_1);
    let answer = client
        .get(format!("http://{}/courier/?x=1", balancer.http))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 308);
    assert_eq!(answer.headers()["location"], balancer.url("/courier/?x=1"));

    let figures = client
        .get(format!("http://{}/metrics", balancer.figures))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for series in [
        "haproxy_server_status{proxy=\"orders\",server=\"site2\",state=\"UP\"} 1",
        "haproxy_frontend_http_requests_total{proxy=\"customers\"}",
    ] {
        assert!(figures.contains(series), "{series}");
    }
}

#[test]
fn settings_with_mutual_tls_to_the_sites_are_valid() {
    let folder = tempfile::tempdir().unwrap();
    let pair = rcgen::generate_simple_self_signed(["geo".to_owned()]).unwrap();
    let (chain, authorities) = (folder.path().join("chain.pem"), folder.path().join("ca.pem"));
    std::fs::write(&chain, pair.cert.pem() + &pair.signing_key.serialize_pem()).unwrap();
    std::fs::write(&authorities, pair.cert.pem()).unwrap();
    std::fs::write(folder.path().join("map"), "198.51.100.0/24 site2\n").unwrap();
    let words = format!(
        "send-proxy-v2 ssl verify required ca-file {} crt {}",
        authorities.display(),
        chain.display()
    );
    let mut command = haproxy();
    for (name, value) in [
        ("GEO_HTTP", "*:8080"),
        ("GEO_HTTPS", "*:8443"),
        ("GEO_PAYMENTS", "*:8445"),
        ("GEO_STATS", "*:8404"),
        ("GEO_PUBLIC", "shop.test"),
        ("GEO_RATE", "600"),
        ("GEO_SERVER", &words),
        ("PAYMENTS", "127.0.0.1:1"),
    ] {
        command.env(name, value);
    }
    for part in ["STOREFRONT", "CATALOG", "ORDERS"] {
        command.env(format!("CHECK_{part}"), "8082");
        command.env(format!("SITE1_{part}"), "127.0.0.1:8080");
        command.env(format!("SITE2_{part}"), "127.0.0.2:8080");
    }
    let checked = command
        .env("GEO_MAP", folder.path().join("map"))
        .env("GEO_CERTIFICATE", &chain)
        .env("GEO_RUN", folder.path())
        .arg("-c")
        .output()
        .expect("haproxy is installed");
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{said}");
    assert!(!said.contains("WARNING"), "{said}");
}
