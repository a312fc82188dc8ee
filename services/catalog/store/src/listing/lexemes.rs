use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sqlx::PgConnection;

use super::words::ListingWords;

/// Words of a search that are looked at.
const WORDS: usize = 8;
/// Words that are kept at most after they were looked up.
const LOOKED_UP: usize = 2_000;
/// Stands in a query for what a chunk's lexemes begin with.
pub(crate) const CHUNK: char = '\u{1}';

/// A word of a search: what it is looked for as, any of these.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sought {
    /// Stems, with the units that have them.
    pub lexemes: Vec<(String, i64)>,
}

/// What was typed, word by word, in small letters.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(WORDS)
        .map(str::to_owned)
        .collect()
}

/// Where a word stands in what was typed, which says what it may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    Inside,
    /// If no unit has it, it stands for words that begin with it, too.
    Last,
    /// It stands for all words that begin with it.
    Unfinished,
}

/// What words stand for, as it was looked up while the [`ListingWords`] were fresh: most people ask for the same few.
#[derive(Debug, Default)]
pub(crate) struct LookedUp(Mutex<HashMap<(String, Place), Sought>>);

impl LookedUp {
    fn get(&self, key: &(String, Place)) -> Option<Sought> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key)
            .cloned()
    }

    /// Keeps it, unless there is so much already that somebody must be trying words.
    fn put(&self, key: (String, Place), sought: Sought) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < LOOKED_UP {
            kept.insert(key, sought);
        }
    }
}

/// Stems each word as the index does. A word that no unit has stands for those most like it. With `unfinished` the last
/// word stands for all that begin with it. Words that say nothing (`и`, `the`) are left out. One statement; none where
/// all of them were looked up just before.
pub(crate) async fn look_up(
    conn: &mut PgConnection,
    vocabulary: &ListingWords,
    words: &[String],
    unfinished: bool,
) -> Result<Vec<Sought>, sqlx::Error> {
    let last = if unfinished {
        Place::Unfinished
    } else {
        Place::Last
    };
    let place = |nth: usize| {
        if nth + 1 == words.len() {
            last
        } else {
            Place::Inside
        }
    };
    let keys: Vec<(String, Place)> = words.iter().cloned().zip((0..).map(place)).collect();
    let mut sought: Vec<Option<Sought>> = keys.iter().map(|key| vocabulary.looked_up.get(key)).collect();
    let unknown: Vec<usize> = (0..keys.len()).filter(|&nth| sought[nth].is_none()).collect();
    if !unknown.is_empty() {
        let asked: Vec<&(String, Place)> = unknown.iter().map(|&nth| &keys[nth]).collect();
        let found = ask(conn, &asked).await?;
        for (nth, found) in unknown.into_iter().zip(found) {
            vocabulary.looked_up.put(keys[nth].clone(), found.clone());
            sought[nth] = Some(found);
        }
    }
    Ok(sought
        .into_iter()
        .flatten()
        .filter(|word| !word.lexemes.is_empty())
        .collect())
}

/// What each of the words stands for.
async fn ask(conn: &mut PgConnection, asked: &[&(String, Place)]) -> Result<Vec<Sought>, sqlx::Error> {
    let words: Vec<&str> = asked.iter().map(|(word, _)| word.as_str()).collect();
    let is = |place: Place| {
        asked
            .iter()
            .map(|(_, other)| *other == place)
            .collect::<Vec<bool>>()
    };
    let rows = sqlx::query!(
        r#"WITH asked AS MATERIALIZED (
               SELECT q.n, q.word, q.last, q.unfinished, e.lexeme, coalesce(w.units, 0) AS units
               FROM unnest($1::text[], $2::boolean[], $3::boolean[]) WITH ORDINALITY q (word, last, unfinished, n)
               CROSS JOIN LATERAL unnest(tsvector_to_array(to_tsvector('russian', q.word))) e (lexeme)
               -- Not `=`, for which the planner may take the index of trigrams: 2.9 ms instead of 0.02.
               LEFT JOIN search_word w ON w.lexeme BETWEEN e.lexeme AND e.lexeme
           )
           SELECT n AS "n!", lexeme AS "lexeme!", units AS "units!" FROM asked
           UNION ALL
           SELECT a.n, g.lexeme, g.units
           FROM asked a
           CROSS JOIN LATERAL (
               SELECT w.lexeme, w.units FROM search_word w
               WHERE w.lexeme % a.lexeme AND w.units > 0
               ORDER BY similarity(w.lexeme, a.lexeme) DESC, w.units DESC, w.lexeme LIMIT 2
           ) g
           WHERE a.units = 0
           UNION ALL
           SELECT a.n, g.lexeme, g.units
           FROM asked a
           CROSS JOIN LATERAL (
               SELECT w.lexeme, w.units FROM search_word w
               WHERE w.lexeme >= a.word COLLATE "C" AND w.lexeme < (a.word || U&'\+10FFFF') COLLATE "C" AND w.units > 0
                 AND w.lexeme <> a.lexeme
               ORDER BY w.units DESC, w.lexeme LIMIT 5
           ) g
           WHERE a.unfinished OR (a.last AND a.units = 0)"#,
        &words as &[&str],
        &is(Place::Last),
        &is(Place::Unfinished),
    )
    .fetch_all(conn)
    .await?;
    let mut sought = vec![Sought::default(); words.len()];
    for row in rows {
        let at = usize::try_from(row.n).unwrap_or(1) - 1;
        if let Some(word) = sought.get_mut(at)
            && !word.lexemes.iter().any(|(known, _)| *known == row.lexeme)
        {
            word.lexemes.push((row.lexeme, row.units));
        }
    }
    Ok(sought)
}

/// At most so many units have all the words.
pub(crate) fn at_most(sought: &[Sought]) -> i64 {
    let of_word = |word: &Sought| word.lexemes.iter().map(|(_, units)| units).sum();
    sought.iter().map(of_word).min().unwrap_or(0)
}

/// The words and places as a query of the index, [`CHUNK`] before each. No words find nothing.
pub(crate) fn query(sought: &[Sought], places: &[String]) -> String {
    if sought.is_empty() {
        // A blank is no lexeme of anything.
        return format!("'{CHUNK} '");
    }
    let words = sought.iter().map(|word| {
        let any: Vec<String> = word.lexemes.iter().map(|(lexeme, _)| quoted(lexeme)).collect();
        format!("({})", any.join(" | "))
    });
    let places = places.iter().map(|place| quoted(place));
    words.chain(places).collect::<Vec<_>>().join(" & ")
}

fn quoted(lexeme: &str) -> String {
    format!("'{CHUNK}{}'", lexeme.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_digits_in_small() {
        assert_eq!(
            words("  Шкаф-купе «Онега» 2x3! "),
            ["шкаф", "купе", "онега", "2x3"]
        );
        assert_eq!(words("\"'(&|!:*"), [] as [&str; 0]);
        assert_eq!(words(&"a ".repeat(100)).len(), WORDS);
    }

    #[test]
    fn a_query_quotes_what_it_is_given() {
        let sought = [Sought {
            lexemes: vec![("o'a\\b".to_owned(), 1), ("c".to_owned(), 2)],
        }];
        assert_eq!(
            query(&sought, &["k5".to_owned()]),
            "('\u{1}o''a\\\\b' | '\u{1}c') & '\u{1}k5'"
        );
        assert_eq!(at_most(&sought), 3);
    }
}
