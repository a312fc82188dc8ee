//! Colours, materials, and the combinations units come in.

use kernel::Text;

/// A word in Russian and English.
pub(super) type Words = (&'static str, &'static str);

pub(super) fn text(words: Words) -> Text {
    Text::new(words.0, words.1)
}

/// A colour of boards or covers.
pub(super) struct Color {
    pub code: &'static str,
    /// Three letters in article numbers.
    pub sku: &'static str,
    pub name: Words,
    pub hex: &'static str,
}

pub(super) const COLORS: &[Color] = &[
    color("oak", "OAK", "Дуб", "Oak", "#c8a06a"),
    color("walnut", "WAL", "Орех", "Walnut", "#7d5535"),
    color("ash", "ASH", "Ясень", "Ash", "#dcc7a3"),
    color("pine", "PIN", "Сосна", "Pine", "#e0b877"),
    color("white", "WHT", "Белый", "White", "#f1efea"),
    color("sage", "SAG", "Шалфей", "Sage", "#9fb098"),
    color("graphite", "GRP", "Графит", "Graphite", "#4b4d50"),
    color("beige", "BEI", "Бежевый", "Beige", "#d8c6ab"),
    color("grey", "GRY", "Серый", "Grey", "#9a9a98"),
    color("terracotta", "TER", "Терракотовый", "Terracotta", "#b8694a"),
    color("emerald", "EMR", "Изумрудный", "Emerald", "#2f6455"),
    color("navy", "NAV", "Тёмно-синий", "Navy", "#33435f"),
    color("cognac", "COG", "Коньячный", "Cognac", "#96592f"),
];

const fn color(
    code: &'static str,
    sku: &'static str,
    ru: &'static str,
    en: &'static str,
    hex: &'static str,
) -> Color {
    Color {
        code,
        sku,
        name: (ru, en),
        hex,
    }
}

/// A material. Boards are reckoned by area, covers by the metre.
pub(super) struct Material {
    pub code: &'static str,
    pub sku: &'static str,
    pub name: Words,
    /// Kopecks for a square metre of 16 mm board, or for a metre of cover.
    pub rate: i64,
    /// Kilograms in a cubic metre of board; grams in a metre of cover.
    pub density: i64,
    /// Closes the description of a unit.
    pub about: Words,
}

pub(super) const MATERIALS: &[Material] = &[
    Material {
        code: "chipboard",
        sku: "LDS",
        name: ("ЛДСП", "Laminated chipboard"),
        rate: 980_00,
        density: 700,
        about: (
            "Корпус из ламинированной плиты класса E0,5 с кромкой 1 мм: не боится влажной уборки и не выцветает.",
            "The body is laminated board of class E0.5 with 1 mm edging: it takes damp cleaning and does not fade.",
        ),
    },
    Material {
        code: "mdf",
        sku: "MDF",
        name: ("МДФ, эмаль", "Lacquered MDF"),
        rate: 1_720_00,
        density: 760,
        about: (
            "Плита МДФ покрыта матовой эмалью в пять слоёв; отпечатки пальцев на ней почти не видны.",
            "The MDF carries five coats of matt lacquer on which fingerprints hardly show.",
        ),
    },
    Material {
        code: "veneer",
        sku: "VNR",
        name: ("Шпон", "Wood veneer"),
        rate: 2_450_00,
        density: 740,
        about: (
            "Натуральный шпон подобран по рисунку и закрыт маслом с воском, поэтому каждая вещь немного отличается.",
            "The natural veneer is matched by its figure and finished with oil and wax, so each piece differs a little.",
        ),
    },
    Material {
        code: "solid-wood",
        sku: "SLD",
        name: ("Массив дерева", "Solid wood"),
        rate: 3_600_00,
        density: 690,
        about: (
            "Массив камерной сушки склеен в щит, чтобы дерево не вело, и пропитан маслом. Мелкие царапины легко убрать самому.",
            "The kiln-dried wood is glued into panels so that it stays straight, and oiled. Small scratches are easily mended at home.",
        ),
    },
    Material {
        code: "glass",
        sku: "GLS",
        name: ("Закалённое стекло", "Tempered glass"),
        rate: 4_100_00,
        density: 2_500,
        about: (
            "Стекло закалённое, с полированной кромкой; металл окрашен порошковой краской.",
            "The glass is tempered with polished edges; the metal is powder-coated.",
        ),
    },
    Material {
        code: "stone",
        sku: "STN",
        name: ("Натуральный камень", "Natural stone"),
        rate: 14_000_00,
        density: 2_700,
        about: (
            "Камень подбирают под каждый заказ, поэтому цену называем после выбора плиты.",
            "The stone is chosen for each order, so the price is named once the slab has been picked.",
        ),
    },
    Material {
        code: "fabric",
        sku: "FAB",
        name: ("Рогожка", "Woven fabric"),
        rate: 890_00,
        density: 520,
        about: (
            "Обивка – плотная рогожка, 60 000 циклов истирания; чехлы снимаются для чистки.",
            "The cover is a dense weave rated at 60,000 rubs; it comes off for cleaning.",
        ),
    },
    Material {
        code: "velvet",
        sku: "VEL",
        name: ("Велюр", "Velvet"),
        rate: 1_150_00,
        density: 480,
        about: (
            "Велюр с водоотталкивающей пропиткой приятен на ощупь и не даёт зацепок от кошачьих когтей.",
            "The water-repellent velvet is soft to the touch and does not snag on a cat's claws.",
        ),
    },
    Material {
        code: "eco-leather",
        sku: "ECO",
        name: ("Экокожа", "Leatherette"),
        rate: 1_040_00,
        density: 640,
        about: (
            "Дышащая экокожа с мелкой фактурой протирается влажной салфеткой.",
            "The breathable, fine-grained leatherette wipes clean with a damp cloth.",
        ),
    },
];

/// A colour in a material, by code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Finish {
    pub color: &'static str,
    pub material: &'static str,
}

const fn finish(color: &'static str, material: &'static str) -> Finish {
    Finish { color, material }
}

impl Finish {
    pub const OAK: Self = finish("oak", "chipboard");
    pub const OAK_SOLID: Self = finish("oak", "solid-wood");
    pub const WALNUT: Self = finish("walnut", "veneer");
    pub const ASH: Self = finish("ash", "solid-wood");
    pub const PINE: Self = finish("pine", "solid-wood");
    pub const WHITE: Self = finish("white", "mdf");
    pub const SAGE: Self = finish("sage", "mdf");
    pub const GRAPHITE: Self = finish("graphite", "mdf");
    pub const GRAPHITE_GLASS: Self = finish("graphite", "glass");
    pub const WHITE_STONE: Self = finish("white", "stone");
    pub const BEIGE: Self = finish("beige", "fabric");
    pub const GREY: Self = finish("grey", "fabric");
    pub const TERRACOTTA: Self = finish("terracotta", "velvet");
    pub const EMERALD: Self = finish("emerald", "velvet");
    pub const NAVY: Self = finish("navy", "velvet");
    pub const COGNAC: Self = finish("cognac", "eco-leather");
    pub const BLACK: Self = finish("graphite", "eco-leather");

    pub fn color(self) -> &'static Color {
        COLORS
            .iter()
            .find(|color| color.code == self.color)
            .expect("every finish names a colour of the list")
    }

    pub fn material(self) -> &'static Material {
        MATERIALS
            .iter()
            .find(|material| material.code == self.material)
            .expect("every finish names a material of the list")
    }
}
