use garnitur_release::Release;

use super::{text, tree};

#[test]
fn every_committed_release_is_valid_and_named_after_its_version() {
    let mut seen = 0;
    for entry in std::fs::read_dir(tree().join("releases")).expect("releases") {
        let path = entry.expect("an entry").path();
        let release = Release::parse(&std::fs::read_to_string(&path).expect("text")).expect("a release");
        assert_eq!(
            path.file_stem().and_then(|stem| stem.to_str()),
            Some(release.version.as_str())
        );
        seen += 1;
    }
    assert!(seen > 0);
}

#[test]
fn what_the_matrix_does_not_have_is_refused() {
    for (change, strategy, says) in [
        ("minor", "customers = \"recreate\"", "by canary, not by recreate"),
        ("minor", "employees = \"recreate\"", "by ab, not by recreate"),
        ("minor", "employees = \"canary\"", "by ab, not by canary"),
        ("major", "customers = \"canary\"", "by ab, not by canary"),
        ("new-technology", "employees = \"ab\"", "by recreate, not by ab"),
    ] {
        let text = format!("{}[strategy]\n{strategy}\n", text(change));
        let error = Release::parse(&text).expect_err("refused").to_string();
        assert!(error.contains(says), "{change}, {strategy}: {error}");
    }
}

#[test]
fn what_the_matrix_has_may_be_written_down() {
    let text = format!(
        "{}[strategy]\ncustomers = \"canary\"\nemployees = \"recreate\"\n",
        text("new-technology")
    );
    Release::parse(&text).expect("as the matrix says");
}

#[test]
fn a_release_names_every_image_by_digest() {
    let whole = text("minor");
    let without: Vec<&str> = whole.lines().filter(|line| !line.starts_with("orders")).collect();
    let without = without.join("\n");
    for (text, says) in [
        (without, "images.orders is missing"),
        (
            format!("{whole}invoices = \"sha256:{:064x}\"\n", 1),
            "images.invoices",
        ),
        (
            whole.replace(&format!("sha256:{:064x}", 1), "1.4.0"),
            "is not a digest",
        ),
        (
            whole.replace(&format!("sha256:{:064x}", 1), &format!("sha256:{:063x}", 1)),
            "is not a digest",
        ),
        (
            whole.replace("version = \"1.4.0\"", "version = \"latest\""),
            "version",
        ),
        (whole.replace("change = \"minor\"", "change = \"tiny\""), "tiny"),
        (whole.replace("registry =", "registri ="), "registri"),
    ] {
        let error = Release::parse(&text).expect_err("refused").to_string();
        assert!(error.contains(says), "{says}: {error}");
    }
}
