//! The whole, in order.

use std::path::PathBuf;

use anyhow::Context as _;
use pg::sqlx::{Connection as _, PgConnection};
use serde::Serialize;
use time::OffsetDateTime;

use crate::pseudonym::Key;
use crate::{Rules, Tools, archive, backup, census, quarantine, rewrite, scan, swap};

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Job {
    /// PostgreSQL's programs.
    pub tools: Tools,
    /// What becomes of every column.
    pub rules: Rules,
    /// What pseudonyms depend on.
    pub key: Key,
    /// Folder with the backups.
    pub backups: PathBuf,
    /// Address of the quarantine server, with a superuser.
    pub quarantine: String,
    /// Where the archive goes.
    pub out: PathBuf,
    /// Address of the server whose database it is to become; without it, the archive is all.
    pub target: Option<String>,
}

/// What was done. It is written beside the archive.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The database.
    pub database: String,
    /// When the backup was made.
    #[serde(with = "time::serde::rfc3339")]
    pub backup_made: OffsetDateTime,
    /// When it was sanitised.
    #[serde(with = "time::serde::rfc3339")]
    pub sanitised: OffsetDateTime,
    /// The newest migration it has had.
    pub schema_version: i64,
    /// How many originals were looked for and not found.
    pub originals: usize,
    /// How many lines of the archive were read for it.
    pub lines: usize,
    /// The archive.
    pub archive: PathBuf,
    /// Rules for what is not there any more.
    pub stale_rules: Vec<String>,
}

/// Does it. On a failure nothing of the quarantine is left, no archive, and the target is as it was.
pub async fn run(job: &Job, now: OffsetDateTime) -> anyhow::Result<Report> {
    let backup = backup::newest(&job.tools, &job.backups, &job.rules.database, now).await?;
    tracing::info!(database = job.rules.database, made = %backup.made, "restoring");
    let done = sanitise(job, &backup, now).await;
    let discarded = quarantine::discard(&job.rules, &job.quarantine).await;
    let report = done?;
    discarded.context("the quarantine could not be emptied")?;
    if let Some(target) = &job.target {
        swap::swap(&job.tools, &job.rules, &report.archive, target)
            .await
            .context("the target keeps what it had")?;
        tracing::info!(database = job.rules.database, "swapped in");
    }
    Ok(report)
}

async fn sanitise(job: &Job, backup: &backup::Backup, now: OffsetDateTime) -> anyhow::Result<Report> {
    let restored = quarantine::restore(&job.tools, &job.rules, backup, &job.quarantine).await?;
    let mut connection = PgConnection::connect(&restored).await?;
    let stale_rules = census::check(&job.rules, &mut connection).await?;
    let schema_version = archive::schema_version(&mut connection).await?;
    tracing::info!(database = job.rules.database, schema_version, "rewriting");
    let originals = rewrite::rewrite(&job.rules, &job.key, &mut connection).await?;
    connection.close().await?;
    let path = archive::write(
        &job.tools,
        &job.rules,
        &restored,
        backup.made,
        schema_version,
        &job.out,
    )
    .await?;
    tracing::info!(database = job.rules.database, "scanning");
    let (tools, scanned_path) = (job.tools.clone(), path.clone());
    let scanned = tokio::task::spawn_blocking(move || scan::scan(&tools, &scanned_path, &originals)).await?;
    let scanned = scanned.inspect_err(|_| {
        // What may hold people does not lie about.
        let _ = std::fs::remove_file(&path);
    })?;
    let report = Report {
        database: job.rules.database.clone(),
        backup_made: backup.made,
        sanitised: now,
        schema_version,
        originals: scanned.originals,
        lines: scanned.lines,
        archive: path.clone(),
        stale_rules,
    };
    std::fs::write(path.with_extension("json"), serde_json::to_vec_pretty(&report)?)?;
    Ok(report)
}
