use std::collections::HashMap;

use kernel::Text;
use pg::Pg;

use super::{
    bits::KnownBits, cards::Shown, counts::Counts, lexemes::LookedUp, prices::Prices, ranges::KnownRanges,
};

/// A word of the assortment: a category, a colour, a material, a choice.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub code: String,
    pub name: Text,
    /// Colours only.
    pub hex: Option<String>,
    /// Categories only: the key of the one above.
    pub parent: Option<i32>,
    pub position: i32,
}

/// What a property's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Number,
    Choice,
    Color,
    Material,
    Flag,
}

/// A property that lists can be narrowed by.
#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub key: i32,
    pub code: String,
    pub name: Text,
    pub kind: Kind,
    pub unit: Option<String>,
    /// Of the kind [`Kind::Choice`], by key.
    pub choices: HashMap<i32, Word>,
}

/// The words that lists are narrowed by and facets are named with, as they were when it was read. There are hundreds of
/// them, however many units. With it goes what else is the same for everybody who asks within a second.
#[derive(Debug, Default)]
pub struct ListingWords {
    pub(crate) counts: Counts,
    pub(crate) ranges: KnownRanges,
    /// The newest chunk of units (`search_chunk`).
    pub(crate) newest_chunk: i32,
    pub(crate) prices: Prices,
    pub(crate) looked_up: LookedUp,
    pub(crate) known_bits: KnownBits,
    pub(crate) categories: HashMap<i32, Word>,
    pub(crate) colors: HashMap<i32, Word>,
    pub(crate) materials: HashMap<i32, Word>,
    pub(crate) shown: Shown,
    /// By code.
    pub(crate) properties: HashMap<String, Property>,
    /// Keys of categories, colours and materials by code.
    keys: [HashMap<String, i32>; 3],
    /// Codes of a category's own properties with their positions.
    of_category: HashMap<i32, Vec<(i32, String)>>,
}

/// Reads the words and the counts. Two statements.
pub async fn listing_words(pg: &Pg) -> Result<ListingWords, sqlx::Error> {
    ListingWords::default().renewed(pg).await
}

#[expect(clippy::too_many_lines, reason = "one statement")]
async fn words(pg: &Pg) -> Result<ListingWords, sqlx::Error> {
    pg.read("listing_words", async |mut tx: pg::Tx| {
        let rows = sqlx::query!(
            r#"SELECT v.*, w.newest_chunk AS "newest_chunk?",
                      p.bounds, p.common, p.shares, p.null_frac AS "unpriced?"
               FROM (
                   SELECT 'all' AS "what!", 0 AS "key!", '' AS "code!", '' AS "name_ru!", '' AS "name_en!",
                          NULL::text AS extra, NULL::integer AS parent, 0 AS "position!"
                   UNION ALL
                   SELECT 'category', c.key, c.code, c.name_ru, c.name_en, NULL, p.key, c.position
                   FROM category c LEFT JOIN category p ON p.code = c.parent WHERE c.deleted_at IS NULL
                   UNION ALL
                   SELECT 'color', key, code, name_ru, name_en, hex, NULL, position FROM color
                   UNION ALL
                   SELECT 'material', key, code, name_ru, name_en, NULL, NULL, position FROM material
                   UNION ALL
                   SELECT 'of ' || kind, key, code, name_ru, name_en, unit, NULL, position FROM property
                   WHERE filterable AND deleted_at IS NULL AND kind <> 'text'
                   UNION ALL
                   SELECT 'one of', h.key, h.code, h.name_ru, h.name_en, h.property, NULL, h.position
                   FROM property_choice h
                   UNION ALL
                   SELECT 'has', c.key, l.property, '', '', NULL, NULL, l.position
                   FROM category_property l JOIN category c ON c.code = l.category
               ) v
               LEFT JOIN (
                   SELECT (coalesce(max(serial), 0) / 2000)::integer AS newest_chunk FROM listing_text
               ) w ON v."what!" = 'all'
               LEFT JOIN (
                   SELECT histogram_bounds::text::bigint[] AS bounds, most_common_vals::text::bigint[] AS common,
                          most_common_freqs AS shares, null_frac
                   FROM pg_stats WHERE schemaname = 'public' AND tablename = 'listing' AND attname = 'price'
               ) p ON v."what!" = 'all'"#,
        )
        .fetch_all(&mut *tx)
        .await?;
        let mut vocabulary = ListingWords::default();
        let mut choices = Vec::new();
        for row in rows {
            let word = Word {
                code: row.code,
                name: Text::new(row.name_ru, row.name_en),
                hex: None,
                parent: row.parent,
                position: row.position,
            };
            let kind = match &*row.what {
                "all" => {
                    vocabulary.newest_chunk = row.newest_chunk.unwrap_or_default();
                    vocabulary.prices = Prices::new(
                        row.bounds.unwrap_or_default(),
                        row.common.unwrap_or_default(),
                        row.shares.unwrap_or_default(),
                        row.unpriced.unwrap_or_default(),
                    );
                    continue;
                }
                "category" => {
                    vocabulary.keys[0].insert(word.code.clone(), row.key);
                    vocabulary.categories.insert(row.key, word);
                    continue;
                }
                "has" => {
                    let of = vocabulary.of_category.entry(row.key).or_default();
                    of.push((row.position, word.code));
                    continue;
                }
                "one of" => {
                    choices.push((row.extra.unwrap_or_default(), row.key, word));
                    continue;
                }
                "color" => {
                    let hex = row.extra;
                    vocabulary.keys[1].insert(word.code.clone(), row.key);
                    vocabulary.colors.insert(row.key, Word { hex, ..word });
                    continue;
                }
                "material" => {
                    vocabulary.keys[2].insert(word.code.clone(), row.key);
                    vocabulary.materials.insert(row.key, word);
                    continue;
                }
                "of number" => Kind::Number,
                "of choice" => Kind::Choice,
                "of color" => Kind::Color,
                "of material" => Kind::Material,
                _ => Kind::Flag,
            };
            let property = Property {
                key: row.key,
                code: word.code.clone(),
                name: word.name,
                kind,
                unit: row.extra,
                choices: HashMap::new(),
            };
            vocabulary.properties.insert(word.code, property);
        }
        for (property, key, word) in choices {
            if let Some(property) = vocabulary.properties.get_mut(&property) {
                property.choices.insert(key, word);
            }
        }
        vocabulary.shown = Shown::of(&vocabulary)?;
        Ok(vocabulary)
    })
    .await
}

