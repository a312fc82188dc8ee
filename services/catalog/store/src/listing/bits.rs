use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::PgConnection;

/// Units of a chunk: the length of `search_chunk.units`.
pub(super) const CHUNK: i64 = 2_000;
/// Units of a part of a chunk that are read together (it stands in statements, too).
pub(super) const SLICE: i64 = 250;
/// How PostgreSQL sends the bits of a chunk: their number in four bytes, then eight a byte.
const SENT: usize = 4 + 250;
/// What is kept at most: a word of 1,000,000 units takes 128 KB.
const KEPT: usize = 16 << 20;
/// Whoever asks for less than this part of all chunks does not read the others.
const PART: usize = 8;

/// The units of a chunk that have something, the first in the highest bit.
pub(super) type Units = [u64; 32];

/// Which units have a word, a place or a price.
#[derive(Debug, Default)]
pub(super) struct Bits {
    /// Ascending.
    chunks: Vec<i32>,
    units: Vec<Units>,
}

impl Bits {
    fn bytes(&self) -> usize {
        self.chunks.len() * (size_of::<Units>() + size_of::<i32>())
    }

    fn new(chunks: Vec<i32>, sent: &[u8]) -> Self {
        let units = sent.chunks(SENT).map(received).collect();
        Self { chunks, units }
    }
}

fn received(sent: &[u8]) -> Units {
    let mut units = Units::default();
    let words = sent.get(4..).unwrap_or_default().chunks(8);
    for (unit, bytes) in units.iter_mut().zip(words) {
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        *unit = u64::from_be_bytes(word);
    }
    units
}

/// Bits as they were read while the [`ListingWords`](super::words::ListingWords) were fresh: most people look for the same
/// few words, and which units have them changes slowly.
#[derive(Debug, Default)]
pub(crate) struct KnownBits(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    bits: HashMap<String, Arc<Bits>>,
    bytes: usize,
}

impl KnownBits {
    /// The bits of each of the lexemes, in the chunks between two, of `all` there are, at least. One statement, none where
    /// all of them are known.
    pub(super) async fn read(
        &self,
        conn: &mut PgConnection,
        lexemes: &[&str],
        chunks: &RangeInclusive<i32>,
        all: i32,
    ) -> Result<HashMap<String, Arc<Bits>>, sqlx::Error> {
        let mut found = self.known(lexemes);
        let mut unknown: Vec<&str> = lexemes
            .iter()
            .copied()
            .filter(|&lexeme| !found.contains_key(lexeme))
            .collect();
        if unknown.is_empty() {
            return Ok(found);
        }
        unknown.sort_unstable();
        unknown.dedup();
        let wanted = usize::try_from(chunks.end().min(&all) - chunks.start() + 1).unwrap_or_default();
        let is_part = wanted * PART < usize::try_from(all).unwrap_or_default();
        let read = if is_part {
            read(conn, &unknown, chunks).await?
        } else {
            read(conn, &unknown, &(0..=i32::MAX)).await?
        };
        let mut read: HashMap<String, Arc<Bits>> = read
            .into_iter()
            .map(|(lexeme, bits)| (lexeme, Arc::new(bits)))
            .collect();
        for lexeme in unknown {
            read.entry(lexeme.to_owned()).or_default();
        }
        if !is_part {
            self.keep(&read);
        }
        found.extend(read);
        Ok(found)
    }

    fn known(&self, lexemes: &[&str]) -> HashMap<String, Arc<Bits>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |&lexeme: &&str| Some((lexeme.to_owned(), Arc::clone(kept.bits.get(lexeme)?)));
        lexemes.iter().filter_map(known).collect()
    }

    fn keep(&self, read: &HashMap<String, Arc<Bits>>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (lexeme, bits) in read {
            // With its name and what the map takes for it.
            let bytes = bits.bytes() + lexeme.len() + 100;
            if kept.bytes + bytes <= KEPT && kept.bits.insert(lexeme.clone(), Arc::clone(bits)).is_none() {
                kept.bytes += bytes;
            }
        }
    }
}

async fn read(
    conn: &mut PgConnection,
    lexemes: &[&str],
    chunks: &RangeInclusive<i32>,
) -> Result<Vec<(String, Bits)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT q.lexeme AS "lexeme!", b.chunks AS "chunks!", b.units AS "units!"
           FROM unnest($1::text[]) q (lexeme)
           CROSS JOIN LATERAL (
               SELECT array_agg(chunk) AS chunks, string_agg(bit_send(units), '') AS units
               FROM (SELECT chunk, units FROM search_chunk
                     WHERE lexeme = q.lexeme AND chunk BETWEEN $2 AND $3
                     ORDER BY chunk) s
           ) b
           WHERE b.chunks IS NOT NULL"#,
        lexemes as &[&str],
        chunks.start(),
        chunks.end(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.lexeme, Bits::new(row.chunks, &row.units)))
        .collect())
}

