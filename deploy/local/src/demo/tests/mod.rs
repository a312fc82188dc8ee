mod seeding;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use catalog_domain::{
    Assemblies, Bill, BillLine, Demand, MarginRule, Margins, StockAt, Tree, available_in_total, explode,
    unit_price,
};
use catalog_store::{Assortment, BillEntry, ProductEntry};
use garde::Validate as _;
use kernel::{ComponentId, Money};
use uuid::Uuid;

use super::assortment::units;
use super::entries::entries;
use super::picture::{Drawing, SIDE, pictures, render};
use super::stock::SCARCE;

/// What can be put together of a unit by the rules of the domain.
struct Shop {
    assortment: Assortment,
    ids: HashMap<String, ComponentId>,
    assemblies: Assemblies,
    stock: Vec<StockAt>,
}

impl Shop {
    fn open() -> Self {
        let assortment = entries(&units());
        let ids: HashMap<String, ComponentId> = (1_u128..)
            .zip(&assortment.components)
            .map(|(number, component)| (component.sku.clone(), Uuid::from_u128(number).into()))
            .collect();
        let assemblies = assortment.components.iter().filter(|e| !e.lines.is_empty());
        let stock = (1_u128..)
            .zip(&assortment.warehouses)
            .map(|(number, warehouse)| {
                let mut at = StockAt::new(Uuid::from_u128(number).into(), warehouse.position);
                for shelf in assortment.stock.iter().filter(|s| s.warehouse == warehouse.code) {
                    at.set(ids[&shelf.sku], shelf.on_hand);
                }
                at
            })
            .collect();
        Self {
            assemblies: assemblies.map(|e| (ids[&e.sku], lines(&ids, &e.lines))).collect(),
            assortment,
            ids,
            stock,
        }
    }

    fn product(&self, slug: &str) -> &ProductEntry {
        let mut products = self.assortment.products.iter();
        products.find(|product| product.slug == slug).expect("a unit")
    }

    fn sku(&self, id: ComponentId) -> &str {
        let (sku, _) = self.ids.iter().find(|(_, known)| **known == id).expect("known");
        sku
    }

    /// The bill over all levels.
    fn bill(&self, product: &ProductEntry) -> Bill {
        explode(&lines(&self.ids, &product.bill), &self.assemblies).expect("nothing contains itself")
    }

    fn available(&self, product: &ProductEntry) -> i64 {
        available_in_total(&self.bill(product), &self.stock)
    }

    fn price(&self, product: &ProductEntry) -> Option<Money> {
        let components = self.assortment.components.iter();
        let costs: HashMap<ComponentId, Option<Money>> =
            components.map(|e| (self.ids[&e.sku], e.cost)).collect();
        let margins = self.assortment.margins.iter().map(|e| {
            let rule = MarginRule::new(e.margin_bp.cast_unsigned(), e.step);
            (e.category.clone(), rule.expect("a margin"))
        });
        let margin = Margins::new(margins).of(&product.category, &self.tree());
        unit_price(None, margin, &self.bill(product), |id| costs[&id]).ok()
    }

    fn tree(&self) -> Tree {
        let categories = self.assortment.categories.iter();
        Tree::new(categories.map(|e| (e.code.clone(), e.parent.clone()))).expect("a tree")
    }
}

fn lines(ids: &HashMap<String, ComponentId>, entries: &[BillEntry]) -> Vec<BillLine> {
    let lines = entries.iter().map(|line| BillLine {
        component: ids[&line.sku],
        substitutes: line.substitutes.iter().map(|sku| ids[sku]).collect(),
        quantity: line.quantity.into(),
        required: line.required,
    });
    lines.collect()
}

#[test]
fn the_assortment_is_large_enough_and_varied() {
    let Assortment {
        categories,
        components,
        products,
        warehouses,
        properties,
        sets,
        ..
    } = entries(&units());
    assert_eq!((products.len(), warehouses.len(), sets.len()), (87, 3, 15));
    assert!(components.len() > 500, "{} components", components.len());
    let (rooms, leaves): (Vec<_>, Vec<_>) = categories.iter().partition(|e| e.parent.is_none());
    assert_eq!((rooms.len(), leaves.len()), (5, 11));
    for leaf in &leaves {
        let parent = leaf.parent.as_deref();
        assert!(
            rooms.iter().any(|room| Some(&*room.code) == parent),
            "{}",
            leaf.code
        );
        let of_it = products.iter().filter(|p| p.category == leaf.code).count();
        assert!(of_it >= 5, "{of_it} units of {}", leaf.code);
    }
    let in_leaves = products
        .iter()
        .filter(|p| leaves.iter().any(|leaf| leaf.code == p.category));
    assert_eq!(in_leaves.count(), products.len());
    // Addresses that have been given away lead to units still.
    for code in [
        "wardrobes",
        "kitchen",
        "tables",
        "chairs",
        "beds",
        "sofas",
        "shelving",
        "dressers",
    ] {
        assert!(leaves.iter().any(|leaf| leaf.code == code), "{code}");
    }
    let optional = products
        .iter()
        .flat_map(|p| &p.bill)
        .filter(|line| !line.required);
    assert!(optional.count() > 60);
    for property in properties {
        let of_units = products
            .iter()
            .filter(|p| p.properties.contains_key(&property.code));
        let of_parts = components
            .iter()
            .filter(|c| c.properties.contains_key(&property.code));
        let valued = of_units.count() + of_parts.count();
        assert!(valued > 0, "{} has {valued} values", property.code);
    }
}

