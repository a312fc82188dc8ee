//! What a release adds to a stand: one kustomize component for each of its sites and for its databases.

use std::fmt::Write as _;

use crate::{Contour, Release, Site, Stand, Strategy};

/// The services whose databases are migrated.
const MIGRATED: [&str; 3] = ["catalog", "orders", "backoffice"];

/// The component of a site: the strategy, the images by digest, the version, and Jobs under names of their own.
pub fn of_site(release: &Release, stand: &Stand, site: Site) -> String {
    let strategy = Strategy::on(stand, release.change, site.contour());
    let folder = match (strategy, site.contour()) {
        (Strategy::Canary, _) => "rollout-canary".to_owned(),
        (Strategy::Ab, contour) => format!("rollout-ab/{}", side(contour)),
        (Strategy::Recreate, contour) => format!("rollout-recreate/{}", side(contour)),
    };
    let mut text = head(release);
    let _ = writeln!(text, "components:\n  - ../../../../components/{folder}");
    let mut images = site.services().to_vec();
    if site == Site::Staff {
        images.push("release");
    }
    text += &images_of(release, &images);
    if site == Site::Staff {
        text += &jobs(release);
    }
    text
}

/// The component of a stand's databases: the image of PostgreSQL and of what prepares backups.
pub fn of_databases(release: &Release) -> String {
    let mut text = head(release);
    text += &images_of(release, &["postgres", "sanitise"]);
    let _ = write!(
        text,
        "patches:
  # CloudNativePG's image is in a field that `images` does not know.
  - target: {{group: postgresql.cnpg.io, kind: Cluster}}
    patch: |
      - {{op: replace, path: /spec/imageName, value: \"{}\"}}
",
        image(release, "postgres")
    );
    text
}

fn head(release: &Release) -> String {
    format!(
        "# Written by garnitur-release from k8s/releases/{version}.toml. Change that and write this anew.
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
labels:
  # Of the objects only: a service whose image did not change is not rolled out.
  - pairs:
      app.kubernetes.io/version: \"{version}\"
",
        version = release.version
    )
}

fn images_of(release: &Release, names: &[&str]) -> String {
    let mut text = "images:\n".to_owned();
    for name in names {
        let _ = write!(
            text,
            "  - name: garnitur/{name}
    newName: {}/{name}
    digest: {}
",
            release.registry, release.images[*name]
        );
    }
    text
}

/// The names of the Jobs that migrate for a release.
pub fn migrations(release: &Release) -> impl Iterator<Item = String> {
    MIGRATED
        .into_iter()
        .map(|service| format!("{service}-migrate-{}", release.images[service].short()))
}

/// A Job cannot be changed, so each image has its own; an image that stays keeps its Job, which has run.
fn jobs(release: &Release) -> String {
    let mut text = "patches:\n".to_owned();
    for (service, name) in MIGRATED.into_iter().zip(migrations(release)) {
        let _ = write!(
            text,
            "  - target: {{kind: Job, name: {service}-migrate}}
    options: {{allowNameChange: true}}
    patch: |
      - {{op: replace, path: /metadata/name, value: {name}}}
"
        );
    }
    text
}

fn image(release: &Release, name: &str) -> String {
    format!("{}/{name}@{}", release.registry, release.images[name])
}

const fn side(contour: Contour) -> &'static str {
    match contour {
        Contour::Customers => "edge",
        Contour::Employees => "staff",
    }
}
