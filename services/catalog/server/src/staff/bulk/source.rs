use std::marker::PhantomData;

use axum::body::{Body, BodyDataStream};
use catalog_store::{BulkError, RowFaults, Rows};
use futures_util::StreamExt as _;
use kernel::Text;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::csv_read::{CsvRows, LONGEST, TooLong};
use super::format::{Columns, Format};

/// The largest file, in bytes.
const LARGEST: u64 = 200 * 1024 * 1024;
/// Rows handed on together.
const CHUNK: usize = 1_000;

/// Columns that are not text.
const NUMBERS: [&str; 8] = [
    "height_mm",
    "width_mm",
    "depth_mm",
    "weight_g",
    "quantity",
    "on_hand",
    "cost_amount",
    "override_amount",
];
const FLAGS: [&str; 2] = ["assembly", "required"];
const LISTS: [&str; 1] = ["substitutes"];
const OBJECTS: [&str; 1] = ["properties"];

/// The rows of an upload, read while it comes.
pub(super) struct Source<R> {
    body: BodyDataStream,
    bytes: u64,
    digest: Sha256,
    reader: Reader,
    ready: Vec<(i64, R)>,
    ended: bool,
    of: PhantomData<R>,
}

enum Reader {
    Csv {
        rows: Box<CsvRows>,
        /// The columns' names, once their line was read.
        names: Option<Vec<String>>,
    },
    Jsonl {
        line: i64,
        held: Vec<u8>,
    },
}

impl<R> Source<R> {
    pub(super) fn new(body: Body, format: Format) -> Self {
        Self {
            body: body.into_data_stream(),
            bytes: 0,
            digest: Sha256::new(),
            reader: match format {
                Format::Csv => Reader::Csv {
                    rows: Box::new(CsvRows::new()),
                    names: None,
                },
                Format::Jsonl => Reader::Jsonl {
                    line: 0,
                    held: Vec::new(),
                },
            },
            ready: Vec::new(),
            ended: false,
            of: PhantomData,
        }
    }
}

impl<R: DeserializeOwned + Columns + Send> Rows<R> for Source<R> {
    async fn chunk(&mut self, faults: &mut RowFaults) -> Result<Option<Vec<(i64, R)>>, BulkError> {
        while self.ready.len() < CHUNK && !self.ended {
            match self.body.next().await {
                Some(Ok(piece)) => {
                    self.bytes += piece.len() as u64;
                    if self.bytes > LARGEST {
                        return Err(BulkError::TooLarge);
                    }
                    self.digest.update(&piece);
                    if !piece.is_empty() {
                        self.take(&piece, faults)?;
                    }
                }
                // Half a file is none, whatever it says.
                Some(Err(_)) => return Err(BulkError::Unread),
                None => {
                    self.ended = true;
                    self.take(&[], faults)?;
                }
            }
        }
        if self.ready.is_empty() {
            return Ok(None);
        }
        let most = self.ready.len().min(CHUNK);
        Ok(Some(self.ready.drain(..most).collect()))
    }

    fn digest(&self) -> Vec<u8> {
        self.digest.clone().finalize().to_vec()
    }
}

impl<R: DeserializeOwned + Columns> Source<R> {
    /// Reads the rows of a piece; an empty one is the end.
    fn take(&mut self, piece: &[u8], faults: &mut RowFaults) -> Result<(), BulkError> {
        match &mut self.reader {
            Reader::Csv { rows, names } => {
                let mut read = Vec::new();
                let outcome = rows.feed(piece, &mut read);
                for (line, cells) in read {
                    let Some(cells) = cells.into_iter().collect::<Option<Vec<String>>>() else {
                        not_utf8(line, faults);
                        continue;
                    };
                    match names {
                        None => *names = Some(head::<R>(line, cells, faults)?),
                        Some(names) => {
                            if let Some(value) = object(line, names, cells, faults) {
                                row(line, value, &mut self.ready, faults);
                            }
                        }
                    }
                }
                outcome.map_err(|TooLong { line }| refused(line, "too_long", too_long()))
            }
            Reader::Jsonl { line, held } => {
                let mut rest = piece;
                while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                    held.extend_from_slice(&rest[..end]);
                    rest = &rest[end + 1..];
                    *line += 1;
                    json(*line, held, &mut self.ready, faults);
                    held.clear();
                }
                held.extend_from_slice(rest);
                if held.len() > LONGEST {
                    return Err(refused(*line + 1, "too_long", too_long()));
                }
                if piece.is_empty() {
                    json(*line + 1, held, &mut self.ready, faults);
                    held.clear();
                }
                Ok(())
            }
        }
    }
}

