use contracts::catalog::{ChoiceContent, PropertyContent, ValueKind};

use crate::demo::terms::{Words, text};

/// A property of units or components.
struct Property {
    code: &'static str,
    name: Words,
    kind: ValueKind,
    unit: Option<&'static str>,
    filterable: bool,
    choices: &'static [(&'static str, Words)],
}

/// Those of units first, in the order in which they are shown.
const PROPERTIES: &[Property] = &[
    choice(
        "style",
        ("Стиль", "Style"),
        &[
            ("modern", ("Современный", "Modern")),
            ("scandinavian", ("Скандинавский", "Scandinavian")),
            ("classic", ("Классический", "Classic")),
            ("loft", ("Лофт", "Loft")),
        ],
    ),
    number("seats", ("Мест", "Seats"), None),
    of("upholstery", ("Обивка", "Upholstery"), ValueKind::Material),
    flag("corner", ("Угловой", "Corner")),
    flag("removable_cover", ("Съёмный чехол", "Removable cover")),
    choice(
        "mattress_size",
        ("Размер матраса", "Mattress size"),
        &[
            ("90x200", ("90×200 см", "90×200 cm")),
            ("160x200", ("160×200 см", "160×200 cm")),
        ],
    ),
    flag(
        "bed_storage",
        ("Место для хранения под матрасом", "Storage under the mattress"),
    ),
    choice(
        "door_kind",
        ("Двери", "Kind of doors"),
        &[
            ("hinged", ("Распашные", "Hinged")),
            ("sliding", ("Раздвижные", "Sliding")),
        ],
    ),
    number("doors", ("Дверей", "Doors"), None),
    number("drawers", ("Ящиков", "Drawers"), None),
    number("shelves", ("Полок", "Shelves"), None),
    flag("mirror", ("С зеркалом", "With a mirror")),
    flag("glazed", ("Со стеклянными дверями", "With glass doors")),
    choice(
        "mounting",
        ("Установка", "Mounting"),
        &[
            ("floor", ("На полу", "On the floor")),
            ("wall", ("На стене", "On the wall")),
        ],
    ),
    choice(
        "shape",
        ("Форма столешницы", "Shape of the top"),
        &[
            ("rectangular", ("Прямоугольная", "Rectangular")),
            ("round", ("Круглая", "Round")),
        ],
    ),
    flag("extendable", ("Раздвижной", "Extendable")),
    flag("armrests", ("С подлокотниками", "With armrests")),
    number("seat_height_mm", ("Высота сиденья", "Seat height"), Some("mm")),
    flag("cable_opening", ("Отверстие для проводов", "Opening for cables")),
    number("load_kg", ("Нагрузка", "Load"), Some("kg")),
    inner("maker", ("Производитель", "Maker"), ValueKind::Text, None),
    inner(
        "opening_angle",
        ("Угол открывания", "Opening angle"),
        ValueKind::Number,
        Some("°"),
    ),
    inner("soft_close", ("Доводчик", "Soft close"), ValueKind::Flag, None),
    inner(
        "slide_length_mm",
        ("Длина направляющих", "Length of the slides"),
        ValueKind::Number,
        Some("mm"),
    ),
    inner(
        "adjustable",
        ("Регулируется по высоте", "Adjustable in height"),
        ValueKind::Flag,
        None,
    ),
    inner("power_w", ("Мощность", "Power"), ValueKind::Number, Some("W")),
    Property {
        filterable: false,
        ..choice(
            "firmness",
            ("Жёсткость", "Firmness"),
            &[("medium", ("Средняя", "Medium")), ("firm", ("Жёсткий", "Firm"))],
        )
    },
];

/// A property that customers choose by.
const fn of(code: &'static str, name: Words, kind: ValueKind) -> Property {
    Property {
        code,
        name,
        kind,
        unit: None,
        filterable: true,
        choices: &[],
    }
}

const fn flag(code: &'static str, name: Words) -> Property {
    of(code, name, ValueKind::Flag)
}

const fn number(code: &'static str, name: Words, unit: Option<&'static str>) -> Property {
    Property {
        unit,
        ..of(code, name, ValueKind::Number)
    }
}

const fn choice(code: &'static str, name: Words, choices: &'static [(&'static str, Words)]) -> Property {
    Property {
        choices,
        ..of(code, name, ValueKind::Choice)
    }
}

/// A property of components, which only employees see.
const fn inner(code: &'static str, name: Words, kind: ValueKind, unit: Option<&'static str>) -> Property {
    Property {
        unit,
        filterable: false,
        ..of(code, name, kind)
    }
}

/// All properties.
pub(in super::super) fn properties() -> Vec<PropertyContent> {
    let numbered = (1..).zip(PROPERTIES);
    numbered
        .map(|(position, property)| PropertyContent {
            code: property.code.to_owned(),
            name: text(property.name),
            kind: property.kind,
            unit: property.unit.map(str::to_owned),
            filterable: property.filterable,
            position,
            choices: property
                .choices
                .iter()
                .map(|&(code, name)| ChoiceContent {
                    code: code.to_owned(),
                    name: text(name),
                })
                .collect(),
        })
        .collect()
}
