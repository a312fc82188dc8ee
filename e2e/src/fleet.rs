use std::path::PathBuf;
use std::time::Duration;

use garnitur::{DataFolder, Surroundings, Wiring};
use kernel::{Personal, SystemClock};
use pg::sqlx::{Connection as _, PgConnection};
use pg::{Pg, PgConfig};
use reqwest::StatusCode;
use tempfile::TempDir;
use test_support::{free_port, wait_for};
use tokio::process::{Child, Command};
use toml::Table;

use crate::one_process::{temporary_folder, wiring};
use crate::{Certificates, Customer, Operator, grow};

/// A service that runs as a process of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceName {
    /// Assortment and stock.
    Catalog,
    /// Carts, orders, payments, couriers.
    Orders,
    /// Employees and audit.
    Backoffice,
}

impl ServiceName {
    pub(crate) const ALL: [Self; 3] = [Self::Catalog, Self::Orders, Self::Backoffice];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Orders => "orders",
            Self::Backoffice => "backoffice",
        }
    }
}

/// The three services that own data, each as its real binary, on real surroundings.
pub struct Fleet {
    /// Databases, directory, file server, payment provider.
    pub surroundings: Surroundings,
    wiring: Wiring,
    catalog_edge: u16,
    folder: DataFolder,
    certificates: Option<Certificates>,
    running: [Option<Child>; 3],
    _temporary: TempDir,
}

impl Fleet {
    /// Starts everything with the demonstration assortment, without its pictures. An order waits `pay_within`
    /// seconds for its payment. Panics when something does not start.
    pub async fn start(pay_within: u32) -> Self {
        Self::start_with(wiring(pay_within), Filling::Demo).await
    }

    /// The same, whose orders and stock wait for seconds only.
    pub async fn start_impatient() -> Self {
        let wiring = Wiring {
            grace: 5,
            ..wiring(1)
        };
        Self::start_with(wiring, Filling::Demo).await
    }

    /// The same, with couriers for as many orders as may come.
    pub async fn start_for_load() -> Self {
        let wiring = Wiring {
            slot_capacity: 1_000_000,
            ..quiet(1_200)
        };
        Self::start_with(wiring, Filling::Demo).await
    }

    /// Starts everything with mutual TLS between the services, which know each other by certificates alone (INF-8).
    pub async fn start_with_mutual_tls() -> Self {
        let temporary = temporary_folder();
        let certificates = Certificates::make(temporary.path().join("certificates"));
        Self::start_in(temporary, wiring(1_200), Filling::Demo, Some(certificates)).await
    }

    /// Starts everything with a generated assortment of so many units ([`grow`]).
    pub async fn start_grown(units: u32) -> Self {
        let wiring = Wiring {
            // As production has it.
            shared_buffers: "2GB".to_owned(),
            // As an operator would set it.
            edge_connections: std::thread::available_parallelism()
                .ok()
                .and_then(|cores| u32::try_from(2 * cores.get()).ok()),
            ..quiet(1_200)
        };
        Self::start_with(wiring, Filling::Grown(units)).await
    }

    async fn start_with(wiring: Wiring, filling: Filling) -> Self {
        Self::start_in(temporary_folder(), wiring, filling, None).await
    }

    async fn start_in(
        temporary: TempDir,
        wiring: Wiring,
        filling: Filling,
        certificates: Option<Certificates>,
    ) -> Self {
        let folder = DataFolder::take(temporary.path()).expect("the folder is ours");
        let surroundings = Surroundings::start(&folder, &wiring)
            .await
            .expect("the surroundings start");
        garnitur::migrate(&wiring)
            .await
            .expect("the databases are migrated");
        filling.fill(&surroundings, &wiring).await;
        let catalog_edge = free_port();
        let running = [const { None }; 3];
        let mut fleet = Self {
            surroundings,
            wiring,
            catalog_edge,
            folder,
            certificates,
            running,
            _temporary: temporary,
        };
        for service in ServiceName::ALL {
            fleet.start_service(service).await;
        }
        fleet
    }

    /// Where everything is.
    pub const fn wiring(&self) -> &Wiring {
        &self.wiring
    }

    /// The services' certificates, where they have some.
    pub const fn certificates(&self) -> Option<&Certificates> {
        self.certificates.as_ref()
    }

    /// A customer of this shop.
    pub fn customer(&self) -> Customer {
        Customer::of_services(
            format!("http://127.0.0.1:{}", self.catalog_edge),
            format!("http://127.0.0.1:{}", self.wiring.ports.customers),
        )
    }

