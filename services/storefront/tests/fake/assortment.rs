use contracts::catalog::{
    Availability, BillLine, Color, Document, DocumentKind, Image, ImageVariant, ProductCard, ProductDetail,
    ProductProperty, PropertyValue, Term, VariantFormat, WarehouseAvailability,
};
use kernel::uuid::Uuid;
use kernel::{Dimensions, Money, Text};

type Named = (&'static str, &'static str, &'static str);

pub const CATEGORIES: [Named; 8] = [
    ("wardrobes", "Шкафы", "Wardrobes"),
    ("sofas", "Диваны", "Sofas"),
    ("armchairs", "Кресла", "Armchairs"),
    ("tables", "Столы", "Tables"),
    ("chairs", "Стулья", "Chairs"),
    ("beds", "Кровати", "Beds"),
    ("dressers", "Комоды", "Dressers"),
    ("shelving", "Стеллажи", "Shelving"),
];
/// The category above some of them; it has no products of its own.
pub const STORAGE: Named = ("storage", "Хранение", "Storage");

/// The category that one is part of.
pub fn parent(category: &str) -> Option<&'static str> {
    matches!(category, "wardrobes" | "dressers" | "shelving").then_some(STORAGE.0)
}

/// Whether a category is another one or below it.
pub fn is_below(category: &str, other: &str) -> bool {
    category == other || parent(category) == Some(other)
}

const COLORS: [(&str, &str, &str, &str); 6] = [
    ("walnut", "Орех", "Walnut", "#7a5230"),
    ("oak", "Светлый дуб", "Light oak", "#c9a26d"),
    ("graphite", "Графит", "Graphite", "#3f4145"),
    ("milk", "Молочный", "Milk", "#efe7d8"),
    ("terracotta", "Терракота", "Terracotta", "#b5532a"),
    ("sage", "Шалфей", "Sage", "#8a9a7b"),
];
const MATERIALS: [Named; 4] = [
    ("solid-oak", "Массив дуба", "Solid oak"),
    ("veneer", "Шпон", "Veneer"),
    ("boucle", "Букле", "Bouclé"),
    ("steel", "Сталь", "Steel"),
];

/// slug, names, category, colour, material, height, width, depth in mm, roubles (0 for no price), available.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    usize,
    usize,
    usize,
    [i32; 3],
    i64,
    i64,
);

// A table reads best as one.
#[rustfmt::skip]
const ROWS: [Row; 16] = [
    ("armchair-volga-terracotta", "Кресло «Волга»", "Volga armchair", 2, 4, 2, [820, 780, 800], 34_990, 12),
    ("wardrobe-onega-walnut", "Шкаф «Онега»", "Onega wardrobe", 0, 0, 1, [2100, 1200, 600], 89_900, 4),
    ("table-ladoga-oak", "Обеденный стол «Ладога»", "Ladoga dining table", 3, 1, 0, [750, 1800, 900], 62_400, 7),
    ("sofa-neva-sage", "Трёхместный диван «Нева»", "Neva three-seat sofa", 1, 5, 2, [840, 2180, 940], 129_900, 3),
    ("chair-oka-graphite", "Стул «Ока»", "Oka chair", 4, 2, 3, [810, 460, 520], 8_490, 64),
    ("bed-pechora-oak", "Кровать «Печора» 160 × 200", "Pechora bed 160 × 200", 5, 1, 0, [950, 1700, 2100], 74_500, 0),
    ("dresser-kama-walnut", "Комод «Кама»", "Kama dresser", 6, 0, 1, [820, 1400, 450], 54_900, 9),
    ("shelving-dvina-graphite", "Стеллаж «Двина»", "Dvina shelving", 7, 2, 3, [1850, 900, 340], 27_300, 21),
    ("sofa-neva-milk", "Двухместный диван «Нева»", "Neva two-seat sofa", 1, 3, 2, [840, 1620, 940], 99_900, 5),
    ("table-ladoga-walnut", "Журнальный столик «Ладога» с полкой для книг", "Ladoga coffee table with a book shelf", 3, 0, 1, [420, 900, 600], 19_950, 15),
    ("chair-oka-oak", "Стул «Ока»", "Oka chair", 4, 1, 0, [810, 460, 520], 11_200, 0),
    ("wardrobe-onega-milk", "Шкаф «Онега» узкий", "Onega wardrobe, narrow", 0, 3, 1, [2100, 600, 600], 51_300, 2),
    ("armchair-volga-sage", "Кресло «Волга»", "Volga armchair", 2, 5, 2, [820, 780, 800], 34_990, 6),
    ("dresser-kama-milk", "Комод «Кама» высокий", "Kama dresser, tall", 6, 3, 1, [1240, 800, 450], 47_200, 3),
    ("bed-pechora-walnut", "Кровать «Печора» 180 × 200", "Pechora bed 180 × 200", 5, 0, 1, [950, 1900, 2100], 0, 8),
    ("shelving-dvina-oak", "Стеллаж «Двина» низкий", "Dvina shelving, low", 7, 1, 0, [920, 1200, 340], 31_700, 11),
];

fn term((code, ru, en): Named) -> Term {
    Term {
        code: code.to_owned(),
        name: Text::new(ru, en),
    }
}

/// The whole assortment, the newest first.
pub fn products() -> Vec<ProductDetail> {
    ROWS.iter()
        .enumerate()
        .map(|(index, row)| product(index, row))
        .collect()
}

