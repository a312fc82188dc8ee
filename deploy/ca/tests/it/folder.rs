use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use ca::{Folder, Leaf, Outcome};
use kernel::Clock as _;
use kernel::SystemClock;
use tempfile::TempDir;
use test_support::ManualClock;
use time::Duration;

struct Bench {
    folder: TempDir,
    clock: ManualClock,
}

impl Bench {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            clock: ManualClock::at(SystemClock.now()),
        }
    }

    fn folder(&self) -> Folder {
        Folder::open(self.folder.path(), self.clock.shared()).expect("the folder is ours")
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).expect("a file")
    }
}

fn leaf(name: &str) -> Leaf {
    Leaf::new(name).expect("a good name")
}

#[test]
fn what_is_good_stays() {
    let bench = Bench::new();
    let folder = bench.folder();
    assert_eq!(folder.init(3650).unwrap(), Outcome::Made);
    assert_eq!(
        folder.issue(&leaf("orders").dns("orders-1"), 30).unwrap(),
        Outcome::Made
    );
    let before = (
        bench.read("ca.pem"),
        bench.read("ca.key"),
        bench.read("orders.pem"),
    );
    bench.clock.advance(Duration::days(19));
    assert_eq!(folder.init(3650).unwrap(), Outcome::Kept);
    assert_eq!(
        folder.issue(&leaf("orders").dns("orders-1"), 30).unwrap(),
        Outcome::Kept
    );
    let after = (
        bench.read("ca.pem"),
        bench.read("ca.key"),
        bench.read("orders.pem"),
    );
    assert_eq!(before, after);
}

#[test]
fn what_runs_out_is_renewed_with_a_new_key() {
    let bench = Bench::new();
    let folder = bench.folder();
    folder.init(3650).unwrap();
    folder.issue(&leaf("orders"), 30).unwrap();
    let (certificate, key) = (bench.read("orders.pem"), bench.read("orders.key"));
    bench.clock.advance(Duration::days(21));
    assert_eq!(folder.issue(&leaf("orders"), 30).unwrap(), Outcome::Renewed);
    assert_ne!(bench.read("orders.pem"), certificate);
    assert_ne!(bench.read("orders.key"), key);
}

#[test]
fn other_names_another_key_and_another_authority_make_a_new_certificate() {
    let bench = Bench::new();
    let folder = bench.folder();
    folder.init(3650).unwrap();
    folder.issue(&leaf("orders"), 30).unwrap();
    let renamed = leaf("orders").dns("orders.site1").ip([10, 1, 0, 7].into());
    assert_eq!(folder.issue(&renamed, 30).unwrap(), Outcome::Renewed);
    assert_eq!(folder.issue(&renamed, 30).unwrap(), Outcome::Kept);

    folder.issue(&leaf("catalog"), 30).unwrap();
    fs::copy(
        bench.folder.path().join("catalog.key"),
        bench.folder.path().join("orders.key"),
    )
    .unwrap();
    assert_eq!(folder.issue(&renamed, 30).unwrap(), Outcome::Renewed);
    fs::remove_file(bench.folder.path().join("orders.key")).unwrap();
    assert_eq!(folder.issue(&renamed, 30).unwrap(), Outcome::Renewed);

    for name in ["ca.pem", "ca.key"] {
        fs::remove_file(bench.folder.path().join(name)).unwrap();
    }
    folder.init(3650).unwrap();
    assert_eq!(folder.issue(&renamed, 30).unwrap(), Outcome::Renewed);
}

#[test]
fn keys_are_their_owners_alone_and_nothing_else_is_left() {
    let bench = Bench::new();
    let folder = bench.folder();
    folder.init(3650).unwrap();
    folder.issue(&leaf("orders"), 30).unwrap();
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    let mut names = Vec::new();
    for entry in fs::read_dir(bench.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "key") {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
        names.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
    names.sort();
    assert_eq!(names, [".lock", "ca.key", "ca.pem", "orders.key", "orders.pem"]);
    assert_eq!(mode(&bench.folder.path().join("orders.pem")), 0o644);
}

#[test]
fn half_an_authority_is_not_replaced() {
    let bench = Bench::new();
    let folder = bench.folder();
    let error = folder
        .issue(&leaf("orders"), 30)
        .expect_err("there is no authority");
    assert!(format!("{error:#}").contains("init"), "{error:#}");
    folder.init(3650).unwrap();
    fs::remove_file(bench.folder.path().join("ca.key")).unwrap();
    let error = folder.init(3650).expect_err("the key is gone");
    assert!(error.to_string().contains("ca.key"), "{error}");
}

#[test]
fn no_certificate_outlives_its_authority() {
    let bench = Bench::new();
    let folder = bench.folder();
    folder.init(10).unwrap();
    folder.issue(&leaf("orders"), 30).unwrap();
    let end = |name: &str| {
        let text = bench.read(name);
        let (_, pem) = x509_parser::pem::parse_x509_pem(text.as_bytes()).unwrap();
        let certificate = pem.parse_x509().unwrap();
        certificate.validity().not_after.to_datetime()
    };
    assert_eq!(end("orders.pem"), end("ca.pem"));
    bench.clock.advance(Duration::days(11));
    folder
        .issue(&leaf("orders"), 30)
        .expect_err("the authority has run out");
    assert_eq!(folder.init(10).unwrap(), Outcome::Renewed);
    assert_eq!(folder.issue(&leaf("orders"), 30).unwrap(), Outcome::Renewed);
    assert!(end("orders.pem") > bench.clock.now() + Duration::days(9));
}

#[test]
fn names_are_labels() {
    for bad in ["", "ca", "Orders", "orders/../x", "a.b", "-a", "a-", "заказы"] {
        assert!(Leaf::new(bad).is_err(), "{bad:?}");
    }
}