    /// Address of backoffice for employees.
    pub fn backoffice_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.wiring.ports.backoffice_staff)
    }

    /// Address of catalog for employees.
    pub fn catalog_staff_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.wiring.ports.catalog_staff)
    }

    /// The process ids of the services that run.
    pub fn pids(&self) -> Vec<u32> {
        self.running.iter().flatten().filter_map(Child::id).collect()
    }

    /// The internal faces.
    pub fn operator(&self) -> Operator {
        Operator::new(&self.wiring)
    }

    /// Starts a service, and waits until it is ready.
    pub async fn start_service(&mut self, service: ServiceName) {
        let file = self.folder.join(&format!("{}.toml", service.name()));
        let mut configuration = self.configuration(service);
        if let Some(certificates) = &self.certificates {
            configuration = certificates.secure(service, &configuration);
        }
        let text = toml::to_string(&configuration).expect("a table is TOML");
        std::fs::write(&file, text).expect("write the configuration");
        let child = Command::new(binary(service.name()))
            .arg("--config")
            .arg(&file)
            .arg("serve")
            .kill_on_drop(true)
            .spawn()
            .expect("run the service");
        self.running[service as usize] = Some(child);
        self.wait_until_ready(service).await;
    }

    /// Waits until a service that runs is ready.
    pub async fn wait_until_ready(&self, service: ServiceName) {
        let ports = self.wiring.ports;
        let port = match (&self.certificates, service) {
            (Some(certificates), service) => certificates.probe(service),
            (None, ServiceName::Catalog) => ports.catalog_internal,
            (None, ServiceName::Orders) => ports.orders_internal,
            (None, ServiceName::Backoffice) => ports.backoffice_internal,
        };
        let url = format!("http://127.0.0.1:{port}/readyz");
        wait_for(
            &format!("{service:?} to be ready"),
            Duration::from_mins(1),
            async || {
                let answer = reqwest::get(&url).await.ok()?;
                (answer.status() == StatusCode::OK).then_some(())
            },
        )
        .await;
    }

    /// Kills a service with SIGKILL: nothing is finished, nothing is said.
    pub async fn kill(&mut self, service: ServiceName) {
        let mut child = self.running[service as usize].take().expect("it runs");
        child.kill().await.expect("kill it");
    }

    /// Ends a service as an orchestrator does, with SIGTERM, and answers its exit code.
    pub async fn terminate(&mut self, service: ServiceName) -> Option<i32> {
        let mut child = self.running[service as usize].take().expect("it runs");
        let pid = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(rustix::process::Pid::from_raw);
        rustix::process::kill_process(pid.expect("it runs"), rustix::process::Signal::TERM)
            .expect("signal it");
        child.wait().await.expect("it ends").code()
    }

    /// The process id of a service that runs.
    pub fn pid(&self, service: ServiceName) -> Option<u32> {
        self.running[service as usize].as_ref().and_then(Child::id)
    }

    /// A connection of the superuser to one of the databases: for locks that hold a service at a chosen place.
    pub async fn superuser(&self, database: &str) -> PgConnection {
        let url = superuser_url(&self.surroundings, database);
        PgConnection::connect(url.expose())
            .await
            .expect("PostgreSQL answers")
    }

    fn configuration(&self, service: ServiceName) -> Table {
        match service {
            ServiceName::Catalog => {
                let mut table = self.wiring.catalog();
                let edge = format!("127.0.0.1:{}", self.catalog_edge);
                let http = table
                    .get_mut("http")
                    .and_then(toml::Value::as_table_mut)
                    .expect("a section");
                http.insert("edge".to_owned(), edge.into());
                table
            }
            ServiceName::Orders => self.wiring.orders(),
            ServiceName::Backoffice => self.wiring.backoffice(),
        }
    }
}

/// Of what is measured only errors are logged: reservations without orders, for one, are a warning each.
fn quiet(pay_within: u32) -> Wiring {
    Wiring {
        log: "error".to_owned(),
        ..wiring(pay_within)
    }
}

fn superuser_url(surroundings: &Surroundings, database: &str) -> Personal<String> {
    let admin = surroundings.postgres.admin_url();
    let url = pg::database_url(&admin, database).expect("an address");
    String::from(url).into()
}

/// What is on sale.
enum Filling {
    Demo,
    Grown(u32),
}

impl Filling {
    async fn fill(self, surroundings: &Surroundings, wiring: &Wiring) {
        let owner = wiring.database("catalog_owner");
        match self {
            Self::Demo => {
                let owner = Pg::connect(&PgConfig::new(owner), pg::Metrics::unregistered());
                garnitur::demo::import(&owner.expect("an address"), &SystemClock)
                    .await
                    .expect("the assortment is imported");
            }
            Self::Grown(units) => {
                grow(&superuser_url(surroundings, "catalog"), &owner.into(), units)
                    .await
                    .expect("the assortment grows");
            }
        }
    }
}

/// A service's binary, beside the folder of this test's own.
pub fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this program has a path");
    let folder = test
        .ancestors()
        .find(|folder| folder.ends_with("deps"))
        .and_then(|deps| deps.parent());
    let binary = folder
        .or_else(|| test.parent())
        .expect("it lies in a folder")
        .join(name);
    assert!(
        binary.exists(),
        "{} is missing: cargo build --workspace --bins",
        binary.display()
    );
    binary
}