impl ListingWords {
    /// The words and the counts as they are now: of the counts, only what has changed since these were read. Two
    /// statements.
    pub async fn renewed(&self, pg: &Pg) -> Result<Self, sqlx::Error> {
        Ok(Self {
            counts: self.counts.renewed(pg).await?,
            ..words(pg).await?
        })
    }

    /// The key of a category; `None` when there is none of this code.
    pub(crate) fn category(&self, code: &str) -> Option<i32> {
        self.keys[0].get(code).copied()
    }

    pub(crate) fn color(&self, code: &str) -> Option<i32> {
        self.keys[1].get(code).copied()
    }

    pub(crate) fn material(&self, code: &str) -> Option<i32> {
        self.keys[2].get(code).copied()
    }

    /// The category and those above it, the root last.
    pub(crate) fn upwards(&self, category: i32) -> impl Iterator<Item = i32> {
        // A tree this deep is none: the database was read while somebody moved a branch.
        std::iter::successors(Some(category), |key| self.categories.get(key)?.parent).take(64)
    }

    pub(crate) fn root_of(&self, category: i32) -> i32 {
        self.upwards(category).last().unwrap_or(category)
    }

    /// The category and all below it.
    pub(crate) fn subtree(&self, category: i32) -> Vec<i32> {
        self.categories
            .keys()
            .copied()
            .filter(|&key| self.upwards(key).any(|above| above == category))
            .collect()
    }

    /// The category and all below it; without one, all there are.
    pub(crate) fn within(&self, category: Option<i32>) -> Vec<i32> {
        match category {
            Some(category) => self.subtree(category),
            None => self.categories.keys().copied().collect(),
        }
    }

    /// Whether nothing is below the category.
    pub(crate) fn is_leaf(&self, category: i32) -> bool {
        !self.categories.values().any(|word| word.parent == Some(category))
    }

    /// Categories that are offered when one is chosen: the roots, and what is directly below it and below each one above
    /// it. Sorted for showing, parents before their children.
    pub(crate) fn offered(&self, chosen: Option<i32>) -> Vec<i32> {
        let path: Vec<i32> = chosen.map(|key| self.upwards(key).collect()).unwrap_or_default();
        let mut offered = Vec::new();
        self.offer(None, &path, &mut offered);
        offered
    }

    fn offer(&self, parent: Option<i32>, path: &[i32], offered: &mut Vec<i32>) {
        let mut children: Vec<(i32, &Word)> = self
            .categories
            .iter()
            .filter(|(_, word)| word.parent == parent)
            .map(|(&key, word)| (key, word))
            .collect();
        children.sort_by_key(|(_, word)| (word.position, &word.code));
        for (key, _) in children {
            offered.push(key);
            if path.contains(&key) && offered.len() < 1_000 {
                self.offer(Some(key), path, offered);
            }
        }
    }

    /// Filterable properties of the category's units, its own after those it inherits.
    pub(crate) fn properties_of(&self, category: i32) -> Vec<&Property> {
        let mut path: Vec<i32> = self.upwards(category).collect();
        path.reverse();
        let mut found: Vec<&Property> = Vec::new();
        for key in path {
            let mut own: Vec<&(i32, String)> = self.of_category.get(&key).into_iter().flatten().collect();
            own.sort();
            for (_, code) in own {
                if let Some(property) = self.properties.get(code)
                    && !found.iter().any(|known| known.key == property.key)
                {
                    found.push(property);
                }
            }
        }
        found
    }

    /// What a value of a property is called.
    pub(crate) fn value<'a>(&'a self, property: &'a Property, key: i32) -> Option<&'a Word> {
        match property.kind {
            Kind::Choice => property.choices.get(&key),
            Kind::Color => self.colors.get(&key),
            Kind::Material => self.materials.get(&key),
            Kind::Number | Kind::Flag => None,
        }
    }

    /// The key that stands for a value of a property in a unit's row; `None` when it has no such value.
    pub(crate) fn value_key(&self, property: &Property, value: &str) -> Option<i32> {
        match property.kind {
            Kind::Choice => key_of(&property.choices, value),
            Kind::Color => self.color(value),
            Kind::Material => self.material(value),
            Kind::Flag => match value {
                "true" => Some(1),
                "false" => Some(2),
                _ => None,
            },
            Kind::Number => None,
        }
    }
}

fn key_of(words: &HashMap<i32, Word>, code: &str) -> Option<i32> {
    words
        .iter()
        .find(|(_, word)| word.code == code)
        .map(|(&key, _)| key)
}
