#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use auth::Staff as Employee;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use catalog_store::{BulkError, Imported, import_rows};
use contracts::catalog::{BillRow, BulkReport, ComponentRow, StockLevelRow, UnitRow};
use garde::Validate;
use kernel::Text;
use problem::{IdempotencyKey, Json, Path, Problem, ProblemBody, Query, kinds};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::super::{AssortmentMakers, Staff};
use super::export::What;
use super::format::{Columns, Format, Subject};
use super::source::Source;
use crate::problems;
use crate::staff::assortment::Editing;

/// How to read the file.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// Format of the file.
    #[garde(skip)]
    format: Format,
    /// Whether it is only tried; false by default.
    #[garde(skip)]
    #[serde(default)]
    dry_run: bool,
}

/// Brings a file in, all or nothing, while it comes: up to 200 MiB, rows up to 256 KiB. What is there is changed, what
/// is not is made, what the file does not name stays. A bill takes the place of the whole one before. Cells may be
/// parted by commas or semicolons. The same file again with the same `Idempotency-Key` changes nothing. What is wrong
/// is told row by row: `faults` has the first 1,000, `total` their number. For the roles assortment and administrator.
#[utoipa::path(
    post, path = "/api/staff/v1/catalog/imports/{subject}", tag = "bulk",
    operation_id = "staff_import",
    params(What, ImportQuery, ("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters")),
    request_body(content(
        (String = "text/csv", example = "sku,warehouse,shelf,on_hand\r\nLEG-WHT,MSK,A-1,6\r\n"),
        (String = "application/x-ndjson", example =
            "{\"sku\":\"LEG-WHT\",\"warehouse\":\"MSK\",\"shelf\":\"A-1\",\"on_hand\":6}\n"),
    )),
    responses(
        (status = 200, description = "It is brought in, or would be", body = BulkReport),
        (status = 400, description = "The key is missing, or the upload broke off", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 413, description = "The file is too large", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 415, description = "The content type is not that of the format", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "import-refused: `faults` of type `RowFault` say what is wrong; or a parameter is, \
                                      or the key was used for another file",
            body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    employee: Employee<AssortmentMakers>,
    Path(What { subject }): Path<What>,
    Query(query): Query<ImportQuery>,
    IdempotencyKey(key): IdempotencyKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<BulkReport>, Problem> {
    check_type(&headers, query.format)?;
    let call = Call {
        staff: &staff,
        login: employee.login(),
        key: &key,
        query: &query,
    };
    let report = match subject {
        Subject::Components => call.import::<ComponentRow>(body).await,
        Subject::Units => call.import::<UnitRow>(body).await,
        Subject::Bills => call.import::<BillRow>(body).await,
        Subject::Stock => call.import::<StockLevelRow>(body).await,
    };
    report.map(Json).map_err(refused)
}

struct Call<'a> {
    staff: &'a Staff,
    login: &'a str,
    key: &'a str,
    query: &'a ImportQuery,
}

impl Call<'_> {
    async fn import<R>(&self, body: Body) -> Result<BulkReport, BulkError>
    where
        R: Imported + Columns + DeserializeOwned,
    {
        let editing = Editing::by(self.staff, self.login);
        let mut rows = Source::<R>::new(body, self.query.format);
        let report = import_rows(
            &self.staff.pg,
            &editing.editor(),
            self.key,
            self.query.dry_run,
            &mut rows,
        )
        .await?;
        editing.done();
        Ok(report)
    }
}

fn check_type(headers: &HeaderMap, format: Format) -> Result<(), Problem> {
    let wanted = format.content_type().split(';').next().unwrap_or_default();
    let given = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.split(';').next()).map(str::trim);
    if given.is_some_and(|given| given.eq_ignore_ascii_case(wanted)) {
        return Ok(());
    }
    Err(Problem::new(&kinds::UNSUPPORTED_MEDIA).detail(Text::new(
        format!("Нужен заголовок Content-Type: {wanted}"),
        format!("The header Content-Type must be {wanted}"),
    )))
}

fn refused(error: BulkError) -> Problem {
    match error {
        BulkError::Refused(faults) => Problem::new(&problems::IMPORT_REFUSED)
            .detail(Text::new(
                format!("Ошибок: {}. Ничего не изменено.", faults.total),
                format!("{} faults. Nothing was changed.", faults.total),
            ))
            .ext("faults", &faults.told)
            .ext("total", &faults.total),
        BulkError::Unread => Problem::new(&kinds::MALFORMED).detail(Text::new(
            "Файл не дочитан. Ничего не изменено.",
            "The upload broke off. Nothing was changed.",
        )),
        BulkError::TooLarge => Problem::new(&kinds::TOO_LARGE),
        BulkError::KeyReused => Problem::new(&kinds::IDEMPOTENCY_REUSED),
        // A trial is a report, not a refusal.
        BulkError::Tried(_) => Problem::internal("a trial was told as a refusal"),
        BulkError::Database(error) => problems::database(error),
    }
}