fn too_long() -> Text {
    let kib = LONGEST / 1024;
    Text::new(
        format!("строка длиннее {kib} КиБ"),
        format!("longer than {kib} KiB"),
    )
}

/// What makes the rest of the file unreadable.
fn refused(line: i64, code: &'static str, message: Text) -> BulkError {
    let mut faults = RowFaults::default();
    faults.push(line, "", code, message);
    BulkError::Refused(faults)
}

fn not_utf8(line: i64, faults: &mut RowFaults) {
    faults.push(line, "", "encoding", Text::new("не UTF-8", "not UTF-8"));
}

/// The names of the columns: all there are, in any order, each once.
fn head<R: Columns>(line: i64, names: Vec<String>, _: &mut RowFaults) -> Result<Vec<String>, BulkError> {
    let mut faults = RowFaults::default();
    for (place, name) in names.iter().enumerate() {
        if !R::COLUMNS.contains(&&**name) || names[..place].contains(name) {
            let message = Text::new("лишний столбец", "this column is not one, or is there twice");
            faults.push(line, name.clone(), "unknown_column", message);
        }
    }
    for wanted in R::COLUMNS {
        if !names.iter().any(|name| name == wanted) {
            let message = Text::new("столбца нет", "the column is missing");
            faults.push(line, *wanted, "missing_column", message);
        }
    }
    if faults.total > 0 {
        return Err(BulkError::Refused(faults));
    }
    Ok(names)
}

/// Cells as the object that they stand for.
fn object(line: i64, names: &[String], cells: Vec<String>, faults: &mut RowFaults) -> Option<Value> {
    if cells.len() != names.len() {
        let message = Text::new(
            format!("ячеек {}, а столбцов {}", cells.len(), names.len()),
            format!("{} cells for {} columns", cells.len(), names.len()),
        );
        faults.push(line, "", "cells", message);
        return None;
    }
    let mut members = Map::new();
    let mut sound = true;
    for (name, cell) in names.iter().zip(cells) {
        if let Some(value) = value(name, &cell) {
            members.insert(name.clone(), value);
        } else {
            sound = false;
            let message = Text::new("значение не того вида", "the value is of another kind");
            faults.push(line, name.clone(), "malformed", message);
        }
    }
    sound.then_some(Value::Object(members))
}

fn value(name: &str, cell: &str) -> Option<Value> {
    if LISTS.contains(&name) {
        return Some(cell.split_whitespace().map(Value::from).collect());
    }
    if OBJECTS.contains(&name) {
        let text = if cell.is_empty() { "{}" } else { cell };
        return serde_json::from_str(text).ok().filter(Value::is_object);
    }
    if cell.is_empty() {
        return Some(Value::Null);
    }
    if NUMBERS.contains(&name) {
        return cell.trim().parse::<i64>().ok().map(Value::from);
    }
    if FLAGS.contains(&name) {
        return cell.trim().parse::<bool>().ok().map(Value::from);
    }
    Some(cell.into())
}

fn json<R: DeserializeOwned>(line: i64, text: &[u8], ready: &mut Vec<(i64, R)>, faults: &mut RowFaults) {
    let Ok(text) = std::str::from_utf8(text) else {
        return not_utf8(line, faults);
    };
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return;
    }
    match serde_json::from_str(text) {
        Ok(value) => row(line, value, ready, faults),
        Err(error) => {
            let at = error.column();
            let message = Text::new(
                format!("не JSON, символ {at}"),
                format!("not JSON at column {at}"),
            );
            faults.push(line, "", "malformed", message);
        }
    }
}

fn row<R: DeserializeOwned>(line: i64, value: Value, ready: &mut Vec<(i64, R)>, faults: &mut RowFaults) {
    if has_nul(&value) {
        let message = Text::new("символ NUL недопустим", "NUL characters are not allowed");
        return faults.push(line, "", "malformed", message);
    }
    match serde_path_to_error::deserialize(value) {
        Ok(row) => ready.push((line, row)),
        Err(error) => {
            let field = error.path().to_string();
            let field = if field == "." { String::new() } else { field };
            let reason = error.inner().to_string();
            faults.push(
                line,
                field,
                "malformed",
                Text::new(format!("не подходит: {reason}"), reason),
            );
        }
    }
}

/// PostgreSQL cannot keep them.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}
