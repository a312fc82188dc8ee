#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use auth::Staff as Employee;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use catalog_store::{Exported, export_page};
use contracts::catalog::{BillRow, ComponentRow, StockLevelRow, UnitRow};
use futures_util::stream;
use garde::Validate;
use pg::Pg;
use problem::{Path, Problem, ProblemBody, Query};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::super::{AssortmentMakers, Staff};
use super::csv;
use super::format::{Columns, Format, Subject};
use crate::problems;

/// What to export.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct What {
    /// What kind of rows.
    pub(super) subject: Subject,
}

/// How to write it.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// Format of the file.
    #[garde(skip)]
    format: Format,
}

/// The whole assortment, or what lies on all shelves, as a file that is written while it is read, in the order of what
/// its rows are known by. What is deleted is left out. The rows are `ComponentRow`, `UnitRow`, `BillRow` or
/// `StockLevelRow`. For the roles assortment and administrator.
#[utoipa::path(
    get, path = "/api/staff/v1/catalog/exports/{subject}", tag = "bulk",
    operation_id = "staff_export",
    params(What, ExportQuery),
    responses(
        (status = 200, description = "The file. An answer that breaks off is not whole: it does not end as HTTP says",
            content(
                (String = "text/csv", example = "sku,warehouse,shelf,on_hand\r\nLEG-WHT,MSK,A-1,6\r\n"),
                (String = "application/x-ndjson", example =
                    "{\"sku\":\"LEG-WHT\",\"warehouse\":\"MSK\",\"shelf\":\"A-1\",\"on_hand\":6}\n"),
            )),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A parameter is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    _: Employee<AssortmentMakers>,
    Path(What { subject }): Path<What>,
    Query(ExportQuery { format }): Query<ExportQuery>,
) -> Result<Response, Problem> {
    let (name, body) = match subject {
        Subject::Components => ("components", file::<ComponentRow>(staff.pg, format).await?),
        Subject::Units => ("units", file::<UnitRow>(staff.pg, format).await?),
        Subject::Bills => ("bills", file::<BillRow>(staff.pg, format).await?),
        Subject::Stock => ("stock", file::<StockLevelRow>(staff.pg, format).await?),
    };
    let disposition = format!("attachment; filename=\"{name}.{}\"", format.extension());
    let headers = [
        (header::CONTENT_TYPE, format.content_type().to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, body).into_response())
}

/// Where an export is.
struct Writing<R: Exported> {
    pg: Pg,
    format: Format,
    next: Option<R::Place>,
}

/// The file, a page of rows at a time: one is in memory, and the next is read when the caller has taken it. The first
/// is read here, so that a database that does not answer is a problem and not half a file.
async fn file<R: Exported + Columns>(pg: Pg, format: Format) -> Result<Body, Problem> {
    let mut writing = Writing::<R> {
        pg,
        format,
        next: Some(R::Place::default()),
    };
    let mut first = match format {
        Format::Csv => {
            let mut names = String::new();
            csv::line(&mut names, R::COLUMNS.iter().copied());
            names.into_bytes()
        }
        Format::Jsonl => Vec::new(),
    };
    let page = writing.page().await.map_err(problems::database)?;
    first.extend(page.unwrap_or_default());
    let rest = stream::try_unfold(writing, async |mut writing: Writing<R>| {
        let page = writing.page().await;
        match page {
            Ok(page) => Ok(page.map(|page| (Bytes::from(page), writing))),
            Err(error) => {
                tracing::warn!(%error, "an export broke off");
                Err(error)
            }
        }
    });
    let first = stream::once(std::future::ready(Ok(Bytes::from(first))));
    Ok(Body::from_stream(futures_util::StreamExt::chain(first, rest)))
}

impl<R: Exported + Columns> Writing<R> {
    /// The next rows as they are written; `None` after the last. Owners without lines make empty pages, which are passed
    /// by: an empty piece of a body would say that it has ended.
    async fn page(&mut self) -> Result<Option<Vec<u8>>, pg::sqlx::Error> {
        let mut text = String::new();
        while text.is_empty() {
            let Some(after) = self.next.take() else {
                return Ok(None);
            };
            let (rows, next) = export_page::<R>(&self.pg, &after).await?;
            self.next = next;
            for row in &rows {
                write(row, self.format, &mut text).map_err(|error| pg::sqlx::Error::Encode(error.into()))?;
            }
        }
        Ok(Some(text.into_bytes()))
    }
}

fn write<R: Columns>(row: &R, format: Format, text: &mut String) -> Result<(), serde_json::Error> {
    let row = serde_json::to_value(row)?;
    match format {
        Format::Csv => {
            let cells: Vec<String> = R::COLUMNS
                .iter()
                .map(|name| csv::cell(row.get(name).unwrap_or(&Value::Null)))
                .collect();
            csv::line(text, cells.iter().map(String::as_str));
        }
        Format::Jsonl => {
            text.push_str(&row.to_string());
            text.push('\n');
        }
    }
    Ok(())
}