#[test]
fn everything_has_the_form_that_employees_may_write() {
    let assortment = entries(&units());
    macro_rules! valid {
        ($($entries:ident),+) => {
            $(for entry in &assortment.$entries {
                assert!(entry.validate().is_ok(), "{entry:?}: {:?}", entry.validate());
            })+
        };
    }
    valid!(
        colors,
        materials,
        properties,
        categories,
        component_types,
        margins,
        rules,
        set_kinds,
        warehouses
    );
    for component in &assortment.components {
        let described = assortment
            .component_types
            .iter()
            .any(|e| e.code == component.kind);
        assert!(described, "{}", component.kind);
    }
}

#[test]
fn assemblies_are_nested_shared_and_some_parts_replaceable() {
    let shop = Shop::open();
    let users = |sku: &str| {
        let units = shop.assortment.products.iter();
        let of_units = units.filter(|p| p.bill.iter().any(|line| line.sku == sku));
        of_units.count()
    };
    let components = shop.assortment.components.iter();
    let assemblies: Vec<_> = components.filter(|e| !e.lines.is_empty()).collect();
    assert!(assemblies.iter().any(|assembly| users(&assembly.sku) > 3));
    // A drawer has a box, which has sides.
    let drawer = assemblies.iter().find(|e| e.sku.starts_with("DRW-"));
    let drawer = drawer.expect("a drawer");
    let inner = assemblies
        .iter()
        .find(|assembly| assembly.sku == drawer.lines[0].sku)
        .expect("the first line of a drawer is an assembly");
    assert!(inner.lines.len() > 2);
    assert!(assemblies.iter().all(|assembly| assembly.cost.is_none()));
    let stocked: BTreeSet<&str> = shop.assortment.stock.iter().map(|s| &*s.sku).collect();
    assert!(
        assemblies
            .iter()
            .all(|assembly| !stocked.contains(&*assembly.sku))
    );
    let replaceable = shop.assortment.products.iter().filter(|product| {
        let bill = shop.bill(product);
        bill.parts().iter().any(|part| part.substitutes.len() == 2)
    });
    assert!(replaceable.count() > 10);
}

/// What the checks of the running shop count on: on a page of its list are units that can be had alone, but not
/// together in full number.
#[test]
fn on_every_page_units_compete_for_a_component() {
    let shop = Shop::open();
    let products = shop.assortment.products.iter();
    let on_sale = products.filter(|p| shop.available(p) > 0 && shop.price(p).is_some());
    let on_sale: Vec<&ProductEntry> = on_sale.collect();
    for page in on_sale.chunks_exact(30) {
        let mut users: BTreeMap<&str, Vec<&ProductEntry>> = BTreeMap::new();
        for product in page {
            for line in product.bill.iter().filter(|line| line.required) {
                users.entry(&line.sku).or_default().push(product);
            }
        }
        let competing = users.values().filter(|users| {
            let Some([first, second]) = users.first_chunk() else {
                return false;
            };
            let bills = [shop.bill(first), shop.bill(second)];
            let all = [shop.available(first), shop.available(second)];
            let both = Demand::of(bills.iter().zip(all)).expect("few pieces");
            available_in_total(both.as_bill(), &shop.stock) == 0
        });
        assert!(competing.count() > 0, "from {} on", page[0].slug);
    }
}

#[test]
fn warehouses_have_room_for_what_lies_there() {
    let shop = Shop::open();
    let components = shop.assortment.components.iter();
    let litres: HashMap<&str, f64> = components
        .map(|e| {
            let size = e.dimensions;
            let sides = [size.height_mm, size.width_mm, size.depth_mm].map(f64::from);
            (&*e.sku, sides.iter().product::<f64>() / 1e6)
        })
        .collect();
    for warehouse in &shop.assortment.warehouses {
        let stock = shop.assortment.stock.iter();
        let here = stock.filter(|shelf| shelf.warehouse == warehouse.code);
        let used: f64 = here
            .map(|shelf| litres[&*shelf.sku] * f64::from(i32::try_from(shelf.on_hand).expect("few")))
            .sum();
        let room = f64::from(i32::try_from(warehouse.capacity_l.expect("measured")).expect("small"));
        let filled = used / room;
        assert!(
            (0.4..0.95).contains(&filled),
            "{}: {used} of {room}",
            warehouse.code
        );
        assert!(warehouse.place.is_some());
    }
}

