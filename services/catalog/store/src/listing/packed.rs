//! Rows of lists as the database packs them (`listing_packed` in the migrations).

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::filter::Row;

/// When PostgreSQL's time begins.
const EPOCH: i64 = 946_684_800;

/// What is not read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn int(&mut self) -> Option<i32> {
        self.take().map(i32::from_be_bytes)
    }

    fn long(&mut self) -> Option<i64> {
        self.take().map(i64::from_be_bytes)
    }

    fn list<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = usize::try_from(self.int()?).ok()?;
        // Not more than the bytes that there are, whatever the length says.
        let mut list = Vec::with_capacity(length.min(self.0.len()));
        for _ in 0..length {
            list.push(one(self)?);
        }
        Some(list)
    }
}

/// The row that was packed; an error when it was packed otherwise.
pub(super) fn unpack(packed: &[u8]) -> Result<Row, sqlx::Error> {
    let mut rest = Rest(packed);
    row(&mut rest)
        .filter(|_| rest.0.is_empty())
        .ok_or_else(|| sqlx::Error::Decode("a row of a list that was packed otherwise".into()))
}

fn row(rest: &mut Rest<'_>) -> Option<Row> {
    let id = Uuid::from_bytes(rest.take()?);
    let (color, material) = (rest.int()?, rest.int()?);
    let available = rest.take::<1>()? != [0];
    let price = Some(rest.long()?).filter(|&price| price >= 0);
    let since = Duration::microseconds(rest.long()?);
    let path = rest.list(Rest::int)?;
    let props = rest.list(Rest::long)?;
    let numbers = rest.list(|rest| Some((rest.int()?, f64::from_be_bytes(rest.take()?))))?;
    let (number_props, number_values) = numbers.into_iter().unzip();
    Some(Row {
        id,
        path,
        color,
        material,
        available,
        price,
        created_at: OffsetDateTime::from_unix_timestamp(EPOCH)
            .ok()?
            .checked_add(since)?,
        props,
        number_props,
        number_values,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row without lists, as the database packs it.
    fn packed() -> Vec<u8> {
        let mut bytes = vec![7; 16];
        bytes.extend(1_i32.to_be_bytes());
        bytes.extend(2_i32.to_be_bytes());
        bytes.push(1);
        bytes.extend((-1_i64).to_be_bytes());
        bytes.extend(1_500_000_i64.to_be_bytes());
        bytes.extend([0; 12]);
        bytes
    }

    #[test]
    fn a_row_is_what_was_packed() {
        let row = unpack(&packed()).expect("a row");
        assert_eq!(
            (row.id, row.color, row.material),
            (Uuid::from_bytes([7; 16]), 1, 2)
        );
        assert_eq!((row.available, row.price), (true, None));
        assert_eq!(row.created_at, time::macros::datetime!(2000-01-01 00:00:01.5 UTC));
        assert!(row.path.is_empty() && row.props.is_empty() && row.number_props.is_empty());
    }

    #[test]
    fn what_is_longer_or_shorter_is_no_row() {
        let whole = packed();
        for length in 0..whole.len() {
            assert!(unpack(&whole[..length]).is_err(), "{length} bytes");
        }
        assert!(unpack(&[&whole[..], &[0]].concat()).is_err());
        // A length that nothing follows.
        let mut lying = whole;
        let last = lying.len() - 1;
        lying[last] = 255;
        assert!(unpack(&lying).is_err());
    }
}
