//! The committed descriptions of the interfaces are what the services say of themselves.

use std::path::Path;
use std::process::Command;

#[test]
fn the_committed_descriptions_are_true() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi");
    for service in ["catalog", "orders", "backoffice"] {
        let said = Command::new(e2e::binary(service))
            .arg("openapi")
            .output()
            .expect("run the service");
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let file = committed.join(format!("{service}.json"));
        let kept = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert!(
            kept == said.stdout,
            "docs/openapi/{service}.json is out of date: make openapi"
        );
    }
}
