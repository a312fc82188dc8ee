use garnitur_release::overlay;

use super::{STANDS, release, stand};

/// The rollout components that an overlay asks for.
fn rollouts(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("- ../../../../components/"))
        .collect()
}

#[test]
fn each_site_gets_the_component_that_the_matrix_prescribes() {
    for name in STANDS {
        let stand = stand(name);
        for (change, edge, staff) in [
            ("new-technology", "rollout-canary", "rollout-recreate/staff"),
            ("minor", "rollout-canary", "rollout-ab/staff"),
            ("major", "rollout-ab/edge", "rollout-ab/staff"),
        ] {
            for &site in &stand.sites {
                let expected = match (name, site.name()) {
                    ("preprod" | "prod", "staff") => staff,
                    ("preprod" | "prod", _) => edge,
                    (_, "staff") => "rollout-recreate/staff",
                    _ => "rollout-recreate/edge",
                };
                let text = overlay::of_site(&release(change), &stand, site);
                assert_eq!(rollouts(&text), [expected], "{name}/{}, {change}", site.name());
            }
        }
    }
}

#[test]
fn every_image_is_named_by_its_digest() {
    let (stand, release) = (stand("prod"), release("minor"));
    for &site in &stand.sites {
        let text = overlay::of_site(&release, &stand, site);
        for service in site.services() {
            let expected = format!(
                "  - name: garnitur/{service}\n    newName: registry.example/garnitur/{service}\n    digest: {}\n",
                release.images[*service]
            );
            assert!(text.contains(&expected), "{service} in\n{text}");
        }
    }
    let text = overlay::of_databases(&release);
    assert!(text.contains(&format!(
        "registry.example/garnitur/postgres@{}",
        release.images["postgres"]
    )));
}

/// A Job cannot be changed: another image is another Job, and the same image the same one.
#[test]
fn migrations_are_named_after_their_image() {
    let stand = stand("prod");
    let staff = stand.sites[0];
    let first = overlay::of_site(&release("minor"), &stand, staff);
    assert!(
        first.contains("/metadata/name, value: catalog-migrate-000000000000}"),
        "{first}"
    );
    let mut next = release("minor");
    next.version = "1.4.1".to_owned();
    next.images.insert(
        "catalog".to_owned(),
        format!("sha256:{}", "a".repeat(64)).try_into().expect("a digest"),
    );
    let next = overlay::of_site(&next, &stand, staff);
    assert!(
        next.contains("/metadata/name, value: catalog-migrate-aaaaaaaaaaaa}"),
        "{next}"
    );
    assert!(
        next.contains("/metadata/name, value: orders-migrate-000000000000}"),
        "{next}"
    );
}
