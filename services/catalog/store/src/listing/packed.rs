//! Rows of lists as the database packs them (`listing_packed` in the migrations).

use std::ops::Range;
use std::sync::Arc;

use uuid::Uuid;

/// When PostgreSQL's time begins, in microseconds of Unix time.
const EPOCH_US: i64 = 946_684_800_000_000;
/// Bytes of a number's property and its value.
const NUMBER: usize = 12;

/// A row that may match, with everything that decides. Its lists are read where they lie, since hundreds of rows are looked
/// at for a page.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub id: Uuid,
    pub color: i32,
    pub material: i32,
    pub available: bool,
    pub price: Option<i64>,
    /// In microseconds of Unix time.
    pub created_at: i64,
    /// What was read with it.
    all: Arc<[u8]>,
    path: Range<usize>,
    props: Range<usize>,
    numbers: Range<usize>,
}

impl Row {
    /// Keys of the categories from the root to its own.
    pub(crate) fn path(&self) -> impl Iterator<Item = i32> {
        let (keys, _) = self.all[self.path.clone()].as_chunks();
        keys.iter().map(|key| i32::from_be_bytes(*key))
    }

    /// Values of properties, `(property << 20) | value`.
    pub(crate) fn props(&self) -> impl Iterator<Item = i64> {
        let (terms, _) = self.all[self.props.clone()].as_chunks();
        terms.iter().map(|term| i64::from_be_bytes(*term))
    }

    /// The number that a property has; `None` when it has none.
    pub(crate) fn number(&self, property: i32) -> Option<f64> {
        let (numbers, _) = self.all[self.numbers.clone()].as_chunks::<NUMBER>();
        numbers.iter().find_map(|number| {
            let (key, value) = number.split_first_chunk()?;
            let value = f64::from_be_bytes(value.try_into().ok()?);
            (i32::from_be_bytes(*key) == property).then_some(value)
        })
    }
}

/// What is not read yet.
struct Rest<'a> {
    all: &'a Arc<[u8]>,
    at: usize,
}

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, _) = self.all.get(self.at..)?.split_first_chunk()?;
        self.at += N;
        Some(*taken)
    }

    fn int(&mut self) -> Option<i32> {
        self.take().map(i32::from_be_bytes)
    }

    fn long(&mut self) -> Option<i64> {
        self.take().map(i64::from_be_bytes)
    }

    /// Where a list of elements of so many bytes lies.
    fn list(&mut self, size: usize) -> Option<Range<usize>> {
        let length = usize::try_from(self.int()?).ok()?.checked_mul(size)?;
        let end = self.at.checked_add(length).filter(|&end| end <= self.all.len())?;
        let list = self.at..end;
        self.at = end;
        Some(list)
    }

    fn row(&mut self) -> Option<Row> {
        let id = Uuid::from_bytes(self.take()?);
        let (color, material) = (self.int()?, self.int()?);
        let available = self.take::<1>()? != [0];
        let price = Some(self.long()?).filter(|&price| price >= 0);
        let created_at = self.long()?.checked_add(EPOCH_US)?;
        Some(Row {
            id,
            color,
            material,
            available,
            price,
            created_at,
            path: self.list(size_of::<i32>())?,
            props: self.list(size_of::<i64>())?,
            numbers: self.list(NUMBER)?,
            all: Arc::clone(self.all),
        })
    }
}

/// The rows that were packed one behind the other; an error when they were packed otherwise. `None` holds none, as
/// aggregates of no rows are.
pub(super) fn unpack(packed: Option<Vec<u8>>) -> Result<Vec<Row>, sqlx::Error> {
    let all = Arc::from(packed.unwrap_or_default());
    let mut rest = Rest { all: &all, at: 0 };
    let mut rows = Vec::new();
    while rest.at < all.len() {
        let row = rest
            .row()
            .ok_or_else(|| sqlx::Error::Decode("a row of a list that was packed otherwise".into()))?;
        rows.push(row);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row as the database packs it.
    fn packed() -> Vec<u8> {
        let mut bytes = vec![7; 16];
        bytes.extend(1_i32.to_be_bytes());
        bytes.extend(2_i32.to_be_bytes());
        bytes.push(1);
        bytes.extend((-1_i64).to_be_bytes());
        bytes.extend(1_500_000_i64.to_be_bytes());
        bytes.extend([0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 6]);
        bytes.extend([0, 0, 0, 1]);
        bytes.extend(((9_i64 << 20) | 3).to_be_bytes());
        bytes.extend([0, 0, 0, 1, 0, 0, 0, 8]);
        bytes.extend(2.5_f64.to_be_bytes());
        bytes
    }

    #[test]
    fn a_row_is_read_as_it_was_packed() {
        let rows = unpack(Some([packed(), packed()].concat())).expect("two rows");
        assert_eq!(rows.len(), 2);
        let row = &rows[1];
        assert_eq!(
            (row.id, row.color, row.material),
            (Uuid::from_bytes([7; 16]), 1, 2)
        );
        assert_eq!((row.available, row.price), (true, None));
        let created_at = time::macros::datetime!(2000-01-01 00:00:01.5 UTC);
        assert_eq!(
            i128::from(row.created_at) * 1_000,
            created_at.unix_timestamp_nanos()
        );
        assert_eq!(row.path().collect::<Vec<_>>(), [5, 6]);
        assert_eq!(row.props().collect::<Vec<_>>(), [(9 << 20) | 3]);
        assert_eq!((row.number(8), row.number(9)), (Some(2.5), None));
    }

    #[test]
    fn nothing_is_no_row() {
        assert!(unpack(None).expect("no row").is_empty());
    }

    #[test]
    fn what_is_longer_or_shorter_is_no_row() {
        let whole = packed();
        for length in 1..whole.len() {
            assert!(unpack(Some(whole[..length].to_vec())).is_err(), "{length} bytes");
        }
        assert!(unpack(Some([&whole[..], &[0]].concat())).is_err());
        // Lengths that nothing follows, and one below zero.
        for lie in [[0, 0, 0, 255], [127, 255, 255, 255], [255, 255, 255, 255]] {
            let mut lying = whole.clone();
            let last = lying.len() - 16;
            lying[last..last + 4].copy_from_slice(&lie);
            assert!(unpack(Some(lying)).is_err(), "{lie:?}");
        }
    }
}