#[test]
fn every_key_is_unique_well_formed_and_refers_to_what_exists() {
    let assortment = entries(&units());
    let colors = unique(assortment.colors.iter().map(|e| &e.code));
    let materials = unique(assortment.materials.iter().map(|e| &e.code));
    let categories = unique(assortment.categories.iter().map(|e| &e.code));
    let skus = unique(assortment.components.iter().map(|e| &e.sku));
    unique(assortment.products.iter().map(|e| &e.slug));
    unique(assortment.products.iter().map(|e| &e.name.ru));
    unique(assortment.products.iter().map(|e| &e.name.en));
    unique(assortment.components.iter().map(|e| &e.name.ru));
    for component in &assortment.components {
        assert!(component.sku.len() <= 40, "{}", component.sku);
        assert!(
            component
                .sku
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-'),
            "{}",
            component.sku
        );
        assert!(
            component
                .color
                .as_deref()
                .is_none_or(|code| colors.contains(code))
        );
        assert!(
            component
                .material
                .as_deref()
                .is_none_or(|code| materials.contains(code))
        );
    }
    for product in &assortment.products {
        assert!(categories.contains(product.category.as_str()));
        assert!(colors.contains(product.color.as_str()) && materials.contains(product.material.as_str()));
        let lines = unique(product.bill.iter().map(|line| &line.sku));
        assert!(lines.is_subset(&skus), "{}", product.slug);
        assert!(product.bill.iter().any(|line| line.required), "{}", product.slug);
    }
    // Every component that is no assembly lies on a shelf of every warehouse, even if there are no pieces.
    let plain = assortment.components.iter().filter(|e| e.lines.is_empty());
    assert_eq!(assortment.stock.len(), 3 * plain.count());
    assert!(
        assortment
            .stock
            .iter()
            .all(|s| s.on_hand >= 0 && skus.contains(s.sku.as_str()))
    );
}

#[test]
fn sizes_weights_prices_and_texts_are_plausible() {
    let shop = Shop::open();
    for product in &shop.assortment.products {
        let size = product.dimensions;
        let (slug, kilograms) = (&product.slug, product.weight_g / 1000);
        assert!((350..=2400).contains(&size.height_mm), "{slug}");
        assert!((400..=2800).contains(&size.width_mm), "{slug}");
        assert!((300..=2200).contains(&size.depth_mm), "{slug}");
        assert!((4..=220).contains(&kilograms), "{slug} weighs {kilograms} kg");
        if let Some(price) = shop.price(product) {
            let roubles = price.amount / 100;
            assert!((4_000..=220_000).contains(&roubles), "{slug} costs {roubles}");
        }
        for text in [&product.description.ru, &product.description.en] {
            assert!((120..=600).contains(&text.chars().count()), "{slug}: {text}");
        }
    }
    let unpriced: Vec<&str> = shop
        .assortment
        .products
        .iter()
        .filter(|product| shop.price(product).is_none())
        .map(|product| product.slug.as_str())
        .collect();
    assert_eq!(unpriced, ["table-alatyr-white"]);
}

#[test]
fn some_units_are_scarce_some_are_out_of_stock_and_most_are_there() {
    let shop = Shop::open();
    let available: BTreeMap<&str, i64> = shop
        .assortment
        .products
        .iter()
        .map(|product| (product.slug.as_str(), shop.available(product)))
        .collect();
    for (slug, units) in SCARCE {
        assert_eq!(available[slug], *units, "{slug}");
    }
    for (slug, units) in &available {
        let scarce = SCARCE.iter().any(|(name, _)| name == slug);
        assert!(scarce || *units >= 5, "{slug}: {units}");
    }
    assert!(SCARCE.iter().any(|(_, units)| *units == 1));
}

#[test]
fn every_unit_is_drawn_and_no_two_look_the_same() {
    let drawings: BTreeSet<Drawing> = units().iter().flat_map(pictures).collect();
    // Units of a family differ by colour alone, so their measured drawings are the same.
    assert!(drawings.len() > units().len());
    let first = units().into_iter().next().expect("there are units");
    for drawing in pictures(&first) {
        let png = render(&drawing).expect("it can be drawn");
        assert!(png.starts_with(b"\x89PNG"));
        assert!(png.len() < 600_000, "{} bytes", png.len());
    }
    const { assert!(SIDE >= 800) };
}

fn unique<'a>(keys: impl IntoIterator<Item = &'a String>) -> BTreeSet<&'a str> {
    let mut set = BTreeSet::new();
    for key in keys {
        assert!(set.insert(key.as_str()), "{key} twice");
    }
    set
}