fn product(index: usize, row: &Row) -> ProductDetail {
    let (slug, ru, en, category, color, material, [height_mm, width_mm, depth_mm], roubles, available) = *row;
    let (code, color_ru, color_en, hex) = COLORS[color];
    let picture = |view: &str| Image {
        key: format!("{slug}-{view}.svg"),
        width: 1000,
        height: 1000,
        variants: variants(slug, view),
    };
    // One without any picture, to see that pages stand that.
    let images = if slug == "shelving-dvina-oak" {
        Vec::new()
    } else {
        vec![picture("front"), picture("side"), picture("detail")]
    };
    ProductDetail {
        card: ProductCard {
            id: id(index as u128).into(),
            slug: slug.to_owned(),
            name: Text::new(ru, en),
            category: term(CATEGORIES[category]),
            color: Color {
                code: code.to_owned(),
                name: Text::new(color_ru, color_en),
                hex: hex.to_owned(),
            },
            material: term(MATERIALS[material]),
            dimensions: Dimensions {
                height_mm,
                width_mm,
                depth_mm,
            },
            price: (roubles > 0).then(|| Money::rub(roubles * 100)),
            available,
            image: images.first().cloned(),
        },
        description: description(),
        weight_g: 48_500,
        images,
        properties: properties(index, CATEGORIES[category].0),
        documents: documents(slug),
        components: parts(),
        availability: Availability {
            total: available,
            warehouses: [
                (
                    "MSK",
                    "Москва, Южный порт",
                    "Moscow, South Port",
                    available * 2 / 3,
                ),
                (
                    "SPB",
                    "Санкт-Петербург, Шушары",
                    "Saint Petersburg, Shushary",
                    available / 3,
                ),
                ("KZN", "Казань, Левченко", "Kazan, Levchenko", 0),
            ]
            .map(|(code, ru, en, available)| WarehouseAvailability {
                code: code.to_owned(),
                name: Text::new(ru, en),
                available,
            })
            .into(),
        },
    }
}

/// Doors, depth and light of what stores things.
fn properties(index: usize, category: &str) -> Vec<ProductProperty> {
    if parent(category).is_none() {
        return Vec::new();
    }
    let property = |code: &str, ru, en, value| ProductProperty {
        code: code.to_owned(),
        name: Text::new(ru, en),
        value,
    };
    let doors = if index.is_multiple_of(2) {
        ("sliding", "Раздвижные", "Sliding")
    } else {
        ("swing", "Распашные", "Swing")
    };
    let (code, ru, en, hex) = COLORS[2];
    let handles = Color {
        code: code.to_owned(),
        name: Text::new(ru, en),
        hex: hex.to_owned(),
    };
    let load = PropertyValue::Number {
        value: 40.5 + f64::from(u8::try_from(index).expect("few")),
        unit: Some("kg".to_owned()),
    };
    vec![
        property(
            "doors",
            "Двери",
            "Doors",
            PropertyValue::Choice { value: term(doors) },
        ),
        property("load", "Нагрузка на полку", "Load of a shelf", load),
        property(
            "handles",
            "Ручки",
            "Handles",
            PropertyValue::Color { value: handles },
        ),
        property(
            "light",
            "Подсветка",
            "Light",
            PropertyValue::Flag {
                value: index.is_multiple_of(3),
            },
        ),
    ]
}

/// One product has a drawing and an instruction, whose titles are not to be trusted.
fn documents(slug: &str) -> Vec<Document> {
    if slug != "wardrobe-onega-walnut" {
        return Vec::new();
    }
    [
        (
            DocumentKind::Drawing,
            "Чертёж <b>корпуса</b>",
            "Drawing of the <b>body</b>",
            420_000,
        ),
        (
            DocumentKind::Instruction,
            "Сборка шкафа",
            "Putting it together",
            1_240_000,
        ),
    ]
    .map(|(kind, ru, en, bytes)| Document {
        kind,
        title: Text::new(ru, en),
        key: format!("{slug}-{}.pdf", kind.code()),
        bytes,
    })
    .into()
}

/// Smaller forms of a picture.
fn variants(slug: &str, view: &str) -> Vec<ImageVariant> {
    [VariantFormat::Avif, VariantFormat::Webp]
        .into_iter()
        .flat_map(|format| [320, 640].map(|width| (format, width)))
        .map(|(format, width)| ImageVariant {
            format,
            width,
            height: width,
            key: format!("{slug}-{view}-{width}.{}", format.code()),
        })
        .collect()
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + n)
}

fn description() -> Text {
    Text::new(
        "Спокойные линии, скрытый крепёж и кромка, которую приятно трогать. Собирается из стандартных деталей, \
         поэтому любую из них можно заменить и через десять лет.",
        "Calm lines, hidden fittings and an edge that is pleasant to touch. It is put together from standard parts, \
         so any of them can be replaced even after ten years.",
    )
}

fn parts() -> Vec<BillLine> {
    [
        (
            "PNL-16-600-WAL",
            "Панель боковая 16 мм",
            "Side panel 16 mm",
            2,
            true,
        ),
        (
            "PNL-16-1200-WAL",
            "Панель горизонтальная 16 мм",
            "Shelf panel 16 mm",
            5,
            true,
        ),
        (
            "HNG-110-NI",
            "Петля 110° с доводчиком",
            "Soft-close hinge 110°",
            8,
            true,
        ),
        ("HDL-128-BR", "Ручка латунная", "Brass handle", 4, true),
        ("LED-900-WW", "Подсветка тёплая", "Warm light", 1, false),
    ]
    .into_iter()
    .zip(1_000..)
    .map(|((sku, ru, en, quantity, required), n)| BillLine {
        component_id: id(n).into(),
        sku: sku.to_owned(),
        name: Text::new(ru, en),
        kind: "panel".to_owned(),
        quantity,
        required,
    })
    .collect()
}