/// The chunks in which something is in all of the `sets`, each the bits of any of some lexemes, with what that is: the
/// newest chunk first.
pub(super) fn overlay<'a>(
    sets: &'a [Vec<Arc<Bits>>],
    chunks: &RangeInclusive<i32>,
) -> impl Iterator<Item = (i32, Units)> + 'a {
    let (first, end) = (*chunks.start(), *chunks.end());
    let newest = |set: &Vec<Arc<Bits>>| set.iter().filter_map(|bits| bits.chunks.last()).max().copied();
    // Nothing is in all of them before the newest of each.
    let last = sets.iter().map(|set| newest(set).unwrap_or(-1)).min();
    let last = last.unwrap_or(-1).min(end);
    // Where each is at: all behind has been seen.
    let mut left: Vec<Vec<usize>> = sets
        .iter()
        .map(|set| set.iter().map(|bits| bits.chunks.len()).collect())
        .collect();
    (first..=last).rev().filter_map(move |chunk| {
        let mut met = [u64::MAX; 32];
        for (set, left) in sets.iter().zip(&mut left) {
            let mut any = Units::default();
            for (bits, left) in set.iter().zip(left) {
                while *left > 0 && bits.chunks[*left - 1] > chunk {
                    *left -= 1;
                }
                if *left > 0 && bits.chunks[*left - 1] == chunk {
                    let units = &bits.units[*left - 1];
                    for (any, units) in any.iter_mut().zip(units) {
                        *any |= units;
                    }
                }
            }
            for (met, any) in met.iter_mut().zip(any) {
                *met &= any;
            }
        }
        (met != Units::default()).then_some((chunk, met))
    })
}

/// Which units of a chunk they are.
pub(super) fn ones(units: &Units) -> impl Iterator<Item = i64> {
    (0..).step_by(64).zip(units).flat_map(|(first, &word)| {
        let mut left = word;
        std::iter::from_fn(move || {
            let bit = left.leading_zeros();
            left &= !(1_u64 << 63).checked_shr(bit)?;
            Some(first + i64::from(bit))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(ones: &[usize]) -> Vec<u8> {
        let mut sent = vec![0, 0, 7, 0xd0];
        sent.resize(SENT, 0);
        for one in ones {
            sent[4 + one / 8] |= 0x80 >> (one % 8);
        }
        sent
    }

    fn bits(chunks: &[(i32, &[usize])]) -> Arc<Bits> {
        let all: Vec<u8> = chunks.iter().flat_map(|(_, ones)| sent(ones)).collect();
        Arc::new(Bits::new(chunks.iter().map(|(chunk, _)| *chunk).collect(), &all))
    }

    fn laid_over(sets: &[Vec<Arc<Bits>>], chunks: RangeInclusive<i32>) -> Vec<(i32, Vec<i64>)> {
        overlay(sets, &chunks)
            .map(|(chunk, units)| (chunk, ones(&units).collect()))
            .collect()
    }

    #[test]
    fn bits_are_counted_from_the_first() {
        let all: &[usize] = &[0, 7, 63, 64, 255, 1_983, 1_984, 1_999];
        let expected: Vec<i64> = all
            .iter()
            .map(|&one| i64::try_from(one).expect("small"))
            .collect();
        assert_eq!(ones(&received(&sent(all))).collect::<Vec<_>>(), expected);
        assert_eq!(ones(&received(&sent(&[]))).count(), 0);
        assert_eq!(ones(&received(&[])).count(), 0);
    }

    #[test]
    fn any_of_a_set_and_all_of_the_sets() {
        let oak = bits(&[(0, &[1, 5]), (2, &[3]), (4, &[7, 8]), (5, &[1])]);
        let chair = bits(&[(0, &[5]), (4, &[8])]);
        let stool = bits(&[(0, &[1]), (2, &[4]), (5, &[1])]);
        let sets = [vec![Arc::clone(&oak)], vec![chair, stool]];
        assert_eq!(
            laid_over(&sets, 0..=i32::MAX),
            [(5, vec![1]), (4, vec![8]), (0, vec![1, 5])]
        );
        assert_eq!(laid_over(&sets, 1..=4), [(4, vec![8])]);
        assert_eq!(laid_over(&[vec![oak], vec![Arc::default()]], 0..=9), []);
        assert_eq!(laid_over(&[], 0..=9), []);
        assert_eq!(laid_over(&[Vec::new()], 0..=9), []);
    }

    #[test]
    fn no_more_is_kept_than_may_be() {
        let known = KnownBits::default();
        let chunks: Vec<i32> = (0..1_000).collect();
        let many = || {
            Arc::new(Bits {
                chunks: chunks.clone(),
                units: vec![Units::default(); 1_000],
            })
        };
        for word in 0..100 {
            known.keep(&HashMap::from([(format!("word {word}"), many())]));
            // The same again is kept once.
            known.keep(&HashMap::from([("word 0".to_owned(), many())]));
        }
        let kept = known.0.lock().expect("nobody panicked");
        assert_eq!(kept.bits.len(), KEPT / (1_000 * 260 + 106));
        assert!(kept.bytes <= KEPT);
    }
}
