//! `garnitur-release`: writes a release into the stands, checks that it is written, deploys it.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, bail};
use clap::{Args, Parser, Subcommand};
use garnitur_release::deploy::Step;
use garnitur_release::{Release, Stand, deploy, overlay};
use kernel::{Clock as _, SystemClock};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Brings a release to a stand, as its kind of change prescribes (DEP-3).
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// Folder with `releases` and `stands`.
    #[arg(long, global = true, default_value = "k8s")]
    tree: PathBuf,
    #[command(subcommand)]
    command: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Writes the release into the stand. Refused when the stand could not take it at that time.
    Write {
        #[command(flatten)]
        which: Which,
        /// When the rollout is to begin (RFC 3339). Without it, now.
        #[arg(long, value_parser = moment)]
        begins: Option<OffsetDateTime>,
    },
    /// Fails unless the stand is just as `write` would leave it.
    Check(Which),
    /// Applies the written release. Refused now where it would be away outside the window.
    Deploy {
        #[command(flatten)]
        which: Which,
        /// Only print the commands.
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Args)]
struct Which {
    /// Version of the release: the name of its file in `releases`.
    release: String,
    /// The stand: a folder in `stands`.
    stand: String,
}

fn moment(text: &str) -> Result<OffsetDateTime, String> {
    OffsetDateTime::parse(text, &Rfc3339).map_err(|error| error.to_string())
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("garnitur-release: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> anyhow::Result<()> {
    match &cli.command {
        What::Write { which, begins } => {
            let (release, stand) = read(&cli.tree, which)?;
            let begins = begins.unwrap_or_else(|| SystemClock.now());
            deploy::may_begin(&release, &stand, begins)?;
            for (path, text) in written(&cli.tree, which, &release, &stand) {
                std::fs::write(&path, text).with_context(|| path.display().to_string())?;
            }
            Ok(())
        }
        What::Check(which) => {
            let (release, stand) = read(&cli.tree, which)?;
            check(&cli.tree, which, &release, &stand)
        }
        What::Deploy { which, dry_run } => {
            let (release, stand) = read(&cli.tree, which)?;
            check(&cli.tree, which, &release, &stand)?;
            deploy::may_begin(&release, &stand, SystemClock.now())?;
            for step in deploy::steps(&which.stand, &stand, &release) {
                take(&step, *dry_run)?;
            }
            Ok(())
        }
    }
}

fn take(step: &Step, dry_run: bool) -> anyhow::Result<()> {
    let command = match step {
        Step::Run(command) => Some(command.clone()),
        Step::AwaitPrimaries { namespace } => {
            let services = if dry_run {
                "SERVICES-THAT-RUN".to_owned()
            } else {
                answer(&Step::services_of(namespace))?
            };
            Step::await_primaries(namespace, &services)
        }
    };
    let Some(command) = command else {
        return Ok(());
    };
    println!("{}", command.join(" "));
    if dry_run { Ok(()) } else { execute(&command) }
}

/// What a command prints.
fn answer(command: &[String]) -> anyhow::Result<String> {
    let output = Command::new(&command[0])
        .args(&command[1..])
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| command[0].clone())?;
    if !output.status.success() {
        bail!("{} failed: {}", command.join(" "), output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn execute(command: &[String]) -> anyhow::Result<()> {
    let status = Command::new(&command[0])
        .args(&command[1..])
        .status()
        .with_context(|| command[0].clone())?;
    if !status.success() {
        bail!("{} failed: {status}", command.join(" "));
    }
    Ok(())
}

fn read(tree: &Path, which: &Which) -> anyhow::Result<(Release, Stand)> {
    let path = tree.join("releases").join(format!("{}.toml", which.release));
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let release = Release::parse(&text).with_context(|| path.display().to_string())?;
    if release.version != which.release {
        bail!("{} says it is version {}", path.display(), release.version);
    }
    let path = tree.join("stands").join(&which.stand).join("stand.toml");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let stand = Stand::parse(&text).with_context(|| path.display().to_string())?;
    Ok((release, stand))
}

/// The files of a stand that a release writes, with their text.
fn written(tree: &Path, which: &Which, release: &Release, stand: &Stand) -> Vec<(PathBuf, String)> {
    let file = |part: &str| {
        let stand = tree.join("stands").join(&which.stand);
        stand.join(part).join("release/kustomization.yaml")
    };
    let sites = stand.sites.iter();
    let mut files: Vec<_> = sites
        .map(|&site| (file(site.name()), overlay::of_site(release, stand, site)))
        .collect();
    if stand.databases {
        files.push((file("data"), overlay::of_databases(release)));
    }
    files
}

fn check(tree: &Path, which: &Which, release: &Release, stand: &Stand) -> anyhow::Result<()> {
    for (path, text) in written(tree, which, release, stand) {
        let there = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        if there != text {
            bail!(
                "{} is not release {}; run `garnitur-release write {} {}`",
                path.display(),
                which.release,
                which.release,
                which.stand
            );
        }
    }
    Ok(())
}
