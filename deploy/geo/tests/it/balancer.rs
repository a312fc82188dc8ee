use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Certificate, Client};
use serde_json::Value;
use tempfile::TempDir;

use crate::site::{PARTS, Site};

/// The name in the certificate.
const HOST: &str = "shop.test";

/// Of a network that the shipped example gives to site 1, and one that it gives to site 2.
pub const NEAR_1: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 1, 5));
pub const NEAR_2: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 2, 5));

/// A running balancer with two sites behind it.
pub struct Balancer {
    pub sites: [Site; 2],
    process: Child,
    certificate: Certificate,
    https: SocketAddr,
    pub http: SocketAddr,
    pub figures: SocketAddr,
    _folder: TempDir,
}

impl Balancer {
    /// Starts it; each client may make `rate` requests in 10 s.
    pub async fn start(rate: u32) -> Self {
        let first = Site::open("site1", Ipv4Addr::new(127, 77, 1, 1), None).await;
        let second = Site::open("site2", Ipv4Addr::new(127, 77, 2, 1), Some(first.ports)).await;
        let sites = [first, second];
        let folder = tempfile::tempdir().unwrap();
        let pair = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
        let chain = pair.cert.pem() + &pair.signing_key.serialize_pem();
        fs::write(folder.path().join("chain.pem"), chain).unwrap();
        fs::write(folder.path().join("networks.map"), shipped_map()).unwrap();
        let [https, http, figures, payments] = free_ports();
        let mut command = haproxy();
        command
            .env("GEO_MAP", folder.path().join("networks.map"))
            .env("GEO_CERTIFICATE", folder.path().join("chain.pem"))
            .env("GEO_RUN", folder.path())
            .env("GEO_HTTP", http.to_string())
            .env("GEO_HTTPS", https.to_string())
            .env("GEO_PAYMENTS", payments.to_string())
            .env("GEO_STATS", figures.to_string())
            .env("GEO_PUBLIC", format!("{HOST}:{}", https.port()))
            .env("GEO_SERVER", "send-proxy-v2")
            .env("GEO_RATE", rate.to_string())
            .env("PAYMENTS", "127.0.0.1:1");
        for (number, site) in sites.iter().enumerate() {
            for (part, name) in PARTS.iter().enumerate() {
                let (name, number) = (name.to_uppercase(), number + 1);
                let address = SocketAddr::from((site.address, site.ports.serve[part]));
                command.env(format!("SITE{number}_{name}"), address.to_string());
                command.env(format!("CHECK_{name}"), site.ports.check[part].to_string());
            }
        }
        let process = command.arg("-db").stdout(Stdio::null()).spawn().expect("haproxy is installed");
        let balancer = Self {
            sites,
            process,
            certificate: Certificate::from_pem(pair.cert.pem().as_bytes()).unwrap(),
            https,
            http,
            figures,
            _folder: folder,
        };
        let client = balancer.client(Ipv4Addr::LOCALHOST.into());
        until(Duration::from_secs(20), async || {
            let health = client.get(format!("http://{}/healthz", balancer.figures)).send().await;
            health.is_ok_and(|answer| answer.status().is_success())
        })
        .await;
        balancer
    }

    /// A client with this address that speaks HTTP/2 and follows no redirects.
    pub fn client(&self, from: IpAddr) -> Client {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Client::builder()
            .local_address(from)
            .tls_certs_only([self.certificate.clone()])
            .resolve(HOST, self.https)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(10))
            .build()
            .unwrap()
    }

    /// The address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("https://{HOST}:{}{path}", self.https.port())
    }

    /// What the service says that was asked, or `None` where none has answered.
    pub async fn ask(&self, client: &Client, path: &str) -> Option<Value> {
        let answer = client.get(self.url(path)).send().await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        serde_json::from_str(&answer.text().await.ok()?).ok()
    }

    /// Who has served: site and service.
    pub async fn served(&self, client: &Client, path: &str) -> Option<String> {
        let said = self.ask(client, path).await?;
        said["by"].as_str().map(str::to_owned)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// HAProxy with the settings that are shipped.
pub fn haproxy() -> Command {
    let found = ["/usr/sbin/haproxy", "/usr/local/sbin/haproxy"]
        .into_iter()
        .find(|path| fs::exists(path).unwrap_or_default());
    let mut command = Command::new(found.unwrap_or("haproxy"));
    command.arg("-f").arg(shipped("haproxy.cfg"));
    command
}

pub fn shipped(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The map of the example that is shipped.
fn shipped_map() -> String {
    let rules = geo::Rules::parse(&fs::read_to_string(shipped("rules.toml")).unwrap()).unwrap();
    let table = geo::read(fs::File::open(shipped("networks.csv")).unwrap()).unwrap();
    geo::SiteMap::new(table, &rules).unwrap().to_string()
}

/// Addresses that were free a moment ago.
fn free_ports<const N: usize>() -> [SocketAddr; N] {
    // All are held until the last one is found, so that none comes twice.
    let held: [std::net::TcpListener; N] =
        std::array::from_fn(|_| std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    held.each_ref().map(|socket| socket.local_addr().unwrap())
}

/// Asks until it is so; how long that took. Fails after `limit`.
pub async fn until(limit: Duration, mut so: impl AsyncFnMut() -> bool) -> Duration {
    let from = Instant::now();
    while !so().await {
        assert!(from.elapsed() < limit, "not within {limit:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    from.elapsed()
}
