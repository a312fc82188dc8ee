//! Reads comma-separated values piece by piece.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::csv::unguarded;

/// The longest row, in bytes.
pub(super) const LONGEST: usize = 256 * 1024;
const MOST_CELLS: usize = 64;

/// A row with the line where it begins; `None` for cells that are not UTF-8.
pub(super) type Row = (i64, Vec<Option<String>>);

/// Why a file cannot be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLong {
    /// Where.
    pub line: i64,
}

/// Rows of a file that comes in pieces. It holds a row at most.
pub(super) struct CsvRows {
    core: Option<Reader>,
    /// What came before the end of the first line, which says by what cells are parted.
    first: Vec<u8>,
    cells: Vec<u8>,
    ends: Vec<usize>,
    filled: usize,
    ended: usize,
    newlines: i64,
    last: u8,
}

impl CsvRows {
    pub(super) fn new() -> Self {
        Self {
            core: None,
            first: Vec::new(),
            cells: vec![0; LONGEST],
            ends: vec![0; MOST_CELLS],
            filled: 0,
            ended: 0,
            newlines: 0,
            last: b'\n',
        }
    }

    /// Takes the next piece; an empty one is the end.
    pub(super) fn feed(&mut self, piece: &[u8], rows: &mut Vec<Row>) -> Result<(), TooLong> {
        if self.core.is_some() {
            return self.read(piece, rows);
        }
        self.first.extend_from_slice(piece);
        if !piece.is_empty() && !self.first.contains(&b'\n') {
            return if self.first.len() > LONGEST {
                Err(TooLong { line: 1 })
            } else {
                Ok(())
            };
        }
        let first = std::mem::take(&mut self.first);
        let head = first.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let count = |wanted: u8| head.split(|byte| *byte == wanted).count();
        let delimiter = if count(b';') > count(b',') { b';' } else { b',' };
        self.core = Some(ReaderBuilder::new().delimiter(delimiter).build());
        let head = first.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&first);
        self.read(head, rows)?;
        if piece.is_empty() && !head.is_empty() {
            self.read(&[], rows)?;
        }
        Ok(())
    }

    fn read(&mut self, mut piece: &[u8], rows: &mut Vec<Row>) -> Result<(), TooLong> {
        let Some(core) = &mut self.core else {
            return Ok(());
        };
        let at_end = piece.is_empty();
        loop {
            let (result, taken, filled, ended) = core.read_record(
                piece,
                &mut self.cells[self.filled..],
                &mut self.ends[self.ended..],
            );
            for byte in &piece[..taken] {
                self.newlines += i64::from(*byte == b'\n');
                self.last = *byte;
            }
            piece = &piece[taken..];
            self.filled += filled;
            self.ended += ended;
            match result {
                ReadRecordResult::InputEmpty | ReadRecordResult::End => return Ok(()),
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    return Err(TooLong {
                        line: self.newlines + 1,
                    });
                }
                ReadRecordResult::Record => {
                    let text = &self.cells[..self.filled];
                    let inside = text.split(|byte| *byte == b'\n').count() - 1;
                    let ended_here = i64::from(self.last == b'\n');
                    let line = self.newlines + 1 - ended_here - i64::try_from(inside).unwrap_or_default();
                    let mut from = 0;
                    let cells = self.ends[..self.ended].iter().map(|&to| {
                        let cell = std::str::from_utf8(&text[from..to]).ok();
                        from = to;
                        cell.map(|cell| unguarded(cell).to_owned())
                    });
                    rows.push((line, cells.collect()));
                    self.filled = 0;
                    self.ended = 0;
                }
            }
            // An empty piece would be the end.
            if piece.is_empty() && !at_end {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], size: usize) -> Vec<(i64, Vec<String>)> {
        let (mut reader, mut rows) = (CsvRows::new(), Vec::new());
        for piece in text.chunks(size) {
            reader.feed(piece, &mut rows).expect("short rows");
        }
        reader.feed(&[], &mut rows).expect("the end");
        rows.into_iter()
            .map(|(line, cells)| (line, cells.into_iter().map(|cell| cell.expect("UTF-8")).collect()))
            .collect()
    }

    #[test]
    fn rows_come_whole_however_they_are_cut() {
        let row = |line, cells: &[&str]| (line, cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>());
        let expected = [
            row(1, &["a", "b"]),
            row(2, &["1", "two\nlines; \"quoted\""]),
            row(4, &["=1", ""]),
            row(5, &["ё", "'x"]),
        ];
        for end in ["\n", "\r\n"] {
            for delimiter in [",", ";"] {
                let lines = [
                    "a,b".replace(',', delimiter),
                    format!("1{delimiter}\"two\nlines; \"\"quoted\"\"\""),
                    format!("'=1{delimiter}"),
                    format!("ё{delimiter}''x"),
                ];
                let text = format!("\u{feff}{}", lines.join(end));
                for size in [1, 2, 3, 7, 1_000] {
                    assert_eq!(
                        read(text.as_bytes(), size),
                        expected,
                        "{end:?} {delimiter} {size}"
                    );
                    let closed = format!("{text}{end}");
                    assert_eq!(
                        read(closed.as_bytes(), size),
                        expected,
                        "{end:?} {delimiter} {size}"
                    );
                }
            }
        }
        assert!(read(b"", 1).is_empty());
    }

    #[test]
    fn a_row_without_end_is_refused() {
        let (mut reader, mut rows) = (CsvRows::new(), Vec::new());
        reader.feed(b"a,b\n\"", &mut rows).expect("a head");
        let long = vec![b'x'; LONGEST + 1];
        assert_eq!(reader.feed(&long, &mut rows), Err(TooLong { line: 2 }));
    }
}
