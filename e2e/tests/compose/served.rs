use std::collections::BTreeMap;

use e2e::Api;

/// How many requests the geo-balancer's servers have answered, by service and server.
#[derive(Debug, Clone, Default)]
pub struct Served(BTreeMap<(String, String), u64>);

impl Served {
    /// So far.
    pub async fn by(balancer: &Api) -> Self {
        let answer = balancer.get("/metrics").await;
        answer.expect_status(200);
        let mut served = Self::default();
        for line in String::from_utf8_lossy(&answer.body).lines() {
            let Some(rest) = line.strip_prefix("haproxy_server_http_responses_total{") else {
                continue;
            };
            let (labels, count) = rest.split_once("} ").expect("labels, then a number");
            let label = |name: &str| {
                let (_, value) = labels.split_once(&format!("{name}=\"")).expect("a label");
                value.split('"').next().unwrap_or_default().to_owned()
            };
            *served.0.entry((label("proxy"), label("server"))).or_default() +=
                count.parse::<u64>().expect("a count");
        }
        served
    }

    /// What has come to it since `before`.
    pub fn since(&self, before: &Self) -> Self {
        let more = |(key, count): (&(String, String), &u64)| {
            let old = before.0.get(key).copied().unwrap_or_default();
            (key.clone(), count - old)
        };
        Self(self.0.iter().map(more).collect())
    }

    /// Of one service's server.
    pub fn of(&self, service: &str, server: &str) -> u64 {
        let key = (service.to_owned(), server.to_owned());
        self.0.get(&key).copied().unwrap_or_default()
    }

    /// Of all services of a site or version.
    pub fn all_of(&self, server: &str) -> u64 {
        ["storefront", "catalog", "orders"]
            .into_iter()
            .map(|service| self.of(service, server))
            .sum()
    }
}
