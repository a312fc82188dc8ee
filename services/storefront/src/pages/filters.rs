use url::form_urlencoded;

use crate::clients::{ProductQuery, Sort};

/// Products on one page of the catalogue: fills rows of two, three and four (CRT-1 allows 30).
const PAGE_SIZE: u16 = 24;
/// The longest search the page passes on.
const MAX_WORDS: usize = 100;

/// What the catalogue's address narrows the list to. Prices in it are whole roubles, as people write them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Words to find.
    pub q: String,
    /// Code of a category.
    pub category: String,
    /// Code of a colour.
    pub color: String,
    /// Code of a material.
    pub material: String,
    /// Only what can be bought now.
    pub available: bool,
    /// Lowest price; empty for none.
    pub min_price: String,
    /// Highest price; empty for none.
    pub max_price: String,
    /// Order.
    pub sort: Sort,
    /// Where the page begins.
    pub cursor: String,
}

impl Filters {
    /// Reads an address; what is not a filter or makes no sense is left out.
    pub fn parse(query: &str) -> Self {
        let mut filters = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim().to_owned();
            match &*name {
                "q" => filters.q = value.chars().take(MAX_WORDS).collect(),
                "category" => filters.category = value,
                "color" => filters.color = value,
                "material" => filters.material = value,
                "available" => filters.available = value == "true",
                "min_price" => filters.min_price = roubles(&value),
                "max_price" => filters.max_price = roubles(&value),
                "sort" => filters.sort = Sort::from_code(&value),
                "cursor" => filters.cursor = value,
                _ => {}
            }
        }
        filters
    }

    /// The question to the catalog.
    pub fn query(&self) -> ProductQuery {
        ProductQuery {
            q: self.q.clone(),
            category: self.category.clone(),
            color: self.color.clone(),
            material: self.material.clone(),
            available: self.available,
            min_price: minor(&self.min_price),
            max_price: minor(&self.max_price),
            sort: self.sort,
            page_size: PAGE_SIZE,
            cursor: self.cursor.clone(),
        }
    }

    /// Whether the list is narrowed by anything but words.
    pub fn any(&self) -> bool {
        let words = [
            &self.category,
            &self.color,
            &self.material,
            &self.min_price,
            &self.max_price,
        ];
        self.available || words.iter().any(|word| !word.is_empty())
    }

    /// Fields that a form must carry along besides those it shows itself.
    pub fn carried(&self) -> Vec<(&'static str, &str)> {
        [
            ("q", &self.q),
            ("category", &self.category),
            ("color", &self.color),
            ("material", &self.material),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name, value.as_str()))
        .collect()
    }

    /// Address of the first page with one filter set to `value`, or without it when `value` is empty.
    pub fn with(&self, name: &str, value: &str) -> String {
        let mut other = self.clone();
        value.clone_into(match name {
            "q" => &mut other.q,
            "category" => &mut other.category,
            "color" => &mut other.color,
            _ => &mut other.material,
        });
        other.url("")
    }

    /// Address with the filter's value turned on, or off when it is on.
    pub fn toggle(&self, name: &str, value: &str) -> String {
        let current = match name {
            "category" => &self.category,
            "color" => &self.color,
            _ => &self.material,
        };
        self.with(name, if current == value { "" } else { value })
    }

    /// Address without the price range.
    pub fn without_price(&self) -> String {
        let other = Self {
            min_price: String::new(),
            max_price: String::new(),
            ..self.clone()
        };
        other.url("")
    }

    /// Address with what cannot be bought now.
    pub fn without_available(&self) -> String {
        let other = Self {
            available: false,
            ..self.clone()
        };
        other.url("")
    }

    /// Address of the page that begins at `cursor`.
    pub fn at(&self, cursor: &str) -> String {
        self.url(cursor)
    }

    fn url(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.carried() {
            query.append_pair(name, value);
        }
        if self.available {
            query.append_pair("available", "true");
        }
        let sort = if self.sort == Sort::default() {
            ""
        } else {
            self.sort.code()
        };
        for (name, value) in [
            ("min_price", &*self.min_price),
            ("max_price", &*self.max_price),
            ("sort", sort),
            ("cursor", cursor),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        if query.is_empty() {
            "/catalogue".to_owned()
        } else {
            format!("/catalogue?{query}")
        }
    }
}

/// Digits of an amount that people may write with spaces; empty when it is none.
fn roubles(text: &str) -> String {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let whole = digits
        .parse::<i64>()
        .ok()
        .filter(|n| (0..=1_000_000_000).contains(n));
    whole.map_or_else(String::new, |n| n.to_string())
}

fn minor(roubles: &str) -> Option<i64> {
    roubles.parse::<i64>().ok().map(|n| n * 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let address = "/catalogue?q=%D0%B4%D1%83%D0%B1&category=tables&color=oak&available=true&min_price=1000&sort=price&cursor=abc";
        let filters = Filters::parse(address.split_once('?').unwrap().1);
        assert_eq!(filters.at("abc"), address);
        assert_eq!(filters.query().min_price, Some(100_000));
        assert_eq!(filters.query().max_price, None);
    }

    #[test]
    fn choosing_begins_at_the_first_page_and_choosing_again_takes_it_back() {
        let filters = Filters::parse("color=oak&cursor=abc");
        assert_eq!(filters.toggle("color", "walnut"), "/catalogue?color=walnut");
        assert_eq!(filters.toggle("color", "oak"), "/catalogue");
        assert_eq!(
            filters.toggle("material", "ash"),
            "/catalogue?color=oak&material=ash"
        );
    }

    #[test]
    fn nonsense_is_left_out() {
        let filters = Filters::parse("min_price=-5&max_price=1e9&sort=;drop&available=maybe&x=y");
        assert_eq!(filters, Filters::default());
        assert_eq!(Filters::parse("min_price=12%C2%A0990").min_price, "12990");
    }
}
