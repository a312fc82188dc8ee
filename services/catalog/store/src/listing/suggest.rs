use contracts::catalog::{Suggestion, Suggestions};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use super::browse::SMALL;
use super::cards::{cards, parsed};
use super::hits::find;
use super::lexemes::{Sought, at_most, look_up, words};
use super::words::ListingWords;

/// Categories and units together.
const SUGGESTIONS: usize = 10;
const CATEGORIES: usize = 4;

/// What somebody may mean who has typed so far: categories, then units. At most four statements.
pub async fn suggestions(pg: &Pg, vocabulary: &ListingWords, text: &str) -> Result<Suggestions, sqlx::Error> {
    let typed = words(text);
    if typed.is_empty() {
        return Ok(Suggestions { items: Vec::new() });
    }
    pg.read("suggestions", async |mut tx: pg::Tx| {
        let sought = look_up(&mut tx, vocabulary, &typed, true).await?;
        let mut items = categories(vocabulary, &typed, &sought);
        let units = units(&mut tx, vocabulary, text, &sought, SUGGESTIONS - items.len()).await?;
        for card in parsed(&cards(&mut tx, vocabulary, &units).await?)? {
            items.push(Suggestion::Product {
                slug: card.slug,
                name: card.name,
                category: card.category.name,
                price: card.price,
                image: card.image,
            });
        }
        Ok(Suggestions { items })
    })
    .await
}

/// Categories in whose name each word begins one, or one of those it may stand for.
fn categories(vocabulary: &ListingWords, typed: &[String], sought: &[Sought]) -> Vec<Suggestion> {
    let mut found: Vec<(i32, String, Suggestion)> = Vec::new();
    for word in vocabulary.categories.values() {
        let named: Vec<String> = words(&format!("{} {}", word.name.ru, word.name.en));
        let begins = |start: &str| named.iter().any(|name| name.starts_with(start));
        let meant = |at: usize| {
            let lexemes = sought.get(at).map(|word| &*word.lexemes).unwrap_or_default();
            lexemes.iter().any(|(lexeme, _)| begins(lexeme))
        };
        // Words that say nothing are missing among those looked for; then each has to be in the name as typed.
        let is_meant =
            |(at, word): (usize, &String)| begins(word) || (sought.len() == typed.len() && meant(at));
        if typed.iter().enumerate().all(is_meant) {
            let suggestion = Suggestion::Category {
                code: word.code.clone(),
                name: word.name.clone(),
            };
            found.push((word.position, word.code.clone(), suggestion));
        }
    }
    found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    found
        .into_iter()
        .take(CATEGORIES)
        .map(|(_, _, suggestion)| suggestion)
        .collect()
}

/// Units whose name begins like what was typed, then those that have the words.
async fn units(
    conn: &mut PgConnection,
    vocabulary: &ListingWords,
    text: &str,
    sought: &[Sought],
    most: usize,
) -> Result<Vec<Uuid>, sqlx::Error> {
    let text = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let mut units = sqlx::query_scalar!(
        r#"SELECT product_id AS "id!" FROM (
               (SELECT product_id FROM listing_text
                WHERE name_ru >= $1 AND name_ru < $1 || U&'\+10FFFF' COLLATE "C" ORDER BY name_ru LIMIT $2)
               UNION
               (SELECT product_id FROM listing_text
                WHERE name_en >= $1 AND name_en < $1 || U&'\+10FFFF' COLLATE "C" ORDER BY name_en LIMIT $2)
           ) named
           LIMIT $2"#,
        &text,
        i64::try_from(most).unwrap_or(i64::MAX),
    )
    .fetch_all(&mut *conn)
    .await?;
    if units.len() < most && !sought.is_empty() {
        // Of common words, units of the newest chunks.
        let prefixes = if at_most(sought) <= SMALL {
            vec![String::new()]
        } else {
            let newest_first = (0..=vocabulary.newest_chunk).rev();
            newest_first.map(|chunk| format!("{chunk}:")).collect()
        };
        let mut found = find(conn, &text, sought, &[], &prefixes, Some(&text), SMALL).await?;
        found.sort_by_key(|hit| (std::cmp::Reverse(hit.score), hit.row.id));
        for hit in found {
            if units.len() < most && !units.contains(&hit.row.id) {
                units.push(hit.row.id);
            }
        }
    }
    Ok(units)
}
