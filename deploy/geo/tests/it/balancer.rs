use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use reqwest::{Certificate, Client};
use serde_json::Value;
use tempfile::TempDir;
use test_support::wait_for;

use crate::site::{PARTS, Site};

/// The name in the certificate.
const HOST: &str = "shop.test";

/// Of a network that the shipped example gives to site 1, and one that it gives to site 2.
pub const NEAR_1: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 1, 5));
pub const NEAR_2: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 2, 5));

/// A running balancer with two sites behind it.
pub struct Balancer {
    pub sites: [Site; 2],
    /// A new version of site 1.
    pub next: Option<Site>,
    process: Child,
    certificate: Certificate,
    https: SocketAddr,
    pub http: SocketAddr,
    pub figures: SocketAddr,
    folder: TempDir,
}

impl Balancer {
    /// Starts it; each client may make `rate` requests in 10 s.
    pub async fn start(rate: u32) -> Self {
        Self::with(rate, false).await
    }

    /// Starts it with a new version beside site 1.
    pub async fn with_next() -> Self {
        Self::with(1_000_000, true).await
    }

    async fn with(rate: u32, beside: bool) -> Self {
        let first = Site::open("site1", Ipv4Addr::new(127, 77, 1, 1), None).await;
        let second = Site::open("site2", Ipv4Addr::new(127, 77, 2, 1), Some(first.ports)).await;
        let mut next = None;
        if beside {
            next = Some(Site::open("next", Ipv4Addr::new(127, 77, 3, 1), Some(first.ports)).await);
        }
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
        if let Some(next) = &next {
            for (part, name) in PARTS.iter().enumerate() {
                let address = SocketAddr::from((next.address, next.ports.serve[part]));
                command.env(format!("NEXT_{}", name.to_uppercase()), address.to_string());
            }
        }
        let process = command
            .arg("-db")
            .stdout(Stdio::null())
            .spawn()
            .expect("haproxy is installed");
        let mut balancer = Self {
            sites,
            next,
            process,
            certificate: Certificate::from_pem(pair.cert.pem().as_bytes()).unwrap(),
            https,
            http,
            figures,
            folder,
        };
        // A server that was not checked yet is down after one bad check instead of two.
        let servers = if beside { 9 } else { 6 };
        wait_for("the checks", Duration::from_secs(20), async || {
            let ended = balancer.process.try_wait().unwrap();
            assert!(ended.is_none(), "haproxy has ended: {ended:?}");
            let good = balancer
                .count("haproxy_server_check_status", "state=\"L7OK\"")
                .await;
            (good == servers).then_some(())
        })
        .await;
        balancer
    }

    /// Gives the new version a share of site 1's requests, in percent.
    pub fn share(&self, percent: u8) {
        for part in PARTS {
            let mut socket = UnixStream::connect(self.folder.path().join("admin.sock")).unwrap();
            writeln!(socket, "set server {part}/next weight {percent}").unwrap();
            let mut said = String::new();
            socket.read_to_string(&mut said).unwrap();
            assert_eq!(said.trim(), "");
        }
    }

    /// How many servers are down.
    pub async fn down(&self) -> usize {
        self.count("haproxy_server_status", "state=\"DOWN\"").await
    }

    /// How many servers of sites a figure is 1 of, with this label.
    async fn count(&self, figure: &str, label: &str) -> usize {
        let client = self.client(Ipv4Addr::LOCALHOST.into());
        let figures = client
            .get(format!("http://{}/metrics", self.figures))
            .send()
            .await;
        let Ok(figures) = figures else { return 0 };
        let figures = figures.text().await.unwrap_or_default();
        let ours = |line: &&str| {
            line.starts_with(figure)
                && ["server=\"site", "server=\"next"]
                    .iter()
                    .any(|ours| line.contains(ours))
                && line.contains(label)
                && line.ends_with(" 1")
        };
        figures.lines().filter(ours).count()
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

/// Ports that were free a moment ago, of an address that no other test uses: nobody takes them meanwhile.
fn free_ports<const N: usize>() -> [SocketAddr; N] {
    static USED: AtomicU8 = AtomicU8::new(1);
    let [process, ..] = std::process::id().to_le_bytes();
    let own = Ipv4Addr::new(127, 78, process, USED.fetch_add(1, Ordering::Relaxed));
    // All are held until the last one is found, so that none comes twice.
    let held: [std::net::TcpListener; N] =
        std::array::from_fn(|_| std::net::TcpListener::bind((own, 0)).unwrap());
    held.each_ref().map(|socket| socket.local_addr().unwrap())
}
