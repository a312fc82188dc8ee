//! `garnitur-geo`: makes the geo-balancer's map of networks.

use std::fs::File;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use geo::{Rules, SiteMap};
use tempfile::NamedTempFile;

/// Makes a map of networks to sites, as HAProxy reads it, from a GeoIP table and rules.
#[derive(Debug, Parser)]
#[command(name = "garnitur-geo", version)]
struct Arguments {
    /// CSV with the columns `network` and `country`; `-` is the standard input.
    #[arg(long, value_name = "FILE")]
    networks: PathBuf,
    /// Which countries go to which site.
    #[arg(long, value_name = "FILE")]
    rules: PathBuf,
    /// The map; replaced as a whole. Without it, the standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("garnitur-geo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let named = |path: &Path| path.display().to_string();
    let rules = std::fs::read_to_string(&arguments.rules).with_context(|| named(&arguments.rules))?;
    let rules = Rules::parse(&rules).with_context(|| named(&arguments.rules))?;
    let table: Box<dyn Read> = if arguments.networks == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(File::open(&arguments.networks).with_context(|| named(&arguments.networks))?)
    };
    let table = geo::read(table).with_context(|| named(&arguments.networks))?;
    let lines = table.len();
    let map = SiteMap::new(table, &rules).with_context(|| named(&arguments.networks))?;
    match &arguments.output {
        Some(path) => replace(path, &map.to_string()).with_context(|| named(path))?,
        None => std::io::stdout().write_all(map.to_string().as_bytes())?,
    }
    eprintln!(
        "{lines} lines of the table became {} networks; all others go to {}",
        map.entries().len(),
        rules.default_site()
    );
    Ok(())
}

/// Whoever reads the map meanwhile has the old one or the new one.
fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    // HAProxy runs as another user.
    file.as_file()
        .set_permissions(std::fs::Permissions::from_mode(0o644))?;
    file.persist(path)?;
    Ok(())
}
