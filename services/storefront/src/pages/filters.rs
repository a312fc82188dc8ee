use std::collections::BTreeMap;

use url::form_urlencoded;

use crate::clients::{ProductQuery, Sort};

/// Products on one page of the catalogue: fills rows of two, three and four (CRT-1 allows 30).
const PAGE_SIZE: u16 = 24;
/// The longest search the page passes on.
const MAX_WORDS: usize = 100;
/// What names of filters by properties begin with, here and at the catalog.
const PROPERTY: &str = "prop.";
/// The most of them that the catalog takes.
const MAX_PROPERTIES: usize = 20;

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
    /// Values of properties by `code`, of numbers by `code.min` and `code.max`.
    pub properties: BTreeMap<String, String>,
    /// Only what can be bought now.
    pub available: bool,
    /// Lowest price; empty for none.
    pub min_price: String,
    /// Highest price; empty for none.
    pub max_price: String,
    /// Order, where another than the usual one is chosen.
    pub sort: Option<Sort>,
    /// Where the page begins.
    pub cursor: String,
}

impl Filters {
    /// Reads an address; what is not a filter or makes no sense is left out.
    pub fn parse(query: &str) -> Self {
        let mut filters = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            match &*name {
                "q" => filters.q = value.chars().take(MAX_WORDS).collect(),
                "available" => filters.available = value == "true",
                "min_price" => filters.min_price = roubles(value),
                "max_price" => filters.max_price = roubles(value),
                "sort" => filters.sort = Sort::from_code(value),
                "cursor" => value.clone_into(&mut filters.cursor),
                "category" | "color" | "material" => filters.set(&name, value),
                other => {
                    if let Some(property) = other.strip_prefix(PROPERTY).filter(|name| is_property(name)) {
                        filters.set(other, &property_value(property, value));
                    }
                }
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
            properties: self.properties.clone(),
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
        self.available || !self.properties.is_empty() || words.iter().any(|word| !word.is_empty())
    }

    /// The value chosen for a filter; empty for none.
    pub fn value(&self, name: &str) -> &str {
        match name {
            "q" => &self.q,
            "category" => &self.category,
            "color" => &self.color,
            "material" => &self.material,
            _ => name
                .strip_prefix(PROPERTY)
                .and_then(|property| self.properties.get(property))
                .map_or("", String::as_str),
        }
    }

    /// Fields that a form must carry along besides those it shows itself.
    pub fn carried(&self) -> Vec<(String, &str)> {
        let terms = ["q", "category", "color", "material"].map(|name| (name.to_owned(), self.value(name)));
        let properties = self.properties.iter();
        let properties = properties.map(|(name, value)| (format!("{PROPERTY}{name}"), value.as_str()));
        terms
            .into_iter()
            .chain(properties)
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// Address of the first page with one filter set to `value`, or without it when `value` is empty.
    pub fn with(&self, name: &str, value: &str) -> String {
        let mut other = self.clone();
        other.set(name, value);
        other.url("")
    }

    /// Address of the first page of another category. Properties belong to categories, so only those below the present
    /// one keep what is chosen of them.
    pub fn in_category(&self, code: &str, is_below: bool) -> String {
        let mut other = self.clone();
        other.set("category", code);
        if !is_below {
            other.properties.clear();
        }
        other.url("")
    }

    /// Address with the filter's value turned on, or off when it is on.
    pub fn toggle(&self, name: &str, value: &str) -> String {
        self.with(name, if self.value(name) == value { "" } else { value })
    }

    /// Address without what is chosen of a property.
    pub fn without_property(&self, code: &str) -> String {
        let mut other = self.clone();
        other
            .properties
            .retain(|name, _| name.split('.').next() != Some(code));
        other.url("")
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

    /// Address of the words alone.
    pub fn words_alone(&self) -> String {
        let other = Self {
            q: self.q.clone(),
            ..Self::default()
        };
        other.url("")
    }

    /// Address of the page that begins at `cursor`.
    pub fn at(&self, cursor: &str) -> String {
        self.url(cursor)
    }

    fn set(&mut self, name: &str, value: &str) {
        let field = match name {
            "q" => &mut self.q,
            "category" => &mut self.category,
            "color" => &mut self.color,
            "material" => &mut self.material,
            _ => {
                let property = name.strip_prefix(PROPERTY).unwrap_or(name);
                if value.is_empty() {
                    self.properties.remove(property);
                } else if self.properties.len() < MAX_PROPERTIES || self.properties.contains_key(property) {
                    self.properties.insert(property.to_owned(), value.to_owned());
                }
                return;
            }
        };
        value.clone_into(field);
    }

    fn url(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.carried() {
            query.append_pair(&name, value);
        }
        if self.available {
            query.append_pair("available", "true");
        }
        // Without words the newest come first anyway.
        let sort = self.sort.filter(|sort| *sort != Sort::New || !self.q.is_empty());
        for (name, value) in [
            ("min_price", &*self.min_price),
            ("max_price", &*self.max_price),
            ("sort", sort.map_or("", Sort::code)),
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

/// Whether a name may be one of a property, perhaps with an end of a range.
fn is_property(name: &str) -> bool {
    let code = name.strip_suffix(".min").or(name.strip_suffix(".max"));
    let code = code.unwrap_or(name);
    let own = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=40).contains(&code.len()) && code.chars().all(own)
}

/// A property's value as the catalog takes it: numbers that people write with a comma or spaces; empty when it is none.
fn property_value(name: &str, value: &str) -> String {
    if !name.contains('.') {
        return if value.len() <= 100 {
            value.to_owned()
        } else {
            String::new()
        };
    }
    let digits: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = digits.replace(',', ".").replace('−', "-");
    let is_number = digits.len() <= 20 && digits.parse::<f64>().is_ok_and(f64::is_finite);
    if is_number { digits } else { String::new() }
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
        let address = "/catalogue?q=%D0%B4%D1%83%D0%B1&category=tables&color=oak&prop.depth.max=42.5&prop.folds=true\
                       &available=true&min_price=1000&sort=price&cursor=abc";
        let filters = Filters::parse(address.split_once('?').unwrap().1);
        assert_eq!(filters.at("abc"), address);
        assert_eq!(filters.query().min_price, Some(100_000));
        assert_eq!(filters.query().max_price, None);
        assert_eq!(filters.query().properties["depth.max"], "42.5");
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
        assert_eq!(
            filters.toggle("prop.doors", "sliding"),
            "/catalogue?color=oak&prop.doors=sliding"
        );
        let filters = Filters::parse("prop.doors=sliding");
        assert_eq!(filters.toggle("prop.doors", "sliding"), "/catalogue");
        assert_eq!(
            filters.toggle("prop.doors", "swing"),
            "/catalogue?prop.doors=swing"
        );
    }

    #[test]
    fn properties_stay_where_the_category_has_them() {
        let filters =
            Filters::parse("category=tables&color=oak&prop.seats.min=4&prop.seats.max=6&prop.folds=true");
        assert_eq!(
            filters.in_category("desks", true),
            "/catalogue?category=desks&color=oak&prop.folds=true&prop.seats.max=6&prop.seats.min=4"
        );
        assert_eq!(
            filters.in_category("sofas", false),
            "/catalogue?category=sofas&color=oak"
        );
        assert_eq!(
            filters.without_property("seats"),
            "/catalogue?category=tables&color=oak&prop.folds=true"
        );
    }

    #[test]
    fn the_usual_order_is_not_written() {
        assert_eq!(Filters::parse("sort=new").at(""), "/catalogue");
        assert_eq!(Filters::parse("q=a&sort=new").at(""), "/catalogue?q=a&sort=new");
        assert_eq!(Filters::parse("q=a&sort=").at(""), "/catalogue?q=a");
    }

    #[test]
    fn nonsense_is_left_out() {
        let filters = Filters::parse("min_price=-5&max_price=1e9&sort=;drop&available=maybe&x=y");
        assert_eq!(filters, Filters::default());
        assert_eq!(Filters::parse("min_price=12%C2%A0990").min_price, "12990");
        let filters = Filters::parse("prop.=a&prop.A=b&prop.a.b=c&prop.a.min=inf&prop.b.max=high&prop.c=");
        assert_eq!(filters, Filters::default());
        let filters = Filters::parse("prop.a.min=1%20200%2C5");
        assert_eq!(filters.properties["a.min"], "1200.5");
        let many: Vec<_> = (0..30).map(|n| format!("prop.p{n}=x")).collect();
        assert_eq!(Filters::parse(&many.join("&")).properties.len(), 20);
    }
}
